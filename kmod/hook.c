// SPDX-License-Identifier: GPL-2.0
/*
 * The packet path. nflb_process() is its table of contents: a packet goes
 * through the steps from top to bottom, each in a file of its own.
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>

#include "conn.h"
#include "echo.h"
#include "forward/forward.h"
#include "frag.h"
#include "hook.h"
#include "icmp.h"
#include "net.h"
#include "one_packet.h"
#include "open.h"
#include "policy.h"
#include "proto/proto.h"
#include "service.h"
#include "trace.h"

/*
 * The packet's connection. NULL with NFLB_PASS if it is to be looked at as the
 * first packet of a flow.
 */
static enum nflb_verdict find_connection(struct nflb_net *nn,
					 struct sk_buff *skb,
					 const struct nflb_packet *pkt,
					 struct nflb_conn **found,
					 enum nflb_dir *dir)
{
	struct nflb_conn *conn = nflb_conn_lookup(nn, &pkt->tuple, dir);

	*found = conn;
	if (!conn)
		return NFLB_PASS;

	/* A SYN never suffers from an old connection. */
	if (*dir == NFLB_DIR_REQUEST &&
	    (nflb_conn_expired(conn) ||
	     (nflb_packet_is_syn(pkt) && nflb_conn_over(conn)))) {
		nflb_conn_kill(nn, conn);
		*found = NULL;
		return NFLB_PASS;
	}
	if (unlikely(nflb_backend_dead(conn->backend)))
		return nflb_policy_backend_down(nn, skb, pkt, found, *dir);
	return NFLB_PASS;
}

static enum nflb_verdict deliver(struct nflb_net *nn, struct sk_buff *skb,
				 const struct nflb_packet *pkt,
				 struct nflb_conn *conn, enum nflb_dir dir)
{
	nflb_proto_packet(conn, dir, pkt);
	nflb_account(conn->backend, dir, skb->len);
	return nflb_forward(nn, skb, pkt, conn, dir);
}

/* Of no connection and to no service: what a datagram may be answered with. */
static enum nflb_verdict forward_answer(struct nflb_net *nn,
					struct sk_buff *skb,
					const struct nflb_packet *pkt)
{
	struct nflb_backend *backend = nflb_one_packet_lookup(nn, &pkt->tuple);
	struct nflb_endpoint from;

	if (!backend)
		return NFLB_PASS;
	nflb_account(backend, NFLB_DIR_REPLY, skb->len);
	from = nflb_service_end(backend->service, pkt->tuple.sport);
	return nflb_forward_answer(nn, skb, pkt, &from);
}

/*
 * Of a connection that ends at the host, though the packet is not found as its:
 * it has been translated already, or is an answer that need not be.
 */
static bool is_of_host(struct nflb_net *nn, const struct nflb_packet *pkt)
{
	struct nflb_tuple answer;
	enum nflb_dir dir;

	nflb_tuple_invert(&answer, &pkt->tuple);
	return nflb_conn_lookup(nn, &answer, &dir) ||
	       nflb_one_packet_lookup(nn, &answer);
}

static enum nflb_verdict nflb_process(struct nflb_net *nn, struct sk_buff *skb,
				      u8 family, const struct net_device *in)
{
	enum nflb_dir dir = NFLB_DIR_REQUEST;
	struct nflb_service *service;
	enum nflb_verdict verdict;
	enum nflb_packet_type type;
	struct nflb_packet pkt;
	struct nflb_conn *conn;

	if (nflb_frag_may_be(skb, family)) {
		verdict = nflb_frag_gather(nn, skb, family, !in);
		if (verdict != NFLB_PASS)
			return verdict;
	}

	type = nflb_packet_parse(&pkt, skb, family);
	pkt.in = in;
	switch (type) {
	case NFLB_PACKET_OTHER:
		return NFLB_PASS;
	case NFLB_PACKET_ICMP_ERROR:
		return nflb_icmp_error(nn, skb, &pkt);
	case NFLB_PACKET_ECHO:
		return nflb_echo_request(nn, skb, &pkt);
	case NFLB_PACKET_FLOW:
		break;
	}

	verdict = find_connection(nn, skb, &pkt, &conn, &dir);
	if (verdict == NFLB_PASS && !conn) {
		service = nflb_service_of_packet(nn, &pkt);
		if (!service ||
		    (nflb_packet_is_own(&pkt) && is_of_host(nn, &pkt)))
			return forward_answer(nn, skb, &pkt);
		verdict = nflb_open(nn, skb, &pkt, service, &conn);
	}
	if (verdict != NFLB_PASS || !conn)
		return verdict;
	return deliver(nn, skb, &pkt, conn, dir);
}

