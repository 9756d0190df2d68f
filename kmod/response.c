// SPDX-License-Identifier: GPL-2.0
/*
 * How long backends take to answer the first packet of a connection: from SYN
 * to SYN-ACK as seen here, smoothed as TCP does its round-trip time (RFC 6298,
 * section 2: an eighth of each new sample).
 *
 * A backend has one probe at a time: a connection that is being timed. That
 * needs no memory in connections, and nothing but a read for those that are
 * not timed. Only services whose scheduler asks for it have probes.
 */
#include <linux/ktime.h>
#include <linux/math64.h>

#include "conn.h"
#include "proto/proto.h"
#include "response.h"
#include "sched.h"
#include "service.h"

static bool measured(const struct nflb_backend *backend)
{
	const struct nflb_sched_table *table;

	table = rcu_dereference(backend->service->sched);
	return table && table->ops->measures;
}

/**
 * nflb_response_begin - a connection opens: time it if nobody else is timed
 * @conn: connection that is not yet published
 *
 * Context: packet path, RCU read side.
 */
void nflb_response_begin(struct nflb_conn *conn)
{
	struct nflb_backend *backend = conn->backend;

	if (!nflb_proto_sees_replies(conn) || !measured(backend) ||
	    atomic_long_read(&backend->probe) ||
	    atomic_long_cmpxchg(&backend->probe, 0, (long)conn))
		return;
	backend->probe_start = ktime_get_ns();
}

/* Whoever does not answer, or refuses, is as slow as can be. */
static u32 sample(const struct nflb_backend *backend, bool answered)
{
	u64 elapsed = div_u64(ktime_get_ns() - backend->probe_start,
			      NSEC_PER_USEC);

	if (!answered)
		return NFLB_RESPONSE_TIME_MAX;
	return clamp_t(u64, elapsed, 1, NFLB_RESPONSE_TIME_MAX);
}

static u32 smooth(u32 old, u32 new)
{
	return old ? old + ((s32)new - (s32)old) / 8 : new;
}

/**
 * nflb_response_end - a connection is opening no more
 * @conn: connection
 * @answered: its backend accepted it
 *
 * The probe belongs to @conn, so nobody else is here for this backend.
 *
 * Context: any, RCU read side.
 */
void nflb_response_end(struct nflb_conn *conn, bool answered)
{
	struct nflb_backend *backend = conn->backend;
	u32 time;

	if (atomic_long_read(&backend->probe) != (long)conn)
		return;
	/* One that was never published tells nothing of the backend. */
	if (atomic_read(&conn->status) & NFLB_CONN_CONFIRMED) {
		time = smooth(backend->response_measured,
			      sample(backend, answered));
		WRITE_ONCE(backend->response_measured, time);
	}
	atomic_long_set_release(&backend->probe, 0);
	nflb_sched_load(backend, 0);
}
