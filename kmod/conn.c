// SPDX-License-Identifier: GPL-2.0
/*
 * The connection table: create, find, remove.
 *
 * Order of publication: the request node goes in first, then the reply node,
 * then NFLB_CONN_CONFIRMED is set; for full NAT the reply node goes first, for
 * it decides on the source, which requests need. Only a confirmed connection
 * can be removed by anybody but its creator, so removal always finds both nodes
 * in the table.
 */
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "conn.h"
#include "event.h"
#include "hairpin.h"
#include "net.h"
#include "proto/proto.h"
#include "service.h"
#include "source.h"

/* Ports tried where others than full NAT have them. */
#define NFLB_CONN_SOURCE_TRIES	16

static struct kmem_cache *nflb_conn_cache[NFLB_FAMILIES] __read_mostly;
static hsiphash_key_t nflb_conn_key __read_mostly;

/* A client must not be able to choose where its connections hash to. */
static __always_inline u32 tuple_hash(const struct nflb_tuple *tuple, u32 seed)
{
	u32 addrs;

	if (tuple->family == NFPROTO_IPV4)
		return hsiphash_4u32((__force u32)tuple->ports,
				     tuple->kind ^ seed,
				     (__force u32)tuple->addr[0],
				     (__force u32)tuple->addr[1],
				     &nflb_conn_key);

	addrs = hsiphash(tuple->addr, sizeof(tuple->addr), &nflb_conn_key);
	return jhash_3words(addrs, (__force u32)tuple->ports, tuple->kind,
			    seed);
}

static __always_inline u32 key_hash(const void *data, u32 len, u32 seed)
{
	return tuple_hash(data, seed);
}

static u32 node_hash(const void *data, u32 len, u32 seed)
{
	const struct nflb_node *node = data;

	return tuple_hash(&node->tuple, seed);
}

/* rhashtable's sense: 0 if equal. */
static __always_inline int node_compare(struct rhashtable_compare_arg *arg,
					const void *obj)
{
	const struct nflb_tuple *key = arg->key;
	const struct nflb_node *node = obj;
	unsigned int words;

	if (node->tuple.ports != key->ports || node->tuple.kind != key->kind)
		return 1;
	words = nflb_addr_words(key->family);
	return !(nflb_addr_equal(node->tuple.addr, key->addr, key->family) &&
		 nflb_addr_equal(node->tuple.addr + words, key->addr + words,
				 key->family));
}

static const struct rhashtable_params nflb_conn_params = {
	.head_offset		= offsetof(struct nflb_node, head),
	.hashfn			= key_hash,
	.obj_hashfn		= node_hash,
	.obj_cmpfn		= node_compare,
	.automatic_shrinking	= true,
};

/* Nobody can reach @conn any more. */
static void conn_free(struct nflb_conn *conn)
{
	u8 family = conn->request.tuple.family;

	nflb_route_forget(&conn->reply_route);
	nflb_backend_put(conn->backend);
	kmem_cache_free(nflb_conn_cache[nflb_family_index(family)], conn);
}

static void conn_free_rcu4(struct rcu_head *rcu)
{
	conn_free((void *)container_of(rcu, struct nflb_conn_tail, rcu) -
		  nflb_conn_tail_offset(NFPROTO_IPV4));
}

static void conn_free_rcu6(struct rcu_head *rcu)
{
	conn_free((void *)container_of(rcu, struct nflb_conn_tail, rcu) -
		  nflb_conn_tail_offset(NFPROTO_IPV6));
}

/* No new reader finds @conn; those that have it may go on for a while. */
static void conn_free_later(struct nflb_net *nn, struct nflb_conn *conn)
{
	struct rcu_head *rcu = &nflb_conn_tail(conn)->rcu;

	nflb_proto_leave(conn);
	nflb_source_give(conn);
	percpu_counter_dec(&nn->conn_count);
	if (conn->request.tuple.family == NFPROTO_IPV4)
		call_rcu(rcu, conn_free_rcu4);
	else
		call_rcu(rcu, conn_free_rcu6);
}

/**
 * nflb_conn_lookup - find the connection of a tuple, in either direction
 * @nn: namespace
 * @tuple: what the packet says
 * @dir: set to the direction found
 *
 * Context: RCU read side.
 * Return: the connection, which may be stale, or NULL. Valid until the RCU
 * read side ends.
 */
struct nflb_conn *nflb_conn_lookup(struct nflb_net *nn,
				   const struct nflb_tuple *tuple,
				   enum nflb_dir *dir)
{
	const struct nflb_node *node;

