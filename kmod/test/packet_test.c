// SPDX-License-Identifier: GPL-2.0
/* The parser: every kind of packet, whole and cut off at every byte. */
#include "../packet.c"
#include "craft.h"
#include "test.h"

/* A kind of packet. */
struct shape {
	const char	*name;
	u8		family;
	u8		protocol;
	u8		options;
	u8		ext[CRAFT_EXT_MAX];
	u8		ext_count;
	u16		fragment;
	u8		flags;
	unsigned int	thoff;
	unsigned int	need;	/* bytes: with fewer it is nothing */
};

static const struct shape flows[] = {
	{ "IPv4 TCP", NFPROTO_IPV4, IPPROTO_TCP,
	  .flags = 0x02, .thoff = 20, .need = 40 },
	{ "IPv4 TCP, 40 bytes of options", NFPROTO_IPV4, IPPROTO_TCP,
	  .options = 40, .flags = 0x18, .thoff = 60, .need = 80 },
	{ "IPv4 UDP", NFPROTO_IPV4, IPPROTO_UDP, .thoff = 20, .need = 28 },
	{ "IPv4 UDP, 4 bytes of options", NFPROTO_IPV4, IPPROTO_UDP,
	  .options = 4, .thoff = 24, .need = 32 },
	{ "IPv4 UDP, don't fragment", NFPROTO_IPV4, IPPROTO_UDP,
	  .fragment = 0x4000, .thoff = 20, .need = 28 },
	{ "IPv4 UDP, first fragment", NFPROTO_IPV4, IPPROTO_UDP,
	  .fragment = 0x2000, .thoff = 20, .need = 28 },
	{ "IPv6 TCP", NFPROTO_IPV6, IPPROTO_TCP,
	  .flags = 0x12, .thoff = 40, .need = 60 },
	{ "IPv6 UDP", NFPROTO_IPV6, IPPROTO_UDP, .thoff = 40, .need = 48 },
	{ "IPv6 UDP, hop-by-hop", NFPROTO_IPV6, IPPROTO_UDP,
	  .ext = { IPPROTO_HOPOPTS }, .ext_count = 1,
	  .thoff = 48, .need = 56 },
	{ "IPv6 TCP, hop-by-hop, destination", NFPROTO_IPV6, IPPROTO_TCP,
	  .ext = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS }, .ext_count = 2,
	  .flags = 0x11, .thoff = 64, .need = 84 },
	{ "IPv6 UDP, first fragment", NFPROTO_IPV6, IPPROTO_UDP,
	  .ext = { IPPROTO_FRAGMENT }, .ext_count = 1, .fragment = 0x0001,
	  .thoff = 48, .need = 56 },
	{ "IPv6 TCP, destination behind first fragment", NFPROTO_IPV6,
	  IPPROTO_TCP, .fragment = 0x0001, .flags = 0x10,
	  .ext = { IPPROTO_HOPOPTS, IPPROTO_FRAGMENT, IPPROTO_DSTOPTS },
	  .ext_count = 3, .thoff = 72, .need = 92 },
};

static const struct shape icmp_errors[] = {
	{ "IPv4 unreachable", NFPROTO_IPV4, IPPROTO_ICMP,
	  .flags = 3, .thoff = 20, .need = 28 },
	{ "IPv4 time exceeded, 8 bytes of options", NFPROTO_IPV4, IPPROTO_ICMP,
	  .options = 8, .flags = 11, .thoff = 28, .need = 36 },
	{ "IPv6 too big", NFPROTO_IPV6, IPPROTO_ICMPV6,
	  .flags = 2, .thoff = 40, .need = 48 },
	{ "IPv6 unreachable, hop-by-hop", NFPROTO_IPV6, IPPROTO_ICMPV6,
	  .ext = { IPPROTO_HOPOPTS }, .ext_count = 1, .flags = 1,
	  .thoff = 48, .need = 56 },
};

