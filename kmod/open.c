// SPDX-License-Identifier: GPL-2.0
/*
 * The first packet of a flow: who may open a connection, to which backend, and
 * what becomes of a packet that may not.
 */
#include "affinity.h"
#include "conn.h"
#include "forward/forward.h"
#include "limit.h"
#include "net.h"
#include "one_packet.h"
#include "open.h"
#include "policy.h"
#include "sched.h"
#include "service.h"
#include "stateless.h"
#include "trace.h"

/* A datagram that nothing will be known of once it is gone. */
static enum nflb_verdict forward_one(struct nflb_net *nn, struct sk_buff *skb,
				     const struct nflb_packet *pkt,
				     struct nflb_backend *backend)
{
	enum nflb_forward forward;

	/* Pairs with nflb_backend_finish(): a tunnel has its options. */
	forward = smp_load_acquire(&backend->forward);
	nflb_account(backend, NFLB_DIR_REQUEST, skb->len);
	return nflb_forward_request(nn, skb, pkt, backend, forward);
}

/* There is no room for a connection. */
static enum nflb_verdict without_connection(struct nflb_net *nn,
					    struct sk_buff *skb,
					    const struct nflb_packet *pkt,
					    struct nflb_service *service,
					    enum nflb_drop reason)
{
	struct nflb_backend *backend = nflb_stateless_backend(service, pkt);

	if (!backend)
		return nflb_drop(nn, reason);
	nflb_stateless_note(service);
	return forward_one(nn, skb, pkt, backend);
}

/* Of a rate nothing is said: who is flooded sends no answers. */
static enum nflb_verdict refuse_connection(struct nflb_net *nn,
					   struct sk_buff *skb,
					   const struct nflb_packet *pkt,
					   struct nflb_service *service,
					   enum nflb_drop reason)
{
	switch (reason) {
	case NFLB_DROP_SERVICE_FULL:
		return nflb_policy_no_backend(nn, skb, pkt, service, reason);
	case NFLB_DROP_HALF_OPEN:
	case NFLB_DROP_TABLE_FULL:
	case NFLB_DROP_NO_MEMORY:
		return without_connection(nn, skb, pkt, service, reason);
	default:
		return nflb_drop(nn, reason);
	}
}

/* NFLB_PASS if the packet may open a connection though it begins no flow. */
static enum nflb_verdict mid_stream(struct nflb_net *nn, struct sk_buff *skb,
				    const struct nflb_packet *pkt,
				    struct nflb_service *service)
{
	if (likely(!nflb_stateless_goes_on(service, pkt)))
		return nflb_policy_mid_stream(nn, skb, pkt, service);
	/* A reset opens nothing, but the backend must hear of it. */
	if (pkt->tcp_flags & NFLB_TCP_RST)
		return without_connection(nn, skb, pkt, service,
					  NFLB_DROP_NO_CONNECTION);
	return NFLB_PASS;
}

/*
 * Where the client was before, if that matters; else whom the scheduler picks,
 * for which in the middle of a flow loads do not count.
 */
static struct nflb_backend *choose_backend(const struct nflb_service *service,
					   const struct nflb_packet *pkt)
{
	bool affinity = READ_ONCE(service->affinity.seconds);
	struct nflb_backend *backend = NULL;

	if (unlikely(affinity))
		backend = nflb_affinity_lookup(service, pkt);
	else if (unlikely(!nflb_packet_begins(pkt)))
		backend = nflb_sched_home(service, pkt);
	if (backend)
		return backend;
	backend = nflb_sched_pick(service, pkt);
	if (!backend)
		return NULL;
	trace_nflb_sched_pick(&pkt->tuple, backend);
	return unlikely(affinity) ?
	       nflb_affinity_remember(service, pkt, backend) : backend;
}

/**
 * nflb_open - open a connection for the first packet of a flow
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @service: its service
 * @opened: set to the connection, if one is opened
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_PASS if the packet is to go on with @opened, or to the host
 * without; else what became of it.
 */
enum nflb_verdict nflb_open(struct nflb_net *nn, struct sk_buff *skb,
			    const struct nflb_packet *pkt,
			    struct nflb_service *service,
			    struct nflb_conn **opened)
{
	struct nflb_backend *backend;
	enum nflb_verdict verdict;
	enum nflb_drop reason;

	nflb_forward_mark(skb);

	if (!nflb_packet_begins(pkt)) {
		verdict = mid_stream(nn, skb, pkt, service);
		if (verdict != NFLB_PASS)
			return verdict;
	}
	reason = nflb_limit_admit(service, pkt);
	if (unlikely(reason))
		return refuse_connection(nn, skb, pkt, service, reason);
	backend = choose_backend(service, pkt);
	if (!backend)
		return nflb_policy_no_backend(nn, skb, pkt, service,
					      NFLB_DROP_NO_BACKEND);
	if (READ_ONCE(service->one_packet))
		return forward_one(nn, skb, pkt, backend);

	*opened = nflb_conn_create(nn, backend, pkt, &reason);
	if (unlikely(!*opened))
		return refuse_connection(nn, skb, pkt, service, reason);
	return NFLB_PASS;
}
