// SPDX-License-Identifier: GPL-2.0
/* Source hashing: a client address always meets the same backend. */
#include "sched/slots.h"

struct nflb_sched_ops nflb_sched_sh = {
	.name		= "sh",
	.steady		= true,
	.takes		= NFLB_SLOTS_OPTIONS,
	.defaults	= {
		.table_size	= 4093,
		.hash		= NFLB_HASH_ADDRESS,
		.fallback	= 1,
	},
	.build		= nflb_slots_build,
	.pick		= nflb_slots_pick_client,
	.home		= nflb_slots_home_client,
};
