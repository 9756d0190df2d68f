// SPDX-License-Identifier: GPL-2.0
/*
 * Source addresses. A pool is a list of prefixes; what connections take from is
 * one bitmap of ports for every address of it and server, found by its key, so
 * that all backends that are the same server share it.
 */
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "backend.h"
#include "conn.h"
#include "event.h"
#include "hairpin.h"
#include "net.h"
#include "service.h"
#include "source.h"

static const struct rhashtable_params nflb_source_params = {
	.head_offset		= offsetof(struct nflb_source_addr, node),
	.key_offset		= offsetof(struct nflb_source_addr, key),
	.key_len		= sizeof(struct nflb_source_key),
	.automatic_shrinking	= true,
};

struct nflb_source_pool *nflb_source_pool_get(struct nflb_source_pool *pool)
{
	if (pool)
		refcount_inc(&pool->refs);
	return pool;
}

void nflb_source_pool_put(struct nflb_source_pool *pool)
{
	if (pool && refcount_dec_and_test(&pool->refs))
		kfree(pool);
}

/* The last one to let go takes it out of the table; nobody finds it to use. */
static void addr_put(struct nflb_source_addr *addr)
{
	if (!refcount_dec_and_test(&addr->refs))
		return;
	rhashtable_remove_fast(&addr->nn->sources, &addr->node,
			       nflb_source_params);
	kfree_rcu(addr, rcu);
}

static struct nflb_source_addr *addr_alloc(struct nflb_net *nn,
					   const struct nflb_source_key *key,
					   gfp_t gfp)
{
	u32 count = key->port_max - key->port_min + 1;
	struct nflb_source_addr *addr;

	addr = kzalloc(offsetof(struct nflb_source_addr, ports) +
		       nflb_ports_size(count), gfp);
	if (!addr)
		return NULL;
	addr->key = *key;
	addr->nn = nn;
	refcount_set(&addr->refs, 1);
	nflb_ports_init(&addr->ports, key->port_min, key->port_max,
			get_random_u32());
	return addr;
}

/* With a reference, or NULL. */
static struct nflb_source_addr *addr_find(struct nflb_net *nn,
					  const struct nflb_source_key *key)
{
	struct nflb_source_addr *addr;

	addr = rhashtable_lookup(&nn->sources, key, nflb_source_params);
	if (!addr || refcount_inc_not_zero(&addr->refs))
		return addr;
	/* Its last user is about to remove it. */
	rhashtable_remove_fast(&nn->sources, &addr->node, nflb_source_params);
	return NULL;
}

/* NULL if somebody else was first: it is to be found now. */
static struct nflb_source_addr *addr_add(struct nflb_net *nn,
					 const struct nflb_source_key *key,
					 gfp_t gfp)
{
	struct nflb_source_addr *addr = addr_alloc(nn, key, gfp);
	int err;

	if (!addr)
		return ERR_PTR(-ENOMEM);
	err = rhashtable_lookup_insert_fast(&nn->sources, &addr->node,
					    nflb_source_params);
	if (!err)
		return addr;
	kfree(addr);
	return err == -EEXIST ? NULL : ERR_PTR(err);
}

/*
 * A reference to the one of a key, which is made if there is none. The packet
 * path makes some, too, and the last user of one may let go at any time.
 */
static struct nflb_source_addr *addr_get(struct nflb_net *nn,
					 const struct nflb_source_key *key,
					 gfp_t gfp)
{
	struct nflb_source_addr *addr;

	do {
		rcu_read_lock();
		addr = addr_find(nn, key);
		rcu_read_unlock();
		if (!addr)
			addr = addr_add(nn, key, gfp);
	} while (!addr);
	return addr;
}

/* The @index'th address of a prefix. */
static void prefix_addr(__be32 addr[4], const struct nflb_source_prefix *prefix,
			u8 family, u32 index)
{
	unsigned int last = nflb_addr_words(family) - 1;

	memcpy(addr, prefix->addr, sizeof(prefix->addr));
	addr[last] = htonl(ntohl(addr[last]) + index);
}

static u32 prefix_size(const struct nflb_source_prefix *prefix, u8 family)
{
	return 1U << (nflb_addr_bits(family) - prefix->length);
}

static int source_add_prefix(struct nflb_source *source, struct nflb_net *nn,
			     struct nflb_source_key *key,
			     const struct nflb_source_prefix *prefix)
{
	u32 i, size = prefix_size(prefix, key->family);
	struct nflb_source_addr *addr;

	for (i = 0; i < size; i++) {
		prefix_addr(key->addr, prefix, key->family, i);
		addr = addr_get(nn, key, GFP_KERNEL_ACCOUNT);
		if (IS_ERR(addr))
			return PTR_ERR(addr);
		source->addr[source->count++] = addr;
	}
	return 0;
}

/* Connections that have taken from it hold what they have. */
static void source_free(struct nflb_source *source)
{
	unsigned int i;

	if (!source)
		return;
	for (i = 0; i < source->count; i++)
		addr_put(source->addr[i]);
	kfree_rcu(source, rcu);
}

