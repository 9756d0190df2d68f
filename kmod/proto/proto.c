// SPDX-License-Identifier: GPL-2.0
/* State changes: timeouts and the load of backends follow the state. */
#include "affinity.h"
#include "event.h"
#include "failure.h"
#include "limit.h"
#include "proto/proto.h"
#include "response.h"
#include "service.h"
#include "trace.h"

/* Counts as load: opening or open. Everything later is on its way out. */
static bool state_is_active(enum nflb_state state)
{
	return state < NFLB_STATE_FIN_WAIT;
}

static atomic_t *load_counter(const struct nflb_conn *conn,
			      enum nflb_state state)
{
	return state_is_active(state) ? &conn->backend->active :
					&conn->backend->inactive;
}

/* NFLB_STATE_NONE is what is before and after a connection. */
static int active_count(enum nflb_state state)
{
	return state && state_is_active(state);
}

static int half_open_count(enum nflb_state state)
{
	return state == NFLB_STATE_SYN_SENT || state == NFLB_STATE_SYN_RECV;
}

/* The load of its backend and service, as it goes from state to state. */
static void move_load(struct nflb_conn *conn, enum nflb_state from,
		      enum nflb_state to)
{
	int half_open = half_open_count(to) - half_open_count(from);
	int active = active_count(to) - active_count(from);

	nflb_limit_count(conn->backend->service, active, half_open);
	if (from && to && !active)
		return;
	if (from)
		atomic_dec(load_counter(conn, from));
	if (to)
		atomic_inc(load_counter(conn, to));
	nflb_sched_load(conn->backend, active);
}

static u32 state_timeout(const struct nflb_conn *conn, enum nflb_state state)
{
	const struct nflb_timeouts *t = &conn->backend->service->timeouts;

	switch (state) {
	case NFLB_STATE_UDP:
		return READ_ONCE(t->udp);
	case NFLB_STATE_SYN_SENT:
	case NFLB_STATE_SYN_RECV:
		return READ_ONCE(t->syn);
	case NFLB_STATE_ESTABLISHED:
		return READ_ONCE(t->established);
	case NFLB_STATE_FIN_WAIT:
	case NFLB_STATE_TIME_WAIT:
		return READ_ONCE(t->fin);
	default:
		return NFLB_TIMEOUT_CLOSE;
	}
}

static enum nflb_state first_state(const struct nflb_packet *pkt)
{
	if (pkt->protocol == IPPROTO_UDP)
		return NFLB_STATE_UDP;
	return nflb_packet_is_syn(pkt) ? NFLB_STATE_SYN_SENT :
					 NFLB_STATE_ESTABLISHED;
}

/**
 * nflb_proto_enter - first state of a connection nobody else knows yet
 * @conn: connection with backend, forward and request tuple set
 * @pkt: its first packet
 *
 * Context: RCU read side.
 */
void nflb_proto_enter(struct nflb_conn *conn, const struct nflb_packet *pkt)
{
	enum nflb_state state = first_state(pkt);

	conn->seen.seq = pkt->seq >> 24;
	conn->seen.ack = pkt->ack >> 24;
	atomic_set(&conn->status, state);
	move_load(conn, NFLB_STATE_NONE, state);
	if (conn->request.tuple.protocol == IPPROTO_TCP)
		nflb_response_begin(conn);
	nflb_conn_set_timeout(conn, state_timeout(conn, state));
}

/**
 * nflb_proto_leave - take a connection off its backend's load
 * @conn: connection that is dying or was never confirmed: its state is final
 *
 * Context: RCU read side.
 */
void nflb_proto_leave(struct nflb_conn *conn)
{
	move_load(conn, nflb_conn_state(conn), NFLB_STATE_NONE);
	nflb_failure_leave(conn);
	nflb_response_end(conn, false);
}

/* All that follows from another state but who is told of it. */
static void enter_state(struct nflb_conn *conn, enum nflb_state from,
			enum nflb_state to)
{
	move_load(conn, from, to);
	if (from == NFLB_STATE_SYN_SENT)
		nflb_response_end(conn, to == NFLB_STATE_SYN_RECV);
	nflb_conn_set_timeout(conn, state_timeout(conn, to));
	trace_nflb_conn_state(conn, from, to);
	if (to == NFLB_STATE_ESTABLISHED)
		nflb_event_conn(conn, NFLB_EVENT_CONNECTION_ESTABLISHED,
				NFLB_END_UNSPEC);
}

