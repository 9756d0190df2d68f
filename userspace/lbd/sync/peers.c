// SPDX-License-Identifier: GPL-2.0
/* The peers: what is sent to them, and everything when they join */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "exchange.h"

#define BACKLOG		64	/* frames of a peer, before more of a list is put */

/**
 * struct peer - another director
 * @address: and @port: its own
 * @session: with it; NULL without a key
 * @wants_all: everything is to be sent
 * @done: of that, bytes of the table
 */
struct peer {
	struct nflb_address address;
	uint16_t port;
	struct sync_session *session;
	bool wants_all;
	size_t done;
};

static struct {
	struct peer *peer;
	size_t count;
	uint8_t key[SYNC_KEY_SIZE];
	bool has_key;
	struct sync_writer table;	/* everything, as records */
	bool wanted;			/* by a peer, and not listed yet */
	uint64_t lists;
	uint64_t strangers;		/* datagrams of others */
} peers;

socklen_t exchange_socket_address(const struct nflb_address *address,
				  uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)out;

	memset(out, 0, sizeof(*out));
	out->ss_family = address->family;
	if (address->family == AF_INET) {
		four->sin_addr = address->v4;
		four->sin_port = htons(port);
		return sizeof(*four);
	}
	six->sin6_addr = address->v6;
	six->sin6_port = htons(port);
	return sizeof(*six);
}

static void peer_send(void *context, const uint8_t *bytes, size_t length)
{
	struct peer *peer = context;
	struct sockaddr_storage to;
	socklen_t size = exchange_socket_address(&peer->address, peer->port, &to);

	exchange_send(&to, size, bytes, length);
}

static void peer_changes(void *context, const struct nflb_change *changes,
			 size_t count)
{
	(void)context;
	exchange_import(changes, count);
}

static void peer_joined(void *context)
{
	struct peer *peer = context;

	peer->wants_all = true;
	peers.wanted = true;
}

static const struct sync_session_ops session_ops = {
	.send = peer_send,
	.changes = peer_changes,
	.joined = peer_joined,
};

void exchange_tell(const struct nflb_change *change, uint64_t when)
{
	size_t i;

	for (i = 0; i < peers.count; i++) {
		if (peers.peer[i].session)
			sync_session_put(peers.peer[i].session, change,
					 when);
	}
}

void exchange_tell_all(void)
{
	size_t i;

	for (i = 0; i < peers.count; i++)
		peer_joined(&peers.peer[i]);
}

void exchange_ask_all(void)
{
	size_t i;

	for (i = 0; i < peers.count; i++) {
		if (peers.peer[i].session)
			sync_session_request(peers.peer[i].session);
	}
}

static bool table_grow(struct sync_writer *table)
{
	size_t room = table->room ? table->room * 2 : 1 << 16;
	uint8_t *bytes = realloc(table->bytes, room);

	if (!bytes)
		return false;
	table->bytes = bytes;
	table->room = room;
	return true;
}

void exchange_list_add(const struct nflb_change *change)
{
	struct sync_writer *table = &peers.table;

	while (sync_put_change(table, change)) {
		if (!table_grow(table))
			return;
	}
}

static void list_all(void)
{
	size_t i;

	peers.wanted = false;
	peers.table.length = 0;
	if (exchange_active() && !exchange_list())
		peers.lists++;
	/* Those who were in the middle begin again: it is another list. */
	for (i = 0; i < peers.count; i++) {
		struct peer *peer = &peers.peer[i];

		if (peer->wants_all)
			peer->done = 0;
	}
}

/* A part of the list, which leaves room for what changes now. */
static void put_part(struct peer *peer, uint64_t when)
{
	const struct sync_writer *table = &peers.table;
	struct nflb_change change;
	struct sync_reader reader;

	while (peer->wants_all && sync_session_up(peer->session) &&
	       sync_session_backlog(peer->session) < BACKLOG) {
		reader.bytes = table->bytes + peer->done;
		reader.length = table->length - peer->done;
		if (!reader.length || sync_get_change(&reader, &change)) {
			peer->wants_all = false;
			return;
		}
		sync_session_put(peer->session, &change, when);
		peer->done = table->length - reader.length;
	}
}

static void put_parts(uint64_t when)
{
	bool busy = false;
	size_t i;

	if (peers.wanted)
		list_all();
	for (i = 0; i < peers.count; i++) {
		struct peer *peer = &peers.peer[i];

		if (peer->session && peer->wants_all)
			put_part(peer, when);
		busy = busy || peer->wants_all;
	}
	if (busy || !peers.table.bytes)
		return;
	free(peers.table.bytes);
	peers.table = (struct sync_writer){ 0 };
}

static struct peer *peer_of(const struct sockaddr_storage *from)
{
	struct sockaddr_storage address;
	size_t i;

