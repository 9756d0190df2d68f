// SPDX-License-Identifier: GPL-2.0
#include <net/ipv6.h>

#include "netlink/attr.h"
#include "netlink/netlink.h"

static const struct nla_policy service_key_policy[] = {
	[NFLB_SERVICE_PROTOCOL]	= { .type = NLA_U8 },
	[NFLB_SERVICE_ADDR4]	= { .type = NLA_U32 },
	[NFLB_SERVICE_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_SERVICE_PORT]	= { .type = NLA_U16 },
	[NFLB_SERVICE_PORT_LAST] = { .type = NLA_U16 },
	[NFLB_SERVICE_PREFIX]	= { .type = NLA_U8 },
	[NFLB_SERVICE_MARK]	= { .type = NLA_U32 },
	[NFLB_SERVICE_FAMILY]	= { .type = NLA_U8 },
};

static const struct nla_policy backend_key_policy[] = {
	[NFLB_BACKEND_ADDR4]	= { .type = NLA_U32 },
	[NFLB_BACKEND_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_BACKEND_PORT]	= { .type = NLA_U16 },
};

static const struct nflb_attr_addr service_addr = {
	.addr4		= NFLB_SERVICE_ADDR4,
	.addr6		= NFLB_SERVICE_ADDR6,
	.missing	= "service address is missing",
	.both		= "service has an IPv4 and an IPv6 address",
};

static const struct nflb_attr_addr backend_addr = {
	.addr4		= NFLB_BACKEND_ADDR4,
	.addr6		= NFLB_BACKEND_ADDR6,
	.missing	= "backend address is missing",
	.both		= "backend has an IPv4 and an IPv6 address",
};

/**
 * nflb_attr_refuse - refuse a request, saying why
 * @extack: of the request
 * @attr: the attribute that is wrong, or NULL
 * @text: what is wrong with it; a string that stays
 *
 * Return: -EINVAL.
 */
int nflb_attr_refuse(struct netlink_ext_ack *extack, const struct nlattr *attr,
		     const char *text)
{
	if (extack) {
		extack->_msg = text;
		NL_SET_BAD_ATTR(extack, attr);
	}
	return -EINVAL;
}

static bool addr4_is_unicast(__be32 addr)
{
	return !ipv4_is_zeronet(addr) && !ipv4_is_multicast(addr) &&
	       !ipv4_is_lbcast(addr) && !ipv4_is_loopback(addr);
}

static bool addr6_is_unicast(const struct in6_addr *addr)
{
	int type = ipv6_addr_type(addr);

	return (type & IPV6_ADDR_UNICAST) &&
	       !(type & (IPV6_ADDR_LOOPBACK | IPV6_ADDR_MAPPED |
			 IPV6_ADDR_LINKLOCAL));
}

/* It may be written for the host itself, see nflb_forward_to_host(). */
static bool addr_is_loopback(const __be32 *addr, u8 family)
{
	if (family == NFPROTO_IPV4)
		return ipv4_is_loopback(addr[0]);
	return ipv6_addr_loopback((const struct in6_addr *)addr);
}

