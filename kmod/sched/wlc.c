// SPDX-License-Identifier: GPL-2.0
/*
 * Weighted least connections: the backend with the least load for its weight.
 * A connection that is closing still costs a little, so it counts, but a
 * 256th of one that is open.
 */
#include <linux/mm.h>
#include <linux/overflow.h>

#include "backend.h"
#include "sched.h"

struct wlc_table {
	struct nflb_sched_table		head;
	unsigned int			count;
	struct nflb_sched_member	members[];
};

static struct nflb_sched_table *wlc_build(const struct nflb_sched_pool *pool)
{
	struct wlc_table *table;

	table = kvzalloc(struct_size(table, members, pool->count),
			 GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->count = pool->count;
	memcpy(table->members, pool->members,
	       flex_array_size(table, members, pool->count));
	return &table->head;
}

static u64 wlc_load(const struct nflb_backend *backend)
{
	return ((u64)atomic_read(&backend->active) << 8) +
	       atomic_read(&backend->inactive);
}

static struct nflb_backend *wlc_pick(struct nflb_sched_table *head,
				     const struct nflb_packet *pkt)
{
	struct wlc_table *table = container_of(head, struct wlc_table, head);
	const struct nflb_sched_member *best = &table->members[0];
	u64 best_load = wlc_load(best->backend), load;
	unsigned int i;

	for (i = 1; i < table->count; i++) {
		const struct nflb_sched_member *member = &table->members[i];

		/* load / weight < best_load / best->weight, without division */
		load = wlc_load(member->backend);
		if (load * best->weight < best_load * member->weight) {
			best = member;
			best_load = load;
		}
	}
	return best->backend;
}

struct nflb_sched_ops nflb_sched_wlc = {
	.name	= "wlc",
	.build	= wlc_build,
	.pick	= wlc_pick,
};