	for (i = 0; i < peers.count; i++) {
		struct peer *peer = &peers.peer[i];
		const struct sockaddr_in6 *a6 = (void *)&address;
		const struct sockaddr_in6 *f6 = (const void *)from;

		exchange_socket_address(&peer->address, peer->port, &address);
		if (from->ss_family == AF_INET &&
		    !memcmp(from, &address, offsetof(struct sockaddr_in, sin_zero)))
			return peer;
		if (from->ss_family == AF_INET6 && a6->sin6_port == f6->sin6_port &&
		    !memcmp(&a6->sin6_addr, &f6->sin6_addr, sizeof(f6->sin6_addr)))
			return peer;
	}
	return NULL;
}

void exchange_close_sessions(void)
{
	size_t i;

	for (i = 0; i < peers.count; i++) {
		sync_session_free(peers.peer[i].session);
		peers.peer[i].session = NULL;
	}
}

static void open_sessions(void)
{
	size_t i;

	for (i = 0; peers.has_key && i < peers.count; i++) {
		struct peer *peer = &peers.peer[i];

		if (!peer->session)
			peer->session = sync_session_new(peers.key,
							 &session_ops, peer);
	}
}

/**
 * exchange_set_peers() - these are the peers from now on
 * @config: says who
 *
 * Sessions with those before are given up.
 */
void exchange_set_peers(const struct config_sync *config)
{
	size_t i;

	exchange_close_sessions();
	free(peers.peer);
	peers.peer = calloc(config->peer_count, sizeof(*peers.peer));
	peers.count = peers.peer ? config->peer_count : 0;
	for (i = 0; i < peers.count; i++) {
		peers.peer[i].address = config->peers[i].address;
		peers.peer[i].port = config->peers[i].port;
	}
	open_sessions();
}

static void set(json_t *json, const char *name, uint64_t number)
{
	json_object_set_new(json, name, json_integer((json_int_t)number));
}

static void session_status(json_t *json, const struct sync_session *session,
			   uint64_t now)
{
	const struct sync_session_stats *stats = sync_session_stats(session);

	set(json, "lag_ms", sync_session_lag(session, now));
	set(json, "backlog", sync_session_backlog(session));
	set(json, "sessions", stats->sessions);
	set(json, "sent", stats->sent);
	set(json, "received", stats->received);
	set(json, "resent", stats->resent);
	set(json, "changes_sent", stats->changes_sent);
	set(json, "changes_received", stats->changes_received);
	set(json, "refused_malformed", stats->refused_malformed);
	set(json, "refused_forged", stats->refused_forged);
	set(json, "refused_replayed", stats->refused_replayed);
	set(json, "overflows", stats->overflows);
}

static json_t *peer_status(const struct peer *peer, uint64_t now)
{
	char text[NFLB_ENDPOINT_LEN];
	json_t *json = json_object();
	bool up;

	nflb_endpoint_format(&peer->address, peer->port, text);
	json_object_set_new(json, "peer", json_string(text));
	up = peer->session && sync_session_up(peer->session);
	json_object_set_new(json, "up", json_boolean(up));
	if (peer->session)
		session_status(json, peer->session, now);
	if (peer->wants_all && peers.table.length)
		set(json, "bulk_percent",
		    peer->done * 100 / peers.table.length);
	return json;
}

/**
 * exchange_tick() - do what time has come for
 * @now: milliseconds; every ten or so
 */
void exchange_tick(uint64_t now)
{
	size_t i;

	exchange_import_flush(now);
	put_parts(now);
	for (i = 0; i < peers.count; i++) {
		if (peers.peer[i].session)
			sync_session_tick(peers.peer[i].session, now);
	}
}

/**
 * exchange_receive() - take a datagram
 * @from: where it came from
 * @bytes: the datagram
 * @length: of it
 * @now: milliseconds
 */
void exchange_receive(const struct sockaddr_storage *from, const uint8_t *bytes,
		      size_t length, uint64_t now)
{
	struct peer *peer = peer_of(from);

	if (peer && peer->session)
		sync_session_receive(peer->session, bytes, length, now);
	else
		peers.strangers++;
}

/**
 * exchange_set_key() - this is the key from now on
 * @key: the key, or NULL: there is none
 */
void exchange_set_key(const uint8_t key[SYNC_KEY_SIZE])
{
	if (key && peers.has_key &&
	    !sodium_memcmp(key, peers.key, sizeof(peers.key)))
		return;
	exchange_close_sessions();
	peers.has_key = key;
	if (key)
		memcpy(peers.key, key, sizeof(peers.key));
	open_sessions();
}

bool exchange_has_key(void)
{
	return peers.has_key;
}

/* What there is to tell of all of it. */
void exchange_status(json_t *json, uint64_t now)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < peers.count; i++)
		json_array_append_new(list, peer_status(&peers.peer[i], now));
	json_object_set_new(json, "peers", list);
	set(json, "bulk_lists", peers.lists);
	set(json, "refused_strangers", peers.strangers);
	exchange_kernel_status(json);
}
