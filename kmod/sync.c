// SPDX-License-Identifier: GPL-2.0
/*
 * Queues of changes: a list per CPU and kind, to which whoever changes
 * something adds without a lock, and which the reader takes as a whole.
 *
 * NFLB_SYNC_QUEUED says that an object is on a list: nobody adds it again. The
 * reader clears that bit before it looks at the object, so that what changes
 * afterwards is queued anew. An object that goes is NFLB_SYNC_RELEASED by
 * whoever removed it. One atomic operation tells which of the two came first:
 * if it was queued, the reader frees it, else its owner does. An object on a
 * list is therefore always there, and the list holds no reference.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>

#include "affinity.h"
#include "conn.h"
#include "net.h"
#include "sync.h"

/* Most changes that wait, of all CPUs, and the least of one. */
#define NFLB_SYNC_WAITING_MAX	262144
#define NFLB_SYNC_WAITING_MIN	4096

/* A reader that does not come for so long is gone. */
#define NFLB_SYNC_IDLE		(60 * HZ)

/**
 * struct nflb_sync_queue - changes made on one CPU
 * @list: by kind
 * @length: of all of them, more or less
 * @lost: for which there was no room
 */
struct nflb_sync_queue {
	struct llist_head	list[NFLB_SYNC_KINDS];
	atomic_t		length;
	atomic_long_t		lost;
};

/* Of this CPU; nothing breaks if that changes now. NULL: it is full. */
static struct nflb_sync_queue *queue_with_room(struct nflb_net *nn)
{
	struct nflb_sync_queue *queue = raw_cpu_ptr(nn->sync.queues);

	if (likely(atomic_read(&queue->length) < nn->sync.limit))
		return queue;
	atomic_long_inc(&queue->lost);
	WRITE_ONCE(nn->sync.lost, true);
	return NULL;
}

static void add(struct nflb_sync_queue *queue, enum nflb_sync_kind kind,
		struct llist_node *node)
{
	atomic_inc(&queue->length);
	llist_add(node, &queue->list[kind]);
}

/**
 * nflb_sync_queue - something has changed
 * @nn: namespace, whose changes are read
 * @kind: what it is
 * @node: in it
 * @status: in it, the word with the bits
 *
 * Context: any, RCU read side.
 */
void nflb_sync_queue(struct nflb_net *nn, enum nflb_sync_kind kind,
		     struct llist_node *node, atomic_t *status)
{
	struct nflb_sync_queue *queue = queue_with_room(nn);

	/* Orders the change before the test: see nflb_sync_next(). */
	if (queue && !(atomic_fetch_or(NFLB_SYNC_QUEUED, status) &
		       (NFLB_SYNC_QUEUED | NFLB_SYNC_RELEASED)))
		add(queue, kind, node);
}

/**
 * nflb_sync_release - something has been removed
 * @nn: namespace
 * @kind: what it is
 * @node: in it
 * @status: in it, the word with the bits
 * @tell: the reader should hear of it
 *
 * Context: any, RCU read side.
 * Return: true if the reader frees it, false if the caller has to.
 */
bool nflb_sync_release(struct nflb_net *nn, enum nflb_sync_kind kind,
		       struct llist_node *node, atomic_t *status, bool tell)
{
	struct nflb_sync_queue *queue = NULL;
	int bits = NFLB_SYNC_RELEASED;

	if (tell && nflb_sync_on(nn))
		queue = queue_with_room(nn);
	if (queue)
		bits |= NFLB_SYNC_QUEUED;
	if (atomic_fetch_or(bits, status) & NFLB_SYNC_QUEUED)
		return true;
	if (queue)
		add(queue, kind, node);
	return queue;
}

static struct nflb_conn *node_conn(struct llist_node *node, u8 family)
{
	return (void *)container_of(node, struct nflb_conn_tail, queued) -
	       nflb_conn_tail_offset(family);
}

static atomic_t *open_change(struct nflb_sync_change *change,
			     enum nflb_sync_kind kind, struct llist_node *node)
{
	*change = (struct nflb_sync_change){};
	if (kind == NFLB_SYNC_AFFINITY) {
		change->affinity = container_of(node, struct nflb_affinity,
						queued);
		return &change->affinity->status;
	}
	change->conn = node_conn(node, kind == NFLB_SYNC_CONN4 ?
				       NFPROTO_IPV4 : NFPROTO_IPV6);
	return &change->conn->status;
}

static bool next_pending(struct nflb_sync *sync,
			 struct nflb_sync_change *change)
{
	struct llist_node *node;
	atomic_t *status;
	int kind;

