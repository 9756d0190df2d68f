/* SPDX-License-Identifier: GPL-2.0 */
/* Answers to packets that go no further. */
#ifndef _NFLB_REJECT_H
#define _NFLB_REJECT_H

#include <linux/nflb.h>

#include "packet.h"
#include "stats.h"

struct net;
struct nflb_conn;
struct nflb_net;

/* Packet path. */
enum nflb_verdict nflb_reject(struct nflb_net *nn, struct sk_buff *skb,
			      const struct nflb_packet *pkt,
			      enum nflb_drop reason);
void nflb_reject_output(struct net *net, struct sk_buff *answer,
			const struct nflb_tuple *request);
void nflb_reject_sctp(struct net *net, struct sk_buff *skb,
		      const struct nflb_packet *pkt);
enum nflb_verdict nflb_reject_both(struct nflb_net *nn, struct sk_buff *skb,
				   const struct nflb_packet *pkt,
				   struct nflb_conn *conn, enum nflb_dir dir,
				   enum nflb_drop reason);
enum nflb_verdict nflb_reject_ttl(struct nflb_net *nn, struct sk_buff *skb,
				  u8 family);
enum nflb_verdict nflb_reject_too_big(struct nflb_net *nn, struct sk_buff *skb,
				      u8 family, u32 mtu);

/* ICMP errors that both families have. */
enum nflb_icmp {
	NFLB_ICMP_NONE,
	NFLB_ICMP_UNREACHABLE,	/* host or address */
	NFLB_ICMP_TTL,
	NFLB_ICMP_TOO_BIG,
};

void nflb_reject_icmp(struct net *net, struct sk_buff *skb, u8 family,
		      enum nflb_icmp error, u32 mtu);

#endif /* _NFLB_REJECT_H */
