/* SPDX-License-Identifier: GPL-2.0 */
/* What a service's policies say of packets that cannot simply go on. */
#ifndef _NFLB_POLICY_H
#define _NFLB_POLICY_H

#include <linux/nflb.h>

#include "packet.h"
#include "stats.h"

struct nflb_conn;
struct nflb_net;
struct nflb_service;

/* Packet path, RCU. */
enum nflb_verdict nflb_policy_no_backend(struct nflb_net *nn,
					 struct sk_buff *skb,
					 const struct nflb_packet *pkt,
					 const struct nflb_service *service,
					 enum nflb_drop reason);
enum nflb_verdict nflb_policy_mid_stream(struct nflb_net *nn,
					 struct sk_buff *skb,
					 const struct nflb_packet *pkt,
					 const struct nflb_service *service);
enum nflb_verdict nflb_policy_backend_down(struct nflb_net *nn,
					   struct sk_buff *skb,
					   const struct nflb_packet *pkt,
					   struct nflb_conn **conn,
					   enum nflb_dir dir);

#endif /* _NFLB_POLICY_H */
