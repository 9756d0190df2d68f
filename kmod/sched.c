// SPDX-License-Identifier: GPL-2.0
/* Schedulers: registry, and the table each service picks from. */
#include <linux/capability.h>
#include <linux/kmod.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "backend.h"
#include "net.h"
#include "sched.h"
#include "service.h"
#include "share.h"

static DEFINE_MUTEX(nflb_sched_lock);	/* nflb_sched_list */
static LIST_HEAD(nflb_sched_list);

static struct nflb_sched_ops *sched_find(const char *name)
{
	struct nflb_sched_ops *ops;

	lockdep_assert_held(&nflb_sched_lock);
	list_for_each_entry(ops, &nflb_sched_list, list)
		if (!strcmp(ops->name, name))
			return ops;
	return NULL;
}

/**
 * nflb_sched_register - make a scheduler known
 * @ops: scheduler; stays the caller's
 *
 * A scheduler in a module of its own is loaded on demand if the module is
 * called or has the alias "nflb-sched-NAME".
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL for ops that lack something, -EEXIST for a name taken.
 */
int nflb_sched_register(struct nflb_sched_ops *ops)
{
	int err = 0;

	if (!ops->build || !ops->pick || !ops->name[0])
		return -EINVAL;
	mutex_lock(&nflb_sched_lock);
	if (sched_find(ops->name))
		err = -EEXIST;
	else
		list_add_tail(&ops->list, &nflb_sched_list);
	mutex_unlock(&nflb_sched_lock);
	return err;
}
EXPORT_SYMBOL_GPL(nflb_sched_register);

/**
 * nflb_sched_unregister - forget a scheduler
 * @ops: scheduler that no service uses: those that do hold its module
 *
 * Context: process, may sleep.
 */
void nflb_sched_unregister(struct nflb_sched_ops *ops)
{
	mutex_lock(&nflb_sched_lock);
	list_del(&ops->list);
	mutex_unlock(&nflb_sched_lock);
	/* A packet may still be in the pick() of a table replaced just now. */
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(nflb_sched_unregister);

static const struct nflb_sched_ops *sched_try_get(const char *name)
{
	struct nflb_sched_ops *ops;

	mutex_lock(&nflb_sched_lock);
	ops = sched_find(name);
	if (ops && !try_module_get(ops->owner))
		ops = NULL;
	mutex_unlock(&nflb_sched_lock);
	return ops;
}

/**
 * nflb_sched_get - find a scheduler by name, loading its module if needed
 * @name: name
 *
 * Context: process, may sleep; no lock held, since loading may take long.
 * Return: the scheduler, to be given back with nflb_sched_put(), or NULL.
 */
const struct nflb_sched_ops *nflb_sched_get(const char *name)
{
	const struct nflb_sched_ops *ops = sched_try_get(name);

	if (ops)
		return ops;
	/* Whoever is root in a user namespace only loads no modules. */
	if (!capable(CAP_NET_ADMIN))
		return NULL;
	request_module("nflb-sched-%s", name);
	return sched_try_get(name);
}

void nflb_sched_put(const struct nflb_sched_ops *ops)
{
	if (ops)
		module_put(ops->owner);
}

static struct nflb_sched_ops *const built_in[] = {
	&nflb_sched_rr, &nflb_sched_wrr,
	&nflb_sched_lc, &nflb_sched_wlc, &nflb_sched_sed, &nflb_sched_nq,
	&nflb_sched_fo, &nflb_sched_ovf,
	&nflb_sched_random, &nflb_sched_p2c,
	&nflb_sched_sh, &nflb_sched_dh, &nflb_sched_maglev,
	&nflb_sched_lblc, &nflb_sched_lblcr, &nflb_sched_lrt,
};

int __init nflb_sched_init(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(built_in); i++)
		err = nflb_sched_register(built_in[i]);
	return err;
}

/**
 * nflb_sched_member_compare - order of the members of a pool
 * @a: struct nflb_sched_member
 * @b: another
 *
 * Return: as sort() wants it.
 */
int nflb_sched_member_compare(const void *a, const void *b)
{
	const struct nflb_sched_member *ma = a, *mb = b;
	const struct nflb_backend *ba = ma->backend, *bb = mb->backend;

	return nflb_backend_order(ba->addr, ba->family, ba->port,
				  bb->addr, bb->family, bb->port);
}

static struct nflb_sched_table *table_now(const struct nflb_service *service)
{
	return rcu_dereference_protected(service->sched,
					 lockdep_is_held(&service->nn->lock));
}

/* NULL is a valid table: nobody can be picked. */
static int sched_build(struct nflb_service *service,
		       struct nflb_sched_table **table)
{
	const struct nflb_sched_ops *ops = service->sched_ops;
	struct nflb_sched_pool pool = {
		.options = service->sched_options,
		.old = table_now(service),
	};
	struct nflb_sched_member *members;

	*table = NULL;
	if (!service->backend_count)
		return 0;
	members = kvmalloc_array(service->backend_count, sizeof(*members),
				 GFP_KERNEL);
	if (!members)
		return -ENOMEM;

	if (pool.old && pool.old->ops != ops)
		pool.old = NULL;
	pool.members = members;
	pool.count = nflb_share_collect(service, members, &pool.scale);
	sort(members, pool.count, sizeof(*members), nflb_sched_member_compare,
	     NULL);
	if (pool.count) {
		*table = ops->build(&pool) ?: ERR_PTR(-ENOMEM);
		if (!IS_ERR(*table))
			(*table)->ops = ops;
	}
	kvfree(members);
	return PTR_ERR_OR_ZERO(*table);
}

