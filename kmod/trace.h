/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: the life of connections, the picks of schedulers, and packets
 * that end here. Fields are read where they are: a tracer must have a kernel
 * and a module of one build, as always.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nflb

#if !defined(_NFLB_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NFLB_TRACE_H

#include <linux/tracepoint.h>

#include "conn.h"
#include "service.h"

#ifndef _NFLB_TRACE_END
#define _NFLB_TRACE_END
/* As %pISpc prints it. */
static inline void nflb_trace_end(u8 *to, u8 family, const __be32 *addr,
				  __be16 port)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *in = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*in6));
	if (family == NFPROTO_IPV4) {
		in->sin_family = AF_INET;
		in->sin_port = port;
		in->sin_addr.s_addr = addr[0];
	} else {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = port;
		memcpy(&in6->sin6_addr, addr, sizeof(in6->sin6_addr));
	}
}
#endif

#define NFLB_TRACE_STATES						\
	{ NFLB_STATE_UDP,		"udp" },			\
	{ NFLB_STATE_SYN_SENT,		"syn-sent" },			\
	{ NFLB_STATE_SYN_RECV,		"syn-recv" },			\
	{ NFLB_STATE_ESTABLISHED,	"established" },		\
	{ NFLB_STATE_FIN_WAIT,		"fin-wait" },			\
	{ NFLB_STATE_TIME_WAIT,		"time-wait" },			\
	{ NFLB_STATE_CLOSE,		"close" }

#define NFLB_TRACE_ENDS							\
	{ NFLB_END_EXPIRED,		"expired" },			\
	{ NFLB_END_BACKEND_GONE,	"backend_gone" },		\
	{ NFLB_END_REPLACED,		"replaced" },			\
	{ NFLB_END_DELETED,		"deleted" },			\
	{ NFLB_END_OTHER,		"other" }

#define NFLB_TRACE_DROPS						\
	{ NFLB_DROP_NO_BACKEND,		"no_backend" },			\
	{ NFLB_DROP_NO_CONNECTION,	"no_connection" },		\
	{ NFLB_DROP_BACKEND_GONE,	"backend_gone" },		\
	{ NFLB_DROP_TABLE_FULL,		"table_full" },			\
	{ NFLB_DROP_NO_MEMORY,		"no_memory" },			\
	{ NFLB_DROP_COLLISION,		"collision" },			\
	{ NFLB_DROP_NO_ROUTE,		"no_route" },			\
	{ NFLB_DROP_TOO_BIG,		"too_big" },			\
	{ NFLB_DROP_TTL,		"ttl" },			\
	{ NFLB_DROP_MALFORMED,		"malformed" },			\
	{ NFLB_DROP_CHECKSUM,		"checksum" },			\
	{ NFLB_DROP_PORTS_EXHAUSTED,	"ports_exhausted" },		\
	{ NFLB_DROP_SERVICE_FULL,	"service_full" },		\
	{ NFLB_DROP_HALF_OPEN,		"half_open" },			\
	{ NFLB_DROP_RATE_LIMIT,		"rate_limit" },			\
	{ NFLB_DROP_CLIENT_RATE_LIMIT,	"client_rate_limit" }

#define NFLB_TRACE_CONN_FIELDS						\
	__array(u8, client, sizeof(struct sockaddr_in6))		\
	__array(u8, service, sizeof(struct sockaddr_in6))		\
	__array(u8, backend, sizeof(struct sockaddr_in6))		\
	__field(u8, protocol)

#define NFLB_TRACE_CONN_ASSIGN(tuple, to)				\
	do {								\
		const struct nflb_tuple *t_ = (tuple);			\
		const struct nflb_backend *b_ = (to);			\
									\
		nflb_trace_end(__entry->client, t_->family,		\
			       nflb_tuple_src(t_), t_->sport);		\
		nflb_trace_end(__entry->service, t_->family,		\
			       nflb_tuple_dst(t_), t_->dport);		\
		nflb_trace_end(__entry->backend, b_->family, b_->addr,	\
			       b_->port ?: t_->dport);			\
		__entry->protocol = t_->protocol;			\
	} while (0)

#define NFLB_TRACE_CONN_FORMAT						\
	"client=%pISpc service=%pISpc backend=%pISpc protocol=%u"

#define NFLB_TRACE_CONN_ARGS						\
	__entry->client, __entry->service, __entry->backend,		\
	__entry->protocol

/* A connection is in the table, in its first state. */
TRACE_EVENT(nflb_conn_new,
	TP_PROTO(const struct nflb_conn *conn),
	TP_ARGS(conn),
	TP_STRUCT__entry(
		NFLB_TRACE_CONN_FIELDS
		__field(u8, state)
	),
	TP_fast_assign(
		NFLB_TRACE_CONN_ASSIGN(&conn->request.tuple, conn->backend);
		__entry->state = nflb_conn_state(conn);
	),
	TP_printk(NFLB_TRACE_CONN_FORMAT " state=%s", NFLB_TRACE_CONN_ARGS,
		  __print_symbolic(__entry->state, NFLB_TRACE_STATES))
);

TRACE_EVENT(nflb_conn_state,
	TP_PROTO(const struct nflb_conn *conn, u8 from, u8 to),
	TP_ARGS(conn, from, to),
	TP_STRUCT__entry(
		NFLB_TRACE_CONN_FIELDS
		__field(u8, from)
		__field(u8, to)
	),
	TP_fast_assign(
		NFLB_TRACE_CONN_ASSIGN(&conn->request.tuple, conn->backend);
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk(NFLB_TRACE_CONN_FORMAT " from=%s to=%s", NFLB_TRACE_CONN_ARGS,
		  __print_symbolic(__entry->from, NFLB_TRACE_STATES),
		  __print_symbolic(__entry->to, NFLB_TRACE_STATES))
);

/* A connection has left the table; its memory goes a grace period later. */
TRACE_EVENT(nflb_conn_free,
	TP_PROTO(const struct nflb_conn *conn, u8 end),
	TP_ARGS(conn, end),
	TP_STRUCT__entry(
		NFLB_TRACE_CONN_FIELDS
		__field(u8, end)
	),
	TP_fast_assign(
		NFLB_TRACE_CONN_ASSIGN(&conn->request.tuple, conn->backend);
		__entry->end = end;
	),
	TP_printk(NFLB_TRACE_CONN_FORMAT " end=%s", NFLB_TRACE_CONN_ARGS,
		  __print_symbolic(__entry->end, NFLB_TRACE_ENDS))
);

/* A scheduler has picked for the first packet of a flow. */
TRACE_EVENT(nflb_sched_pick,
	TP_PROTO(const struct nflb_tuple *tuple,
		 const struct nflb_backend *backend),
	TP_ARGS(tuple, backend),
	TP_STRUCT__entry(
		NFLB_TRACE_CONN_FIELDS
	),
	TP_fast_assign(
		NFLB_TRACE_CONN_ASSIGN(tuple, backend);
	),
	TP_printk(NFLB_TRACE_CONN_FORMAT, NFLB_TRACE_CONN_ARGS)
);

/* A packet ends here. */
TRACE_EVENT(nflb_drop,
	TP_PROTO(const struct sk_buff *skb, u8 reason),
	TP_ARGS(skb, reason),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u8, reason)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->reason = reason;
	),
	TP_printk("skbaddr=%p reason=%s", __entry->skbaddr,
		  __print_symbolic(__entry->reason, NFLB_TRACE_DROPS))
);

#endif /* _NFLB_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
