// SPDX-License-Identifier: GPL-2.0
/* Source hashing: a client address always meets the same backend. */
#include "sched/slots.h"

static struct nflb_backend *sh_pick(struct nflb_sched_table *head,
				    const struct nflb_packet *pkt)
{
	struct nflb_endpoint client = nflb_tuple_src_end(&pkt->tuple);

	return nflb_slots_pick(nflb_slots(head), &pkt->tuple, &client);
}

static struct nflb_backend *sh_home(struct nflb_sched_table *head,
				    const struct nflb_packet *pkt)
{
	struct nflb_endpoint client = nflb_tuple_src_end(&pkt->tuple);

	return nflb_slots_home(nflb_slots(head), &pkt->tuple, &client);
}

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
	.pick		= sh_pick,
	.home		= sh_home,
};