static void sched_publish(struct nflb_service *service,
			  struct nflb_sched_table *table)
{
	struct nflb_sched_table *old;

	old = rcu_replace_pointer(service->sched, table,
				  lockdep_is_held(&service->nn->lock));
	if (table && table->ops->published)
		table->ops->published(table);
	if (old)
		kvfree_rcu(old, rcu);
}

/**
 * nflb_sched_rebuild - make a service's table from its pool as it is now
 * @service: service; its namespace's lock is held
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0, or -ENOMEM or -E2BIG with the old table in place.
 */
int nflb_sched_rebuild(struct nflb_service *service,
		       struct netlink_ext_ack *extack)
{
	struct nflb_sched_table *table;
	int err;

	lockdep_assert_held(&service->nn->lock);
	err = sched_build(service, &table);
	if (err == -E2BIG)
		NL_SET_ERR_MSG(extack, "more backends than the scheduler can tell apart");
	else if (err)
		NL_SET_ERR_MSG(extack, "no memory for the scheduler's table");
	if (err)
		return err;
	sched_publish(service, table);
	return 0;
}

/* Nobody can be picked any more. */
void nflb_sched_clear(struct nflb_service *service)
{
	lockdep_assert_held(&service->nn->lock);
	sched_publish(service, NULL);
}

/**
 * nflb_sched_pick - choose the backend of a new flow
 * @service: service
 * @pkt: first packet of the flow
 *
 * Context: softirq, RCU read side.
 * Return: a backend, valid until the RCU read side ends, or NULL.
 */
struct nflb_backend *nflb_sched_pick(const struct nflb_service *service,
				     const struct nflb_packet *pkt)
{
	struct nflb_sched_table *table = rcu_dereference(service->sched);

	return table ? table->ops->pick(table, pkt) : NULL;
}

/**
 * nflb_sched_home - the backend of a flow, from any packet of it
 * @service: service
 * @pkt: the packet
 *
 * Context: softirq, RCU read side.
 * Return: a backend, full or not, valid until the RCU read side ends; NULL if
 * the scheduler's choice depends on more than its table.
 */
struct nflb_backend *nflb_sched_home(const struct nflb_service *service,
				     const struct nflb_packet *pkt)
{
	struct nflb_sched_table *table = rcu_dereference(service->sched);

	return table && table->ops->home ? table->ops->home(table, pkt) : NULL;
}

/**
 * nflb_sched_load - the load of a backend has changed
 * @backend: backend
 * @change: 1 or -1 for an active connection more or less, else 0
 *
 * The change comes before, the table is read after the barrier: a table that
 * is being published meanwhile is found here, or finds the change.
 *
 * Context: any, RCU read side.
 */
void nflb_sched_load(struct nflb_backend *backend, int change)
{
	struct nflb_sched_table *table;

	/* Pairs with that in nflb_sched_number(). */
	smp_mb__after_atomic();
	table = rcu_dereference(backend->service->sched);
	if (table && table->ops->load)
		table->ops->load(table, backend, change);
}

/**
 * nflb_sched_number - tell backends their place in a table
 * @members: of the table, which packets see by now
 * @count: their number
 *
 * For schedulers that follow loads. A change of load that did not find the
 * table, or not this number, came before the barrier here: what the caller
 * reads of loads from now on includes it.
 *
 * Context: process, namespace's lock held.
 */
void nflb_sched_number(const struct nflb_sched_member *members,
		       unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		WRITE_ONCE(members[i].backend->sched_index, i);
	/* Pairs with that in nflb_sched_load(). */
	smp_mb();
}

/**
 * nflb_sched_has_room - may a backend get one more connection?
 * @backend: backend
 *
 * Every scheduler asks before it picks.
 *
 * Context: RCU read side.
 */
bool nflb_sched_has_room(const struct nflb_backend *backend)
{
	return nflb_backend_has_room(backend);
}
EXPORT_SYMBOL_GPL(nflb_sched_has_room);

/**
 * nflb_sched_active - load of a backend
 * @backend: backend
 *
 * Context: RCU read side.
 * Return: connections opening or established, UDP flows among them.
 */
u32 nflb_sched_active(const struct nflb_backend *backend)
{
	return atomic_read(&backend->active);
}
EXPORT_SYMBOL_GPL(nflb_sched_active);

/**
 * nflb_sched_inactive - what is left of old load
 * @backend: backend
 *
 * Context: RCU read side.
 * Return: connections closing or closed.
 */
u32 nflb_sched_inactive(const struct nflb_backend *backend)
{
	return atomic_read(&backend->inactive);
}
EXPORT_SYMBOL_GPL(nflb_sched_inactive);

/**
 * nflb_sched_next_with_room - the first backend that is not full
 * @members: of the pool
 * @count: their number
 * @first: where to begin
 *
 * The last resort of those who chose a few times and met full backends only:
 * it looks at each in turn.
 *
 * Context: RCU read side.
 * Return: a backend, or NULL if all are full.
 */
struct nflb_backend *nflb_sched_next_with_room(const struct nflb_sched_member *members,
					       unsigned int count,
					       unsigned int first)
{
	struct nflb_backend *backend;
	unsigned int i;

	for (i = 0; i < count; i++) {
		backend = members[(first + i) % count].backend;
		if (nflb_backend_has_room(backend))
			return backend;
	}
	return NULL;
}
EXPORT_SYMBOL_GPL(nflb_sched_next_with_room);
