/* SPDX-License-Identifier: GPL-2.0 */
/* What requests and answers about services say of limits. */
#ifndef _NFLB_NETLINK_LIMIT_H
#define _NFLB_NETLINK_LIMIT_H

#include <net/netlink.h>

#include "limit.h"

struct nflb_service_key;

struct nflb_limits nflb_netlink_default_limits(u8 family);
int nflb_netlink_get_limits(struct nflb_limits *limits, struct nlattr **tb,
			    const struct nflb_service_key *key,
			    struct netlink_ext_ack *extack);
int nflb_netlink_put_limits(struct sk_buff *skb,
			    const struct nflb_service *service);

#endif /* _NFLB_NETLINK_LIMIT_H */
