// SPDX-License-Identifier: GPL-2.0
/*
 * Backends. The reference of the service's list is dropped a grace period
 * after the backend left the scheduler's table, and those of connections a
 * grace period after the connection left its table: so whoever drops the last
 * one can free at once.
 */
#include <linux/slab.h>

#include "backend.h"
#include "conn.h"
#include "drain.h"
#include "event.h"
#include "failure.h"
#include "hook.h"
#include "net.h"
#include "one_packet.h"
#include "removed.h"
#include "service.h"
#include "share.h"
#include "source.h"

static void backend_free(struct nflb_backend *backend)
{
	nflb_removed_del(backend);
	nflb_route_forget_backend(backend);
	kfree(rcu_access_pointer(backend->tunnel));
	free_percpu(backend->routes);
	free_percpu(backend->stats);
	free_percpu(backend->failures);
	nflb_source_pool_put(backend->source_pool);
	nflb_service_put(backend->service);
	kfree(backend);
}

/**
 * nflb_backend_get - take a reference
 * @backend: backend found under RCU
 *
 * Return: false if it is on its way out.
 */
bool nflb_backend_get(struct nflb_backend *backend)
{
	return !nflb_backend_dead(backend) &&
	       refcount_inc_not_zero(&backend->refs);
}

void nflb_backend_put(struct nflb_backend *backend)
{
	if (refcount_dec_and_test(&backend->refs))
		backend_free(backend);
}

static void backend_put_rcu(struct rcu_head *rcu)
{
	nflb_backend_put(container_of(rcu, struct nflb_backend, rcu));
}

struct nflb_backend *nflb_backend_find(const struct nflb_service *service,
				       const __be32 *addr, u8 family,
				       __be16 port)
{
	struct nflb_backend *backend;

	lockdep_assert_held(&service->nn->lock);
	list_for_each_entry(backend, &service->backends, list)
		if (backend->port == port && backend->family == family &&
		    nflb_addr_equal(backend->addr, addr, backend->family))
			return backend;
	return NULL;
}

/**
 * nflb_backend_tunnel - options of a backend's tunnel
 * @backend: backend; its namespace's lock is held
 *
 * Context: process.
 * Return: the options, which stay as long as the lock is held, or NULL if the
 * backend has never been at the end of a tunnel.
 */
const struct nflb_tunnel *nflb_backend_tunnel(const struct nflb_backend *backend)
{
	const struct nflb_net *nn = backend->service->nn;

	return rcu_dereference_protected(backend->tunnel,
					 lockdep_is_held(&nn->lock));
}

static struct nflb_backend *backend_alloc(void)
{
	struct nflb_backend *backend;

	backend = kzalloc(sizeof(*backend), GFP_KERNEL_ACCOUNT);
	if (!backend)
		return NULL;
	backend->stats = nflb_stats_alloc();
	if (!backend->stats)
		goto err_free;
	backend->routes = alloc_percpu_gfp(struct nflb_backend_routes,
					   GFP_KERNEL_ACCOUNT);
	if (!backend->routes)
		goto err_free_stats;
	backend->failures = nflb_failures_alloc();
	if (!backend->failures)
		goto err_free_routes;
	refcount_set(&backend->refs, 1);
	INIT_LIST_HEAD(&backend->removed);
	return backend;

err_free_routes:
	free_percpu(backend->routes);
err_free_stats:
	free_percpu(backend->stats);
err_free:
	kfree(backend);
	return NULL;
}

/**
 * nflb_backend_options - prepare the options of a tunnel
 * @config: what packets will go by
 *
 * Context: process, may sleep.
 * Return: a copy for nflb_backend_finish() or kfree(); NULL if it is no tunnel;
 * or -ENOMEM.
 */
struct nflb_tunnel *
nflb_backend_options(const struct nflb_backend_config *config)
{
	struct nflb_tunnel *tunnel;

	if (!nflb_forward_is_tunnel(config->forward))
		return NULL;
	tunnel = kmemdup(&config->tunnel, sizeof(*tunnel), GFP_KERNEL_ACCOUNT);
	return tunnel ?: ERR_PTR(-ENOMEM);
}

static void backend_link(struct nflb_backend *backend)
{
	struct nflb_service *service = backend->service;

	list_add_tail(&backend->list, &service->backends);
	service->backend_count++;
	nflb_filter_add_backend(service->nn, backend->addr, backend->family);
}

static void backend_unlink_list(struct nflb_backend *backend)
{
	list_del(&backend->list);
	backend->service->backend_count--;
}

/**
 * nflb_backend_apply - set what schedulers go by, before the table is built
 * @backend: backend
 * @config: new values
 */
void nflb_backend_apply(struct nflb_backend *backend,
			const struct nflb_backend_config *config)
{
	bool was_available = nflb_backend_available(backend);

	backend->next_forward = config->forward;
	backend->weight = config->weight;
	backend->slow_start = config->slow_start;
	backend->tier = config->tier;
	WRITE_ONCE(backend->response_time, config->response_time);
	WRITE_ONCE(backend->max_connections, config->max_connections);
	WRITE_ONCE(backend->state, config->state);
	if (!was_available && nflb_backend_available(backend))
		nflb_share_ramp(backend);
	/* Who may be picked must not look dead. */
	if (config->state == NFLB_BACKEND_STATE_UP)
		WRITE_ONCE(backend->dead, false);
}

