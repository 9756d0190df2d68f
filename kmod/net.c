// SPDX-License-Identifier: GPL-2.0
/* Per-network-namespace state: made with the namespace, emptied with it. */
#include <net/netns/generic.h>

#include "affinity.h"
#include "backend.h"
#include "conn.h"
#include "drain.h"
#include "hook.h"
#include "limit.h"
#include "net.h"
#include "removed.h"
#include "service.h"
#include "share.h"
#include "source.h"
#include "stats.h"

static unsigned int nflb_net_id __read_mostly;

/**
 * nflb_net - nflb's state of a network namespace
 * @net: the namespace
 *
 * Context: any, while the namespace and the module live.
 * Return: the state, never NULL.
 */
struct nflb_net *nflb_net(const struct net *net)
{
	return net_generic(net, nflb_net_id);
}

/**
 * nflb_net_new_id - identity for a new service or backend
 * @nn: namespace; its lock is held
 *
 * Dumps resume after the identity they stopped at, so these only grow.
 *
 * Return: an identity greater than all before.
 */
u32 nflb_net_new_id(struct nflb_net *nn)
{
	lockdep_assert_held(&nn->lock);
	return ++nn->next_id;
}

/**
 * nflb_net_changed - tell dumps in progress that the configuration changed
 * @nn: namespace; its lock is held
 */
void nflb_net_changed(struct nflb_net *nn)
{
	lockdep_assert_held(&nn->lock);
	/* Netlink takes 0 for "not known". */
	if (!++nn->generation)
		nn->generation = 1;
}

static int __net_init nflb_net_open(struct net *net)
{
	struct nflb_net *nn = nflb_net(net);
	int err = -ENOMEM;

	nn->net = net;
	nn->generation = 1;
	mutex_init(&nn->lock);
	INIT_LIST_HEAD(&nn->service_list);
	INIT_LIST_HEAD(&nn->removed);
	nflb_hook_init(nn);
	nflb_share_init(nn);
	nflb_drain_init(nn);

	nn->drops = nflb_drops_alloc();
	if (!nn->drops)
		return err;
	err = nflb_limit_net_init(nn);
	if (err)
		goto err_free_drops;
	err = nflb_service_table_init(nn);
	if (err)
		goto err_destroy_limits;
	err = nflb_source_table_init(nn);
	if (err)
		goto err_destroy_services;
	err = nflb_conn_table_init(nn);
	if (err)
		goto err_destroy_sources;
	err = nflb_affinity_table_init(nn);
	if (err)
		goto err_destroy_conns;
	err = nflb_sync_init(nn);
	if (err)
		goto err_destroy_affinity;
	return 0;

err_destroy_affinity:
	nflb_affinity_table_destroy(nn);
err_destroy_conns:
	nflb_conn_table_destroy(nn);
err_destroy_sources:
	nflb_source_table_destroy(nn);
err_destroy_services:
	nflb_service_table_destroy(nn);
err_destroy_limits:
	nflb_limit_net_destroy(nn);
err_free_drops:
	free_percpu(nn->drops);
	return err;
}

/*
 * Services go first: that unregisters the hooks and waits for the packets in
 * them, after which nothing adds connections.
 */
static void __net_exit nflb_net_close(struct net *net)
{
	struct nflb_net *nn = nflb_net(net);

	nflb_service_flush(nn);
	nflb_share_stop(nn);
	nflb_drain_stop(nn);
	nflb_source_stop(nn);
	nflb_conn_table_destroy(nn);
	nflb_affinity_table_destroy(nn);
	nflb_sync_destroy(nn);
	nflb_source_table_destroy(nn);
	nflb_removed_forget(nn);
	nflb_service_table_destroy(nn);
	nflb_limit_net_destroy(nn);
	free_percpu(nn->drops);
}

static struct pernet_operations nflb_net_ops = {
	.init	= nflb_net_open,
	.exit	= nflb_net_close,
	.id	= &nflb_net_id,
	.size	= sizeof(struct nflb_net),
};

int __init nflb_net_init(void)
{
	return register_pernet_subsys(&nflb_net_ops);
}

void nflb_net_exit(void)
{
	unregister_pernet_subsys(&nflb_net_ops);
}
