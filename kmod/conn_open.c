// SPDX-License-Identifier: GPL-2.0
/*
 * New connections: made, and put into the table.
 *
 * Order of publication: the request node goes in first, then the reply node,
 * then NFLB_CONN_CONFIRMED is set; for full NAT the reply node goes first, for
 * it decides on the source, which requests need. Only a confirmed connection
 * can be removed by anybody but its creator, so removal always finds both nodes
 * in the table.
 */
#include <linux/percpu_counter.h>

#include "conn.h"
#include "event.h"
#include "hairpin.h"
#include "net.h"
#include "proto/proto.h"
#include "service.h"
#include "source.h"

/* Ports tried where others than full NAT have them. */
#define NFLB_CONN_SOURCE_TRIES	16

/*
 * What the backend will answer with: its own address, to the client. Only
 * translation sees the answers, and only there the address is of the same
 * family. Full NAT has another destination, see nflb_source_take().
 */
static void conn_fill_reply(struct nflb_conn *conn)
{
	struct nflb_node *reply = nflb_conn_node(conn, NFLB_DIR_REPLY);
	const struct nflb_backend *backend = conn->backend;

	nflb_tuple_invert(&reply->tuple, &conn->request.tuple);
	reply->tuple.dir = NFLB_DIR_REPLY;
	if (!nflb_forward_translates(conn->forward))
		return;
	reply->tuple.sport = nflb_backend_end(backend,
					      conn->request.tuple.dport).port;
	memcpy(reply->tuple.addr, backend->addr,
	       nflb_addr_size(backend->family));
}

/**
 * nflb_conn_new - make a connection that nobody else knows yet
 * @nn: namespace
 * @backend: its backend
 * @request: tuple of its requests
 * @forward: how they reach the backend
 * @reason: set where the answer is NULL
 *
 * To be followed by nflb_proto_enter() or nflb_proto_adopt().
 *
 * Context: BH off, RCU read side.
 * Return: the connection, with a reference to @backend, or NULL.
 */
struct nflb_conn *nflb_conn_new(struct nflb_net *nn,
				struct nflb_backend *backend,
				const struct nflb_tuple *request,
				enum nflb_forward forward,
				enum nflb_drop *reason)
{
	struct nflb_conn *conn;

	if (percpu_counter_read_positive(&nn->conn_count) >=
	    nflb_setting(nn, NFLB_SETTINGS_MAX_CONNECTIONS)) {
		*reason = NFLB_DROP_TABLE_FULL;
		return NULL;
	}
	if (!nflb_backend_get(backend)) {
		*reason = NFLB_DROP_NO_BACKEND;
		return NULL;
	}
	conn = nflb_conn_alloc(request->family);
	if (!conn) {
		nflb_backend_put(backend);
		*reason = NFLB_DROP_NO_MEMORY;
		return NULL;
	}
	memcpy(&conn->request.tuple, request, nflb_tuple_size(request->family));
	conn->backend = backend;
	conn->forward = forward;
	conn->end = NFLB_END_UNSPEC;
	RCU_INIT_POINTER(conn->reply_route.dst, NULL);
	*nflb_conn_tail(conn) = (struct nflb_conn_tail){};
	conn_fill_reply(conn);
	percpu_counter_inc(&nn->conn_count);
	return conn;
}

/*
 * Another service may have given this backend a connection of the same client
 * port. If it is over it makes room; else the two cannot be told apart.
 */
static struct nflb_node *conn_insert_reply(struct nflb_net *nn,
					   struct nflb_conn *conn)
{
	struct nflb_node *reply = nflb_conn_node(conn, NFLB_DIR_REPLY);
	struct nflb_node *there = nflb_conn_insert_node(nn, reply);
	struct nflb_conn *other;

	if (IS_ERR_OR_NULL(there))
		return there;
	other = nflb_node_conn(there);
	if (!nflb_conn_expired(other) && !nflb_conn_over(other))
		return there;
	nflb_conn_kill(nn, other);
	return nflb_conn_insert_node(nn, reply);
}

/*
 * A source of its own, and the reply node into the table with it. What is taken
 * there is not the pool's: a connection that is not of full NAT, or of a pool
 * with other ports.
 */