static void change_state(struct nflb_conn *conn, enum nflb_state from,
			 enum nflb_state to)
{
	if (from == to)
		return;
	enter_state(conn, from, to);
	if (to == NFLB_STATE_ESTABLISHED)
		nflb_affinity_confirm(conn);
	nflb_conn_changed(conn);
}

/* Expiry in the present state, of a connection that has @left seconds. */
static u32 told_expiry(const struct nflb_conn *conn, u32 left)
{
	return (u32)jiffies + min(left * HZ, READ_ONCE(conn->timeout));
}

/**
 * nflb_proto_adopt - first state of a connection that another director told of
 * @conn: connection that nobody else knows yet
 * @told: what it said
 *
 * Context: BH off, RCU read side.
 */
void nflb_proto_adopt(struct nflb_conn *conn, const struct nflb_told *told)
{
	conn->seen = told->seen;
	memcpy(nflb_conn_tail(conn)->sctp_tag, told->sctp_tag,
	       sizeof(told->sctp_tag));
	atomic_set(&conn->status, told->status | NFLB_CONN_IMPORTED);
	move_load(conn, NFLB_STATE_NONE, nflb_conn_state(conn));
	nflb_conn_set_timeout(conn, state_timeout(conn, nflb_conn_state(conn)));
	WRITE_ONCE(conn->expires, told_expiry(conn, told->left));
}

/* As a packet does, see nflb_conn_touch(). */
static bool told_later(struct nflb_conn *conn, const struct nflb_told *told)
{
	s32 least = READ_ONCE(conn->timeout) / 16;
	u32 expires = told_expiry(conn, told->left);

	if ((s32)(expires - READ_ONCE(conn->expires)) <= least)
		return false;
	WRITE_ONCE(conn->expires, expires);
	return true;
}

static void told_numbers(struct nflb_conn *conn, const struct nflb_told *told)
{
	WRITE_ONCE(conn->seen.seq, told->seen.seq);
	WRITE_ONCE(conn->seen.ack, told->seen.ack);
	memcpy(nflb_conn_tail(conn)->sctp_tag, told->sctp_tag,
	       sizeof(told->sctp_tag));
}

/**
 * nflb_proto_told - another director tells of a connection that is here, too
 * @conn: connection
 * @told: what it said
 *
 * States are only ever left for later ones, and expiry is put off only: what is
 * older changes nothing.
 *
 * Context: BH off, RCU read side.
 * Return: true if it was news.
 */
bool nflb_proto_told(struct nflb_conn *conn, const struct nflb_told *told)
{
	enum nflb_state to = told->status & NFLB_CONN_STATE, from;
	int status = atomic_read(&conn->status), next;

	do {
		from = status & NFLB_CONN_STATE;
		if (status & NFLB_CONN_DYING || to < from)
			return false;
		if (to == from) {
			if (!told_later(conn, told))
				return false;
			atomic_or(NFLB_CONN_IMPORTED, &conn->status);
			told_numbers(conn, told);
			return true;
		}
		next = (status & ~NFLB_CONN_STATE) | told->status |
		       NFLB_CONN_IMPORTED;
	} while (!atomic_try_cmpxchg(&conn->status, &status, next));

	told_numbers(conn, told);
	enter_state(conn, from, to);
	WRITE_ONCE(conn->expires, told_expiry(conn, told->left));
	return true;
}

static int next_status(const struct nflb_conn *conn, int status,
		       enum nflb_dir dir, const struct nflb_packet *pkt)
{
	bool sees_replies = nflb_proto_sees_replies(conn);

	if (pkt->protocol == IPPROTO_SCTP)
		return nflb_sctp_next(status, pkt->sctp_chunks, sees_replies);
	return nflb_tcp_next(status, dir, pkt->tcp_flags, sees_replies);
}

/* The line is shared by all CPUs: it is written when a number moved far. */
static void track_numbers(struct nflb_conn *conn, int status,
			  const struct nflb_packet *pkt)
{
	struct nflb_tcp_seen seen = nflb_tcp_track(conn->seen, status, pkt);

	if (seen.seq != conn->seen.seq)
		WRITE_ONCE(conn->seen.seq, seen.seq);
	if (seen.ack != conn->seen.ack)
		WRITE_ONCE(conn->seen.ack, seen.ack);
}