static const struct shape others[] = {
	{ "IPv4 echo reply", NFPROTO_IPV4, IPPROTO_ICMP, .flags = 0 },
	{ "IPv4 UDP, later fragment", NFPROTO_IPV4, IPPROTO_UDP,
	  .fragment = 0x2001 },
	{ "IPv4 TCP, last fragment", NFPROTO_IPV4, IPPROTO_TCP,
	  .fragment = 0x00b9 },
	{ "IPv6 echo reply", NFPROTO_IPV6, IPPROTO_ICMPV6, .flags = 129 },
	{ "IPv6 TCP, later fragment", NFPROTO_IPV6, IPPROTO_TCP,
	  .ext = { IPPROTO_FRAGMENT }, .ext_count = 1, .fragment = 0x0009 },
	{ "IPv6 UDP, last fragment, hop-by-hop", NFPROTO_IPV6, IPPROTO_UDP,
	  .ext = { IPPROTO_HOPOPTS, IPPROTO_FRAGMENT }, .ext_count = 2,
	  .fragment = 0xfff8 },
	{ "IPv6 TCP, authentication header", NFPROTO_IPV6, IPPROTO_TCP,
	  .ext = { IPPROTO_AH }, .ext_count = 1 },
	{ "IPv6 UDP, authentication between others", NFPROTO_IPV6, IPPROTO_UDP,
	  .ext = { IPPROTO_HOPOPTS, IPPROTO_AH, IPPROTO_DSTOPTS },
	  .ext_count = 3 },
	{ "IPv6, nothing behind destination options", NFPROTO_IPV6,
	  IPPROTO_NONE, .ext = { IPPROTO_DSTOPTS }, .ext_count = 1 },
};

static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };

/* Too large for the stack. */
static struct craft packet;

static void craft_shape(struct craft *to, const struct shape *shape)
{
	to->family = shape->family;
	to->protocol = shape->protocol;
	to->options = shape->options;
	memcpy(to->ext, shape->ext, sizeof(to->ext));
	to->ext_count = shape->ext_count;
	to->fragment = htons(shape->fragment);
	to->flags = shape->flags;
	to->check = CRAFT_CHECK_RIGHT;
	to->payload = NULL;
	to->payload_len = 16;
	craft_ends(to);
	craft_packet(to);
}

/* What the parser leaves unset shows as 0xa5. */
static enum nflb_packet_type parse(struct nflb_packet *pkt,
				   const struct sk_buff *skb, u8 family)
{
	memset(pkt, 0xa5, sizeof(*pkt));
	return nflb_packet_parse(pkt, skb, family);
}

static bool parse_quoted(struct nflb_packet *pkt, const struct sk_buff *skb,
			 unsigned int offset, u8 family)
{
	memset(pkt, 0xa5, sizeof(*pkt));
	return nflb_packet_parse_quoted(pkt, skb, offset, family);
}

static void check_parsed(const struct nflb_packet *pkt,
			 const struct shape *shape, enum nflb_packet_type type)
{
	expect_equal(pkt->offset, 0);
	expect_equal(pkt->thoff, shape->thoff);
	expect_equal(pkt->protocol, shape->protocol);
	if (type == NFLB_PACKET_FLOW)
		craft_check_tuple(&pkt->tuple, &packet);
	else
		expect_equal(pkt->inner, shape->need);
	expect_equal(pkt->tcp_flags,
		     shape->protocol == IPPROTO_TCP ? shape->flags : 0);
}

/* @wanted is what the whole packet is. */
static void parse_skb(const struct shape *shape, struct sk_buff *skb,
		      enum nflb_packet_type wanted)
{
	enum nflb_packet_type type;
	struct nflb_packet pkt;

	if (!expect(skb))
		return;
	if (skb->len < shape->need)
		wanted = NFLB_PACKET_OTHER;
	type = parse(&pkt, skb, shape->family);
	if (expect_equal(type, wanted) && wanted != NFLB_PACKET_OTHER)
		check_parsed(&pkt, shape, wanted);
	kfree_skb(skb);
}

static void parse_shape(const struct shape *shape,
			enum nflb_packet_type wanted)
{
	enum craft_layout layout;
	unsigned int i;

