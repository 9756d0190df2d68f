// SPDX-License-Identifier: GPL-2.0
/*
 * Locality-based least connections with replication: a destination has a set
 * of backends and goes to the least loaded of them. When that has too much to
 * do the least loaded of all joins the set, at the expense of the most loaded
 * if the set is as large as it may be. A set that has not changed in a day
 * loses its most loaded backend, until one is left.
 */
#include "sched/locality.h"

static bool beats(const struct nflb_tournament *t, u16 a, u16 b)
{
	return nflb_wlc_beats(&t->members[a - 1], &t->members[b - 1]);
}

/* The least loaded place that is not full, or 0. */
static u16 least(const struct nflb_tournament *t, union nflb_places places)
{
	u16 best = 0;
	unsigned int i;

	for (i = 0; i < NFLB_LOCALITY_REPLICAS; i++)
		if (nflb_locality_usable(t, places.place[i]) &&
		    (!best || beats(t, places.place[i], best)))
			best = places.place[i];
	return best;
}

/* Which of @places is free or else the most loaded. */
static unsigned int most(const struct nflb_tournament *t,
			 union nflb_places places)
{
	unsigned int worst = 0, i;

	for (i = 0; i < NFLB_LOCALITY_REPLICAS; i++) {
		if (!places.place[i])
			return i;
		if (beats(t, places.place[worst], places.place[i]))
			worst = i;
	}
	return worst;
}

static bool contains(union nflb_places places, u16 place)
{
	unsigned int i;

	for (i = 0; i < NFLB_LOCALITY_REPLICAS; i++)
		if (places.place[i] == place)
			return true;
	return false;
}

/* Free places are not looked at: the worst of those taken goes. */
static void shrink(const struct nflb_tournament *t, union nflb_places *places)
{
	unsigned int taken = 0, worst = 0, i;

	for (i = 0; i < NFLB_LOCALITY_REPLICAS; i++) {
		if (!places->place[i])
			continue;
		if (!taken++ || beats(t, places->place[worst],
				      places->place[i]))
			worst = i;
	}
	if (taken > 1)
		places->place[worst] = 0;
}

static u16 choose(const struct nflb_tournament *t, union nflb_places *places)
{
	u16 place, now = nflb_locality_minute();

	if ((u16)(now - places->minute) >= NFLB_LOCALITY_EXPIRES) {
		shrink(t, places);
		places->minute = now;
	}
	place = least(t, *places);
	if (place && !nflb_locality_overloaded(t, place))
		return place;

	place = nflb_tournament_best(t) - t->members + 1;
	if (!nflb_locality_usable(t, place))
		return 0;
	if (!contains(*places, place)) {
		places->place[most(t, *places)] = place;
		places->minute = now;
	}
	return place;
}

static struct nflb_backend *lblcr_pick(struct nflb_sched_table *head,
				       const struct nflb_packet *pkt)
{
	struct nflb_tournament *t = nflb_tournament(head);
	atomic64_t *bucket = nflb_locality_bucket(t, &pkt->tuple);
	u64 known = atomic64_read(bucket);
	union nflb_places places = { .word = known };
	u16 place = choose(t, &places);

	if (places.word != known)
		atomic64_cmpxchg(bucket, known, places.word);
	return place ? t->members[place - 1].backend : NULL;
}

struct nflb_sched_ops nflb_sched_lblcr = {
	.name		= "lblcr",
	.takes		= NFLB_SCHED_TAKES(TABLE_SIZE) | NFLB_SCHED_TAKES(SEED),
	.defaults	= { .table_size = 4093 },
	.build		= nflb_locality_build,
	.published	= nflb_tournament_published,
	.pick		= lblcr_pick,
	.load		= nflb_tournament_load,
};
