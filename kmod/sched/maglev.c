// SPDX-License-Identifier: GPL-2.0
/* Maglev: consistent hashing of the whole 5-tuple, see slots.c. */
#include "sched/slots.h"

static struct nflb_backend *maglev_pick(struct nflb_sched_table *head,
					const struct nflb_packet *pkt)
{
	const struct nflb_slots *slots = nflb_slots(head);

	return nflb_slots_pick(slots,
			       siphash(&pkt->tuple,
				       nflb_tuple_size(pkt->tuple.family),
				       &slots->key));
}

struct nflb_sched_ops nflb_sched_maglev = {
	.name		= "maglev",
	.table_size	= 65537,
	.build		= nflb_slots_build,
	.pick		= maglev_pick,
};
