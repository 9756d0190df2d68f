// SPDX-License-Identifier: GPL-2.0
/*
 * Direct routing: the packet stays as it is and the backend is its next hop.
 * The backend owns the service's address and answers the client itself.
 */
#include "backend.h"
#include "forward/forward.h"
#include "net.h"
#include "route.h"

/**
 * nflb_forward_dr - hand a packet to its backend as next hop
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @backend: backend
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_dr(struct nflb_net *nn, struct sk_buff *skb,
				  const struct nflb_packet *pkt,
				  struct nflb_backend *backend)
{
	u8 family = pkt->tuple.family;
	enum nflb_verdict verdict;
	struct dst_entry *dst;

	dst = nflb_route_backend(nn->net, backend, NFLB_ROUTE_NEXT_HOP);
	if (unlikely(dst && nflb_route_ends_here(dst)))
		return nflb_forward_to_host(nn, skb, pkt);
	verdict = nflb_forward_check(nn, skb, pkt, dst, 0);
	if (verdict != NFLB_PASS)
		return verdict;
	if (skb_ensure_writable(skb, nflb_network_header_size(family)))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	return nflb_forward_onward(nn->net, skb, pkt, dst);
}
