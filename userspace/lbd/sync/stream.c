// SPDX-License-Identifier: GPL-2.0
/*
 * Changes go out in a stream of numbered frames, and are kept until the other
 * director has acknowledged them. It says which it lacks, and only these go
 * again. Whoever does not keep up gets a new stream, and everything in it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

#define CHANGES_MAX	128	/* in a frame: more do not fit */

/* Milliseconds. */
#define RESEND_AFTER	200
#define GAP_AFTER	20

#define RESENDS		32	/* at a time */

void sync_stream_forget(struct sync_session *session)
{
	for (; session->base != session->end; session->base++) {
		free(session->ring[session->base % SYNC_RING]);
		session->ring[session->base % SYNC_RING] = NULL;
	}
	session->base = 0;
	session->next = 0;
	session->end = 0;
	session->writer.length = 0;
	session->stream++;
}

void sync_stream_forget_ahead(struct sync_session *session)
{
	unsigned int i;

	for (i = 0; i < SYNC_WINDOW; i++) {
		free(session->ahead[i]);
		session->ahead[i] = NULL;
	}
	session->expected = 0;
	session->behind = 0;
}

static void send_one(struct sync_session *session, uint32_t number,
		     uint64_t now)
{
	struct frame *frame = session->ring[number % SYNC_RING];

	frame->sent = now;
	sync_session_send(session, frame->bytes, frame->length, now);
}

static void send_waiting(struct sync_session *session, uint64_t now)
{
	while (session->next != session->end &&
	       session->next - session->base < SYNC_WINDOW)
		send_one(session, session->next++, now);
}

static void resend(struct sync_session *session, uint32_t number,
		   uint64_t after, uint64_t now)
{
	if (now - session->ring[number % SYNC_RING]->sent < after)
		return;
	session->stats.resent++;
	send_one(session, number, now);
}

/* Everything is to be put again. */
void sync_stream_start(struct sync_session *session)
{
	sync_stream_forget(session);
	session->ops->joined(session->context);
}

static void deliver(struct sync_session *session, const struct frame *frame)
{
	struct sync_reader reader = { frame->bytes, frame->length };
	struct nflb_change changes[CHANGES_MAX];
	size_t count = 0;

	while (reader.length && count < CHANGES_MAX) {
		if (sync_get_change(&reader, &changes[count])) {
			session->stats.refused_malformed++;
			break;
		}
		count++;
	}
	session->stats.changes_received += count;
	if (count)
		session->ops->changes(session->context, changes, count);
}

static void deliver_all(struct sync_session *session)
{
	struct frame **frame;

	for (;;) {
		frame = &session->ahead[session->expected % SYNC_WINDOW];
		if (!*frame)
			return;
		deliver(session, *frame);
		free(*frame);
		*frame = NULL;
		session->expected++;
	}
}

static void keep_ahead(struct sync_session *session, uint32_t number,
		       const struct sync_reader *reader)
{
	struct frame **place = &session->ahead[number % SYNC_WINDOW], *frame;

	if (*place)
		return;
	frame = malloc(sizeof(*frame) + reader->length);
	if (!frame)
		return;
	frame->length = reader->length;
	memcpy(frame->bytes, reader->bytes, reader->length);
	*place = frame;
	if ((int32_t)(number + 1 - session->behind) > 0)
		session->behind = number + 1;
}

void sync_stream_take(struct sync_session *session, struct sync_reader *reader)
{
	uint32_t stream, number;

	if (sync_get_changes(reader, &stream, &number)) {
		session->stats.refused_malformed++;
		return;
	}
	if ((int32_t)(stream - session->in_stream) < 0)
		return;
	if (stream != session->in_stream) {
		sync_stream_forget_ahead(session);
		session->in_stream = stream;
	}
	session->ack_due = true;
	/* One that comes again is acknowledged again. */
	if (number - session->expected < SYNC_WINDOW)
		keep_ahead(session, number, reader);
	deliver_all(session);
}

void sync_stream_take_ack(struct sync_session *session,
			  struct sync_reader *reader, uint64_t now)
{
	struct sync_ack ack;
	unsigned int i, left = RESENDS;
	uint32_t number;

