/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink family "nflb": one file per object. */
#ifndef _NFLB_NETLINK_H
#define _NFLB_NETLINK_H

#include <linux/nflb.h>
#include <net/genetlink.h>

struct nflb_affinity;
struct nflb_backend;
struct nflb_backend_config;
struct nflb_conn;
struct nflb_service;
struct nflb_service_config;
struct nflb_service_key;

/* More than the attributes of a connection need. */
#define NFLB_CONNECTION_SIZE	768

extern struct genl_family nflb_genl_family;

/* Multicast groups, in the order of nflb_groups[]. */
enum nflb_group {
	NFLB_GROUP_SERVICE,
	NFLB_GROUP_BACKEND,
	NFLB_GROUP_CONNECTION,
};

/*
 * Policies of the requests, by what they may contain. Dumps parse their own in
 * the first call of dumpit, not in start: only there kernel 6.1 has somewhere
 * to put the text of a refusal.
 */
extern const struct nla_policy nflb_policy_service[NFLB_A_SERVICE + 1];
extern const struct nla_policy nflb_policy_backend[NFLB_A_BACKEND + 1];
extern const struct nla_policy nflb_policy_connection[NFLB_A_CONNECTION + 1];
extern const struct nla_policy nflb_policy_affinity[NFLB_A_AFFINITY + 1];
extern const struct nla_policy nflb_policy_entry[NFLB_A_ENTRY + 1];
extern const struct nla_policy nflb_policy_none[NFLB_A_SERVICE + 1];

/* netlink.c */
int nflb_netlink_answer(struct genl_info *info,
			int (*put)(struct sk_buff *msg, void *arg), void *arg);

/* pool.c */
int nflb_netlink_service_new(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_service_replace(struct sk_buff *skb, struct genl_info *info);

/* service.c */
int nflb_netlink_get_service(struct nflb_service_config *config,
			     struct genl_info *info);
int nflb_netlink_put_service(struct sk_buff *skb,
			     const struct nflb_service *service);
int nflb_netlink_service_set(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_service_del(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_service_get(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_service_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nflb_netlink_service_zero(struct sk_buff *skb, struct genl_info *info);

/* backend.c */
int nflb_netlink_get_backend(struct nflb_backend_config *config,
			     const struct nflb_service_key *service,
			     const struct nlattr *nest,
			     struct netlink_ext_ack *extack);
int nflb_netlink_put_backend(struct sk_buff *skb, struct nflb_backend *backend);
int nflb_netlink_backend_new(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_backend_set(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_backend_del(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_backend_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nflb_netlink_backend_done(struct netlink_callback *cb);

/* connection.c */
int nflb_netlink_put_connection(struct sk_buff *skb,
				const struct nflb_conn *conn,
				enum nflb_end end);
int nflb_netlink_connection_del(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_connection_count(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_connection_dump(struct sk_buff *skb,
				 struct netlink_callback *cb);

/* changes.c */
int nflb_netlink_changes_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* import.c */
int nflb_netlink_import(struct sk_buff *skb, struct genl_info *info);

/* affinity.c */
int nflb_netlink_put_affinity(struct sk_buff *skb,
			      const struct nflb_affinity *entry);
int nflb_netlink_affinity_del(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_affinity_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* explain.c */
int nflb_netlink_explain(struct sk_buff *skb, struct genl_info *info);

/* event.c; the functions of event.h are there, too */
void nflb_event_init(void);
void nflb_event_exit(void);

/* stats.c */
int nflb_netlink_stats_get(struct sk_buff *skb, struct genl_info *info);

/* settings.c */
int nflb_netlink_settings_get(struct sk_buff *skb, struct genl_info *info);
int nflb_netlink_settings_set(struct sk_buff *skb, struct genl_info *info);

/* Process context: module init and exit. */
int nflb_netlink_init(void);
void nflb_netlink_exit(void);

#endif /* _NFLB_NETLINK_H */