/**
 * nflb_attr_get_addr - read an address
 * @addr: result; unused words are 0
 * @family: result
 * @tb: parsed attributes
 * @kind: which of them
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_attr_get_addr(__be32 addr[4], u8 *family, struct nlattr **tb,
		       const struct nflb_attr_addr *kind,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *a4 = tb[kind->addr4], *a6 = tb[kind->addr6];

	if (a4 && a6)
		return nflb_attr_refuse(extack, a6, kind->both);
	if (!a4 && !a6)
		return nflb_attr_refuse(extack, NULL, kind->missing);
	memset(addr, 0, 4 * sizeof(*addr));
	if (a4) {
		addr[0] = nla_get_be32(a4);
		*family = NFPROTO_IPV4;
	} else {
		memcpy(addr, nla_data(a6), 4 * sizeof(*addr));
		*family = NFPROTO_IPV6;
	}
	return 0;
}

bool nflb_attr_addr_is_unicast(const __be32 *addr, u8 family)
{
	if (family == NFPROTO_IPV4)
		return addr4_is_unicast(addr[0]);
	return addr6_is_unicast((const struct in6_addr *)addr);
}

static int get_protocol(u8 *protocol, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	if (!attr)
		return nflb_attr_refuse(extack, NULL,
					"service protocol is missing");
	*protocol = nla_get_u8(attr);
	if (*protocol != IPPROTO_TCP && *protocol != IPPROTO_UDP &&
	    *protocol != IPPROTO_SCTP)
		return nflb_attr_refuse(extack, attr,
					"service protocol must be TCP, UDP or SCTP");
	return 0;
}

static int get_prefix(struct nflb_service_key *key, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	unsigned int bits = nflb_addr_bits(key->family);

	key->prefix = attr ? nla_get_u8(attr) : bits;
	if (!key->prefix || key->prefix > bits)
		return nflb_attr_refuse(extack, attr, bits == 32 ?
					"service prefix must be 1 to 32" :
					"service prefix must be 1 to 128");
	if (!nflb_addr_in_prefix(key->addr, key->addr, key->prefix,
				 key->family))
		return nflb_attr_refuse(extack, attr,
					"service address has bits beyond its prefix");
	return 0;
}

static int get_service_addr(struct nflb_service_key *key, struct nlattr **tb,
			    struct netlink_ext_ack *extack)
{
	int err = nflb_attr_get_addr(key->addr, &key->family, tb,
				     &service_addr, extack);

	if (err)
		return err;
	if (!nflb_attr_addr_is_unicast(key->addr, key->family))
		return nflb_attr_refuse(extack, tb[NFLB_SERVICE_ADDR4] ?:
						tb[NFLB_SERVICE_ADDR6],
					"service address must be global unicast");
	return get_prefix(key, tb[NFLB_SERVICE_PREFIX], extack);
}

static int get_service_ports(struct nflb_service_key *key, struct nlattr **tb,
			     struct netlink_ext_ack *extack)
{
	const struct nlattr *port = tb[NFLB_SERVICE_PORT];
	const struct nlattr *last = tb[NFLB_SERVICE_PORT_LAST];

	if (!port)
		return nflb_attr_refuse(extack, NULL,
					"service port is missing");
	key->port = nla_get_be16(port);
	key->port_last = last ? nla_get_be16(last) : key->port;
	if (last && !key->port)
		return nflb_attr_refuse(extack, port,
					"a port range must not begin with 0");
	if (ntohs(key->port_last) < ntohs(key->port))
		return nflb_attr_refuse(extack, last,
					"a port range must not end before it begins");
	return 0;
}

static int get_family(u8 *family, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	if (!attr)
		return nflb_attr_refuse(extack, NULL,
					"service family is missing");
	switch (nla_get_u8(attr)) {
	case AF_INET:
		*family = NFPROTO_IPV4;
		return 0;
	case AF_INET6:
		*family = NFPROTO_IPV6;
		return 0;
	default:
		return nflb_attr_refuse(extack, attr,
					"service family must be IPv4 or IPv6");
	}
}

static int get_mark(struct nflb_service_key *key, struct nlattr **tb,
		    struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = tb[NFLB_SERVICE_MARK];
	u32 mark = nla_get_u32(attr);

	if (tb[NFLB_SERVICE_PROTOCOL] || tb[NFLB_SERVICE_ADDR4] ||
	    tb[NFLB_SERVICE_ADDR6] || tb[NFLB_SERVICE_PREFIX] ||
	    tb[NFLB_SERVICE_PORT] || tb[NFLB_SERVICE_PORT_LAST])
		return nflb_attr_refuse(extack, attr,
					"a mark service has no protocol, address or port");
	if (!mark)
		return nflb_attr_refuse(extack, attr,
					"service mark must not be 0");
	key->addr[0] = (__force __be32)mark;
	return get_family(&key->family, tb[NFLB_SERVICE_FAMILY], extack);
}

/**
 * nflb_attr_get_service_key - read the identity of a service
 * @key: result
 * @tb: parsed attributes, enum nflb_service_attr
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_attr_get_service_key(struct nflb_service_key *key, struct nlattr **tb,
			      struct netlink_ext_ack *extack)
{
	memset(key, 0, sizeof(*key));
	if (tb[NFLB_SERVICE_MARK])
		return get_mark(key, tb, extack);
	if (tb[NFLB_SERVICE_FAMILY])
		return nflb_attr_refuse(extack, tb[NFLB_SERVICE_FAMILY],
					"only a mark service has a family");
	return get_protocol(&key->protocol, tb[NFLB_SERVICE_PROTOCOL],
			    extack) ?:
	       get_service_addr(key, tb, extack) ?:
	       get_service_ports(key, tb, extack);
}

/* The same from a nest that holds nothing else. */
int nflb_attr_parse_service_key(struct nflb_service_key *key,
				const struct nlattr *nest,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(service_key_policy)];
	int err;

	if (!nest)
		return nflb_attr_refuse(extack, NULL, "service is missing");
	err = nla_parse_nested(tb, ARRAY_SIZE(service_key_policy) - 1, nest,
			       service_key_policy, extack);
	return err ?: nflb_attr_get_service_key(key, tb, extack);
}

