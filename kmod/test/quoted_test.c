// SPDX-License-Identifier: GPL-2.0
/* What ICMP errors quote, cut off at every byte: parsed and translated. */
#include <linux/in.h>
#include <linux/in6.h>

#include "craft.h"
#include "forward/rewrite.h"
#include "packet.h"
#include "test.h"

/* A quoted packet. */
struct quote {
	const char	*name;
	u8		family;
	u8		protocol;
	u8		options;
	u8		ext[CRAFT_EXT_MAX];
	u8		ext_count;
	u16		fragment;
	unsigned int	thoff;
};

static const struct quote flows[] = {
	{ "IPv4 TCP", NFPROTO_IPV4, IPPROTO_TCP, .thoff = 20 },
	{ "IPv4 UDP", NFPROTO_IPV4, IPPROTO_UDP, .thoff = 20 },
	{ "IPv4 TCP, options", NFPROTO_IPV4, IPPROTO_TCP,
	  .options = 12, .thoff = 32 },
	{ "IPv4 UDP, first fragment", NFPROTO_IPV4, IPPROTO_UDP,
	  .fragment = 0x2000, .thoff = 20 },
	{ "IPv6 TCP", NFPROTO_IPV6, IPPROTO_TCP, .thoff = 40 },
	{ "IPv6 UDP", NFPROTO_IPV6, IPPROTO_UDP, .thoff = 40 },
	{ "IPv6 UDP, destination options", NFPROTO_IPV6, IPPROTO_UDP,
	  .ext = { IPPROTO_DSTOPTS }, .ext_count = 1, .thoff = 56 },
	{ "IPv6 TCP, first fragment", NFPROTO_IPV6, IPPROTO_TCP,
	  .ext = { IPPROTO_FRAGMENT }, .ext_count = 1, .fragment = 0x0001,
	  .thoff = 48 },
};

/* No tuple, but all the rest. */
static const struct quote tunnels[] = {
	{ "IPv4 in IPv4", NFPROTO_IPV4, IPPROTO_IPIP, .thoff = 20 },
	{ "IPv6 in IPv6", NFPROTO_IPV6, IPPROTO_IPV6, .thoff = 40 },
	{ "IPv6 in IPv6, destination options", NFPROTO_IPV6, IPPROTO_IPV6,
	  .ext = { IPPROTO_DSTOPTS }, .ext_count = 1, .thoff = 56 },
	{ "IPv4 ICMP", NFPROTO_IPV4, IPPROTO_ICMP, .thoff = 20 },
	{ "IPv6 ICMP", NFPROTO_IPV6, IPPROTO_ICMPV6, .thoff = 40 },
};

static const struct quote fragments[] = {
	{ "IPv4 later fragment", NFPROTO_IPV4, IPPROTO_UDP,
	  .fragment = 0x2001 },
	{ "IPv6 later fragment", NFPROTO_IPV6, IPPROTO_TCP,
	  .ext = { IPPROTO_FRAGMENT }, .ext_count = 1, .fragment = 0x0100 },
};

/* Too large for the stack. */
static struct craft error, quoted, translated;

static void craft_quoted(const struct quote *quote)
{
	quoted.family = quote->family;
	quoted.protocol = quote->protocol;
	quoted.options = quote->options;
	memcpy(quoted.ext, quote->ext, sizeof(quoted.ext));
	quoted.ext_count = quote->ext_count;
	quoted.fragment = htons(quote->fragment);
	quoted.flags = 0x1f;
	quoted.payload_len = 8;
	craft_ends(&quoted);
	craft_packet(&quoted);
}

/* An error that quotes the first @len bytes. */
static struct sk_buff *error_skb(unsigned int len, enum craft_layout layout)
{
	error.family = quoted.family;
	error.protocol = quoted.family == NFPROTO_IPV4 ? IPPROTO_ICMP :
							 IPPROTO_ICMPV6;
	error.flags = 3;
	error.payload = quoted.data;
	error.payload_len = len;
	craft_ends(&error);
	craft_packet(&error);
	return craft_skb(&error, error.len, layout);
}

