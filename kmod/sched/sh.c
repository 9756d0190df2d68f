// SPDX-License-Identifier: GPL-2.0
/* Source hashing: a client address always meets the same backend. */
#include "sched/slots.h"

static struct nflb_backend *sh_pick(struct nflb_sched_table *head,
				    const struct nflb_packet *pkt)
{
	const struct nflb_slots *slots = nflb_slots(head);

	return nflb_slots_pick(slots,
			       siphash(nflb_tuple_src(&pkt->tuple),
				       nflb_addr_size(pkt->tuple.family),
				       &slots->key));
}

struct nflb_sched_ops nflb_sched_sh = {
	.name		= "sh",
	.table_size	= 4093,
	.build		= nflb_slots_build,
	.pick		= sh_pick,
};
