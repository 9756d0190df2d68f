// SPDX-License-Identifier: GPL-2.0
/* Limits of services in requests and answers. */
#include "netlink/attr.h"
#include "netlink/limit.h"
#include "service.h"

/* Handshakes: more than a busy service ever has of them at a time. */
#define NFLB_HALF_OPEN_DEFAULT	65536

static struct netlink_range_validation per_second_range = {
	.max = NFLB_RATE_MAX,
};

static struct netlink_range_validation burst_range = {
	.min = 1,
	.max = NFLB_BURST_MAX,
};

static const struct nla_policy rate_policy[] = {
	[NFLB_RATE_PER_SECOND] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &per_second_range),
	[NFLB_RATE_BURST] = NLA_POLICY_FULL_RANGE(NLA_U32, &burst_range),
	[NFLB_RATE_PREFIX] = NLA_POLICY_RANGE(NLA_U8, 1, 128),
};

static u8 default_prefix(u8 family)
{
	return family == NFPROTO_IPV4 ? 32 : 64;
}

/**
 * nflb_netlink_default_limits - limits of a service that nothing is said of
 * @family: its family
 */
struct nflb_limits nflb_netlink_default_limits(u8 family)
{
	return (struct nflb_limits){
		.max_half_open = NFLB_HALF_OPEN_DEFAULT,
		.client_prefix = default_prefix(family),
	};
}

/* A handshake is what TCP and SCTP have, and a mark's packets may be of these. */
static bool has_handshakes(const struct nflb_service_key *key)
{
	return key->protocol != IPPROTO_UDP;
}

static int parse_rate(struct nlattr **tb, const struct nlattr *nest,
		      struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, ARRAY_SIZE(rate_policy) - 1, nest,
				   rate_policy, extack);

	if (err)
		return err;
	if (!tb[NFLB_RATE_PER_SECOND])
		return nflb_attr_refuse(extack, nest, "a limit of rate needs a rate");
	if (!nla_get_u32(tb[NFLB_RATE_PER_SECOND]) &&
	    (tb[NFLB_RATE_BURST] || tb[NFLB_RATE_PREFIX]))
		return nflb_attr_refuse(extack, nest,
					"without a rate there is no burst and no prefix");
	return 0;
}

static struct nflb_rate get_rate(struct nlattr **tb)
{
	u32 per_second = nla_get_u32(tb[NFLB_RATE_PER_SECOND]);
	const struct nlattr *burst = tb[NFLB_RATE_BURST];

	return (struct nflb_rate){
		.per_second = per_second,
		.burst = burst ? nla_get_u32(burst) : per_second,
	};
}

static int get_rate_limit(struct nflb_limits *limits, const struct nlattr *nest,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(rate_policy)];
	int err = parse_rate(tb, nest, extack);

	if (err)
		return err;
	if (tb[NFLB_RATE_PREFIX])
		return nflb_attr_refuse(extack, tb[NFLB_RATE_PREFIX],
					"only client-rate-limit has a prefix");
	limits->rate = get_rate(tb);
	return 0;
}

static int get_client_rate_limit(struct nflb_limits *limits,
				 const struct nlattr *nest, u8 family,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(rate_policy)];
	int err = parse_rate(tb, nest, extack);
	u8 prefix = default_prefix(family);

	if (err)
		return err;
	if (tb[NFLB_RATE_PREFIX])
		prefix = nla_get_u8(tb[NFLB_RATE_PREFIX]);
	if (prefix > nflb_addr_bits(family))
		return nflb_attr_refuse(extack, tb[NFLB_RATE_PREFIX],
					"client-rate-limit prefix is longer than the address");
	limits->client_rate = get_rate(tb);
	limits->client_prefix = prefix;
	return 0;
}

/**
 * nflb_netlink_get_limits - read what a request says of limits
 * @limits: only what is given changes
 * @tb: attributes of the service
 * @key: key of the service
 * @extack: told why not
 *
 * Return: 0 or a negative errno.
 */
int nflb_netlink_get_limits(struct nflb_limits *limits, struct nlattr **tb,
			    const struct nflb_service_key *key,
			    struct netlink_ext_ack *extack)
{
	const struct nlattr *half_open = tb[NFLB_SERVICE_MAX_HALF_OPEN];
	int err = 0;

	if (half_open && !has_handshakes(key))
		return nflb_attr_refuse(extack, half_open,
					"UDP services have no half-open connections");
	if (half_open)
		limits->max_half_open = nla_get_u32(half_open);
	if (tb[NFLB_SERVICE_MAX_CONNECTIONS])
		limits->max_connections =
			nla_get_u32(tb[NFLB_SERVICE_MAX_CONNECTIONS]);
	if (tb[NFLB_SERVICE_RATE_LIMIT])
		err = get_rate_limit(limits, tb[NFLB_SERVICE_RATE_LIMIT],
				     extack);
	if (!err && tb[NFLB_SERVICE_CLIENT_RATE_LIMIT])
		err = get_client_rate_limit(limits,
					    tb[NFLB_SERVICE_CLIENT_RATE_LIMIT],
					    key->family, extack);
	return err;
}

static int put_rate(struct sk_buff *skb, int type, struct nflb_rate rate,
		    u8 prefix)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, NFLB_RATE_PER_SECOND, rate.per_second))
		return -EMSGSIZE;
	if (rate.per_second && nla_put_u32(skb, NFLB_RATE_BURST, rate.burst))
		return -EMSGSIZE;
	if (rate.per_second && prefix &&
	    nla_put_u8(skb, NFLB_RATE_PREFIX, prefix))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u64 sum(const struct percpu_counter *counter)
{
	return percpu_counter_sum_positive((struct percpu_counter *)counter);
}

static int put_counts(struct sk_buff *skb, const struct nflb_service *service)
{
	const struct nflb_limiter *limiter = &service->limiter;

	if (nla_put_u32(skb, NFLB_SERVICE_CONNECTIONS_ACTIVE,
			sum(&limiter->active)) ||
	    nla_put_u64_64bit(skb, NFLB_SERVICE_STATELESS,
			      sum(&limiter->stateless), NFLB_SERVICE_PAD))
		return -EMSGSIZE;
	if (!has_handshakes(&service->key))
		return 0;
	return nla_put_u32(skb, NFLB_SERVICE_CONNECTIONS_HALF_OPEN,
			   sum(&limiter->half_open));
}

/**
 * nflb_netlink_put_limits - put the limits of a service and where they stand
 * @skb: message
 * @service: service; its namespace's lock is held
 *
 * Return: 0 or -EMSGSIZE.
 */
int nflb_netlink_put_limits(struct sk_buff *skb,
			    const struct nflb_service *service)
{
	const struct nflb_limits *limits = &service->limiter.limits;

	if (nla_put_u32(skb, NFLB_SERVICE_MAX_CONNECTIONS,
			limits->max_connections) ||
	    put_rate(skb, NFLB_SERVICE_RATE_LIMIT, limits->rate, 0) ||
	    put_rate(skb, NFLB_SERVICE_CLIENT_RATE_LIMIT, limits->client_rate,
		     limits->client_prefix))
		return -EMSGSIZE;
	if (has_handshakes(&service->key) &&
	    nla_put_u32(skb, NFLB_SERVICE_MAX_HALF_OPEN,
			limits->max_half_open))
		return -EMSGSIZE;
	return put_counts(skb, service);
}
