/* SPDX-License-Identifier: GPL-2.0 */
/* A token bucket for each client prefix, in memory of a fixed size. */
#ifndef _NFLB_CLIENTS_H
#define _NFLB_CLIENTS_H

#include <linux/cache.h>
#include <linux/siphash.h>
#include <linux/types.h>

#include "bucket.h"
#include "packet.h"

/* A set is a cache line. */
#define NFLB_CLIENTS_WAYS	4
#define NFLB_CLIENTS_SETS	4096

/**
 * struct nflb_client - bucket of a client prefix
 * @who: keyed hash of the prefix; 0: of nobody
 * @bucket: its tokens
 */
struct nflb_client {
	u64			who;
	struct nflb_bucket	bucket;
};

/**
 * struct nflb_clients - buckets of the clients of a service
 * @rcu: packets may be in it when it is dropped
 * @key: of the hash, random: nobody can choose whose set he falls into
 * @prefix: how many bits of an address make a client
 * @client: by hash; a prefix may be anywhere in its set
 */
struct nflb_clients {
	struct rcu_head		rcu;
	siphash_key_t		key;
	u8			prefix;
	struct nflb_client	client[NFLB_CLIENTS_SETS][NFLB_CLIENTS_WAYS]
				____cacheline_aligned_in_smp;
};

/* Packet path, RCU. */
const struct nflb_bucket *nflb_clients_find(struct nflb_clients *clients,
					    const struct nflb_tuple *tuple);
struct nflb_bucket *nflb_clients_get(struct nflb_clients *clients,
				     const struct nflb_tuple *tuple);

/* User context. */
struct nflb_clients *nflb_clients_alloc(u8 prefix);

#endif /* _NFLB_CLIENTS_H */
