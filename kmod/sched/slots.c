// SPDX-License-Identifier: GPL-2.0
/*
 * Maglev's lookup table.
 *
 * D. E. Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load
 * Balancer", NSDI 2016, section 3.4: every backend has a permutation of the
 * slots, given by an offset and a skip that hash its name; in turn each takes
 * the first slot of its permutation that is still free.
 *
 * Weights: a turn gives a backend its weight in credit, and a slot costs the
 * greatest weight of the pool. With equal weights that is the paper's
 * algorithm to the letter; otherwise the number of slots follows the weights
 * to within rounding.
 *
 * The permutations are walked, never stored, so that memory is two bytes a
 * slot and nothing per slot and backend.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "backend.h"
#include "sched/slots.h"

#define NFLB_SLOT_FREE		U16_MAX

/* Distinguishes the hashes made with one seed. */
enum slots_hash {
	SLOTS_HASH_OFFSET,
	SLOTS_HASH_SKIP,
	SLOTS_HASH_FLOW,
};

static siphash_key_t slots_key(u64 seed, enum slots_hash purpose)
{
	return (siphash_key_t){ .key = { seed, purpose } };
}

/**
 * nflb_slots_size_valid - may a table have this many slots?
 * @size: slots
 *
 * Every skip must be coprime to the size, or a permutation would not reach
 * every slot: hence primes only.
 *
 * Return: true for a prime within the limits.
 */
bool nflb_slots_size_valid(u32 size)
{
	u32 divisor;

	if (size < NFLB_TABLE_SIZE_MIN || size > NFLB_TABLE_SIZE_MAX)
		return false;
	for (divisor = 2; divisor * divisor <= size; divisor++)
		if (size % divisor == 0)
			return false;
	return true;
}

/* The name of a backend is its address and port, in network byte order. */
static u64 backend_hash(const struct nflb_backend *backend, u64 seed,
			enum slots_hash purpose)
{
	siphash_key_t key = slots_key(seed, purpose);
	struct {
		__be32	addr[4];
		__be16	port;
		u8	family;
	} __packed name = {
		.port = backend->port,
		.family = backend->family,
	};

	memcpy(name.addr, backend->addr, sizeof(name.addr));
	return siphash(&name, sizeof(name), &key);
}

static void turn_init(struct nflb_slots_turn *turn,
		      const struct nflb_sched_member *member,
		      const struct nflb_sched_options *options)
{
	u64 offset = backend_hash(member->backend, options->seed,
				  SLOTS_HASH_OFFSET);
	u64 skip = backend_hash(member->backend, options->seed,
				SLOTS_HASH_SKIP);

	turn->offset = reciprocal_scale(offset, options->table_size);
	turn->skip = reciprocal_scale(skip, options->table_size - 1) + 1;
	turn->weight = member->weight;
}

static u32 greatest_weight(const struct nflb_slots_turn *turns,
			   unsigned int count)
{
	u32 greatest = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		greatest = max(greatest, turns[i].weight);
	return greatest;
}

/* The next free slot of the permutation becomes @index's. */
static void take_slot(u16 *owner, u32 size, struct nflb_slots_turn *turn,
		      u16 index)
{
	u32 slot;

	do {
		slot = turn->next;
		turn->next += turn->skip;
		if (turn->next >= size)
			turn->next -= size;
	} while (owner[slot] != NFLB_SLOT_FREE);
	owner[slot] = index;
}

/**
 * nflb_slots_populate - give every slot an owner
 * @owner: result, @size entries: index into @turns
 * @size: slots, a prime
 * @turns: one per backend: offset, skip and weight are given, the rest is
 *	scratch
 * @count: number of @turns, 1..65535
 *
 * Credit starts at half a slot's price, which rounds shares to the nearest
 * slot rather than down.
 *
 * Context: process; takes milliseconds for large tables, and gives way.
 */
void nflb_slots_populate(u16 *owner, u32 size, struct nflb_slots_turn *turns,
			 unsigned int count)
{
	u32 price = greatest_weight(turns, count);
	u32 filled = 0;
	unsigned int i;

	memset(owner, 0xff, size * sizeof(*owner));
	for (i = 0; i < count; i++) {
		turns[i].next = turns[i].offset;
		turns[i].credit = turns[i].weight == price ? 0 : price / 2;
	}

	for (;;) {
		for (i = 0; i < count; i++) {
			turns[i].credit += turns[i].weight;
			if (turns[i].credit < price)
				continue;
			turns[i].credit -= price;
			take_slot(owner, size, &turns[i], i);
			if (++filled == size)
				return;
		}
		cond_resched();
	}
}

/* Rounded down: an exact bound must not become one more. */
static void slots_bound(struct nflb_slots *slots, u32 max_load)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < slots->count; i++)
		sum += slots->members[i].weight;
	for (i = 0; i < slots->count; i++)
		slots->loads[i].share =
			max(1ULL, div64_u64(((u64)slots->members[i].weight *
					     max_load) << NFLB_SLOTS_SHARE,
					    sum * 100));
}

static struct nflb_slots *slots_alloc(const struct nflb_sched_pool *pool)
{
	size_t head = struct_size_t(struct nflb_slots, members, pool->count);
	size_t loads = pool->options.max_load ?
		       pool->count * sizeof(struct nflb_slots_load) : 0;
	u32 size = pool->options.table_size;
	struct nflb_slots *slots;

	slots = kvzalloc(head + loads + size * sizeof(*slots->owner),
			 GFP_KERNEL_ACCOUNT);
	if (!slots)
		return NULL;
	slots->key = slots_key(pool->options.seed, SLOTS_HASH_FLOW);
	slots->size = size;
	slots->hash = pool->options.hash;
	slots->fallback = pool->options.fallback;
	slots->count = pool->count;
	slots->owner = (void *)slots + head + loads;
	memcpy(slots->members, pool->members,
	       flex_array_size(slots, members, pool->count));
	if (loads) {
		slots->loads = (void *)slots + head;
		slots_bound(slots, pool->options.max_load);
	}
	return slots;
}

/**
 * nflb_slots_build - spread a pool over slots
 * @pool: pool; its table size is valid
 *
 * Context: process, may sleep.
 * Return: a table, NULL without memory, or ERR_PTR(-E2BIG) for more
 * backends than an index can tell apart.
 */
struct nflb_sched_table *nflb_slots_build(const struct nflb_sched_pool *pool)
{
	struct nflb_slots_turn *turns;
	struct nflb_slots *slots;
	unsigned int i;

	if (pool->count >= NFLB_SLOT_FREE)
		return ERR_PTR(-E2BIG);
	turns = kvmalloc_array(pool->count, sizeof(*turns), GFP_KERNEL);
	if (!turns)
		return NULL;
	slots = slots_alloc(pool);
	if (slots) {
		for (i = 0; i < pool->count; i++)
			turn_init(&turns[i], &pool->members[i], &pool->options);
		nflb_slots_populate(slots->owner, slots->size, turns,
				    pool->count);
	}
	kvfree(turns);
	return slots ? &slots->head : NULL;
}
