// SPDX-License-Identifier: GPL-2.0
/*
 * Pools as a whole: all that can fail is done first, then the new table is
 * published in one step, then what is left over of the old pool goes.
 */
#include <linux/bsearch.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "event.h"
#include "net.h"
#include "one_packet.h"
#include "pool.h"
#include "source.h"

/**
 * struct pool_member - one backend of the new pool
 * @backend: the backend
 * @old: its settings before, if it is not @fresh
 * @tunnel: options for its tunnel, if it is not @fresh
 * @fresh: made for this pool
 */
struct pool_member {
	struct nflb_backend	*backend;
	struct nflb_backend_config old;
	struct nflb_tunnel	*tunnel;
	bool			fresh;
};

/**
 * struct pool_change - a pool on its way from old to new
 * @service: its service
 * @pool: what it will be
 * @members: backends of the new pool, in their order
 * @before: backends of the old pool, in their order
 * @sorted: the same by address and port
 * @before_count: length of @before and @sorted
 */
struct pool_change {
	struct nflb_service		*service;
	const struct nflb_pool_config	*pool;
	struct pool_member		*members;
	struct nflb_backend		**before;
	struct nflb_backend		**sorted;
	unsigned int			before_count;
};

static int compare_backends(const void *a, const void *b)
{
	const struct nflb_backend *const *ba = a, *const *bb = b;

	return nflb_backend_order((*ba)->addr, (*ba)->family, (*ba)->port,
				  (*bb)->addr, (*bb)->family, (*bb)->port);
}

static int compare_key(const void *key, const void *element)
{
	const struct nflb_backend_config *config = key;
	const struct nflb_backend *const *backend = element;

	return nflb_backend_order(config->addr, config->family, config->port,
				  (*backend)->addr, (*backend)->family,
				  (*backend)->port);
}

static struct nflb_backend *find_old(const struct pool_change *change,
				     const struct nflb_backend_config *config)
{
	struct nflb_backend **found;

	found = bsearch(config, change->sorted, change->before_count,
			sizeof(*change->sorted), compare_key);
	return found ? *found : NULL;
}

static void change_free(struct pool_change *change)
{
	kvfree(change->members);
	kvfree(change->before);
	kvfree(change->sorted);
}

/* kvmalloc_array() of nothing is not NULL either. */
static int change_alloc(struct pool_change *change)
{
	struct nflb_service *service = change->service;
	struct nflb_backend *backend;
	unsigned int i = 0;

	change->before_count = service->backend_count;
	change->members = kvcalloc(change->pool->count,
				   sizeof(*change->members), GFP_KERNEL);
	change->before = kvmalloc_array(change->before_count,
					sizeof(*change->before), GFP_KERNEL);
	change->sorted = kvmalloc_array(change->before_count,
					sizeof(*change->sorted), GFP_KERNEL);
	if (!change->members || !change->before || !change->sorted) {
		change_free(change);
		return -ENOMEM;
	}
	list_for_each_entry(backend, &service->backends, list)
		change->before[i++] = backend;
	memcpy(change->sorted, change->before,
	       change->before_count * sizeof(*change->sorted));
	sort(change->sorted, change->before_count, sizeof(*change->sorted),
	     compare_backends, NULL);
	return 0;
}

static void put_members(struct pool_change *change)
{
	unsigned int i;

	for (i = 0; i < change->pool->count; i++) {
		struct pool_member *member = &change->members[i];

		if (!member->backend)
			return;
		nflb_source_abort(member->backend);
		if (member->fresh)
			nflb_backend_discard(member->backend);
		else
			kfree(member->tunnel);
	}
}

static int keep_member(struct pool_member *member, struct nflb_backend *backend,
		       const struct nflb_backend_config *config)
{
	struct nflb_tunnel *tunnel = nflb_backend_options(config);

	if (IS_ERR(tunnel))
		return PTR_ERR(tunnel);
	member->backend = backend;
	member->tunnel = tunnel;
	nflb_backend_config(backend, &member->old);
	return 0;
}

static int new_member(struct pool_member *member, struct nflb_service *service,
		      const struct nflb_backend_config *config,
		      struct netlink_ext_ack *extack)
{
	struct nflb_backend *backend;

	backend = nflb_backend_create(service, config, extack);
	if (IS_ERR(backend))
		return PTR_ERR(backend);
	member->backend = backend;
	member->fresh = true;
	return 0;
}

static int prepare_member(const struct pool_change *change,
			  const struct pool_member *member,
			  const struct nflb_backend_config *config,
			  struct netlink_ext_ack *extack)
{
	return nflb_source_prepare(member->backend, config->forward,
				   config->source_pool,
				   change->pool->service.source_pool, extack);
}

/* Every backend of the new pool: the one that is there, or a new one. */
static int find_members(struct pool_change *change,
			struct netlink_ext_ack *extack)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < change->pool->count && !err; i++) {
		const struct nflb_backend_config *config =
			&change->pool->backends[i];
		struct pool_member *member = &change->members[i];
		struct nflb_backend *old = find_old(change, config);

		err = old ? keep_member(member, old, config) :
			    new_member(member, change->service, config, extack);
		if (!err)
			err = prepare_member(change, member, config, extack);
	}
	if (err)
		put_members(change);
	return err;
}