/*
 * A packet that was nobody's above, once the mangle table has marked it. It is
 * the first of its flow, or it would have been found by its connection.
 */
static enum nflb_verdict nflb_process_marked(struct nflb_net *nn,
					     struct sk_buff *skb, u8 family,
					     const struct net_device *in)
{
	struct nflb_conn *conn = NULL;
	struct nflb_service *service;
	enum nflb_verdict verdict;
	struct nflb_packet pkt;
	enum nflb_dir dir;

	service = nflb_service_lookup_mark(nn, skb->mark, family);
	if (!service ||
	    nflb_packet_parse(&pkt, skb, family) != NFLB_PACKET_FLOW ||
	    nflb_conn_lookup(nn, &pkt.tuple, &dir) || is_of_host(nn, &pkt))
		return NFLB_PASS;
	pkt.in = in;
	verdict = nflb_open(nn, skb, &pkt, service, &conn);
	if (verdict != NFLB_PASS || !conn)
		return verdict;
	return deliver(nn, skb, &pkt, conn, NFLB_DIR_REQUEST);
}

/*
 * Loopback addresses mean nothing on a wire. Who claims them could have answers,
 * or what passes for them, handed to programs that listen there. The stack
 * drops such packets itself, for IPv6 before we see them.
 */
static bool is_martian(const struct sk_buff *skb, u8 family)
{
	return family == NFPROTO_IPV4 &&
	       (ipv4_is_loopback(ip_hdr(skb)->saddr) ||
		ipv4_is_loopback(ip_hdr(skb)->daddr));
}

static bool from_outside(const struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	return skb->pkt_type == PACKET_HOST &&
	       !(state->in->flags & IFF_LOOPBACK) &&
	       !is_martian(skb, state->pf);
}

/* Numbers of their own for reasons are not to be had outside the kernel. */
static enum skb_drop_reason skb_reason(enum nflb_drop reason)
{
	switch (reason) {
	case NFLB_DROP_NO_MEMORY:
		return SKB_DROP_REASON_NOMEM;
	case NFLB_DROP_NO_ROUTE:
		return SKB_DROP_REASON_IP_OUTNOROUTES;
	case NFLB_DROP_TOO_BIG:
		return SKB_DROP_REASON_PKT_TOO_BIG;
	default:
		return SKB_DROP_REASON_NETFILTER_DROP;
	}
}

/* The one place that speaks netfilter's language. */
static unsigned int nf_verdict(struct sk_buff *skb, enum nflb_verdict verdict)
{
	enum nflb_drop reason;

	if (verdict == NFLB_PASS || verdict == NFLB_HOST)
		return NF_ACCEPT;
	if (verdict == NFLB_STOLEN)
		return NF_STOLEN;
	reason = verdict - NFLB_DROPPED;
	trace_nflb_drop(skb, reason);
	kfree_skb_reason(skb, skb_reason(reason));
	return NF_STOLEN;
}

static unsigned int nflb_hook(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct nflb_net *nn = priv;

	if (!nflb_filter_concerns(nn, skb, state->pf, false) ||
	    !from_outside(skb, state))
		return NF_ACCEPT;
	return nf_verdict(skb,
			  nflb_process(nn, skb, state->pf, state->in));
}

/* What the host itself sends: as a client, or as a backend. */
static unsigned int nflb_hook_out(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	struct nflb_net *nn = priv;
	unsigned int verdict;

	if (!nflb_filter_concerns(nn, skb, state->pf, true))
		return NF_ACCEPT;
	/* What is kept per CPU is for softirqs. */
	local_bh_disable();
	verdict = nf_verdict(skb, nflb_process(nn, skb, state->pf, NULL));
	local_bh_enable();
	return verdict;
}

static unsigned int nflb_hook_marked(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	struct nflb_net *nn = priv;

	if (!skb->mark || !from_outside(skb, state))
		return NF_ACCEPT;
	return nf_verdict(skb, nflb_process_marked(nn, skb, state->pf,
						   state->in));
}

/*
 * After the raw table, so that its rules protect the host, and just before
 * connection tracking, so that balanced packets never enter it. Marks are made
 * in the mangle table, which comes later: connection tracking has seen the
 * first packet of a flow then, and forgets it as it is taken away.
 */
