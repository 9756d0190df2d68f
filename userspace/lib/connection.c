// SPDX-License-Identifier: GPL-2.0
/*
 * The connection table, which may hold millions: connections are handed on
 * one by one and never collected here
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "priv.h"

struct listing {
	nflb_connection_fn fn;
	void *arg;
};

static int put_connection(struct nl_msg *msg, const struct nflb_filter *filter)
{
	struct nlattr *nest;
	int err;

	if (filter->client.family == AF_UNSPEC && !filter->state &&
	    !filter->all)
		return 0;
	nest = nla_nest_start(msg, NFLB_A_CONNECTION);
	if (!nest)
		return -NLE_NOMEM;
	err = nflb_put_client(msg, NFLB_CONNECTION_CLIENT_ADDR4,
			      NFLB_CONNECTION_CLIENT_ADDR6,
			      NFLB_CONNECTION_CLIENT_PREFIX, filter);
	if (!err && filter->state)
		err = nla_put_u8(msg, NFLB_CONNECTION_STATE, filter->state);
	if (!err && filter->all)
		err = nla_put_flag(msg, NFLB_CONNECTION_ALL);
	return err ? err : nla_nest_end(msg, nest);
}

static int put_filter(struct nl_msg *msg, const struct nflb_filter *filter)
{
	int err = nflb_put_ends(msg, filter);

	return err ? err : put_connection(msg, filter);
}

static struct nl_msg *filter_message(struct nflb *nflb, uint8_t cmd, int flags,
				     const struct nflb_filter *filter)
{
	struct nl_msg *msg = nflb_message(nflb, cmd, flags);

	if (msg && put_filter(msg, filter)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int get_destination(struct nlattr **in,
			   struct nflb_connection *connection)
{
	connection->protocol = nflb_get_u8(in[NFLB_CONNECTION_PROTOCOL]);
	connection->destination_port =
		nflb_get_port(in[NFLB_CONNECTION_SERVICE_PORT]);
	return nflb_get_address(in[NFLB_CONNECTION_SERVICE_ADDR4],
				in[NFLB_CONNECTION_SERVICE_ADDR6],
				&connection->destination);
}

static void get_progress(struct nlattr **in,
			 struct nflb_connection *connection)
{
	connection->flags = nflb_get_u8(in[NFLB_CONNECTION_FLAGS]);
	connection->tcp_seq = nflb_get_u8(in[NFLB_CONNECTION_TCP_SEQ]);
	connection->tcp_ack = nflb_get_u8(in[NFLB_CONNECTION_TCP_ACK]);
	connection->sctp_tag[0] =
		ntohl(nflb_get_u32(in[NFLB_CONNECTION_SCTP_TAG]));
	connection->sctp_tag[1] =
		ntohl(nflb_get_u32(in[NFLB_CONNECTION_SCTP_REPLY_TAG]));
}

static int get_connection(struct nlattr *nest,
			  struct nflb_connection *connection)
{
	struct nlattr *in[NFLB_CONNECTION_MAX + 1];

	if (!nest || nla_parse_nested(in, NFLB_CONNECTION_MAX, nest, NULL))
		return -EPROTO;
	connection->client_port =
		nflb_get_port(in[NFLB_CONNECTION_CLIENT_PORT]);
	connection->forward = nflb_get_u8(in[NFLB_CONNECTION_FORWARD]);
	connection->state = nflb_get_u8(in[NFLB_CONNECTION_STATE]);
	connection->expires = nflb_get_u32(in[NFLB_CONNECTION_EXPIRES]);
	connection->source_port =
		nflb_get_port(in[NFLB_CONNECTION_SOURCE_PORT]);
	get_progress(in, connection);
	if (get_destination(in, connection))
		return -EPROTO;
	if (connection->source_port &&
	    nflb_get_address(in[NFLB_CONNECTION_SOURCE_ADDR4],
			     in[NFLB_CONNECTION_SOURCE_ADDR6],
			     &connection->source))
		return -EPROTO;
	return nflb_get_address(in[NFLB_CONNECTION_CLIENT_ADDR4],
				in[NFLB_CONNECTION_CLIENT_ADDR6],
				&connection->client);
}

/**
 * nflb_connection_decode() - read what a message says of one connection
 * @attrs: the attributes of the top level
 * @connection: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_connection_decode(struct nlattr **attrs,
			   struct nflb_connection *connection)
{
	struct nlattr *service[NFLB_SERVICE_MAX + 1];

	memset(connection, 0, sizeof(*connection));
	if (nflb_get_service(attrs[NFLB_A_SERVICE], service) ||
	    nflb_get_key(service, &connection->service) ||
	    nflb_get_backend_key(attrs[NFLB_A_BACKEND], &connection->backend,
				 &connection->backend_port) ||
	    get_connection(attrs[NFLB_A_CONNECTION], connection))
		return -EPROTO;
	return 0;
}

static int take_connection(struct nlattr **attrs, void *arg)
{
	struct nflb_connection connection;
	const struct listing *listing = arg;

	if (nflb_connection_decode(attrs, &connection))
		return -EPROTO;
	return listing->fn(&connection, listing->arg);
}

/**
 * nflb_connection_list() - call a function for every connection
 * @nflb: the handle
 * @filter: which connections
 * @fn: the function; it must not use @nflb. A negative errno of it ends the
 *	listing with that error.
 * @arg: for @fn
 *
 * The table moves on meanwhile: a connection that comes or goes may be missing
 * or appear twice.
 *
 * Return: 0 or a negative errno.
 */
int nflb_connection_list(struct nflb *nflb, const struct nflb_filter *filter,
			 nflb_connection_fn fn, void *arg)
{
	struct listing listing = { .fn = fn, .arg = arg };

	return nflb_request(nflb,
			    filter_message(nflb, NFLB_CMD_CONNECTION_GET,
					   NLM_F_DUMP, filter),
			    take_connection, &listing);
}

/**
 * nflb_connection_count() - count connections
 * @nflb: the handle
 * @filter: which connections
 * @count: the result
 *
 * Return: 0 or a negative errno.
 */
int nflb_connection_count(struct nflb *nflb, const struct nflb_filter *filter,
			  uint64_t *count)
{
	return nflb_request_count(nflb,
				  filter_message(nflb, NFLB_CMD_CONNECTION_COUNT, 0,
						 filter), count);
}

/**
 * nflb_connection_del() - make the kernel forget connections
 * @nflb: the handle
 * @filter: which; one that lets all pass must say so
 * @count: how many there were
 *
 * Return: 0 or a negative errno.
 */
int nflb_connection_del(struct nflb *nflb, const struct nflb_filter *filter,
			uint64_t *count)
{
	return nflb_request_count(nflb,
				  filter_message(nflb, NFLB_CMD_CONNECTION_DEL, 0,
						 filter), count);
}
