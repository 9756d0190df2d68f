// SPDX-License-Identifier: GPL-2.0
/* Maglev: consistent hashing, of the whole 5-tuple if not told otherwise. */
#include "sched/slots.h"

static struct nflb_backend *maglev_pick(struct nflb_sched_table *head,
					const struct nflb_packet *pkt)
{
	struct nflb_endpoint client = nflb_tuple_src_end(&pkt->tuple);

	return nflb_slots_pick(nflb_slots(head), &pkt->tuple, &client);
}

static struct nflb_backend *maglev_home(struct nflb_sched_table *head,
					const struct nflb_packet *pkt)
{
	struct nflb_endpoint client = nflb_tuple_src_end(&pkt->tuple);

	return nflb_slots_home(nflb_slots(head), &pkt->tuple, &client);
}

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
	.pick		= maglev_pick,
	.home		= maglev_home,
	.load		= nflb_slots_load,
};
