/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP errors about balanced packets. */
#ifndef _NFLB_ICMP_H
#define _NFLB_ICMP_H

#include "packet.h"
#include "reject.h"
#include "stats.h"

struct nflb_net;

/* Packet path. */
enum nflb_verdict nflb_icmp_error(struct nflb_net *nn, struct sk_buff *skb,
				  const struct nflb_packet *pkt);
void nflb_icmp_tunnel(struct nflb_net *nn, struct sk_buff *skb,
		      const struct nflb_packet *pkt,
		      const struct nflb_packet *quoted);
enum nflb_icmp nflb_icmp_meaning(const struct sk_buff *skb,
				 const struct nflb_packet *pkt);
bool nflb_icmp_checksum_good(struct sk_buff *skb,
			     const struct nflb_packet *pkt);

#endif /* _NFLB_ICMP_H */
