/* SPDX-License-Identifier: GPL-2.0 */
/* Requests about what is in a table: list, count or remove what a filter lets pass. */
#ifndef _NFLB_NETLINK_LISTING_H
#define _NFLB_NETLINK_LISTING_H

#include <net/genetlink.h>

struct nflb_match;
struct nflb_net;
struct rhashtable;

/**
 * struct nflb_listing - what can be listed
 * @cmd: command of the messages of a dump
 * @policy: of the requests
 * @maxattr: its length less one
 * @get: reads a filter from the attributes of the top level
 * @table: where the objects are
 * @match: does the filter let an object pass? RCU read side
 * @put: puts an object into a message; -EMSGSIZE without room. RCU read side
 * @end: removes an object; true if nobody else did it before. RCU read side
 * @which: text for a removal without a filter
 * @both: text for a removal of all with a filter
 */
struct nflb_listing {
	u8			cmd;
	const struct nla_policy	*policy;
	unsigned int		maxattr;
	int			(*get)(struct nflb_match *match,
				       struct nlattr **attrs,
				       struct netlink_ext_ack *extack);
	struct rhashtable	*(*table)(struct nflb_net *nn);
	bool			(*match)(const struct nflb_match *match,
					 void *object);
	int			(*put)(struct sk_buff *skb, void *object);
	bool			(*end)(struct nflb_net *nn, void *object);
	const char		*which;
	const char		*both;
};

/* Process context. */
int nflb_listing_count(struct genl_info *info,
		       const struct nflb_listing *listing);
int nflb_listing_del(struct genl_info *info,
		     const struct nflb_listing *listing);
int nflb_listing_dump(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nflb_listing *listing);
int nflb_listing_done(struct netlink_callback *cb);

#endif /* _NFLB_NETLINK_LISTING_H */
