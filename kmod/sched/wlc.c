// SPDX-License-Identifier: GPL-2.0
/* Weighted least connections: the backend with the least load for its weight. */
#include "sched/tournament.h"

/* load / weight, without division */
bool nflb_wlc_beats(const struct nflb_sched_member *a,
		    const struct nflb_sched_member *b)
{
	return nflb_backend_load(a->backend) * b->weight <
	       nflb_backend_load(b->backend) * a->weight;
}

static struct nflb_sched_table *wlc_build(const struct nflb_sched_pool *pool)
{
	return nflb_tournament_build(pool, nflb_wlc_beats);
}

struct nflb_sched_ops nflb_sched_wlc = {
	.name		= "wlc",
	.steady		= true,
	.build		= wlc_build,
	.published	= nflb_tournament_published,
	.pick		= nflb_tournament_pick,
	.load		= nflb_tournament_load,
};
