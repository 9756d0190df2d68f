// SPDX-License-Identifier: GPL-2.0
/* SCTP: what chunks mean, whose tag is believed, and the checksum. */
#include <linux/in.h>
#include <linux/skbuff.h>

#include "../proto/sctp.c"
#include "craft.h"
#include "forward/rewrite.h"
#include "test.h"

enum { CLIENT = NFLB_DIR_REQUEST, BACKEND = NFLB_DIR_REPLY };

/* Types of chunks (RFC 9260, section 3.2). */
enum {
	DATA = 0, INIT = 1, INIT_ACK = 2, SACK = 3, ABORT = 6, SHUTDOWN = 7,
	SHUTDOWN_ACK = 8, COOKIE_ECHO = 10, COOKIE_ACK = 11,
	SHUTDOWN_COMPLETE = 14,
};

/* --- Checksum -------------------------------------------------------------- */

/* CRC32c bit by bit (RFC 3309), with the checksum field taken as 0. */
static u32 crc_bitwise(const u8 *data, unsigned int len)
{
	u32 crc = ~0U;
	unsigned int i, bit;

	for (i = 0; i < len; i++) {
		crc ^= i >= 8 && i < 12 ? 0 : data[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void put_crc(u8 *sctp, u32 crc)
{
	sctp[8] = crc;
	sctp[9] = crc >> 8;
	sctp[10] = crc >> 16;
	sctp[11] = crc >> 24;
}

static u32 get_crc(const u8 *sctp)
{
	return sctp[8] | sctp[9] << 8 | sctp[10] << 16 | (u32)sctp[11] << 24;
}

/* Too large for the stack. */
static struct craft packet, translated;

/* Transport header after the ports, then the one chunk's header and data. */
static void craft_sctp(u8 family, u8 type, u8 flags, unsigned int len)
{
	static u8 payload[CRAFT_LEN_MAX];
	unsigned int i;

	/* Tag, checksum; chunk; what follows the eight bytes that craft makes. */
	for (i = 0; i < sizeof(payload); i++)
		payload[i] = i * 7 + 3;
	payload[4] = type;
	payload[5] = flags;
	craft_put16(payload + 6, 4 + len);
	packet = (struct craft){
		.family = family, .protocol = IPPROTO_SCTP,
		.payload = payload, .payload_len = 4 + 4 + len,
	};
	craft_ends(&packet);
	craft_packet(&packet);
	put_crc(packet.data + packet.thoff,
		crc_bitwise(packet.data + packet.thoff,
			    packet.len - packet.thoff));
}

/* Translated, the packet has the CRC that a new one would have, or is as wrong. */
static void translate(enum craft_layout layout, enum nflb_side side, u32 error)
{
	static const __be32 addr[4] = { htonl(0xc0000263), htonl(1), htonl(2), htonl(3) };
	struct nflb_endpoint to = { addr, htons(4242) };
	u8 *sctp = packet.data + packet.thoff;
	struct nflb_packet pkt;
	struct sk_buff *skb;
	u32 good;

	put_crc(sctp, get_crc(sctp) ^ error);
	skb = craft_skb(&packet, packet.len, layout);
	put_crc(sctp, get_crc(sctp) ^ error);
	if (!expect(skb))
		return;
	expect_equal(nflb_packet_parse(&pkt, skb, packet.family),
		     NFLB_PACKET_FLOW);
	expect(nflb_rewrite(skb, &pkt, side, &to));
	translated = packet;
	expect(!skb_copy_bits(skb, 0, translated.data, packet.len));
	sctp = translated.data + packet.thoff;
	expect_equal(craft_get16(sctp + 2 * side), 4242);
	good = crc_bitwise(sctp, packet.len - packet.thoff);
	expect_equal(get_crc(sctp) ^ good, error);
	kfree_skb(skb);
}

static void test_checksum(void)
{
	static const unsigned int lengths[] = { 12, 13, 64, 301 };
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
	unsigned int i, layout, side;

	for (i = 0; i < ARRAY_SIZE(lengths) * 2; i++) {
		craft_sctp(families[i % 2], DATA, 3, lengths[i / 2]);
		for (layout = 0; layout < CRAFT_LAYOUTS; layout++) {
			for (side = 0; side < 2; side++) {
				test_where("family %u, %u bytes, %s, side %u",
					   families[i % 2], lengths[i / 2],
					   craft_layout_name[layout], side);
				translate(layout, side, 0);
				translate(layout, side, 0x00800001);
			}
		}
	}
}

/* --- Chunks ---------------------------------------------------------------- */

static const struct {
	u8	type;
	u8	flags;
	u8	chunks;
} meanings[] = {
	{ DATA, 3, 0 },
	{ SACK, 0, 0 },
	{ INIT, 0, NFLB_SCTP_INIT },
	{ INIT_ACK, 0, NFLB_SCTP_INIT_ACK },
	{ COOKIE_ECHO, 0, NFLB_SCTP_COOKIE_ECHO },
	{ COOKIE_ACK, 0, NFLB_SCTP_COOKIE_ACK },
	{ SHUTDOWN, 1, NFLB_SCTP_SHUTDOWN },
	{ SHUTDOWN_ACK, 0, NFLB_SCTP_SHUTDOWN },
	{ SHUTDOWN_COMPLETE, 0, NFLB_SCTP_SHUTDOWN_COMPLETE },
	{ SHUTDOWN_COMPLETE, 1,
	  NFLB_SCTP_SHUTDOWN_COMPLETE | NFLB_SCTP_REFLECTED },
	{ ABORT, 0, NFLB_SCTP_ABORT },
	{ ABORT, 1, NFLB_SCTP_ABORT | NFLB_SCTP_REFLECTED },
};

static enum nflb_packet_type parse_cut(struct nflb_packet *pkt,
				       unsigned int len)
{
	struct sk_buff *skb = craft_skb(&packet, len, CRAFT_PAGED);
	enum nflb_packet_type type;

	if (!expect(skb))
		return NFLB_PACKET_OTHER;
	type = nflb_packet_parse(pkt, skb, packet.family);
	kfree_skb(skb);
	return type;
}

static void test_chunks(void)
{
	struct nflb_packet pkt;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(meanings); i++) {
		test_where("chunk %u, flags %u", meanings[i].type,
			   meanings[i].flags);
		craft_sctp(i & 1 ? NFPROTO_IPV4 : NFPROTO_IPV6,
			   meanings[i].type, meanings[i].flags, 16);
		expect_equal(parse_cut(&pkt, packet.len), NFLB_PACKET_FLOW);
		expect_equal(pkt.sctp_chunks, meanings[i].chunks);
		craft_check_tuple(&pkt.tuple, &packet);
	}
}

/* Without a chunk, or without the tag of an INIT, it is not looked at. */
static void test_cut(void)
{
	struct nflb_packet pkt;
	unsigned int len;

	craft_sctp(NFPROTO_IPV4, INIT, 0, 16);
	for (len = packet.thoff; len <= packet.len; len++) {
		test_where("%u bytes of SCTP", len - packet.thoff);
		expect_equal(parse_cut(&pkt, len) == NFLB_PACKET_FLOW,
			     len >= packet.thoff + 12 + 4 + 4);
	}
	/* A chunk shorter than its own header. */
	craft_put16(packet.data + packet.thoff + 14, 3);
	expect_equal(parse_cut(&pkt, packet.len), NFLB_PACKET_OTHER);
}

/* --- Tags and states ------------------------------------------------------- */

/* A packet: who sends what with which tag, and the state after it. */
struct step {
	u8	dir;
	u8	chunks;
	u8	tag;
	u8	new_tag;
	u8	state;
};

enum {
	OPENED = 1,	/* the steps come after opening[] */
	ONE_WAY = 2,	/* only the client's packets pass */
};

struct sequence {
	const char	*name;
	u8		flags;
	struct step	steps[6];
};

enum {
	IN_SYN_SENT = NFLB_STATE_SYN_SENT, IN_SYN_RECV = NFLB_STATE_SYN_RECV,
	IN_ESTABLISHED = NFLB_STATE_ESTABLISHED, IN_FIN_WAIT = NFLB_STATE_FIN_WAIT,
	IN_TIME_WAIT = NFLB_STATE_TIME_WAIT, IN_CLOSE = NFLB_STATE_CLOSE,
};

static const struct step opening[] = {
	{ CLIENT, NFLB_SCTP_INIT, 0, 7, IN_SYN_SENT },
	{ BACKEND, NFLB_SCTP_INIT_ACK, 7, 9, IN_SYN_RECV },
	{ CLIENT, NFLB_SCTP_COOKIE_ECHO, 9, 0, IN_SYN_RECV },
	{ BACKEND, NFLB_SCTP_COOKIE_ACK, 7, 0, IN_ESTABLISHED },
};

static const struct sequence sequences[] = {
	{ "the client shuts down", OPENED, {
		{ CLIENT, NFLB_SCTP_SHUTDOWN, 9, 0, IN_FIN_WAIT },
		{ BACKEND, NFLB_SCTP_SHUTDOWN, 7, 0, IN_FIN_WAIT },
		{ CLIENT, NFLB_SCTP_SHUTDOWN_COMPLETE, 9, 0, IN_TIME_WAIT },
		{ BACKEND, NFLB_SCTP_SHUTDOWN, 7, 0, IN_TIME_WAIT } } },
	{ "one way only", ONE_WAY, {
		{ CLIENT, NFLB_SCTP_INIT, 0, 7, IN_SYN_SENT },
		{ CLIENT, NFLB_SCTP_COOKIE_ECHO, 9, 0, IN_ESTABLISHED },
		{ CLIENT, NFLB_SCTP_ABORT, 8, 0, IN_ESTABLISHED },
		{ CLIENT, NFLB_SCTP_SHUTDOWN, 9, 0, IN_FIN_WAIT },
		{ CLIENT, NFLB_SCTP_SHUTDOWN_COMPLETE, 9, 0, IN_TIME_WAIT } } },
	{ "the backend refuses", 0, {
		{ CLIENT, NFLB_SCTP_INIT, 0, 7, IN_SYN_SENT },
		{ BACKEND, NFLB_SCTP_ABORT, 8, 0, IN_SYN_SENT },
		{ BACKEND, NFLB_SCTP_ABORT, 7, 0, IN_CLOSE },
		{ CLIENT, NFLB_SCTP_COOKIE_ECHO, 9, 0, IN_CLOSE } } },
	{ "somebody guesses tags", OPENED, {
		{ CLIENT, NFLB_SCTP_ABORT, 8, 0, IN_ESTABLISHED },
		{ CLIENT, NFLB_SCTP_ABORT, 0, 0, IN_ESTABLISHED },
		{ CLIENT, NFLB_SCTP_ABORT | NFLB_SCTP_REFLECTED, 9, 0,
		  IN_ESTABLISHED },
		{ BACKEND, NFLB_SCTP_SHUTDOWN, 9, 0, IN_ESTABLISHED },
		{ CLIENT, NFLB_SCTP_ABORT | NFLB_SCTP_REFLECTED, 7, 0,
		  IN_CLOSE } } },
	{ "somebody begins anew, and the backend does not agree", OPENED, {
		{ CLIENT, NFLB_SCTP_INIT, 0, 66, IN_ESTABLISHED },
		{ BACKEND, NFLB_SCTP_INIT_ACK, 66, 99, IN_ESTABLISHED },
		{ CLIENT, NFLB_SCTP_ABORT, 99, 0, IN_ESTABLISHED },
		{ CLIENT, NFLB_SCTP_ABORT, 9, 0, IN_CLOSE } } },
	{ "the client begins anew", OPENED, {
		{ CLIENT, NFLB_SCTP_INIT, 0, 17, IN_ESTABLISHED },
		{ BACKEND, NFLB_SCTP_INIT_ACK, 17, 19, IN_ESTABLISHED },
		{ BACKEND, NFLB_SCTP_COOKIE_ACK, 17, 0, IN_ESTABLISHED },
		{ BACKEND, NFLB_SCTP_ABORT, 7, 0, IN_ESTABLISHED },
		{ BACKEND, NFLB_SCTP_SHUTDOWN, 17, 0, IN_FIN_WAIT } } },
};

/* What is known of an association. */
struct association {
	const char	*name;
	int		status;
	__be32		tags[NFLB_DIR_MAX];
	bool		sees_replies;
};

static void run_steps(struct association *at, const struct step *steps,
		      unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count && steps[i].state; i++) {
		const struct step *step = &steps[i];
		struct nflb_packet pkt = {
			.sctp_chunks = step->chunks,
			.sctp_tag = htonl(step->tag),
			.sctp_new_tag = htonl(step->new_tag),
		};

		test_where("%s, step %u", at->name, i);
		if (nflb_sctp_plausible(&pkt, step->dir, at->tags)) {
			nflb_sctp_learn(&pkt, step->dir,
					at->status & NFLB_CONN_STATE, at->tags);
			at->status = nflb_sctp_next(at->status, step->chunks,
						    at->sees_replies);
		}
		expect_equal(at->status & NFLB_CONN_STATE, step->state);
	}
}

static void run_sequence(const struct sequence *sequence)
{
	struct association at = {
		.name = sequence->name,
		.status = NFLB_STATE_SYN_SENT,
		.sees_replies = !(sequence->flags & ONE_WAY),
	};

	if (sequence->flags & OPENED)
		run_steps(&at, opening, ARRAY_SIZE(opening));
	run_steps(&at, sequence->steps, ARRAY_SIZE(sequence->steps));
}

static void test_sequences(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sequences); i++)
		run_sequence(&sequences[i]);
}

static const struct test_case cases[] = {
	{ "the checksum follows a new port, and stays wrong", test_checksum },
	{ "chunks mean what they should", test_chunks },
	{ "packets cut short are left alone", test_cut },
	{ "states follow packets with the right tag", test_sequences },
};

const struct test_suite sctp_suite = { "sctp", cases, ARRAY_SIZE(cases) };
