// SPDX-License-Identifier: GPL-2.0
/* Round robin: one after the other, whatever their weights. */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include "sched.h"

/**
 * struct rr_table - backends in turn
 * @head: for the core
 * @next: turns taken, by all CPUs; a service's order is exact because of it
 * @count: length of @backends
 * @backends: the pool
 */
struct rr_table {
	struct nflb_sched_table	head;
	atomic_t		next ____cacheline_aligned_in_smp;
	unsigned int		count ____cacheline_aligned_in_smp;
	struct nflb_backend	*backends[];
};

static struct nflb_sched_table *rr_build(const struct nflb_sched_pool *pool)
{
	struct rr_table *table;
	unsigned int i;

	table = kvzalloc(struct_size(table, backends, pool->count),
			 GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->count = pool->count;
	for (i = 0; i < pool->count; i++)
		table->backends[i] = pool->members[i].backend;
	return &table->head;
}

static struct nflb_backend *rr_pick(struct nflb_sched_table *head,
				    const struct nflb_packet *pkt)
{
	struct rr_table *table = container_of(head, struct rr_table, head);
	u32 turn = atomic_inc_return_relaxed(&table->next) - 1;

	return table->backends[turn % table->count];
}

struct nflb_sched_ops nflb_sched_rr = {
	.name	= "rr",
	.build	= rr_build,
	.pick	= rr_pick,
};
