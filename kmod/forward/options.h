/* SPDX-License-Identifier: GPL-2.0 */
/* Options of the forwards, one set per backend. */
#ifndef _NFLB_FORWARD_OPTIONS_H
#define _NFLB_FORWARD_OPTIONS_H

#include <linux/nflb.h>
#include <linux/types.h>

/**
 * struct nflb_tunnel - options of the tunnel to a backend; constant
 * @source: outer source address or prefix, in the backend's family
 * @source_prefix: length of @source that is fixed; 0: no @source, the
 *	director's address on the way
 * @checksum: the GRE or UDP header has one
 * @keyed: the GRE header has @key
 * @port: destination port of GUE
 * @key: GRE key
 * @rcu: packets may be reading it when it is replaced
 */
struct nflb_tunnel {
	__be32		source[4];
	u8		source_prefix;
	bool		checksum;
	bool		keyed;
	__be16		port;
	__be32		key;
	struct rcu_head	rcu;
};

/* Of the tunnels, the backend may be of the other address family. */
static inline bool nflb_forward_is_tunnel(enum nflb_forward forward)
{
	return forward == NFLB_FORWARD_IPIP || forward == NFLB_FORWARD_GRE ||
	       forward == NFLB_FORWARD_GUE;
}

#endif /* _NFLB_FORWARD_OPTIONS_H */