/* Parses the error first, as its users do; the rest stays 0xa5. */
static bool parse(struct nflb_packet *pkt, const struct sk_buff *skb)
{
	unsigned int inner;

	if (!expect_equal(nflb_packet_parse(pkt, skb, error.family),
			  NFLB_PACKET_ICMP_ERROR))
		return false;
	inner = pkt->inner;
	expect_equal(inner, error.thoff + 8);
	memset(pkt, 0xa5, sizeof(*pkt));
	return nflb_packet_parse_quoted(pkt, skb, inner, error.family);
}

static void check_offsets(const struct nflb_packet *pkt,
			  const struct quote *quote)
{
	expect_equal(pkt->offset, error.thoff + 8);
	expect_equal(pkt->thoff, error.thoff + 8 + quote->thoff);
	expect_equal(pkt->protocol, quote->protocol);
	expect_equal(pkt->tcp_flags, 0);
}

/* RFC 792 promises eight bytes of transport header; four have the ports. */
static void parse_quote(const struct quote *quote, unsigned int len,
			enum craft_layout layout)
{
	struct sk_buff *skb = error_skb(len, layout);
	bool wanted = len >= quote->thoff + 4;
	struct nflb_packet pkt;

	if (!expect(skb))
		return;
	test_where("%s, %u bytes, %s", quote->name, len,
		   craft_layout_name[layout]);
	if (expect_equal(parse(&pkt, skb), wanted) && wanted) {
		check_offsets(&pkt, quote);
		craft_check_tuple(&pkt.tuple, &quoted);
	}
	kfree_skb(skb);
}

static void test_flows(void)
{
	enum craft_layout layout;
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		craft_quoted(&flows[i]);
		for (layout = 0; layout < CRAFT_LAYOUTS; layout++)
			for (len = 0; len <= quoted.len; len++)
				parse_quote(&flows[i], len, layout);
	}
}

static void test_tunnels(void)
{
	struct nflb_packet pkt;
	struct nflb_tuple wanted;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tunnels); i++) {
		test_where("%s", tunnels[i].name);
		craft_quoted(&tunnels[i]);
		skb = error_skb(quoted.len, CRAFT_LINEAR);
		if (!expect(skb))
			return;
		expect(!parse(&pkt, skb));
		check_offsets(&pkt, &tunnels[i]);
		craft_tuple(&wanted, &quoted);
		expect_equal(pkt.tuple.family, quoted.family);
		expect_bytes(pkt.tuple.addr, wanted.addr,
			     2 * nflb_addr_size(quoted.family));
		kfree_skb(skb);
	}
}

static void test_fragments(void)
{
	struct nflb_packet pkt;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fragments); i++) {
		test_where("%s", fragments[i].name);
		craft_quoted(&fragments[i]);
		skb = error_skb(quoted.len, CRAFT_LINEAR);
		if (!expect(skb))
			return;
		expect(!parse(&pkt, skb));
		expect_equal(pkt.protocol, 0);
		kfree_skb(skb);
	}
}

static void expect_nothing(const struct sk_buff *skb, unsigned int offset)
{
	struct nflb_packet pkt;

	memset(&pkt, 0xa5, sizeof(pkt));
	expect(!nflb_packet_parse_quoted(&pkt, skb, offset, quoted.family));
	expect_equal(pkt.protocol, 0);
}

/* Rubbish where the quoted packet should be, or nothing at all. */
static void test_rubbish(void)
{
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		craft_quoted(&flows[i]);
		quoted.data[0] ^= 0x20;
		test_where("%s, wrong version", flows[i].name);
		skb = error_skb(quoted.len, CRAFT_SPLIT);
		if (!expect(skb))
			return;
		expect_nothing(skb, error.thoff + 8);
		test_where("%s, beyond the end", flows[i].name);
		expect_nothing(skb, skb->len - 1);
		expect_nothing(skb, skb->len);
		expect_nothing(skb, skb->len + 65535);
		kfree_skb(skb);
	}
}

