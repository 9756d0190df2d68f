/* SPDX-License-Identifier: GPL-2.0 */
/* Packets inside packets: what the tunnels have in common. */
#ifndef _NFLB_FORWARD_TUNNEL_H
#define _NFLB_FORWARD_TUNNEL_H

#include <linux/nflb.h>
#include <linux/skbuff.h>
#include <net/gue.h>

#include "forward/options.h"

/* UDP header and a GUE header without options. */
#define NFLB_GUE_SIZE	(sizeof(struct udphdr) + sizeof(struct guehdr))

/**
 * struct nflb_outer - what goes around a packet
 * @tunnel: options
 * @method: tunnel
 * @family: family of the outer IP header
 * @inner: family of the packet inside
 * @size: bytes of all headers
 * @hash: of the flow inside
 * @fragment: an outer IPv4 packet may be cut though the inner one may not
 * @saddr: source
 * @daddr: destination
 */
struct nflb_outer {
	const struct nflb_tunnel	*tunnel;
	enum nflb_forward		method;
	u8				family;
	u8				inner;
	u8				size;
	bool				fragment;
	u32				hash;
	__be32				saddr[4];
	const __be32			*daddr;
};

/* What an IP packet of a family is called in the header around it. */
static inline u8 nflb_tunnel_protocol(u8 family)
{
	return family == NFPROTO_IPV4 ? IPPROTO_IPIP : IPPROTO_IPV6;
}

void nflb_tunnel_source(__be32 addr[4], const struct nflb_tunnel *tunnel,
			u8 family, u32 hash);
unsigned int nflb_tunnel_inside(const struct sk_buff *skb, unsigned int offset,
				u8 protocol, u8 *family);

/*
 * gre.c, gue.c: the header between the two IP headers. Filling it comes after
 * it was pushed as transport header, and before the outer IP header.
 */
unsigned int nflb_gre_size(const struct nflb_tunnel *tunnel);
void nflb_gre_fill(struct sk_buff *skb, const struct nflb_outer *outer);
unsigned int nflb_gre_inside(const struct sk_buff *skb, unsigned int offset,
			     u8 *family);
void nflb_gue_fill(struct sk_buff *skb, const struct nflb_outer *outer);
unsigned int nflb_gue_inside(const struct sk_buff *skb, unsigned int offset,
			     u8 *family);

#endif /* _NFLB_FORWARD_TUNNEL_H */