	craft_shape(&packet, shape);
	for (layout = 0; layout < CRAFT_LAYOUTS; layout++) {
		for (i = 0; i <= packet.len; i++) {
			test_where("%s, %u of %u bytes, %s", shape->name, i,
				   packet.len, craft_layout_name[layout]);
			parse_skb(shape, craft_skb(&packet, i, layout), wanted);
		}
	}
	for (i = 0; i <= packet.len; i++) {
		test_where("%s, linear up to byte %u", shape->name, i);
		parse_skb(shape, craft_skb_head(&packet, packet.len, i),
			  wanted);
	}
}

static void test_flows(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flows); i++)
		parse_shape(&flows[i], NFLB_PACKET_FLOW);
}

static void test_icmp_errors(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(icmp_errors); i++)
		parse_shape(&icmp_errors[i], NFLB_PACKET_ICMP_ERROR);
}

static void test_others(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		parse_shape(&others[i], NFLB_PACKET_OTHER);
}

/* What the parser makes of @packet as it is. */
static void expect_type(u8 family, enum nflb_packet_type wanted)
{
	struct sk_buff *skb = craft_skb(&packet, packet.len, CRAFT_LINEAR);
	enum nflb_packet_type type;
	struct nflb_packet pkt;

	if (!expect(skb))
		return;
	type = parse(&pkt, skb, family);
	expect_equal(type, wanted);
	kfree_skb(skb);
}

static enum nflb_packet_type type_of_protocol(u8 family, u8 protocol)
{
	if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	    protocol == IPPROTO_SCTP)
		return NFLB_PACKET_FLOW;
	if (protocol == (family == NFPROTO_IPV4 ? 1 : 58))
		return NFLB_PACKET_ICMP_ERROR;
	return NFLB_PACKET_OTHER;
}

/* ICMP type 3 is an error in both families. */
static void test_protocols(void)
{
	struct shape shape = { .flags = 3 };
	unsigned int i, protocol;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		shape.family = families[i];
		for (protocol = 0; protocol < 256; protocol++) {
			if (shape.family == NFPROTO_IPV6 &&
			    ipv6_ext_hdr(protocol))
				continue;
			test_where("family %u, protocol %u", shape.family,
				   protocol);
			shape.protocol = protocol;
			craft_shape(&packet, &shape);
			expect_type(shape.family,
				    type_of_protocol(shape.family, protocol));
		}
	}
}

static void test_icmp_types(void)
{
	struct shape v4 = { "", NFPROTO_IPV4, IPPROTO_ICMP };
	struct shape v6 = { "", NFPROTO_IPV6, IPPROTO_ICMPV6 };
	unsigned int type;
	bool error;

	for (type = 0; type < 256; type++) {
		test_where("ICMP type %u", type);
		v4.flags = type;
		craft_shape(&packet, &v4);
		error = type == 3 || type == 11 || type == 12;
		expect_type(NFPROTO_IPV4, error ? NFLB_PACKET_ICMP_ERROR :
			    type == 8 ? NFLB_PACKET_ECHO : NFLB_PACKET_OTHER);
		test_where("ICMPv6 type %u", type);
		v6.flags = type;
		craft_shape(&packet, &v6);
		expect_type(NFPROTO_IPV6, type < 128 ? NFLB_PACKET_ICMP_ERROR :
			    type == 128 ? NFLB_PACKET_ECHO : NFLB_PACKET_OTHER);
	}
}

static void test_versions(void)
{
	struct shape shape = { .protocol = IPPROTO_UDP };
	unsigned int i, version;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		shape.family = families[i];
		craft_shape(&packet, &shape);
		for (version = 0; version < 16; version++) {
			test_where("family %u, version %u", shape.family,
				   version);
			packet.data[0] &= 0x0f;
			packet.data[0] |= version << 4;
			expect_type(shape.family,
				    version == (i ? 6 : 4) ?
				    NFLB_PACKET_FLOW : NFLB_PACKET_OTHER);
		}
	}
}

