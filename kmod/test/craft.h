/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets made from scratch. Nothing here uses the kernel's own checksum or
 * header code, so it can be held against what does.
 */
#ifndef _NFLB_TEST_CRAFT_H
#define _NFLB_TEST_CRAFT_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "packet.h"

#define CRAFT_EXT_MAX		4
#define CRAFT_LEN_MAX		512

/* What to put into the transport checksum. */
enum craft_check {
	CRAFT_CHECK_RIGHT,
	CRAFT_CHECK_ZERO,
	CRAFT_CHECK_PSEUDO,	/* sum of the pseudo header, for offloads */
};

struct craft_end {
	__be32	addr[4];
	__be16	port;
};

/**
 * struct craft - a packet: what to make of it, and what came out
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @protocol: transport protocol
 * @options: bytes of IPv4 options, a multiple of 4
 * @ext: types of the IPv6 extension headers, in order
 * @ext_count: how many
 * @fragment: IPv4 frag_off, or that of IPv6 fragment headers
 * @flags: byte 13 of the TCP header, or type of an ICMP message
 * @check: transport checksum
 * @end: source and destination
 * @payload: what follows the transport header; a pattern if NULL
 * @payload_len: its length
 * @thoff: result: offset of the transport header
 * @len: result: length
 * @data: result
 */
struct craft {
	u8			family;
	u8			protocol;
	u8			options;
	u8			ext[CRAFT_EXT_MAX];
	u8			ext_count;
	__be16			fragment;
	u8			flags;
	enum craft_check	check;
	struct craft_end	end[2];
	const u8		*payload;
	unsigned int		payload_len;

	unsigned int		thoff;
	unsigned int		len;
	u8			data[CRAFT_LEN_MAX];
};

/* How much of a packet is linear; the rest lies in two page fragments. */
enum craft_layout {
	CRAFT_LINEAR,
	CRAFT_PAGED,		/* as little as there may be */
	CRAFT_SPLIT,		/* half of it */
	CRAFT_LAYOUTS
};

extern const char *const craft_layout_name[CRAFT_LAYOUTS];

void craft_ends(struct craft *packet);
void craft_packet(struct craft *packet);
u8 *craft_check(struct craft *packet);
u16 craft_get16(const u8 *from);
void craft_put16(u8 *to, u16 value);
u16 craft_add(u16 a, u16 b);
struct sk_buff *craft_skb_head(const struct craft *packet, unsigned int len,
			       unsigned int head);
struct sk_buff *craft_skb(const struct craft *packet, unsigned int len,
			  enum craft_layout layout);
void craft_tuple(struct nflb_tuple *tuple, const struct craft *packet);
void craft_check_tuple(const struct nflb_tuple *tuple,
		       const struct craft *packet);

#endif /* _NFLB_TEST_CRAFT_H */
