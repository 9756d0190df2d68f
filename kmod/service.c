// SPDX-License-Identifier: GPL-2.0
/* Virtual services: table, lookup, life. */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "affinity.h"
#include "backend.h"
#include "conn.h"
#include "echo.h"
#include "event.h"
#include "hook.h"
#include "index.h"
#include "net.h"
#include "one_packet.h"
#include "service.h"
#include "source.h"

static const struct rhashtable_params nflb_service_params = {
	.head_offset		= offsetof(struct nflb_service, node),
	.key_offset		= offsetof(struct nflb_service, key),
	.key_len		= sizeof(struct nflb_service_key),
	.automatic_shrinking	= true,
};

/* The service of this very key, under RCU. */
struct nflb_service *nflb_service_get_exact(struct nflb_net *nn,
					    const struct nflb_service_key *key)
{
	return rhashtable_lookup(&nn->services, key, nflb_service_params);
}

/**
 * nflb_service_lookup - find the service a packet is addressed to
 * @nn: namespace
 * @tuple: of the packet
 *
 * The most specific one: exact port, port range, any port of the address, then
 * the same for prefixes, longest first.
 *
 * Context: RCU read side.
 * Return: the service, valid until the RCU read side ends, or NULL.
 */
struct nflb_service *nflb_service_lookup(struct nflb_net *nn,
					 const struct nflb_tuple *tuple)
{
	struct nflb_service_key key = {
		.port = tuple->dport,
		.port_last = tuple->dport,
		.protocol = tuple->protocol,
		.family = tuple->family,
		.prefix = nflb_addr_bits(tuple->family),
	};
	struct nflb_service *service;

	memcpy(key.addr, nflb_tuple_dst(tuple), nflb_addr_size(tuple->family));
	service = nflb_service_get_exact(nn, &key);
	if (service ||
	    likely(!READ_ONCE(nn->filter.wide[nflb_family_index(key.family)])))
		return service;
	return nflb_index_lookup(nn, tuple);
}

/**
 * nflb_service_lookup_mark - find the service of a firewall mark
 * @nn: namespace
 * @mark: mark of the packet
 * @family: its family
 *
 * Context: RCU read side.
 * Return: the service, valid until the RCU read side ends, or NULL.
 */
struct nflb_service *nflb_service_lookup_mark(struct nflb_net *nn, u32 mark,
					      u8 family)
{
	struct nflb_service_key key = {
		.addr[0] = (__force __be32)mark,
		.family = family,
	};

	return mark ? nflb_service_get_exact(nn, &key) : NULL;
}

struct nflb_service *nflb_service_find(struct nflb_net *nn,
				       const struct nflb_service_key *key)
{
	lockdep_assert_held(&nn->lock);
	return rhashtable_lookup_fast(&nn->services, key, nflb_service_params);
}

static void service_free(struct nflb_service *service)
{
	nflb_limit_destroy(&service->limiter);
	free_percpu(service->stats);
	nflb_source_pool_put(service->source_pool);
	nflb_sched_put(service->sched_ops);
	kfree(service);
}

/* As for backends, references are dropped a grace period late. */
void nflb_service_put(struct nflb_service *service)
{
	if (refcount_dec_and_test(&service->refs))
		service_free(service);
}

static void service_put_rcu(struct rcu_head *rcu)
{
	nflb_service_put(container_of(rcu, struct nflb_service, rcu));
}

