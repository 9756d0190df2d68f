/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One-packet services: every datagram is scheduled on its own and leaves no
 * connection behind. The backends that such a service has by NAT are listed
 * here, for their answers to find the way back.
 */
#ifndef _NFLB_ONE_PACKET_H
#define _NFLB_ONE_PACKET_H

#include <linux/netlink.h>

#include "packet.h"

struct nflb_backend;
struct nflb_net;
struct nflb_service;

/**
 * struct nflb_answerer - a backend whose datagrams answer those of a service
 * @backend: the backend; NULL once it is removed
 * @addr: its address
 * @port: its port, 0 for any
 * @family: its family
 */
struct nflb_answerer {
	struct nflb_backend	*backend;
	__be32			addr[4];
	__be16			port;
	u8			family;
};

/**
 * struct nflb_answerers - all of them in a namespace
 * @rcu: readers may be in it when it is replaced
 * @count: length of @list; constant
 * @list: sorted by family, address and port, no two of which are alike
 */
struct nflb_answerers {
	struct rcu_head		rcu;
	unsigned int		count;
	struct nflb_answerer	list[];
};

/* Packet path, RCU. */
struct nflb_backend *nflb_one_packet_lookup(const struct nflb_net *nn,
					    const struct nflb_tuple *reply);

/* User context, namespace's lock held. */
struct nflb_answerers *nflb_one_packet_prepare(struct nflb_service *service,
					       struct netlink_ext_ack *extack);
void nflb_one_packet_publish(struct nflb_net *nn,
			     struct nflb_answerers *answerers);
void nflb_one_packet_forget(struct nflb_backend *backend);

#endif /* _NFLB_ONE_PACKET_H */