static struct nflb_node *conn_insert_source(struct nflb_net *nn,
					    struct nflb_conn *conn)
{
	struct nflb_node *reply = nflb_conn_node(conn, NFLB_DIR_REPLY), *there;
	int tries = NFLB_CONN_SOURCE_TRIES;

	/* It has one by the word of another director. */
	if (nflb_conn_tail(conn)->source)
		return nflb_conn_insert_node(nn, reply);
	do {
		nflb_source_give(conn);
		if (!nflb_source_take(conn)) {
			nflb_source_exhausted(conn->backend);
			return ERR_PTR(-ENOSPC);
		}
		there = nflb_conn_insert_node(nn, reply);
	} while (!IS_ERR_OR_NULL(there) && --tries);
	return there;
}

static enum nflb_drop insert_error(const struct nflb_node *there)
{
	if (!IS_ERR(there))
		return NFLB_DROP_COLLISION;
	return PTR_ERR(there) == -ENOSPC ? NFLB_DROP_PORTS_EXHAUSTED :
					   NFLB_DROP_NO_MEMORY;
}

/* It is not to be; @first is the node that is in the table already, or NULL. */
static void conn_withdraw(struct nflb_net *nn, struct nflb_conn *conn,
			  struct nflb_node *first)
{
	/* Another CPU may use it already: freeze its state. */
	atomic_or(NFLB_CONN_DYING, &conn->status);
	if (first)
		nflb_conn_remove_node(nn, first);
	nflb_conn_release(nn, conn);
}

/**
 * nflb_conn_publish - put a new connection into the table
 * @nn: namespace
 * @conn: connection; where the answer is not it, it has been given up
 * @reason: set where the answer is NULL
 *
 * Context: BH off, RCU read side.
 * Return: @conn, or that of another CPU that was first, or NULL.
 */
struct nflb_conn *nflb_conn_publish(struct nflb_net *nn, struct nflb_conn *conn,
				    enum nflb_drop *reason)
{
	struct nflb_node *request = &conn->request, *first = NULL, *there;

	if (conn->forward == NFLB_FORWARD_FULLNAT) {
		there = conn_insert_source(nn, conn);
		if (there)
			goto give_up;
		first = nflb_conn_node(conn, NFLB_DIR_REPLY);
	}
	there = nflb_conn_insert_node(nn, request);
	if (there)
		goto lost;
	if (conn->forward == NFLB_FORWARD_NAT) {
		first = request;
		there = conn_insert_reply(nn, conn);
		if (there)
			goto give_up;
	}
	atomic_or(NFLB_CONN_CONFIRMED, &conn->status);
	return conn;

lost:
	if (!IS_ERR(there) && there->tuple.dir == NFLB_DIR_REQUEST) {
		conn_withdraw(nn, conn, first);
		return nflb_node_conn(there);
	}
give_up:
	conn_withdraw(nn, conn, first);
	*reason = insert_error(there);
	return NULL;
}

/**
 * nflb_conn_create - open a connection and put it into the table
 * @nn: namespace
 * @backend: its backend
 * @pkt: first packet of the flow
 * @reason: set where the answer is NULL
 *
 * Context: softirq, RCU read side.
 * Return: the connection; if another CPU opened one for the same tuple at the
 * same moment, that one. NULL if it cannot be opened.
 */
struct nflb_conn *nflb_conn_create(struct nflb_net *nn,
				   struct nflb_backend *backend,
				   const struct nflb_packet *pkt,
				   enum nflb_drop *reason)
{
	struct nflb_conn *conn, *opened;

	conn = nflb_conn_new(nn, backend, &pkt->tuple,
			     nflb_hairpin_forward(nn->net, backend, pkt),
			     reason);
	if (!conn)
		return NULL;
	nflb_proto_enter(conn, pkt);
	opened = nflb_conn_publish(nn, conn, reason);
	if (opened == conn) {
		nflb_stats_connection(backend->stats);
		nflb_stats_connection(backend->service->stats);
		nflb_event_conn(conn, NFLB_EVENT_CONNECTION_NEW,
				NFLB_END_UNSPEC);
		nflb_conn_changed(conn);
	}
	return opened;
}
