/* SPDX-License-Identifier: GPL-2.0 */
/* Clients whose answers would not come back through the director. */
#ifndef _NFLB_HAIRPIN_H
#define _NFLB_HAIRPIN_H

#include <linux/nflb.h>

struct net;
struct nflb_backend;
struct nflb_packet;

/*
 * Ports of the director's own address for such clients, where there is no
 * pool: behind those that Linux gives its own sockets.
 */
#define NFLB_HAIRPIN_PORT_MIN	61000
#define NFLB_HAIRPIN_PORT_MAX	65535

/* Packet path, RCU. */
enum nflb_forward nflb_hairpin_forward(struct net *net,
				       struct nflb_backend *backend,
				       const struct nflb_packet *pkt);

#endif /* _NFLB_HAIRPIN_H */