	node = rhashtable_lookup(&nn->conns, tuple, nflb_conn_params);
	if (!node)
		return NULL;
	*dir = node->tuple.dir;
	return nflb_node_conn(node);
}

static bool conn_dying(const struct nflb_conn *conn)
{
	return atomic_read(&conn->status) & NFLB_CONN_DYING;
}

/* Does nothing if somebody else did it first. */
static void conn_remove_node(struct nflb_net *nn, struct nflb_node *node)
{
	rhashtable_remove_fast(&nn->conns, &node->head, nflb_conn_params);
}

/**
 * nflb_conn_end - remove a connection from the table
 * @nn: namespace
 * @conn: connection; of several callers one removes it
 * @end: why, for those who listen
 *
 * Context: RCU read side, any.
 * Return: true if this caller removed it.
 */
bool nflb_conn_end(struct nflb_net *nn, struct nflb_conn *conn,
		   enum nflb_end end)
{
	if (!(atomic_read(&conn->status) & NFLB_CONN_CONFIRMED))
		return false;
	if (atomic_fetch_or(NFLB_CONN_DYING, &conn->status) & NFLB_CONN_DYING)
		return false;

	conn_remove_node(nn, &conn->request);
	if (nflb_conn_has_reply(conn))
		conn_remove_node(nn, nflb_conn_node(conn, NFLB_DIR_REPLY));
	nflb_event_conn(conn, NFLB_EVENT_CONNECTION_CLOSED, end);
	conn_free_later(nn, conn);
	return true;
}

static enum nflb_end reason_to_end(const struct nflb_conn *conn)
{
	if (nflb_backend_dead(conn->backend))
		return NFLB_END_BACKEND_GONE;
	if (nflb_conn_expired(conn))
		return NFLB_END_EXPIRED;
	return nflb_conn_over(conn) ? NFLB_END_REPLACED : NFLB_END_OTHER;
}

/* As nflb_conn_end(), for the reason that the connection itself shows. */
void nflb_conn_kill(struct nflb_net *nn, struct nflb_conn *conn)
{
	nflb_conn_end(nn, conn, reason_to_end(conn));
}

/**
 * nflb_conn_touch - a packet was seen: put expiry off
 * @conn: connection
 *
 * The line is shared by all CPUs, so it is only written when the expiry moves
 * by a sixteenth of the timeout or more.
 *
 * Context: RCU read side.
 */
void nflb_conn_touch(struct nflb_conn *conn)
{
	u32 timeout = READ_ONCE(conn->timeout);
	u32 expires = (u32)jiffies + timeout;

	if (expires - READ_ONCE(conn->expires) > timeout / 16)
		WRITE_ONCE(conn->expires, expires);
}

/**
 * nflb_conn_set_timeout - begin a new state
 * @conn: connection
 * @seconds: how long the state lasts without a packet
 *
 * Context: RCU read side.
 */
void nflb_conn_set_timeout(struct nflb_conn *conn, u32 seconds)
{
	u32 timeout = seconds * HZ;

	WRITE_ONCE(conn->timeout, timeout);
	WRITE_ONCE(conn->expires, (u32)jiffies + timeout);
}

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

static struct nflb_conn *conn_alloc(struct nflb_net *nn,
				    struct nflb_backend *backend,
				    const struct nflb_packet *pkt)
{
	u8 family = pkt->tuple.family;
	struct nflb_conn *conn;

	conn = kmem_cache_alloc(nflb_conn_cache[nflb_family_index(family)],
				GFP_ATOMIC | __GFP_NOWARN);
	if (!conn)
		return NULL;
	memcpy(&conn->request.tuple, &pkt->tuple, nflb_tuple_size(family));
	conn->backend = backend;
	conn->forward = nflb_hairpin_forward(nn->net, backend, pkt);
	RCU_INIT_POINTER(conn->reply_route.dst, NULL);
	*nflb_conn_tail(conn) = (struct nflb_conn_tail){};
	conn_fill_reply(conn);
	nflb_proto_enter(conn, pkt);
	percpu_counter_inc(&nn->conn_count);
	return conn;
}

static struct nflb_node *conn_try_insert(struct nflb_net *nn,
					 struct nflb_node *node)
{
	return rhashtable_lookup_get_insert_key(&nn->conns, &node->tuple,
						&node->head, nflb_conn_params);
}

/*
 * NULL, or the node that is there already, or an error. One that somebody is
 * removing at this moment is out of the way sooner if we lend a hand.
 */
static struct nflb_node *conn_insert(struct nflb_net *nn,
				     struct nflb_node *node)
{
	struct nflb_node *there = conn_try_insert(nn, node);

