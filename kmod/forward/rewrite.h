/* SPDX-License-Identifier: GPL-2.0 */
/* Address and port translation. */
#ifndef _NFLB_REWRITE_H
#define _NFLB_REWRITE_H

#include "packet.h"

/* Which end of a packet. */
enum nflb_side {
	NFLB_SIDE_SRC,
	NFLB_SIDE_DST,
};

bool nflb_rewrite(struct sk_buff *skb, const struct nflb_packet *pkt,
		  enum nflb_side side, const struct nflb_endpoint *to);
void nflb_rewrite_quoted(struct sk_buff *skb, const struct nflb_packet *quoted,
			 enum nflb_side side, const struct nflb_endpoint *to);
void nflb_rewrite_address(struct sk_buff *skb, unsigned int offset, u8 family,
			  enum nflb_side side, const __be32 *addr,
			  __sum16 *check);

#endif /* _NFLB_REWRITE_H */
