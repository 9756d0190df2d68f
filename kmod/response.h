/* SPDX-License-Identifier: GPL-2.0 */
/* How long backends take to answer the first packet of a connection. */
#ifndef _NFLB_RESPONSE_H
#define _NFLB_RESPONSE_H

#include "backend.h"

struct nflb_conn;

/* Microseconds, where nothing is known. */
#define NFLB_RESPONSE_DEFAULT	1000

/* Microseconds: what was measured, else what was configured. */
static inline u32 nflb_response_time(const struct nflb_backend *backend)
{
	return READ_ONCE(backend->response_measured) ?:
	       READ_ONCE(backend->response_time) ?: NFLB_RESPONSE_DEFAULT;
}

/* Packet path and sweeper, RCU. */
void nflb_response_begin(struct nflb_conn *conn);
void nflb_response_end(struct nflb_conn *conn, bool answered);

#endif /* _NFLB_RESPONSE_H */
