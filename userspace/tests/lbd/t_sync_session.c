// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions over a network that loses, doubles and delays, with a clock that is
 * counted: what one end puts comes out of the other, once and in order
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "../../lbd/sync/session.h"
#include "../tap.h"

#define QUEUE		65536

struct datagram {
	uint64_t due;
	size_t length;
	uint8_t bytes[SYNC_DATAGRAM_MAX];
};

struct end {
	struct sync_session *session;
	struct end *peer;
	unsigned int joined;
	uint32_t expected;	/* the number of the change that comes next */
	uint32_t wrong;
	/* what is on the way to it */
	struct datagram *queue;
	size_t first;
	size_t count;
};

static uint64_t now = 1000;
static unsigned int loss, delay;	/* percent, most milliseconds */
static uint32_t random_state = 1;
static struct datagram last[2];		/* that went to each end */
static struct end ends[2];

static uint32_t draw(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 8;
}

static void network_send(void *context, const uint8_t *bytes, size_t length)
{
	struct end *to = ((struct end *)context)->peer;
	struct datagram *datagram;

	last[to - ends].length = length;
	memcpy(last[to - ends].bytes, bytes, length);
	if (draw() % 100 < loss || to->count == QUEUE)
		return;
	datagram = &to->queue[(to->first + to->count++) % QUEUE];
	datagram->due = now + (delay ? draw() % delay : 0);
	datagram->length = length;
	memcpy(datagram->bytes, bytes, length);
}

static void take_changes(void *context, const struct nflb_change *changes,
			 size_t count)
{
	struct end *end = context;

	for (; count; count--, changes++) {
		if (changes->connection.expires != end->expected)
			end->wrong++;
		end->expected = changes->connection.expires + 1;
	}
}

static void take_joined(void *context)
{
	struct end *end = context;

	end->joined++;
	end->peer->expected = 0;
}

static const struct sync_session_ops ops = {
	.send = network_send,
	.changes = take_changes,
	.joined = take_joined,
};

static const uint8_t key[SYNC_KEY_SIZE] = "a key that both ends have";
static const uint8_t other_key[SYNC_KEY_SIZE] = "a key of somebody else";

static void begin(struct end *end, const uint8_t *with)
{
	sync_session_free(end->session);
	end->session = sync_session_new(with, &ops, end);
}

static void setup(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct datagram *queue = ends[i].queue;

		sync_session_free(ends[i].session);
		ends[i] = (struct end){ .queue = queue, .peer = &ends[!i] };
		if (!queue)
			ends[i].queue = calloc(QUEUE, sizeof(*queue));
		begin(&ends[i], key);
	}
	loss = 0;
	delay = 0;
}

static void receive(struct end *end)
{
	size_t left = end->count;

	while (left--) {
		struct datagram datagram = end->queue[end->first];

		end->first = (end->first + 1) % QUEUE;
		end->count--;
		if (datagram.due > now)
			end->queue[(end->first + end->count++) % QUEUE] =
				datagram;
		else
			sync_session_receive(end->session, datagram.bytes,
					     datagram.length, now);
	}
}

static void run(unsigned int milliseconds)
{
	uint64_t until = now + milliseconds;

	while (now < until) {
		now += 10;
		receive(&ends[0]);
		receive(&ends[1]);
		sync_session_tick(ends[0].session, now);
		sync_session_tick(ends[1].session, now);
	}
}

static void put(struct end *end, uint32_t first, uint32_t count)
{
	struct nflb_change change = { 0 };
	struct nflb_connection *c = &change.connection;
	uint32_t i;

	c->service.protocol = IPPROTO_TCP;
	c->service.address.family = AF_INET;
	c->client.family = AF_INET;
	c->destination.family = AF_INET;
	c->backend.family = AF_INET;
	c->protocol = IPPROTO_TCP;
	c->state = NFLB_STATE_ESTABLISHED;
	for (i = 0; i < count; i++) {
		c->expires = first + i;
		sync_session_put(end->session, &change, now);
	}
}

static const struct sync_session_stats *stats(int end)
{
	return sync_session_stats(ends[end].session);
}

static void test_quiet(void)
{
	setup();
	run(100);
	ok(sync_session_up(ends[0].session) && sync_session_up(ends[1].session),
	   "both ends agree within 100 ms");
	is_number(ends[0].joined, 1, "each is to tell everything, once");
	put(&ends[0], 0, 1000);
	run(100);
	is_number(ends[1].expected, 1000, "all changes come");
	is_number(ends[1].wrong, 0, "in order");
	is_number(stats(0)->resent, 0, "nothing is sent twice");
	is_number(sync_session_backlog(ends[0].session), 0, "all is acknowledged");
	ok(sync_session_lag(ends[0].session, now) <= 40, "soon");
	run(20000);
	ok(sync_session_up(ends[0].session), "they stay together while nothing happens");
	is_number(stats(0)->sessions, 1, "in one session");
	is_number(stats(0)->refused_malformed + stats(0)->refused_forged +
		  stats(0)->refused_replayed + stats(1)->refused_malformed +
		  stats(1)->refused_forged + stats(1)->refused_replayed, 0,
		  "nothing was refused");
}

