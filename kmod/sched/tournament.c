// SPDX-License-Identifier: GPL-2.0
/*
 * A tournament tree: every node holds the better of its two children, the root
 * the best of the pool. To pick is to read the root; when a connection opens,
 * closes or ends, the path from its backend's leaf to the root is played again,
 * which is log2(n) comparisons at most and two on average.
 *
 * No locks: P. Jayanti, "f-arrays: implementation and applications", PODC 2002.
 * A node is replaced by compare and exchange of winner and version together.
 * Who fails twice can go on to the parent: the second one that was in the way
 * began after the first one had ended, hence after our load had changed, and
 * has seen it. So whoever changes a load leaves a tree that knows of it, and a
 * client that opens one connection after another finds exact answers. Processors
 * that pick at the same moment may pick the same backend.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sort.h>

#include "sched/tournament.h"

#define NFLB_NOBODY	U32_MAX

static u32 winner_of(const struct nflb_tournament *t, unsigned int k)
{
	if (k < t->leaves)
		return (u32)atomic64_read(&t->nodes[k]);
	k -= t->leaves;
	return k < t->count ? k : NFLB_NOBODY;
}

/* Unoccupied leaves are on the right. */
static u32 play(const struct nflb_tournament *t, u32 left, u32 right)
{
	const struct nflb_sched_member *a, *b;

	if (right == NFLB_NOBODY)
		return left;
	a = &t->members[left];
	b = &t->members[right];
	if (!nflb_backend_has_room(b->backend))
		return left;
	if (!nflb_backend_has_room(a->backend))
		return right;
	return t->beats(b, a) ? right : left;
}

/* The node is read before all that its new winner depends on. */
static bool refresh(struct nflb_tournament *t, unsigned int k, u32 *before,
		    u32 *after)
{
	s64 old = atomic64_read_acquire(&t->nodes[k]);
	u64 version = ((u64)old >> 32) + 1;

	*before = (u32)old;
	*after = play(t, winner_of(t, 2 * k), winner_of(t, 2 * k + 1));
	return atomic64_try_cmpxchg(&t->nodes[k], &old,
				    (s64)(version << 32 | *after));
}

/*
 * False if nothing above node @k can depend on the load of @index: the winner
 * here is another one and has been before. Whoever replaces a winner goes up
 * himself.
 */
static bool replay(struct nflb_tournament *t, unsigned int k, u32 index)
{
	u32 before, after;

	if (!refresh(t, k, &before, &after) &&
	    !refresh(t, k, &before, &after))
		return true;
	return before != after || after == index;
}

static void replay_all(struct nflb_tournament *t)
{
	u32 before, after;
	unsigned int k;

	for (k = t->leaves - 1; k; k--)
		if (!refresh(t, k, &before, &after))
			refresh(t, k, &before, &after);
}

/**
 * nflb_tournament_alloc - a tournament not yet played
 * @pool: who takes part
 * @beats: what counts
 * @extra: bytes for the scheduler's own use, zeroed
 *
 * Context: process, may sleep.
 * Return: the tournament, for nflb_tournament_start(), or NULL without memory.
 */
struct nflb_tournament *nflb_tournament_alloc(const struct nflb_sched_pool *pool,
					      nflb_beats_fn beats,
					      size_t extra)
{
	unsigned int leaves = max(2UL, roundup_pow_of_two(pool->count));
	struct nflb_tournament *t;
	size_t head = struct_size(t, members, pool->count);
	size_t nodes = array_size(leaves, sizeof(*t->nodes));

	t = kvzalloc(size_add(size_add(head, nodes), extra),
		     GFP_KERNEL_ACCOUNT);
	if (!t)
		return NULL;
	t->scale = pool->scale;
	t->extra = (void *)t + head + nodes;
	t->beats = beats;
	t->count = pool->count;
	t->leaves = leaves;
	t->nodes = (void *)t + head;
	memcpy(t->members, pool->members,
	       flex_array_size(t, members, pool->count));
	return t;
}

/*
 * Greatest first, as configured: that a backend starts slowly does not change
 * whose turn it is. sort() keeps no order, so the pool's breaks ties.
 */
static int weight_compare(const void *a, const void *b)
{
	const struct nflb_sched_member *ma = a, *mb = b;

	if (ma->backend->weight != mb->backend->weight)
		return ma->backend->weight > mb->backend->weight ? -1 : 1;
	return nflb_sched_member_compare(ma, mb);
}

/**
 * nflb_tournament_alloc_by_weight - the same, in the order of weights
 * @pool: who takes part
 * @beats: what counts; of equals the one with the greater weight wins
 *
 * Context: process, may sleep.
 * Return: the tournament, for nflb_tournament_start(), or NULL without memory.
 */
struct nflb_tournament *nflb_tournament_alloc_by_weight(const struct nflb_sched_pool *pool,
							nflb_beats_fn beats)
{
	struct nflb_tournament *t = nflb_tournament_alloc(pool, beats, 0);

	if (t)
		sort(t->members, t->count, sizeof(t->members[0]),
		     weight_compare, NULL);
	return t;
}

/**
 * nflb_tournament_start - play for the first time
 * @t: tournament or NULL
 *
 * Return: its table, or NULL.
 */
struct nflb_sched_table *nflb_tournament_start(struct nflb_tournament *t)
{
	if (!t)
		return NULL;
	replay_all(t);
	return &t->head;
}

/* nflb_tournament_alloc() and _start() in one, for those who change nothing. */
struct nflb_sched_table *nflb_tournament_build(const struct nflb_sched_pool *pool,
					       nflb_beats_fn beats)
{
	return nflb_tournament_start(nflb_tournament_alloc(pool, beats, 0));
}

/**
 * nflb_tournament_published - loads may have changed since the table was built
 * @head: table, which packets see by now
 *
 * Context: process, namespace's lock held.
 */
void nflb_tournament_published(struct nflb_sched_table *head)
{
	struct nflb_tournament *t = nflb_tournament(head);

	nflb_sched_number(t->members, t->count);
	replay_all(t);
}

/**
 * nflb_tournament_best - who wins at the moment
 * @t: tournament
 *
 * Context: RCU read side.
 * Return: a member; one that is full only if all are.
 */
const struct nflb_sched_member *nflb_tournament_best(const struct nflb_tournament *t)
{
	return &t->members[winner_of(t, 1)];
}

/* nflb_sched_ops.pick */
struct nflb_backend *nflb_tournament_pick(struct nflb_sched_table *head,
					  const struct nflb_packet *pkt)
{
	struct nflb_backend *backend;

	backend = nflb_tournament_best(nflb_tournament(head))->backend;
	return nflb_backend_has_room(backend) ? backend : NULL;
}

/**
 * nflb_tournament_load - what a backend is chosen by has changed
 * @head: table
 * @backend: backend, which may belong to another table by now
 * @change: not needed
 *
 * Context: any, RCU read side.
 */
void nflb_tournament_load(struct nflb_sched_table *head,
			  struct nflb_backend *backend, int change)
{
	struct nflb_tournament *t = nflb_tournament(head);
	u32 index = READ_ONCE(backend->sched_index);
	unsigned int k;

	if (index >= t->count || t->members[index].backend != backend)
		return;
	for (k = (t->leaves + index) / 2; k; k /= 2)
		if (!replay(t, k, index))
			return;
}
