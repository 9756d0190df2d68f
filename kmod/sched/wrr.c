// SPDX-License-Identifier: GPL-2.0
/*
 * Weighted round robin, smooth: the turns of a backend are spread over the
 * whole round instead of following each other.
 *
 * The round is laid out when the pool changes: a backend of weight w wants its
 * turns at (k + phase) / w of the round, for k from 0 to w - 1, and a counting
 * sort by these times gives the order. The phases are multiples of the golden
 * ratio, which keeps the turns of light backends away from each other. To pick
 * is to count up.
 *
 * A round has as many turns as the weights, divided by their greatest common
 * divisor, add up to: every backend gets exactly its share of it. Only where
 * that is more than NFLB_WRR_ROUND are shares rounded to a turn.
 */
#include <linux/atomic.h>
#include <linux/gcd.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include "backend.h"
#include "sched.h"

#define NFLB_WRR_ROUND	65536
/* 2^32 / golden ratio */
#define NFLB_WRR_PHASE	0x9e3779b9U

/**
 * struct wrr_table - a round of turns
 * @head: for the core
 * @next: turns taken, by all CPUs; a service's order is exact because of it
 * @count: length of @members
 * @length: turns in a round
 * @turns: index into @members
 * @members: the pool
 */
struct wrr_table {
	struct nflb_sched_table	head;
	atomic_t		next ____cacheline_aligned_in_smp;
	unsigned int		count ____cacheline_aligned_in_smp;
	u32			length;
	u16			*turns;
	struct nflb_sched_member members[];
};

static u64 weight_sum(const struct nflb_sched_pool *pool)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < pool->count; i++)
		sum += pool->members[i].weight;
	return sum;
}

static unsigned long weight_gcd(const struct nflb_sched_pool *pool)
{
	unsigned long divisor = 0;
	unsigned int i;

	for (i = 0; i < pool->count; i++)
		divisor = gcd(divisor, pool->members[i].weight);
	return divisor;
}

/* The length of the round, and each member's part of it, which is never 0. */
static u32 wrr_turns(const struct nflb_sched_pool *pool, u32 *turns)
{
	unsigned long divisor = weight_gcd(pool);
	u64 sum = weight_sum(pool);
	u32 length = 0;
	unsigned int i;

	for (i = 0; i < pool->count; i++) {
		u64 weight = pool->members[i].weight;

		if (div_u64(sum, divisor) > NFLB_WRR_ROUND)
			turns[i] = max(1ULL, div64_u64(weight * NFLB_WRR_ROUND +
						       sum / 2, sum));
		else
			turns[i] = weight / divisor;
		length += turns[i];
	}
	return length;
}

/* When member @i wants its turn @k of @n, as a place in the round. */
static u32 wrr_place(u32 length, unsigned int i, u32 k, u32 n)
{
	u64 phase = (u32)(i * NFLB_WRR_PHASE);

	return div_u64(((((u64)k << 32) + phase) >> 16) * length,
		       n) >> 16;
}

/*
 * Counting sort: @starts has an entry per place and one more, 0 at first. Of
 * those who want the same place, the first in the pool comes first.
 */
static void wrr_lay_out(u16 *order, u32 length, u32 *starts, const u32 *turns,
			unsigned int count)
{
	unsigned int i;
	u32 k;

	for (i = 0; i < count; i++)
		for (k = 0; k < turns[i]; k++)
			starts[wrr_place(length, i, k, turns[i]) + 1]++;
	for (k = 1; k <= length; k++)
		starts[k] += starts[k - 1];
	for (i = 0; i < count; i++) {
		for (k = 0; k < turns[i]; k++) {
			u32 place = wrr_place(length, i, k, turns[i]);

			order[starts[place]++] = i;
		}
	}
}

static struct wrr_table *wrr_alloc(const struct nflb_sched_pool *pool,
				   u32 length)
{
	size_t head = struct_size_t(struct wrr_table, members, pool->count);
	struct wrr_table *table;

	table = kvzalloc(head + length * sizeof(*table->turns),
			 GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->count = pool->count;
	table->length = length;
	table->turns = (void *)table + head;
	memcpy(table->members, pool->members,
	       flex_array_size(table, members, pool->count));
	return table;
}

static struct nflb_sched_table *wrr_build(const struct nflb_sched_pool *pool)
{
	struct wrr_table *table = NULL;
	u32 *turns, *starts, length;

	if (pool->count > NFLB_WRR_ROUND / 2)
		return ERR_PTR(-E2BIG);
	turns = kvmalloc_array(pool->count, sizeof(*turns), GFP_KERNEL);
	if (!turns)
		return NULL;
	length = wrr_turns(pool, turns);
	starts = kvcalloc(length + 1, sizeof(*starts), GFP_KERNEL);
	if (starts)
		table = wrr_alloc(pool, length);
	if (table)
		wrr_lay_out(table->turns, length, starts, turns, pool->count);
	kvfree(starts);
	kvfree(turns);
	return table ? &table->head : NULL;
}

static struct nflb_backend *wrr_pick(struct nflb_sched_table *head,
				     const struct nflb_packet *pkt)
{
	struct wrr_table *table = container_of(head, struct wrr_table, head);
	unsigned int tries = NFLB_SCHED_TRIES;
	u32 index;

	do {
		u32 turn = atomic_inc_return_relaxed(&table->next) - 1;

		index = table->turns[turn % table->length];
		if (nflb_backend_has_room(table->members[index].backend))
			return table->members[index].backend;
	} while (--tries);
	return nflb_sched_next_with_room(table->members, table->count, index);
}

struct nflb_sched_ops nflb_sched_wrr = {
	.name	= "wrr",
	.build	= wrr_build,
	.pick	= wrr_pick,
};
