/* SPDX-License-Identifier: GPL-2.0 */
/* What went wrong with a backend's connections. */
#ifndef _NFLB_FAILURE_H
#define _NFLB_FAILURE_H

#include <linux/nflb.h>
#include <linux/percpu.h>

#include "backend.h"

struct nflb_conn;
struct nflb_packet;

/* Counters by enum nflb_failures_attr. */
#define NFLB_FAILURES_COUNT	(NFLB_FAILURES_UNREACHABLE + 1)

/* Packet path, RCU. */
static inline void nflb_failure_count(const struct nflb_backend *backend,
				      enum nflb_failures_attr failure)
{
	this_cpu_inc(backend->failures[failure]);
}

void nflb_failure_syn(struct nflb_conn *conn);
void nflb_failure_abort(const struct nflb_conn *conn, enum nflb_state state);
void nflb_failure_leave(const struct nflb_conn *conn);

/* User context. */
u64 __percpu *nflb_failures_alloc(void);
u64 nflb_failures_read(const struct nflb_backend *backend,
		       enum nflb_failures_attr failure);

#endif /* _NFLB_FAILURE_H */
