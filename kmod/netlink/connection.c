// SPDX-License-Identifier: GPL-2.0
/* Requests about connections: listing and counting, filtered here. */
#include <linux/inetdevice.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "conn.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"

/* Nodes looked at before others may run. */
#define NFLB_COUNT_CHUNK	1024

static const struct nla_policy filter_policy[] = {
	[NFLB_CONNECTION_CLIENT_ADDR4]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_CLIENT_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_CONNECTION_CLIENT_PREFIX]	= NLA_POLICY_MAX(NLA_U8, 128),
	[NFLB_CONNECTION_STATE]		= NLA_POLICY_RANGE(NLA_U8, 1,
							   NFLB_STATE_MAX),
	[NFLB_CONNECTION_ALL]		= { .type = NLA_FLAG },
};

static const struct nflb_attr_addr client_addr = {
	.addr4		= NFLB_CONNECTION_CLIENT_ADDR4,
	.addr6		= NFLB_CONNECTION_CLIENT_ADDR6,
	.missing	= "client address is missing",
	.both		= "client has an IPv4 and an IPv6 address",
};

/**
 * struct conn_filter - which connections are asked for
 * @service: of this service
 * @backend: of this backend; port 0: any
 * @client: clients of this prefix
 * @client_family: family of @client
 * @client_prefix: its length
 * @state: in this state; 0: any
 * @by_service: @service is meant
 * @by_backend: @backend is meant
 * @by_client: @client is meant
 * @all: only for removal: no filter, on purpose
 */
struct conn_filter {
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

static int get_client(struct conn_filter *filter, struct nlattr **tb,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *prefix = tb[NFLB_CONNECTION_CLIENT_PREFIX];
	u8 longest;
	int err;

	filter->by_client = true;
	err = nflb_attr_get_addr(filter->client, &filter->client_family, tb,
				 &client_addr, extack);
	if (err)
		return err;
	longest = filter->client_family == NFPROTO_IPV4 ? 32 : 128;
	filter->client_prefix = prefix ? nla_get_u8(prefix) : longest;
	if (filter->client_prefix > longest)
		return nflb_attr_refuse(extack, prefix,
					"client prefix is longer than the address");
	return 0;
}

static int get_connection_filter(struct conn_filter *filter,
				 const struct nlattr *nest,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(filter_policy)];
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(filter_policy) - 1, nest,
			       filter_policy, extack);
	if (err)
		return err;
	if (tb[NFLB_CONNECTION_STATE])
		filter->state = nla_get_u8(tb[NFLB_CONNECTION_STATE]);
	filter->all = nla_get_flag(tb[NFLB_CONNECTION_ALL]);
	if (tb[NFLB_CONNECTION_CLIENT_ADDR4] ||
	    tb[NFLB_CONNECTION_CLIENT_ADDR6] ||
	    tb[NFLB_CONNECTION_CLIENT_PREFIX])
		return get_client(filter, tb, extack);
	return 0;
}

static int get_filter(struct conn_filter *filter, struct nlattr **attrs,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *service = attrs[NFLB_A_SERVICE];
	const struct nlattr *backend = attrs[NFLB_A_BACKEND];
	const struct nlattr *connection = attrs[NFLB_A_CONNECTION];
	int err = 0;

	memset(filter, 0, sizeof(*filter));
	if (service) {
		filter->by_service = true;
		err = nflb_attr_parse_service_key(&filter->service, service,
						  extack);
	}
	if (!err && backend) {
		filter->by_backend = true;
		err = nflb_attr_parse_backend_key(&filter->backend, backend,
						  extack);
	}
	if (!err && connection)
		err = get_connection_filter(filter, connection, extack);
	return err;
}

static bool match_service(const struct conn_filter *filter,
			  const struct nflb_conn *conn)
{
	return !memcmp(&filter->service, &conn->backend->service->key,
		       sizeof(filter->service));
}

/* The port its requests arrive at, whatever the backend says. */
static __be16 backend_port(const struct nflb_conn *conn)
{
	return nflb_backend_end(conn->backend, conn->request.tuple.dport).port;
}

static bool match_backend(const struct conn_filter *filter,
			  const struct nflb_conn *conn)
{
	const struct nflb_backend_key *want = &filter->backend;
	const struct nflb_backend *backend = conn->backend;

	return want->family == backend->family &&
	       (!want->port || want->port == backend_port(conn)) &&
	       nflb_addr_equal(want->addr, backend->addr, want->family);
}

static bool match_client(const struct conn_filter *filter,
			 const struct nflb_conn *conn)
{
	const struct nflb_tuple *request = &conn->request.tuple;
	const __be32 *client = nflb_tuple_src(request);

	if (filter->client_family != request->family)
		return false;
	if (request->family == NFPROTO_IPV4)
		return !((client[0] ^ filter->client[0]) &
			 inet_make_mask(filter->client_prefix));
	return ipv6_prefix_equal((const struct in6_addr *)client,
				 (const struct in6_addr *)filter->client,
				 filter->client_prefix);
}