	if (IS_ERR_OR_NULL(there) || !conn_dying(nflb_node_conn(there)))
		return there;
	conn_remove_node(nn, there);
	return conn_try_insert(nn, node);
}

/*
 * Another service may have given this backend a connection of the same client
 * port. If it is over it makes room; else the two cannot be told apart.
 */
static struct nflb_node *conn_insert_reply(struct nflb_net *nn,
					   struct nflb_conn *conn)
{
	struct nflb_node *reply = nflb_conn_node(conn, NFLB_DIR_REPLY);
	struct nflb_node *there = conn_insert(nn, reply);
	struct nflb_conn *other;

	if (IS_ERR_OR_NULL(there))
		return there;
	other = nflb_node_conn(there);
	if (!nflb_conn_expired(other) && !nflb_conn_over(other))
		return there;
	nflb_conn_kill(nn, other);
	return conn_insert(nn, reply);
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

	do {
		nflb_source_give(conn);
		if (!nflb_source_take(conn)) {
			nflb_source_exhausted(conn->backend);
			return ERR_PTR(-ENOSPC);
		}
		there = conn_insert(nn, reply);
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
		conn_remove_node(nn, first);
	conn_free_later(nn, conn);
}

/* Returns @conn, or that of another CPU that was first, or NULL. */
static struct nflb_conn *conn_publish(struct nflb_net *nn,
				      struct nflb_conn *conn,
				      enum nflb_drop *reason)
{
	struct nflb_node *request = &conn->request, *first = NULL, *there;

	if (conn->forward == NFLB_FORWARD_FULLNAT) {
		there = conn_insert_source(nn, conn);
		if (there)
			goto give_up;
		first = nflb_conn_node(conn, NFLB_DIR_REPLY);
	}
	there = conn_insert(nn, request);
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

	if (percpu_counter_read_positive(&nn->conn_count) >=
	    nflb_setting(nn, NFLB_SETTINGS_MAX_CONNECTIONS)) {
		*reason = NFLB_DROP_TABLE_FULL;
		return NULL;
	}
	if (!nflb_backend_get(backend)) {
		*reason = NFLB_DROP_NO_BACKEND;
		return NULL;
	}
	conn = conn_alloc(nn, backend, pkt);
	if (!conn) {
		nflb_backend_put(backend);
		*reason = NFLB_DROP_NO_MEMORY;
		return NULL;
	}
	opened = conn_publish(nn, conn, reason);
	if (opened == conn) {
		nflb_stats_connection(backend->stats);
		nflb_stats_connection(backend->service->stats);
		nflb_event_conn(conn, NFLB_EVENT_CONNECTION_NEW,
				NFLB_END_UNSPEC);
	}
	return opened;
}

/**
 * nflb_conn_count - connections in the table, exactly
 * @nn: namespace
 *
 * Context: process.
 * Return: their number.
 */
u64 nflb_conn_count(struct nflb_net *nn)
{
	return percpu_counter_sum_positive(&nn->conn_count);
}

int nflb_conn_table_init(struct nflb_net *nn)
{
	int err;

	err = percpu_counter_init(&nn->conn_count, 0, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	err = rhashtable_init(&nn->conns, &nflb_conn_params);
	if (err) {
		percpu_counter_destroy(&nn->conn_count);
		return err;
	}
	nflb_conn_sweep_init(nn);
	return 0;
}

/* No hooks any more: nothing adds connections. */
void nflb_conn_table_destroy(struct nflb_net *nn)
{
	nflb_conn_sweep_stop(nn);
	rhashtable_destroy(&nn->conns);
	percpu_counter_destroy(&nn->conn_count);
}

static struct kmem_cache *conn_cache_create(const char *name, u8 family)
{
	return kmem_cache_create(name,
				 nflb_conn_tail_offset(family) +
				 sizeof(struct nflb_conn_tail), 0,
				 SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT, NULL);
}

int __init nflb_conn_cache_init(void)
{
	get_random_bytes(&nflb_conn_key, sizeof(nflb_conn_key));

	nflb_conn_cache[0] = conn_cache_create("nflb_conn4", NFPROTO_IPV4);
	nflb_conn_cache[1] = conn_cache_create("nflb_conn6", NFPROTO_IPV6);
	if (nflb_conn_cache[0] && nflb_conn_cache[1])
		return 0;
	nflb_conn_cache_exit();
	return -ENOMEM;
}

/* All RCU callbacks have run. */
void nflb_conn_cache_exit(void)
{
	kmem_cache_destroy(nflb_conn_cache[0]);
	kmem_cache_destroy(nflb_conn_cache[1]);
}