static struct nflb_service *service_alloc(struct nflb_net *nn,
					  const struct nflb_service_config *config)
{
	struct nflb_service *service;

	service = kzalloc(sizeof(*service), GFP_KERNEL_ACCOUNT);
	if (!service)
		return NULL;
	service->stats = nflb_stats_alloc();
	if (!service->stats)
		goto err_free;
	if (nflb_limit_init(&service->limiter, &config->limits))
		goto err_free_stats;
	service->nn = nn;
	service->key = config->key;
	service->sched_options = config->sched_options;
	service->timeouts = config->timeouts;
	service->panic = config->panic;
	service->source_pool = nflb_source_pool_get(config->source_pool);
	service->one_packet = config->one_packet;
	service->icmp_reply = config->icmp_reply;
	service->policy = config->policy;
	nflb_affinity_set(service, config->affinity, config->affinity_prefix);
	INIT_LIST_HEAD(&service->backends);
	refcount_set(&service->refs, 1);
	return service;

err_free_stats:
	free_percpu(service->stats);
err_free:
	kfree(service);
	return NULL;
}

/**
 * nflb_service_create - make a service that nobody can find yet
 * @nn: namespace
 * @config: what it is; the reference to the scheduler becomes the service's
 *	when nflb_service_publish() succeeds
 *
 * Context: process, may sleep.
 * Return: the service, for nflb_service_publish() or nflb_service_discard(),
 * or NULL.
 */
struct nflb_service *nflb_service_create(struct nflb_net *nn,
					 const struct nflb_service_config *config)
{
	struct nflb_service *service = service_alloc(nn, config);

	if (service)
		service->sched_ops = config->sched_ops;
	return service;
}

/* The reference to its scheduler stays the caller's. */
void nflb_service_discard(struct nflb_service *service)
{
	nflb_sched_clear(service);
	service->sched_ops = NULL;
	nflb_service_put(service);
}

/**
 * nflb_service_publish - let packets find a new service
 * @service: service of nflb_service_create(); its namespace's lock is held
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_service_publish(struct nflb_service *service,
			 struct netlink_ext_ack *extack)
{
	struct nflb_net *nn = service->nn;
	struct nflb_echoes *echoes;
	int err;

	lockdep_assert_held(&nn->lock);
	echoes = nflb_echo_prepare(service, service->icmp_reply);
	if (IS_ERR(echoes))
		return PTR_ERR(echoes);
	err = nflb_hook_get(nn, &service->key, extack);
	if (err)
		goto err_free_echoes;
	nflb_filter_add_service(nn, &service->key);
	err = rhashtable_insert_fast(&nn->services, &service->node,
				     nflb_service_params);
	if (err)
		goto err_put_hook;
	err = nflb_index_add(nn, service, extack);
	if (err)
		goto err_remove;

	nflb_echo_publish(nn, echoes);
	service->id = nflb_net_new_id(nn);
	list_add_tail(&service->list, &nn->service_list);
	nflb_conn_sweep_start(nn);
	nflb_net_changed(nn);
	nflb_event_service(service, NFLB_EVENT_SERVICE_NEW);
	return 0;

err_remove:
	/* A packet to port 0 finds a service of any port here. */
	rhashtable_remove_fast(&nn->services, &service->node,
			       nflb_service_params);
	synchronize_rcu();
err_put_hook:
	nflb_filter_rebuild(nn);
	nflb_hook_put(nn, &service->key);
err_free_echoes:
	kvfree(echoes);
	return err;
}

/* Timeouts are read one by one: each is a word, old or new. */
static void service_set_timeouts(struct nflb_service *service,
				 const struct nflb_timeouts *timeouts)
{
	WRITE_ONCE(service->timeouts.established, timeouts->established);
	WRITE_ONCE(service->timeouts.fin, timeouts->fin);
	WRITE_ONCE(service->timeouts.syn, timeouts->syn);
	WRITE_ONCE(service->timeouts.udp, timeouts->udp);
}

static void service_set_source_pool(struct nflb_service *service,
				    struct nflb_source_pool *pool)
{
	struct nflb_source_pool *old = service->source_pool;

	service->source_pool = nflb_source_pool_get(pool);
	nflb_source_pool_put(old);
}

/* Returns what must be published for that, or an error with nothing changed. */
static struct nflb_answerers *
service_set_one_packet(struct nflb_service *service, bool on,
		       struct netlink_ext_ack *extack)
{
	struct nflb_answerers *answerers;
	bool before = service->one_packet;

