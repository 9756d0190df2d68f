// SPDX-License-Identifier: GPL-2.0
/*
 * TCP as seen from the middle. For direct routing and tunnels only the
 * client's half is seen: its first ACK then stands for the whole handshake.
 *
 * Anybody can send a RST or FIN with the addresses and ports of somebody
 * else's connection; only the ends themselves know the sequence numbers. To
 * follow these would mean a write per packet, so only their upper eight bits
 * are kept: what begins or ends a connection must be within 16 MB to 32 MB of
 * where its sender is known to be, which one in 85 guesses is.
 */
#include "proto/proto.h"

static int with_state(int status, enum nflb_state state)
{
	return (status & ~NFLB_CONN_STATE) | state;
}

static int tcp_syn(int status, enum nflb_dir dir)
{
	if (dir == NFLB_DIR_REPLY &&
	    (status & NFLB_CONN_STATE) == NFLB_STATE_SYN_SENT)
		return with_state(status, NFLB_STATE_SYN_RECV);
	return status;
}

static int tcp_fin(int status, enum nflb_dir dir)
{
	const int both = NFLB_CONN_FIN_REQUEST | NFLB_CONN_FIN_REPLY;

	status |= dir == NFLB_DIR_REQUEST ? NFLB_CONN_FIN_REQUEST :
					    NFLB_CONN_FIN_REPLY;
	if ((status & both) == both)
		return with_state(status, NFLB_STATE_TIME_WAIT);
	return with_state(status, NFLB_STATE_FIN_WAIT);
}

static int tcp_ack(int status, enum nflb_dir dir, bool sees_replies)
{
	int state = status & NFLB_CONN_STATE;

	if (dir != NFLB_DIR_REQUEST)
		return status;
	if (state == NFLB_STATE_SYN_RECV ||
	    (state == NFLB_STATE_SYN_SENT && !sees_replies))
		return with_state(status, NFLB_STATE_ESTABLISHED);
	return status;
}

/* Is a number in the same stretch of 16 MB as what was seen, or next to it? */
static bool is_near(u8 seen, u32 number)
{
	return (u8)((number >> 24) - seen + 1) <= 2;
}

static bool is_opening(int status)
{
	int state = status & NFLB_CONN_STATE;

	return state == NFLB_STATE_SYN_SENT || state == NFLB_STATE_SYN_RECV;
}

/**
 * nflb_tcp_track - follow the sequence numbers of a connection
 * @seen: what is known
 * @status: nflb_conn.status
 * @pkt: packet of the client
 *
 * Once the connection is open the numbers move in small steps only, so that a
 * forged segment does not lead astray.
 *
 * Context: any.
 * Return: what is known now.
 */
struct nflb_tcp_seen nflb_tcp_track(struct nflb_tcp_seen seen, int status,
				    const struct nflb_packet *pkt)
{
	bool opening = is_opening(status);

	if (opening || is_near(seen.seq, pkt->seq))
		seen.seq = pkt->seq >> 24;
	if (pkt->tcp_flags & NFLB_TCP_ACK &&
	    (opening || is_near(seen.ack, pkt->ack)))
		seen.ack = pkt->ack >> 24;
	return seen;
}

/**
 * nflb_tcp_credible - may this RST or FIN be its sender's?
 * @seen: what is known of the sequence numbers
 * @status: nflb_conn.status
 * @dir: who sent it
 * @seq: its sequence number
 *
 * Of the backend nothing is known before the client has acknowledged it.
 *
 * Context: any.
 * Return: false if it is certainly not.
 */
bool nflb_tcp_credible(struct nflb_tcp_seen seen, int status,
		       enum nflb_dir dir, u32 seq)
{
	if (dir == NFLB_DIR_REQUEST)
		return is_near(seen.seq, seq);
	return is_opening(status) || is_near(seen.ack, seq);
}

/**
 * nflb_tcp_next - status of a connection after a segment
 * @status: nflb_conn.status before it
 * @dir: who sent the segment
 * @tcp_flags: its flags
 * @sees_replies: both directions pass here
 *
 * RST and FIN are credible ones. A reset connection stays reset: only a SYN on a
 * new connection leads out.
 *
 * Context: any.
 * Return: the new status.
 */
int nflb_tcp_next(int status, enum nflb_dir dir, u8 tcp_flags,
		  bool sees_replies)
{
	if ((status & NFLB_CONN_STATE) == NFLB_STATE_CLOSE)
		return status;
	if (tcp_flags & NFLB_TCP_RST)
		return with_state(status, NFLB_STATE_CLOSE);
	if (tcp_flags & NFLB_TCP_SYN)
		return tcp_syn(status, dir);
	if (tcp_flags & NFLB_TCP_FIN)
		return tcp_fin(status, dir);
	return tcp_ack(status, dir, sees_replies);
}
