// SPDX-License-Identifier: GPL-2.0
/*
 * Translation. Every packet is made twice from scratch, as it comes and as it
 * must leave; translating the first must give the second, byte for byte.
 */
#include <linux/prandom.h>

#include "../forward/rewrite.c"
#include "craft.h"
#include "test.h"

#define ROUNDS		16
#define PAYLOAD_MAX	33

struct flow {
	u8	family;
	u8	protocol;
};

static const struct flow flows[] = {
	{ NFPROTO_IPV4, IPPROTO_TCP },
	{ NFPROTO_IPV4, IPPROTO_UDP },
	{ NFPROTO_IPV6, IPPROTO_TCP },
	{ NFPROTO_IPV6, IPPROTO_UDP },
};

static const u8 summed[] = {
	CHECKSUM_NONE, CHECKSUM_UNNECESSARY, CHECKSUM_COMPLETE, CHECKSUM_PARTIAL
};

/* Too large for the stack. */
static struct craft before, after;
static u8 actual[CRAFT_LEN_MAX];
/* Any state will do, but the same every time. */
static struct rnd_state random = { 1000003, 1000033, 1000037, 1000039 };

/* Often one of the two zeros of ones' complement. */
static u16 random_word(void)
{
	u32 value = prandom_u32_state(&random);

	switch (value >> 30) {
	case 0:
		return 0;
	case 1:
		return 0xffff;
	default:
		return value;
	}
}

static void random_end(struct craft_end *end)
{
	u8 *addr = (u8 *)end->addr;
	unsigned int i;

	for (i = 0; i < sizeof(end->addr); i += 2)
		craft_put16(addr + i, random_word());
	end->port = htons(random_word());
}

/* What follows the headers is the same in both. */
static void craft_both(enum craft_check check)
{
	before.check = check;
	craft_packet(&before);
	after.check = check;
	craft_packet(&after);
}

/* A packet with random ends, and the same with another end on one side. */
static void craft_flow(const struct flow *flow, enum nflb_side side,
		       enum craft_check check)
{
	memset(&before, 0, sizeof(before));
	before.family = flow->family;
	before.protocol = flow->protocol;
	before.flags = NFLB_TCP_ACK;
	before.payload_len = prandom_u32_state(&random) % PAYLOAD_MAX;
	if (prandom_u32_state(&random) & 1) {
		before.options = 8;
		before.ext[0] = IPPROTO_DSTOPTS;
		before.ext_count = 1;
	}
	random_end(&before.end[NFLB_SIDE_SRC]);
	random_end(&before.end[NFLB_SIDE_DST]);
	after = before;
	random_end(&after.end[side]);
	craft_both(check);
}

static unsigned int check_field(void)
{
	return craft_check(&before) - before.data;
}

static u16 check_of(struct craft *packet)
{
	return craft_get16(craft_check(packet));
}

/* Zero has two forms. */
static bool sums_equal(u16 a, u16 b)
{
	return a % 0xffff == b % 0xffff;
}

static void expect_packet(const struct sk_buff *skb, const struct craft *wanted)
{
	if (!expect_equal(skb->len, wanted->len) ||
	    !expect(!skb_copy_bits(skb, 0, actual, wanted->len)))
		return;
	expect_bytes(actual, wanted->data, wanted->len);
}

static void set_summed(struct sk_buff *skb, u8 ip_summed)
{
	skb->ip_summed = ip_summed;
	if (ip_summed == CHECKSUM_COMPLETE)
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
	if (ip_summed == CHECKSUM_PARTIAL) {
		skb->csum_start = skb_headroom(skb) + before.thoff;
		skb->csum_offset = check_field() - before.thoff;
	}
}

static bool translate(struct sk_buff *skb, enum nflb_side side)
{
	struct nflb_endpoint to = { after.end[side].addr,
				    after.end[side].port };
	struct nflb_packet pkt;

	if (!expect_equal(nflb_packet_parse(&pkt, skb, before.family),
			  NFLB_PACKET_FLOW))
		return false;
	return expect(nflb_rewrite(skb, &pkt, side, &to));
}

/* What the device, or skb_checksum_help(), makes of the pseudo header sum. */
static void expect_offload(struct sk_buff *skb)
{
	u8 *check;

	after.check = CRAFT_CHECK_RIGHT;
	craft_packet(&after);
	/* It spares TCP a checksum of zero, which means the same. */
	check = craft_check(&after);
	if (!craft_get16(check))
		craft_put16(check, 0xffff);
	if (expect(!skb_checksum_help(skb)))
		expect_packet(skb, &after);
}

static void expect_complete(const struct sk_buff *skb)
{
	__wsum sum = skb_checksum(skb, 0, skb->len, 0);

	expect(sums_equal((__force u16)csum_fold(skb->csum),
			  (__force u16)csum_fold(sum)));
}