/**
 * nflb_attr_get_backend_key - read the identity of a backend
 * @key: result
 * @tb: parsed attributes, enum nflb_backend_attr
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_attr_get_backend_key(struct nflb_backend_key *key, struct nlattr **tb,
			      struct netlink_ext_ack *extack)
{
	const struct nlattr *port = tb[NFLB_BACKEND_PORT];
	int err;

	err = nflb_attr_get_addr(key->addr, &key->family, tb, &backend_addr,
				 extack);
	if (err)
		return err;
	if (!nflb_attr_addr_is_unicast(key->addr, key->family) &&
	    !addr_is_loopback(key->addr, key->family))
		return nflb_attr_refuse(extack, tb[NFLB_BACKEND_ADDR4] ?:
						tb[NFLB_BACKEND_ADDR6],
					"backend address must be global unicast or loopback");
	key->port = 0;
	if (!port)
		return 0;
	key->port = nla_get_be16(port);
	if (!key->port)
		return nflb_attr_refuse(extack, port,
					"backend port must not be 0");
	return 0;
}

/* The same from a nest that holds nothing else. */
int nflb_attr_parse_backend_key(struct nflb_backend_key *key,
				const struct nlattr *nest,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(backend_key_policy)];
	int err;

	if (!nest)
		return nflb_attr_refuse(extack, NULL, "backend is missing");
	err = nla_parse_nested(tb, ARRAY_SIZE(backend_key_policy) - 1, nest,
			       backend_key_policy, extack);
	return err ?: nflb_attr_get_backend_key(key, tb, extack);
}

static const struct nflb_attr_addr client_addr = {
	.addr4		= NFLB_CONNECTION_CLIENT_ADDR4,
	.addr6		= NFLB_CONNECTION_CLIENT_ADDR6,
	.missing	= "client address is missing",
	.both		= "client has an IPv4 and an IPv6 address",
};

static const struct nflb_attr_addr destination_addr = {
	.addr4		= NFLB_CONNECTION_SERVICE_ADDR4,
	.addr6		= NFLB_CONNECTION_SERVICE_ADDR6,
	.missing	= "destination address is missing",
	.both		= "destination has an IPv4 and an IPv6 address",
};

static int get_addresses(struct nflb_tuple *tuple, struct nlattr **tb,
			 struct netlink_ext_ack *extack)
{
	__be32 src[4], dst[4];
	u8 family;
	int err;

	err = nflb_attr_get_addr(src, &tuple->family, tb, &client_addr, extack);
	if (!err)
		err = nflb_attr_get_addr(dst, &family, tb, &destination_addr,
					 extack);
	if (err)
		return err;
	if (family != tuple->family)
		return nflb_attr_refuse(extack, NULL,
					"client and destination are of different address families");
	memcpy(tuple->addr, src, nflb_addr_size(family));
	memcpy(tuple->addr + nflb_addr_words(family), dst,
	       nflb_addr_size(family));
	return 0;
}

