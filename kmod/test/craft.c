// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/string.h>

#include "craft.h"
#include "test.h"

#define CRAFT_HEADROOM		64

const char *const craft_layout_name[CRAFT_LAYOUTS] = {
	[CRAFT_LINEAR]	= "linear",
	[CRAFT_PAGED]	= "paged",
	[CRAFT_SPLIT]	= "split",
};

u16 craft_get16(const u8 *from)
{
	return from[0] << 8 | from[1];
}

void craft_put16(u8 *to, u16 value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static u16 fold(u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* In ones' complement (RFC 1071). */
u16 craft_add(u16 a, u16 b)
{
	return fold((u32)a + b);
}

static u16 sum_bytes(const u8 *data, unsigned int len)
{
	u32 sum = 0;
	unsigned int i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? data[i] : data[i] << 8;
	return fold(sum);
}

static unsigned int addr_size(const struct craft *packet)
{
	return packet->family == NFPROTO_IPV4 ? 4 : 16;
}

static u16 pseudo_sum(const struct craft *packet)
{
	unsigned int size = addr_size(packet);
	u32 sum = packet->protocol + packet->len - packet->thoff;

	sum += sum_bytes((const u8 *)packet->end[0].addr, size);
	sum += sum_bytes((const u8 *)packet->end[1].addr, size);
	return fold(sum);
}

static u8 *append(struct craft *packet, unsigned int len)
{
	u8 *at = packet->data + packet->len;

	memset(at, 0, len);
	packet->len += len;
	return at;
}

static void append_ipv4(struct craft *packet)
{
	unsigned int len = 20 + packet->options;
	u8 *header = append(packet, len);

	header[0] = 0x40 | len / 4;
	memcpy(header + 6, &packet->fragment, 2);
	header[8] = 64;
	header[9] = packet->protocol;
	memcpy(header + 12, packet->end[0].addr, 4);
	memcpy(header + 16, packet->end[1].addr, 4);
	memset(header + 20, 1, packet->options);
}

/* The rest is zero, which for options means padding. */
static void append_extension(struct craft *packet, u8 type, u8 next)
{
	bool small = type == IPPROTO_HOPOPTS || type == IPPROTO_FRAGMENT;
	u8 *header = append(packet, small ? 8 : 16);

	header[0] = next;
	if (type == IPPROTO_FRAGMENT)
		memcpy(header + 2, &packet->fragment, 2);
	else if (type == IPPROTO_AH)
		header[1] = 16 / 4 - 2;
	else
		header[1] = small ? 0 : 16 / 8 - 1;
}

static u8 next_header(const struct craft *packet, unsigned int i)
{
	return i < packet->ext_count ? packet->ext[i] : packet->protocol;
}

static void append_ipv6(struct craft *packet)
{
	u8 *header = append(packet, 40);
	unsigned int i;

	header[0] = 0x60;
	header[6] = next_header(packet, 0);
	header[7] = 64;
	memcpy(header + 8, packet->end[0].addr, 16);
	memcpy(header + 24, packet->end[1].addr, 16);
	for (i = 0; i < packet->ext_count; i++)
		append_extension(packet, packet->ext[i],
				 next_header(packet, i + 1));
}

/* Ports even where they mean nothing: nobody may read them there. */
static void append_transport(struct craft *packet)
{
	u8 *header = append(packet, packet->protocol == IPPROTO_TCP ? 20 : 8);

	memcpy(header, &packet->end[0].port, 2);
	memcpy(header + 2, &packet->end[1].port, 2);
	switch (packet->protocol) {
	case IPPROTO_TCP:
		header[12] = 0x50;
		header[13] = packet->flags;
		break;
	case IPPROTO_UDP:
		craft_put16(header + 4, 8 + packet->payload_len);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		memset(header, 0, 4);
		header[0] = packet->flags;
		break;
	}
}

static void append_payload(struct craft *packet)
{
	u8 *payload = append(packet, packet->payload_len);
	unsigned int i;

	if (packet->payload)
		memcpy(payload, packet->payload, packet->payload_len);
	else
		for (i = 0; i < packet->payload_len; i++)
			payload[i] = 11 + 37 * i;
}

static void finish_network(struct craft *packet)
{
	u8 *header = packet->data;

	if (packet->family == NFPROTO_IPV6) {
		craft_put16(header + 4, packet->len - 40);
		return;
	}
	craft_put16(header + 2, packet->len);
	craft_put16(header + 10, ~sum_bytes(header, packet->thoff));
}

/* Where the transport checksum is, or NULL without one. */
u8 *craft_check(struct craft *packet)
{
	switch (packet->protocol) {
	case IPPROTO_TCP:
		return packet->data + packet->thoff + 16;
	case IPPROTO_UDP:
		return packet->data + packet->thoff + 6;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return packet->data + packet->thoff + 2;
	default:
		return NULL;
	}
}

static u16 right_check(const struct craft *packet)
{
	u16 sum = sum_bytes(packet->data + packet->thoff,
			    packet->len - packet->thoff);

	if (packet->protocol != IPPROTO_ICMP)
		sum = craft_add(sum, pseudo_sum(packet));
	sum = ~sum;
	return packet->protocol == IPPROTO_UDP && !sum ? 0xffff : sum;
}

static void finish_transport(struct craft *packet)
{
	u8 *check = craft_check(packet);

	if (!check)
		return;
	switch (packet->check) {
	case CRAFT_CHECK_RIGHT:
		craft_put16(check, right_check(packet));
		break;
	case CRAFT_CHECK_PSEUDO:
		craft_put16(check, pseudo_sum(packet));
		break;
	case CRAFT_CHECK_ZERO:
		break;
	}
}

/* Sets both ends to something: no two words or ports are equal. */
void craft_ends(struct craft *packet)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		packet->end[0].addr[i] = htonl(0x0a010203 + i * 0x10101010);
		packet->end[1].addr[i] = htonl(0xc6336401 - i * 0x01020304);
	}
	packet->end[0].port = htons(0xb155);
	packet->end[1].port = htons(0x0050);
}

