// SPDX-License-Identifier: GPL-2.0
/*
 * Picking from Maglev's lookup table: which slot, and what if its owner has no
 * room.
 *
 * Bounded loads: V. Mirrokni, M. Thorup, M. Zadimoghaddam, "Consistent Hashing
 * with Bounded Loads", SODA 2018. No backend gets more than max-load percent of
 * its fair share of the open connections; who hashes to one that has as much
 * goes on to the next slots, whose owners are in no order.
 */
#include <linux/math64.h>

#include "backend.h"
#include "sched/slots.h"

/* Slots that are looked at before the pool is gone through in turn. */
#define NFLB_SLOTS_TRIES	64

/* The address alone, or with its port in front. */
static u64 hash_end(const struct nflb_slots *slots, u8 family,
		    const struct nflb_endpoint *end)
{
	unsigned int size = nflb_addr_size(family);
	struct {
		__be16	port;
		__be16	pad;
		__be32	addr[4];
	} words = { .port = end->port };

	if (slots->hash == NFLB_HASH_ADDRESS)
		return siphash(end->addr, size, &slots->key);
	memcpy(words.addr, end->addr, size);
	return siphash(&words, offsetof(typeof(words), addr) + size,
		       &slots->key);
}

static u32 slot_of(const struct nflb_slots *slots, u64 hash)
{
	return reciprocal_scale((u32)hash, slots->size);
}

static u32 first_slot(const struct nflb_slots *slots,
		      const struct nflb_tuple *tuple,
		      const struct nflb_endpoint *end)
{
	if (slots->hash != NFLB_HASH_FLOW)
		return slot_of(slots, hash_end(slots, tuple->family, end));
	return slot_of(slots, siphash(tuple, nflb_tuple_size(tuple->family),
				      &slots->key));
}

/* The new connection counts on both sides. */
static bool fits(const struct nflb_slots *slots, u32 index)
{
	const struct nflb_backend *backend = slots->members[index].backend;
	u64 most;

	if (!nflb_backend_has_room(backend))
		return false;
	if (!slots->loads)
		return true;
	most = ((u64)atomic_read(&slots->total) + 1) *
	       slots->loads[index].share;
	return ((u64)atomic_read(&backend->active) << NFLB_SLOTS_SHARE) < most;
}

static struct nflb_backend *fall_back(const struct nflb_slots *slots, u32 slot)
{
	unsigned int tries = min_t(u32, NFLB_SLOTS_TRIES, slots->size);
	u32 index = slots->owner[slot], i;

	while (--tries) {
		if (++slot == slots->size)
			slot = 0;
		if (fits(slots, slots->owner[slot]))
			return slots->members[slots->owner[slot]].backend;
	}
	for (i = 0; i < slots->count; i++) {
		index = index + 1 == slots->count ? 0 : index + 1;
		if (fits(slots, index))
			return slots->members[index].backend;
	}
	/* Those within their bounds are full. */
	return nflb_sched_next_with_room(slots->members, slots->count, index);
}

/**
 * nflb_slots_pick - choose a backend by hash
 * @slots: table
 * @tuple: of the first packet of a flow
 * @end: the end of it that the scheduler is about
 *
 * Context: packet path, RCU read side.
 * Return: a backend, or NULL.
 */
struct nflb_backend *nflb_slots_pick(const struct nflb_slots *slots,
				     const struct nflb_tuple *tuple,
				     const struct nflb_endpoint *end)
{
	u32 slot = first_slot(slots, tuple, end);
	u32 index = slots->owner[slot];

	if (likely(fits(slots, index)))
		return slots->members[index].backend;
	return slots->fallback ? fall_back(slots, slot) : NULL;
}

/**
 * nflb_slots_home - the backend that a hash leads to, full or not
 * @slots: table
 * @tuple: of any packet of a flow
 * @end: the end of it that the scheduler is about
 *
 * Context: packet path, RCU read side.
 * Return: the backend.
 */
struct nflb_backend *nflb_slots_home(const struct nflb_slots *slots,
				     const struct nflb_tuple *tuple,
				     const struct nflb_endpoint *end)
{
	return slots->members[slots->owner[first_slot(slots, tuple, end)]].backend;
}

/**
 * nflb_slots_pick_client - nflb_sched_ops.pick of those who go by the client
 * @head: table
 * @pkt: first packet of a flow
 *
 * Context: packet path, RCU read side.
 * Return: as nflb_slots_pick().
 */
struct nflb_backend *nflb_slots_pick_client(struct nflb_sched_table *head,
					    const struct nflb_packet *pkt)
{
	struct nflb_endpoint client = nflb_tuple_src_end(&pkt->tuple);

	return nflb_slots_pick(nflb_slots(head), &pkt->tuple, &client);
}

/**
 * nflb_slots_home_client - nflb_sched_ops.home of those who go by the client
 * @head: table
 * @pkt: any packet of a flow
 *
 * Context: packet path, RCU read side.
 * Return: as nflb_slots_home().
 */
struct nflb_backend *nflb_slots_home_client(struct nflb_sched_table *head,
					    const struct nflb_packet *pkt)
{
	struct nflb_endpoint client = nflb_tuple_src_end(&pkt->tuple);

	return nflb_slots_home(nflb_slots(head), &pkt->tuple, &client);
}

/* Whoever comes last leaves the sum right, whatever was missed before. */
static void count_load(struct nflb_slots *slots, u32 index)
{
	int now = atomic_read(&slots->members[index].backend->active);
	int before = atomic_xchg(&slots->loads[index].counted, now);

	if (now != before)
		atomic_add(now - before, &slots->total);
}

/**
 * nflb_slots_published - nflb_sched_ops.published of bounded loads
 * @head: table
 *
 * Context: process, namespace's lock held.
 */
void nflb_slots_published(struct nflb_sched_table *head)
{
	struct nflb_slots *slots = nflb_slots(head);
	u32 i;

	if (!slots->loads)
		return;
	nflb_sched_number(slots->members, slots->count);
	for (i = 0; i < slots->count; i++)
		count_load(slots, i);
}

/**
 * nflb_slots_load - nflb_sched_ops.load of bounded loads
 * @head: table
 * @backend: backend, which may belong to another table by now
 * @change: not needed
 *
 * Context: any, RCU read side.
 */
void nflb_slots_load(struct nflb_sched_table *head,
		     struct nflb_backend *backend, int change)
{
	struct nflb_slots *slots = nflb_slots(head);
	u32 index = READ_ONCE(backend->sched_index);

	if (slots->loads && index < slots->count &&
	    slots->members[index].backend == backend)
		count_load(slots, index);
}