static struct nflb_source *source_build(const struct nflb_backend *backend,
					const struct nflb_source_pool *pool)
{
	struct nflb_net *nn = backend->service->nn;
	struct nflb_source_key key = {
		.peer_port	= backend->port,
		.port_min	= pool->port_min,
		.port_max	= pool->port_max,
		.protocol	= backend->service->key.protocol,
		.family		= backend->family,
	};
	struct nflb_source *source;
	unsigned int i;
	int err = 0;

	memcpy(key.peer, backend->addr, nflb_addr_size(backend->family));
	source = kzalloc(struct_size(source, addr, pool->addresses),
			 GFP_KERNEL_ACCOUNT);
	if (!source)
		return ERR_PTR(-ENOMEM);
	for (i = 0; !err && i < pool->count; i++)
		err = source_add_prefix(source, nn, &key, &pool->prefix[i]);
	if (!err)
		return source;
	source_free(source);
	return ERR_PTR(err);
}

/**
 * nflb_source_prepare - make what a backend's connections will take from
 * @backend: backend; its namespace's lock is held
 * @forward: method it will have
 * @own: pool of its own that it will have, or NULL
 * @shared: pool of the service, or NULL
 * @extack: told why not
 *
 * To be followed by nflb_source_commit() or nflb_source_abort().
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing prepared.
 */
int nflb_source_prepare(struct nflb_backend *backend, enum nflb_forward forward,
			const struct nflb_source_pool *own,
			const struct nflb_source_pool *shared,
			struct netlink_ext_ack *extack)
{
	const struct nflb_source_pool *pool = own ?: shared;
	struct nflb_source *source = NULL;

	lockdep_assert_held(&backend->service->nn->lock);
	if (forward == NFLB_FORWARD_FULLNAT && !pool) {
		NL_SET_ERR_MSG(extack,
			       "forward fullnat needs a source-pool of the backend or its service");
		return -EINVAL;
	}
	if (pool && nflb_forward_translates(forward)) {
		source = source_build(backend, pool);
		if (IS_ERR(source)) {
			NL_SET_ERR_MSG(extack, "no memory for the source-pool");
			return PTR_ERR(source);
		}
	}
	backend->next_source = source;
	return 0;
}

/* What was prepared takes effect. */
void nflb_source_commit(struct nflb_backend *backend)
{
	struct nflb_source *old;

	old = rcu_replace_pointer(backend->source, backend->next_source,
				  lockdep_is_held(&backend->service->nn->lock));
	backend->next_source = NULL;
	source_free(old);
}

/* What was prepared is not to be. */
void nflb_source_abort(struct nflb_backend *backend)
{
	source_free(backend->next_source);
	backend->next_source = NULL;
}

/* The same for all backends that have no pool of their own. */
int nflb_source_prepare_all(struct nflb_service *service,
			    const struct nflb_source_pool *shared,
			    struct netlink_ext_ack *extack)
{
	struct nflb_backend *backend;
	int err;

	list_for_each_entry(backend, &service->backends, list) {
		if (backend->source_pool)
			continue;
		err = nflb_source_prepare(backend, backend->forward, NULL,
					  shared, extack);
		if (err) {
			nflb_source_abort_all(service);
			return err;
		}
	}
	return 0;
}

void nflb_source_commit_all(struct nflb_service *service)
{
	struct nflb_backend *backend;

	list_for_each_entry(backend, &service->backends, list)
		if (!backend->source_pool)
			nflb_source_commit(backend);
}

void nflb_source_abort_all(struct nflb_service *service)
{
	struct nflb_backend *backend;

	list_for_each_entry(backend, &service->backends, list)
		nflb_source_abort(backend);
}

/**
 * nflb_source_clear - a backend gets no new connections any more
 * @backend: backend; its namespace's lock is held
 */
void nflb_source_clear(struct nflb_backend *backend)
{
	nflb_source_abort(backend);
	nflb_source_commit(backend);
}

/* @slot is taken from the ports of @addr. */
static bool hold(struct nflb_conn *conn, struct nflb_source_addr *addr,
		 int slot)
{
	struct nflb_tuple *reply = &nflb_conn_node(conn, NFLB_DIR_REPLY)->tuple;
	struct nflb_conn_tail *tail = nflb_conn_tail(conn);
	unsigned int words = nflb_addr_words(reply->family);

	if (slot < 0)
		return false;
	if (!refcount_inc_not_zero(&addr->refs)) {
		nflb_ports_give(&addr->ports, slot);
		return false;
	}
	tail->source = addr;
	tail->slot = slot;
	memcpy(reply->addr + words, addr->key.addr, words * sizeof(__be32));
	reply->dport = htons(nflb_ports_port(&addr->ports, slot));
	return true;
}

static bool take_from(struct nflb_conn *conn, struct nflb_source_addr *addr)
{
	return hold(conn, addr, nflb_ports_take(&addr->ports));
}

/*
 * Without a pool: an address of the director's own, whose ports are known as
 * long as one is in use. @port 0: any.
 */
