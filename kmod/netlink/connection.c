// SPDX-License-Identifier: GPL-2.0
/* Requests about connections: listing and counting, filtered here. */
#include "conn.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/listing.h"
#include "netlink/match.h"
#include "netlink/netlink.h"

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

static int get_connection(struct nflb_match *filter, const struct nlattr *nest,
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
	return nflb_match_get_client(filter, tb, &client_addr,
				     NFLB_CONNECTION_CLIENT_PREFIX, extack);
}

static int get_filter(struct nflb_match *filter, struct nlattr **attrs,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *connection = attrs[NFLB_A_CONNECTION];
	int err;

	err = nflb_match_get(filter, attrs, extack);
	if (err || !connection)
		return err;
	return get_connection(filter, connection, extack);
}

/* The port its requests arrive at, whatever the backend says. */
static __be16 backend_port(const struct nflb_conn *conn)
{
	return nflb_backend_end(conn->backend, conn->request.tuple.dport).port;
}

/* What is over is not shown, though it may not be swept yet. */
static bool match(const struct nflb_match *filter, const struct nflb_conn *conn)
{
	const struct nflb_tuple *request = &conn->request.tuple;

	return !nflb_conn_expired(conn) && !nflb_conn_gone(conn) &&
	       (!filter->state || filter->state == nflb_conn_state(conn)) &&
	       nflb_match_ends(filter, conn->backend, backend_port(conn),
			       nflb_tuple_src(request));
}

/* Each connection has two nodes, and is looked at once. */
static bool match_node(const struct nflb_match *filter, void *object)
{
	const struct nflb_node *node = object;

	return node->tuple.dir == NFLB_DIR_REQUEST &&
	       match(filter, nflb_node_conn(node));
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

static u8 connection_flags(const struct nflb_conn *conn)
{
	int status = atomic_read(&conn->status);

	return (status & NFLB_CONN_FIN_REQUEST ? NFLB_CONNECTION_FIN : 0) |
	       (status & NFLB_CONN_FIN_REPLY ? NFLB_CONNECTION_REPLY_FIN : 0) |
	       (status & NFLB_CONN_TOA_SEEN ? NFLB_CONNECTION_TOA_SEEN : 0);
}

/* What another director needs to go on with it. */
static int put_progress(struct sk_buff *skb, const struct nflb_conn *conn)
{
	const struct nflb_conn_tail *tail;
	u8 flags = connection_flags(conn);

	if (flags && nla_put_u8(skb, NFLB_CONNECTION_FLAGS, flags))
		return -EMSGSIZE;
	switch (conn->request.tuple.protocol) {
	case IPPROTO_TCP:
		return nla_put_u8(skb, NFLB_CONNECTION_TCP_SEQ,
				  READ_ONCE(conn->seen.seq)) ?:
		       nla_put_u8(skb, NFLB_CONNECTION_TCP_ACK,
				  READ_ONCE(conn->seen.ack));
	case IPPROTO_SCTP:
		tail = nflb_conn_tail((struct nflb_conn *)conn);
		return nla_put_be32(skb, NFLB_CONNECTION_SCTP_TAG,
				    READ_ONCE(tail->sctp_tag[NFLB_DIR_REQUEST])) ?:
		       nla_put_be32(skb, NFLB_CONNECTION_SCTP_REPLY_TAG,
				    READ_ONCE(tail->sctp_tag[NFLB_DIR_REPLY]));
	default:
		return 0;
	}
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

	if (nflb_match_put_ends(skb, conn->backend, backend_port(conn)))
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
	    put_progress(skb, conn) ||
	    (end && nla_put_u8(skb, NFLB_CONNECTION_END, end)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_node(struct sk_buff *skb, void *object)
{
	return nflb_netlink_put_connection(skb, nflb_node_conn(object),
					   NFLB_END_UNSPEC);
}

static bool end_node(struct nflb_net *nn, void *object)
{
	return nflb_conn_end(nn, nflb_node_conn(object), NFLB_END_DELETED);
}

static struct rhashtable *table(struct nflb_net *nn)
{
	return &nn->conns;
}

static const struct nflb_listing connections = {
	.cmd		= NFLB_CMD_CONNECTION_GET,
	.policy		= nflb_policy_connection,
	.maxattr	= ARRAY_SIZE(nflb_policy_connection) - 1,
	.get		= get_filter,
	.table		= table,
	.match		= match_node,
	.put		= put_node,
	.end		= end_node,
	.which		= "a filter is missing: which connections?",
	.both		= "all connections or those of a filter, not both",
};

int nflb_netlink_connection_count(struct sk_buff *skb, struct genl_info *info)
{
	return nflb_listing_count(info, &connections);
}

int nflb_netlink_connection_del(struct sk_buff *skb, struct genl_info *info)
{
	return nflb_listing_del(info, &connections);
}

int nflb_netlink_connection_dump(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return nflb_listing_dump(skb, cb, &connections);
}
