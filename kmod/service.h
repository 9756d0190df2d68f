/* SPDX-License-Identifier: GPL-2.0 */
/* A virtual service: what clients connect to. */
#ifndef _NFLB_SERVICE_H
#define _NFLB_SERVICE_H

#include <linux/nflb.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>

#include "limit.h"
#include "packet.h"
#include "sched.h"
#include "stats.h"

struct nflb_net;
struct nflb_source_pool;

/**
 * struct nflb_service_key - identity of a service
 * @addr: address; bits beyond @prefix and unused words are 0
 * @port: port, or the first of a range; 0: any port
 * @port_last: the last of a range, else @port
 * @protocol: IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @prefix: how many bits of @addr count
 * @pad: 0
 *
 * A mark service has the mark, in host byte order, in place of the address and
 * 0 for all else but the family.
 */
struct nflb_service_key {
	__be32	addr[4];
	__be16	port;
	__be16	port_last;
	u8	protocol;
	u8	family;
	u8	prefix;
	u8	pad;
};

static inline bool nflb_service_key_is_mark(const struct nflb_service_key *key)
{
	return !key->protocol;
}

/* One address and one port: what a packet itself can be looked up with. */
static inline bool nflb_service_key_exact(const struct nflb_service_key *key)
{
	return key->port && key->port == key->port_last &&
	       key->prefix == nflb_addr_bits(key->family);
}

/* The port of all its packets, or 0. */
static inline __be16 nflb_service_key_port(const struct nflb_service_key *key)
{
	return key->port == key->port_last ? key->port : 0;
}

/* Seconds. */
struct nflb_timeouts {
	u32	established;
	u32	fin;
	u32	syn;
	u32	udp;
};

/* Bits of nflb_affinity_setting.id. */
#define NFLB_AFFINITY_PREFIX	0xff

/**
 * struct nflb_affinity_setting - how long a client goes back to its backend
 * @seconds: so long after its last new connection; 0: it does not
 * @id: how many bits of its address count, and behind these a number that
 *	changes whenever what is remembered must not count any more
 *
 * Read by the packet path without a lock, a word each.
 */
struct nflb_affinity_setting {
	u32	seconds;
	u32	id;
};

/**
 * struct nflb_policy - what happens to connections, see the enums
 * @no_backend: enum nflb_no_backend
 * @backend_down: enum nflb_backend_down
 * @mid_stream: enum nflb_mid_stream
 *
 * Read by the packet path without a lock, a byte each.
 */
struct nflb_policy {
	u8	no_backend;
	u8	backend_down;
	u8	mid_stream;
};

/**
 * struct nflb_service - a virtual service
 * @key: identity; constant
 * @node: in nflb_net.services
 * @sched: table of the scheduler (RCU; written under the namespace's lock)
 * @timeouts: read by the packet path without a lock, a word each
 * @affinity: whether clients go back to their backend
 * @one_packet: its datagrams open no connections (written under the namespace's
 *	lock, read anywhere)
 * @icmp_reply: pings of its address are answered (namespace's lock)
 * @policy: what happens to connections
 * @stats: traffic
 * @limiter: how many new ones there may be
 * @nn: its namespace
 * @sched_ops: scheduler of @sched (namespace's lock)
 * @sched_options: its options (namespace's lock)
 * @source_pool: of backends that have none of their own, or NULL (namespace's
 *	lock)
 * @backends: in the order of creation (namespace's lock)
 * @panic: percent of the first tier's weight below which the next is used, too
 *	(namespace's lock)
 * @ramp_step: jiffies between rebuilds while a backend starts slowly, else 0
 *	(namespace's lock)
 * @ramp_due: jiffies of the next, if @ramp_step (namespace's lock)
 * @backend_count: length of @backends (namespace's lock)
 * @id: identity for dumps; constant
 * @list: in nflb_net.service_list (namespace's lock)
 * @zero: counters when they were last zeroed (namespace's lock)
 * @refs: one of the table, one per backend
 * @rcu: the packet path may hold the last pointers to it
 */
