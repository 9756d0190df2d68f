// SPDX-License-Identifier: GPL-2.0
/* The family: which request goes where, and what it may contain. */
#include <linux/nflb.h>

#include "netlink/listing.h"
#include "netlink/netlink.h"

const struct nla_policy nflb_policy_service[NFLB_A_SERVICE + 1] = {
	[NFLB_A_SERVICE]	= { .type = NLA_NESTED },
};

const struct nla_policy nflb_policy_backend[NFLB_A_BACKEND + 1] = {
	[NFLB_A_SERVICE]	= { .type = NLA_NESTED },
	[NFLB_A_BACKEND]	= { .type = NLA_NESTED },
};

const struct nla_policy nflb_policy_connection[NFLB_A_CONNECTION + 1] = {
	[NFLB_A_SERVICE]	= { .type = NLA_NESTED },
	[NFLB_A_BACKEND]	= { .type = NLA_NESTED },
	[NFLB_A_CONNECTION]	= { .type = NLA_NESTED },
};

const struct nla_policy nflb_policy_affinity[NFLB_A_AFFINITY + 1] = {
	[NFLB_A_SERVICE]	= { .type = NLA_NESTED },
	[NFLB_A_BACKEND]	= { .type = NLA_NESTED },
	[NFLB_A_AFFINITY]	= { .type = NLA_NESTED },
};

/* A flow is no filter: service and backend are what it asks for. */
static const struct nla_policy nflb_policy_flow[NFLB_A_CONNECTION + 1] = {
	[NFLB_A_CONNECTION]	= { .type = NLA_NESTED },
};

static const struct nla_policy nflb_policy_settings[NFLB_A_SETTINGS + 1] = {
	[NFLB_A_SETTINGS]	= { .type = NLA_NESTED },
};

const struct nla_policy nflb_policy_entry[NFLB_A_ENTRY + 1] = {
	[NFLB_A_SERVICE]	= { .type = NLA_NESTED },
	[NFLB_A_BACKEND]	= { .type = NLA_NESTED },
	[NFLB_A_CONNECTION]	= { .type = NLA_NESTED },
	[NFLB_A_AFFINITY]	= { .type = NLA_NESTED },
};

/* Many of one kind, and nothing else. */
static const struct nla_policy nflb_policy_import[NFLB_A_ENTRY + 1] = {
	[NFLB_A_ENTRY]		= { .type = NLA_NESTED },
};

/* Without a policy nothing would be looked at, and anything accepted. */
const struct nla_policy nflb_policy_none[NFLB_A_SERVICE + 1] = {
	[NFLB_A_SERVICE]	= { .type = NLA_REJECT },
};

