// SPDX-License-Identifier: GPL-2.0
/*
 * The packet path. nflb_process() is its table of contents: a packet goes
 * through the steps from top to bottom, each in a file of its own.
 */
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "conn.h"
#include "forward/forward.h"
#include "hook.h"
#include "icmp.h"
#include "net.h"
#include "proto/proto.h"
#include "reject.h"
#include "sched.h"
#include "service.h"

/*
 * The packet's connection. NULL with NFLB_PASS if it is to be looked at as the
 * first packet of a flow.
 */
static enum nflb_verdict find_connection(struct nflb_net *nn,
					 const struct nflb_packet *pkt,
					 struct nflb_conn **found,
					 enum nflb_dir *dir)
{
	struct nflb_conn *conn = nflb_conn_lookup(nn, &pkt->tuple, dir);

	*found = conn;
	if (!conn)
		return NFLB_PASS;
	if (*dir == NFLB_DIR_REPLY)
		return nflb_backend_dead(conn->backend) ?
		       nflb_drop(nn, NFLB_DROP_BACKEND_GONE) : NFLB_PASS;

	/* A SYN never suffers from an old connection. */
	if (nflb_conn_stale(conn) ||
	    (nflb_packet_is_syn(pkt) && nflb_proto_finished(conn))) {
		nflb_conn_kill(nn, conn);
		*found = NULL;
	}
	return NFLB_PASS;
}

/* A connection for the first packet of a flow, if it is to a service. */
static enum nflb_verdict open_connection(struct nflb_net *nn,
					 struct sk_buff *skb,
					 const struct nflb_packet *pkt,
					 struct nflb_conn **opened)
{
	const struct nflb_service *service;
	struct nflb_backend *backend;
	enum nflb_drop reason;

	service = nflb_service_lookup(nn, &pkt->tuple);
	if (!service)
		return NFLB_PASS;
	nflb_forward_mark(skb);

	if (pkt->protocol == IPPROTO_TCP && !nflb_packet_is_syn(pkt))
		return nflb_reject(nn, skb, pkt, NFLB_DROP_NO_CONNECTION);

	backend = nflb_sched_pick(service, pkt);
	if (!backend)
		return nflb_reject(nn, skb, pkt, NFLB_DROP_NO_BACKEND);

	*opened = nflb_conn_create(nn, backend, pkt, &reason);
	if (!*opened)
		return nflb_drop(nn, reason);
	return NFLB_PASS;
}

static void account(const struct nflb_conn *conn, enum nflb_dir dir,
		    unsigned int len)
{
	nflb_stats_packet(conn->backend->stats, dir, len);
	nflb_stats_packet(conn->backend->service->stats, dir, len);
}

static enum nflb_verdict forward(struct nflb_net *nn, struct sk_buff *skb,
				 const struct nflb_packet *pkt,
				 struct nflb_conn *conn, enum nflb_dir dir)
{
	if (dir == NFLB_DIR_REPLY)
		return nflb_forward_reply(nn, skb, pkt, conn);
	return nflb_forward_request(nn, skb, pkt, conn->backend, conn->forward);
}

static enum nflb_verdict nflb_process(struct nflb_net *nn, struct sk_buff *skb,
				      u8 family)
{
	enum nflb_dir dir = NFLB_DIR_REQUEST;
	enum nflb_verdict verdict;
	struct nflb_packet pkt;
	struct nflb_conn *conn;

	switch (nflb_packet_parse(&pkt, skb, family)) {
	case NFLB_PACKET_OTHER:
		return NFLB_PASS;
	case NFLB_PACKET_ICMP_ERROR:
		return nflb_icmp_error(nn, skb, &pkt);
	case NFLB_PACKET_FLOW:
		break;
	}

	verdict = find_connection(nn, &pkt, &conn, &dir);
	if (verdict == NFLB_PASS && !conn)
		verdict = open_connection(nn, skb, &pkt, &conn);
	if (verdict != NFLB_PASS || !conn)
		return verdict;

	nflb_proto_packet(conn, dir, &pkt);
	account(conn, dir, skb->len);
	return forward(nn, skb, &pkt, conn, dir);
}

/* The one place that speaks netfilter's language. */
static unsigned int nflb_hook(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct nflb_net *nn = priv;

	if (!nflb_filter_concerns(nn, skb, state->pf) ||
	    skb->pkt_type != PACKET_HOST ||
	    (state->in->flags & IFF_LOOPBACK))
		return NF_ACCEPT;

	switch (nflb_process(nn, skb, state->pf)) {
	case NFLB_STOLEN:
		return NF_STOLEN;
	case NFLB_DROPPED:
		return NF_DROP;
	case NFLB_PASS:
		break;
	}
	return NF_ACCEPT;
}

/*
 * After the raw table, so that its rules protect the host, and just before
 * connection tracking, so that balanced packets never enter it.
 */
static void hook_init(struct nf_hook_ops *ops, struct nflb_net *nn, u8 family)
{
	ops->hook = nflb_hook;
	ops->priv = nn;
	ops->pf = family;
	ops->hooknum = NF_INET_PRE_ROUTING;
	ops->priority = NF_IP_PRI_CONNTRACK - 1;
}

void nflb_hook_init(struct nflb_net *nn)
{
	BUILD_BUG_ON((int)NF_IP_PRI_CONNTRACK != (int)NF_IP6_PRI_CONNTRACK);

	hook_init(&nn->hook_ops[0], nn, NFPROTO_IPV4);
	hook_init(&nn->hook_ops[1], nn, NFPROTO_IPV6);
}

static int defrag_enable(struct net *net, u8 family)
{
	return family == NFPROTO_IPV4 ? nf_defrag_ipv4_enable(net) :
					nf_defrag_ipv6_enable(net);
}

static void defrag_disable(struct net *net, u8 family)
{
	if (family == NFPROTO_IPV4)
		nf_defrag_ipv4_disable(net);
	else
		nf_defrag_ipv6_disable(net);
}

/**
 * nflb_hook_get - one more service of a family: packets must come by
 * @nn: namespace; its lock is held
 * @family: family of the service
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_hook_get(struct nflb_net *nn, u8 family,
		  struct netlink_ext_ack *extack)
{
	unsigned int i = nflb_family_index(family);
	int err;

	lockdep_assert_held(&nn->lock);
	if (!nn->hook_users[i]) {
		err = defrag_enable(nn->net, family);
		if (err) {
			NL_SET_ERR_MSG(extack, "cannot enable defragmentation");
			return err;
		}
		err = nf_register_net_hook(nn->net, &nn->hook_ops[i]);
		if (err) {
			defrag_disable(nn->net, family);
			NL_SET_ERR_MSG(extack, "cannot register the hook");
			return err;
		}
	}
	WRITE_ONCE(nn->hook_users[i], nn->hook_users[i] + 1);
	return 0;
}

/**
 * nflb_hook_put - one service of a family fewer
 * @nn: namespace; its lock is held
 * @family: family of the service
 *
 * Context: process, may sleep. After the last one no packet is in the hook.
 */
void nflb_hook_put(struct nflb_net *nn, u8 family)
{
	unsigned int i = nflb_family_index(family);

	lockdep_assert_held(&nn->lock);
	WRITE_ONCE(nn->hook_users[i], nn->hook_users[i] - 1);
	if (nn->hook_users[i])
		return;
	nf_unregister_net_hook(nn->net, &nn->hook_ops[i]);
	defrag_disable(nn->net, family);
	/* Unregistering does not wait; whoever counts on us needs it to. */
	synchronize_net();
}
