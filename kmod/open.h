/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NFLB_OPEN_H
#define _NFLB_OPEN_H

#include "backend.h"
#include "packet.h"
#include "service.h"

struct nflb_conn;
struct nflb_net;

/* Softirq, RCU read side. */
static inline void nflb_account(const struct nflb_backend *backend,
				enum nflb_dir dir, unsigned int len)
{
	nflb_stats_packet(backend->stats, dir, len);
	nflb_stats_packet(backend->service->stats, dir, len);
}

enum nflb_verdict nflb_open(struct nflb_net *nn, struct sk_buff *skb,
			    const struct nflb_packet *pkt,
			    struct nflb_service *service,
			    struct nflb_conn **opened);

#endif /* _NFLB_OPEN_H */
