// SPDX-License-Identifier: GPL-2.0
/*
 * Locality-based least connections: a destination stays with its backend, say
 * a cache that has its content, unless that has too much to do; then, or if it
 * was not asked for in a day, it goes to the least loaded one.
 */
#include "sched/locality.h"

static bool stays(const struct nflb_tournament *t, union nflb_places places,
		  u16 now)
{
	u16 place = places.place[0];

	return nflb_locality_usable(t, place) &&
	       (u16)(now - places.minute) < NFLB_LOCALITY_EXPIRES &&
	       !nflb_locality_overloaded(t, place);
}

static struct nflb_backend *lblc_pick(struct nflb_sched_table *head,
				      const struct nflb_packet *pkt)
{
	struct nflb_tournament *t = nflb_tournament(head);
	atomic64_t *bucket = nflb_locality_bucket(t, &pkt->tuple);
	u64 known = atomic64_read(bucket);
	union nflb_places places = { .word = known };
	u16 now = nflb_locality_minute();

	if (!stays(t, places, now))
		places.place[0] = nflb_tournament_best(t) - t->members + 1;
	if (!nflb_locality_usable(t, places.place[0]))
		return NULL;
	places.minute = now;
	if (places.word != known)
		atomic64_cmpxchg(bucket, known, places.word);
	return t->members[places.place[0] - 1].backend;
}

struct nflb_sched_ops nflb_sched_lblc = {
	.name		= "lblc",
	.takes		= NFLB_SCHED_TAKES(TABLE_SIZE) | NFLB_SCHED_TAKES(SEED),
	.defaults	= { .table_size = 4093 },
	.build		= nflb_locality_build,
	.published	= nflb_tournament_published,
	.pick		= lblc_pick,
	.load		= nflb_tournament_load,
};
