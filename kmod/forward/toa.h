/* SPDX-License-Identifier: GPL-2.0 */
/* The client's address in a TCP option, for backends of full NAT. */
#ifndef _NFLB_FORWARD_TOA_H
#define _NFLB_FORWARD_TOA_H

#include <linux/skbuff.h>

#include "packet.h"

struct nflb_conn;

/* Packet path, RCU. */
bool nflb_toa_write(struct sk_buff *skb, const struct nflb_packet *pkt,
		    const struct nflb_conn *conn, u32 mtu);
void nflb_toa_reply(const struct nflb_packet *pkt, struct nflb_conn *conn);

#endif /* _NFLB_FORWARD_TOA_H */
