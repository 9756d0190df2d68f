// SPDX-License-Identifier: GPL-2.0
/*
 * Overflow: the backend with the greatest weight until it has as many open
 * connections as that, then the next. When all have, there is nobody.
 */
#include "sched/tournament.h"

static bool overflows(const struct nflb_sched_member *member)
{
	return atomic_read(&member->backend->active) >= (s64)member->weight;
}

static bool ovf_beats(const struct nflb_sched_member *a,
		      const struct nflb_sched_member *b)
{
	return overflows(b) && !overflows(a);
}

static struct nflb_sched_table *ovf_build(const struct nflb_sched_pool *pool)
{
	struct nflb_tournament *t;
	unsigned int i;

	t = nflb_tournament_alloc_by_weight(pool, ovf_beats);
	if (!t)
		return NULL;
	/* Whole connections. */
	for (i = 0; i < t->count; i++)
		t->members[i].weight = DIV_ROUND_UP(t->members[i].weight,
						    pool->scale);
	return nflb_tournament_start(t);
}

static struct nflb_backend *ovf_pick(struct nflb_sched_table *head,
				     const struct nflb_packet *pkt)
{
	const struct nflb_sched_member *best;

	best = nflb_tournament_best(nflb_tournament(head));
	if (overflows(best) || !nflb_backend_has_room(best->backend))
		return NULL;
	return best->backend;
}

struct nflb_sched_ops nflb_sched_ovf = {
	.name		= "ovf",
	.steady		= true,
	.build		= ovf_build,
	.published	= nflb_tournament_published,
	.pick		= ovf_pick,
	.load		= nflb_tournament_load,
};