/* What was prepared takes effect. */
static void backend_set_source_pool(struct nflb_backend *backend,
				    struct nflb_source_pool *pool)
{
	struct nflb_source_pool *old = backend->source_pool;

	backend->source_pool = nflb_source_pool_get(pool);
	nflb_source_pool_put(old);
	nflb_source_commit(backend);
}

/**
 * nflb_backend_finish - set what packets read, after the table is published
 * @backend: backend, with the source of nflb_source_prepare() if any; its
 *	namespace's lock is held
 * @config: new values
 * @tunnel: of nflb_backend_options(), becomes the backend's; NULL: no change
 *
 * The options are read together, so they change together. They stay when the
 * backend is no longer at the end of a tunnel: old connections need them.
 */
void nflb_backend_finish(struct nflb_backend *backend,
			 const struct nflb_backend_config *config,
			 struct nflb_tunnel *tunnel)
{
	const struct nflb_net *nn = backend->service->nn;

	if (tunnel) {
		tunnel = rcu_replace_pointer(backend->tunnel, tunnel,
					     lockdep_is_held(&nn->lock));
		kfree_rcu(tunnel, rcu);
	}
	backend_set_source_pool(backend, config->source_pool);
	WRITE_ONCE(backend->toa, config->toa);
	/* Whoever reads that it is a tunnel finds the options. */
	smp_store_release(&backend->forward, config->forward);
	if (config->enter || config->state == NFLB_BACKEND_STATE_UP)
		nflb_drain_enter(backend, config);
}

/**
 * nflb_backend_revert - undo nflb_backend_apply(): there is no new table
 * @backend: backend
 * @old: what it was
 */
void nflb_backend_revert(struct nflb_backend *backend,
			 const struct nflb_backend_config *old)
{
	unsigned long ramp_since = backend->ramp_since;
	bool ramping = backend->ramping;

	nflb_backend_apply(backend, old);
	backend->ramp_since = ramp_since;
	backend->ramping = ramping;
	WRITE_ONCE(backend->dead, old->state == NFLB_BACKEND_STATE_DOWN);
}

/**
 * nflb_backend_create - make a backend that is not yet in its service
 * @service: its service
 * @config: what it is
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: the backend with the reference of the service's list, for
 * nflb_backend_discard() if it does not get there; or a negative errno.
 */
struct nflb_backend *nflb_backend_create(struct nflb_service *service,
					 const struct nflb_backend_config *config,
					 struct netlink_ext_ack *extack)
{
	struct nflb_tunnel *tunnel = nflb_backend_options(config);
	struct nflb_backend *backend;
	int err;

	if (IS_ERR(tunnel))
		return ERR_CAST(tunnel);
	backend = backend_alloc();
	if (!backend) {
		kfree(tunnel);
		return ERR_PTR(-ENOMEM);
	}
	refcount_inc(&service->refs);
	backend->service = service;
	backend->family = config->family;
	memcpy(backend->addr, config->addr, sizeof(backend->addr));
	backend->port = config->port;
	backend->fate = NFLB_FATE_SERVICE;
	nflb_backend_apply(backend, config);
	nflb_backend_finish(backend, config, tunnel);
	err = nflb_hook_get_backend(backend, extack);
	if (err) {
		nflb_backend_put(backend);
		return ERR_PTR(err);
	}
	return backend;
}

/**
 * nflb_backend_discard - drop a backend that has never been in a table
 * @backend: backend of nflb_backend_create()
 *
 * Context: process, may sleep.
 */
void nflb_backend_discard(struct nflb_backend *backend)
{
	nflb_hook_put_backend(backend);
	nflb_backend_put(backend);
}

static bool backend_differs(const struct nflb_backend *backend,
			    const struct nflb_backend_config *config)
{
	return backend->weight != config->weight ||
	       backend->max_connections != config->max_connections ||
	       backend->slow_start != config->slow_start ||
	       backend->response_time != config->response_time ||
	       backend->tier != config->tier ||
	       backend->state != config->state;
}

/**
 * nflb_backend_config - say how a backend is configured
 * @backend: backend; its namespace's lock is held
 * @config: result
 */
void nflb_backend_config(const struct nflb_backend *backend,
			 struct nflb_backend_config *config)
{
	lockdep_assert_held(&backend->service->nn->lock);
	memcpy(config->addr, backend->addr, sizeof(config->addr));
	config->family = backend->family;
	config->port = backend->port;
	config->forward = backend->forward;
	if (nflb_forward_is_tunnel(config->forward))
		config->tunnel = *nflb_backend_tunnel(backend);
	config->toa = backend->toa;
	config->weight = backend->weight;
	config->max_connections = backend->max_connections;
	config->slow_start = backend->slow_start;
	config->tier = backend->tier;
	config->source_pool = backend->source_pool;
	config->response_time = backend->response_time;
	config->state = backend->state;
}

