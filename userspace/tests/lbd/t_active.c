// SPDX-License-Identifier: GPL-2.0
/* When sync is told that this director is active; control and roles are ours */
#include "../tap.h"

#include "../../lbd/config/config.h"
#include "../../lbd/control/active.h"

static struct config_vrrp_instance instances[] = {
	{ .name = "front" },
	{ .name = "back" },
};

static struct config config = {
	.vrrp = { .instances = instances, .instance_count = 2 },
	.sync = { .enabled = true, .instance = "back" },
};

static int told = -1;

const struct config *control_config(void)
{
	return &config;
}

int roles_send(enum role_id role, enum message_type type, const void *data)
{
	const struct msg_sync_role *msg = data;

	if (role == ROLE_SYNC && type == MSG_SYNC_ROLE)
		told = msg->active;
	return 0;
}

static int change(uint32_t group, uint32_t index, enum vrrp_state state)
{
	struct msg_vrrp_state msg = {
		.group = group, .index = index, .state = state,
	};

	told = -1;
	active_part.vrrp_changed(&msg);
	return told;
}

static int asked(void)
{
	told = -1;
	active_part.role_ready(ROLE_SYNC);
	return told;
}

int main(void)
{
	ok(asked() == 0, "passive at first");
	ok(change(0, 1, VRRP_MASTER) == 1, "active as its instance is master");
	ok(asked() == 1, "and told so again when it starts anew");
	ok(change(0, 0, VRRP_BACKUP) == -1, "another instance does not matter");
	ok(change(1, 1, VRRP_BACKUP) == -1, "nor does a group");
	ok(change(0, 7, VRRP_BACKUP) == -1, "nor one there is not");
	change(0, 1, VRRP_MASTER_RX_LOWER_PRI);
	ok(asked() == 1, "a master that hears a lower one stays active");
	ok(change(0, 1, VRRP_BACKUP) == 0, "passive as it is backup");
	config.sync.instance = NULL;
	ok(asked() == 1, "without an instance always active");
	return tap_end();
}
