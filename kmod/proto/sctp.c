// SPDX-License-Identifier: GPL-2.0
/*
 * SCTP as seen from the middle (RFC 9260), in the states that TCP has: INIT
 * stands where SYN does, SHUTDOWN for FIN, ABORT for RST. An association is
 * open once the backend has accepted its cookie; for direct routing and tunnels
 * the cookie itself stands for the whole handshake.
 */
#include "proto/proto.h"

/* The backend accepts a cookie: its client may have begun anew. */
static bool restarts(const struct nflb_packet *pkt, enum nflb_dir dir)
{
	return dir == NFLB_DIR_REPLY &&
	       pkt->sctp_chunks & NFLB_SCTP_COOKIE_ACK;
}

/**
 * nflb_sctp_plausible - does a packet carry the tag that its receiver wants?
 * @pkt: packet
 * @dir: who sent it
 * @tags: what is known of the tags, by direction
 *
 * Whoever sends an ABORT or SHUTDOWN COMPLETE without knowing that tag returns
 * the one it was sent, and says so (RFC 9260, section 8.5.1).
 *
 * Context: any.
 * Return: false if it certainly does not.
 */
bool nflb_sctp_plausible(const struct nflb_packet *pkt, enum nflb_dir dir,
			 const __be32 tags[NFLB_DIR_MAX])
{
	__be32 wanted = READ_ONCE(tags[dir]);

	if (pkt->sctp_chunks & NFLB_SCTP_INIT)
		return !pkt->sctp_tag;
	if (restarts(pkt, dir))
		return true;
	if (pkt->sctp_chunks & NFLB_SCTP_REFLECTED)
		wanted = READ_ONCE(tags[!dir]);
	return !wanted || pkt->sctp_tag == wanted;
}

static void learn(__be32 *tag, __be32 value)
{
	if (READ_ONCE(*tag) != value)
		WRITE_ONCE(*tag, value);
}

/**
 * nflb_sctp_learn - take note of the tags that a packet tells
 * @pkt: plausible packet
 * @dir: who sent it
 * @state: of the association before it
 * @tags: what is known of the tags, by direction
 *
 * Once the association is open, anybody might send an INIT: only the COOKIE ACK
 * of the backend proves that it was begun anew. Its own new tag is then not
 * known.
 *
 * Context: softirq, RCU read side.
 */
void nflb_sctp_learn(const struct nflb_packet *pkt, enum nflb_dir dir,
		     enum nflb_state state, __be32 tags[NFLB_DIR_MAX])
{
	bool opening = state == NFLB_STATE_SYN_SENT ||
		       state == NFLB_STATE_SYN_RECV;

	if (opening && pkt->sctp_chunks & (NFLB_SCTP_INIT | NFLB_SCTP_INIT_ACK))
		learn(&tags[!dir], pkt->sctp_new_tag);
	if (opening && pkt->sctp_chunks & NFLB_SCTP_COOKIE_ECHO)
		learn(&tags[dir], pkt->sctp_tag);
	if (restarts(pkt, dir) && READ_ONCE(tags[dir]) != pkt->sctp_tag) {
		learn(&tags[dir], pkt->sctp_tag);
		learn(&tags[!dir], 0);
	}
}

static int with_state(int status, enum nflb_state state)
{
	return (status & ~NFLB_CONN_STATE) | state;
}

static int sctp_open(int status, u8 chunks, bool sees_replies)
{
	int state = status & NFLB_CONN_STATE;

	if (state != NFLB_STATE_SYN_SENT && state != NFLB_STATE_SYN_RECV)
		return status;
	if (chunks & NFLB_SCTP_COOKIE_ACK ||
	    (chunks & NFLB_SCTP_COOKIE_ECHO && !sees_replies))
		return with_state(status, NFLB_STATE_ESTABLISHED);
	if (chunks & NFLB_SCTP_INIT_ACK)
		return with_state(status, NFLB_STATE_SYN_RECV);
	return status;
}

/**
 * nflb_sctp_next - status of a connection after an SCTP packet
 * @status: nflb_conn.status before it
 * @chunks: NFLB_SCTP_* of the packet, whose tag is plausible
 * @sees_replies: both directions pass here
 *
 * An aborted connection stays so: only an INIT on a new one leads out.
 *
 * Context: any.
 * Return: the new status.
 */
int nflb_sctp_next(int status, u8 chunks, bool sees_replies)
{
	int state = status & NFLB_CONN_STATE;

	if (state == NFLB_STATE_CLOSE)
		return status;
	if (chunks & NFLB_SCTP_ABORT)
		return with_state(status, NFLB_STATE_CLOSE);
	if (chunks & NFLB_SCTP_SHUTDOWN_COMPLETE)
		return with_state(status, NFLB_STATE_TIME_WAIT);
	if (chunks & NFLB_SCTP_SHUTDOWN)
		return state == NFLB_STATE_TIME_WAIT ? status :
		       with_state(status, NFLB_STATE_FIN_WAIT);
	return sctp_open(status, chunks, sees_replies);
}
