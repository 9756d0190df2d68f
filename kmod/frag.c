// SPDX-License-Identifier: GPL-2.0
#include <net/ip.h>
#include <net/ipv6_frag.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "frag.h"
#include "net.h"

static int gather(struct net *net, struct sk_buff *skb, u8 family, bool own)
{
	int err;

	if (family != NFPROTO_IPV4)
		return nf_ct_frag6_gather(net, skb,
					  own ? IP6_DEFRAG_CONNTRACK_OUT :
						IP6_DEFRAG_CONNTRACK_IN);
	err = ip_defrag(net, skb, own ? IP_DEFRAG_CONNTRACK_OUT :
					IP_DEFRAG_CONNTRACK_IN);
	/* Whoever sent fragments gets fragments, whatever DF says. */
	if (!err)
		skb->ignore_df = 1;
	return err;
}

/**
 * nflb_frag_gather - put a packet together
 * @nn: namespace
 * @skb: packet for which nflb_frag_may_be() is true; its headers may have
 *	moved when this returns %NFLB_PASS
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @own: the host itself is sending it
 *
 * Where connection tracking is in use too, it has done this before.
 *
 * Context: softirqs are off.
 * Return: %NFLB_PASS with the whole packet; %NFLB_STOLEN when the fragment
 *	waits for others; a drop.
 */
enum nflb_verdict nflb_frag_gather(struct nflb_net *nn, struct sk_buff *skb,
				   u8 family, bool own)
{
	int err = gather(nn->net, skb, family, own);

	if (!err)
		return NFLB_PASS;
	/* ip_defrag() takes the fragment in any case. */
	if (err == -EINPROGRESS || family == NFPROTO_IPV4)
		return NFLB_STOLEN;
	return nflb_drop(nn, NFLB_DROP_MALFORMED);
}