static void test_header_lengths(void)
{
	const struct shape tcp = { "", NFPROTO_IPV4, IPPROTO_TCP };
	unsigned int length;

	craft_shape(&packet, &tcp);
	for (length = 0; length < 5; length++) {
		test_where("ihl %u", length);
		packet.data[0] = 0x40 | length;
		expect_type(NFPROTO_IPV4, NFLB_PACKET_OTHER);
	}
	test_where("ihl beyond the end");
	packet.data[0] = 0x4f;
	expect_type(NFPROTO_IPV4, NFLB_PACKET_OTHER);

	packet.data[0] = 0x45;
	for (length = 0; length < 16; length++) {
		test_where("doff %u", length);
		packet.data[32] = length << 4;
		expect_type(NFPROTO_IPV4, length < 5 ? NFLB_PACKET_OTHER :
						       NFLB_PACKET_FLOW);
	}
}

static void expect_no_protocol(const struct shape *shape, unsigned int len)
{
	struct nflb_packet pkt;
	struct sk_buff *skb;

	test_where("%s, %u bytes", shape->name, len);
	craft_shape(&packet, shape);
	skb = craft_skb(&packet, len, CRAFT_LINEAR);
	if (!expect(skb))
		return;
	parse(&pkt, skb, shape->family);
	expect_equal(pkt.protocol, 0);
	parse_quoted(&pkt, skb, 0, shape->family);
	expect_equal(pkt.protocol, 0);
	kfree_skb(skb);
}

/* As struct nflb_packet promises. */
static void test_no_transport(void)
{
	static const struct shape later[] = {
		{ "IPv4 later fragment", NFPROTO_IPV4, IPPROTO_UDP,
		  .fragment = 0x0001 },
		{ "IPv6 later fragment", NFPROTO_IPV6, IPPROTO_UDP,
		  .ext = { IPPROTO_FRAGMENT }, .ext_count = 1,
		  .fragment = 0x0008 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(later); i++) {
		expect_no_protocol(&later[i], 60);
		expect_no_protocol(&later[i], 19);
	}
}

static void test_tcp_flags(void)
{
	const struct shape tcp = { "", NFPROTO_IPV4, IPPROTO_TCP };
	struct nflb_packet pkt;
	struct sk_buff *skb;
	unsigned int flags;

	craft_shape(&packet, &tcp);
	for (flags = 0; flags < 256; flags++) {
		test_where("flags %02x", flags);
		packet.data[33] = flags;
		skb = craft_skb(&packet, packet.len, CRAFT_LINEAR);
		if (!expect(skb))
			return;
		parse(&pkt, skb, NFPROTO_IPV4);
		expect_equal(pkt.tcp_flags, flags);
		/* SYN, and none of ACK, RST, FIN */
		expect_equal(nflb_packet_is_syn(&pkt), (flags & 0x17) == 0x02);
		kfree_skb(skb);
	}
}

/* Connections store no more words than their family needs. */
static void test_invert(void)
{
	struct nflb_tuple from, once, twice;
	unsigned int i, size;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		size = families[i] == NFPROTO_IPV4 ? 16 : 40;
		test_where("family %u", families[i]);
		packet.family = families[i];
		packet.protocol = IPPROTO_TCP;
		craft_ends(&packet);
		craft_tuple(&from, &packet);
		expect_equal(nflb_tuple_size(families[i]), size);

		memset(&once, 0xee, sizeof(once));
		nflb_tuple_invert(&once, &from);
		swap(packet.end[0], packet.end[1]);
		craft_check_tuple(&once, &packet);
		expect(!memchr_inv((u8 *)&once + size, 0xee,
				   sizeof(once) - size));

		memset(&twice, 0xee, sizeof(twice));
		nflb_tuple_invert(&twice, &once);
		expect_bytes(&twice, &from, size);
	}
}

static const struct test_case cases[] = {
	{ "flows", test_flows },
	{ "ICMP errors", test_icmp_errors },
	{ "what is never balanced", test_others },
	{ "every protocol", test_protocols },
	{ "every ICMP type", test_icmp_types },
	{ "wrong version", test_versions },
	{ "wrong header length", test_header_lengths },
	{ "no transport header to see", test_no_transport },
	{ "every TCP flag", test_tcp_flags },
	{ "inverted tuples", test_invert },
};

const struct test_suite packet_suite = {
	"packet", cases, ARRAY_SIZE(cases)
};
