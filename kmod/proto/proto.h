/* SPDX-License-Identifier: GPL-2.0 */
/* What a connection's packets mean for its state, timeout and load. */
#ifndef _NFLB_PROTO_H
#define _NFLB_PROTO_H

#include "conn.h"
#include "packet.h"

/* Seconds that a reset connection is remembered for its last packets. */
#define NFLB_TIMEOUT_CLOSE	10
/* The same of one whose backend is gone, for ends that say little. */
#define NFLB_TIMEOUT_GONE	60

/* Both directions of the flow pass the director. */
static inline bool nflb_proto_sees_replies(const struct nflb_conn *conn)
{
	return nflb_conn_has_reply(conn);
}

/**
 * struct nflb_told - how a connection stands, by another director's word
 * @status: state, NFLB_CONN_FIN_* and NFLB_CONN_TOA_SEEN
 * @left: seconds until it expires
 * @seen: of TCP
 * @sctp_tag: of SCTP
 */
struct nflb_told {
	int			status;
	u32			left;
	struct nflb_tcp_seen	seen;
	__be32			sctp_tag[NFLB_DIR_MAX];
};

/* BH off, RCU. */
void nflb_proto_adopt(struct nflb_conn *conn, const struct nflb_told *told);
bool nflb_proto_told(struct nflb_conn *conn, const struct nflb_told *told);

/* Packet path, RCU. */
void nflb_proto_enter(struct nflb_conn *conn, const struct nflb_packet *pkt);
void nflb_proto_refresh(struct nflb_conn *conn);
void nflb_proto_close(struct nflb_conn *conn);
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
struct nflb_tcp_seen nflb_tcp_track(struct nflb_tcp_seen seen, int status,
				    const struct nflb_packet *pkt);
bool nflb_tcp_credible(struct nflb_tcp_seen seen, int status,
		       enum nflb_dir dir, u32 seq);
int nflb_tcp_next(int status, enum nflb_dir dir, u8 tcp_flags,
		  bool sees_replies);

#endif /* _NFLB_PROTO_H */
