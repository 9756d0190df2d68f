// SPDX-License-Identifier: GPL-2.0
/*
 * Answers of the kernel: complete, incomplete, and damaged at random
 *
 * The damage is the same in every run. What matters there is that the
 * sanitizers find nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "../lib/priv.h"
#include "tap.h"

#define ROUNDS	20000

static const struct in6_addr vip = { .s6_addr = { 0x20, 1, [15] = 1 } };

static void put_key(struct nl_msg *msg)
{
	nla_put_u8(msg, NFLB_SERVICE_PROTOCOL, IPPROTO_TCP);
	nla_put(msg, NFLB_SERVICE_ADDR6, sizeof(vip), &vip);
	nla_put_u16(msg, NFLB_SERVICE_PORT, htons(443));
}

static void put_stats(struct nl_msg *msg, int attr)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u64(msg, NFLB_STATS_CONNECTIONS, 1);
	nla_put_u64(msg, NFLB_STATS_PACKETS_IN, 2);
	nla_put_u64(msg, NFLB_STATS_BYTES_IN, 3);
	nla_put_u64(msg, NFLB_STATS_PACKETS_OUT, 4);
	nla_put_u64(msg, NFLB_STATS_BYTES_OUT, UINT64_MAX);
	nla_nest_end(msg, nest);
}

static struct nl_msg *begin(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	genlmsg_put(msg, 1, 1, 0x20, 0, 0, NFLB_CMD_SERVICE_NEW, 1);
	return msg;
}

static void put_limits(struct nl_msg *msg)
{
	struct nlattr *nest;

	nla_put_u32(msg, NFLB_SERVICE_MAX_HALF_OPEN, 44);
	nest = nla_nest_start(msg, NFLB_SERVICE_CLIENT_RATE_LIMIT);
	nla_put_u32(msg, NFLB_RATE_PER_SECOND, 10);
	nla_put_u32(msg, NFLB_RATE_BURST, 20);
	nla_put_u8(msg, NFLB_RATE_PREFIX, 56);
	nla_nest_end(msg, nest);
	nla_put_u32(msg, NFLB_SERVICE_CONNECTIONS_HALF_OPEN, 3);
	nla_put_u64(msg, NFLB_SERVICE_STATELESS, UINT64_MAX);
}

static struct nl_msg *service_message(void)
{
	struct nl_msg *msg = begin();
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SERVICE);
	struct nlattr *options;

	put_key(msg);
	nla_put_string(msg, NFLB_SERVICE_SCHEDULER, "maglev");
	options = nla_nest_start(msg, NFLB_SERVICE_SCHED_OPTIONS);
	nla_put_u32(msg, NFLB_SCHED_OPTION_TABLE_SIZE, 1021);
	nla_put_u64(msg, NFLB_SCHED_OPTION_SEED, 99);
	nla_put_u8(msg, NFLB_SCHED_OPTION_HASH, NFLB_HASH_FLOW);
	nla_put_u8(msg, NFLB_SCHED_OPTION_MAX + 7, 1);
	nla_nest_end(msg, options);
	nla_put_u32(msg, NFLB_SERVICE_TIMEOUT_FIN, 61);
	nla_put_u32(msg, NFLB_SERVICE_BACKENDS, 5);
	put_limits(msg);
	nla_put_u32(msg, NFLB_SERVICE_MAX + 7, 1);
	put_stats(msg, NFLB_SERVICE_STATS);
	nla_nest_end(msg, nest);
	return msg;
}

static void put_options(struct nl_msg *msg)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_BACKEND_FORWARD_OPTIONS);

	nla_put_u8(msg, NFLB_FORWARD_OPTION_CHECKSUM, 1);
	nla_put_u16(msg, NFLB_FORWARD_OPTION_PORT, htons(6081));
	nla_put(msg, NFLB_FORWARD_OPTION_SOURCE6, sizeof(vip), &vip);
	nla_put_u8(msg, NFLB_FORWARD_OPTION_SOURCE_PREFIX, 128);
	nla_nest_end(msg, nest);
}

static struct nl_msg *backend_message(void)
{
	struct nl_msg *msg = begin();
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SERVICE);

	put_key(msg);
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, NFLB_A_BACKEND);
	nla_put(msg, NFLB_BACKEND_ADDR6, sizeof(vip), &vip);
	nla_put_u16(msg, NFLB_BACKEND_PORT, htons(8443));
	nla_put_u8(msg, NFLB_BACKEND_FORWARD, NFLB_FORWARD_GUE);
	put_options(msg);
	nla_put_u32(msg, NFLB_BACKEND_WEIGHT, 65535);
	nla_put_u32(msg, NFLB_BACKEND_MAX_CONNECTIONS, 77);
	nla_put_u32(msg, NFLB_BACKEND_CONNECTIONS_ACTIVE, 8);
	nla_put_u32(msg, NFLB_BACKEND_CONNECTIONS_INACTIVE, 9);
	put_stats(msg, NFLB_BACKEND_STATS);
	nla_nest_end(msg, nest);
	return msg;
}

static struct nl_msg *change_message(void)
{
	struct nl_msg *msg = begin();
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SERVICE);

	put_key(msg);
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, NFLB_A_BACKEND);
	nla_put(msg, NFLB_BACKEND_ADDR6, sizeof(vip), &vip);
	nla_put_u16(msg, NFLB_BACKEND_PORT, htons(8443));
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, NFLB_A_CONNECTION);
	nla_put(msg, NFLB_CONNECTION_CLIENT_ADDR6, sizeof(vip), &vip);
	nla_put(msg, NFLB_CONNECTION_SERVICE_ADDR6, sizeof(vip), &vip);
	nla_put_u8(msg, NFLB_CONNECTION_STATE, NFLB_STATE_TIME_WAIT);
	nla_put_u8(msg, NFLB_CONNECTION_FLAGS, NFLB_CONNECTION_FIN);
	nla_put_u8(msg, NFLB_CONNECTION_TCP_ACK, 200);
	nla_put_u32(msg, NFLB_CONNECTION_SCTP_REPLY_TAG, htonl(77));
	nla_put_u8(msg, NFLB_CONNECTION_END, NFLB_END_EXPIRED);
	nla_nest_end(msg, nest);
	return msg;
}

static struct nl_msg *affinity_message(void)
{
	struct nl_msg *msg = begin();
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SERVICE);

	put_key(msg);
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, NFLB_A_BACKEND);
	nla_put(msg, NFLB_BACKEND_ADDR6, sizeof(vip), &vip);
	nla_put_u16(msg, NFLB_BACKEND_PORT, htons(8443));
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, NFLB_A_AFFINITY);
	nla_put(msg, NFLB_AFFINITY_CLIENT_ADDR6, sizeof(vip), &vip);
	nla_put_u8(msg, NFLB_AFFINITY_CLIENT_PREFIX, 64);
	nla_put_u32(msg, NFLB_AFFINITY_EXPIRES, 299);
	nla_put_u32(msg, NFLB_AFFINITY_MAX + 7, 1);
	nla_nest_end(msg, nest);
	return msg;
}

static int parse(struct nl_msg *msg, struct nlattr **attrs)
{
	return genlmsg_parse(nlmsg_hdr(msg), 0, attrs, NFLB_A_MAX, NULL);
}

static void test_service(void)
{
	struct nlattr *attrs[NFLB_A_MAX + 1];
	struct nl_msg *msg = service_message();
	struct nflb_service service;
	char key[NFLB_KEY_LEN];

	ok(!parse(msg, attrs) && !nflb_service_decode(attrs, &service),
	   "a service, with an attribute of a later version");
	nflb_key_format(&service.key, key);
	is_text(key, "tcp [2001::1]:443", "key");
	is_text(service.scheduler, "maglev", "scheduler");
	is_number(service.options.value[NFLB_SCHED_OPTION_TABLE_SIZE], 1021,
		  "table size");
	is_number(service.options.value[NFLB_SCHED_OPTION_SEED], 99, "seed");
	is_number(service.options.value[NFLB_SCHED_OPTION_HASH], NFLB_HASH_FLOW,
		  "hash");
	is_number(service.options.given,
		  NFLB_OPTION(NFLB_SCHED_OPTION_TABLE_SIZE) |
		  NFLB_OPTION(NFLB_SCHED_OPTION_SEED) |
		  NFLB_OPTION(NFLB_SCHED_OPTION_HASH), "options given");
	is_number(service.timeout[NFLB_TIMEOUT_FIN], 61, "timeout");
	is_number(service.given, NFLB_GIVEN_SCHEDULER |
		  NFLB_GIVEN_TIMEOUT(NFLB_TIMEOUT_FIN) |
		  NFLB_GIVEN_MAX_HALF_OPEN | NFLB_GIVEN_CLIENT_RATE_LIMIT,
		  "what is given");
	is_number(service.max_half_open, 44, "bound of handshakes");
	is_number(service.client_rate_limit.burst, 20, "burst of clients");
	is_number(service.client_rate_limit.prefix, 56, "prefix of clients");
	is_number(service.half_open, 3, "handshakes");
	is_number(service.stateless, UINT64_MAX, "packets without connection");
	is_number(service.backends, 5, "number of backends");
	is_number(service.stats.bytes_out, UINT64_MAX, "a counter");
	nlmsg_free(msg);
}

static void test_backend(void)
{
	struct nlattr *attrs[NFLB_A_MAX + 1];
	struct nl_msg *msg = backend_message();
	struct nflb_backend backend;
	struct nflb_key key;

	ok(!parse(msg, attrs) && !nflb_backend_decode(attrs, &key, &backend),
	   "a backend");
	is_number(key.port, 443, "port of its service");
	is_number(backend.port, 8443, "port");
	is_number(backend.forward, NFLB_FORWARD_GUE, "forward");
	is_number(backend.given & NFLB_GIVEN_TUNNEL,
		  NFLB_GIVEN_CHECKSUM | NFLB_GIVEN_TUNNEL_PORT |
		  NFLB_GIVEN_SOURCE, "options of the tunnel that are given");
	is_number(backend.tunnel.port, 6081, "port of the tunnel");
	is_number(backend.tunnel.source.family, AF_INET6, "its source");
	is_number(backend.tunnel.source_prefix, 128, "length of that");
	is_number(backend.weight, 65535, "weight");
	is_number(backend.max_connections, 77, "max-connections");
	is_number(backend.active, 8, "active connections");
	is_number(backend.inactive, 9, "inactive connections");
	is_number(backend.stats.connections, 1, "a counter");
	nlmsg_free(msg);
}

static void test_affinity(void)
{
	struct nlattr *attrs[NFLB_A_MAX + 1];
	struct nl_msg *msg = affinity_message();
	struct nflb_affinity affinity;

	ok(!parse(msg, attrs) && !nflb_affinity_decode(attrs, &affinity),
	   "affinity, with an attribute of a later version");
	is_number(affinity.service.port, 443, "port of its service");
	is_number(affinity.backend_port, 8443, "port of its backend");
	is_number(affinity.client.address.family, AF_INET6, "its client");
	is_number(affinity.client.length, 64, "length of that");
	is_number(affinity.expires, 299, "seconds left");
	attrs[NFLB_A_AFFINITY] = NULL;
	ok(nflb_affinity_decode(attrs, &affinity) == -EPROTO,
	   "affinity of nobody");
	nlmsg_free(msg);
}

static void test_change(void)
{
	struct nlattr *attrs[NFLB_A_MAX + 1];
	struct nl_msg *msg = change_message();
	struct nflb_change change;

	ok(!parse(msg, attrs) && !nflb_change_decode(attrs, &change),
	   "a connection that is gone");
	is_number(change.end, NFLB_END_EXPIRED, "why");
	is_number(change.connection.state, NFLB_STATE_TIME_WAIT, "its state");
	is_number(change.connection.flags, NFLB_CONNECTION_FIN, "its flags");
	is_number(change.connection.tcp_ack, 200, "what was acknowledged");
	is_number(change.connection.sctp_tag[1], 77, "a tag");
	nlmsg_free(msg);
	msg = affinity_message();
	ok(!parse(msg, attrs) && !nflb_change_decode(attrs, &change) &&
	   change.is_affinity && change.affinity.expires == 299,
	   "affinity that has changed");
	nlmsg_free(msg);
}

static int decode_service_of(int attr, const void *data, int len)
{
	struct nlattr *attrs[NFLB_A_MAX + 1];
	struct nl_msg *msg = begin();
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SERVICE);
	struct nflb_service service;
	int err;

	if (attr != NFLB_SERVICE_ADDR6)
		put_key(msg);
	nla_put(msg, attr, len, data);
	nla_nest_end(msg, nest);
	err = parse(msg, attrs);
	if (!err)
		err = nflb_service_decode(attrs, &service);
	nlmsg_free(msg);
	return err;
}

static void test_incomplete(void)
{
	static const char name[] = "sixteen-letters!";
	struct nlattr *attrs[NFLB_A_MAX + 1] = { NULL };
	struct nflb_backend backend;
	struct nflb_service service;
	struct nflb_key key;

	ok(nflb_service_decode(attrs, &service) == -EPROTO, "no service at all");
	ok(nflb_backend_decode(attrs, &key, &backend) == -EPROTO,
	   "no backend at all");
	ok(decode_service_of(NFLB_SERVICE_ADDR6, &vip, 15) == -EPROTO,
	   "an address of 15 bytes");
	ok(!decode_service_of(NFLB_SERVICE_ADDR6, &vip, 16),
	   "an address of 16 bytes");
	ok(decode_service_of(NFLB_SERVICE_SCHEDULER, name, sizeof(name)) ==
	   -EPROTO, "a scheduler's name that is too long");
	ok(!decode_service_of(NFLB_SERVICE_SCHEDULER, name + 1,
			      sizeof(name) - 1),
	   "the longest name of a scheduler");
}

static void change_bytes(char *bytes, int len, uint32_t *random)
{
	int i;

	for (i = 0; i < 3; i++) {
		*random = *random * 1664525 + 1013904223;
		bytes[(*random >> 8) % len] = (char)*random;
	}
}

/* Return: whether the result is sane, or the message was refused. */
static bool sane(struct nlmsghdr *nlh)
{
	struct nlattr *attrs[NFLB_A_MAX + 1];
	struct nflb_affinity affinity;
	struct nflb_backend backend;
	struct nflb_service service;
	struct nflb_change change;
	struct nflb_key key;

	if (genlmsg_parse(nlh, 0, attrs, NFLB_A_MAX, NULL))
		return true;
	if (!nflb_service_decode(attrs, &service) &&
	    (service.key.address.family == AF_UNSPEC ||
	     !memchr(service.scheduler, '\0', sizeof(service.scheduler))))
		return false;
	if (!nflb_affinity_decode(attrs, &affinity) &&
	    affinity.client.address.family == AF_UNSPEC)
		return false;
	if (!nflb_change_decode(attrs, &change) && !change.is_affinity &&
	    change.connection.client.family == AF_UNSPEC)
		return false;
	return nflb_backend_decode(attrs, &key, &backend) ||
	       (key.address.family != AF_UNSPEC &&
		backend.address.family != AF_UNSPEC);
}

