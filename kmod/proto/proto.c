// SPDX-License-Identifier: GPL-2.0
/* State changes: timeouts and the load of backends follow the state. */
#include "event.h"
#include "proto/proto.h"
#include "response.h"
#include "service.h"

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

static int active_count(enum nflb_state state)
{
	return state_is_active(state);
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

/**
 * nflb_proto_enter - first state of a connection nobody else knows yet
 * @conn: connection with backend, forward and request tuple set
 *
 * Context: RCU read side.
 */
void nflb_proto_enter(struct nflb_conn *conn)
{
	enum nflb_state state;

	state = conn->request.tuple.protocol == IPPROTO_UDP ?
		NFLB_STATE_UDP : NFLB_STATE_SYN_SENT;
	atomic_set(&conn->status, state);
	atomic_inc(load_counter(conn, state));
	nflb_sched_load(conn->backend, active_count(state));
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
	enum nflb_state state = nflb_conn_state(conn);

	atomic_dec(load_counter(conn, state));
	nflb_sched_load(conn->backend, -active_count(state));
	nflb_response_end(conn, false);
}

static void change_state(struct nflb_conn *conn, enum nflb_state from,
			 enum nflb_state to)
{
	if (from == to)
		return;
	if (state_is_active(from) != state_is_active(to)) {
		atomic_dec(load_counter(conn, from));
		atomic_inc(load_counter(conn, to));
		nflb_sched_load(conn->backend,
				active_count(to) - active_count(from));
	}
	if (from == NFLB_STATE_SYN_SENT)
		nflb_response_end(conn, to == NFLB_STATE_SYN_RECV);
	nflb_conn_set_timeout(conn, state_timeout(conn, to));
	if (to == NFLB_STATE_ESTABLISHED)
		nflb_event_conn(conn, NFLB_EVENT_CONNECTION_ESTABLISHED,
				NFLB_END_UNSPEC);
}

static int next_status(const struct nflb_conn *conn, int status,
		       enum nflb_dir dir, const struct nflb_packet *pkt)
{
	bool sees_replies = nflb_proto_sees_replies(conn);

	if (pkt->protocol == IPPROTO_SCTP)
		return nflb_sctp_next(status, pkt->sctp_chunks, sees_replies);
	return nflb_tcp_next(status, dir, pkt->tcp_flags, sees_replies);
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

	change_state(conn, status & NFLB_CONN_STATE, next & NFLB_CONN_STATE);
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
		follow(conn, dir, pkt);
	else if (pkt->protocol == IPPROTO_SCTP)
		sctp_packet(conn, dir, pkt);
	nflb_conn_touch(conn);
}