/* All that packets go by, from the pool as it is now: both or none. */
static int rebuild_tables(struct nflb_service *service, bool sched,
			  struct netlink_ext_ack *extack)
{
	struct nflb_answerers *answerers;
	int err = 0;

	answerers = nflb_one_packet_prepare(service, extack);
	if (IS_ERR(answerers))
		return PTR_ERR(answerers);
	if (sched)
		err = nflb_sched_rebuild(service, extack);
	if (err)
		kvfree(answerers);
	else
		nflb_one_packet_publish(service->nn, answerers);
	return err;
}

/**
 * nflb_backend_add - add a backend to a service
 * @service: service; its namespace's lock is held
 * @config: what it is
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_backend_add(struct nflb_service *service,
		     const struct nflb_backend_config *config,
		     struct netlink_ext_ack *extack)
{
	struct nflb_backend *backend;
	int err;

	lockdep_assert_held(&service->nn->lock);
	backend = nflb_backend_create(service, config, extack);
	if (IS_ERR(backend))
		return PTR_ERR(backend);
	backend->id = nflb_net_new_id(service->nn);
	err = nflb_source_prepare(backend, backend->forward,
				  backend->source_pool, service->source_pool,
				  extack);
	if (err)
		goto err_put;
	nflb_source_commit(backend);
	backend_link(backend);

	err = rebuild_tables(service, true, extack);
	if (err)
		goto err_unlink;
	nflb_net_changed(service->nn);
	nflb_event_backend(backend, NFLB_EVENT_BACKEND_NEW);
	return 0;

err_unlink:
	backend_unlink_list(backend);
	nflb_filter_rebuild(service->nn);
	nflb_source_clear(backend);
err_put:
	nflb_backend_discard(backend);
	return err;
}

/**
 * nflb_backend_set - change the settings of a backend
 * @backend: backend; its namespace's lock is held
 * @config: new values; address and port are ignored
 * @extack: told why not
 *
 * Connections keep the forward they were opened with, but not its options.
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_backend_set(struct nflb_backend *backend,
		     const struct nflb_backend_config *config,
		     struct netlink_ext_ack *extack)
{
	struct nflb_service *service = backend->service;
	struct nflb_backend_config old;
	struct nflb_tunnel *tunnel;
	bool differs;
	int err;

	lockdep_assert_held(&service->nn->lock);
	tunnel = nflb_backend_options(config);
	if (IS_ERR(tunnel))
		return PTR_ERR(tunnel);
	err = nflb_source_prepare(backend, config->forward, config->source_pool,
				  service->source_pool, extack);
	if (err) {
		kfree(tunnel);
		return err;
	}
	nflb_backend_config(backend, &old);
	differs = backend_differs(backend, config);
	nflb_backend_apply(backend, config);
	err = rebuild_tables(service, differs, extack);
	if (err) {
		nflb_backend_revert(backend, &old);
		kfree(tunnel);
		nflb_source_abort(backend);
		return err;
	}
	nflb_backend_finish(backend, config, tunnel);
	nflb_net_changed(service->nn);
	nflb_event_backend(backend, NFLB_EVENT_BACKEND_SET);
	return 0;
}

/**
 * nflb_backend_unlink - take a backend from its service, second phase
 * @backend: backend that no scheduler table will name; the namespace's lock is
 *	held
 *
 * The service's policy says what becomes of its connections.
 *
 * Context: process, may sleep.
 */
void nflb_backend_unlink(struct nflb_backend *backend)
{
	struct nflb_net *nn = backend->service->nn;

	lockdep_assert_held(&nn->lock);
	nflb_one_packet_forget(backend);
	nflb_removed_add(backend);
	WRITE_ONCE(backend->dead, true);
	nflb_hook_put_backend(backend);
	nflb_source_clear(backend);
	nflb_conn_sweep_now(nn);
	call_rcu(&backend->rcu, backend_put_rcu);
}

/**
 * nflb_backend_del - remove a backend
 * @backend: backend; its namespace's lock is held
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_backend_del(struct nflb_backend *backend,
		     struct netlink_ext_ack *extack)
{
	struct nflb_service *service = backend->service;
	struct list_head *before = backend->list.prev;
	int err;

	lockdep_assert_held(&service->nn->lock);
	backend_unlink_list(backend);
	err = nflb_sched_rebuild(service, extack);
	if (err) {
		list_add(&backend->list, before);
		service->backend_count++;
		return err;
	}
	nflb_event_backend(backend, NFLB_EVENT_BACKEND_DEL);
	nflb_backend_unlink(backend);
	nflb_filter_rebuild(service->nn);
	nflb_net_changed(service->nn);
	return 0;
}

void nflb_backend_zero(struct nflb_backend *backend)
{
	u64 *zero = backend->zero_failures;
	unsigned int i;

	lockdep_assert_held(&backend->service->nn->lock);
	nflb_stats_read(&backend->zero, backend->stats, NULL);
	for (i = NFLB_FAILURES_UNSPEC + 1; i < NFLB_FAILURES_COUNT; i++)
		zero[i] = nflb_failures_read(backend, i);
}
