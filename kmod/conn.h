/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection table.
 *
 * A connection is one object with two nodes in one hash table: the tuple of
 * its requests and, for NAT, the tuple of its replies. One lookup serves both
 * directions. Readers hold RCU and nothing else; connections are not counted.
 */
#ifndef _NFLB_CONN_H
#define _NFLB_CONN_H

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/nflb.h>
#include <linux/rhashtable-types.h>

#include "backend.h"
#include "packet.h"
#include "route.h"
#include "service.h"
#include "sync.h"

struct nflb_net;
struct nflb_source_addr;

/**
 * struct nflb_node - one direction of a connection in the table
 * @head: hash chain
 * @tuple: only as long as the family needs, see nflb_node_size()
 */
struct nflb_node {
	struct rhash_head	head;
	struct nflb_tuple	tuple;
};

/**
 * struct nflb_tcp_seen - how far the two ends have got, by the client's word
 * @seq: upper eight bits of the client's sequence number
 * @ack: the same of what it acknowledged, which is the backend's
 */
struct nflb_tcp_seen {
	u8	seq;
	u8	ack;
};

/* Bits of nflb_conn.status. */
#define NFLB_CONN_STATE		0x00ff	/* enum nflb_state */
#define NFLB_CONN_FIN_REQUEST	0x0100	/* FIN of the client seen */
#define NFLB_CONN_FIN_REPLY	0x0200	/* FIN of the backend seen */
#define NFLB_CONN_CONFIRMED	0x0400	/* both nodes are in the table */
#define NFLB_CONN_DYING		0x0800	/* somebody is removing it */
#define NFLB_CONN_TOA_SEEN	0x1000	/* the backend was told who the client is */
#define NFLB_CONN_IMPORTED	0x2000	/* another director told of it, and no
					 * packet has said anything newer
					 */
#define NFLB_CONN_UNANSWERED	0x8000	/* the client has repeated its SYN */
/* NFLB_SYNC_QUEUED and NFLB_SYNC_RELEASED are there, too. */

/**
 * struct nflb_conn_tail - what follows the nodes of a connection
 * @sctp_tag: verification tag that packets of each direction carry; 0: not
 *	known
 * @queued: in a queue of changes, while NFLB_SYNC_QUEUED says so
 * @source: where full NAT has its source address from, or NULL; with a
 *	reference, while it is in the table
 * @slot: and its port
 * @rcu: for freeing
 */
struct nflb_conn_tail {
	__be32				sctp_tag[NFLB_DIR_MAX];
	struct llist_node		queued;
	union {
		struct {
			struct nflb_source_addr	*source;
			u32			slot;
		};
		struct rcu_head		rcu;
	};
};

/**
 * struct nflb_conn - a tracked flow
 * @backend: its backend; the connection holds a reference. Constant.
 * @reply_route: cached route to the client
 * @expires: jiffies; written only when it moves by a good part of @timeout
 * @timeout: jiffies that the present state lasts
 * @status: state and NFLB_CONN_* bits
 * @forward: enum nflb_forward it was opened with; constant
 * @seen: sequence numbers of TCP, for nflb_tcp_credible(); written when the
 *	connection opens and once in 16 MB
 * @end: enum nflb_end: why it was removed, once it was
 * @request: node of the requests; that of the replies and a struct
 *	nflb_conn_tail follow it, at offsets that depend on the family
 *
 * For IPv4 all that a request needs is on the first 64 bytes.
 */
struct nflb_conn {
	struct nflb_backend	*backend;
	struct nflb_route	reply_route;
	u32			expires;
	u32			timeout;
	atomic_t		status;
	u8			forward;
	struct nflb_tcp_seen	seen;
	u8			end;
	struct nflb_node	request;
};

static inline unsigned int nflb_node_size(u8 family)
{
	return offsetof(struct nflb_node, tuple) + nflb_tuple_size(family);
}

static inline struct nflb_node *nflb_conn_node(struct nflb_conn *conn,
					       enum nflb_dir dir)
{
	unsigned int size = nflb_node_size(conn->request.tuple.family);

	return (void *)&conn->request + dir * size;
}

static inline unsigned int nflb_conn_tail_offset(u8 family)
{
	return offsetof(struct nflb_conn, request) +
	       NFLB_DIR_MAX * nflb_node_size(family);
}

static inline struct nflb_conn_tail *nflb_conn_tail(struct nflb_conn *conn)
{
	return (void *)conn + nflb_conn_tail_offset(conn->request.tuple.family);
}

static inline enum nflb_sync_kind
nflb_conn_sync_kind(const struct nflb_conn *conn)
{
	return conn->request.tuple.family == NFPROTO_IPV4 ? NFLB_SYNC_CONN4 :
							    NFLB_SYNC_CONN6;
}

static inline struct nflb_conn *nflb_node_conn(const struct nflb_node *node)
{
	unsigned int size = nflb_node_size(node->tuple.family);
	const void *request = (const void *)node - node->tuple.dir * size;

	return (void *)request - offsetof(struct nflb_conn, request);
}

static inline enum nflb_state nflb_conn_state(const struct nflb_conn *conn)
{
	return atomic_read(&conn->status) & NFLB_CONN_STATE;
}

