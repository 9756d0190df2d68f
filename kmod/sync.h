/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What other directors are to learn: connections and affinity that changed.
 *
 * Each is in a queue at most once, however often it changes, and is looked at
 * when it is read. While nobody reads, nothing is queued.
 */
#ifndef _NFLB_SYNC_H
#define _NFLB_SYNC_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct nflb_affinity;
struct nflb_conn;
struct nflb_net;

enum nflb_sync_kind {
	NFLB_SYNC_CONN4,
	NFLB_SYNC_CONN6,
	NFLB_SYNC_AFFINITY,
	NFLB_SYNC_KINDS
};

/* Bits of the status word of what can be queued. */
#define NFLB_SYNC_QUEUED	0x10000	/* in a queue, or about to be */
#define NFLB_SYNC_RELEASED	0x20000	/* whoever takes it out frees it */

struct nflb_sync_queue;

/**
 * struct nflb_sync - changes of a namespace
 * @on: somebody reads them (read anywhere, written under @lock)
 * @lost: some were not queued, and the reader does not know yet
 * @limit: most that one CPU may queue
 * @last_read: jiffies, while @on (@lock)
 * @pending: taken out of one CPU's queue, not read yet (@lock)
 * @queues: per CPU
 * @lock: readers
 */
struct nflb_sync {
	bool				on;
	bool				lost;
	unsigned int			limit;
	unsigned long			last_read;
	struct llist_node		*pending[NFLB_SYNC_KINDS];
	struct nflb_sync_queue __percpu	*queues;
	struct mutex			lock;	/* readers */
};

/**
 * struct nflb_sync_change - something that changed
 * @conn: connection, or NULL
 * @affinity: affinity entry, or NULL
 * @gone: it is in no table any more, and the reader's to free
 */
struct nflb_sync_change {
	struct nflb_conn	*conn;
	struct nflb_affinity	*affinity;
	bool			gone;
};

/* Any context, RCU read side. */
void nflb_sync_queue(struct nflb_net *nn, enum nflb_sync_kind kind,
		     struct llist_node *node, atomic_t *status);
bool nflb_sync_release(struct nflb_net *nn, enum nflb_sync_kind kind,
		       struct llist_node *node, atomic_t *status, bool tell);

/* Process context; the reader's lock is held from begin to end. */
bool nflb_sync_begin(struct nflb_net *nn);
void nflb_sync_end(struct nflb_net *nn);
bool nflb_sync_next(struct nflb_net *nn, unsigned int *cpu,
		    struct nflb_sync_change *change);
void nflb_sync_done(const struct nflb_sync_change *change);

/* Process context. */
u64 nflb_sync_lost(const struct nflb_net *nn);
void nflb_sync_sweep(struct nflb_net *nn);
int nflb_sync_init(struct nflb_net *nn);
void nflb_sync_destroy(struct nflb_net *nn);

#endif /* _NFLB_SYNC_H */