	for (kind = 0; kind < NFLB_SYNC_KINDS; kind++) {
		node = sync->pending[kind];
		if (!node)
			continue;
		/* Once the bit is clear the node may be on another list. */
		sync->pending[kind] = node->next;
		status = open_change(change, kind, node);
		change->gone = atomic_fetch_andnot(NFLB_SYNC_QUEUED, status) &
			       NFLB_SYNC_RELEASED;
		return true;
	}
	return false;
}

static void take_queue(struct nflb_sync *sync, unsigned int cpu)
{
	struct nflb_sync_queue *queue = per_cpu_ptr(sync->queues, cpu);
	int kind;

	atomic_set(&queue->length, 0);
	for (kind = 0; kind < NFLB_SYNC_KINDS; kind++)
		sync->pending[kind] = llist_del_all(&queue->list[kind]);
}

/**
 * nflb_sync_next - take a change out of the queues
 * @nn: namespace
 * @cpu: whose queue is next; 0 before the first call. Each queue is taken once,
 *	so there is an end though changes go on.
 * @change: what it is, for nflb_sync_done()
 *
 * What the object says when it is looked at after this is what counts: what
 * changes it later queues it again.
 *
 * Context: process, between nflb_sync_begin() and nflb_sync_end(), RCU read side
 * until after nflb_sync_done().
 * Return: false at the end.
 */
bool nflb_sync_next(struct nflb_net *nn, unsigned int *cpu,
		    struct nflb_sync_change *change)
{
	struct nflb_sync *sync = &nn->sync;

	lockdep_assert_held(&sync->lock);
	while (!next_pending(sync, change)) {
		while (*cpu < nr_cpu_ids && !cpu_possible(*cpu))
			++*cpu;
		if (*cpu >= nr_cpu_ids)
			return false;
		take_queue(sync, (*cpu)++);
	}
	return true;
}

/* A change was looked at, or is not of interest. */
void nflb_sync_done(const struct nflb_sync_change *change)
{
	if (!change->gone)
		return;
	if (change->conn)
		nflb_conn_free_rcu(change->conn);
	else
		nflb_affinity_free_rcu(change->affinity);
}

static void drain(struct nflb_net *nn)
{
	struct nflb_sync_change change;
	unsigned int cpu = 0;

	rcu_read_lock();
	while (nflb_sync_next(nn, &cpu, &change))
		nflb_sync_done(&change);
	rcu_read_unlock();
}

/**
 * nflb_sync_begin - read changes
 * @nn: namespace
 *
 * To be followed by nflb_sync_end(). From now on there are changes, until
 * nobody has read them for a minute.
 *
 * Context: process, may sleep.
 * Return: true if all changes since the last time are there; false if some are
 * not, which is said once.
 */
bool nflb_sync_begin(struct nflb_net *nn)
{
	struct nflb_sync *sync = &nn->sync;
	bool complete;

	mutex_lock(&sync->lock);
	complete = sync->on && !READ_ONCE(sync->lost);
	WRITE_ONCE(sync->lost, false);
	WRITE_ONCE(sync->on, true);
	sync->last_read = jiffies;
	return complete;
}

void nflb_sync_end(struct nflb_net *nn)
{
	mutex_unlock(&nn->sync.lock);
}

/* Changes there was no room for, since the namespace is there. */
u64 nflb_sync_lost(const struct nflb_net *nn)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += atomic_long_read(&per_cpu_ptr(nn->sync.queues,
						     cpu)->lost);
	return sum;
}

/*
 * Without a reader there is no queue. What was added while it was switched off
 * goes the next time.
 */
void nflb_sync_sweep(struct nflb_net *nn)
{
	struct nflb_sync *sync = &nn->sync;

	mutex_lock(&sync->lock);
	if (sync->on && time_after(jiffies, sync->last_read + NFLB_SYNC_IDLE))
		WRITE_ONCE(sync->on, false);
	if (!sync->on)
		drain(nn);
	mutex_unlock(&sync->lock);
}

int nflb_sync_init(struct nflb_net *nn)
{
	struct nflb_sync *sync = &nn->sync;

	mutex_init(&sync->lock);
	sync->limit = max(NFLB_SYNC_WAITING_MAX / num_possible_cpus(),
			  (unsigned int)NFLB_SYNC_WAITING_MIN);
	sync->queues = alloc_percpu_gfp(struct nflb_sync_queue,
					GFP_KERNEL_ACCOUNT);
	return sync->queues ? 0 : -ENOMEM;
}

/* No connections and no affinity in their tables any more. */
void nflb_sync_destroy(struct nflb_net *nn)
{
	struct nflb_sync *sync = &nn->sync;

	mutex_lock(&sync->lock);
	WRITE_ONCE(sync->on, false);
	drain(nn);
	mutex_unlock(&sync->lock);
	free_percpu(sync->queues);
	mutex_destroy(&sync->lock);
}
