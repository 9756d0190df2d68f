// SPDX-License-Identifier: GPL-2.0
/*
 * The connection table: find, remove, free. What goes in comes from conn_open.c
 * and conn_import.c.
 */
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "conn.h"
#include "event.h"
#include "net.h"
#include "proto/proto.h"
#include "service.h"
#include "source.h"
#include "sync.h"

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

/* Of a family, for GFP_ATOMIC; what is not set is not known. */
struct nflb_conn *nflb_conn_alloc(u8 family)
{
	return kmem_cache_alloc(nflb_conn_cache[nflb_family_index(family)],
				GFP_ATOMIC | __GFP_NOWARN);
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
void nflb_conn_free_rcu(struct nflb_conn *conn)
{
	struct rcu_head *rcu = &nflb_conn_tail(conn)->rcu;

	if (conn->request.tuple.family == NFPROTO_IPV4)
		call_rcu(rcu, conn_free_rcu4);
	else
		call_rcu(rcu, conn_free_rcu6);
}

/* What opens is told of when it is open. */
static bool conn_is_news(int status)
{
	enum nflb_state state = status & NFLB_CONN_STATE;

	return state != NFLB_STATE_SYN_SENT && state != NFLB_STATE_SYN_RECV;
}

/* Its end concerns other directors, unless it is they who told us of it last. */
static bool conn_end_is_news(int status)
{
	return conn_is_news(status) && status & NFLB_CONN_CONFIRMED &&
	       !(status & NFLB_CONN_IMPORTED);
}

/**
 * nflb_conn_release - give up a connection
 * @nn: namespace
 * @conn: connection that is dying, or was never confirmed; its nodes are in no
 *	table
 *
 * Context: any, RCU read side.
 */
void nflb_conn_release(struct nflb_net *nn, struct nflb_conn *conn)
{
	bool tell = conn_end_is_news(atomic_read(&conn->status));

	nflb_proto_leave(conn);
	nflb_source_give(conn);
	percpu_counter_dec(&nn->conn_count);
	if (!nflb_sync_release(nn, nflb_conn_sync_kind(conn),
			       &nflb_conn_tail(conn)->queued, &conn->status,
			       tell))
		nflb_conn_free_rcu(conn);
}

/**
 * nflb_conn_changed - a packet has changed what other directors know
 * @conn: connection
 *
 * Context: any, RCU read side.
 */
void nflb_conn_changed(struct nflb_conn *conn)
{
	struct nflb_net *nn = conn->backend->service->nn;
	int status = atomic_read(&conn->status);

	/* What happens here is newer than what we were told. */
	if (unlikely(status & NFLB_CONN_IMPORTED))
		atomic_andnot(NFLB_CONN_IMPORTED, &conn->status);
	if (unlikely(nflb_sync_on(nn)) && conn_is_news(status))
		nflb_sync_queue(nn, nflb_conn_sync_kind(conn),
				&nflb_conn_tail(conn)->queued, &conn->status);
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
void nflb_conn_remove_node(struct nflb_net *nn, struct nflb_node *node)
{
	rhashtable_remove_fast(&nn->conns, &node->head, nflb_conn_params);
}

static struct nflb_node *try_insert(struct nflb_net *nn, struct nflb_node *node)
{
	return rhashtable_lookup_get_insert_key(&nn->conns, &node->tuple,
						&node->head, nflb_conn_params);
}

/**
 * nflb_conn_insert_node - put a node into the table
 * @nn: namespace
 * @node: node
 *
 * One that somebody is removing at this moment is out of the way sooner if we
 * lend a hand.
 *
 * Context: RCU read side, BH off.
 * Return: NULL, or the node that is there already, or an error.
 */
struct nflb_node *nflb_conn_insert_node(struct nflb_net *nn,
					struct nflb_node *node)
{
	struct nflb_node *there = try_insert(nn, node);

	if (IS_ERR_OR_NULL(there) || !conn_dying(nflb_node_conn(there)))
		return there;
	nflb_conn_remove_node(nn, there);
	return try_insert(nn, node);
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

	nflb_conn_remove_node(nn, &conn->request);
	if (nflb_conn_has_reply(conn))
		nflb_conn_remove_node(nn, nflb_conn_node(conn, NFLB_DIR_REPLY));
	conn->end = end;
	nflb_event_conn(conn, NFLB_EVENT_CONNECTION_CLOSED, end);
	nflb_conn_release(nn, conn);
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

	if (expires - READ_ONCE(conn->expires) <= timeout / 16)
		return;
	WRITE_ONCE(conn->expires, expires);
	nflb_conn_changed(conn);
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
	BUILD_BUG_ON(sizeof(struct nflb_conn_tail) != 32);
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
