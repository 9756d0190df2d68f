// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "active.h"

/* The instance of the sync block is master. */
static bool active;

static void tell_sync(void)
{
	const struct config_sync *sync = &control_config()->sync;
	struct msg_sync_role msg = { .active = active || !sync->instance };

	if (sync->enabled)
		roles_send(ROLE_SYNC, MSG_SYNC_ROLE, &msg);
}

static void active_role_ready(enum role_id role)
{
	if (role == ROLE_SYNC)
		tell_sync();
}

static void active_vrrp_changed(const struct msg_vrrp_state *state)
{
	const struct config *config = control_config();
	const char *name = config->sync.instance;

	if (state->state == VRRP_MASTER_RX_LOWER_PRI || state->group || !name ||
	    state->index >= config->vrrp.instance_count ||
	    strcmp(config->vrrp.instances[state->index].name, name))
		return;
	active = state->state == VRRP_MASTER;
	tell_sync();
}

const struct control_part active_part = {
	.name = "active",
	.role_ready = active_role_ready,
	.vrrp_changed = active_vrrp_changed,
};
