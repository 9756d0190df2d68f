// SPDX-License-Identifier: GPL-2.0
/* Requests about the settings of the namespace. */
#include <linux/netlink.h>

#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"
#include "settings.h"

static const struct nla_policy settings_policy[] = {
	[NFLB_SETTINGS_MAX_CONNECTIONS]	= { .type = NLA_U32 },
	[NFLB_SETTINGS_MAX_AFFINITY]	= { .type = NLA_U32 },
};

/*
 * Limits bound the memory of the whole machine: whoever is root in a user
 * namespace only may lower them.
 */
static int check_privilege(struct sk_buff *skb, struct nlattr **tb,
			   struct netlink_ext_ack *extack)
{
	int i;

	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	for (i = 1; i <= NFLB_SETTINGS_MAX; i++) {
		if (!tb[i] || nla_get_u32(tb[i]) <= nflb_setting_default(i))
			continue;
		nflb_attr_refuse(extack, tb[i],
				 "a limit above the default needs CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	return 0;
}

int nflb_netlink_settings_set(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *nest = info->attrs[NFLB_A_SETTINGS];
	struct nlattr *tb[ARRAY_SIZE(settings_policy)];
	struct nflb_net *nn = nflb_net(genl_info_net(info));
	int err, i;

	BUILD_BUG_ON(ARRAY_SIZE(settings_policy) != NFLB_SETTINGS_MAX + 1);
	if (!nest)
		return nflb_attr_refuse(info->extack, NULL,
					"settings are missing");
	err = nla_parse_nested(tb, NFLB_SETTINGS_MAX, nest, settings_policy,
			       info->extack) ?:
	      check_privilege(skb, tb, info->extack);
	if (err)
		return err;
	for (i = 1; i <= NFLB_SETTINGS_MAX; i++)
		if (tb[i])
			nflb_setting_set(nn, i, nla_get_u32(tb[i]));
	return 0;
}

static int put_settings(struct sk_buff *skb, const struct nflb_net *nn,
			int type)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i <= NFLB_SETTINGS_MAX; i++)
		if (nla_put_u32(skb, i, nn ? nflb_setting(nn, i) :
					     nflb_setting_default(i)))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_answer(struct sk_buff *msg, void *nn)
{
	return put_settings(msg, nn, NFLB_A_SETTINGS) ?:
	       put_settings(msg, NULL, NFLB_A_DEFAULTS);
}

int nflb_netlink_settings_get(struct sk_buff *skb, struct genl_info *info)
{
	return nflb_netlink_answer(info, put_answer,
				   nflb_net(genl_info_net(info)));
}
