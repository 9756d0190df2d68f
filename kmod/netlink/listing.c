// SPDX-License-Identifier: GPL-2.0
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "net.h"
#include "netlink/attr.h"
#include "netlink/listing.h"
#include "netlink/match.h"
#include "netlink/netlink.h"
#include "walk.h"

/**
 * struct count - a count in progress
 * @nn: namespace
 * @listing: of what
 * @match: what is counted
 * @end: and removed, too
 * @number: result
 */
struct count {
	struct nflb_net			*nn;
	const struct nflb_listing	*listing;
	struct nflb_match		match;
	bool				end;
	u64				number;
};

static void count_object(void *object, void *arg)
{
	struct count *count = arg;
	const struct nflb_listing *listing = count->listing;

	if (!listing->match(&count->match, object))
		return;
	if (!count->end || listing->end(count->nn, object))
		count->number++;
}

/* Room comes first: nothing is removed that cannot be told. */
static int put_count(struct sk_buff *msg, void *arg)
{
	struct count *count = arg;
	struct nlattr *number;

	number = nla_reserve_64bit(msg, NFLB_A_COUNT, sizeof(count->number),
				   NFLB_A_PAD);
	if (!number)
		return -EMSGSIZE;
	nflb_walk(count->listing->table(count->nn), count_object, count);
	memcpy(nla_data(number), &count->number, sizeof(count->number));
	return 0;
}

static int begin_count(struct count *count, struct genl_info *info,
		       const struct nflb_listing *listing)
{
	memset(count, 0, sizeof(*count));
	count->nn = nflb_net(genl_info_net(info));
	count->listing = listing;
	return listing->get(&count->match, info->attrs, info->extack);
}

/**
 * nflb_listing_count - answer how many objects there are
 * @info: request, with a filter
 * @listing: of what
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int nflb_listing_count(struct genl_info *info,
		       const struct nflb_listing *listing)
{
	struct count count;

	return begin_count(&count, info, listing) ?:
	       nflb_netlink_answer(info, put_count, &count);
}

/**
 * nflb_listing_del - remove objects and answer how many
 * @info: request, with a filter that is not empty, or for all
 * @listing: of what
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing changed.
 */
int nflb_listing_del(struct genl_info *info,
		     const struct nflb_listing *listing)
{
	struct count count;
	int err;

	err = begin_count(&count, info, listing);
	if (err)
		return err;
	if (count.match.all != nflb_match_is_empty(&count.match))
		return nflb_attr_refuse(info->extack, NULL, count.match.all ?
					listing->both : listing->which);
	count.end = true;
	return nflb_netlink_answer(info, put_count, &count);
}

/**
 * struct listing_dump - a dump in progress
 * @match: what is asked for
 * @iter: where in the table it stands
 */
struct listing_dump {
	struct nflb_match	match;
	struct rhashtable_iter	iter;
};

/* The first call of a dump; nflb_listing_done() ends it. */
static int begin_dump(struct netlink_callback *cb, struct nflb_net *nn,
		      const struct nflb_listing *listing)
{
	struct nlattr *tb[NFLB_A_MAX + 1];
	struct listing_dump *dump;
	int err;

	err = genlmsg_parse(cb->nlh, &nflb_genl_family, tb, listing->maxattr,
			    listing->policy, cb->extack);
	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	err = listing->get(&dump->match, tb, cb->extack);
	if (err) {
		kfree(dump);
		return err;
	}
	rhashtable_walk_enter(listing->table(nn), &dump->iter);
	cb->args[0] = (long)dump;
	return 0;
}

int nflb_listing_done(struct netlink_callback *cb)
{
	struct listing_dump *dump = (struct listing_dump *)cb->args[0];

	if (dump)
		rhashtable_walk_exit(&dump->iter);
	kfree(dump);
	return 0;
}

static int dump_object(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct nflb_listing *listing, void *object)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				   cb->nlh->nlmsg_seq, &nflb_genl_family,
				   NLM_F_MULTI, listing->cmd);

	if (!header)
		return -EMSGSIZE;
	if (listing->put(skb, object)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/*
 * The object the walk stands at is looked at again in the next call when there
 * was no room for it in this one.
 */
static void dump_from(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nflb_listing *listing)
{
	struct listing_dump *dump = (struct listing_dump *)cb->args[0];
	void *object;

	rhashtable_walk_start(&dump->iter);
	for (object = rhashtable_walk_peek(&dump->iter); object;
	     object = rhashtable_walk_next(&dump->iter)) {
		if (IS_ERR(object) || !listing->match(&dump->match, object))
			continue;
		if (dump_object(skb, cb, listing, object))
			break;
	}
	rhashtable_walk_stop(&dump->iter);
}

/**
 * nflb_listing_dump - a call of a dump
 * @skb: message to fill
 * @cb: the dump; nflb_listing_done() ends it
 * @listing: of what
 *
 * Context: process, may sleep.
 * Return: length of the message; 0 at the end; or a negative errno.
 */
int nflb_listing_dump(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nflb_listing *listing)
{
	struct nflb_net *nn = nflb_net(sock_net(skb->sk));
	int err = 0;

	if (!cb->args[0])
		err = begin_dump(cb, nn, listing);
	if (err)
		return err;
	dump_from(skb, cb, listing);
	return skb->len;
}
