// SPDX-License-Identifier: GPL-2.0
/* The bytes of sync: what is written is read again, and what is cut is not */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "../../lbd/sync/packet.h"
#include "../tap.h"

static struct nflb_change connection(sa_family_t family, uint8_t protocol,
				     uint8_t forward)
{
	struct nflb_change change = { .end = NFLB_END_EXPIRED };
	struct nflb_connection *c = &change.connection;

	c->service.protocol = protocol;
	c->service.port = 80;
	c->service.port_last = 90;
	c->service.prefix = 24;
	c->service.address.family = family;
	c->client.family = family;
	c->destination.family = family;
	c->backend.family = AF_INET6;
	if (family == AF_INET) {
		inet_pton(AF_INET, "192.0.2.0", &c->service.address.v4);
		inet_pton(AF_INET, "203.0.113.7", &c->client.v4);
		inet_pton(AF_INET, "192.0.2.9", &c->destination.v4);
	} else {
		inet_pton(AF_INET6, "2001:db8::", &c->service.address.v6);
		inet_pton(AF_INET6, "2001:db8:1::7", &c->client.v6);
		inet_pton(AF_INET6, "2001:db8::9", &c->destination.v6);
	}
	inet_pton(AF_INET6, "fd00::1", &c->backend.v6);
	c->client_port = 40000;
	c->destination_port = 85;
	c->backend_port = 8080;
	c->protocol = protocol;
	c->forward = forward;
	c->state = NFLB_STATE_TIME_WAIT;
	c->flags = 3;
	c->expires = 4000000000U;
	c->tcp_seq = 200;
	c->tcp_ack = 7;
	if (forward == NFLB_FORWARD_FULLNAT) {
		c->source = c->client;
		c->source_port = 61000;
	}
	if (protocol == IPPROTO_SCTP) {
		c->sctp_tag[0] = 0xdeadbeef;
		c->sctp_tag[1] = 1;
	}
	return change;
}

static struct nflb_change affinity(void)
{
	struct nflb_change change = { .is_affinity = true };
	struct nflb_affinity *a = &change.affinity;

	a->service.mark = 77;
	a->service.address.family = AF_INET;
	a->client.address.family = AF_INET;
	inet_pton(AF_INET, "203.0.113.0", &a->client.address.v4);
	a->client.length = 24;
	a->backend.family = AF_INET;
	inet_pton(AF_INET, "10.0.0.1", &a->backend.v4);
	a->expires = 300;
	return change;
}

static size_t write_one(const struct nflb_change *change, uint8_t bytes[256])
{
	struct sync_writer writer = { bytes, 0, 256 };

	return sync_put_change(&writer, change) ? 0 : writer.length;
}

static void test_change(struct nflb_change change, const char *name)
{
	struct nflb_change again;
	struct sync_reader reader;
	struct sync_writer writer;
	uint8_t bytes[256], other[256];
	size_t length = write_one(&change, bytes), i;
	int cut = 0;

	reader = (struct sync_reader){ bytes, length };
	ok(length && !sync_get_change(&reader, &again) && !reader.length,
	   "%s: written and read, %zu bytes", name, length);
	ok(write_one(&again, other) == length && !memcmp(bytes, other, length),
	   "%s: the same again", name);
	for (i = 0; i < length; i++) {
		reader = (struct sync_reader){ bytes, i };
		cut += sync_get_change(&reader, &again) != -EPROTO;
	}
	is_number(cut, 0, "a part of it is refused");
	writer = (struct sync_writer){ other, 0, length - 1 };
	ok(sync_put_change(&writer, &change) == -ENOSPC && !writer.length,
	   "%s: without room nothing is written", name);
}

static void test_values(void)
{
	struct nflb_change change = connection(AF_INET, IPPROTO_TCP,
					       NFLB_FORWARD_FULLNAT), again;
	struct nflb_connection *c = &again.connection;
	struct sync_reader reader;
	uint8_t bytes[256];

	reader = (struct sync_reader){ bytes, write_one(&change, bytes) };
	sync_get_change(&reader, &again);
	ok(nflb_key_equal(&c->service, &change.connection.service), "its service");
	ok(nflb_address_equal(&c->client, &change.connection.client), "its client");
	is_number(c->source_port, 61000, "its source port");
	is_number(c->expires, 4000000000U, "its expiry");
	is_number(again.end, NFLB_END_EXPIRED, "why it ended");
	change.connection.state = NFLB_STATE_MAX + 1;
	reader = (struct sync_reader){ bytes, write_one(&change, bytes) };
	ok(sync_get_change(&reader, &again), "a state that there is not");
}

static void test_header(void)
{
	struct sync_header header = { SYNC_KIND_FRAME, 0x123456789abcdef0, 42 };
	struct sync_header again;
	uint8_t bytes[SYNC_HEADER_SIZE];

	sync_put_header(bytes, &header);
	ok(!sync_get_header(bytes, sizeof(bytes), &again) &&
	   again.kind == header.kind && again.tag == header.tag &&
	   again.number == header.number, "a header");
	ok(sync_get_header(bytes, sizeof(bytes) - 1, &again), "a part of one");
	bytes[4]++;
	ok(sync_get_header(bytes, sizeof(bytes), &again), "another version");
	bytes[4]--;
	bytes[5] = 9;
	ok(sync_get_header(bytes, sizeof(bytes), &again), "another kind");
}

static void test_ack(void)
{
	struct sync_ack ack = {
		.stream = 3, .next = 9, .gaps = 2,
		.gap = { { 9, 10 }, { 12, 15 } },
	}, again;
	uint8_t bytes[64], type;
	struct sync_writer writer = { bytes, 0, sizeof(bytes) };
	struct sync_reader reader;

	sync_put_ack(&writer, &ack);
	reader = (struct sync_reader){ bytes, writer.length };
	ok(!sync_get_type(&reader, &type) && type == SYNC_TYPE_ACK &&
	   !sync_get_ack(&reader, &again) && again.gaps == 2 &&
	   again.gap[1].behind == 15, "an ack");
	reader = (struct sync_reader){ bytes + 1, writer.length - 2 };
	ok(sync_get_ack(&reader, &again), "a part of one");
	bytes[9] = SYNC_GAPS_MAX + 1;
	reader = (struct sync_reader){ bytes + 1, writer.length - 1 };
	ok(sync_get_ack(&reader, &again), "more gaps than there may be");
}

int main(void)
{
	test_change(connection(AF_INET, IPPROTO_TCP, NFLB_FORWARD_NAT), "IPv4");
	test_change(connection(AF_INET6, IPPROTO_UDP, NFLB_FORWARD_GUE), "IPv6");
	test_change(connection(AF_INET6, IPPROTO_SCTP, NFLB_FORWARD_FULLNAT),
		    "SCTP by full NAT");
	test_change(affinity(), "affinity of a mark");
	test_values();
	test_header();
	test_ack();
	return tap_end();
}