/* Makes in @translated what @quoted must become. */
static void craft_translated(enum nflb_side side)
{
	unsigned int i;

	translated = quoted;
	for (i = 0; i < 4; i++)
		translated.end[side].addr[i] ^= htonl(0x00ff1234);
	translated.end[side].port ^= htons(0x7001);
	craft_packet(&translated);
}

/* Of a checksum that is quoted in part, no part can change. */
static void cut_check(unsigned int len)
{
	u8 *check = craft_check(&translated);

	if (translated.data + len < check + 2)
		memcpy(check, craft_check(&quoted), 2);
}

static void translate_skb(struct sk_buff *skb, enum nflb_side side,
			  unsigned int len)
{
	struct nflb_endpoint to = { translated.end[side].addr,
				    translated.end[side].port };
	unsigned int start = error.thoff + 8;
	struct nflb_packet pkt;

	if (!expect(parse(&pkt, skb)) ||
	    !expect(!skb_ensure_writable(skb, min(pkt.thoff + 20, skb->len))))
		return;
	nflb_rewrite_quoted(skb, &pkt, side, &to);
	expect_bytes(skb->data, error.data, start);
	if (!expect(!skb_copy_bits(skb, start, error.data + start, len)))
		return;
	expect_bytes(error.data + start, translated.data, len);
}

static void translate_quote(const struct quote *quote, enum nflb_side side,
			    enum craft_layout layout)
{
	struct sk_buff *skb;
	unsigned int len;

	for (len = quote->thoff + 4; len <= quoted.len; len++) {
		test_where("%s, side %u, %u bytes, %s", quote->name, side, len,
			   craft_layout_name[layout]);
		craft_translated(side);
		cut_check(len);
		skb = error_skb(len, layout);
		if (!expect(skb))
			return;
		translate_skb(skb, side, len);
		/* Nothing was written behind the packet. */
		if (layout == CRAFT_LINEAR)
			expect_bytes(skb_tail_pointer(skb),
				     error.data + error.len, 32);
		kfree_skb(skb);
	}
}

static void test_translation(void)
{
	enum craft_layout layout;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		craft_quoted(&flows[i]);
		for (layout = 0; layout < CRAFT_LAYOUTS; layout++) {
			translate_quote(&flows[i], NFLB_SIDE_SRC, layout);
			translate_quote(&flows[i], NFLB_SIDE_DST, layout);
		}
	}
}

static void test_translation_no_checksum(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		if (flows[i].protocol != IPPROTO_UDP)
			continue;
		quoted.check = CRAFT_CHECK_ZERO;
		craft_quoted(&flows[i]);
		translate_quote(&flows[i], NFLB_SIDE_DST, CRAFT_LINEAR);
	}
	quoted.check = CRAFT_CHECK_RIGHT;
}

/* The error's own address, which an ICMP checksum covers in IPv6 only. */
static void test_outer_address(void)
{
	struct craft *wanted = &translated;
	enum nflb_side side;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		side = i & 1 ? NFLB_SIDE_SRC : NFLB_SIDE_DST;
		test_where("%s, side %u", flows[i].name, side);
		craft_quoted(&flows[i]);
		skb = error_skb(quoted.len, CRAFT_LINEAR);
		if (!expect(skb))
			return;
		*wanted = error;
		wanted->end[side].addr[0] ^= htonl(0xffff0100);
		wanted->end[side].addr[3] ^= htonl(0x000000ff);
		craft_packet(wanted);
		memcpy(craft_check(wanted), craft_check(&error), 2);
		nflb_rewrite_address(skb, 0, error.family, side,
				     wanted->end[side].addr, NULL);
		expect_bytes(skb->data, wanted->data, wanted->len);
		kfree_skb(skb);
	}
}

static const struct test_case cases[] = {
	{ "flows", test_flows },
	{ "other protocols", test_tunnels },
	{ "later fragments", test_fragments },
	{ "rubbish", test_rubbish },
	{ "translation", test_translation },
	{ "translation of UDP without checksum", test_translation_no_checksum },
	{ "address of the error itself", test_outer_address },
};

const struct test_suite quoted_suite = {
	"quoted packet", cases, ARRAY_SIZE(cases)
};
