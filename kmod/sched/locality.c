// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of lblc and lblcr: an array of buckets of a fixed size. A
 * destination belongs to the bucket its address hashes to, and shares it with
 * others that do: they go to the same backends. So there is nothing to
 * allocate, to look up in a chain or to throw out for a new packet, and no way
 * for clients to fill it.
 *
 * A bucket is one word, replaced by compare and exchange. A replacement that
 * fails is forgotten: what another processor learned is as good.
 *
 * When the pool changes, the new table takes over what the old one knows. What
 * is learned between that and its publication is lost.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include "backend.h"
#include "sched/locality.h"

u16 nflb_locality_minute(void)
{
	return div_u64(get_jiffies_64(), 60 * HZ);
}

/**
 * nflb_locality_bucket - where a destination is remembered
 * @t: table
 * @tuple: of the first packet of a flow
 *
 * Return: its bucket.
 */
atomic64_t *nflb_locality_bucket(const struct nflb_tournament *t,
				 const struct nflb_tuple *tuple)
{
	struct nflb_locality *locality = nflb_locality(t);
	u32 hash = siphash(nflb_tuple_dst(tuple), nflb_addr_size(tuple->family),
			   &locality->key);

	return &locality->buckets[reciprocal_scale(hash, locality->size)];
}

/**
 * nflb_locality_usable - may new flows go to a place at all?
 * @t: table
 * @place: 1 + index, or 0
 *
 * Return: true if it is one, and not full.
 */
bool nflb_locality_usable(const struct nflb_tournament *t, u16 place)
{
	return place && nflb_backend_has_room(t->members[place - 1].backend);
}

/**
 * nflb_locality_overloaded - would another backend be much better?
 * @t: table
 * @place: 1 + index
 *
 * Return: true if it has more open connections than its weight, while the
 * least loaded backend has less than half its own.
 */
bool nflb_locality_overloaded(const struct nflb_tournament *t, u16 place)
{
	const struct nflb_sched_member *member = &t->members[place - 1];
	const struct nflb_sched_member *best;

	if (nflb_tournament_active(t, member) <= member->weight)
		return false;
	best = nflb_tournament_best(t);
	return nflb_tournament_active(t, best) * 2 < best->weight;
}

/* Old places to new ones; backends have the numbers of the old table yet. */
static void map_places(const struct nflb_tournament *old,
		       const struct nflb_tournament *t, u16 *map)
{
	unsigned int i;

	for (i = 0; i < t->count; i++) {
		struct nflb_backend *backend = t->members[i].backend;
		u32 index = READ_ONCE(backend->sched_index);

		if (index < old->count &&
		    old->members[index].backend == backend)
			map[index + 1] = i + 1;
	}
}

static void take_over(const struct nflb_tournament *old,
		      struct nflb_tournament *t, const u16 *map)
{
	const struct nflb_locality *from = nflb_locality(old);
	struct nflb_locality *to = nflb_locality(t);
	union nflb_places places;
	unsigned int i, j;

	for (i = 0; i < to->size; i++) {
		places.word = atomic64_read(&from->buckets[i]);
		for (j = 0; j < NFLB_LOCALITY_REPLICAS; j++)
			places.place[j] = map[places.place[j]];
		atomic64_set(&to->buckets[i], places.word);
	}
}

/* Without memory the new table knows nothing, which does no harm. */
static void inherit(const struct nflb_sched_pool *pool,
		    struct nflb_tournament *t)
{
	const struct nflb_locality *to = nflb_locality(t), *from;
	const struct nflb_tournament *old;
	u16 *map;

	if (!pool->old)
		return;
	old = nflb_tournament(pool->old);
	from = nflb_locality(old);
	if (from->size != to->size ||
	    memcmp(&from->key, &to->key, sizeof(to->key)))
		return;
	map = kvcalloc(old->count + 1, sizeof(*map), GFP_KERNEL);
	if (!map)
		return;
	map_places(old, t, map);
	take_over(old, t, map);
	kvfree(map);
}

/**
 * nflb_locality_build - a tournament by wlc, with memory
 * @pool: pool
 *
 * Context: process, may sleep.
 * Return: as nflb_sched_ops.build.
 */
struct nflb_sched_table *nflb_locality_build(const struct nflb_sched_pool *pool)
{
	u32 size = pool->options.table_size;
	struct nflb_locality *locality;
	struct nflb_tournament *t;

	BUILD_BUG_ON(sizeof(union nflb_places) != sizeof(u64));
	if (pool->count >= U16_MAX)
		return ERR_PTR(-E2BIG);
	t = nflb_tournament_alloc(pool, nflb_wlc_beats,
				  struct_size(locality, buckets, size));
	if (!t)
		return NULL;
	locality = nflb_locality(t);
	locality->size = size;
	locality->key = (siphash_key_t){ .key = { pool->options.seed } };
	inherit(pool, t);
	return nflb_tournament_start(t);
}