static void follow(struct nflb_conn *conn, enum nflb_dir dir,
		   const struct nflb_packet *pkt)
{
	int status = atomic_read(&conn->status), next;

	do {
		/* Its load has been, or is being, taken off. */
		if (status & NFLB_CONN_DYING)
			return;
		next = next_status(conn, status, dir, pkt);
		if (next == status)
			return;
	} while (!atomic_try_cmpxchg(&conn->status, &status, next));

	if (dir == NFLB_DIR_REPLY && (next & NFLB_CONN_STATE) == NFLB_STATE_CLOSE)
		nflb_failure_abort(conn, status & NFLB_CONN_STATE);
	change_state(conn, status & NFLB_CONN_STATE, next & NFLB_CONN_STATE);
}

static void tcp_packet(struct nflb_conn *conn, enum nflb_dir dir,
		       const struct nflb_packet *pkt)
{
	int status = atomic_read(&conn->status);

	if (pkt->tcp_flags & (NFLB_TCP_RST | NFLB_TCP_FIN) &&
	    !nflb_tcp_credible(conn->seen, status, dir, pkt->seq))
		return;
	if (dir == NFLB_DIR_REQUEST)
		track_numbers(conn, status, pkt);
	if (unlikely(nflb_packet_is_syn(pkt)) && dir == NFLB_DIR_REQUEST)
		nflb_failure_syn(conn);
	follow(conn, dir, pkt);
}

/* What carries a wrong tag, its receiver will throw away. */
static void sctp_packet(struct nflb_conn *conn, enum nflb_dir dir,
			const struct nflb_packet *pkt)
{
	__be32 *tags = nflb_conn_tail(conn)->sctp_tag;

	if (!pkt->sctp_chunks || !nflb_sctp_plausible(pkt, dir, tags))
		return;
	nflb_sctp_learn(pkt, dir, nflb_conn_state(conn), tags);
	follow(conn, dir, pkt);
}

/**
 * nflb_proto_refresh - the service's timeouts may have changed
 * @conn: connection
 *
 * The new timeout counts from the last packet, as if it had been in force
 * then. A state change on another CPU may be undone here; the next visit puts
 * that right.
 *
 * Context: RCU read side, of the sweeper.
 */
void nflb_proto_refresh(struct nflb_conn *conn)
{
	u32 timeout = state_timeout(conn, nflb_conn_state(conn)) * HZ;
	u32 old = READ_ONCE(conn->timeout), expires = READ_ONCE(conn->expires);

	if (likely(timeout == old))
		return;
	WRITE_ONCE(conn->timeout, timeout);
	cmpxchg(&conn->expires, expires, expires - old + timeout);
}

/**
 * nflb_proto_close - a TCP connection has lost its backend
 * @conn: connection
 *
 * It stays for a while, so that either end hears of it with its next packet.
 *
 * Context: RCU read side.
 */
void nflb_proto_close(struct nflb_conn *conn)
{
	int status = atomic_read(&conn->status), next;

	do {
		next = (status & ~NFLB_CONN_STATE) | NFLB_STATE_CLOSE;
		if (status == next || status & NFLB_CONN_DYING)
			return;
	} while (!atomic_try_cmpxchg(&conn->status, &status, next));

	change_state(conn, status & NFLB_CONN_STATE, NFLB_STATE_CLOSE);
	nflb_conn_set_timeout(conn, NFLB_TIMEOUT_GONE);
}

/**
 * nflb_proto_packet - a packet of a connection was seen
 * @conn: connection
 * @dir: who sent it
 * @pkt: the packet
 *
 * Context: softirq, RCU read side.
 */
void nflb_proto_packet(struct nflb_conn *conn, enum nflb_dir dir,
		       const struct nflb_packet *pkt)
{
	if (pkt->protocol == IPPROTO_TCP)
		tcp_packet(conn, dir, pkt);
	else if (pkt->protocol == IPPROTO_SCTP)
		sctp_packet(conn, dir, pkt);
	nflb_conn_touch(conn);
}
