/* SPDX-License-Identifier: GPL-2.0 */
/* Which backends destinations were sent to, for lblc and lblcr. */
#ifndef _NFLB_SCHED_LOCALITY_H
#define _NFLB_SCHED_LOCALITY_H

#include <linux/atomic.h>
#include <linux/siphash.h>

#include "packet.h"
#include "sched/tournament.h"

/* Backends a destination can have at a time (lblcr). */
#define NFLB_LOCALITY_REPLICAS	3
/* Minutes until what is known of a destination does not hold any more. */
#define NFLB_LOCALITY_EXPIRES	(24 * 60)

/**
 * union nflb_places - where a bucket of destinations goes
 * @word: all of it, replaced as one
 * @place: 1 + index into the members of the table, 0 for none; in no order
 * @minute: lblc: when it was last used, lblcr: when it was last changed
 */
union nflb_places {
	u64	word;
	struct {
		u16	place[NFLB_LOCALITY_REPLICAS];
		u16	minute;
	};
};

/**
 * struct nflb_locality - memory of a table
 * @key: of the hash of destinations
 * @size: number of buckets
 * @buckets: each a union nflb_places
 */
struct nflb_locality {
	siphash_key_t	key;
	u32		size;
	atomic64_t	buckets[];
};

static inline struct nflb_locality *
nflb_locality(const struct nflb_tournament *t)
{
	return t->extra;
}

/* Process context. */
struct nflb_sched_table *nflb_locality_build(const struct nflb_sched_pool *pool);

/* Packet path, RCU. */
atomic64_t *nflb_locality_bucket(const struct nflb_tournament *t,
				 const struct nflb_tuple *tuple);
bool nflb_locality_overloaded(const struct nflb_tournament *t, u16 place);
bool nflb_locality_usable(const struct nflb_tournament *t, u16 place);
u16 nflb_locality_minute(void);

#endif /* _NFLB_SCHED_LOCALITY_H */