/* What tables are built from becomes that of the new pool. */
static void stage(struct pool_change *change)
{
	struct nflb_service *service = change->service;
	struct nflb_net *nn = service->nn;
	unsigned int i;

	INIT_LIST_HEAD(&service->backends);
	service->backend_count = change->pool->count;
	for (i = 0; i < change->pool->count; i++) {
		struct nflb_backend *backend = change->members[i].backend;

		nflb_backend_apply(backend, &change->pool->backends[i]);
		list_add_tail(&backend->list, &service->backends);
		nflb_filter_add_backend(nn, backend->addr, backend->family);
	}
}

static void unstage(struct pool_change *change)
{
	struct nflb_service *service = change->service;
	unsigned int i;

	for (i = 0; i < change->pool->count; i++)
		if (!change->members[i].fresh)
			nflb_backend_revert(change->members[i].backend,
					    &change->members[i].old);
	INIT_LIST_HEAD(&service->backends);
	service->backend_count = change->before_count;
	for (i = 0; i < change->before_count; i++)
		list_add_tail(&change->before[i]->list, &service->backends);
	nflb_filter_rebuild(service->nn);
	put_members(change);
}

static void commit_member(const struct pool_member *member,
			  const struct nflb_backend_config *config)
{
	struct nflb_backend *backend = member->backend;

	nflb_backend_finish(backend, config, member->tunnel);
	backend->id = nflb_net_new_id(backend->service->nn);
	nflb_event_backend(backend, member->fresh ? NFLB_EVENT_BACKEND_NEW :
						    NFLB_EVENT_BACKEND_SET);
}

/* The new table is published: the rest follows, and nothing can fail. */
static void commit(struct pool_change *change)
{
	struct nflb_net *nn = change->service->nn;
	u32 newest = nn->next_id;
	unsigned int i;

	for (i = 0; i < change->pool->count; i++)
		commit_member(&change->members[i], &change->pool->backends[i]);
	for (i = 0; i < change->before_count; i++) {
		struct nflb_backend *backend = change->before[i];

		/* With an old identity it is not in the new pool. */
		if (backend->id > newest)
			continue;
		nflb_event_backend(backend, NFLB_EVENT_BACKEND_DEL);
		nflb_backend_unlink(backend);
	}
	if (change->before_count)
		nflb_filter_rebuild(nn);
}

typedef int (*pool_publish)(const struct pool_change *change,
			    struct netlink_ext_ack *extack);

static int pool_carry_out(struct pool_change *change, pool_publish publish,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = change_alloc(change);
	if (err)
		return err;
	err = find_members(change, extack);
	if (err)
		goto free;
	stage(change);
	err = publish(change, extack);
	if (err)
		unstage(change);
	else
		commit(change);
free:
	change_free(change);
	return err;
}

static int publish_new(const struct pool_change *change,
		       struct netlink_ext_ack *extack)
{
	struct nflb_service *service = change->service;
	struct nflb_answerers *answerers;
	int err;

	answerers = nflb_one_packet_prepare(service, extack);
	if (IS_ERR(answerers))
		return PTR_ERR(answerers);
	err = nflb_sched_rebuild(service, extack) ?:
	      nflb_service_publish(service, extack);
	if (err)
		kvfree(answerers);
	else
		nflb_one_packet_publish(service->nn, answerers);
	return err;
}

/**
 * nflb_pool_create - make a service together with its backends
 * @nn: namespace; its lock is held
 * @pool: what they are; on success the reference to the scheduler is the
 *	service's
 * @extack: told why not
 *
 * A packet finds no service, or one with all of its backends.
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_pool_create(struct nflb_net *nn, const struct nflb_pool_config *pool,
		     struct netlink_ext_ack *extack)
{
	struct pool_change change = { .pool = pool };
	int err;

	lockdep_assert_held(&nn->lock);
	change.service = nflb_service_create(nn, &pool->service);
	if (!change.service)
		return -ENOMEM;
	err = pool_carry_out(&change, publish_new, extack);
	if (err)
		nflb_service_discard(change.service);
	return err;
}

static int publish_changed(const struct pool_change *change,
			   struct netlink_ext_ack *extack)
{
	return nflb_service_rebuild(change->service, &change->pool->service,
				    extack);
}

/**
 * nflb_pool_replace - give a service other settings and other backends
 * @service: service; its namespace's lock is held
 * @pool: what it will be; on success the reference to the scheduler is the
 *	service's, which drops that to its old one
 * @extack: told why not
 *
 * A backend that stays, by address and port, keeps its connections and
 * counters. New connections go by the old pool until the new table takes its
 * place, then by the new one.
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_pool_replace(struct nflb_service *service,
		      const struct nflb_pool_config *pool,
		      struct netlink_ext_ack *extack)
{
	struct pool_change change = { .service = service, .pool = pool };

	lockdep_assert_held(&service->nn->lock);
	return pool_carry_out(&change, publish_changed, extack);
}
