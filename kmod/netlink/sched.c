// SPDX-License-Identifier: GPL-2.0
/* What requests about services say of schedulers: name and options. */
#include <net/netlink.h>

#include "netlink/attr.h"
#include "netlink/netlink.h"
#include "netlink/sched.h"
#include "sched/slots.h"

static struct netlink_range_validation max_load_range = {
	.min = NFLB_MAX_LOAD_MIN,
	.max = NFLB_MAX_LOAD_MAX,
};

static const struct nla_policy option_policy[] = {
	[NFLB_SCHED_OPTION_TABLE_SIZE]	= { .type = NLA_U32 },
	[NFLB_SCHED_OPTION_SEED]	= { .type = NLA_U64 },
	[NFLB_SCHED_OPTION_HASH]	= NLA_POLICY_MAX(NLA_U8, NFLB_HASH_MAX),
	[NFLB_SCHED_OPTION_FALLBACK]	= NLA_POLICY_MAX(NLA_U8, 1),
	[NFLB_SCHED_OPTION_MAX_LOAD]	=
		NLA_POLICY_FULL_RANGE(NLA_U32, &max_load_range),
};

static const char *const not_taken[ARRAY_SIZE(option_policy)] = {
	[NFLB_SCHED_OPTION_TABLE_SIZE]	= "this scheduler has no option table-size",
	[NFLB_SCHED_OPTION_SEED]	= "this scheduler has no option seed",
	[NFLB_SCHED_OPTION_HASH]	= "this scheduler has no option hash",
	[NFLB_SCHED_OPTION_FALLBACK]	= "this scheduler has no option fallback",
	[NFLB_SCHED_OPTION_MAX_LOAD]	= "this scheduler has no option max-load",
};

/**
 * nflb_netlink_sched_get - find the scheduler that a request names
 * @ops: result, to be given back with nflb_sched_put()
 * @name: its name
 * @attr: where that stands, or NULL
 * @extack: told why not
 *
 * Context: process, no lock held: may load a module.
 * Return: 0 or -ENOENT.
 */
int nflb_netlink_sched_get(const struct nflb_sched_ops **ops, const char *name,
			   const struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	*ops = nflb_sched_get(name);
	if (*ops)
		return 0;
	nflb_attr_refuse(extack, attr, "no such scheduler");
	return -ENOENT;
}

static int check_taken(struct nlattr **tb, const struct nflb_sched_ops *ops,
		       struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 1; i < ARRAY_SIZE(option_policy); i++)
		if (tb[i] && !nflb_sched_takes(ops, i))
			return nflb_attr_refuse(extack, tb[i], not_taken[i]);
	return 0;
}

/* Only what is given changes. */
static void take_options(struct nflb_sched_options *options, struct nlattr **tb)
{
	if (tb[NFLB_SCHED_OPTION_TABLE_SIZE])
		options->table_size =
			nla_get_u32(tb[NFLB_SCHED_OPTION_TABLE_SIZE]);
	if (tb[NFLB_SCHED_OPTION_SEED])
		options->seed = nla_get_u64(tb[NFLB_SCHED_OPTION_SEED]);
	if (tb[NFLB_SCHED_OPTION_HASH])
		options->hash = nla_get_u8(tb[NFLB_SCHED_OPTION_HASH]);
	if (tb[NFLB_SCHED_OPTION_FALLBACK])
		options->fallback = nla_get_u8(tb[NFLB_SCHED_OPTION_FALLBACK]);
	if (tb[NFLB_SCHED_OPTION_MAX_LOAD])
		options->max_load = nla_get_u32(tb[NFLB_SCHED_OPTION_MAX_LOAD]);
}

static int check_options(const struct nflb_sched_options *options,
			 struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct nlattr *size = tb[NFLB_SCHED_OPTION_TABLE_SIZE];

	if (size && !nflb_slots_size_valid(options->table_size))
		return nflb_attr_refuse(extack, size,
					"table size must be a prime from 251 to 655373");
	if (options->max_load && !options->fallback)
		return nflb_attr_refuse(extack, tb[NFLB_SCHED_OPTION_MAX_LOAD],
					"max-load needs fallback on");
	return 0;
}

/**
 * nflb_netlink_sched_options - read the options of a scheduler
 * @options: result; what is not given has the scheduler's default
 * @ops: scheduler
 * @nest: attributes, enum nflb_sched_option, or NULL
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_netlink_sched_options(struct nflb_sched_options *options,
			       const struct nflb_sched_ops *ops,
			       const struct nlattr *nest,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(option_policy)];
	int err;

	*options = ops->defaults;
	if (!nest)
		return 0;
	err = nla_parse_nested(tb, ARRAY_SIZE(option_policy) - 1, nest,
			       option_policy, extack);
	if (err)
		return err;
	err = check_taken(tb, ops, extack);
	if (err)
		return err;
	take_options(options, tb);
	return check_options(options, tb, extack);
}

static int put_option(struct sk_buff *skb,
		      const struct nflb_sched_options *options,
		      enum nflb_sched_option option)
{
	switch (option) {
	case NFLB_SCHED_OPTION_TABLE_SIZE:
		return nla_put_u32(skb, option, options->table_size);
	case NFLB_SCHED_OPTION_SEED:
		return nla_put_u64_64bit(skb, option, options->seed,
					 NFLB_SCHED_OPTION_PAD);
	case NFLB_SCHED_OPTION_HASH:
		return nla_put_u8(skb, option, options->hash);
	case NFLB_SCHED_OPTION_FALLBACK:
		return nla_put_u8(skb, option, options->fallback);
	case NFLB_SCHED_OPTION_MAX_LOAD:
		return options->max_load ?
		       nla_put_u32(skb, option, options->max_load) : 0;
	default:
		return 0;
	}
}

/**
 * nflb_netlink_sched_put - put name and options of a scheduler
 * @skb: message
 * @ops: scheduler
 * @options: of a service
 *
 * Return: 0 or -EMSGSIZE.
 */
int nflb_netlink_sched_put(struct sk_buff *skb,
			   const struct nflb_sched_ops *ops,
			   const struct nflb_sched_options *options)
{
	struct nlattr *nest;
	unsigned int i;

	if (nla_put_string(skb, NFLB_SERVICE_SCHEDULER, ops->name))
		return -EMSGSIZE;
	if (!ops->takes)
		return 0;
	nest = nla_nest_start(skb, NFLB_SERVICE_SCHED_OPTIONS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i <= NFLB_SCHED_OPTION_MAX; i++)
		if (nflb_sched_takes(ops, i) && put_option(skb, options, i))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
