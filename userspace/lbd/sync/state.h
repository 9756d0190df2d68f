/* SPDX-License-Identifier: GPL-2.0 */
/* What session.c and stream.c share; nobody else includes it */
#ifndef _LBD_SYNC_STATE_H
#define _LBD_SYNC_STATE_H

#include "session.h"

#define SYNC_RING	8192	/* frames that are kept */
#define SYNC_WINDOW	1024	/* of them on their way; a power of two */

struct frame {
	uint64_t created;
	uint64_t sent;
	size_t length;
	uint8_t bytes[];
};

/* Numbers that have been seen, of the last so many. */
struct replay {
	uint64_t highest;
	uint64_t seen[SYNC_WINDOW / 64];
};

struct sync_session {
	const struct sync_session_ops *ops;
	void *context;
	struct sync_session_stats stats;
	uint8_t greeting_key[SYNC_KEY_SIZE];
	uint8_t shared_key[SYNC_KEY_SIZE];

	uint8_t own[SYNC_ID_SIZE];
	uint8_t challenge[SYNC_ID_SIZE];
	uint8_t used_challenge[SYNC_ID_SIZE];
	uint8_t peer[SYNC_ID_SIZE];
	uint8_t peer_challenge[SYNC_ID_SIZE];
	bool has_peer;
	bool up;
	uint64_t heard;
	uint64_t greeted;
	uint64_t spoke;

	uint8_t send_key[SYNC_KEY_SIZE];
	uint8_t receive_key[SYNC_KEY_SIZE];
	uint64_t send_number;
	struct replay replay;

	/* Frames base to next - 1 are on their way, next to end - 1 wait. */
	uint32_t stream;
	uint32_t base;
	uint32_t next;
	uint32_t end;
	struct frame *ring[SYNC_RING];
	struct sync_writer writer;	/* a frame that is not full yet */
	uint8_t room[SYNC_FRAME_MAX];
	uint64_t opened;
	uint64_t lag;

	uint32_t in_stream;
	uint32_t expected;
	uint32_t behind;	/* the highest that has come */
	struct frame *ahead[SYNC_WINDOW];
	bool ack_due;
	bool request;
	uint64_t acked;
};

/* session.c */
void sync_session_send(struct sync_session *session, const uint8_t *plain,
		       size_t length, uint64_t now);

/* stream.c */
void sync_stream_start(struct sync_session *session);
void sync_stream_forget(struct sync_session *session);
void sync_stream_forget_ahead(struct sync_session *session);
void sync_stream_take(struct sync_session *session, struct sync_reader *reader);
void sync_stream_take_ack(struct sync_session *session,
			  struct sync_reader *reader, uint64_t now);
void sync_stream_send_ack(struct sync_session *session, uint64_t now);
void sync_stream_resend(struct sync_session *session, uint64_t now);

#endif /* _LBD_SYNC_STATE_H */
