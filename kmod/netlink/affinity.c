// SPDX-License-Identifier: GPL-2.0
/* Affinity: the setting of a service, and requests about what it remembers. */
#include "affinity.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/listing.h"
#include "netlink/match.h"
#include "netlink/netlink.h"

/**
 * nflb_attr_get_affinity - read the affinity of a service
 * @config: gets it, if there is one; its key is known
 * @tb: parsed attributes, enum nflb_service_attr
 * @extack: told why not
 *
 * The prefix goes with the time: one that is not given is as long as can be.
 *
 * Return: 0 or -EINVAL.
 */
int nflb_attr_get_affinity(struct nflb_service_config *config,
			   struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct nlattr *prefix = tb[NFLB_SERVICE_AFFINITY_PREFIX];
	unsigned int bits = nflb_addr_bits(config->key.family);

	if (tb[NFLB_SERVICE_AFFINITY]) {
		config->affinity = nla_get_u32(tb[NFLB_SERVICE_AFFINITY]);
		config->affinity_prefix = bits;
	}
	if (!prefix)
		return 0;
	if (!tb[NFLB_SERVICE_AFFINITY] || !config->affinity)
		return nflb_attr_refuse(extack, prefix,
					"an affinity mask needs an affinity time");
	config->affinity_prefix = nla_get_u8(prefix);
	if (!config->affinity_prefix || config->affinity_prefix > bits)
		return nflb_attr_refuse(extack, prefix, bits == 32 ?
					"affinity mask must be 1 to 32" :
					"affinity mask must be 1 to 128");
	return 0;
}

int nflb_attr_put_affinity(struct sk_buff *skb,
			   const struct nflb_service *service)
{
	const struct nflb_affinity_setting *affinity = &service->affinity;

	if (nla_put_u32(skb, NFLB_SERVICE_AFFINITY, affinity->seconds))
		return -EMSGSIZE;
	if (!affinity->seconds)
		return 0;
	return nla_put_u8(skb, NFLB_SERVICE_AFFINITY_PREFIX,
			  affinity->id & NFLB_AFFINITY_PREFIX);
}

static const struct nla_policy filter_policy[] = {
	[NFLB_AFFINITY_CLIENT_ADDR4]	= { .type = NLA_U32 },
	[NFLB_AFFINITY_CLIENT_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_AFFINITY_CLIENT_PREFIX]	= NLA_POLICY_MAX(NLA_U8, 128),
	[NFLB_AFFINITY_EXPIRES]		= { .type = NLA_REJECT },
	[NFLB_AFFINITY_ALL]		= { .type = NLA_FLAG },
};

static const struct nflb_attr_addr client_addr = {
	.addr4		= NFLB_AFFINITY_CLIENT_ADDR4,
	.addr6		= NFLB_AFFINITY_CLIENT_ADDR6,
	.missing	= "client address is missing",
	.both		= "client has an IPv4 and an IPv6 address",
};

static int get_filter(struct nflb_match *filter, struct nlattr **attrs,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *nest = attrs[NFLB_A_AFFINITY];
	struct nlattr *tb[ARRAY_SIZE(filter_policy)];
	int err;

	err = nflb_match_get(filter, attrs, extack);
	if (err || !nest)
		return err;
	err = nla_parse_nested(tb, ARRAY_SIZE(filter_policy) - 1, nest,
			       filter_policy, extack);
	if (err)
		return err;
	filter->all = nla_get_flag(tb[NFLB_AFFINITY_ALL]);
	return nflb_match_get_client(filter, tb, &client_addr,
				     NFLB_AFFINITY_CLIENT_PREFIX, extack);
}

/* What counts no more is not shown, though it may not be swept yet. */
static bool match(const struct nflb_match *filter, void *object)
{
	const struct nflb_affinity *entry = object;

	return nflb_affinity_valid(entry) &&
	       nflb_match_ends(filter, entry->backend, entry->backend->port,
			       entry->key.client);
}

/**
 * nflb_netlink_put_affinity - put an affinity entry and what it belongs to
 * @skb: message
 * @entry: entry
 *
 * Context: any, RCU read side.
 * Return: 0 or -EMSGSIZE.
 */
int nflb_netlink_put_affinity(struct sk_buff *skb,
			      const struct nflb_affinity *entry)
{
	struct nlattr *nest;

	if (nflb_match_put_ends(skb, entry->backend, entry->backend->port))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, NFLB_A_AFFINITY);
	if (!nest ||
	    nflb_attr_put_addr(skb, NFLB_AFFINITY_CLIENT_ADDR4,
			       NFLB_AFFINITY_CLIENT_ADDR6, entry->key.client,
			       entry->key.service->key.family) ||
	    nla_put_u8(skb, NFLB_AFFINITY_CLIENT_PREFIX,
		       nflb_affinity_prefix(entry)) ||
	    nla_put_u32(skb, NFLB_AFFINITY_EXPIRES, nflb_affinity_left(entry)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put(struct sk_buff *skb, void *object)
{
	return nflb_netlink_put_affinity(skb, object);
}

static bool end(struct nflb_net *nn, void *object)
{
	return nflb_affinity_end(object);
}

static struct rhashtable *table(struct nflb_net *nn)
{
	return &nn->affinities;
}

static const struct nflb_listing affinities = {
	.cmd		= NFLB_CMD_AFFINITY_GET,
	.policy		= nflb_policy_affinity,
	.maxattr	= ARRAY_SIZE(nflb_policy_affinity) - 1,
	.get		= get_filter,
	.table		= table,
	.match		= match,
	.put		= put,
	.end		= end,
	.which		= "a filter is missing: which clients?",
	.both		= "all clients or those of a filter, not both",
};

int nflb_netlink_affinity_del(struct sk_buff *skb, struct genl_info *info)
{
	return nflb_listing_del(info, &affinities);
}

int nflb_netlink_affinity_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nflb_listing_dump(skb, cb, &affinities);
}
