// SPDX-License-Identifier: GPL-2.0
/* TCP from the middle: sequences of segments and the states they lead to. */
#include "../proto/tcp.c"
#include "test.h"

#define STEPS_MAX	10

/* Short, for the tables below. */
#define CLIENT	NFLB_DIR_REQUEST
#define BACKEND	NFLB_DIR_REPLY

enum {
	FIN = 0x01,
	SYN = 0x02,
	RST = 0x04,
	PSH = 0x08,
	ACK = 0x10,
};

enum {
	IN_SYN_SENT	= NFLB_STATE_SYN_SENT,
	IN_SYN_RECV	= NFLB_STATE_SYN_RECV,
	IN_ESTABLISHED	= NFLB_STATE_ESTABLISHED,
	IN_FIN_WAIT	= NFLB_STATE_FIN_WAIT,
	IN_TIME_WAIT	= NFLB_STATE_TIME_WAIT,
	IN_CLOSE		= NFLB_STATE_CLOSE,
};

/* A segment and the state after it; the first step without a state ends. */
struct step {
	u8	dir;
	u8	flags;
	u8	state;
};

struct sequence {
	const char	*name;
	struct step	steps[STEPS_MAX];
};

static const struct sequence opening[] = {
	{ "handshake", {
		{ CLIENT, SYN, IN_SYN_SENT },
		{ BACKEND, SYN | ACK, IN_SYN_RECV },
		{ CLIENT, ACK, IN_ESTABLISHED },
		{ CLIENT, ACK | PSH, IN_ESTABLISHED },
		{ BACKEND, ACK | PSH, IN_ESTABLISHED } } },
	{ "data in the last ACK", {
		{ BACKEND, SYN | ACK, IN_SYN_RECV },
		{ CLIENT, ACK | PSH, IN_ESTABLISHED } } },
	{ "retransmissions", {
		{ CLIENT, SYN, IN_SYN_SENT },
		{ CLIENT, SYN, IN_SYN_SENT },
		{ BACKEND, SYN | ACK, IN_SYN_RECV },
		{ CLIENT, SYN, IN_SYN_RECV },
		{ BACKEND, SYN | ACK, IN_SYN_RECV },
		{ CLIENT, ACK, IN_ESTABLISHED },
		{ BACKEND, SYN | ACK, IN_ESTABLISHED },
		{ CLIENT, ACK, IN_ESTABLISHED } } },
	{ "the backend talks before the client's ACK", {
		{ BACKEND, SYN | ACK, IN_SYN_RECV },
		{ BACKEND, ACK | PSH, IN_SYN_RECV },
		{ CLIENT, ACK, IN_ESTABLISHED } } },
};

static const struct sequence closing[] = {
	{ "client first", {
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ BACKEND, ACK, IN_FIN_WAIT },
		{ BACKEND, FIN | ACK, IN_TIME_WAIT },
		{ CLIENT, ACK, IN_TIME_WAIT } } },
	{ "backend first", {
		{ BACKEND, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK, IN_TIME_WAIT },
		{ BACKEND, ACK, IN_TIME_WAIT } } },
	{ "both at once, client's seen first", {
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ BACKEND, FIN | ACK, IN_TIME_WAIT },
		{ CLIENT, ACK, IN_TIME_WAIT },
		{ BACKEND, ACK, IN_TIME_WAIT } } },
	{ "both at once, backend's seen first", {
		{ BACKEND, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK, IN_TIME_WAIT },
		{ BACKEND, ACK, IN_TIME_WAIT },
		{ CLIENT, ACK, IN_TIME_WAIT } } },
	{ "client's FIN retransmitted", {
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK | PSH, IN_FIN_WAIT },
		{ BACKEND, ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ BACKEND, FIN | ACK, IN_TIME_WAIT },
		{ BACKEND, FIN | ACK, IN_TIME_WAIT },
		{ CLIENT, FIN | ACK, IN_TIME_WAIT } } },
	{ "backend's FIN retransmitted", {
		{ BACKEND, FIN | ACK, IN_FIN_WAIT },
		{ BACKEND, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, ACK, IN_FIN_WAIT },
		{ BACKEND, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK, IN_TIME_WAIT } } },
	{ "half closed, data goes on", {
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ BACKEND, ACK | PSH, IN_FIN_WAIT },
		{ CLIENT, ACK, IN_FIN_WAIT },
		{ BACKEND, FIN | ACK | PSH, IN_TIME_WAIT } } },
};

static const struct sequence one_way[] = {
	{ "a whole connection", {
		{ CLIENT, SYN, IN_SYN_SENT },
		{ CLIENT, SYN, IN_SYN_SENT },
		{ CLIENT, ACK, IN_ESTABLISHED },
		{ CLIENT, ACK | PSH, IN_ESTABLISHED },
		{ CLIENT, SYN, IN_ESTABLISHED },
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, ACK, IN_FIN_WAIT } } },
	{ "reset by the client", {
		{ CLIENT, ACK | PSH, IN_ESTABLISHED },
		{ CLIENT, RST, IN_CLOSE },
		{ CLIENT, ACK, IN_CLOSE } } },
};

