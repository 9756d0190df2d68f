/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way from a packet to a service whose key is not one address and one
 * port. The table of all services answers for exact keys; what is here is
 * asked only if that has none, and only while such services exist.
 */
#ifndef _NFLB_INDEX_H
#define _NFLB_INDEX_H

#include <linux/bitmap.h>
#include <linux/netlink.h>
#include <linux/rhashtable-types.h>

#include "packet.h"

struct net;
struct nflb_net;
struct nflb_service;

#define NFLB_PREFIX_MAX		128
#define NFLB_PREFIX_LENGTHS	(NFLB_PREFIX_MAX + 1)

/**
 * struct nflb_index - services by prefix, port range and any port
 * @lengths: prefix lengths to look for, per family (read anywhere, written
 *	under the namespace's lock). An address of its own has that of the
 *	whole address.
 * @services: how many services keep each length there (namespace's lock)
 * @ranges: port ranges by address (RCU, written under the namespace's lock)
 */
struct nflb_index {
	DECLARE_BITMAP(lengths[2], NFLB_PREFIX_LENGTHS);
	u32			services[2][NFLB_PREFIX_LENGTHS];
	struct rhashtable	ranges;
};

/* @length becomes each prefix length that is set in @lengths, longest first. */
#define nflb_for_each_prefix_length(length, lengths)			\
	for (unsigned int from_ = NFLB_PREFIX_LENGTHS, at_;		\
	     (at_ = find_last_bit(lengths, from_),			\
	      (length) = at_) < from_; from_ = at_)

/* Packet path, RCU. */
struct nflb_service *nflb_index_lookup(struct nflb_net *nn,
				       const struct nflb_tuple *tuple);

/* User context, namespace's lock held. */
int nflb_index_add(struct nflb_net *nn, struct nflb_service *service,
		   struct netlink_ext_ack *extack);
void nflb_index_remove(struct nflb_net *nn, struct nflb_service *service);

/* User context: life of a namespace. */
int nflb_index_init(struct nflb_net *nn);
void nflb_index_destroy(struct nflb_net *nn);

#endif /* _NFLB_INDEX_H */
