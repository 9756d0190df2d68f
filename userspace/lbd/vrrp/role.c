// SPDX-License-Identifier: GPL-2.0
#include "../config/config.h"
#include "../role.h"

static uv_loop_t *vrrp_loop;
static struct config *vrrp_config;

static int vrrp_start(uv_loop_t *loop, struct link *control)
{
	(void)control;
	vrrp_loop = loop;
	return 0;
}

static void vrrp_configure(struct config *config)
{
	if (vrrp_config)
		config_free(vrrp_config);
	vrrp_config = config;
}

static void vrrp_message(enum message_type type, const void *data, int fd)
{
	(void)type;
	(void)data;
	(void)fd;
}

static void vrrp_stop(void)
{
	uv_stop(vrrp_loop);
}

const struct role role_vrrp = {
	.name = "lbd-vrrp",
	.start = vrrp_start,
	.configure = vrrp_configure,
	.message = vrrp_message,
	.stop = vrrp_stop,
};
