// SPDX-License-Identifier: GPL-2.0
/* Failover: the backend with the greatest weight, as long as it is usable. */
#include "sched/tournament.h"

/* The order is all. */
static bool fo_beats(const struct nflb_sched_member *a,
		     const struct nflb_sched_member *b)
{
	return false;
}

static struct nflb_sched_table *fo_build(const struct nflb_sched_pool *pool)
{
	return nflb_tournament_start(nflb_tournament_alloc_by_weight(pool,
								     fo_beats));
}

struct nflb_sched_ops nflb_sched_fo = {
	.name		= "fo",
	.steady		= true,
	.build		= fo_build,
	.published	= nflb_tournament_published,
	.pick		= nflb_tournament_pick,
	.load		= nflb_tournament_load,
};
