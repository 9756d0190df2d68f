/* SPDX-License-Identifier: GPL-2.0 */
/* What a connection's packets mean for its state, timeout and load. */
#ifndef _NFLB_PROTO_H
#define _NFLB_PROTO_H

#include "conn.h"
#include "packet.h"

/* Seconds that a reset connection is remembered for its last packets. */
#define NFLB_TIMEOUT_CLOSE	10

/* Both directions of the flow pass the director. */
static inline bool nflb_proto_sees_replies(const struct nflb_conn *conn)
{
	return nflb_conn_has_reply(conn);
}

/* Closing or closed: a SYN is the beginning of a new connection. */
static inline bool nflb_proto_finished(const struct nflb_conn *conn)
{
	return nflb_conn_state(conn) >= NFLB_STATE_FIN_WAIT;
}

/* Packet path, RCU. */
void nflb_proto_enter(struct nflb_conn *conn);
void nflb_proto_leave(struct nflb_conn *conn);
void nflb_proto_packet(struct nflb_conn *conn, enum nflb_dir dir,
		       const struct nflb_packet *pkt);

/* sctp.c, pure. */
bool nflb_sctp_plausible(const struct nflb_packet *pkt, enum nflb_dir dir,
			 const __be32 tags[NFLB_DIR_MAX]);
void nflb_sctp_learn(const struct nflb_packet *pkt, enum nflb_dir dir,
		     enum nflb_state state, __be32 tags[NFLB_DIR_MAX]);
int nflb_sctp_next(int status, u8 chunks, bool sees_replies);

/* tcp.c, pure. */
int nflb_tcp_next(int status, enum nflb_dir dir, u8 tcp_flags,
		  bool sees_replies);

#endif /* _NFLB_PROTO_H */
