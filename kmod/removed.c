// SPDX-License-Identifier: GPL-2.0
/*
 * Removed backends: no part of a service any more, but connections still know
 * them. Their addresses and routes are looked after until the last connection
 * is gone. The namespace may go first: it empties its list.
 */
#include "backend.h"
#include "net.h"
#include "removed.h"
#include "service.h"

/* Guards nflb_net.removed of every namespace: a backend may outlive its own. */
static DEFINE_SPINLOCK(nflb_removed_lock);

void nflb_removed_add(struct nflb_backend *backend)
{
	spin_lock_bh(&nflb_removed_lock);
	list_add_tail(&backend->removed, &backend->service->nn->removed);
	spin_unlock_bh(&nflb_removed_lock);
}

/* Of a backend that was never added, too: of one that found no place. */
void nflb_removed_del(struct nflb_backend *backend)
{
	spin_lock_bh(&nflb_removed_lock);
	list_del(&backend->removed);
	spin_unlock_bh(&nflb_removed_lock);
}

/**
 * nflb_removed_each - visit removed backends that have connections
 * @nn: namespace
 * @fn: called for each, under a spinlock
 * @arg: passed on
 *
 * Context: process.
 */
void nflb_removed_each(struct nflb_net *nn,
		       void (*fn)(const struct nflb_backend *backend, void *arg),
		       void *arg)
{
	const struct nflb_backend *backend;

	spin_lock_bh(&nflb_removed_lock);
	list_for_each_entry(backend, &nn->removed, removed)
		fn(backend, arg);
	spin_unlock_bh(&nflb_removed_lock);
}

/* Those that RCU has not freed yet must not look for @nn any more. */
void nflb_removed_forget(struct nflb_net *nn)
{
	struct nflb_backend *backend, *next;

	spin_lock_bh(&nflb_removed_lock);
	list_for_each_entry_safe(backend, next, &nn->removed, removed)
		list_del_init(&backend->removed);
	spin_unlock_bh(&nflb_removed_lock);
}
