// SPDX-License-Identifier: GPL-2.0
/* Generic routing encapsulation (RFC 2784), with a key (RFC 2890) on request. */
#include <linux/if_ether.h>
#include <net/gre.h>

#include "forward/tunnel.h"

unsigned int nflb_gre_size(const struct nflb_tunnel *tunnel)
{
	return sizeof(struct gre_base_hdr) +
	       (tunnel->checksum + tunnel->keyed) * sizeof(__be32);
}

/*
 * Of a large segment, segmentation sums each piece. What the inner sender left
 * to the device need not be read: its sum is known (see lco_csum()).
 */
static void fill_checksum(struct sk_buff *skb, struct gre_base_hdr *greh)
{
	if (skb_is_gso(skb))
		return;
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		*(__sum16 *)(greh + 1) = csum_fold(lco_csum(skb));
		return;
	}
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = sizeof(*greh);
}

/**
 * nflb_gre_fill - write the GRE header
 * @skb: packet; the header is pushed and its transport header
 * @outer: what goes around it
 *
 * Context: softirq.
 */
void nflb_gre_fill(struct sk_buff *skb, const struct nflb_outer *outer)
{
	const struct nflb_tunnel *tunnel = outer->tunnel;
	struct gre_base_hdr *greh = (void *)skb_transport_header(skb);
	__be32 *option = (__be32 *)(greh + 1);

	greh->flags = 0;
	greh->protocol = outer->inner == NFPROTO_IPV4 ? htons(ETH_P_IP) :
							htons(ETH_P_IPV6);
	if (tunnel->checksum) {
		greh->flags |= GRE_CSUM;
		*option++ = 0;
	}
	if (tunnel->keyed) {
		greh->flags |= GRE_KEY;
		*option = tunnel->key;
	}
	if (tunnel->checksum)
		fill_checksum(skb, greh);
	skb_set_inner_protocol(skb, greh->protocol);
}

/**
 * nflb_gre_inside - look behind a GRE header
 * @skb: packet
 * @offset: the header, bytes from skb->data
 * @family: set to the family of the packet inside
 *
 * Context: any.
 * Return: where the packet inside starts, or 0.
 */
unsigned int nflb_gre_inside(const struct sk_buff *skb, unsigned int offset,
			     u8 *family)
{
	const struct gre_base_hdr *greh;
	struct gre_base_hdr _greh;

	greh = skb_header_pointer(skb, offset, sizeof(_greh), &_greh);
	if (!greh || greh->flags & ~(GRE_CSUM | GRE_KEY))
		return 0;
	if (greh->protocol == htons(ETH_P_IP))
		*family = NFPROTO_IPV4;
	else if (greh->protocol == htons(ETH_P_IPV6))
		*family = NFPROTO_IPV6;
	else
		return 0;
	return offset + sizeof(*greh) +
	       (!!(greh->flags & GRE_CSUM) + !!(greh->flags & GRE_KEY)) *
	       sizeof(__be32);
}