/* Makes the packet that @packet describes. */
void craft_packet(struct craft *packet)
{
	packet->len = 0;
	if (packet->family == NFPROTO_IPV4)
		append_ipv4(packet);
	else
		append_ipv6(packet);
	packet->thoff = packet->len;
	append_transport(packet);
	append_payload(packet);
	finish_network(packet);
	finish_transport(packet);
}

static bool add_fragment(struct sk_buff *skb, const struct craft *packet,
			 unsigned int len)
{
	struct page *page;

	if (!len)
		return true;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return false;
	memcpy(page_address(page), packet->data + skb->len,
	       packet->len - skb->len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, len,
			PAGE_SIZE);
	return true;
}

/*
 * The first @len bytes of a packet, @head of them linear but never less than
 * the fixed part of the network header, as hooks have it.
 *
 * The memory behind a fragment, or behind a linear packet, goes on with what
 * follows in the packet: who reads too far gets a packet that looks right, and
 * the tests see it without a sanitizer. Behind the linear part of others is
 * rubbish.
 */
struct sk_buff *craft_skb_head(const struct craft *packet, unsigned int len,
			       unsigned int head)
{
	unsigned int fixed = packet->family == NFPROTO_IPV4 ? 20 : 40;
	unsigned int rest;
	struct sk_buff *skb;

	skb = alloc_skb(CRAFT_HEADROOM + CRAFT_LEN_MAX, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, CRAFT_HEADROOM);
	memcpy(skb->data, packet->data, CRAFT_LEN_MAX);
	skb_put(skb, min(max(head, fixed), len));
	skb_reset_network_header(skb);
	rest = len - skb->len;
	if (rest)
		memset(skb_tail_pointer(skb), 0xa5, skb_tailroom(skb));
	if (!add_fragment(skb, packet, rest / 2) ||
	    !add_fragment(skb, packet, rest - rest / 2)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

struct sk_buff *craft_skb(const struct craft *packet, unsigned int len,
			  enum craft_layout layout)
{
	switch (layout) {
	case CRAFT_PAGED:
		return craft_skb_head(packet, len, 0);
	case CRAFT_SPLIT:
		return craft_skb_head(packet, len, len / 2);
	default:
		return craft_skb_head(packet, len, len);
	}
}

/* The tuple of a packet. */
void craft_tuple(struct nflb_tuple *tuple, const struct craft *packet)
{
	unsigned int size = addr_size(packet);

	memset(tuple, 0, sizeof(*tuple));
	tuple->family = packet->family;
	tuple->protocol = packet->protocol;
	tuple->sport = packet->end[0].port;
	tuple->dport = packet->end[1].port;
	memcpy(tuple->addr, packet->end[0].addr, size);
	memcpy(tuple->addr + size / 4, packet->end[1].addr, size);
}

/* Expects the tuple of a packet. */
void craft_check_tuple(const struct nflb_tuple *tuple,
		       const struct craft *packet)
{
	unsigned int size = addr_size(packet);
	struct nflb_tuple wanted;

	craft_tuple(&wanted, packet);
	expect_bytes(tuple, &wanted, 8 + 2 * size);
}
