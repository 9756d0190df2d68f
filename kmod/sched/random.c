// SPDX-License-Identifier: GPL-2.0
/* Random by weight: no memory, and no line that processors share. */
#include <linux/random.h>

#include "sched/draw.h"

static struct nflb_backend *random_pick(struct nflb_sched_table *head,
					const struct nflb_packet *pkt)
{
	const struct nflb_draw *draw = nflb_draw(head);
	unsigned int tries = NFLB_SCHED_TRIES;
	u32 index;

	do {
		index = nflb_draw_one(draw, get_random_u64());
		if (nflb_backend_has_room(draw->members[index].backend))
			return draw->members[index].backend;
	} while (--tries);
	return nflb_sched_next_with_room(draw->members, draw->count, index);
}

struct nflb_sched_ops nflb_sched_random = {
	.name	= "random",
	.build	= nflb_draw_build,
	.pick	= random_pick,
};
