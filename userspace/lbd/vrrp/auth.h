/* SPDX-License-Identifier: GPL-2.0 */
/*
 * auth_hmac: a trailer that proves who sent an advertisement, and when
 *
 * It is the one of keepalived 2.4, 28 bytes behind the packet of RFC 9568:
 *
 *	0	type: 1, HMAC-SHA-256 cut to 128 bits
 *	1	which key
 *	2	zero, 16 bits
 *	4	seconds of UTC, 32 bits
 *	8	1/65536 seconds, 16 bits
 *	10	counts packets of the same time, 16 bits
 *	12	the HMAC
 *
 * The HMAC is over 4 or 6 for the family, the version, the virtual router ID, a
 * zero byte, the source address in 16 bytes, the packet and the trailer up to
 * the HMAC, then (as there) 16 zero bytes in its place. An IPv6 packet counts
 * with checksum 0: it is set afterwards.
 */
#ifndef _LBD_VRRP_AUTH_H
#define _LBD_VRRP_AUTH_H

#include "packet.h"

#define VRRP_SENDERS	16

/* What a sender used last: a packet must be later than that. */
struct vrrp_sender {
	struct nflb_address address;
	uint64_t sequence;
	uint64_t used;		/* 0: free */
};

struct vrrp_auth {
	uint64_t sent;
	uint64_t clock;		/* counts uses of senders */
	struct vrrp_sender senders[VRRP_SENDERS];
};

size_t vrrp_auth_sign(struct vrrp_auth *auth,
		      const struct config_vrrp_instance *config,
		      const struct nflb_address *source, uint64_t now,
		      uint8_t *data, size_t length, size_t size);
enum vrrp_error vrrp_auth_check(struct vrrp_auth *auth,
				const struct config_vrrp_instance *config,
				const struct vrrp_packet *packet,
				const struct nflb_address *source,
				uint64_t now);

#endif /* _LBD_VRRP_AUTH_H */
