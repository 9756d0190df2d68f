// SPDX-License-Identifier: GPL-2.0
/* Source pools: parse and put. */
#include <linux/slab.h>

#include "netlink/attr.h"
#include "source.h"

static const struct nla_policy pool_policy[] = {
	[NFLB_SOURCE_POOL_PREFIX]	= { .type = NLA_NESTED },
	[NFLB_SOURCE_POOL_PORT_MIN]	= { .type = NLA_U16 },
	[NFLB_SOURCE_POOL_PORT_MAX]	= { .type = NLA_U16 },
};

static const struct nla_policy prefix_policy[] = {
	[NFLB_SOURCE_PREFIX_ADDR4]	= { .type = NLA_U32 },
	[NFLB_SOURCE_PREFIX_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_SOURCE_PREFIX_LENGTH]	= NLA_POLICY_MAX(NLA_U8, 128),
};

static const struct nflb_attr_addr prefix_addr = {
	.addr4		= NFLB_SOURCE_PREFIX_ADDR4,
	.addr6		= NFLB_SOURCE_PREFIX_ADDR6,
	.missing	= "source-pool address is missing",
	.both		= "source-pool address is IPv4 and IPv6",
};

static int parse_prefix(struct nflb_source_pool *pool,
			const struct nlattr *nest, u8 family,
			struct netlink_ext_ack *extack)
{
	struct nflb_source_prefix *prefix = &pool->prefix[pool->count];
	unsigned int bits = nflb_addr_bits(family);
	struct nlattr *tb[ARRAY_SIZE(prefix_policy)];
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(prefix_policy) - 1, nest,
			       prefix_policy, extack);
	if (err)
		return err;
	err = nflb_attr_get_addr(prefix->addr, &pool->family, tb, &prefix_addr,
				 extack);
	if (err)
		return err;
	if (pool->family != family)
		return nflb_attr_refuse(extack, nest,
					"source-pool and service are of different address families");
	if (!nflb_attr_addr_is_unicast(prefix->addr, family))
		return nflb_attr_refuse(extack, nest,
					"source-pool address must be global unicast");
	prefix->length = bits;
	if (tb[NFLB_SOURCE_PREFIX_LENGTH])
		prefix->length = nla_get_u8(tb[NFLB_SOURCE_PREFIX_LENGTH]);
	if (prefix->length > bits || bits - prefix->length >
				     ilog2(NFLB_SOURCE_ADDRESSES_MAX))
		return nflb_attr_refuse(extack, nest,
					"source-pool must have 1 to 64 addresses");
	if (!nflb_addr_in_prefix(prefix->addr, prefix->addr,
				 prefix->length, family))
		return nflb_attr_refuse(extack, nest,
					"source-pool address has bits behind its prefix");
	pool->addresses += 1U << (bits - prefix->length);
	pool->count++;
	return 0;
}

static bool prefix_holds(const struct nflb_source_prefix *a,
			 const struct nflb_source_prefix *b, u8 family)
{
	return nflb_addr_in_prefix(b->addr, a->addr, a->length, family);
}

/* An address that is there twice would be taken for two. */
static bool overlaps(const struct nflb_source_pool *pool)
{
	const struct nflb_source_prefix *new = &pool->prefix[pool->count - 1];
	unsigned int i;

	for (i = 0; i < pool->count - 1; i++)
		if (prefix_holds(&pool->prefix[i], new, pool->family) ||
		    prefix_holds(new, &pool->prefix[i], pool->family))
			return true;
	return false;
}

static int parse_prefixes(struct nflb_source_pool *pool,
			  const struct nlattr *nest, u8 family,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int left, err;

	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) != NFLB_SOURCE_POOL_PREFIX)
			continue;
		if (pool->count == NFLB_SOURCE_PREFIXES_MAX)
			return nflb_attr_refuse(extack, attr,
						"source-pool must have 1 to 16 prefixes");
		err = parse_prefix(pool, attr, family, extack);
		if (err)
			return err;
		if (overlaps(pool))
			return nflb_attr_refuse(extack, attr,
						"source-pool has an address twice");
	}
	if (!pool->count || pool->addresses > NFLB_SOURCE_ADDRESSES_MAX)
		return nflb_attr_refuse(extack, nest,
					"source-pool must have 1 to 64 addresses");
	return 0;
}

static int parse_pool(struct nflb_source_pool *pool, const struct nlattr *nest,
		      u8 family, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(pool_policy)];
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(pool_policy) - 1, nest,
			       pool_policy, extack);
	if (err)
		return err;
	pool->port_min = NFLB_SOURCE_PORT_MIN;
	pool->port_max = NFLB_SOURCE_PORT_MAX;
	if (tb[NFLB_SOURCE_POOL_PORT_MIN])
		pool->port_min = nla_get_u16(tb[NFLB_SOURCE_POOL_PORT_MIN]);
	if (tb[NFLB_SOURCE_POOL_PORT_MAX])
		pool->port_max = nla_get_u16(tb[NFLB_SOURCE_POOL_PORT_MAX]);
	if (!pool->port_min || pool->port_min > pool->port_max)
		return nflb_attr_refuse(extack, nest,
					"source-pool ports must be 1 to 65535, the lower first");
	return parse_prefixes(pool, nest, family, extack);
}

/**
 * nflb_attr_get_source_pool - read a pool of source addresses
 * @pool: result: a reference for the caller; NULL where the nest is empty
 * @nest: attribute
 * @family: family it must have
 * @extack: told why not
 *
 * Return: 0 or a negative errno.
 */
int nflb_attr_get_source_pool(struct nflb_source_pool **pool,
			      const struct nlattr *nest, u8 family,
			      struct netlink_ext_ack *extack)
{
	int err;

	*pool = NULL;
	if (!nla_len(nest))
		return 0;
	*pool = kzalloc(struct_size(*pool, prefix, NFLB_SOURCE_PREFIXES_MAX),
			GFP_KERNEL_ACCOUNT);
	if (!*pool)
		return -ENOMEM;
	refcount_set(&(*pool)->refs, 1);
	err = parse_pool(*pool, nest, family, extack);
	if (err) {
		nflb_source_pool_put(*pool);
		*pool = NULL;
	}
	return err;
}

static int put_prefix(struct sk_buff *skb,
		      const struct nflb_source_prefix *prefix, u8 family)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_SOURCE_POOL_PREFIX);

	if (!nest ||
	    nflb_attr_put_addr(skb, NFLB_SOURCE_PREFIX_ADDR4,
			       NFLB_SOURCE_PREFIX_ADDR6, prefix->addr, family) ||
	    nla_put_u8(skb, NFLB_SOURCE_PREFIX_LENGTH, prefix->length))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Nothing for no pool. */
int nflb_attr_put_source_pool(struct sk_buff *skb, int type,
			      const struct nflb_source_pool *pool)
{
	struct nlattr *nest;
	unsigned int i;

	if (!pool)
		return 0;
	nest = nla_nest_start(skb, type);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < pool->count; i++)
		if (put_prefix(skb, &pool->prefix[i], pool->family))
			return -EMSGSIZE;
	if (nla_put_u16(skb, NFLB_SOURCE_POOL_PORT_MIN, pool->port_min) ||
	    nla_put_u16(skb, NFLB_SOURCE_POOL_PORT_MAX, pool->port_max))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