struct nflb_service {
	struct nflb_service_key		key;
	struct rhash_head		node;
	struct nflb_sched_table __rcu	*sched;
	struct nflb_timeouts		timeouts;
	struct nflb_affinity_setting	affinity;
	bool				one_packet;
	bool				icmp_reply;
	struct nflb_policy		policy;
	struct nflb_stats __percpu	*stats;
	struct nflb_limiter		limiter;

	struct nflb_net			*nn;
	const struct nflb_sched_ops	*sched_ops;
	struct nflb_sched_options	sched_options;
	struct nflb_source_pool		*source_pool;
	struct list_head		backends;
	u32				panic;
	unsigned long			ramp_step;
	unsigned long			ramp_due;
	unsigned int			backend_count;
	u32				id;
	struct list_head		list;
	struct nflb_stats_sum		zero;
	refcount_t			refs;
	struct rcu_head			rcu;
};

/*
 * What its clients know a service of one address by; @port is that of its
 * backend's packets, which is the client's where the service has many.
 */
static inline struct nflb_endpoint
nflb_service_end(const struct nflb_service *service, __be16 port)
{
	return (struct nflb_endpoint){
		service->key.addr,
		nflb_service_key_port(&service->key) ?: port
	};
}

/* What a configuration message says of a service. */
struct nflb_service_config {
	struct nflb_service_key		key;
	const struct nflb_sched_ops	*sched_ops;
	struct nflb_sched_options	sched_options;
	struct nflb_timeouts		timeouts;
	u32				panic;
	struct nflb_source_pool		*source_pool;	/* a reference is taken */
	bool				one_packet;
	bool				icmp_reply;
	struct nflb_policy		policy;
	u32				affinity;	/* seconds; 0: none */
	u8				affinity_prefix;
	struct nflb_limits		limits;
};

/* Packet path, RCU. */
struct nflb_service *nflb_service_lookup(struct nflb_net *nn,
					 const struct nflb_tuple *tuple);
struct nflb_service *nflb_service_lookup_mark(struct nflb_net *nn, u32 mark,
					      u8 family);

/**
 * nflb_service_of_packet - find the service a packet is to be balanced for
 * @nn: namespace
 * @pkt: packet
 *
 * Prefixes are for packets of others: the host's own, such as answers to who
 * administers it, would be swallowed, too.
 *
 * Context: RCU read side.
 * Return: the service, valid until the RCU read side ends, or NULL.
 */
static inline struct nflb_service *
nflb_service_of_packet(struct nflb_net *nn, const struct nflb_packet *pkt)
{
	struct nflb_service *service = nflb_service_lookup(nn, &pkt->tuple);

	if (service && nflb_packet_is_own(pkt) &&
	    service->key.prefix != nflb_addr_bits(pkt->tuple.family))
		return NULL;
	return service;
}

struct nflb_service *nflb_service_get_exact(struct nflb_net *nn,
					    const struct nflb_service_key *key);

/* Any context. */
void nflb_service_put(struct nflb_service *service);

/* User context, namespace's lock held. */
struct nflb_service *nflb_service_find(struct nflb_net *nn,
				       const struct nflb_service_key *key);
struct nflb_service *nflb_service_create(struct nflb_net *nn,
					 const struct nflb_service_config *config);
void nflb_service_discard(struct nflb_service *service);
int nflb_service_publish(struct nflb_service *service,
			 struct netlink_ext_ack *extack);
int nflb_service_rebuild(struct nflb_service *service,
			 const struct nflb_service_config *config,
			 struct netlink_ext_ack *extack);
int nflb_service_set(struct nflb_service *service,
		     const struct nflb_service_config *config,
		     struct netlink_ext_ack *extack);
void nflb_service_del(struct nflb_service *service);
void nflb_service_zero(struct nflb_service *service);

/* User context: life of a namespace. */
int nflb_service_table_init(struct nflb_net *nn);
void nflb_service_flush(struct nflb_net *nn);
void nflb_service_table_destroy(struct nflb_net *nn);

#endif /* _NFLB_SERVICE_H */