	WRITE_ONCE(service->one_packet, on);
	answerers = nflb_one_packet_prepare(service, extack);
	if (IS_ERR(answerers))
		WRITE_ONCE(service->one_packet, before);
	return answerers;
}

static void service_set_icmp_reply(struct nflb_service *service,
				   struct nflb_echoes *echoes, bool on)
{
	nflb_echo_publish(service->nn, echoes);
	if (!on)
		nflb_echo_remove(service->nn, service);
	service->icmp_reply = on;
}

static void service_set_policy(struct nflb_service *service,
			       const struct nflb_policy *policy)
{
	WRITE_ONCE(service->policy.no_backend, policy->no_backend);
	WRITE_ONCE(service->policy.backend_down, policy->backend_down);
	WRITE_ONCE(service->policy.mid_stream, policy->mid_stream);
}

/* Its scheduler as in @config, or an error with nothing changed. */
static int service_set_sched(struct nflb_service *service,
			     const struct nflb_service_config *config,
			     struct netlink_ext_ack *extack)
{
	const struct nflb_sched_ops *ops = service->sched_ops;
	struct nflb_sched_options options = service->sched_options;
	u32 panic = service->panic;
	int err;

	service->sched_ops = config->sched_ops;
	service->sched_options = config->sched_options;
	service->panic = config->panic;
	err = nflb_sched_rebuild(service, extack);
	if (err) {
		service->sched_ops = ops;
		service->sched_options = options;
		service->panic = panic;
	}
	return err;
}

/* With a new table or with the one it has; 0, or an error with nothing changed. */
static int service_change(struct nflb_service *service,
			  const struct nflb_service_config *config, bool table,
			  struct netlink_ext_ack *extack)
{
	const struct nflb_sched_ops *old_ops = service->sched_ops;
	bool one_packet = service->one_packet;
	struct nflb_answerers *answerers;
	struct nflb_clients *clients;
	struct nflb_echoes *echoes;
	int err = 0;

	clients = nflb_limit_prepare(service, &config->limits);
	if (IS_ERR(clients))
		return PTR_ERR(clients);
	echoes = nflb_echo_prepare(service,
				   config->icmp_reply && !service->icmp_reply);
	if (IS_ERR(echoes)) {
		err = PTR_ERR(echoes);
		goto err_clients;
	}
	answerers = service_set_one_packet(service, config->one_packet, extack);
	if (IS_ERR(answerers)) {
		err = PTR_ERR(answerers);
		goto err_echoes;
	}
	if (table)
		err = service_set_sched(service, config, extack);
	if (err)
		goto err_answerers;
	nflb_one_packet_publish(service->nn, answerers);
	nflb_sched_put(old_ops);
	service_set_icmp_reply(service, echoes, config->icmp_reply);
	nflb_limit_commit(service, &config->limits, clients);
	service_set_source_pool(service, config->source_pool);
	service_set_timeouts(service, &config->timeouts);
	service_set_policy(service, &config->policy);
	nflb_affinity_set(service, config->affinity, config->affinity_prefix);
	nflb_conn_sweep_now(service->nn);
	nflb_net_changed(service->nn);
	nflb_event_service(service, NFLB_EVENT_SERVICE_SET);
	return 0;

err_answerers:
	WRITE_ONCE(service->one_packet, one_packet);
	kvfree(answerers);
err_echoes:
	kvfree(echoes);
err_clients:
	nflb_limit_abort(service, clients);
	return err;
}

