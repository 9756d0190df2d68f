/* SPDX-License-Identifier: GPL-2.0 */
/* Source addresses and ports of the director's own, for full NAT. */
#ifndef _NFLB_SOURCE_H
#define _NFLB_SOURCE_H

#include <linux/nflb.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include "packet.h"
#include "ports.h"

struct netlink_ext_ack;
struct nflb_backend;
struct nflb_conn;
struct nflb_net;
struct nflb_service;

/**
 * struct nflb_source_prefix - some addresses of a pool
 * @addr: first address; the bits behind @length are 0
 * @length: bits that all of them have in common
 */
struct nflb_source_prefix {
	__be32	addr[4];
	u8	length;
};

/**
 * struct nflb_source_pool - a pool as it was configured; constant
 * @refs: one per holder
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @port_min: first port, host byte order
 * @port_max: last port
 * @addresses: how many all prefixes have together
 * @count: length of @prefix
 * @prefix: addresses
 */
struct nflb_source_pool {
	refcount_t			refs;
	u8				family;
	u16				port_min;
	u16				port_max;
	unsigned int			addresses;
	unsigned int			count;
	struct nflb_source_prefix	prefix[];
};

/**
 * struct nflb_source_key - what a range of ports is for
 * @addr: source address; unused words are 0
 * @peer: address of the backend; unused words are 0
 * @peer_port: its port
 * @port_min: first port, host byte order
 * @port_max: last port
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Backends of several services that are one server share the range: whoever
 * takes a port from it has it alone.
 */
struct nflb_source_key {
	__be32	addr[4];
	__be32	peer[4];
	__be16	peer_port;
	u16	port_min;
	u16	port_max;
	u8	protocol;
	u8	family;
};

/**
 * struct nflb_source_addr - a source address towards one server
 * @key: identity; constant
 * @node: in nflb_net.sources
 * @refs: one per struct nflb_source, one per connection
 * @nn: its namespace
 * @rcu: the packet path may hold the last pointers to it
 * @ports: the last member: it has a variable length
 */
struct nflb_source_addr {
	struct nflb_source_key	key;
	struct rhash_head	node;
	refcount_t		refs;
	struct nflb_net		*nn;
	struct rcu_head		rcu;
	struct nflb_ports	ports;
};

/**
 * struct nflb_source - what a backend's connections may take from
 * @rcu: the packet path may be using it
 * @count: length of @addr
 * @addr: addresses, a reference to each
 */
struct nflb_source {
	struct rcu_head		rcu;
	unsigned int		count;
	struct nflb_source_addr	*addr[];
};

/* Packet path, RCU. */
void nflb_source_exhausted(struct nflb_backend *backend);
bool nflb_source_take(struct nflb_conn *conn);
bool nflb_source_claim(struct nflb_conn *conn, const struct nflb_endpoint *end);

/* Any context. */
void nflb_source_give(struct nflb_conn *conn);
struct nflb_source_pool *nflb_source_pool_get(struct nflb_source_pool *pool);
void nflb_source_pool_put(struct nflb_source_pool *pool);

/* User context, namespace's lock held. */
int nflb_source_prepare(struct nflb_backend *backend, enum nflb_forward forward,
			const struct nflb_source_pool *own,
			const struct nflb_source_pool *shared,
			struct netlink_ext_ack *extack);
void nflb_source_commit(struct nflb_backend *backend);
void nflb_source_abort(struct nflb_backend *backend);
int nflb_source_prepare_all(struct nflb_service *service,
			    const struct nflb_source_pool *shared,
			    struct netlink_ext_ack *extack);
void nflb_source_commit_all(struct nflb_service *service);
void nflb_source_abort_all(struct nflb_service *service);
void nflb_source_clear(struct nflb_backend *backend);

/* User context: life of a namespace. */
void nflb_source_stop(struct nflb_net *nn);
int nflb_source_table_init(struct nflb_net *nn);
void nflb_source_table_destroy(struct nflb_net *nn);

#endif /* _NFLB_SOURCE_H */
