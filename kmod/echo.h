/* SPDX-License-Identifier: GPL-2.0 */
/* Pings of services whose address nobody has: answered here, if asked for. */
#ifndef _NFLB_ECHO_H
#define _NFLB_ECHO_H

#include <linux/bitmap.h>

#include "index.h"
#include "packet.h"
#include "stats.h"

struct nflb_net;
struct nflb_service;

/**
 * struct nflb_echo - an address or prefix that answers pings
 * @service: for this service; NULL once it does not any more
 * @addr: address
 * @family: its family
 * @prefix: how many bits of it count
 */
struct nflb_echo {
	struct nflb_service	*service;
	__be32			addr[4];
	u8			family;
	u8			prefix;
};

/**
 * struct nflb_echoes - all of them in a namespace
 * @rcu: readers may be in it when it is replaced
 * @lengths: prefix lengths in @list, per family; constant
 * @count: length of @list; constant
 * @list: sorted by family, prefix and address
 */
struct nflb_echoes {
	struct rcu_head		rcu;
	DECLARE_BITMAP(lengths[2], NFLB_PREFIX_LENGTHS);
	unsigned int		count;
	struct nflb_echo	list[];
};

/* Packet path, RCU. */
enum nflb_verdict nflb_echo_request(struct nflb_net *nn, struct sk_buff *skb,
				    const struct nflb_packet *pkt);

/* User context, namespace's lock held. */
struct nflb_echoes *nflb_echo_prepare(struct nflb_service *service, bool add);
void nflb_echo_publish(struct nflb_net *nn, struct nflb_echoes *echoes);
void nflb_echo_remove(struct nflb_net *nn, const struct nflb_service *service);

#endif /* _NFLB_ECHO_H */
