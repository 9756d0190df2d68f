// SPDX-License-Identifier: GPL-2.0
/*
 * Shortest expected delay: the backend with the fewest open connections for
 * its weight, the new one counted in. A fast idle backend comes before a slow
 * idle one.
 */
#include "sched/tournament.h"

bool nflb_sed_beats(const struct nflb_sched_member *a,
		    const struct nflb_sched_member *b)
{
	u64 load_a = (u64)atomic_read(&a->backend->active) + 1;
	u64 load_b = (u64)atomic_read(&b->backend->active) + 1;

	return load_a * b->weight < load_b * a->weight;
}

static struct nflb_sched_table *sed_build(const struct nflb_sched_pool *pool)
{
	return nflb_tournament_build(pool, nflb_sed_beats);
}

struct nflb_sched_ops nflb_sched_sed = {
	.name		= "sed",
	.steady		= true,
	.build		= sed_build,
	.published	= nflb_tournament_published,
	.pick		= nflb_tournament_pick,
	.load		= nflb_tournament_load,
};
