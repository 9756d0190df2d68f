// SPDX-License-Identifier: GPL-2.0
/*
 * A session is agreed on by greetings. Each director has a random name for its
 * life and a random challenge; who returns the challenge is there now, and may
 * name itself. The challenge is used once. Both names make the two keys, one
 * for each direction, so that a number of a datagram never meets the same key
 * twice, and what was sent in one session is nothing in another.
 */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "state.h"

/* Milliseconds. */
#define GREETING_EVERY	500
#define ALIVE_EVERY	1000
#define LOST_AFTER	5000
#define ACK_EVERY	5

static void derive(uint8_t key[SYNC_KEY_SIZE],
		   const uint8_t shared[SYNC_KEY_SIZE], const uint8_t *from,
		   const uint8_t *to)
{
	uint8_t names[2 * SYNC_ID_SIZE];

	memcpy(names, from, SYNC_ID_SIZE);
	memcpy(names + SYNC_ID_SIZE, to, SYNC_ID_SIZE);
	crypto_generichash(key, SYNC_KEY_SIZE, names, sizeof(names), shared,
			   SYNC_KEY_SIZE);
}

/**
 * sync_session_new() - be ready for another director
 * @key: what both share
 * @ops: functions of the owner
 * @context: for these
 *
 * Return: the session, for sync_session_free(); NULL without memory.
 */
struct sync_session *
sync_session_new(const uint8_t key[SYNC_KEY_SIZE],
		 const struct sync_session_ops *ops, void *context)
{
	static const uint8_t greeting[] = "nflb sync greeting";
	struct sync_session *session = sodium_init() < 0 ? NULL :
				       calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->ops = ops;
	session->context = context;
	memcpy(session->shared_key, key, SYNC_KEY_SIZE);
	crypto_generichash(session->greeting_key, SYNC_KEY_SIZE, greeting,
			   sizeof(greeting), key, SYNC_KEY_SIZE);
	randombytes_buf(session->own, SYNC_ID_SIZE);
	randombytes_buf(session->challenge, SYNC_ID_SIZE);
	session->writer.bytes = session->room;
	session->writer.room = sizeof(session->room);
	session->stream = 1;
	return session;
}

void sync_session_free(struct sync_session *session)
{
	if (!session)
		return;
	sync_stream_forget(session);
	sync_stream_forget_ahead(session);
	sodium_memzero(session, sizeof(*session));
	free(session);
}

static uint64_t tag_of(const uint8_t name[SYNC_ID_SIZE])
{
	uint64_t tag;

	memcpy(&tag, name, sizeof(tag));
	return tag;
}

static void send_greeting(struct sync_session *session, uint64_t now)
{
	uint8_t bytes[SYNC_HEADER_SIZE + SYNC_NONCE_SIZE + SYNC_GREETING_SIZE +
		      SYNC_SEAL_SIZE];
	struct sync_header header = {
		.kind = SYNC_KIND_GREETING, .tag = tag_of(session->own),
	};
	uint8_t *nonce = bytes + SYNC_HEADER_SIZE;
	uint8_t plain[SYNC_GREETING_SIZE];

	session->greeted = now;
	sync_put_header(bytes, &header);
	randombytes_buf(nonce, SYNC_NONCE_SIZE);
	memcpy(plain, session->own, SYNC_ID_SIZE);
	memcpy(plain + SYNC_ID_SIZE, session->challenge, SYNC_ID_SIZE);
	memcpy(plain + 2 * SYNC_ID_SIZE, session->peer_challenge, SYNC_ID_SIZE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + SYNC_NONCE_SIZE,
						   NULL, plain, sizeof(plain),
						   bytes, SYNC_HEADER_SIZE,
						   NULL, nonce,
						   session->greeting_key);
	session->stats.sent++;
	session->ops->send(session->context, bytes, sizeof(bytes));
}

/* The number says it all: no key sees one twice. */
static void make_nonce(uint8_t nonce[SYNC_NONCE_SIZE], uint64_t number)
{
	memset(nonce, 0, SYNC_NONCE_SIZE);
	memcpy(nonce + SYNC_NONCE_SIZE - sizeof(number), &number,
	       sizeof(number));
}

