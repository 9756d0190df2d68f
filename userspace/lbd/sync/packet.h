/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What directors say to each other, as bytes
 *
 * A datagram has a header in the clear, which is authenticated, and a sealed
 * body: a greeting or a frame. Numbers are in network byte order.
 *
 *   header    magic (4), version (1), kind (1), 0 (2), tag of the sender's
 *             session (8), number of the datagram in it (8)
 *   greeting  nonce (24) in the clear; sealed: session (16), challenge (16),
 *             the receiver's challenge (16)
 *   frame     sealed: type (1), and
 *     changes   stream (4), number in it (4), records
 *     ack       stream (4), the number expected next (4), gaps (1), and for each
 *               its first number and the one behind its last (4, 4)
 *     request   nothing: everything is to be sent again
 *
 * Nothing here allocates, and nothing is trusted: every length is checked.
 */
#ifndef _LBD_SYNC_PACKET_H
#define _LBD_SYNC_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include <nflb/nflb.h>

#define SYNC_DATAGRAM_MAX	1400	/* with IPv6 and UDP in 1500 */
#define SYNC_HEADER_SIZE	24
#define SYNC_SEAL_SIZE		16
#define SYNC_NONCE_SIZE		24
#define SYNC_ID_SIZE		16
#define SYNC_GREETING_SIZE	(3 * SYNC_ID_SIZE)
#define SYNC_FRAME_MAX		(SYNC_DATAGRAM_MAX - SYNC_HEADER_SIZE - \
				 SYNC_SEAL_SIZE)
#define SYNC_GAPS_MAX		32

enum sync_kind {
	SYNC_KIND_GREETING = 1,
	SYNC_KIND_FRAME,
};

enum sync_type {
	SYNC_TYPE_CHANGES = 1,
	SYNC_TYPE_ACK,
	SYNC_TYPE_REQUEST,
};

struct sync_header {
	uint8_t kind;		/* enum sync_kind */
	uint64_t tag;
	uint64_t number;
};

struct sync_gap {
	uint32_t first;
	uint32_t behind;
};

struct sync_ack {
	uint32_t stream;
	uint32_t next;
	unsigned int gaps;
	struct sync_gap gap[SYNC_GAPS_MAX];
};

/* Bytes that grow up to @room. */
struct sync_writer {
	uint8_t *bytes;
	size_t length;
	size_t room;
};

/* Bytes that are left. */
struct sync_reader {
	const uint8_t *bytes;
	size_t length;
};

void sync_put_header(uint8_t bytes[SYNC_HEADER_SIZE],
		     const struct sync_header *header);
int sync_get_header(const uint8_t *bytes, size_t length,
		    struct sync_header *header);

/* Return: 0; -ENOSPC, with nothing written. */
int sync_put_changes(struct sync_writer *writer, uint32_t stream,
		     uint32_t number);
int sync_put_change(struct sync_writer *writer,
		    const struct nflb_change *change);
int sync_put_ack(struct sync_writer *writer, const struct sync_ack *ack);

/* Return: 0; -EPROTO. */
int sync_get_type(struct sync_reader *reader, uint8_t *type);
int sync_get_changes(struct sync_reader *reader, uint32_t *stream,
		     uint32_t *number);
int sync_get_change(struct sync_reader *reader, struct nflb_change *change);
int sync_get_ack(struct sync_reader *reader, struct sync_ack *ack);

#endif /* _LBD_SYNC_PACKET_H */