static const struct sequence stray_opening[] = {
	{ "no answer to the SYN yet", {
		{ CLIENT, ACK, IN_SYN_SENT },
		{ CLIENT, ACK | PSH, IN_SYN_SENT },
		{ CLIENT, SYN | ACK, IN_SYN_SENT },
		{ CLIENT, 0, IN_SYN_SENT },
		{ BACKEND, ACK, IN_SYN_SENT },
		{ BACKEND, 0, IN_SYN_SENT } } },
	{ "FIN before the handshake is over", {
		{ BACKEND, SYN | ACK, IN_SYN_RECV },
		{ CLIENT, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, ACK, IN_FIN_WAIT },
		{ BACKEND, FIN | ACK, IN_TIME_WAIT } } },
};

static const struct sequence stray_open[] = {
	{ "while established", {
		{ CLIENT, SYN, IN_ESTABLISHED },
		{ BACKEND, SYN | ACK, IN_ESTABLISHED },
		{ CLIENT, SYN | FIN, IN_ESTABLISHED },
		{ BACKEND, SYN, IN_ESTABLISHED },
		{ CLIENT, 0, IN_ESTABLISHED } } },
	{ "while closing", {
		{ BACKEND, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, SYN, IN_FIN_WAIT },
		{ BACKEND, SYN | ACK, IN_FIN_WAIT },
		{ BACKEND, 0, IN_FIN_WAIT } } },
	{ "after the end", {
		{ BACKEND, FIN | ACK, IN_FIN_WAIT },
		{ CLIENT, FIN | ACK, IN_TIME_WAIT },
		{ CLIENT, SYN, IN_TIME_WAIT },
		{ BACKEND, SYN | ACK, IN_TIME_WAIT },
		{ CLIENT, ACK | PSH, IN_TIME_WAIT } } },
};

static void run_sequence(const struct sequence *sequence, int status,
			 bool sees_replies)
{
	const struct step *step = sequence->steps;
	unsigned int i;

	status |= NFLB_CONN_CONFIRMED;
	for (i = 0; i < STEPS_MAX && step[i].state; i++) {
		test_where("%s, step %u", sequence->name, i + 1);
		status = nflb_tcp_next(status, step[i].dir, step[i].flags,
				       sees_replies);
		expect_equal(status & NFLB_CONN_STATE, step[i].state);
		expect(status & NFLB_CONN_CONFIRMED);
	}
}

static void test_opening(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opening); i++)
		run_sequence(&opening[i], IN_SYN_SENT, true);
}

static void test_closing(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(closing); i++)
		run_sequence(&closing[i], IN_ESTABLISHED, true);
}

static void test_one_way(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(one_way); i++)
		run_sequence(&one_way[i], IN_SYN_SENT, false);
}

static void test_stray(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stray_opening); i++)
		run_sequence(&stray_opening[i], IN_SYN_SENT, true);
	for (i = 0; i < ARRAY_SIZE(stray_open); i++)
		run_sequence(&stray_open[i], IN_ESTABLISHED, true);
}

/* Whatever else is in the segment. */
static void test_reset(void)
{
	const int others = NFLB_CONN_CONFIRMED | NFLB_CONN_FIN_REPLY;
	unsigned int state, flags, dir;
	int next;

	for (state = IN_SYN_SENT; state <= IN_CLOSE; state++) {
		for (flags = RST; flags < 256; flags = (flags + 1) | RST) {
			for (dir = CLIENT; dir <= BACKEND; dir++) {
				test_where("state %u, flags %02x from %u",
					   state, flags, dir);
				next = nflb_tcp_next(state | others, dir, flags,
						     true);
				expect_equal(next, IN_CLOSE | others);
			}
		}
	}
}

static void test_after_reset(void)
{
	const int closed = IN_CLOSE | NFLB_CONN_CONFIRMED;
	unsigned int flags;
	int next;

	for (flags = 0; flags < 256; flags++) {
		test_where("flags %02x", flags);
		next = nflb_tcp_next(closed, NFLB_DIR_REQUEST, flags, true);
		expect_equal(next, closed);
		next = nflb_tcp_next(closed, NFLB_DIR_REPLY, flags, true);
		expect_equal(next, closed);
		next = nflb_tcp_next(closed, NFLB_DIR_REQUEST, flags, false);
		expect_equal(next, closed);
	}
}

/*
 * The states that segments of the client alone, of any kind and number, lead
 * to: a bit each. Three segments are enough to go as far as it gets, since
 * each must lead on; eight make sure.
 */
static unsigned int reachable(int status, bool sees_replies, unsigned int depth)
{
	unsigned int flags, states = 1U << (status & NFLB_CONN_STATE);
	int next;

	for (flags = 0; depth && flags < 32; flags++) {
		next = nflb_tcp_next(status, NFLB_DIR_REQUEST, flags,
				     sees_replies);
		if (next != status)
			states |= reachable(next, sees_replies, depth - 1);
	}
	return states;
}

