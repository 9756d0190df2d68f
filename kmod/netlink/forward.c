// SPDX-License-Identifier: GPL-2.0
/* Options of the forwards. */
#include "netlink/attr.h"

#define PREFIX_MIN4	8
#define PREFIX_MIN6	16

static const struct nla_policy option_policy[] = {
	[NFLB_FORWARD_OPTION_CHECKSUM]	= NLA_POLICY_MAX(NLA_U8, 1),
	[NFLB_FORWARD_OPTION_KEY]	= { .type = NLA_U32 },
	[NFLB_FORWARD_OPTION_PORT]	= { .type = NLA_U16 },
	[NFLB_FORWARD_OPTION_SOURCE4]	= { .type = NLA_U32 },
	[NFLB_FORWARD_OPTION_SOURCE6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_FORWARD_OPTION_SOURCE_PREFIX] = { .type = NLA_U8 },
	[NFLB_FORWARD_OPTION_TOA]	= NLA_POLICY_MAX(NLA_U8, 1),
};

#define NFLB_FORWARD_OPTIONS	(ARRAY_SIZE(option_policy) - 1)

static const struct nflb_attr_addr source_addr = {
	.addr4		= NFLB_FORWARD_OPTION_SOURCE4,
	.addr6		= NFLB_FORWARD_OPTION_SOURCE6,
	.missing	= "tunnel source address is missing",
	.both		= "tunnel source has an IPv4 and an IPv6 address",
};

static const struct nlattr *source_of(struct nlattr **tb)
{
	return tb[NFLB_FORWARD_OPTION_SOURCE4] ?:
	       tb[NFLB_FORWARD_OPTION_SOURCE6];
}

/* Bits of the address that the prefix leaves open must be 0. */
static bool open_bits_set(const __be32 *addr, unsigned int prefix,
			  unsigned int longest)
{
	unsigned int bit;

	for (bit = prefix; bit < longest; bit++)
		if (addr[bit / 32] & htonl(BIT(31 - bit % 32)))
			return true;
	return false;
}

static int get_prefix(struct nflb_tunnel *tunnel, u8 family,
		      const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	u8 shortest = family == NFPROTO_IPV4 ? PREFIX_MIN4 : PREFIX_MIN6;
	u8 longest = family == NFPROTO_IPV4 ? 32 : 128;

	tunnel->source_prefix = attr ? nla_get_u8(attr) : longest;
	if (tunnel->source_prefix < shortest ||
	    tunnel->source_prefix > longest)
		return nflb_attr_refuse(extack, attr,
					"tunnel source prefix must be 8 to 32, or 16 to 128 for IPv6");
	if (open_bits_set(tunnel->source, tunnel->source_prefix, longest))
		return nflb_attr_refuse(extack, attr,
					"tunnel source has bits set behind its prefix");
	return 0;
}

static int get_source(struct nflb_tunnel *tunnel, u8 family, struct nlattr **tb,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *prefix = tb[NFLB_FORWARD_OPTION_SOURCE_PREFIX];
	const struct nlattr *addr = source_of(tb);
	u8 given;
	int err;

	if (!addr && !prefix)
		return 0;
	err = nflb_attr_get_addr(tunnel->source, &given, tb, &source_addr,
				 extack);
	if (err)
		return err;
	if (given != family)
		return nflb_attr_refuse(extack, addr,
					"tunnel source and backend are of different address families");
	if (!nflb_attr_addr_is_unicast(tunnel->source, family))
		return nflb_attr_refuse(extack, addr,
					"tunnel source must be global unicast");
	return get_prefix(tunnel, family, prefix, extack);
}

/* Each option is refused where it would do nothing. */
static int check_options(const struct nflb_backend_config *config,
			 struct nlattr **tb, struct netlink_ext_ack *extack)
{
	bool fullnat = config->forward == NFLB_FORWARD_FULLNAT;
	bool tunnel = nflb_forward_is_tunnel(config->forward);
	bool gre = config->forward == NFLB_FORWARD_GRE;
	bool gue = config->forward == NFLB_FORWARD_GUE;

	if (!tunnel && !fullnat)
		return nflb_attr_refuse(extack, NULL,
					"only forward fullnat, ipip, gre and gue have options");
	if (tb[NFLB_FORWARD_OPTION_TOA] && !fullnat)
		return nflb_attr_refuse(extack, tb[NFLB_FORWARD_OPTION_TOA],
					"only forward fullnat has toa");
	if (tb[NFLB_FORWARD_OPTION_CHECKSUM] && !gre && !gue)
		return nflb_attr_refuse(extack,
					tb[NFLB_FORWARD_OPTION_CHECKSUM],
					"only forward gre and gue have a checksum");
	if (tb[NFLB_FORWARD_OPTION_KEY] && !gre)
		return nflb_attr_refuse(extack, tb[NFLB_FORWARD_OPTION_KEY],
					"only forward gre has a key");
	if (tb[NFLB_FORWARD_OPTION_PORT] && !gue)
		return nflb_attr_refuse(extack, tb[NFLB_FORWARD_OPTION_PORT],
					"only forward gue has a port");
	if ((source_of(tb) || tb[NFLB_FORWARD_OPTION_SOURCE_PREFIX]) && !tunnel)
		return nflb_attr_refuse(extack, source_of(tb),
					"only forward ipip, gre and gue have a source");
	return 0;
}

