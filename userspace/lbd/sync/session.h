/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session with another director: it proves that both have the key and are
 * there now, and carries changes in order
 *
 * Everything that is sent and received goes through functions of the owner, and
 * time is what the owner says, in milliseconds: nothing here waits or blocks.
 */
#ifndef _LBD_SYNC_SESSION_H
#define _LBD_SYNC_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"

#define SYNC_KEY_SIZE		32

struct sync_session;

/**
 * struct sync_session_ops - what a session needs
 * @send: send a datagram; it may get lost
 * @changes: changes of the other director, in order
 * @joined: the other director knows nothing of what was put before: everything
 *	is to be put
 */
struct sync_session_ops {
	void (*send)(void *context, const uint8_t *bytes, size_t length);
	void (*changes)(void *context, const struct nflb_change *changes,
			size_t count);
	void (*joined)(void *context);
};

struct sync_session_stats {
	uint64_t sent;			/* datagrams */
	uint64_t received;
	uint64_t resent;
	uint64_t changes_sent;
	uint64_t changes_received;
	uint64_t refused_malformed;	/* truncated, for instance */
	uint64_t refused_forged;	/* not sealed with the key */
	uint64_t refused_replayed;	/* seen before, or of another session */
	uint64_t sessions;		/* that were agreed on */
	uint64_t overflows;		/* the other one did not keep up */
};

struct sync_session *
sync_session_new(const uint8_t key[SYNC_KEY_SIZE],
		 const struct sync_session_ops *ops, void *context);
void sync_session_free(struct sync_session *session);

void sync_session_tick(struct sync_session *session, uint64_t now);
void sync_session_receive(struct sync_session *session, const uint8_t *bytes,
			  size_t length, uint64_t now);
int sync_session_put(struct sync_session *session,
		     const struct nflb_change *change, uint64_t now);
void sync_session_flush(struct sync_session *session, uint64_t now);
void sync_session_request(struct sync_session *session);

bool sync_session_up(const struct sync_session *session);
size_t sync_session_backlog(const struct sync_session *session);
uint64_t sync_session_lag(const struct sync_session *session, uint64_t now);
const struct sync_session_stats *
sync_session_stats(const struct sync_session *session);

#endif /* _LBD_SYNC_SESSION_H */
