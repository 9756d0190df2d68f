// SPDX-License-Identifier: GPL-2.0
/*
 * NAT: the destination becomes the backend; the backend answers through here,
 * and the source of its answers becomes the service again.
 */
#include "conn.h"
#include "forward/forward.h"
#include "forward/rewrite.h"
#include "forward/toa.h"
#include "net.h"
#include "route.h"

/**
 * nflb_forward_nat - send a request to its backend
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @backend: backend
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_nat(struct nflb_net *nn, struct sk_buff *skb,
				   const struct nflb_packet *pkt,
				   struct nflb_backend *backend)
{
	struct nflb_endpoint to = nflb_backend_end(backend,
						   pkt->tuple.dport);
	enum nflb_verdict verdict;
	struct dst_entry *dst;

	dst = nflb_route_backend(nn->net, backend, NFLB_ROUTE_ADDRESS);
	verdict = nflb_forward_check(nn, skb, pkt, dst, 0);
	if (verdict != NFLB_PASS)
		return verdict;
	if (!nflb_rewrite(skb, pkt, NFLB_SIDE_DST, &to))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	return nflb_forward_onward(nn->net, skb, pkt, dst);
}

/* Without an address in @to the destination stays as it is. */
static enum nflb_verdict send_reply(struct nflb_net *nn, struct sk_buff *skb,
				    const struct nflb_packet *pkt,
				    const struct nflb_endpoint *from,
				    const struct nflb_endpoint *to,
				    struct dst_entry *dst)
{
	enum nflb_verdict verdict;

	verdict = nflb_forward_check(nn, skb, pkt, dst, 0);
	if (verdict != NFLB_PASS)
		return verdict;
	if (!nflb_rewrite(skb, pkt, NFLB_SIDE_SRC, from))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	if (unlikely(to->addr) && !nflb_rewrite(skb, pkt, NFLB_SIDE_DST, to))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	return nflb_forward_onward(nn->net, skb, pkt, dst);
}

/**
 * nflb_forward_reply - send a backend's answer to the client
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @conn: connection
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_reply(struct nflb_net *nn, struct sk_buff *skb,
				     const struct nflb_packet *pkt,
				     struct nflb_conn *conn)
{
	struct nflb_endpoint from = nflb_conn_service_end(conn);
	struct nflb_endpoint to = {};

	if (unlikely(conn->forward == NFLB_FORWARD_FULLNAT)) {
		to = nflb_conn_client_end(conn);
		if (READ_ONCE(conn->backend->toa))
			nflb_toa_reply(pkt, conn);
	}
	return send_reply(nn, skb, pkt, &from, &to,
			  nflb_route_client(nn->net, conn));
}

/**
 * nflb_forward_answer - send a backend's answer that is of no connection
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @from: what the client knows the backend by
 *
 * There is nowhere to keep a route: it is looked up for every packet.
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_answer(struct nflb_net *nn, struct sk_buff *skb,
				      const struct nflb_packet *pkt,
				      const struct nflb_endpoint *from)
{
	struct nflb_endpoint to = {};
	struct nflb_tuple request;
	enum nflb_verdict verdict;
	struct dst_entry *dst;

	nflb_tuple_invert(&request, &pkt->tuple);
	memcpy(request.addr + nflb_addr_words(request.family), from->addr,
	       nflb_addr_size(request.family));
	dst = nflb_route_answer(nn->net, &request);
	verdict = send_reply(nn, skb, pkt, from, &to, dst);
	dst_release(dst);
	return verdict;
}