/* What the client knows the service by: the destination of its requests. */
static inline struct nflb_endpoint
nflb_conn_service_end(const struct nflb_conn *conn)
{
	const struct nflb_tuple *request = &conn->request.tuple;

	return (struct nflb_endpoint){ nflb_tuple_dst(request),
				       request->dport };
}

/* Whom replies go to. */
static inline struct nflb_endpoint
nflb_conn_client_end(const struct nflb_conn *conn)
{
	const struct nflb_tuple *request = &conn->request.tuple;

	return (struct nflb_endpoint){ nflb_tuple_src(request),
				       request->sport };
}

/* What the backend takes for the client: the destination of its replies. */
static inline struct nflb_endpoint
nflb_conn_source_end(const struct nflb_conn *conn)
{
	const struct nflb_tuple *reply;

	reply = &nflb_conn_node((struct nflb_conn *)conn,
				NFLB_DIR_REPLY)->tuple;
	return (struct nflb_endpoint){ nflb_tuple_dst(reply), reply->dport };
}

/* Its replies pass here and find it. */
static inline bool nflb_conn_has_reply(const struct nflb_conn *conn)
{
	return nflb_forward_translates(conn->forward);
}

static inline bool nflb_conn_expired(const struct nflb_conn *conn)
{
	return (s32)((u32)jiffies - READ_ONCE(conn->expires)) >= 0;
}

/* What becomes of a connection whose backend is dead. */
static inline enum nflb_backend_down nflb_conn_fate(const struct nflb_conn *conn)
{
	u8 fate = READ_ONCE(conn->backend->fate);

	if (fate == NFLB_FATE_SERVICE)
		fate = READ_ONCE(conn->backend->service->policy.backend_down);
	if (fate == NFLB_BACKEND_DOWN_RESET &&
	    conn->request.tuple.protocol != IPPROTO_TCP)
		return NFLB_BACKEND_DOWN_RESCHEDULE;
	return fate;
}

/* Its ends are told, or have been, that it is over. */
static inline bool nflb_conn_gone(const struct nflb_conn *conn)
{
	return nflb_backend_dead(conn->backend) &&
	       nflb_conn_fate(conn) <= NFLB_BACKEND_DOWN_RESCHEDULE;
}

/* Its packets go to its backend, dead or alive. */
static inline bool nflb_conn_served(const struct nflb_conn *conn)
{
	return !nflb_backend_dead(conn->backend) ||
	       nflb_conn_fate(conn) == NFLB_BACKEND_DOWN_KEEP;
}

/* Its packets find it, but it does not count any more. */
static inline bool nflb_conn_stale(const struct nflb_conn *conn)
{
	return nflb_conn_expired(conn) ||
	       (nflb_backend_dead(conn->backend) &&
		nflb_conn_fate(conn) == NFLB_BACKEND_DOWN_RESCHEDULE);
}

/* Closing or closed, or nobody to talk to: a SYN begins a new connection. */
static inline bool nflb_conn_over(const struct nflb_conn *conn)
{
	return nflb_conn_state(conn) >= NFLB_STATE_FIN_WAIT ||
	       nflb_backend_dead(conn->backend);
}

/* Packet path, RCU. */
struct nflb_conn *nflb_conn_lookup(struct nflb_net *nn,
				   const struct nflb_tuple *tuple,
				   enum nflb_dir *dir);
bool nflb_conn_end(struct nflb_net *nn, struct nflb_conn *conn,
		   enum nflb_end end);
void nflb_conn_kill(struct nflb_net *nn, struct nflb_conn *conn);
void nflb_conn_touch(struct nflb_conn *conn);
void nflb_conn_set_timeout(struct nflb_conn *conn, u32 seconds);
void nflb_conn_changed(struct nflb_conn *conn);

/* For those who make connections: BH off, RCU read side. */
struct nflb_conn *nflb_conn_alloc(u8 family);
struct nflb_node *nflb_conn_insert_node(struct nflb_net *nn,
					struct nflb_node *node);
void nflb_conn_remove_node(struct nflb_net *nn, struct nflb_node *node);
void nflb_conn_release(struct nflb_net *nn, struct nflb_conn *conn);
void nflb_conn_free_rcu(struct nflb_conn *conn);

/* conn_open.c */
struct nflb_conn *nflb_conn_new(struct nflb_net *nn,
				struct nflb_backend *backend,
				const struct nflb_tuple *request,
				enum nflb_forward forward,
				enum nflb_drop *reason);
struct nflb_conn *nflb_conn_publish(struct nflb_net *nn, struct nflb_conn *conn,
				    enum nflb_drop *reason);
struct nflb_conn *nflb_conn_create(struct nflb_net *nn,
				   struct nflb_backend *backend,
				   const struct nflb_packet *pkt,
				   enum nflb_drop *reason);

/* User context. */
u64 nflb_conn_count(struct nflb_net *nn);
int nflb_conn_table_init(struct nflb_net *nn);
void nflb_conn_table_destroy(struct nflb_net *nn);
int nflb_conn_cache_init(void);
void nflb_conn_cache_exit(void);

/* conn_sweep.c */
void nflb_conn_sweep_init(struct nflb_net *nn);
void nflb_conn_sweep_start(struct nflb_net *nn);
void nflb_conn_sweep_now(struct nflb_net *nn);
void nflb_conn_sweep_stop(struct nflb_net *nn);

#endif /* _NFLB_CONN_H */
