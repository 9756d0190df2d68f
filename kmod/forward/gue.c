// SPDX-License-Identifier: GPL-2.0
/*
 * Generic UDP encapsulation (draft-ietf-intarea-gue), variant 0: a UDP header
 * whose source port tells flows apart, and four bytes that say what is inside.
 */
#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include <net/udp.h>

#include "forward/tunnel.h"

/* The dynamic ports (RFC 6335), as RFC 7510 has it. */
#define SOURCE_PORTS	0xc000
#define SOURCE_BITS	14

static void fill_checksum(struct sk_buff *skb, const struct nflb_outer *outer)
{
	bool none = !outer->tunnel->checksum;

	if (outer->family == NFPROTO_IPV4)
		udp_set_csum(none, skb, outer->saddr[0], outer->daddr[0],
			     skb->len);
	else
		udp6_set_csum(none, skb, (const struct in6_addr *)outer->saddr,
			      (const struct in6_addr *)outer->daddr, skb->len);
}

/**
 * nflb_gue_fill - write UDP and GUE header
 * @skb: packet; the headers are pushed and its transport header
 * @outer: what goes around it
 *
 * Context: softirq.
 */
void nflb_gue_fill(struct sk_buff *skb, const struct nflb_outer *outer)
{
	struct udphdr *uh = udp_hdr(skb);
	struct guehdr *guehdr = (struct guehdr *)(uh + 1);

	memset(guehdr, 0, sizeof(*guehdr));
	guehdr->proto_ctype = nflb_tunnel_protocol(outer->inner);
	uh->source = htons(SOURCE_PORTS | outer->hash >> (32 - SOURCE_BITS));
	uh->dest = outer->tunnel->port;
	uh->len = htons(skb->len);
	fill_checksum(skb, outer);
	skb_set_inner_ipproto(skb, guehdr->proto_ctype);
}

/**
 * nflb_gue_inside - look behind UDP and GUE header
 * @skb: packet
 * @offset: the UDP header, bytes from skb->data
 * @family: set to the family of the packet inside
 *
 * Context: any.
 * Return: where the packet inside starts, or 0.
 */
unsigned int nflb_gue_inside(const struct sk_buff *skb, unsigned int offset,
			     u8 *family)
{
	const struct guehdr *guehdr;
	struct guehdr _guehdr;

	offset += sizeof(struct udphdr);
	guehdr = skb_header_pointer(skb, offset, sizeof(_guehdr), &_guehdr);
	if (!guehdr || guehdr->version || guehdr->control || guehdr->hlen ||
	    guehdr->flags)
		return 0;
	if (guehdr->proto_ctype == IPPROTO_IPIP)
		*family = NFPROTO_IPV4;
	else if (guehdr->proto_ctype == IPPROTO_IPV6)
		*family = NFPROTO_IPV6;
	else
		return 0;
	return offset + sizeof(*guehdr);
}
