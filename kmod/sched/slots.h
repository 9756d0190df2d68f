/* SPDX-License-Identifier: GPL-2.0 */
/* Maglev's lookup table, shared by the schedulers that hash. */
#ifndef _NFLB_SCHED_SLOTS_H
#define _NFLB_SCHED_SLOTS_H

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/siphash.h>

#include "packet.h"
#include "sched.h"

/* What the schedulers that hash take. */
#define NFLB_SLOTS_OPTIONS \
	(NFLB_SCHED_TAKES(TABLE_SIZE) | NFLB_SCHED_TAKES(SEED) | \
	 NFLB_SCHED_TAKES(HASH) | NFLB_SCHED_TAKES(FALLBACK))

/* Bits after the point of nflb_slots_load.share. */
#define NFLB_SLOTS_SHARE	24

/**
 * struct nflb_slots_load - load of a member, where loads are bounded
 * @share: the most it may have of the load of all, in 2^-NFLB_SLOTS_SHARE
 * @counted: its part of nflb_slots.total
 */
struct nflb_slots_load {
	u32		share;
	atomic_t	counted;
};

/**
 * struct nflb_slots - a pool spread over a prime number of slots
 * @head: for the core
 * @key: of the hash of flows
 * @size: number of slots
 * @hash: enum nflb_hash
 * @fallback: who meets a full backend goes on to another
 * @count: length of @members
 * @owner: index into @members, by slot
 * @loads: by member; NULL if loads are not bounded
 * @total: active connections of all members, if @loads
 * @members: the pool
 */
struct nflb_slots {
	struct nflb_sched_table		head;
	siphash_key_t			key;
	u32				size;
	u8				hash;
	bool				fallback;
	unsigned int			count;
	u16				*owner;
	struct nflb_slots_load		*loads;
	atomic_t			total;
	struct nflb_sched_member	members[];
};

static inline struct nflb_slots *nflb_slots(struct nflb_sched_table *head)
{
	return container_of(head, struct nflb_slots, head);
}

/* Process context. */
struct nflb_sched_table *nflb_slots_build(const struct nflb_sched_pool *pool);
void nflb_slots_published(struct nflb_sched_table *head);
bool nflb_slots_size_valid(u32 size);

/* Packet path and sweeper, RCU. */
struct nflb_backend *nflb_slots_pick(const struct nflb_slots *slots,
				     const struct nflb_tuple *tuple,
				     const struct nflb_endpoint *end);
struct nflb_backend *nflb_slots_home(const struct nflb_slots *slots,
				     const struct nflb_tuple *tuple,
				     const struct nflb_endpoint *end);
struct nflb_backend *nflb_slots_pick_client(struct nflb_sched_table *head,
					    const struct nflb_packet *pkt);
struct nflb_backend *nflb_slots_home_client(struct nflb_sched_table *head,
					    const struct nflb_packet *pkt);
void nflb_slots_load(struct nflb_sched_table *head,
		     struct nflb_backend *backend, int change);

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