void sync_session_send(struct sync_session *session, const uint8_t *plain,
		       size_t length, uint64_t now)
{
	struct sync_header header = {
		.kind = SYNC_KIND_FRAME, .tag = tag_of(session->own),
		.number = ++session->send_number,
	};
	uint8_t bytes[SYNC_DATAGRAM_MAX], nonce[SYNC_NONCE_SIZE];

	sync_put_header(bytes, &header);
	make_nonce(nonce, header.number);
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + SYNC_HEADER_SIZE,
						   NULL, plain, length, bytes,
						   SYNC_HEADER_SIZE, NULL,
						   nonce, session->send_key);
	session->spoke = now;
	session->stats.sent++;
	session->ops->send(session->context, bytes,
			   SYNC_HEADER_SIZE + length + SYNC_SEAL_SIZE);
}

static void come_up(struct sync_session *session)
{
	session->up = true;
	sync_stream_start(session);
}

static void agree(struct sync_session *session,
		  const uint8_t name[SYNC_ID_SIZE])
{
	memcpy(session->peer, name, SYNC_ID_SIZE);
	session->has_peer = true;
	derive(session->send_key, session->shared_key, session->own, name);
	derive(session->receive_key, session->shared_key, name, session->own);
	memset(&session->replay, 0, sizeof(session->replay));
	sync_stream_forget_ahead(session);
	session->in_stream = 0;
	session->stats.sessions++;
	memcpy(session->used_challenge, session->challenge, SYNC_ID_SIZE);
	randombytes_buf(session->challenge, SYNC_ID_SIZE);
	session->up = false;
}

static bool is_zero(const uint8_t id[SYNC_ID_SIZE])
{
	return sodium_is_zero(id, SYNC_ID_SIZE);
}

/* A greeting that returns what we said is of somebody who is there now. */
static void greeted_back(struct sync_session *session, const uint8_t *name,
			 uint64_t now)
{
	bool same = session->has_peer &&
		    !memcmp(name, session->peer, SYNC_ID_SIZE);

	session->heard = now;
	if (!same)
		agree(session, name);
	if (session->up)
		return;
	/* It may not know of us yet. */
	send_greeting(session, now);
	come_up(session);
}

static void take_greeting(struct sync_session *session, const uint8_t *plain,
			  uint64_t now)
{
	const uint8_t *name = plain, *challenge = plain + SYNC_ID_SIZE;
	const uint8_t *returned = plain + 2 * SYNC_ID_SIZE;

	if (!memcmp(name, session->own, SYNC_ID_SIZE)) {
		session->stats.refused_replayed++;
		return;
	}
	memcpy(session->peer_challenge, challenge, SYNC_ID_SIZE);
	if (!sodium_memcmp(returned, session->challenge, SYNC_ID_SIZE)) {
		greeted_back(session, name, now);
		return;
	}
	/* One that was on its way when we agreed says nothing new. */
	if (!is_zero(returned) &&
	    !sodium_memcmp(returned, session->used_challenge, SYNC_ID_SIZE) &&
	    !memcmp(name, session->peer, SYNC_ID_SIZE))
		return;
	if (!is_zero(returned))
		session->stats.refused_replayed++;
	send_greeting(session, now);
}

/* @length is that of what is sealed; the header is authenticated with it. */
static bool unseal(uint8_t *plain, const uint8_t *sealed, size_t length,
		   const uint8_t *header, const uint8_t *nonce,
		   const uint8_t *key)
{
	return !crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
							   sealed, length,
							   header,
							   SYNC_HEADER_SIZE,
							   nonce, key);
}

static void receive_greeting(struct sync_session *session,
			     const uint8_t *bytes, size_t length, uint64_t now)
{
	const uint8_t *nonce = bytes + SYNC_HEADER_SIZE;
	uint8_t plain[SYNC_GREETING_SIZE];

	if (length != SYNC_HEADER_SIZE + SYNC_NONCE_SIZE + SYNC_GREETING_SIZE +
		      SYNC_SEAL_SIZE) {
		session->stats.refused_malformed++;
		return;
	}
	if (!unseal(plain, nonce + SYNC_NONCE_SIZE,
		    SYNC_GREETING_SIZE + SYNC_SEAL_SIZE, bytes, nonce,
		    session->greeting_key)) {
		session->stats.refused_forged++;
		return;
	}
	session->stats.received++;
	take_greeting(session, plain, now);
}

static bool is_replayed(const struct replay *replay, uint64_t number)
{
	if (number > replay->highest)
		return false;
	if (replay->highest - number >= SYNC_WINDOW)
		return true;
	return replay->seen[number % SYNC_WINDOW / 64] & 1ULL << number % 64;
}