static void translate_skb(struct sk_buff *skb, enum nflb_side side,
			  u8 ip_summed)
{
	if (!expect(skb))
		return;
	set_summed(skb, ip_summed);
	if (translate(skb, side)) {
		expect_equal(skb->ip_summed, ip_summed);
		expect_packet(skb, &after);
		if (ip_summed == CHECKSUM_COMPLETE)
			expect_complete(skb);
		if (ip_summed == CHECKSUM_PARTIAL)
			expect_offload(skb);
	}
	kfree_skb(skb);
}

static void translate_layouts(const struct flow *flow, enum nflb_side side,
			      u8 ip_summed)
{
	enum craft_layout layout;

	for (layout = 0; layout < CRAFT_LAYOUTS; layout++) {
		test_where("side %u, ip_summed %u, %s", side, ip_summed,
			   craft_layout_name[layout]);
		craft_flow(flow, side, ip_summed == CHECKSUM_PARTIAL ?
				       CRAFT_CHECK_PSEUDO : CRAFT_CHECK_RIGHT);
		translate_skb(craft_skb(&before, before.len, layout), side,
			      ip_summed);
	}
}

static void translate_flow(const struct flow *flow)
{
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < ARRAY_SIZE(summed); i++) {
			translate_layouts(flow, NFLB_SIDE_SRC, summed[i]);
			translate_layouts(flow, NFLB_SIDE_DST, summed[i]);
		}
	}
}

static void test_ipv4_tcp(void)
{
	translate_flow(&flows[0]);
}

static void test_ipv4_udp(void)
{
	translate_flow(&flows[1]);
}

static void test_ipv6_tcp(void)
{
	translate_flow(&flows[2]);
}

static void test_ipv6_udp(void)
{
	translate_flow(&flows[3]);
}

/* Over IPv4, and in IPv6 tunnels, UDP may do without. */
static void test_no_checksum(void)
{
	static const u8 modes[] = {
		CHECKSUM_NONE, CHECKSUM_UNNECESSARY, CHECKSUM_COMPLETE
	};
	struct sk_buff *skb;
	unsigned int i;
	u8 family;

	for (i = 0; i < ARRAY_SIZE(modes) * 2; i++) {
		family = i & 1 ? NFPROTO_IPV6 : NFPROTO_IPV4;
		test_where("family %u, ip_summed %u", family, modes[i / 2]);
		craft_flow(&(struct flow){ family, IPPROTO_UDP },
			   NFLB_SIDE_DST, CRAFT_CHECK_ZERO);
		skb = craft_skb(&before, before.len, CRAFT_LINEAR);
		if (!expect(skb))
			return;
		set_summed(skb, modes[i / 2]);
		if (translate(skb, NFLB_SIDE_DST))
			expect_packet(skb, &after);
		kfree_skb(skb);
	}
}

/*
 * Chooses the payload so that the checksum of @zero comes out as zero: adding
 * a checksum to what it covers does that.
 */
static void make_zero(struct craft *zero)
{
	static u8 payload[2];

	memset(payload, 0, sizeof(payload));
	before.payload = payload;
	before.payload_len = sizeof(payload);
	after.payload = payload;
	after.payload_len = sizeof(payload);
	craft_packet(zero);
	craft_put16(payload, check_of(zero));
	craft_both(CRAFT_CHECK_RIGHT);
}

/* For UDP zero would mean "none", so it is sent in its other form. */
static void test_zero(void)
{
	struct craft *zero;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flows) * 2; i++) {
		const struct flow *flow = &flows[i / 2];

		test_where("family %u, protocol %u, %s", flow->family,
			   flow->protocol, i & 1 ? "before" : "after");
		craft_flow(flow, NFLB_SIDE_SRC, CRAFT_CHECK_RIGHT);
		zero = i & 1 ? &before : &after;
		make_zero(zero);
		expect_equal(check_of(zero),
			     flow->protocol == IPPROTO_UDP ? 0xffff : 0);
		translate_skb(craft_skb(&before, before.len, CRAFT_LINEAR),
			      NFLB_SIDE_SRC, CHECKSUM_NONE);
	}
}

/* With CHECKSUM_PARTIAL the field is a sum: zero does not mean "none". */
static void test_zero_pseudo_sum(void)
{
	u8 *word = (u8 *)before.end[NFLB_SIDE_SRC].addr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		test_where("family %u, protocol %u", flows[i].family,
			   flows[i].protocol);
		craft_flow(&flows[i], NFLB_SIDE_DST, CRAFT_CHECK_PSEUDO);
		craft_put16(word, craft_add(craft_get16(word),
					    ~check_of(&before)));
		after = before;
		after.end[NFLB_SIDE_DST].addr[0] ^= htonl(0x00010000);
		craft_both(CRAFT_CHECK_PSEUDO);
		expect_equal(check_of(&before), 0xffff);
		craft_put16(craft_check(&before), 0);
		translate_skb(craft_skb(&before, before.len, CRAFT_LINEAR),
			      NFLB_SIDE_DST, CHECKSUM_PARTIAL);
	}
}

