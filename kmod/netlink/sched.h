/* SPDX-License-Identifier: GPL-2.0 */
/* What requests about services say of schedulers. */
#ifndef _NFLB_NETLINK_SCHED_H
#define _NFLB_NETLINK_SCHED_H

#include <net/netlink.h>

#include "sched.h"

int nflb_netlink_sched_get(const struct nflb_sched_ops **ops, const char *name,
			   const struct nlattr *attr,
			   struct netlink_ext_ack *extack);
int nflb_netlink_sched_options(struct nflb_sched_options *options,
			       const struct nflb_sched_ops *ops,
			       const struct nlattr *nest,
			       struct netlink_ext_ack *extack);
int nflb_netlink_sched_put(struct sk_buff *skb,
			   const struct nflb_sched_ops *ops,
			   const struct nflb_sched_options *options);

#endif /* _NFLB_NETLINK_SCHED_H */
