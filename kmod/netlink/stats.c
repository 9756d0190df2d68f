// SPDX-License-Identifier: GPL-2.0
/* Requests about the namespace as a whole. */
#include "affinity.h"
#include "conn.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"

static void sum_services(struct nflb_stats_sum *sum, const struct nflb_net *nn)
{
	const struct nflb_service *service;
	struct nflb_stats_sum one;
	int dir;

	lockdep_assert_held(&nn->lock);
	memset(sum, 0, sizeof(*sum));
	list_for_each_entry(service, &nn->service_list, list) {
		nflb_stats_read(&one, service->stats, &service->zero);
		sum->connections += one.connections;
		for (dir = 0; dir < NFLB_DIR_MAX; dir++) {
			sum->packets[dir] += one.packets[dir];
			sum->bytes[dir] += one.bytes[dir];
		}
	}
}

static int put_drops(struct sk_buff *skb, const struct nflb_net *nn)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_A_DROPS);
	int reason;

	if (!nest)
		return -EMSGSIZE;
	for (reason = 1; reason <= NFLB_DROP_MAX; reason++)
		if (nla_put_u64_64bit(skb, reason,
				      nflb_drops_read(nn->drops, reason),
				      NFLB_DROP_UNSPEC))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_affinity(struct sk_buff *skb, const struct nflb_net *nn)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_A_AFFINITY_STATS);

	if (!nest ||
	    nla_put_u32(skb, NFLB_AFFINITY_STATS_ENTRIES,
			nflb_affinity_count(nn)) ||
	    nla_put_u32(skb, NFLB_AFFINITY_STATS_LIMIT,
			nflb_setting(nn, NFLB_SETTINGS_MAX_AFFINITY)) ||
	    nla_put_u64_64bit(skb, NFLB_AFFINITY_STATS_REFUSED,
			      nflb_affinity_refused(nn),
			      NFLB_AFFINITY_STATS_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_namespace(struct sk_buff *skb, void *arg)
{
	struct nflb_net *nn = arg;
	struct nflb_stats_sum sum;

	mutex_lock(&nn->lock);
	sum_services(&sum, nn);
	mutex_unlock(&nn->lock);

	return nla_put_u64_64bit(skb, NFLB_A_COUNT, nflb_conn_count(nn),
				 NFLB_A_PAD) ?:
	       nla_put_u64_64bit(skb, NFLB_A_LIMIT,
				 nflb_setting(nn, NFLB_SETTINGS_MAX_CONNECTIONS),
				 NFLB_A_PAD) ?:
	       nflb_attr_put_stats(skb, NFLB_A_STATS, &sum) ?:
	       put_affinity(skb, nn) ?:
	       put_drops(skb, nn) ?:
	       nla_put_u64_64bit(skb, NFLB_A_CHANGES_LOST, nflb_sync_lost(nn),
				 NFLB_A_PAD);
}

int nflb_netlink_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	return nflb_netlink_answer(info, put_namespace,
				   nflb_net(genl_info_net(info)));
}
