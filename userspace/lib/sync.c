// SPDX-License-Identifier: GPL-2.0
/* What other directors are to know: read from one, imported into another */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "priv.h"

/* More than an entry ever needs, and than what is around them. */
#define ENTRY_SIZE	512
#define ROOM		256

struct reading {
	nflb_change_fn fn;
	void *arg;
};

/* There is no END in what libnflb calls a connection. */
static uint8_t get_end(struct nlattr *nest)
{
	struct nlattr *end = nest ? nla_find(nla_data(nest), nla_len(nest),
					     NFLB_CONNECTION_END) : NULL;

	return nflb_get_u8(end);
}

/**
 * nflb_change_decode() - read what a message says of something that changed
 * @attrs: the attributes of the top level
 * @change: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_change_decode(struct nlattr **attrs, struct nflb_change *change)
{
	memset(change, 0, sizeof(*change));
	change->is_affinity = attrs[NFLB_A_AFFINITY];
	if (change->is_affinity)
		return nflb_affinity_decode(attrs, &change->affinity);
	change->end = get_end(attrs[NFLB_A_CONNECTION]);
	return nflb_connection_decode(attrs, &change->connection);
}

static int take_change(struct nlattr **attrs, void *arg)
{
	const struct reading *reading = arg;
	struct nflb_change change;

	if (nflb_change_decode(attrs, &change))
		return -EPROTO;
	return reading->fn(&change, reading->arg);
}

/**
 * nflb_changes() - call a function for all that has changed since the last time
 * @nflb: the handle
 * @fn: the function; it must not use @nflb. A negative errno of it ends the
 *	reading with that error, and the rest of the changes is lost.
 * @arg: for @fn
 *
 * Return: 0; -ENOBUFS where changes are missing, the first time for instance:
 * then everything is to be listed; another negative errno.
 */
int nflb_changes(struct nflb *nflb, nflb_change_fn fn, void *arg)
{
	struct reading reading = { .fn = fn, .arg = arg };

	return nflb_request(nflb,
			    nflb_message(nflb, NFLB_CMD_CHANGES, NLM_F_DUMP),
			    take_change, &reading);
}

static int put_nested_key(struct nl_msg *msg, const struct nflb_address *address,
			  uint16_t port)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_BACKEND);
	int err = nest ? nflb_put_backend_key(msg, address, port) : -NLE_NOMEM;

	return err ? err : nla_nest_end(msg, nest);
}

static int put_flow(struct nl_msg *msg, const struct nflb_connection *connection)
{
	int err;

	err = nflb_put_address(msg, NFLB_CONNECTION_CLIENT_ADDR4,
			       NFLB_CONNECTION_CLIENT_ADDR6,
			       &connection->client);
	if (!err)
		err = nflb_put_port(msg, NFLB_CONNECTION_CLIENT_PORT,
				    connection->client_port);
	if (!err)
		err = nflb_put_address(msg, NFLB_CONNECTION_SERVICE_ADDR4,
				       NFLB_CONNECTION_SERVICE_ADDR6,
				       &connection->destination);
	if (!err)
		err = nflb_put_port(msg, NFLB_CONNECTION_SERVICE_PORT,
				    connection->destination_port);
	return err ? err : nla_put_u8(msg, NFLB_CONNECTION_PROTOCOL,
				      connection->protocol);
}

static int put_source(struct nl_msg *msg,
		      const struct nflb_connection *connection)
{
	int err;

	if (connection->source.family == AF_UNSPEC)
		return 0;
	err = nflb_put_address(msg, NFLB_CONNECTION_SOURCE_ADDR4,
			       NFLB_CONNECTION_SOURCE_ADDR6,
			       &connection->source);
	return err ? err : nflb_put_port(msg, NFLB_CONNECTION_SOURCE_PORT,
					 connection->source_port);
}

static int put_tags(struct nl_msg *msg, const uint32_t tag[2])
{
	int err = nla_put_u32(msg, NFLB_CONNECTION_SCTP_TAG, htonl(tag[0]));

	return err ? err : nla_put_u32(msg, NFLB_CONNECTION_SCTP_REPLY_TAG,
				       htonl(tag[1]));
}

static int put_progress(struct nl_msg *msg,
			const struct nflb_connection *connection)
{
	int err = nla_put_u8(msg, NFLB_CONNECTION_STATE, connection->state);

	if (!err)
		err = nla_put_u32(msg, NFLB_CONNECTION_EXPIRES,
				  connection->expires);
	if (!err && connection->flags)
		err = nla_put_u8(msg, NFLB_CONNECTION_FLAGS, connection->flags);
	if (!err && connection->protocol == IPPROTO_SCTP)
		err = put_tags(msg, connection->sctp_tag);
	if (err || connection->protocol != IPPROTO_TCP)
		return err;
	err = nla_put_u8(msg, NFLB_CONNECTION_TCP_SEQ, connection->tcp_seq);
	return err ? err : nla_put_u8(msg, NFLB_CONNECTION_TCP_ACK,
				      connection->tcp_ack);
}

