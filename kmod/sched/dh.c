// SPDX-License-Identifier: GPL-2.0
/*
 * Destination hashing: what is asked for at an address always comes from the
 * same backend. For services of more than one address, such as caches.
 */
#include "sched/slots.h"

static struct nflb_backend *dh_pick(struct nflb_sched_table *head,
				    const struct nflb_packet *pkt)
{
	struct nflb_endpoint service = nflb_tuple_dst_end(&pkt->tuple);

	return nflb_slots_pick(nflb_slots(head), &pkt->tuple, &service);
}

static struct nflb_backend *dh_home(struct nflb_sched_table *head,
				    const struct nflb_packet *pkt)
{
	struct nflb_endpoint service = nflb_tuple_dst_end(&pkt->tuple);

	return nflb_slots_home(nflb_slots(head), &pkt->tuple, &service);
}

struct nflb_sched_ops nflb_sched_dh = {
	.name		= "dh",
	.steady		= true,
	.takes		= NFLB_SLOTS_OPTIONS,
	.defaults	= {
		.table_size	= 4093,
		.hash		= NFLB_HASH_ADDRESS,
		.fallback	= 1,
	},
	.build		= nflb_slots_build,
	.pick		= dh_pick,
	.home		= dh_home,
};
