// SPDX-License-Identifier: GPL-2.0
/*
 * Full NAT: as NAT, and the source becomes an address and port of the director,
 * so backends need no route to the client. The way back is that of NAT.
 */
#include "conn.h"
#include "forward/forward.h"
#include "forward/rewrite.h"
#include "forward/toa.h"
#include "net.h"
#include "route.h"

/**
 * nflb_forward_fullnat - send a request to its backend, as from the director
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @conn: its connection, which has a source
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_fullnat(struct nflb_net *nn, struct sk_buff *skb,
				       const struct nflb_packet *pkt,
				       struct nflb_conn *conn)
{
	struct nflb_endpoint to = nflb_backend_end(conn->backend,
						   pkt->tuple.dport);
	struct nflb_endpoint from = nflb_conn_source_end(conn);
	enum nflb_verdict verdict;
	struct dst_entry *dst;

	dst = nflb_route_backend(nn->net, conn->backend, NFLB_ROUTE_ADDRESS);
	verdict = nflb_forward_check(nn, skb, pkt, dst, 0);
	if (verdict != NFLB_PASS)
		return verdict;
	if (READ_ONCE(conn->backend->toa) &&
	    !nflb_toa_write(skb, pkt, conn,
			    nflb_forward_mtu(dst, pkt->tuple.family, 0)))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	if (!nflb_rewrite(skb, pkt, NFLB_SIDE_DST, &to) ||
	    !nflb_rewrite(skb, pkt, NFLB_SIDE_SRC, &from))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	return nflb_forward_onward(nn->net, skb, pkt, dst);
}
