// SPDX-License-Identifier: GPL-2.0
#include "../config/config.h"
#include "../log.h"
#include "../role.h"
#include "announce.h"
#include "clock.h"
#include "engine.h"
#include "network.h"

static bool vrrp_wanted(const struct config *config)
{
	const struct config_vrrp *wanted = &config->vrrp;

	return wanted->instance_count || wanted->address_count ||
	       wanted->route_count || wanted->rule_count;
}

static int vrrp_start(uv_loop_t *loop, struct link *control)
{
	int err;

	vrrp.loop = loop;
	vrrp.control = control;
	vrrp_sockets_start(loop, vrrp_advert_receive);
	err = vrrp_announce_start();
	if (!err)
		err = vrrp_timer_start(loop);
	if (!err)
		err = vrrp_interfaces_start(loop);
	if (!err)
		err = vrrp_network_start(loop);
	return err;
}

static void command(const struct msg_vrrp_command *msg)
{
	struct vrrp_engine *engine;

	if (!vrrp.config || msg->generation != vrrp.config->generation)
		return;
	for (engine = vrrp.engines; engine; engine = engine->next) {
		if (engine->instance.index == msg->index &&
		    msg->command == VRRP_COMMAND_RELEASE)
			vrrp_fsm_release(&engine->fsm, clock_now());
	}
}

static void tracked(const struct msg_tracked *msg)
{
	if (vrrp.config && msg->generation == vrrp.config->generation)
		vrrp_track_set(msg);
}

static void vrrp_message(enum message_type type, const void *data, int fd)
{
	(void)fd;
	switch (type) {
	case MSG_TRACKED:
		tracked(data);
		break;
	case MSG_VRRP_COMMAND:
		command(data);
		break;
	default:
		break;
	}
}

static void vrrp_stop(void)
{
	vrrp_stop_all();
	vrrp_network_stop();
	vrrp_interfaces_stop();
	uv_stop(vrrp.loop);
}

/* Raw and packet sockets; addresses, routes, interfaces. */
#define CAPABILITIES	2

static const cap_value_t capabilities[CAPABILITIES] = {
	CAP_NET_RAW, CAP_NET_ADMIN
};

const struct role role_vrrp = {
	.name = "lbd-vrrp",
	.capabilities = capabilities,
	.capability_count = CAPABILITIES,
	.real_time = true,
	.wanted = vrrp_wanted,
	.start = vrrp_start,
	.configure = vrrp_reload,
	.message = vrrp_message,
	.status = vrrp_status,
	.stop = vrrp_stop,
};
