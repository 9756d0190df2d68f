/* SPDX-License-Identifier: GPL-2.0 */
/* Limits on the new connections of a service. */
#ifndef _NFLB_LIMIT_H
#define _NFLB_LIMIT_H

#include <linux/cache.h>
#include <linux/nflb.h>
#include <linux/percpu_counter.h>

#include "bucket.h"
#include "packet.h"

struct nflb_clients;
struct nflb_net;
struct nflb_service;

/**
 * struct nflb_limits - as configured; 0 means no limit
 * @max_connections: active ones
 * @max_half_open: TCP connections and SCTP associations in their handshake
 * @rate: new connections
 * @client_rate: the same from one client prefix
 * @client_prefix: its length in bits
 */
struct nflb_limits {
	u32			max_connections;
	u32			max_half_open;
	struct nflb_rate	rate;
	struct nflb_rate	client_rate;
	u8			client_prefix;
};

/**
 * struct nflb_limiter - limits of a service, and where they stand
 * @limits: as configured (written under the namespace's lock, read anywhere, a
 *	word each)
 * @stateless_until: jiffies; until then the next packets of flows may come that
 *	began without a connection; written once a second at most
 * @clients: buckets of @limits.client_rate (RCU, written under the namespace's
 *	lock); NULL without that limit
 * @bucket: of @limits.rate
 * @active: active connections
 * @half_open: those of them in their handshake
 * @stateless: packets that went on without a connection
 */
struct nflb_limiter {
	struct nflb_limits		limits;
	unsigned long			stateless_until;
	struct nflb_clients __rcu	*clients;

	struct nflb_bucket		bucket ____cacheline_aligned_in_smp;
	struct percpu_counter		active;
	struct percpu_counter		half_open;
	struct percpu_counter		stateless;
};

/* Packet path, RCU. */
bool nflb_limit_full(const struct nflb_service *service);
enum nflb_drop nflb_limit_admit(struct nflb_service *service,
				const struct nflb_packet *pkt);
enum nflb_drop nflb_limit_explain(const struct nflb_service *service,
				  const struct nflb_packet *pkt);

/* Packet path and sweeper, RCU. */
void nflb_limit_count(struct nflb_service *service, int active, int half_open);

/* User context. */
int nflb_limit_init(struct nflb_limiter *limiter,
		    const struct nflb_limits *limits);
struct nflb_clients *nflb_limit_prepare(const struct nflb_service *service,
					const struct nflb_limits *limits);
void nflb_limit_commit(struct nflb_service *service,
		       const struct nflb_limits *limits,
		       struct nflb_clients *clients);
void nflb_limit_abort(const struct nflb_service *service,
		      struct nflb_clients *clients);

int nflb_limit_net_init(struct nflb_net *nn);
void nflb_limit_net_destroy(struct nflb_net *nn);

/* Any context, when no packet can find the service any more. */
void nflb_limit_destroy(struct nflb_limiter *limiter);

#endif /* _NFLB_LIMIT_H */
