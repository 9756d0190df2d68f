// SPDX-License-Identifier: GPL-2.0
/*
 * The sweeper: connections have no timers, a worker walks the table and
 * removes those that are over, and tells the others what has changed about
 * their backend or timeouts. Nothing depends on how soon it comes by: the
 * packet path treats an expired connection as absent.
 */
#include <linux/rhashtable.h>

#include "conn.h"
#include "net.h"
#include "proto/proto.h"

#define NFLB_SWEEP_INTERVAL	(2 * HZ)
/* Nodes looked at before others may run. */
#define NFLB_SWEEP_CHUNK	1024

typedef void (*nflb_sweep_fn)(struct nflb_net *nn, struct nflb_conn *conn);

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

/* False at the end of the table. */
static bool sweep_chunk(struct nflb_net *nn, struct rhashtable_iter *iter,
			nflb_sweep_fn visit)
{
	struct nflb_node *node;
	unsigned int i;

	for (i = 0; i < NFLB_SWEEP_CHUNK; i++) {
		node = rhashtable_walk_next(iter);
		if (!node)
			return false;
		/* The table is being resized: the walk starts again. */
		if (IS_ERR(node) || node->tuple.dir != NFLB_DIR_REQUEST)
			continue;
		visit(nn, nflb_node_conn(node));
	}
	return true;
}

static void sweep(struct nflb_net *nn, nflb_sweep_fn visit)
{
	struct rhashtable_iter iter;
	bool more;

	rhashtable_walk_enter(&nn->conns, &iter);
	do {
		rhashtable_walk_start(&iter);
		more = sweep_chunk(nn, &iter, visit);
		rhashtable_walk_stop(&iter);
		cond_resched();
	} while (more);
	rhashtable_walk_exit(&iter);
}

static void sweep_work(struct work_struct *work)
{
	struct nflb_net *nn = container_of(to_delayed_work(work),
					   struct nflb_net, sweeper);

	sweep(nn, sweep_one);
	if (READ_ONCE(nn->hook_users[0]) || READ_ONCE(nn->hook_users[1]) ||
	    atomic_read(&nn->conns.nelems))
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
		sweep(nn, nflb_conn_kill);
}