static void test_loss(unsigned int percent, unsigned int late)
{
	char name[80];

	setup();
	loss = percent;
	delay = late;
	run(5000);
	put(&ends[0], 0, 20000);
	put(&ends[1], 0, 100);
	run(8000);
	snprintf(name, sizeof(name), "%u %% are lost, and %u ms late: all come",
		 percent, late);
	is_number(ends[1].expected, 20000, name);
	is_number(ends[0].expected, 100, "the other way, too");
	is_number(ends[0].wrong + ends[1].wrong, 0, "in order, each once");
	ok(stats(0)->resent > 0 && stats(0)->resent < stats(0)->sent,
	   "some were sent again: %ju of %ju", (uintmax_t)stats(0)->resent,
	   (uintmax_t)stats(0)->sent);
}

static void test_restart(void)
{
	setup();
	run(100);
	put(&ends[0], 0, 10);
	run(100);
	begin(&ends[1], key);
	ends[1].expected = 0;
	run(8000);
	is_number(ends[0].joined, 2, "a peer that starts again is told everything");
	put(&ends[0], 0, 10);
	run(100);
	is_number(ends[1].expected, 10, "and then what changes");
	is_number(ends[1].wrong, 0, "in order");
	is_number(stats(0)->sessions, 2, "in another session");
}

static void test_split(void)
{
	setup();
	run(100);
	loss = 100;
	run(10000);
	ok(!sync_session_up(ends[0].session), "a peer that is silent is lost");
	put(&ends[0], 0, 10);
	loss = 0;
	run(2000);
	ok(sync_session_up(ends[0].session), "it comes back");
	is_number(ends[0].joined, 2, "and is told everything");
	is_number(stats(0)->sessions, 1, "in the same session");
}

static void test_overflow(void)
{
	setup();
	run(100);
	loss = 100;
	put(&ends[0], 0, 600000);
	ok(stats(0)->overflows > 0, "who does not keep up");
	ok(ends[0].joined > 1, "is told everything later");
	loss = 0;
	run(3000);
	put(&ends[0], 0, 10);
	run(200);
	is_number(ends[1].expected, 10, "and goes on");
}

static void test_forged(void)
{
	struct datagram frame, cut;
	uint64_t before;
	size_t i;

	setup();
	run(100);
	put(&ends[0], 0, 5);
	sync_session_flush(ends[0].session, now);
	frame = last[1];
	run(100);
	is_number(ends[1].expected, 5, "a frame");
	before = stats(1)->refused_replayed;
	sync_session_receive(ends[1].session, frame.bytes, frame.length, now);
	is_number(stats(1)->refused_replayed - before, 1, "once more: replayed");
	for (i = 0; i < frame.length; i++) {
		cut = frame;
		cut.bytes[i] ^= 0x10;
		sync_session_receive(ends[1].session, cut.bytes, cut.length, now);
		sync_session_receive(ends[1].session, frame.bytes, i, now);
	}
	is_number(stats(1)->refused_forged + stats(1)->refused_malformed +
		  stats(1)->refused_replayed - before - 1, 2 * frame.length,
		  "each byte changed, and each length: all refused");
	put(&ends[0], 5, 5);
	run(100);
	is_number(ends[1].expected, 10, "no harm was done");
	is_number(ends[1].wrong, 0, "at all");
}

/* What was sent in an old session, in a later one. */
static void test_old_session(void)
{
	struct datagram *recorded = calloc(64, sizeof(*recorded));
	size_t count = 0, i;
	uint64_t sessions;

	setup();
	run(100);
	for (i = 0; i < 20 && count < 64; i++) {
		run(10);
		put(&ends[0], 100 * i, 1);
		sync_session_flush(ends[0].session, now);
		recorded[count++] = last[1];
	}
	begin(&ends[0], key);
	run(8000);
	sessions = stats(1)->sessions;
	put(&ends[0], 0, 3);
	run(100);
	for (i = 0; i < count; i++)
		sync_session_receive(ends[1].session, recorded[i].bytes,
				     recorded[i].length, now);
	is_number(stats(1)->refused_replayed, count, "an old session is refused");
	run(100);
	ok(stats(1)->sessions == sessions && sync_session_up(ends[1].session),
	   "and does not end the new one");
	is_number(ends[1].expected, 3, "nor change anything");
	free(recorded);
}

static void test_stranger(void)
{
	setup();
	begin(&ends[1], other_key);
	run(3000);
	ok(!sync_session_up(ends[0].session) && !sync_session_up(ends[1].session),
	   "without the key nobody agrees");
	ok(stats(0)->refused_forged > 0, "which is counted");
	/* What it says itself comes back. */
	setup();
	ends[0].peer = &ends[0];
	run(3000);
	ok(!sync_session_up(ends[0].session), "nor with itself");
}

int main(void)
{
	int i;

	test_quiet();
	test_loss(5, 50);
	test_loss(30, 0);
	test_restart();
	test_split();
	test_overflow();
	test_forged();
	test_old_session();
	test_stranger();
	for (i = 0; i < 2; i++) {
		sync_session_free(ends[i].session);
		free(ends[i].queue);
	}
	return tap_end();
}
