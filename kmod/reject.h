/* SPDX-License-Identifier: GPL-2.0 */
/* Answers to packets that go no further. */
#ifndef _NFLB_REJECT_H
#define _NFLB_REJECT_H

#include <linux/nflb.h>
#include <net/dst.h>

#include "packet.h"
#include "stats.h"

struct nflb_net;

/* Packet path. */
enum nflb_verdict nflb_reject(struct nflb_net *nn, struct sk_buff *skb,
			      const struct nflb_packet *pkt,
			      enum nflb_drop reason);
void nflb_reject_sctp(struct net *net, struct sk_buff *skb,
		      const struct nflb_packet *pkt);
enum nflb_verdict nflb_reject_ttl(struct nflb_net *nn, struct sk_buff *skb,
				  u8 family, struct dst_entry *dst);
enum nflb_verdict nflb_reject_too_big(struct nflb_net *nn, struct sk_buff *skb,
				      u8 family, struct dst_entry *dst,
				      u32 mtu);

#endif /* _NFLB_REJECT_H */