/* What is over is not shown, though it may not be swept yet. */
static bool match(const struct conn_filter *filter,
		  const struct nflb_conn *conn)
{
	return !nflb_conn_expired(conn) && !nflb_conn_gone(conn) &&
	       (!filter->state || filter->state == nflb_conn_state(conn)) &&
	       (!filter->by_service || match_service(filter, conn)) &&
	       (!filter->by_backend || match_backend(filter, conn)) &&
	       (!filter->by_client || match_client(filter, conn));
}

/* The connection of a node that the walk came to, if it is asked for. */
static struct nflb_conn *match_node(const struct conn_filter *filter,
				    const struct nflb_node *node)
{
	struct nflb_conn *conn;

	if (node->tuple.dir != NFLB_DIR_REQUEST)
		return NULL;
	conn = nflb_node_conn(node);
	return match(filter, conn) ? conn : NULL;
}

/* @kill: what matches is removed, too. False at the end of the table. */
static bool count_chunk(struct nflb_net *nn, struct rhashtable_iter *iter,
			const struct conn_filter *filter, bool kill, u64 *count)
{
	const struct nflb_node *node;
	struct nflb_conn *conn;
	unsigned int i;

	for (i = 0; i < NFLB_COUNT_CHUNK; i++) {
		node = rhashtable_walk_next(iter);
		if (!node)
			return false;
		conn = IS_ERR(node) ? NULL : match_node(filter, node);
		if (!conn)
			continue;
		if (!kill || nflb_conn_end(nn, conn, NFLB_END_DELETED))
			++*count;
	}
	return true;
}

static u64 count_connections(struct nflb_net *nn,
			     const struct conn_filter *filter, bool kill)
{
	struct rhashtable_iter iter;
	u64 count = 0;
	bool more;

	rhashtable_walk_enter(&nn->conns, &iter);
	do {
		rhashtable_walk_start(&iter);
		more = count_chunk(nn, &iter, filter, kill, &count);
		rhashtable_walk_stop(&iter);
		cond_resched();
	} while (more);
	rhashtable_walk_exit(&iter);
	return count;
}

