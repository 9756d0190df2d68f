// SPDX-License-Identifier: GPL-2.0
/*
 * Where would a packet of this flow go, and why? The steps of nflb_process()
 * without a packet; nothing is changed and nothing is counted.
 */
#include "affinity.h"
#include "conn.h"
#include "hairpin.h"
#include "limit.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/match.h"
#include "netlink/netlink.h"
#include "route.h"
#include "sched.h"
#include "service.h"
#include "stateless.h"

static const struct nla_policy flow_policy[] = {
	[NFLB_CONNECTION_CLIENT_ADDR4]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_CLIENT_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_CONNECTION_CLIENT_PORT]	= { .type = NLA_U16 },
	[NFLB_CONNECTION_SERVICE_ADDR4]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_SERVICE_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_CONNECTION_SERVICE_PORT]	= { .type = NLA_U16 },
	[NFLB_CONNECTION_PROTOCOL]	= { .type = NLA_U8 },
};

static int get_flow(struct nflb_packet *pkt, struct genl_info *info)
{
	const struct nlattr *nest = info->attrs[NFLB_A_CONNECTION];
	struct nlattr *tb[ARRAY_SIZE(flow_policy)];
	int err;

	if (!nest)
		return nflb_attr_refuse(info->extack, NULL, "flow is missing");
	err = nla_parse_nested(tb, ARRAY_SIZE(flow_policy) - 1, nest,
			       flow_policy, info->extack);
	if (err)
		return err;
	memset(pkt, 0, sizeof(*pkt));
	err = nflb_attr_get_flow(&pkt->tuple, nest, tb, info->extack);
	pkt->protocol = pkt->tuple.protocol;
	pkt->tcp_flags = pkt->protocol == IPPROTO_TCP ? NFLB_TCP_SYN : 0;
	return err;
}

/**
 * struct explanation - what was found out, step by step
 * @conn: connection there is, or NULL
 * @service: service of the flow, or NULL
 * @affinity: what says where the client goes, or NULL
 * @sched: its scheduler, if it would be asked, or NULL
 * @backend: where the packet would go; NULL if that is not known before
 * @device: through which device, unless @local
 * @local: to the host itself
 * @forward: how
 * @verdict: what would become of the packet
 * @reason: if it would be dropped
 */
struct explanation {
	const struct nflb_conn		*conn;
	const struct nflb_service	*service;
	const struct nflb_affinity	*affinity;
	const struct nflb_sched_ops	*sched;
	struct nflb_backend		*backend;
	const char			*device;
	bool				local;
	enum nflb_forward		forward;
	enum nflb_explain		verdict;
	enum nflb_drop			reason;
};

static void explain_drop(struct explanation *ex, enum nflb_drop reason)
{
	ex->verdict = NFLB_EXPLAIN_DROP;
	ex->reason = reason;
}

/* Without translation the host must have the service's address. */
static bool host_takes(const struct explanation *ex, struct net *net,
		       const struct nflb_tuple *tuple)
{
	return nflb_forward_translates(ex->forward) ||
	       nflb_route_is_local(net, nflb_tuple_dst(tuple), tuple->family);
}

static void explain_route(struct explanation *ex, struct net *net,
			  const struct nflb_tuple *tuple)
{
	enum nflb_route_kind kind = ex->forward == NFLB_FORWARD_DR ?
				    NFLB_ROUTE_NEXT_HOP : NFLB_ROUTE_ADDRESS;
	struct dst_entry *dst;

	dst = nflb_route_backend(net, ex->backend, kind);
	ex->local = dst && nflb_route_ends_here(dst);
	if (!dst || (ex->local && !host_takes(ex, net, tuple))) {
		explain_drop(ex, NFLB_DROP_NO_ROUTE);
		return;
	}
	if (!ex->local)
		ex->device = dst->dev->name;
	ex->verdict = NFLB_EXPLAIN_FORWARD;
}

static void explain_no_backend(struct explanation *ex, enum nflb_drop reason)
{
	u8 policy = READ_ONCE(ex->service->policy.no_backend);

	if (policy == NFLB_NO_BACKEND_PASS)
		ex->verdict = NFLB_EXPLAIN_HOST;
	else
		explain_drop(ex, reason);
}

/* False if the packet goes no further. */
static bool explain_limits(struct explanation *ex,
			   const struct nflb_packet *pkt)
{
	enum nflb_drop reason = nflb_limit_explain(ex->service, pkt);

	switch (reason) {
	case NFLB_DROP_UNSPEC:
		return true;
	case NFLB_DROP_SERVICE_FULL:
		explain_no_backend(ex, reason);
		return false;
	case NFLB_DROP_HALF_OPEN:
		if (nflb_stateless_backend(ex->service, pkt))
			return true;
		fallthrough;
	default:
		explain_drop(ex, reason);
		return false;
	}
}

