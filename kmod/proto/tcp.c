// SPDX-License-Identifier: GPL-2.0
/*
 * TCP as seen from the middle. For direct routing and tunnels only the
 * client's half is seen: its first ACK then stands for the whole handshake.
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

/**
 * nflb_tcp_next - status of a connection after a segment
 * @status: nflb_conn.status before it
 * @dir: who sent the segment
 * @tcp_flags: its flags
 * @sees_replies: both directions pass here
 *
 * A reset connection stays reset: only a SYN on a new connection leads out.
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