static void hook_init(struct nflb_net *nn, u8 family)
{
	unsigned int i = nflb_family_index(family);
	struct nf_hook_ops ops = {
		.hook		= nflb_hook,
		.priv		= nn,
		.pf		= family,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_CONNTRACK - 1,
	};

	nn->hook_ops[i][0] = ops;
	ops.hook = nflb_hook_out;
	ops.hooknum = NF_INET_LOCAL_OUT;
	nn->hook_ops[i][1] = ops;
	ops.hook = nflb_hook_marked;
	ops.hooknum = NF_INET_PRE_ROUTING;
	ops.priority = NF_IP_PRI_MANGLE + 1;
	nn->mark_ops[i] = ops;
}

void nflb_hook_init(struct nflb_net *nn)
{
	BUILD_BUG_ON((int)NF_IP_PRI_CONNTRACK != (int)NF_IP6_PRI_CONNTRACK);
	BUILD_BUG_ON((int)NF_IP_PRI_MANGLE != (int)NF_IP6_PRI_MANGLE);

	hook_init(nn, NFPROTO_IPV4);
	hook_init(nn, NFPROTO_IPV6);
}

/* One more user of a family's hooks; 0, or an error with nothing changed. */
static int family_get(struct nflb_net *nn, u8 family,
		      struct netlink_ext_ack *extack)
{
	unsigned int i = nflb_family_index(family);
	int err;

	lockdep_assert_held(&nn->lock);
	if (!nn->hook_users[i]) {
		err = nf_register_net_hooks(nn->net, nn->hook_ops[i],
					    NFLB_HOOKS);
		if (err) {
			NL_SET_ERR_MSG(extack, "cannot register the hook");
			return err;
		}
	}
	WRITE_ONCE(nn->hook_users[i], nn->hook_users[i] + 1);
	return 0;
}

static void family_put(struct nflb_net *nn, u8 family)
{
	unsigned int i = nflb_family_index(family);

	lockdep_assert_held(&nn->lock);
	WRITE_ONCE(nn->hook_users[i], nn->hook_users[i] - 1);
	if (nn->hook_users[i])
		return;
	nf_unregister_net_hooks(nn->net, nn->hook_ops[i], NFLB_HOOKS);
	/* Unregistering does not wait; whoever counts on us needs it to. */
	synchronize_net();
}

static int marked_get(struct nflb_net *nn, u8 family,
		      struct netlink_ext_ack *extack)
{
	unsigned int i = nflb_family_index(family);
	int err = 0;

	if (!nn->mark_users[i])
		err = nf_register_net_hook(nn->net, &nn->mark_ops[i]);
	if (err)
		NL_SET_ERR_MSG(extack, "cannot register the hook for marks");
	else
		nn->mark_users[i]++;
	return err;
}

/* The first hook goes after this one, and waits for both. */
static void marked_put(struct nflb_net *nn, u8 family)
{
	unsigned int i = nflb_family_index(family);

	if (!--nn->mark_users[i])
		nf_unregister_net_hook(nn->net, &nn->mark_ops[i]);
}

/**
 * nflb_hook_get - one more service: its packets must come by
 * @nn: namespace; its lock is held
 * @key: key of the service
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_hook_get(struct nflb_net *nn, const struct nflb_service_key *key,
		  struct netlink_ext_ack *extack)
{
	int err;

	lockdep_assert_held(&nn->lock);
	err = family_get(nn, key->family, extack);
	if (err || !nflb_service_key_is_mark(key))
		return err;
	err = marked_get(nn, key->family, extack);
	if (err)
		family_put(nn, key->family);
	return err;
}

/**
 * nflb_hook_put - one service fewer
 * @nn: namespace; its lock is held
 * @key: key of the service
 *
 * Context: process, may sleep. After the last one of a family no packet of it
 * is in the hooks.
 */
void nflb_hook_put(struct nflb_net *nn, const struct nflb_service_key *key)
{
	lockdep_assert_held(&nn->lock);
	if (nflb_service_key_is_mark(key))
		marked_put(nn, key->family);
	family_put(nn, key->family);
}

/**
 * nflb_hook_get_backend - one more backend: errors about its packets must come by
 * @backend: backend; its namespace's lock is held
 * @extack: told why not
 *
 * Behind a tunnel it may be of another family than its service: errors about
 * the outer packets come in that.
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_hook_get_backend(const struct nflb_backend *backend,
			  struct netlink_ext_ack *extack)
{
	const struct nflb_service *service = backend->service;

	if (backend->family == service->key.family)
		return 0;
	return family_get(service->nn, backend->family, extack);
}

/* One backend fewer; as nflb_hook_put(). */
void nflb_hook_put_backend(const struct nflb_backend *backend)
{
	const struct nflb_service *service = backend->service;

	if (backend->family != service->key.family)
		family_put(service->nn, backend->family);
}