/* The answer is made first: nothing is removed that cannot be told. */
static int answer_count(struct genl_info *info,
			const struct conn_filter *filter, bool kill)
{
	struct nflb_net *nn = nflb_net(genl_info_net(info));
	struct nlattr *count;
	struct sk_buff *msg;
	void *header;
	u64 number;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	header = genlmsg_put_reply(msg, info, &nflb_genl_family, 0,
				   info->genlhdr->cmd);
	count = nla_reserve_64bit(msg, NFLB_A_COUNT, sizeof(number),
				  NFLB_A_PAD);
	if (!header || !count) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	number = count_connections(nn, filter, kill);
	memcpy(nla_data(count), &number, sizeof(number));
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

int nflb_netlink_connection_count(struct sk_buff *skb, struct genl_info *info)
{
	struct conn_filter filter;

	return get_filter(&filter, info->attrs, info->extack) ?:
	       answer_count(info, &filter, false);
}

static bool filter_is_empty(const struct conn_filter *filter)
{
	return !filter->by_service && !filter->by_backend &&
	       !filter->by_client && !filter->state;
}

int nflb_netlink_connection_del(struct sk_buff *skb, struct genl_info *info)
{
	struct conn_filter filter;
	int err;

	err = get_filter(&filter, info->attrs, info->extack);
	if (err)
		return err;
	if (!filter.all && filter_is_empty(&filter))
		return nflb_attr_refuse(info->extack, NULL,
					"a filter is missing: which connections?");
	if (filter.all && !filter_is_empty(&filter))
		return nflb_attr_refuse(info->extack, NULL,
					"all connections or those of a filter, not both");
	return answer_count(info, &filter, true);
}

/**
 * struct conn_dump - a dump in progress
 * @filter: what is asked for
 * @iter: where in the table it stands
 */
struct conn_dump {
	struct conn_filter	filter;
	struct rhashtable_iter	iter;
};

/* The first call of a dump; nflb_netlink_connection_done() ends it. */
static int begin_dump(struct netlink_callback *cb, struct nflb_net *nn)
{
	struct nlattr *tb[ARRAY_SIZE(nflb_policy_connection)];
	struct conn_dump *dump;
	int err;

	err = genlmsg_parse(cb->nlh, &nflb_genl_family, tb,
			    ARRAY_SIZE(nflb_policy_connection) - 1,
			    nflb_policy_connection, cb->extack);
	if (err)
		return err;
	dump = kmalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	err = get_filter(&dump->filter, tb, cb->extack);
	if (err) {
		kfree(dump);
		return err;
	}
	rhashtable_walk_enter(&nn->conns, &dump->iter);
	cb->args[0] = (long)dump;
	return 0;
}

int nflb_netlink_connection_done(struct netlink_callback *cb)
{
	struct conn_dump *dump = (struct conn_dump *)cb->args[0];

	if (dump)
		rhashtable_walk_exit(&dump->iter);
	kfree(dump);
	return 0;
}

static int put_ends(struct sk_buff *skb, const struct nflb_conn *conn)
{
	const struct nflb_backend *backend = conn->backend;
	struct nlattr *nest = nla_nest_start(skb, NFLB_A_SERVICE);

	if (!nest || nflb_attr_put_service_key(skb, &backend->service->key))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);

	nest = nla_nest_start(skb, NFLB_A_BACKEND);
	if (!nest ||
	    nflb_attr_put_addr(skb, NFLB_BACKEND_ADDR4, NFLB_BACKEND_ADDR6,
			       backend->addr, backend->family) ||
	    nla_put_be16(skb, NFLB_BACKEND_PORT, backend_port(conn)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u32 seconds_left(const struct nflb_conn *conn)
{
	s32 left = READ_ONCE(conn->expires) - (u32)jiffies;

	return left > 0 ? DIV_ROUND_UP(left, HZ) : 0;
}

/* What the backend takes for the client, where that is not the client. */
static int put_source(struct sk_buff *skb, const struct nflb_conn *conn)
{
	struct nflb_endpoint source = nflb_conn_source_end(conn);

	if (conn->forward != NFLB_FORWARD_FULLNAT)
		return 0;
	return nflb_attr_put_addr(skb, NFLB_CONNECTION_SOURCE_ADDR4,
				  NFLB_CONNECTION_SOURCE_ADDR6, source.addr,
				  conn->request.tuple.family) ?:
	       nla_put_be16(skb, NFLB_CONNECTION_SOURCE_PORT, source.port);
}

/**
 * nflb_netlink_put_connection - put a connection and what it belongs to
 * @skb: message
 * @conn: connection
 * @end: why it ended; NFLB_END_UNSPEC if it did not
 *
 * Context: any, RCU read side.
 * Return: 0 or -EMSGSIZE.
 */
int nflb_netlink_put_connection(struct sk_buff *skb,
				const struct nflb_conn *conn, enum nflb_end end)
{
	const struct nflb_tuple *request = &conn->request.tuple;
	struct nlattr *nest;

	if (put_ends(skb, conn))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, NFLB_A_CONNECTION);
	if (!nest ||
	    nflb_attr_put_addr(skb, NFLB_CONNECTION_CLIENT_ADDR4,
			       NFLB_CONNECTION_CLIENT_ADDR6,
			       nflb_tuple_src(request), request->family) ||
	    nla_put_be16(skb, NFLB_CONNECTION_CLIENT_PORT, request->sport) ||
	    nflb_attr_put_addr(skb, NFLB_CONNECTION_SERVICE_ADDR4,
			       NFLB_CONNECTION_SERVICE_ADDR6,
			       nflb_tuple_dst(request), request->family) ||
	    nla_put_be16(skb, NFLB_CONNECTION_SERVICE_PORT, request->dport) ||
	    nla_put_u8(skb, NFLB_CONNECTION_PROTOCOL, request->protocol) ||
	    nla_put_u8(skb, NFLB_CONNECTION_FORWARD, conn->forward) ||
	    nla_put_u8(skb, NFLB_CONNECTION_STATE, nflb_conn_state(conn)) ||
	    nla_put_u32(skb, NFLB_CONNECTION_EXPIRES, seconds_left(conn)) ||
	    put_source(skb, conn) ||
	    (end && nla_put_u8(skb, NFLB_CONNECTION_END, end)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int dump_connection(struct sk_buff *skb, struct netlink_callback *cb,
			   struct nflb_conn *conn)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				   cb->nlh->nlmsg_seq, &nflb_genl_family,
				   NLM_F_MULTI, NFLB_CMD_CONNECTION_GET);

	if (!header)
		return -EMSGSIZE;
	if (nflb_netlink_put_connection(skb, conn, NFLB_END_UNSPEC)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/*
 * The node the walk stands at is looked at again in the next call when there
 * was no room for it in this one.
 */
static void dump_from(struct sk_buff *skb, struct netlink_callback *cb,
		      struct conn_dump *dump)
{
	const struct nflb_node *node;
	struct nflb_conn *conn;

	rhashtable_walk_start(&dump->iter);
	for (node = rhashtable_walk_peek(&dump->iter); node;
	     node = rhashtable_walk_next(&dump->iter)) {
		if (IS_ERR(node))
			continue;
		conn = match_node(&dump->filter, node);
		if (conn && dump_connection(skb, cb, conn))
			break;
	}
	rhashtable_walk_stop(&dump->iter);
}

int nflb_netlink_connection_dump(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct nflb_net *nn = nflb_net(sock_net(skb->sk));
	int err = 0;

	if (!cb->args[0])
		err = begin_dump(cb, nn);
	if (err)
		return err;
	dump_from(skb, cb, (struct conn_dump *)cb->args[0]);
	return skb->len;
}
