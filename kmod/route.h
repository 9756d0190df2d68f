/* SPDX-License-Identifier: GPL-2.0 */
/* Cached routes, both ways. */
#ifndef _NFLB_ROUTE_H
#define _NFLB_ROUTE_H

#include <linux/types.h>
#include <net/dst.h>

struct net;
struct nflb_backend;
struct nflb_conn;
struct nflb_tuple;

/**
 * struct nflb_route - a cached route
 * @dst: the route, with a reference (RCU; replaced with xchg())
 * @cookie: for dst_check()
 *
 * Packets use @dst without a reference of their own: whoever replaces it drops
 * the last one, and the kernel frees routes a grace period after that.
 *
 * The kernel's dst_cache takes a reference per packet, and cannot be emptied
 * while packets use it, which must be done when devices go.
 */
struct nflb_route {
	struct dst_entry __rcu	*dst;
	u32			cookie;
};

enum nflb_route_kind {
	NFLB_ROUTE_ADDRESS,	/* the packet is addressed to the backend */
	NFLB_ROUTE_NEXT_HOP,	/* the backend is next hop of another address */
	NFLB_ROUTE_KINDS
};

/**
 * struct nflb_backend_routes - one CPU's routes to a backend
 * @route: by enum nflb_route_kind
 * @saddr: the director's address on the NFLB_ROUTE_ADDRESS one, which is the
 *	source of tunnels
 *
 * Filled by softirqs of its CPU, emptied by anybody.
 */
struct nflb_backend_routes {
	struct nflb_route	route[NFLB_ROUTE_KINDS];
	__be32			saddr[4];
};

/* Packet path, RCU. */
struct dst_entry *nflb_route_backend(struct net *net,
				     const struct nflb_backend *backend,
				     enum nflb_route_kind kind);
const __be32 *nflb_route_source(const struct nflb_backend *backend);
struct dst_entry *nflb_route_answer(struct net *net,
				    const struct nflb_tuple *request);
struct dst_entry *nflb_route_client(struct net *net, struct nflb_conn *conn);
bool nflb_route_ends_here(const struct dst_entry *dst);
bool nflb_route_is_local(struct net *net, const __be32 *addr, u8 family);

/* Any context. */
void nflb_route_forget(struct nflb_route *route);
void nflb_route_forget_backend(const struct nflb_backend *backend);

/* Process context: module init and exit. */
int nflb_route_init(void);
void nflb_route_exit(void);

#endif /* _NFLB_ROUTE_H */