static void test_client_alone(void)
{
	const unsigned int ends = BIT(IN_FIN_WAIT) | BIT(IN_CLOSE);

	expect_equal(reachable(IN_SYN_SENT, true, 8), BIT(IN_SYN_SENT) | ends);
	expect_equal(reachable(IN_SYN_SENT, false, 8),
		     BIT(IN_SYN_SENT) | BIT(IN_ESTABLISHED) | ends);
}

static void test_near(void)
{
	static const struct {
		u8	seen;
		u32	number;
		bool	near;
	} numbers[] = {
		{ 0x00, 0x00000000, true },
		{ 0x00, 0x01ffffff, true },
		{ 0x00, 0x02000000, false },
		{ 0x00, 0xff000000, true },
		{ 0x00, 0xfeffffff, false },
		{ 0x00, 0x80000000, false },
		{ 0xff, 0x00ffffff, true },
		{ 0xff, 0x01000000, false },
		{ 0x7f, 0x7e000000, true },
		{ 0x7f, 0x7dffffff, false },
		{ 0x7f, 0x80ffffff, true },
		{ 0x7f, 0x81000000, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		test_where("%08x, seen %02x", numbers[i].number,
			   numbers[i].seen);
		expect_equal(is_near(numbers[i].seen, numbers[i].number),
			     numbers[i].near);
	}
}

/* Which end, and what of it is known when. */
static void test_credible(void)
{
	const struct nflb_tcp_seen seen = { .seq = 0x10, .ack = 0x90 };

	test_where("the client, at its own number");
	expect(nflb_tcp_credible(seen, IN_ESTABLISHED, CLIENT, 0x10000000));
	expect(nflb_tcp_credible(seen, IN_SYN_SENT, CLIENT, 0x10000000));
	test_where("the client, at the backend's");
	expect(!nflb_tcp_credible(seen, IN_ESTABLISHED, CLIENT, 0x90000000));
	expect(!nflb_tcp_credible(seen, IN_SYN_SENT, CLIENT, 0x90000000));
	test_where("the backend, at its own");
	expect(nflb_tcp_credible(seen, IN_ESTABLISHED, BACKEND, 0x90000000));
	test_where("the backend, at the client's");
	expect(!nflb_tcp_credible(seen, IN_ESTABLISHED, BACKEND, 0x10000000));
	expect(!nflb_tcp_credible(seen, IN_FIN_WAIT, BACKEND, 0x10000000));
	test_where("the backend, which nobody has acknowledged");
	expect(nflb_tcp_credible(seen, IN_SYN_SENT, BACKEND, 0));
	expect(nflb_tcp_credible(seen, IN_SYN_RECV, BACKEND, 0x10000000));
}

static struct nflb_tcp_seen track(struct nflb_tcp_seen seen, int status,
				  u8 flags, u32 seq, u32 ack)
{
	const struct nflb_packet pkt = { .tcp_flags = flags, .seq = seq,
					 .ack = ack };

	return nflb_tcp_track(seen, status, &pkt);
}

static void test_track(void)
{
	struct nflb_tcp_seen seen = { .seq = 0x42 };
	u64 at;

	test_where("the handshake's ACK says where both are");
	seen = track(seen, IN_SYN_SENT, SYN, 0x55000000, 0);
	expect_equal(seen.seq, 0x55);
	expect_equal(seen.ack, 0);
	seen = track(seen, IN_SYN_RECV, ACK, 0x55000001, 0xcc000000);
	expect_equal(seen.ack, 0xcc);

	test_where("both go all the way round");
	for (at = 0; at < 1ULL << 33; at += 1 << 23) {
		seen = track(seen, IN_ESTABLISHED, ACK, 0x55000001 + at,
			     0xcc000000 + at);
		expect_equal(seen.seq, (u8)((0x55000001 + at) >> 24));
		expect_equal(seen.ack, (u8)((0xcc000000 + at) >> 24));
	}

	test_where("a forged segment leads nowhere");
	seen = track(seen, IN_ESTABLISHED, ACK, 0xd5000000, 0x4c000000);
	seen = track(seen, IN_ESTABLISHED, SYN, 0xd5000000, 0);
	expect_equal(seen.seq, 0x54);
	expect_equal(seen.ack, 0xcb);
	test_where("without ACK there is nothing acknowledged");
	seen = track(seen, IN_SYN_RECV, 0, 0x54000000, 0x11000000);
	expect_equal(seen.ack, 0xcb);
}

static const struct test_case cases[] = {
	{ "numbers near by", test_near },
	{ "whose RST and FIN are credible", test_credible },
	{ "following the numbers", test_track },
	{ "opening", test_opening },
	{ "closing", test_closing },
	{ "only the client's half is seen", test_one_way },
	{ "stray segments", test_stray },
	{ "RST in every state", test_reset },
	{ "nothing leads out of a reset", test_after_reset },
	{ "how far a client gets alone", test_client_alone },
};

const struct test_suite tcp_suite = { "tcp", cases, ARRAY_SIZE(cases) };
