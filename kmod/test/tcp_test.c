// SPDX-License-Identifier: GPL-2.0
/* TCP from the middle: sequences of segments and the states they lead to. */
#include "../proto/tcp.c"
#include "test.h"

#define STEPS_MAX	10

/* Short, for the tables below. */
enum { CLIENT = NFLB_DIR_REQUEST, BACKEND = NFLB_DIR_REPLY };

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

static const struct test_case cases[] = {
	{ "opening", test_opening },
	{ "closing", test_closing },
	{ "only the client's half is seen", test_one_way },
	{ "stray segments", test_stray },
	{ "RST in every state", test_reset },
	{ "nothing leads out of a reset", test_after_reset },
	{ "how far a client gets alone", test_client_alone },
};

const struct test_suite tcp_suite = { "tcp", cases, ARRAY_SIZE(cases) };