static bool take_own(struct nflb_conn *conn, const __be32 *own, u16 port)
{
	const struct nflb_backend *backend = conn->backend;
	struct nflb_source_key key = {
		.peer_port	= backend->port,
		.port_min	= NFLB_HAIRPIN_PORT_MIN,
		.port_max	= NFLB_HAIRPIN_PORT_MAX,
		.protocol	= conn->request.tuple.protocol,
		.family		= backend->family,
	};
	struct nflb_source_addr *addr;
	bool taken;

	memcpy(key.addr, own, nflb_addr_size(key.family));
	memcpy(key.peer, backend->addr, nflb_addr_size(key.family));
	addr = addr_get(backend->service->nn, &key, GFP_ATOMIC);
	if (IS_ERR(addr))
		return false;
	taken = hold(conn, addr, port ? nflb_ports_claim(&addr->ports, port) :
					nflb_ports_take(&addr->ports));
	addr_put(addr);
	return taken;
}

/**
 * nflb_source_take - take an address and a port for a connection
 * @conn: connection that nobody else knows yet; its reply tuple, in no table,
 *	gets both as its destination
 *
 * Addresses are tried from a random one on. What is full says so at once. Who
 * has no pool, and is not configured to need one, is a hairpin.
 *
 * Context: softirq, RCU read side.
 * Return: false if there is none.
 */
bool nflb_source_take(struct nflb_conn *conn)
{
	const struct nflb_source *source;
	u32 i, at;

	source = rcu_dereference(conn->backend->source);
	/* The address on the way to the backend, which has just been routed to. */
	if (!source)
		return take_own(conn, nflb_route_source(conn->backend), 0);
	at = reciprocal_scale(get_random_u32(), source->count);
	for (i = 0; i < source->count; i++, at++) {
		if (at == source->count)
			at = 0;
		if (take_from(conn, source->addr[at]))
			return true;
	}
	return false;
}

/**
 * nflb_source_claim - take a certain address and port for a connection
 * @conn: as for nflb_source_take()
 * @end: what another director gave it
 *
 * Context: BH off, RCU read side.
 * Return: false if it is taken, or not one of the backend's.
 */
bool nflb_source_claim(struct nflb_conn *conn, const struct nflb_endpoint *end)
{
	struct net *net = conn->backend->service->nn->net;
	const struct nflb_source *source;
	struct nflb_source_addr *addr;
	u32 i;

	source = rcu_dereference(conn->backend->source);
	if (!source)
		return nflb_route_is_local(net, end->addr,
					   conn->backend->family) &&
		       take_own(conn, end->addr, ntohs(end->port));
	for (i = 0; i < source->count; i++) {
		addr = source->addr[i];
		if (nflb_addr_equal(addr->key.addr, end->addr,
				    addr->key.family))
			return hold(conn, addr,
				    nflb_ports_claim(&addr->ports,
						     ntohs(end->port)));
	}
	return false;
}

/**
 * nflb_source_give - a connection does not need its address and port any more
 * @conn: connection whose reply tuple is in no table
 *
 * Context: any.
 */
void nflb_source_give(struct nflb_conn *conn)
{
	struct nflb_conn_tail *tail = nflb_conn_tail(conn);

	if (!tail->source)
		return;
	nflb_ports_give(&tail->source->ports, tail->slot);
	addr_put(tail->source);
	tail->source = NULL;
}

/**
 * nflb_source_exhausted - a connection could not get an address and a port
 * @backend: its backend
 *
 * That is told a second later, together with what happens until then.
 *
 * Context: softirq, RCU read side.
 */
void nflb_source_exhausted(struct nflb_backend *backend)
{
	if (READ_ONCE(backend->exhausted))
		return;
	WRITE_ONCE(backend->exhausted, true);
	queue_delayed_work(system_power_efficient_wq,
			   &backend->service->nn->exhaustion, HZ);
}

static void tell_of(struct nflb_backend *backend)
{
	if (!READ_ONCE(backend->exhausted))
		return;
	WRITE_ONCE(backend->exhausted, false);
	nflb_event_backend(backend, NFLB_EVENT_BACKEND_EXHAUSTED);
}

static void exhaustion_work(struct work_struct *work)
{
	struct nflb_net *nn = container_of(to_delayed_work(work),
					   struct nflb_net, exhaustion);
	struct nflb_service *service;
	struct nflb_backend *backend;

	mutex_lock(&nn->lock);
	list_for_each_entry(service, &nn->service_list, list)
		list_for_each_entry(backend, &service->backends, list)
			tell_of(backend);
	mutex_unlock(&nn->lock);
}

/* No services any more. */
void nflb_source_stop(struct nflb_net *nn)
{
	cancel_delayed_work_sync(&nn->exhaustion);
}

int nflb_source_table_init(struct nflb_net *nn)
{
	INIT_DELAYED_WORK(&nn->exhaustion, exhaustion_work);
	return rhashtable_init(&nn->sources, &nflb_source_params);
}

/* No backends, no connections. */
void nflb_source_table_destroy(struct nflb_net *nn)
{
	rhashtable_destroy(&nn->sources);
}
