// SPDX-License-Identifier: GPL-2.0
/*
 * Never queue: an idle backend, however slow, before any that is busy; the
 * shortest expected delay among the busy ones.
 */
#include "sched/tournament.h"

static bool nq_beats(const struct nflb_sched_member *a,
		     const struct nflb_sched_member *b)
{
	if (!atomic_read(&b->backend->active))
		return false;
	return !atomic_read(&a->backend->active) || nflb_sed_beats(a, b);
}

static struct nflb_sched_table *nq_build(const struct nflb_sched_pool *pool)
{
	return nflb_tournament_build(pool, nq_beats);
}

struct nflb_sched_ops nflb_sched_nq = {
	.name		= "nq",
	.steady		= true,
	.build		= nq_build,
	.published	= nflb_tournament_published,
	.pick		= nflb_tournament_pick,
	.load		= nflb_tournament_load,
};
