// SPDX-License-Identifier: GPL-2.0
/* Who is told what becomes of an instance or a group */
#include "vrrp_words.h"

#define AT(member)	.offset = offsetof(struct config_vrrp_notify, member)

/* notify_deleted [SCRIPT] */
static int take_deleted(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct config_vrrp_notify *notify = object;

	notify->say_deleted = true;
	if (!node->count)
		return 0;
	return config_take_command(context, node, 0, &notify->deleted);
}

/* Of vrrp_instance and vrrp_sync_group; the object is their notify. */
const struct config_word vrrp_notify_words[] = {
	{ "notify_master", CONFIG_COMMAND, AT(master) },
	{ "notify_backup", CONFIG_COMMAND, AT(backup) },
	{ "notify_fault", CONFIG_COMMAND, AT(fault) },
	{ "notify_stop", CONFIG_COMMAND, AT(stop) },
	{ "notify_deleted", CONFIG_CALL, .fn = take_deleted },
	{ "notify", CONFIG_COMMAND, AT(any) },
	{ "notify_master_rx_lower_pri", CONFIG_COMMAND,
	  AT(master_rx_lower_pri) },
	{ "notify_priority_changes", CONFIG_SWITCH, AT(priority_changes) },
	{ "smtp_alert", CONFIG_IGNORED,
	  .why = "lbd sends no mail; use notify" },
	{ }
};
