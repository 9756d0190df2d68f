// SPDX-License-Identifier: GPL-2.0
/* What has changed, for other directors. */
#include <net/sock.h>

#include "affinity.h"
#include "conn.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"

/* The flow has begun anew: that it ended before is no news any more. */
static bool has_successor(struct nflb_net *nn, const struct nflb_conn *conn)
{
	enum nflb_dir dir;

	return nflb_conn_lookup(nn, &conn->request.tuple, &dir);
}

static int put_conn(struct sk_buff *skb, struct nflb_net *nn,
		    const struct nflb_sync_change *change)
{
	const struct nflb_conn *conn = change->conn;

	/* One that is being removed comes again when it is. */
	if (change->gone ? has_successor(nn, conn) :
	    (atomic_read(&conn->status) &
	     (NFLB_CONN_CONFIRMED | NFLB_CONN_DYING)) != NFLB_CONN_CONFIRMED)
		return -ENODATA;
	return nflb_netlink_put_connection(skb, conn, change->gone ?
					   conn->end : NFLB_END_UNSPEC);
}

static int put_change(struct sk_buff *skb, struct nflb_net *nn,
		      const struct nflb_sync_change *change)
{
	if (change->conn)
		return put_conn(skb, nn, change);
	if (change->gone || !nflb_affinity_valid(change->affinity))
		return -ENODATA;
	return nflb_netlink_put_affinity(skb, change->affinity);
}

static void dump_change(struct sk_buff *skb, struct netlink_callback *cb,
			struct nflb_net *nn,
			const struct nflb_sync_change *change)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				   cb->nlh->nlmsg_seq, &nflb_genl_family,
				   NLM_F_MULTI, NFLB_CMD_CHANGES);

	if (!header)
		return;
	if (put_change(skb, nn, change))
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);
}

static bool has_room(const struct sk_buff *skb)
{
	return skb_tailroom(skb) >= NFLB_CONNECTION_SIZE;
}

/* Returns false at the end. What is taken out of the queue finds room. */
static bool dump_changes(struct sk_buff *skb, struct netlink_callback *cb,
			 struct nflb_net *nn)
{
	unsigned int cpu = cb->args[1];
	struct nflb_sync_change change;
	bool more = true;

	rcu_read_lock();
	while (has_room(skb)) {
		more = nflb_sync_next(nn, &cpu, &change);
		if (!more)
			break;
		dump_change(skb, cb, nn, &change);
		nflb_sync_done(&change);
	}
	rcu_read_unlock();
	cb->args[1] = cpu;
	return more;
}

/**
 * nflb_netlink_changes_dump - a call of the dump of changes
 * @skb: message to fill
 * @cb: the dump
 *
 * Context: process, may sleep.
 * Return: length of the message; 0 at the end; -ENOBUFS where changes are
 * missing; another negative errno.
 */
int nflb_netlink_changes_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nflb_net *nn = nflb_net(sock_net(skb->sk));
	struct nlattr *tb[NFLB_A_SERVICE + 1];
	bool complete, more = false;
	int err;

	if (!cb->args[0]) {
		err = genlmsg_parse(cb->nlh, &nflb_genl_family, tb,
				    NFLB_A_SERVICE, nflb_policy_none,
				    cb->extack);
		if (err)
			return err;
	}
	if (cb->args[2])
		return 0;
	complete = nflb_sync_begin(nn);
	if (complete)
		more = dump_changes(skb, cb, nn);
	nflb_sync_end(nn);
	if (!complete) {
		NL_SET_ERR_MSG(cb->extack,
			       "changes are missing: everything has to be listed");
		return -ENOBUFS;
	}
	cb->args[0] = true;
	cb->args[2] = !more;
	return skb->len;
}