/**
 * nflb_service_rebuild - give a service new settings and a table from its pool
 * @service: service; its namespace's lock is held. The sources of its backends
 *	are prepared, and stay to be committed
 * @config: new values; on success the reference to the scheduler is the
 *	service's, which drops that to its old one
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_service_rebuild(struct nflb_service *service,
			 const struct nflb_service_config *config,
			 struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&service->nn->lock);
	return service_change(service, config, true, extack);
}

static bool same_scheduler(const struct nflb_service *service,
			   const struct nflb_service_config *config)
{
	return service->sched_ops == config->sched_ops &&
	       service->panic == config->panic &&
	       !memcmp(&service->sched_options, &config->sched_options,
		       sizeof(config->sched_options));
}

/**
 * nflb_service_set - change the settings of a service
 * @service: service; its namespace's lock is held
 * @config: new values; on success the reference to the scheduler is the
 *	service's, which drops that to its old one
 * @extack: told why not
 *
 * The table, and with it whose turn it is, stays if the scheduler does.
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_service_set(struct nflb_service *service,
		     const struct nflb_service_config *config,
		     struct netlink_ext_ack *extack)
{
	int err;

	lockdep_assert_held(&service->nn->lock);
	err = nflb_source_prepare_all(service, config->source_pool, extack);
	if (err)
		return err;
	err = service_change(service, config, !same_scheduler(service, config),
			     extack);
	if (err) {
		nflb_source_abort_all(service);
		return err;
	}
	nflb_source_commit_all(service);
	return 0;
}

static void service_unlink(struct nflb_service *service)
{
	struct nflb_backend *backend, *next;
	struct nflb_net *nn = service->nn;

	nflb_echo_remove(nn, service);
	nflb_index_remove(nn, service);
	rhashtable_remove_fast(&nn->services, &service->node,
			       nflb_service_params);
	list_del(&service->list);
	nflb_sched_clear(service);
	/* What is left of it must not stand in the way of a new service. */
	WRITE_ONCE(service->policy.backend_down, NFLB_BACKEND_DOWN_RESCHEDULE);
	list_for_each_entry_safe(backend, next, &service->backends, list) {
		WRITE_ONCE(backend->fate, NFLB_FATE_SERVICE);
		nflb_backend_unlink(backend);
	}
	call_rcu(&service->rcu, service_put_rcu);
}

/**
 * nflb_service_del - remove a service with its backends
 * @service: service; its namespace's lock is held
 *
 * Context: process, may sleep.
 */
void nflb_service_del(struct nflb_service *service)
{
	struct nflb_net *nn = service->nn;
	const struct nflb_service_key key = service->key;

	lockdep_assert_held(&nn->lock);
	nflb_event_service(service, NFLB_EVENT_SERVICE_DEL);
	service_unlink(service);
	nflb_filter_rebuild(nn);
	nflb_net_changed(nn);
	nflb_hook_put(nn, &key);
}

/**
 * nflb_service_zero - begin to count anew
 * @service: service; its namespace's lock is held
 *
 * The counters themselves belong to the packet path; what they stand at now is
 * taken off from now on.
 */
void nflb_service_zero(struct nflb_service *service)
{
	struct nflb_backend *backend;

	lockdep_assert_held(&service->nn->lock);
	nflb_stats_read(&service->zero, service->stats, NULL);
	list_for_each_entry(backend, &service->backends, list)
		nflb_backend_zero(backend);
}

int nflb_service_table_init(struct nflb_net *nn)
{
	int err;

	err = rhashtable_init(&nn->services, &nflb_service_params);
	if (err)
		return err;
	err = nflb_index_init(nn);
	if (err)
		rhashtable_destroy(&nn->services);
	return err;
}

/**
 * nflb_service_flush - remove all services
 * @nn: namespace
 *
 * Context: process, may sleep. When it returns no packet is in the hooks.
 */
void nflb_service_flush(struct nflb_net *nn)
{
	struct nflb_service *service, *next;

	mutex_lock(&nn->lock);
	list_for_each_entry_safe(service, next, &nn->service_list, list)
		nflb_service_del(service);
	mutex_unlock(&nn->lock);
}

void nflb_service_table_destroy(struct nflb_net *nn)
{
	nflb_index_destroy(nn);
	rhashtable_destroy(&nn->services);
}
