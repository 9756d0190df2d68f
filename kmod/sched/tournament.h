/* SPDX-License-Identifier: GPL-2.0 */
/* The best backend of a pool, known at any time while loads change. */
#ifndef _NFLB_SCHED_TOURNAMENT_H
#define _NFLB_SCHED_TOURNAMENT_H

#include <linux/atomic.h>

#include "backend.h"
#include "sched.h"

/**
 * typedef nflb_beats_fn - what a scheduler is looking for
 * @a: comes later in the pool than @b
 * @b: wins if they are equal
 *
 * Reads loads as they are at the moment. Need not know of limits: a backend
 * that is full loses against every other.
 *
 * Return: true if @a is better than @b.
 */
typedef bool (*nflb_beats_fn)(const struct nflb_sched_member *a,
			      const struct nflb_sched_member *b);

/**
 * struct nflb_tournament - a pool and its tree of winners
 * @head: for the core
 * @beats: the scheduler's choice between two
 * @count: length of @members
 * @leaves: a power of 2, not less than @count
 * @scale: weights are in units of 1 / @scale
 * @nodes: winners, from 1 (the root) to @leaves - 1; the children of k are
 *	2k and 2k + 1. The low half is an index into @members, the high half a
 *	version that makes every change of a node visible.
 * @extra: memory for what the scheduler keeps besides
 * @members: the pool, best first where loads are equal
 */
struct nflb_tournament {
	struct nflb_sched_table		head;
	nflb_beats_fn			beats;
	unsigned int			count;
	unsigned int			leaves;
	u32				scale;
	atomic64_t			*nodes;
	void				*extra;
	struct nflb_sched_member	members[];
};

static inline struct nflb_tournament *
nflb_tournament(struct nflb_sched_table *head)
{
	return container_of(head, struct nflb_tournament, head);
}

/* Open connections of a member, in the units of weights. */
static inline u64
nflb_tournament_active(const struct nflb_tournament *t,
		       const struct nflb_sched_member *member)
{
	return (u64)atomic_read(&member->backend->active) * t->scale;
}

/* Process context. */
struct nflb_tournament *nflb_tournament_alloc(const struct nflb_sched_pool *pool,
					      nflb_beats_fn beats,
					      size_t extra);
struct nflb_tournament *nflb_tournament_alloc_by_weight(const struct nflb_sched_pool *pool,
							nflb_beats_fn beats);
struct nflb_sched_table *nflb_tournament_start(struct nflb_tournament *t);
struct nflb_sched_table *nflb_tournament_build(const struct nflb_sched_pool *pool,
					       nflb_beats_fn beats);
void nflb_tournament_published(struct nflb_sched_table *head);

/* Packet path and sweeper, RCU. */
const struct nflb_sched_member *nflb_tournament_best(const struct nflb_tournament *t);
struct nflb_backend *nflb_tournament_pick(struct nflb_sched_table *head,
					  const struct nflb_packet *pkt);
void nflb_tournament_load(struct nflb_sched_table *head,
			  struct nflb_backend *backend, int change);

/* Comparisons that several schedulers make. */
bool nflb_wlc_beats(const struct nflb_sched_member *a,
		    const struct nflb_sched_member *b);
bool nflb_sed_beats(const struct nflb_sched_member *a,
		    const struct nflb_sched_member *b);

#endif /* _NFLB_SCHED_TOURNAMENT_H */