static void mark_seen(struct replay *replay, uint64_t number)
{
	/* What comes into the window has not been seen. */
	if (number > replay->highest + SYNC_WINDOW) {
		memset(replay->seen, 0, sizeof(replay->seen));
		replay->highest = number;
	}
	while (replay->highest < number) {
		replay->highest++;
		replay->seen[replay->highest % SYNC_WINDOW / 64] &=
			~(1ULL << replay->highest % 64);
	}
	replay->seen[number % SYNC_WINDOW / 64] |= 1ULL << number % 64;
}

static void take_frame(struct sync_session *session, struct sync_reader *reader,
		       uint64_t now)
{
	uint8_t type = 0;

	if (sync_get_type(reader, &type))
		session->stats.refused_malformed++;
	else if (type == SYNC_TYPE_CHANGES)
		sync_stream_take(session, reader);
	else if (type == SYNC_TYPE_ACK)
		sync_stream_take_ack(session, reader, now);
	else if (type == SYNC_TYPE_REQUEST)
		session->ops->joined(session->context);
	else
		session->stats.refused_malformed++;
	if (session->ack_due && now - session->acked >= ACK_EVERY)
		sync_stream_send_ack(session, now);
}

static bool open_frame(struct sync_session *session,
		       const struct sync_header *header, const uint8_t *bytes,
		       size_t length, uint8_t *plain)
{
	uint8_t nonce[SYNC_NONCE_SIZE];

	if (!session->has_peer || header->tag != tag_of(session->peer)) {
		session->stats.refused_replayed++;
		return false;
	}
	make_nonce(nonce, header->number);
	if (!unseal(plain, bytes + SYNC_HEADER_SIZE, length - SYNC_HEADER_SIZE,
		    bytes, nonce, session->receive_key)) {
		session->stats.refused_forged++;
		return false;
	}
	if (is_replayed(&session->replay, header->number)) {
		session->stats.refused_replayed++;
		return false;
	}
	mark_seen(&session->replay, header->number);
	return true;
}

static void receive_frame(struct sync_session *session,
			  const struct sync_header *header,
			  const uint8_t *bytes, size_t length, uint64_t now)
{
	uint8_t plain[SYNC_FRAME_MAX];
	struct sync_reader reader;

	if (length < SYNC_HEADER_SIZE + SYNC_SEAL_SIZE + 1) {
		session->stats.refused_malformed++;
		return;
	}
	if (!open_frame(session, header, bytes, length, plain))
		return;
	session->stats.received++;
	session->heard = now;
	if (!session->up)
		come_up(session);
	reader.bytes = plain;
	reader.length = length - SYNC_HEADER_SIZE - SYNC_SEAL_SIZE;
	take_frame(session, &reader, now);
}

/**
 * sync_session_receive() - take a datagram
 * @session: the session
 * @bytes: whatever came from the other director's address
 * @length: of it
 * @now: milliseconds
 */
void sync_session_receive(struct sync_session *session, const uint8_t *bytes,
			  size_t length, uint64_t now)
{
	struct sync_header header;

	if (length > SYNC_DATAGRAM_MAX ||
	    sync_get_header(bytes, length, &header))
		session->stats.refused_malformed++;
	else if (header.kind == SYNC_KIND_GREETING)
		receive_greeting(session, bytes, length, now);
	else
		receive_frame(session, &header, bytes, length, now);
}

static void send_request(struct sync_session *session, uint64_t now)
{
	uint8_t type = SYNC_TYPE_REQUEST;

	session->request = false;
	sync_session_send(session, &type, 1, now);
}

/**
 * sync_session_tick() - do what time has come for
 * @session: the session
 * @now: milliseconds; to be called every ten or so
 */
void sync_session_tick(struct sync_session *session, uint64_t now)
{
	if (session->up && now - session->heard > LOST_AFTER) {
		session->up = false;
		sync_stream_forget(session);
	}
	if (!session->up) {
		if (!session->greeted || now - session->greeted >= GREETING_EVERY)
			send_greeting(session, now);
		return;
	}
	sync_session_flush(session, now);
	sync_stream_resend(session, now);
	if (session->request)
		send_request(session, now);
	if (session->ack_due || now - session->spoke >= ALIVE_EVERY)
		sync_stream_send_ack(session, now);
}

/* The other director is to send everything again. */
void sync_session_request(struct sync_session *session)
{
	session->request = true;
}

bool sync_session_up(const struct sync_session *session)
{
	return session->up;
}

const struct sync_session_stats *
sync_session_stats(const struct sync_session *session)
{
	return &session->stats;
}