/* The receiver must see what the network did to the packet. */
static void translate_wrong(const struct flow *flow, u16 by)
{
	u16 wrong, wanted;
	struct sk_buff *skb;

	craft_flow(flow, NFLB_SIDE_DST, CRAFT_CHECK_RIGHT);
	wrong = craft_add(check_of(&before), by);
	wanted = craft_add(check_of(&after), by);
	craft_put16(craft_check(&before), wrong ?: 0xffff);
	skb = craft_skb(&before, before.len, CRAFT_LINEAR);
	if (!expect(skb))
		return;
	if (translate(skb, NFLB_SIDE_DST)) {
		expect(sums_equal(craft_get16(skb->data + check_field()),
				  wanted));
		memcpy(craft_check(&after), skb->data + check_field(), 2);
		expect_packet(skb, &after);
	}
	kfree_skb(skb);
}

static void test_wrong(void)
{
	static const u16 wrong[] = { 0x0001, 0x0100, 0x8000, 0x1234, 0xfffe };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		for (j = 0; j < ARRAY_SIZE(wrong); j++) {
			test_where("family %u, protocol %u, off by %04x",
				   flows[i].family, flows[i].protocol,
				   wrong[j]);
			translate_wrong(&flows[i], wrong[j]);
		}
	}
}

static void translate_clone(const struct flow *flow, enum craft_layout layout,
			    u8 ip_summed)
{
	struct sk_buff *skb, *clone;

	craft_flow(flow, NFLB_SIDE_DST, ip_summed == CHECKSUM_PARTIAL ?
					CRAFT_CHECK_PSEUDO : CRAFT_CHECK_RIGHT);
	skb = craft_skb(&before, before.len, layout);
	if (!expect(skb))
		return;
	set_summed(skb, ip_summed);
	clone = skb_clone(skb, GFP_KERNEL);
	if (!expect(clone)) {
		kfree_skb(skb);
		return;
	}
	translate_skb(clone, NFLB_SIDE_DST, ip_summed);
	expect_packet(skb, &before);
	kfree_skb(skb);
}

static void test_clone(void)
{
	enum craft_layout layout;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		for (layout = 0; layout < CRAFT_LAYOUTS; layout++) {
			for (j = 0; j < ARRAY_SIZE(summed); j++) {
				test_where("family %u, protocol %u, %s, ip_summed %u",
					   flows[i].family, flows[i].protocol,
					   craft_layout_name[layout],
					   summed[j]);
				translate_clone(&flows[i], layout, summed[j]);
			}
		}
	}
}

/* Only what was parsed can be translated; this stands for all failures. */
static void test_too_short(void)
{
	struct nflb_endpoint to = { after.end[0].addr, htons(1) };
	enum craft_layout layout;
	struct nflb_packet pkt;
	struct sk_buff *skb;

	for (layout = 0; layout < CRAFT_LAYOUTS; layout++) {
		test_where("%s", craft_layout_name[layout]);
		craft_flow(&flows[0], NFLB_SIDE_SRC, CRAFT_CHECK_RIGHT);
		skb = craft_skb(&before, before.len, layout);
		if (!expect(skb))
			return;
		expect_equal(nflb_packet_parse(&pkt, skb, before.family),
			     NFLB_PACKET_FLOW);
		expect(!pskb_trim(skb, before.thoff + 19));
		before.len = skb->len;
		expect(!nflb_rewrite(skb, &pkt, NFLB_SIDE_SRC, &to));
		expect_packet(skb, &before);
		kfree_skb(skb);
	}
}

static const struct test_case cases[] = {
	{ "IPv4 TCP", test_ipv4_tcp },
	{ "IPv4 UDP", test_ipv4_udp },
	{ "IPv6 TCP", test_ipv6_tcp },
	{ "IPv6 UDP", test_ipv6_udp },
	{ "UDP without checksum", test_no_checksum },
	{ "checksum that is zero", test_zero },
	{ "pseudo header sum that is zero", test_zero_pseudo_sum },
	{ "wrong checksums stay wrong", test_wrong },
	{ "clones keep their data", test_clone },
	{ "packet shorter than its header", test_too_short },
};

const struct test_suite rewrite_suite = {
	"rewrite", cases, ARRAY_SIZE(cases)
};