/* The copy has no byte to spare, so that reading past its end is noticed. */
static bool survives(struct nl_msg *original, uint32_t *random)
{
	int len = (int)nlmsg_hdr(original)->nlmsg_len;
	char *copy = malloc(len);
	bool result;

	memcpy(copy, nlmsg_hdr(original), len);
	change_bytes(copy + NLMSG_HDRLEN, len - NLMSG_HDRLEN, random);
	result = sane((struct nlmsghdr *)copy);
	free(copy);
	return result;
}

static void test_damaged(void)
{
	struct nl_msg *service = service_message();
	struct nl_msg *backend = backend_message();
	struct nl_msg *affinity = affinity_message();
	struct nl_msg *change = change_message();
	uint32_t random = 1;
	int i, wrong = 0;

	for (i = 0; i < ROUNDS; i++) {
		wrong += !survives(service, &random);
		wrong += !survives(backend, &random);
		wrong += !survives(affinity, &random);
		wrong += !survives(change, &random);
	}
	is_number(wrong, 0, "damaged messages are refused or read sanely");
	nlmsg_free(service);
	nlmsg_free(backend);
	nlmsg_free(affinity);
	nlmsg_free(change);
}

int main(void)
{
	test_service();
	test_backend();
	test_affinity();
	test_change();
	test_incomplete();
	test_damaged();
	return tap_end();
}
