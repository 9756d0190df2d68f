// SPDX-License-Identifier: GPL-2.0
/*
 * What went wrong with a backend's connections. Nothing here is on the way of a
 * packet that has what it came for: a repeated SYN, a reset, an ICMP error and
 * a connection that expires before it is open are all there is to count.
 *
 * A director sees the answers of some backends only. A client that repeats its
 * SYN has no answer, whatever way that would take.
 */
#include "conn.h"
#include "failure.h"
#include "proto/proto.h"

/* TCP waits a second before it repeats (RFC 6298, section 2). */
#define NFLB_FAILURE_REPEAT	(HZ / 2)

/**
 * nflb_failure_syn - a SYN of a client was seen
 * @conn: its connection, not yet put off by this packet
 *
 * Each connection counts once. The SYN that opened it was seen just now.
 *
 * Context: packet path, RCU read side.
 */
void nflb_failure_syn(struct nflb_conn *conn)
{
	u32 seen = READ_ONCE(conn->expires) - READ_ONCE(conn->timeout);

	if (nflb_conn_state(conn) != NFLB_STATE_SYN_SENT ||
	    (u32)jiffies - seen < NFLB_FAILURE_REPEAT)
		return;
	if (atomic_fetch_or(NFLB_CONN_UNANSWERED, &conn->status) &
	    NFLB_CONN_UNANSWERED)
		return;
	nflb_failure_count(conn->backend, NFLB_FAILURES_UNANSWERED);
}

/**
 * nflb_failure_abort - the backend has reset a connection
 * @conn: connection
 * @state: its state before
 *
 * Once one side has closed, a reset is how many servers say that they are done.
 *
 * Context: packet path, RCU read side.
 */
void nflb_failure_abort(const struct nflb_conn *conn, enum nflb_state state)
{
	if (state == NFLB_STATE_SYN_SENT)
		nflb_failure_count(conn->backend, NFLB_FAILURES_REFUSED);
	else if (state < NFLB_STATE_FIN_WAIT)
		nflb_failure_count(conn->backend, NFLB_FAILURES_RESET);
}

/**
 * nflb_failure_leave - a connection leaves the table
 * @conn: connection; its state is final
 *
 * Context: any, RCU read side.
 */
void nflb_failure_leave(const struct nflb_conn *conn)
{
	int status = atomic_read(&conn->status);

	if ((status & NFLB_CONN_STATE) == NFLB_STATE_SYN_SENT &&
	    status & NFLB_CONN_CONFIRMED &&
	    !(status & NFLB_CONN_UNANSWERED) &&
	    nflb_proto_sees_replies(conn) && nflb_conn_expired(conn))
		nflb_failure_count(conn->backend, NFLB_FAILURES_UNANSWERED);
}

/**
 * nflb_failures_alloc - counters of a backend, all 0
 *
 * Context: process, may sleep.
 * Return: an array indexed by enum nflb_failures_attr to be freed with
 * free_percpu(), or NULL.
 */
u64 __percpu *nflb_failures_alloc(void)
{
	return __alloc_percpu_gfp(NFLB_FAILURES_COUNT * sizeof(u64),
				  __alignof__(u64), GFP_KERNEL_ACCOUNT);
}

/**
 * nflb_failures_read - sum a counter of all CPUs
 * @backend: backend
 * @failure: which counter
 *
 * Context: process.
 * Return: the sum since the backend was made.
 */
u64 nflb_failures_read(const struct nflb_backend *backend,
		       enum nflb_failures_attr failure)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(&backend->failures[failure], cpu));
	return sum;
}
