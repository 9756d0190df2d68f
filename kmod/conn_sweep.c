// SPDX-License-Identifier: GPL-2.0
/*
 * The sweeper: connections have no timers, a worker walks the table and
 * removes those that are over, and tells the others what has changed about
 * their backend or timeouts. So it does with affinity. Nothing depends on how
 * soon it comes by: the packet path treats what has expired as absent.
 */
#include "affinity.h"
#include "conn.h"
#include "net.h"
#include "proto/proto.h"
#include "walk.h"

#define NFLB_SWEEP_INTERVAL	(2 * HZ)

static void lost_backend(struct nflb_conn *conn)
{
	if (nflb_conn_fate(conn) == NFLB_BACKEND_DOWN_RESET)
		nflb_proto_close(conn);
}

static void sweep_one(struct nflb_net *nn, struct nflb_conn *conn)
{
	if (nflb_conn_stale(conn))
		nflb_conn_kill(nn, conn);
	else if (nflb_backend_dead(conn->backend))
		lost_backend(conn);
	else
		nflb_proto_refresh(conn);
}

static void sweep_node(void *object, void *nn)
{
	struct nflb_node *node = object;

	if (node->tuple.dir == NFLB_DIR_REQUEST)
		sweep_one(nn, nflb_node_conn(node));
}

static void kill_node(void *object, void *nn)
{
	struct nflb_node *node = object;

	if (node->tuple.dir == NFLB_DIR_REQUEST)
		nflb_conn_kill(nn, nflb_node_conn(node));
}

static void sweep_work(struct work_struct *work)
{
	struct nflb_net *nn = container_of(to_delayed_work(work),
					   struct nflb_net, sweeper);

	nflb_walk(&nn->conns, sweep_node, nn);
	nflb_affinity_sweep(nn);
	nflb_sync_sweep(nn);
	if (READ_ONCE(nn->hook_users[0]) || READ_ONCE(nn->hook_users[1]) ||
	    atomic_read(&nn->conns.nelems) || nflb_affinity_count(nn))
		nflb_conn_sweep_start(nn);
}

void nflb_conn_sweep_init(struct nflb_net *nn)
{
	INIT_DELAYED_WORK(&nn->sweeper, sweep_work);
}

/* Does nothing if it is running already. */
void nflb_conn_sweep_start(struct nflb_net *nn)
{
	queue_delayed_work(system_power_efficient_wq, &nn->sweeper,
			   NFLB_SWEEP_INTERVAL);
}

/* Backends or timeouts have changed: do not wait. */
void nflb_conn_sweep_now(struct nflb_net *nn)
{
	mod_delayed_work(system_power_efficient_wq, &nn->sweeper, 0);
}

/**
 * nflb_conn_sweep_stop - end sweeping and remove every connection
 * @nn: namespace without hooks: nothing adds connections
 *
 * Context: process, may sleep.
 */
void nflb_conn_sweep_stop(struct nflb_net *nn)
{
	cancel_delayed_work_sync(&nn->sweeper);
	/* A resize under way can hide connections from one walk. */
	while (atomic_read(&nn->conns.nelems))
		nflb_walk(&nn->conns, kill_node, nn);
}
