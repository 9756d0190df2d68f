// SPDX-License-Identifier: GPL-2.0
/* Sums over everything in the namespace, and why packets were dropped */
#include <errno.h>
#include <string.h>

#include "priv.h"

#define DROPS	(sizeof(((struct nflb_totals *)0)->drop) / sizeof(uint64_t))

static int get_drops(struct nlattr *nest, struct nflb_totals *totals)
{
	struct nlattr *attr;
	int rest;

	if (!nest)
		return -EPROTO;
	nla_for_each_nested(attr, nest, rest) {
		size_t reason = nla_type(attr);

		if (!reason || reason >= DROPS)
			continue;
		totals->drop[reason] = nflb_get_u64(attr);
		if (totals->drops < reason)
			totals->drops = reason;
	}
	return 0;
}

/* Not there in answers of an older module. */
static int get_affinity(struct nlattr *nest, struct nflb_totals *totals)
{
	struct nlattr *in[NFLB_AFFINITY_STATS_MAX + 1];

	if (!nest)
		return 0;
	if (nla_parse_nested(in, NFLB_AFFINITY_STATS_MAX, nest, NULL))
		return -EPROTO;
	totals->affinity = nflb_get_u32(in[NFLB_AFFINITY_STATS_ENTRIES]);
	totals->affinity_limit = nflb_get_u32(in[NFLB_AFFINITY_STATS_LIMIT]);
	totals->affinity_refused =
		nflb_get_u64(in[NFLB_AFFINITY_STATS_REFUSED]);
	return 0;
}

static int take_totals(struct nlattr **attrs, void *arg)
{
	struct nflb_totals *totals = arg;

	totals->connections = nflb_get_u64(attrs[NFLB_A_COUNT]);
	totals->limit = nflb_get_u64(attrs[NFLB_A_LIMIT]);
	totals->changes_lost = nflb_get_u64(attrs[NFLB_A_CHANGES_LOST]);
	if (nflb_get_stats(attrs[NFLB_A_STATS], &totals->stats) ||
	    get_affinity(attrs[NFLB_A_AFFINITY_STATS], totals))
		return -EPROTO;
	return get_drops(attrs[NFLB_A_DROPS], totals);
}

/**
 * nflb_stats_get() - read the sums and the reasons of drops
 * @nflb: the handle
 * @totals: the result
 *
 * Return: 0 or a negative errno.
 */
int nflb_stats_get(struct nflb *nflb, struct nflb_totals *totals)
{
	struct nl_msg *msg = nflb_message(nflb, NFLB_CMD_STATS_GET, 0);

	memset(totals, 0, sizeof(*totals));
	return nflb_request(nflb, msg, take_totals, totals);
}