static int read_options(struct nflb_backend_config *config, struct nlattr **tb,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *checksum = tb[NFLB_FORWARD_OPTION_CHECKSUM];
	const struct nlattr *port = tb[NFLB_FORWARD_OPTION_PORT];
	const struct nlattr *key = tb[NFLB_FORWARD_OPTION_KEY];
	const struct nlattr *toa = tb[NFLB_FORWARD_OPTION_TOA];
	struct nflb_tunnel *tunnel = &config->tunnel;

	if (toa)
		config->toa = nla_get_u8(toa);
	if (checksum)
		tunnel->checksum = nla_get_u8(checksum);
	if (key) {
		tunnel->keyed = true;
		tunnel->key = htonl(nla_get_u32(key));
	}
	if (port)
		tunnel->port = nla_get_be16(port);
	if (!tunnel->port)
		return nflb_attr_refuse(extack, port,
					"tunnel port must not be 0");
	return get_source(tunnel, config->family, tb, extack);
}

/**
 * nflb_attr_get_forward - read the options of a forward
 * @config: what is configured so far; its options are replaced
 * @nest: NFLB_BACKEND_FORWARD_OPTIONS, or NULL: all have their defaults
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_attr_get_forward(struct nflb_backend_config *config,
			  const struct nlattr *nest,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFLB_FORWARD_OPTIONS + 1];
	int err;

	config->tunnel = (struct nflb_tunnel){
		.checksum = config->forward == NFLB_FORWARD_GUE,
		.port = htons(NFLB_GUE_PORT),
	};
	config->toa = false;
	if (!nest)
		return 0;
	err = nla_parse_nested(tb, NFLB_FORWARD_OPTIONS, nest, option_policy,
			       extack);
	return err ?: check_options(config, tb, extack) ?:
		      read_options(config, tb, extack);
}

static int put_options(struct sk_buff *skb, enum nflb_forward forward,
		       const struct nflb_tunnel *tunnel)
{
	if (forward != NFLB_FORWARD_IPIP &&
	    nla_put_u8(skb, NFLB_FORWARD_OPTION_CHECKSUM, tunnel->checksum))
		return -EMSGSIZE;
	if (forward == NFLB_FORWARD_GRE && tunnel->keyed &&
	    nla_put_u32(skb, NFLB_FORWARD_OPTION_KEY, ntohl(tunnel->key)))
		return -EMSGSIZE;
	if (forward == NFLB_FORWARD_GUE &&
	    nla_put_be16(skb, NFLB_FORWARD_OPTION_PORT, tunnel->port))
		return -EMSGSIZE;
	return 0;
}

static int put_source(struct sk_buff *skb, const struct nflb_tunnel *tunnel,
		      u8 family)
{
	if (!tunnel->source_prefix)
		return 0;
	return nflb_attr_put_addr(skb, NFLB_FORWARD_OPTION_SOURCE4,
				  NFLB_FORWARD_OPTION_SOURCE6, tunnel->source,
				  family) ?:
	       nla_put_u8(skb, NFLB_FORWARD_OPTION_SOURCE_PREFIX,
			  tunnel->source_prefix);
}

static int put_tunnel(struct sk_buff *skb, const struct nflb_backend *backend)
{
	const struct nflb_tunnel *tunnel = nflb_backend_tunnel(backend);

	return put_options(skb, backend->forward, tunnel) ?:
	       put_source(skb, tunnel, backend->family);
}

static int put_toa(struct sk_buff *skb, const struct nflb_backend *backend)
{
	return nla_put_u8(skb, NFLB_FORWARD_OPTION_TOA, backend->toa);
}

/**
 * nflb_attr_put_forward - put the options of a backend's forward as a nest
 * @skb: message
 * @backend: backend; its namespace's lock is held
 *
 * Return: 0 or -EMSGSIZE.
 */
int nflb_attr_put_forward(struct sk_buff *skb,
			  const struct nflb_backend *backend)
{
	bool fullnat = backend->forward == NFLB_FORWARD_FULLNAT;
	struct nlattr *nest;

	if (!fullnat && !nflb_forward_is_tunnel(backend->forward))
		return 0;
	nest = nla_nest_start(skb, NFLB_BACKEND_FORWARD_OPTIONS);
	if (!nest || (fullnat ? put_toa(skb, backend) :
				put_tunnel(skb, backend)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
