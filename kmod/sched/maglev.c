// SPDX-License-Identifier: GPL-2.0
/* Maglev: consistent hashing, of the whole 5-tuple if not told otherwise. */
#include "sched/slots.h"

struct nflb_sched_ops nflb_sched_maglev = {
	.name		= "maglev",
	.steady		= true,
	.takes		= NFLB_SLOTS_OPTIONS | NFLB_SCHED_TAKES(MAX_LOAD),
	.defaults	= {
		.table_size	= 65537,
		.hash		= NFLB_HASH_FLOW,
		.fallback	= 1,
	},
	.build		= nflb_slots_build,
	.published	= nflb_slots_published,
	.pick		= nflb_slots_pick_client,
	.home		= nflb_slots_home_client,
	.load		= nflb_slots_load,
};
