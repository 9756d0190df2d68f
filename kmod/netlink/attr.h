/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes that several objects share: parse and put. */
#ifndef _NFLB_NETLINK_ATTR_H
#define _NFLB_NETLINK_ATTR_H

#include <net/netlink.h>

#include "backend.h"
#include "service.h"
#include "stats.h"

/* Attribute numbers of one address, and what to call it in errors. */
struct nflb_attr_addr {
	int		addr4;
	int		addr6;
	const char	*missing;
	const char	*both;
};

/* A backend as a request names it. */
struct nflb_backend_key {
	__be32	addr[4];
	__be16	port;		/* 0: not given */
	u8	family;
};

int nflb_attr_refuse(struct netlink_ext_ack *extack, const struct nlattr *attr,
		     const char *text);
int nflb_attr_get_addr(__be32 addr[4], u8 *family, struct nlattr **tb,
		       const struct nflb_attr_addr *kind,
		       struct netlink_ext_ack *extack);
bool nflb_attr_addr_is_unicast(const __be32 *addr, u8 family);
int nflb_attr_get_service_key(struct nflb_service_key *key, struct nlattr **tb,
			      struct netlink_ext_ack *extack);
int nflb_attr_parse_service_key(struct nflb_service_key *key,
				const struct nlattr *nest,
				struct netlink_ext_ack *extack);
int nflb_attr_get_backend_key(struct nflb_backend_key *key, struct nlattr **tb,
			      struct netlink_ext_ack *extack);
bool nflb_attr_addr_is_unicast(const __be32 *addr, u8 family);
int nflb_attr_parse_backend_key(struct nflb_backend_key *key,
				const struct nlattr *nest,
				struct netlink_ext_ack *extack);

int nflb_attr_get_flow(struct nflb_tuple *tuple, const struct nlattr *nest,
		       struct nlattr **tb, struct netlink_ext_ack *extack);

int nflb_attr_put_addr(struct sk_buff *skb, int addr4, int addr6,
		       const __be32 *addr, u8 family);
int nflb_attr_put_service(struct sk_buff *skb,
			  const struct nflb_service_key *key);
int nflb_attr_put_service_key(struct sk_buff *skb,
			      const struct nflb_service_key *key);
int nflb_attr_put_stats(struct sk_buff *skb, int type,
			const struct nflb_stats_sum *sum);

/* forward.c */
int nflb_attr_get_forward(struct nflb_backend_config *config,
			  const struct nlattr *nest,
			  struct netlink_ext_ack *extack);
int nflb_attr_put_forward(struct sk_buff *skb,
			  const struct nflb_backend *backend);

/* affinity.c */
int nflb_attr_get_affinity(struct nflb_service_config *config,
			   struct nlattr **tb, struct netlink_ext_ack *extack);
int nflb_attr_put_affinity(struct sk_buff *skb,
			   const struct nflb_service *service);

/* source.c */
int nflb_attr_get_source_pool(struct nflb_source_pool **pool,
			      const struct nlattr *nest, u8 family,
			      struct netlink_ext_ack *extack);
int nflb_attr_put_source_pool(struct sk_buff *skb, int type,
			      const struct nflb_source_pool *pool);

#endif /* _NFLB_NETLINK_ATTR_H */
