// SPDX-License-Identifier: GPL-2.0
/*
 * Power of two choices: of two backends drawn by weight, the one with less load
 * for its weight. Close to least connections, at the same cost whatever the
 * size of the pool, and without a crowd at a backend that comes up.
 *
 * M. Mitzenmacher, "The power of two choices in randomized load balancing",
 * IEEE Transactions on Parallel and Distributed Systems 12 (10), 2001.
 */
#include <linux/random.h>

#include "sched/draw.h"
#include "sched/tournament.h"

/* The better of two different members, where there are two. */
static u32 choose(const struct nflb_draw *draw)
{
	u32 a = nflb_draw_one(draw, get_random_u64());
	u32 b = nflb_draw_one(draw, get_random_u64());

	if (a == b)
		b = (b + 1) % draw->count;
	if (!nflb_backend_has_room(draw->members[a].backend))
		return b;
	if (!nflb_backend_has_room(draw->members[b].backend))
		return a;
	return nflb_wlc_beats(&draw->members[b], &draw->members[a]) ? b : a;
}

static struct nflb_backend *p2c_pick(struct nflb_sched_table *head,
				     const struct nflb_packet *pkt)
{
	const struct nflb_draw *draw = nflb_draw(head);
	u32 index = choose(draw);

	return nflb_sched_next_with_room(draw->members, draw->count, index);
}

struct nflb_sched_ops nflb_sched_p2c = {
	.name	= "p2c",
	.build	= nflb_draw_build,
	.pick	= p2c_pick,
};
