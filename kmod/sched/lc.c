// SPDX-License-Identifier: GPL-2.0
/* Least connections: the backend with the least load, whatever the weights. */
#include "sched/tournament.h"

static bool lc_beats(const struct nflb_sched_member *a,
		     const struct nflb_sched_member *b)
{
	return nflb_backend_load(a->backend) < nflb_backend_load(b->backend);
}

static struct nflb_sched_table *lc_build(const struct nflb_sched_pool *pool)
{
	return nflb_tournament_build(pool, lc_beats);
}

struct nflb_sched_ops nflb_sched_lc = {
	.name		= "lc",
	.steady		= true,
	.build		= lc_build,
	.published	= nflb_tournament_published,
	.pick		= nflb_tournament_pick,
	.load		= nflb_tournament_load,
};