/**
 * nflb_attr_get_flow - read what tells one flow from all others
 * @tuple: result; all 0
 * @nest: the attribute, for a refusal
 * @tb: parsed attributes, enum nflb_connection_attr
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_attr_get_flow(struct nflb_tuple *tuple, const struct nlattr *nest,
		       struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (!tb[NFLB_CONNECTION_PROTOCOL] || !tb[NFLB_CONNECTION_CLIENT_PORT] ||
	    !tb[NFLB_CONNECTION_SERVICE_PORT])
		return nflb_attr_refuse(extack, nest,
					"protocol and both ports are needed");
	tuple->protocol = nla_get_u8(tb[NFLB_CONNECTION_PROTOCOL]);
	tuple->sport = nla_get_be16(tb[NFLB_CONNECTION_CLIENT_PORT]);
	tuple->dport = nla_get_be16(tb[NFLB_CONNECTION_SERVICE_PORT]);
	return get_addresses(tuple, tb, extack);
}

int nflb_attr_put_addr(struct sk_buff *skb, int addr4, int addr6,
		       const __be32 *addr, u8 family)
{
	if (family == NFPROTO_IPV4)
		return nla_put_be32(skb, addr4, addr[0]);
	return nla_put(skb, addr6, 16, addr);
}

static int put_mark(struct sk_buff *skb, const struct nflb_service_key *key)
{
	u8 family = key->family == NFPROTO_IPV4 ? AF_INET : AF_INET6;

	return nla_put_u32(skb, NFLB_SERVICE_MARK,
			   (__force u32)key->addr[0]) ?:
	       nla_put_u8(skb, NFLB_SERVICE_FAMILY, family);
}

/* What an exact service goes without. */
static int put_key_rest(struct sk_buff *skb, const struct nflb_service_key *key)
{
	int err = 0;

	if (key->port_last != key->port)
		err = nla_put_be16(skb, NFLB_SERVICE_PORT_LAST, key->port_last);
	if (!err && key->prefix != nflb_addr_bits(key->family))
		err = nla_put_u8(skb, NFLB_SERVICE_PREFIX, key->prefix);
	return err;
}

int nflb_attr_put_service_key(struct sk_buff *skb,
			      const struct nflb_service_key *key)
{
	if (nflb_service_key_is_mark(key))
		return put_mark(skb, key);
	return nla_put_u8(skb, NFLB_SERVICE_PROTOCOL, key->protocol) ?:
	       nflb_attr_put_addr(skb, NFLB_SERVICE_ADDR4, NFLB_SERVICE_ADDR6,
				  key->addr, key->family) ?:
	       nla_put_be16(skb, NFLB_SERVICE_PORT, key->port) ?:
	       put_key_rest(skb, key);
}

/**
 * nflb_attr_put_service - put which service something belongs to
 * @skb: message
 * @key: key of the service
 *
 * Return: 0 or -EMSGSIZE.
 */
int nflb_attr_put_service(struct sk_buff *skb,
			  const struct nflb_service_key *key)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_A_SERVICE);

	if (!nest || nflb_attr_put_service_key(skb, key))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_stat(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, NFLB_STATS_PAD);
}

/**
 * nflb_attr_put_stats - put counters as a nest
 * @skb: message
 * @type: type of the nest
 * @sum: counters
 *
 * Return: 0 or -EMSGSIZE.
 */
int nflb_attr_put_stats(struct sk_buff *skb, int type,
			const struct nflb_stats_sum *sum)
{
	const u64 *packets = sum->packets, *bytes = sum->bytes;
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    put_stat(skb, NFLB_STATS_CONNECTIONS, sum->connections) ||
	    put_stat(skb, NFLB_STATS_PACKETS_IN, packets[NFLB_DIR_REQUEST]) ||
	    put_stat(skb, NFLB_STATS_BYTES_IN, bytes[NFLB_DIR_REQUEST]) ||
	    put_stat(skb, NFLB_STATS_PACKETS_OUT, packets[NFLB_DIR_REPLY]) ||
	    put_stat(skb, NFLB_STATS_BYTES_OUT, bytes[NFLB_DIR_REPLY]))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
