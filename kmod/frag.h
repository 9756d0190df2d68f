/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fragments of packets that may be ours are put together, by the kernel's own
 * queues; those of all others go their way as they came
 */
#ifndef _NFLB_FRAG_H
#define _NFLB_FRAG_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "stats.h"

struct nflb_net;

/* False only for a packet that certainly is whole. */
static inline bool nflb_frag_may_be(const struct sk_buff *skb, u8 family)
{
	if (family == NFPROTO_IPV4)
		return ip_is_fragment(ip_hdr(skb));
	return ipv6_ext_hdr(ipv6_hdr(skb)->nexthdr);
}

enum nflb_verdict nflb_frag_gather(struct nflb_net *nn, struct sk_buff *skb,
				   u8 family, bool own);

#endif /* _NFLB_FRAG_H */
