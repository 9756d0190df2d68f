// SPDX-License-Identifier: GPL-2.0
/*
 * Least response time: the backend with the smallest product of response time
 * and open connections, the new one counted in, for its weight. Response times
 * alone would send everybody to the one that was fastest a moment ago.
 */
#include "response.h"
#include "sched/tournament.h"

/* Factors of 20 bits each, so that with a weight they fit into 64. */
#define NFLB_LRT_MAX	0x100000U

static u64 lrt_score(const struct nflb_backend *backend)
{
	u32 active = atomic_read(&backend->active) + 1;
	u32 time = nflb_response_time(backend);

	return (u64)min(active, NFLB_LRT_MAX) * min(time, NFLB_LRT_MAX);
}

static bool lrt_beats(const struct nflb_sched_member *a,
		      const struct nflb_sched_member *b)
{
	return lrt_score(a->backend) * b->weight <
	       lrt_score(b->backend) * a->weight;
}

static struct nflb_sched_table *lrt_build(const struct nflb_sched_pool *pool)
{
	return nflb_tournament_build(pool, lrt_beats);
}

struct nflb_sched_ops nflb_sched_lrt = {
	.name		= "lrt",
	.measures	= true,
	.build		= lrt_build,
	.published	= nflb_tournament_published,
	.pick		= nflb_tournament_pick,
	.load		= nflb_tournament_load,
};
