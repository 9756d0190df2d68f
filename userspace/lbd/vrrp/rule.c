// SPDX-License-Identifier: GPL-2.0
/* Virtual and static rules as requests to the kernel */
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <netlink/route/rule.h>

#include "kernel.h"
#include "thing.h"

static int set_prefix(struct rtnl_rule *target,
		      int (*set)(struct rtnl_rule *rule, struct nl_addr *addr),
		      const struct nflb_address *address, uint8_t prefix)
{
	struct nl_addr *addr;
	int err;

	if (address->family == AF_UNSPEC)
		return 0;
	addr = vrrp_kernel_address(address, prefix);
	if (!addr)
		return -ENOMEM;
	err = set(target, addr);
	nl_addr_put(addr);
	return err ? -ENOMEM : 0;
}

static void set_given(struct rtnl_rule *target,
		      const struct config_vrrp_rule *rule)
{
	if (rule->given & CONFIG_RULE_PRIORITY)
		rtnl_rule_set_prio(target, rule->priority);
	if (rule->given & CONFIG_RULE_MARK) {
		rtnl_rule_set_mark(target, rule->mark);
		rtnl_rule_set_mask(target, rule->mask);
	}
	if (rule->given & CONFIG_RULE_IP_PROTO)
		rtnl_rule_set_ipproto(target, rule->ip_proto);
	if (rule->given & CONFIG_RULE_SPORT)
		rtnl_rule_set_sport_range(target, rule->sport[0], rule->sport[1]);
	if (rule->given & CONFIG_RULE_DPORT)
		rtnl_rule_set_dport_range(target, rule->dport[0], rule->dport[1]);
	if (rule->given & CONFIG_RULE_L3MDEV)
		rtnl_rule_set_l3mdev(target, 1);
}

static struct rtnl_rule *make(const struct config_vrrp_rule *rule)
{
	struct rtnl_rule *target = rtnl_rule_alloc();
	int err;

	if (!target)
		return NULL;
	rtnl_rule_set_family(target, rule->family);
	err = set_prefix(target, rtnl_rule_set_src, &rule->from, rule->from_prefix);
	if (!err)
		err = set_prefix(target, rtnl_rule_set_dst, &rule->to, rule->to_prefix);
	if (!err && rule->iif)
		err = rtnl_rule_set_iif(target, rule->iif);
	if (!err && rule->oif)
		err = rtnl_rule_set_oif(target, rule->oif);
	if (err) {
		rtnl_rule_put(target);
		return NULL;
	}
	rtnl_rule_set_dsfield(target, rule->tos);
	rtnl_rule_set_action(target, rule->action);
	rtnl_rule_set_protocol(target, rule->protocol ? : VRRP_PROTOCOL);
	if (rule->table)
		rtnl_rule_set_table(target, rule->table);
	if (rule->action == FR_ACT_GOTO)
		rtnl_rule_set_goto(target, rule->target);
	if (rule->realms)
		rtnl_rule_set_realms(target, rule->realms);
	set_given(target, rule);
	return target;
}

/* What libnl does not know. */
static int complete(struct nl_msg *msg, const struct config_vrrp_rule *rule)
{
	struct fib_rule_uid_range users = {
		.start = rule->uid[0], .end = rule->uid[1],
	};
	struct fib_rule_hdr *header = nlmsg_data(nlmsg_hdr(msg));

	if (rule->inverted)
		header->flags |= FIB_RULE_INVERT;
	if ((rule->given & CONFIG_RULE_UID) &&
	    nla_put(msg, FRA_UID_RANGE, sizeof(users), &users))
		return -ENOMEM;
	if ((rule->given & CONFIG_RULE_TUN_ID) &&
	    nla_put_u64(msg, FRA_TUN_ID, htobe64(rule->tun_id)))
		return -ENOMEM;
	if ((rule->given & CONFIG_RULE_SUPPRESS_PREFIX) &&
	    nla_put_u32(msg, FRA_SUPPRESS_PREFIXLEN, rule->suppress_prefix))
		return -ENOMEM;
	if ((rule->given & CONFIG_RULE_SUPPRESS_GROUP) &&
	    nla_put_u32(msg, FRA_SUPPRESS_IFGROUP, rule->suppress_group))
		return -ENOMEM;
	return 0;
}

/**
 * vrrp_rule_build() - make the requests for a rule
 * @rule: it
 * @thing: gets them
 *
 * Return: 0 or -ENOMEM.
 */
int vrrp_rule_build(const struct config_vrrp_rule *rule,
		    struct vrrp_thing *thing)
{
	struct rtnl_rule *target = make(rule);
	int err = -ENOMEM;

	if (!target)
		return -ENOMEM;
	if (!rtnl_rule_build_add_request(target, NLM_F_CREATE | NLM_F_EXCL,
					 &thing->add) &&
	    !rtnl_rule_build_delete_request(target, 0, &thing->remove) &&
	    !complete(thing->add, rule))
		err = complete(thing->remove, rule);
	rtnl_rule_put(target);
	return err;
}
