// SPDX-License-Identifier: GPL-2.0
#include <net/netfilter/nf_conntrack.h>

#include "conn.h"
#include "limit.h"
#include "net.h"
#include "policy.h"
#include "proto/proto.h"
#include "reject.h"
#include "sched.h"
#include "service.h"

/* The host and its connection tracking see it as any other packet. */
static enum nflb_verdict pass_to_host(struct sk_buff *skb)
{
	nf_reset_ct(skb);
	return NFLB_PASS;
}

/**
 * nflb_policy_no_backend - a new flow cannot be served
 * @nn: namespace
 * @skb: its first packet
 * @pkt: the same, parsed
 * @service: service
 * @reason: why
 *
 * Context: softirq, RCU read side.
 * Return: verdict; NFLB_PASS if the host may have the packet.
 */
enum nflb_verdict nflb_policy_no_backend(struct nflb_net *nn,
					 struct sk_buff *skb,
					 const struct nflb_packet *pkt,
					 const struct nflb_service *service,
					 enum nflb_drop reason)
{
	switch (READ_ONCE(service->policy.no_backend)) {
	case NFLB_NO_BACKEND_PASS:
		return pass_to_host(skb);
	case NFLB_NO_BACKEND_DROP:
		return nflb_drop(nn, reason);
	default:
		return nflb_reject(nn, skb, pkt, reason);
	}
}

/* What the host was given the beginning of, it gets the rest of too. */
static bool host_serves(const struct nflb_service *service,
			const struct nflb_packet *pkt)
{
	return READ_ONCE(service->policy.no_backend) == NFLB_NO_BACKEND_PASS &&
	       (nflb_limit_full(service) || !nflb_sched_pick(service, pkt));
}

/* A reset ends what there is none of, and a SYN-ACK answers nobody. */
static bool adoptable(const struct nflb_packet *pkt)
{
	return pkt->protocol == IPPROTO_TCP &&
	       (pkt->tcp_flags & (NFLB_TCP_ACK | NFLB_TCP_SYN |
				  NFLB_TCP_RST)) == NFLB_TCP_ACK;
}

/**
 * nflb_policy_mid_stream - a TCP packet of no connection that begins none
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @service: service it is addressed to
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_PASS if it is to be scheduled like the first packet of a flow,
 * else the verdict.
 */
enum nflb_verdict nflb_policy_mid_stream(struct nflb_net *nn,
					 struct sk_buff *skb,
					 const struct nflb_packet *pkt,
					 const struct nflb_service *service)
{
	u8 policy = READ_ONCE(service->policy.mid_stream);

	if (host_serves(service, pkt))
		return NFLB_PASS;
	if (policy == NFLB_MID_STREAM_ADOPT && adoptable(pkt))
		return NFLB_PASS;
	if (policy == NFLB_MID_STREAM_DROP)
		return nflb_drop(nn, NFLB_DROP_NO_CONNECTION);
	return nflb_reject(nn, skb, pkt, NFLB_DROP_NO_CONNECTION);
}

static enum nflb_verdict reset_ends(struct nflb_net *nn, struct sk_buff *skb,
				    const struct nflb_packet *pkt,
				    struct nflb_conn *conn, enum nflb_dir dir)
{
	nflb_proto_close(conn);
	return nflb_reject_both(nn, skb, pkt, conn, dir,
				NFLB_DROP_BACKEND_GONE);
}

/* Forgotten: the request begins something new, the reply is too late. */
static enum nflb_verdict forget(struct nflb_net *nn, struct nflb_conn **conn,
				enum nflb_dir dir)
{
	nflb_conn_kill(nn, *conn);
	*conn = NULL;
	if (dir == NFLB_DIR_REPLY)
		return nflb_drop(nn, NFLB_DROP_BACKEND_GONE);
	return NFLB_PASS;
}

/**
 * nflb_policy_backend_down - a packet of a connection without a backend
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @conn: connection whose backend is down or removed; set to NULL if it is
 *	forgotten
 * @dir: who sent the packet
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_PASS if it goes on, with @conn as it is now; else the verdict.
 */
enum nflb_verdict nflb_policy_backend_down(struct nflb_net *nn,
					   struct sk_buff *skb,
					   const struct nflb_packet *pkt,
					   struct nflb_conn **conn,
					   enum nflb_dir dir)
{
	switch (nflb_conn_fate(*conn)) {
	case NFLB_BACKEND_DOWN_KEEP:
		return NFLB_PASS;
	case NFLB_BACKEND_DOWN_DROP:
		return nflb_drop(nn, NFLB_DROP_BACKEND_GONE);
	case NFLB_BACKEND_DOWN_RESCHEDULE:
		return forget(nn, conn, dir);
	default:
		return reset_ends(nn, skb, pkt, *conn, dir);
	}
}