static const struct genl_ops nflb_ops[] = {
	{
		.cmd		= NFLB_CMD_SERVICE_NEW,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_backend,
		.maxattr	= ARRAY_SIZE(nflb_policy_backend) - 1,
		.doit		= nflb_netlink_service_new,
	},
	{
		.cmd		= NFLB_CMD_SERVICE_REPLACE,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_backend,
		.maxattr	= ARRAY_SIZE(nflb_policy_backend) - 1,
		.doit		= nflb_netlink_service_replace,
	},
	{
		.cmd		= NFLB_CMD_SERVICE_SET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_service,
		.maxattr	= ARRAY_SIZE(nflb_policy_service) - 1,
		.doit		= nflb_netlink_service_set,
	},
	{
		.cmd		= NFLB_CMD_SERVICE_DEL,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_service,
		.maxattr	= ARRAY_SIZE(nflb_policy_service) - 1,
		.doit		= nflb_netlink_service_del,
	},
	{
		.cmd		= NFLB_CMD_SERVICE_GET,
		.policy		= nflb_policy_service,
		.maxattr	= ARRAY_SIZE(nflb_policy_service) - 1,
		.doit		= nflb_netlink_service_get,
		.dumpit		= nflb_netlink_service_dump,
	},
	{
		.cmd		= NFLB_CMD_SERVICE_ZERO,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_service,
		.maxattr	= ARRAY_SIZE(nflb_policy_service) - 1,
		.doit		= nflb_netlink_service_zero,
	},
	{
		.cmd		= NFLB_CMD_BACKEND_NEW,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_backend,
		.maxattr	= ARRAY_SIZE(nflb_policy_backend) - 1,
		.doit		= nflb_netlink_backend_new,
	},
	{
		.cmd		= NFLB_CMD_BACKEND_SET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_backend,
		.maxattr	= ARRAY_SIZE(nflb_policy_backend) - 1,
		.doit		= nflb_netlink_backend_set,
	},
	{
		.cmd		= NFLB_CMD_BACKEND_DEL,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_backend,
		.maxattr	= ARRAY_SIZE(nflb_policy_backend) - 1,
		.doit		= nflb_netlink_backend_del,
	},
	{
		.cmd		= NFLB_CMD_BACKEND_GET,
		.policy		= nflb_policy_service,
		.maxattr	= ARRAY_SIZE(nflb_policy_service) - 1,
		.dumpit		= nflb_netlink_backend_dump,
		.done		= nflb_netlink_backend_done,
	},
	{
		.cmd		= NFLB_CMD_CONNECTION_GET,
		.policy		= nflb_policy_connection,
		.maxattr	= ARRAY_SIZE(nflb_policy_connection) - 1,
		.dumpit		= nflb_netlink_connection_dump,
		.done		= nflb_listing_done,
	},
	{
		.cmd		= NFLB_CMD_CONNECTION_COUNT,
		.policy		= nflb_policy_connection,
		.maxattr	= ARRAY_SIZE(nflb_policy_connection) - 1,
		.doit		= nflb_netlink_connection_count,
	},
	{
		.cmd		= NFLB_CMD_STATS_GET,
		.policy		= nflb_policy_none,
		.maxattr	= ARRAY_SIZE(nflb_policy_none) - 1,
		.doit		= nflb_netlink_stats_get,
	},
	{
		.cmd		= NFLB_CMD_CONNECTION_DEL,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_connection,
		.maxattr	= ARRAY_SIZE(nflb_policy_connection) - 1,
		.doit		= nflb_netlink_connection_del,
	},
	{
		.cmd		= NFLB_CMD_EXPLAIN,
		.policy		= nflb_policy_flow,
		.maxattr	= ARRAY_SIZE(nflb_policy_flow) - 1,
		.doit		= nflb_netlink_explain,
	},
	{
		.cmd		= NFLB_CMD_AFFINITY_GET,
		.policy		= nflb_policy_affinity,
		.maxattr	= ARRAY_SIZE(nflb_policy_affinity) - 1,
		.dumpit		= nflb_netlink_affinity_dump,
		.done		= nflb_listing_done,
	},
	{
		.cmd		= NFLB_CMD_AFFINITY_DEL,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_affinity,
		.maxattr	= ARRAY_SIZE(nflb_policy_affinity) - 1,
		.doit		= nflb_netlink_affinity_del,
	},
	{
		.cmd		= NFLB_CMD_SETTINGS_GET,
		.policy		= nflb_policy_none,
		.maxattr	= ARRAY_SIZE(nflb_policy_none) - 1,
		.doit		= nflb_netlink_settings_get,
	},
	{
		.cmd		= NFLB_CMD_SETTINGS_SET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_settings,
		.maxattr	= ARRAY_SIZE(nflb_policy_settings) - 1,
		.doit		= nflb_netlink_settings_set,
	},
	{
		.cmd		= NFLB_CMD_CHANGES,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_none,
		.maxattr	= ARRAY_SIZE(nflb_policy_none) - 1,
		.dumpit		= nflb_netlink_changes_dump,
	},
	{
		.cmd		= NFLB_CMD_IMPORT,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= nflb_policy_import,
		.maxattr	= ARRAY_SIZE(nflb_policy_import) - 1,
		.doit		= nflb_netlink_import,
	},
};

static const struct genl_multicast_group nflb_groups[] = {
	[NFLB_GROUP_SERVICE]	= { .name = NFLB_MCGRP_SERVICE },
	[NFLB_GROUP_BACKEND]	= { .name = NFLB_MCGRP_BACKEND },
	[NFLB_GROUP_CONNECTION]	= { .name = NFLB_MCGRP_CONNECTION },
};

struct genl_family nflb_genl_family __ro_after_init = {
	.name		= NFLB_GENL_NAME,
	.version	= NFLB_GENL_VERSION,
	.netnsok	= true,
	/* Objects have locks of their own. */
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= nflb_ops,
	.n_ops		= ARRAY_SIZE(nflb_ops),
	.mcgrps		= nflb_groups,
	.n_mcgrps	= ARRAY_SIZE(nflb_groups),
	.resv_start_op	= NFLB_CMD_MAX + 1,
};

/**
 * nflb_netlink_answer - answer a request with a message of the same kind
 * @info: request
 * @put: puts what the answer says; what it returns but 0 is the error
 * @arg: passed on
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int nflb_netlink_answer(struct genl_info *info,
			int (*put)(struct sk_buff *msg, void *arg), void *arg)
{
	struct sk_buff *msg;
	void *header;
	int err;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	header = genlmsg_put_reply(msg, info, &nflb_genl_family, 0,
				   info->genlhdr->cmd);
	err = header ? put(msg, arg) : -EMSGSIZE;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

int __init nflb_netlink_init(void)
{
	int err = genl_register_family(&nflb_genl_family);

	if (!err)
		nflb_event_init();
	return err;
}

void nflb_netlink_exit(void)
{
	nflb_event_exit();
	genl_unregister_family(&nflb_genl_family);
}