static void explain_backend(struct explanation *ex, struct net *net,
			    const struct nflb_packet *pkt)
{
	ex->forward = nflb_hairpin_forward(net, ex->backend, pkt);
	explain_route(ex, net, &pkt->tuple);
}

/* Asking whose turn it is would be a turn: only the steady are asked. */
static void explain_pick(struct explanation *ex, struct net *net,
			 const struct nflb_packet *pkt)
{
	struct nflb_sched_table *table = rcu_dereference(ex->service->sched);

	if (!table) {
		explain_no_backend(ex, NFLB_DROP_NO_BACKEND);
		return;
	}
	ex->sched = table->ops;
	ex->verdict = NFLB_EXPLAIN_FORWARD;
	if (!table->ops->steady)
		return;
	ex->backend = table->ops->pick(table, pkt);
	if (ex->backend)
		explain_backend(ex, net, pkt);
	else
		explain_no_backend(ex, NFLB_DROP_NO_BACKEND);
}

/* The backend of a new flow. */
static void explain_choice(struct explanation *ex, struct net *net,
			   const struct nflb_packet *pkt)
{
	if (!explain_limits(ex, pkt))
		return;
	if (READ_ONCE(ex->service->affinity.seconds))
		ex->affinity = nflb_affinity_find(ex->service, &pkt->tuple);
	if (!ex->affinity) {
		explain_pick(ex, net, pkt);
		return;
	}
	ex->backend = ex->affinity->backend;
	explain_backend(ex, net, pkt);
}

/* Softirqs are off: routes are cached per CPU. */
static void explain(struct explanation *ex, struct nflb_net *nn,
		    struct nflb_packet *pkt)
{
	const struct nflb_conn *conn;
	enum nflb_dir dir;

	/* By which device others' packets come does not matter. */
	if (!nflb_route_is_local(nn->net, nflb_tuple_src(&pkt->tuple),
				 pkt->tuple.family))
		pkt->in = nn->net->loopback_dev;
	conn = nflb_conn_lookup(nn, &pkt->tuple, &dir);
	if (conn && !nflb_conn_stale(conn)) {
		ex->conn = conn;
		ex->service = conn->backend->service;
		ex->backend = conn->backend;
		ex->forward = conn->forward;
		explain_route(ex, nn->net, &pkt->tuple);
		if (!nflb_conn_served(conn))
			explain_drop(ex, NFLB_DROP_BACKEND_GONE);
		return;
	}
	ex->verdict = NFLB_EXPLAIN_HOST;
	ex->service = nflb_service_of_packet(nn, pkt);
	if (ex->service)
		explain_choice(ex, nn->net, pkt);
}

static int put_parts(struct sk_buff *msg, const struct explanation *ex)
{
	if (ex->conn)
		return nflb_netlink_put_connection(msg, ex->conn,
						   NFLB_END_UNSPEC);
	if (ex->backend)
		return nflb_match_put_ends(msg, ex->backend, ex->backend->port);
	if (ex->service)
		return nflb_attr_put_service(msg, &ex->service->key);
	return 0;
}

static int put_explanation(struct sk_buff *msg, const struct explanation *ex)
{
	struct nlattr *nest;

	if (put_parts(msg, ex))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, NFLB_A_EXPLAIN);
	if (!nest || nla_put_u8(msg, NFLB_EXPLAIN_A_VERDICT, ex->verdict) ||
	    (ex->reason &&
	     nla_put_u8(msg, NFLB_EXPLAIN_A_REASON, ex->reason)) ||
	    (ex->sched && nla_put_string(msg, NFLB_EXPLAIN_A_SCHEDULER,
					 ex->sched->name)) ||
	    (ex->affinity &&
	     nla_put_u32(msg, NFLB_EXPLAIN_A_AFFINITY,
			 nflb_affinity_left(ex->affinity))) ||
	    (ex->backend &&
	     nla_put_u8(msg, NFLB_EXPLAIN_A_FORWARD, ex->forward)) ||
	    (ex->device &&
	     nla_put_string(msg, NFLB_EXPLAIN_A_DEVICE, ex->device)) ||
	    (ex->local && nla_put_flag(msg, NFLB_EXPLAIN_A_LOCAL)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * struct explain_request - what is to be explained
 * @nn: namespace
 * @pkt: first packet of the flow, made up
 */
struct explain_request {
	struct nflb_net		*nn;
	struct nflb_packet	pkt;
};

static int put_answer(struct sk_buff *msg, void *arg)
{
	struct explain_request *req = arg;
	struct explanation ex = {};
	int err;

	local_bh_disable();
	rcu_read_lock();
	explain(&ex, req->nn, &req->pkt);
	err = put_explanation(msg, &ex);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

int nflb_netlink_explain(struct sk_buff *skb, struct genl_info *info)
{
	struct explain_request req = { .nn = nflb_net(genl_info_net(info)) };
	int err = get_flow(&req.pkt, info);

	return err ?: nflb_netlink_answer(info, put_answer, &req);
}
