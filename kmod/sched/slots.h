/* SPDX-License-Identifier: GPL-2.0 */
/* Maglev's lookup table, shared by the schedulers that hash. */
#ifndef _NFLB_SCHED_SLOTS_H
#define _NFLB_SCHED_SLOTS_H

#include <linux/kernel.h>
#include <linux/siphash.h>

#include "sched.h"

/**
 * struct nflb_slots - a pool spread over a prime number of slots
 * @head: for the core
 * @key: of the hash of flows
 * @size: number of slots
 * @owner: index into @backends, by slot
 * @backends: the pool
 */
struct nflb_slots {
	struct nflb_sched_table	head;
	siphash_key_t		key;
	u32			size;
	u16			*owner;
	struct nflb_backend	*backends[];
};

static inline struct nflb_slots *nflb_slots(struct nflb_sched_table *head)
{
	return container_of(head, struct nflb_slots, head);
}

static inline struct nflb_backend *nflb_slots_pick(const struct nflb_slots *slots,
						   u64 hash)
{
	u32 slot = reciprocal_scale((u32)hash, slots->size);

	return slots->backends[slots->owner[slot]];
}

struct nflb_sched_table *nflb_slots_build(const struct nflb_sched_pool *pool);
bool nflb_slots_size_valid(u32 size);

/**
 * struct nflb_slots_turn - one member's place in Maglev's population
 * @offset: first slot of its permutation
 * @skip: step of its permutation
 * @next: the slot it will ask for next
 * @credit: collects weight; a slot costs the greatest weight of the pool
 * @weight: its weight
 */
struct nflb_slots_turn {
	u32	offset;
	u32	skip;
	u32	next;
	u32	credit;
	u32	weight;
};

/* Pure: for the unit tests. */
void nflb_slots_populate(u16 *owner, u32 size, struct nflb_slots_turn *turns,
			 unsigned int count);

#endif /* _NFLB_SCHED_SLOTS_H */
