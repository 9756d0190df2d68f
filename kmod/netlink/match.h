/* SPDX-License-Identifier: GPL-2.0 */
/* Which connections, or what else lies between a client and a backend. */
#ifndef _NFLB_NETLINK_MATCH_H
#define _NFLB_NETLINK_MATCH_H

#include "netlink/attr.h"

/**
 * struct nflb_match - what a request asks for
 * @service: of this service
 * @backend: of this backend; port 0: any
 * @client: clients of this prefix
 * @client_family: family of @client
 * @client_prefix: its length
 * @state: only of connections: in this state, enum nflb_state; 0: any
 * @by_service: @service is meant
 * @by_backend: @backend is meant
 * @by_client: @client is meant
 * @all: only for removal: no filter, on purpose
 */
struct nflb_match {
	struct nflb_service_key	service;
	struct nflb_backend_key	backend;
	__be32			client[4];
	u8			client_family;
	u8			client_prefix;
	u8			state;
	bool			by_service;
	bool			by_backend;
	bool			by_client;
	bool			all;
};

int nflb_match_get(struct nflb_match *match, struct nlattr **attrs,
		   struct netlink_ext_ack *extack);
int nflb_match_get_client(struct nflb_match *match, struct nlattr **tb,
			  const struct nflb_attr_addr *kind, int prefix,
			  struct netlink_ext_ack *extack);
bool nflb_match_is_empty(const struct nflb_match *match);
bool nflb_match_ends(const struct nflb_match *match,
		     const struct nflb_backend *backend, __be16 port,
		     const __be32 *client);
int nflb_match_put_ends(struct sk_buff *skb, const struct nflb_backend *backend,
			__be16 port);

#endif /* _NFLB_NETLINK_MATCH_H */