static int put_connection(struct nl_msg *msg,
			  const struct nflb_connection *connection, uint8_t end)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_CONNECTION);
	int err = nest ? put_flow(msg, connection) : -NLE_NOMEM;

	if (!err)
		err = nla_put_u8(msg, NFLB_CONNECTION_FORWARD,
				 connection->forward);
	if (!err)
		err = put_progress(msg, connection);
	if (!err)
		err = put_source(msg, connection);
	if (!err && end)
		err = nla_put_u8(msg, NFLB_CONNECTION_END, end);
	return err ? err : nla_nest_end(msg, nest);
}

static int put_affinity(struct nl_msg *msg,
			const struct nflb_affinity *affinity)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_AFFINITY);
	int err = -NLE_NOMEM;

	if (nest)
		err = nflb_put_address(msg, NFLB_AFFINITY_CLIENT_ADDR4,
				       NFLB_AFFINITY_CLIENT_ADDR6,
				       &affinity->client.address);
	if (!err)
		err = nla_put_u8(msg, NFLB_AFFINITY_CLIENT_PREFIX,
				 affinity->client.length);
	if (!err)
		err = nla_put_u32(msg, NFLB_AFFINITY_EXPIRES,
				  affinity->expires);
	return err ? err : nla_nest_end(msg, nest);
}

static int put_of_connection(struct nl_msg *msg,
			     const struct nflb_connection *connection,
			     uint8_t end)
{
	int err = nflb_put_key(msg, &connection->service);

	if (!err)
		err = put_nested_key(msg, &connection->backend,
				     connection->backend_port);
	return err ? err : put_connection(msg, connection, end);
}

static int put_of_affinity(struct nl_msg *msg,
			   const struct nflb_affinity *affinity)
{
	int err = nflb_put_key(msg, &affinity->service);

	if (!err)
		err = put_nested_key(msg, &affinity->backend,
				     affinity->backend_port);
	return err ? err : put_affinity(msg, affinity);
}

static int put_entry(struct nl_msg *msg, const struct nflb_change *change)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_ENTRY);
	int err = -NLE_NOMEM;

	if (nest)
		err = change->is_affinity ?
		      put_of_affinity(msg, &change->affinity) :
		      put_of_connection(msg, &change->connection, change->end);
	return err ? err : nla_nest_end(msg, nest);
}

static int take_imported(struct nlattr **attrs, void *arg)
{
	struct nlattr *in[NFLB_IMPORT_MAX + 1];
	struct nflb_imported *imported = arg;
	int i;

	if (!attrs[NFLB_A_IMPORT] ||
	    nla_parse_nested(in, NFLB_IMPORT_MAX, attrs[NFLB_A_IMPORT], NULL))
		return -EPROTO;
	for (i = 1; i <= NFLB_IMPORT_MAX; i++)
		imported->count[i] += nflb_get_u32(in[i]);
	return 0;
}

static int import_batch(struct nflb *nflb, const struct nflb_change *changes,
			size_t count, struct nflb_imported *imported)
{
	struct nl_msg *msg = nflb_message_sized(nflb, NFLB_CMD_IMPORT, 0,
						ROOM + count * ENTRY_SIZE);
	size_t i;

	for (i = 0; msg && i < count; i++) {
		if (put_entry(msg, &changes[i])) {
			nlmsg_free(msg);
			msg = NULL;
		}
	}
	return nflb_request(nflb, msg, take_imported, imported);
}

/**
 * nflb_import() - take over what another director, or an earlier self, told of
 * @nflb: the handle
 * @changes: connections and affinity
 * @count: how many
 * @imported: what became of them; to what is there already it is added
 *
 * The same again changes nothing, and what is older does not replace what is
 * newer.
 *
 * Return: 0 or a negative errno; then a batch of %NFLB_IMPORT_BATCH, and all
 * behind it, has changed nothing.
 */
int nflb_import(struct nflb *nflb, const struct nflb_change *changes,
		size_t count, struct nflb_imported *imported)
{
	size_t some;
	int err = 0;

	while (count && !err) {
		some = count < NFLB_IMPORT_BATCH ? count : NFLB_IMPORT_BATCH;
		err = import_batch(nflb, changes, some, imported);
		changes += some;
		count -= some;
	}
	return err;
}
