// SPDX-License-Identifier: GPL-2.0
/* Round robin: one after the other, whatever their weights. */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include "backend.h"
#include "sched.h"

/**
 * struct rr_table - backends in turn
 * @head: for the core
 * @next: turns taken, by all CPUs; a service's order is exact because of it
 * @count: length of @members
 * @members: the pool
 */
struct rr_table {
	struct nflb_sched_table	head;
	atomic_t		next ____cacheline_aligned_in_smp;
	unsigned int		count ____cacheline_aligned_in_smp;
	struct nflb_sched_member members[];
};

static struct nflb_sched_table *rr_build(const struct nflb_sched_pool *pool)
{
	struct rr_table *table;

	table = kvzalloc(struct_size(table, members, pool->count),
			 GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->count = pool->count;
	memcpy(table->members, pool->members,
	       flex_array_size(table, members, pool->count));
	return &table->head;
}

static struct nflb_backend *rr_pick(struct nflb_sched_table *head,
				    const struct nflb_packet *pkt)
{
	struct rr_table *table = container_of(head, struct rr_table, head);
	unsigned int tries = NFLB_SCHED_TRIES;
	u32 index;

	do {
		u32 turn = atomic_inc_return_relaxed(&table->next) - 1;

		index = turn % table->count;
		if (nflb_backend_has_room(table->members[index].backend))
			return table->members[index].backend;
	} while (--tries);
	return nflb_sched_next_with_room(table->members, table->count, index);
}

struct nflb_sched_ops nflb_sched_rr = {
	.name	= "rr",
	.build	= rr_build,
	.pick	= rr_pick,
};