	if (sync_get_ack(reader, &ack)) {
		session->stats.refused_malformed++;
		return;
	}
	if (ack.stream != session->stream ||
	    ack.next - session->base > session->next - session->base)
		return;
	for (; session->base != ack.next; session->base++) {
		struct frame **frame = &session->ring[session->base % SYNC_RING];

		session->lag = now - (*frame)->created;
		free(*frame);
		*frame = NULL;
	}
	for (i = 0; i < ack.gaps; i++) {
		for (number = ack.gap[i].first;
		     number - session->base < session->next - session->base &&
		     number != ack.gap[i].behind && left; number++, left--)
			resend(session, number, GAP_AFTER, now);
	}
	send_waiting(session, now);
}

static void find_gaps(const struct sync_session *session, struct sync_ack *ack)
{
	uint32_t number = session->expected;

	while ((int32_t)(session->behind - number) > 0 &&
	       ack->gaps < SYNC_GAPS_MAX) {
		struct sync_gap *gap = &ack->gap[ack->gaps];

		if (session->ahead[number % SYNC_WINDOW]) {
			number++;
			continue;
		}
		gap->first = number;
		while (number != session->behind &&
		       !session->ahead[number % SYNC_WINDOW])
			number++;
		gap->behind = number;
		ack->gaps++;
	}
}

void sync_stream_send_ack(struct sync_session *session, uint64_t now)
{
	struct sync_ack ack = {
		.stream = session->in_stream, .next = session->expected,
	};
	uint8_t bytes[SYNC_FRAME_MAX];
	struct sync_writer writer = { bytes, 0, sizeof(bytes) };

	find_gaps(session, &ack);
	sync_put_ack(&writer, &ack);
	session->ack_due = false;
	session->acked = now;
	sync_session_send(session, bytes, writer.length, now);
}

void sync_stream_resend(struct sync_session *session, uint64_t now)
{
	uint32_t number, count = 0;

	for (number = session->base;
	     number != session->next && count < RESENDS; number++, count++)
		resend(session, number, RESEND_AFTER, now);
}

/**
 * sync_session_put() - tell of a change
 * @session: the session
 * @change: the change
 * @now: milliseconds
 *
 * It goes with others, at the latest with the next sync_session_flush().
 *
 * Return: 0; -ENOTCONN while nobody is there, who will join; -ENOMEM.
 */
int sync_session_put(struct sync_session *session,
		     const struct nflb_change *change, uint64_t now)
{
	struct sync_writer *writer = &session->writer;

	if (!session->up)
		return -ENOTCONN;
	if (writer->length && sync_put_change(writer, change))
		sync_session_flush(session, now);
	else if (writer->length)
		goto done;
	if (!session->up)
		return -ENOTCONN;
	session->opened = now;
	sync_put_changes(writer, session->stream, session->end);
	sync_put_change(writer, change);
done:
	session->stats.changes_sent++;
	return 0;
}

/**
 * sync_session_flush() - send what was put
 * @session: the session
 * @now: milliseconds
 */
void sync_session_flush(struct sync_session *session, uint64_t now)
{
	struct sync_writer *writer = &session->writer;
	struct frame *frame;

	if (!writer->length)
		return;
	frame = session->end - session->base < SYNC_RING ?
		malloc(sizeof(*frame) + writer->length) : NULL;
	if (!frame) {
		session->stats.overflows++;
		sync_stream_start(session);
		return;
	}
	frame->created = session->opened;
	frame->length = writer->length;
	memcpy(frame->bytes, writer->bytes, writer->length);
	session->ring[session->end++ % SYNC_RING] = frame;
	writer->length = 0;
	send_waiting(session, now);
}

/* Frames that are not acknowledged yet. */
size_t sync_session_backlog(const struct sync_session *session)
{
	return session->end - session->base;
}

/* Milliseconds that what was acknowledged last took, or what is not yet takes. */
uint64_t sync_session_lag(const struct sync_session *session, uint64_t now)
{
	uint64_t waited;

	if (session->base == session->end)
		return session->lag;
	waited = now - session->ring[session->base % SYNC_RING]->created;
	return waited > session->lag ? waited : session->lag;
}
