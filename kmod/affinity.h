/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Affinity: a client goes back to the backend of its last connection.
 *
 * Entries say which backend that was. They are made and prolonged by new
 * connections only, and looked up by new connections only.
 */
#ifndef _NFLB_AFFINITY_H
#define _NFLB_AFFINITY_H

#include <linux/llist.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include "packet.h"

struct nflb_backend;
struct nflb_conn;
struct nflb_net;
struct nflb_service;
struct nflb_service_config;

/**
 * struct nflb_affinity_key - whose entry it is
 * @service: service; the backend of the entry holds it
 * @client: address, bits beyond the prefix and unused words are 0
 */
struct nflb_affinity_key {
	const struct nflb_service	*service;
	__be32				client[4];
};

/**
 * struct nflb_affinity - where a client was last
 * @node: in nflb_net.affinities
 * @key: whose entry it is; constant
 * @backend: backend; the entry holds a reference. Constant.
 * @setting: what nflb_affinity_setting.id was when it was made; constant
 * @expires: the last second of its life, by ktime_get_seconds(); written when a
 *	connection moves it
 * @status: NFLB_SYNC_QUEUED and NFLB_SYNC_RELEASED
 * @queued: in a queue of changes, while @status says so
 * @rcu: for freeing
 */
struct nflb_affinity {
	struct rhash_head		node;
	struct nflb_affinity_key	key;
	struct nflb_backend		*backend;
	u32				setting;
	u32				expires;
	atomic_t			status;
	struct llist_node		queued;
	struct rcu_head			rcu;
};

/* Packet path, RCU. */
struct nflb_backend *nflb_affinity_lookup(const struct nflb_service *service,
					  const struct nflb_packet *pkt);
struct nflb_backend *nflb_affinity_remember(const struct nflb_service *service,
					    const struct nflb_packet *pkt,
					    struct nflb_backend *backend);
void nflb_affinity_confirm(const struct nflb_conn *conn);
bool nflb_affinity_import(const struct nflb_service *service,
			  const struct nflb_tuple *client,
			  struct nflb_backend *backend, u32 seconds);

/* Any context, RCU read side. */
const struct nflb_affinity *
nflb_affinity_find(const struct nflb_service *service,
		   const struct nflb_tuple *tuple);
bool nflb_affinity_valid(const struct nflb_affinity *entry);
u8 nflb_affinity_prefix(const struct nflb_affinity *entry);
u32 nflb_affinity_left(const struct nflb_affinity *entry);
bool nflb_affinity_end(struct nflb_affinity *entry);
void nflb_affinity_free_rcu(struct nflb_affinity *entry);

/* Process context. */
void nflb_affinity_set(struct nflb_service *service, u32 seconds, u8 prefix);
void nflb_affinity_sweep(struct nflb_net *nn);
u32 nflb_affinity_count(const struct nflb_net *nn);
u64 nflb_affinity_refused(const struct nflb_net *nn);
int nflb_affinity_table_init(struct nflb_net *nn);
void nflb_affinity_table_destroy(struct nflb_net *nn);
int nflb_affinity_cache_init(void);
void nflb_affinity_cache_exit(void);

#endif /* _NFLB_AFFINITY_H */
