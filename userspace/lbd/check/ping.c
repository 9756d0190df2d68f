// SPDX-License-Identifier: GPL-2.0
/* PING_CHECK: an ICMP echo request is answered (RFC 792, RFC 4443 4.1) */
#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <linux/icmp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "checker.h"

/* ICMP and ICMPv6 have echo messages of the same shape. */
struct echo {
	uint8_t type;
	uint8_t code;
	uint16_t checksum;
	uint16_t id;
	uint16_t sequence;
	uint8_t token[16];
};

struct ping {
	int fd;
	bool raw;
	struct echo echo;
};

static const struct config_word words[] = {
	{ 0 }
};

static uint16_t checksum(const void *data, size_t length)
{
	const uint8_t *byte = data;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < length; i += 2)
		sum += byte[i] << 8 | byte[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return htons(~sum & 0xffff);
}

/* Raw sockets for IPv4 give the IP header too. */
static const uint8_t *skip_header(const uint8_t *data, size_t *length)
{
	size_t header;

	if (!*length)
		return NULL;
	header = (data[0] & 15) * 4;
	if (header < sizeof(struct iphdr) || header > *length)
		return NULL;
	*length -= header;
	return data + header;
}

/* The token tells ours from all others; a ping socket changes the id. */
static bool is_answer(const struct ping *ping, sa_family_t family,
		      const uint8_t *data, size_t length)
{
	struct echo echo;

	if (ping->raw && family == AF_INET)
		data = skip_header(data, &length);
	if (!data || length < sizeof(echo))
		return false;
	memcpy(&echo, data, sizeof(echo));
	return echo.type == (family == AF_INET6 ? ICMP6_ECHO_REPLY :
						   ICMP_ECHOREPLY) &&
	       !memcmp(echo.token, ping->echo.token, sizeof(echo.token));
}

static void readable(struct probe *probe, int events)
{
	const struct config_check *check = probe_check(probe);
	struct ping *ping = probe_state(probe);
	uint8_t data[256];
	ssize_t length;

	(void)events;
	length = recv(ping->fd, data, sizeof(data), MSG_DONTWAIT);
	if (length < 0 && errno != EAGAIN && errno != EINTR)
		probe_done(probe, &VERDICT_FAILED, "%s", strerror(errno));
	else if (length > 0 &&
		 is_answer(ping, check->target.address.family, data, length))
		probe_done(probe, &VERDICT_PASSED, "echo reply");
}

/* A raw socket sees every ICMP message from the host; only replies matter. */
static void filter(int fd, sa_family_t family)
{
	struct icmp6_filter v6;
	struct icmp_filter v4 = { .data = ~(1U << ICMP_ECHOREPLY) };

	ICMP6_FILTER_SETBLOCKALL(&v6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &v6);
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &v6, sizeof(v6));
	else
		setsockopt(fd, IPPROTO_RAW, ICMP_FILTER, &v4, sizeof(v4));
}

/*
 * A ping socket needs no privilege where net.ipv4.ping_group_range allows it.
 * Elsewhere it is a raw socket, which the opener gives.
 */
static int open_socket(struct probe *probe, struct ping *ping)
{
	sa_family_t family = probe_check(probe)->target.address.family;
	int protocol = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	int fd = probe_socket(probe, SOCK_DGRAM, protocol);

	ping->raw = fd < 0;
	if (fd < 0)
		fd = probe_socket(probe, SOCK_RAW, protocol);
	if (fd >= 0 && ping->raw)
		filter(fd, family);
	return fd < 0 ? fd : probe_connect_with(probe, fd);
}

static int say(struct ping *ping, sa_family_t family)
{
	struct echo *echo = &ping->echo;

	echo->type = family == AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
	if (getrandom(echo->token, sizeof(echo->token), 0) < 0 ||
	    getrandom(&echo->id, sizeof(echo->id), 0) < 0)
		return -errno;
	echo->sequence = htons(1);
	if (family == AF_INET)
		echo->checksum = checksum(echo, sizeof(*echo));
	return send(ping->fd, echo, sizeof(*echo), 0) < 0 ? -errno : 0;
}

static void ping_start(struct probe *probe)
{
	sa_family_t family = probe_check(probe)->target.address.family;
	struct ping *ping = probe_state(probe);
	int err;

	ping->fd = open_socket(probe, ping);
	if (ping->fd < 0) {
		probe_done(probe, &VERDICT_FAILED, "socket: %s",
			   strerror(-ping->fd));
		return;
	}
	if (probe_watch(probe, ping->fd, UV_READABLE, readable)) {
		probe_done(probe, &VERDICT_FAILED, "no memory");
		return;
	}
	err = say(ping, family);
	if (err)
		probe_done(probe, &VERDICT_FAILED, "send: %s", strerror(-err));
}

const struct checker checker_ping = {
	.keyword = "PING_CHECK",
	.words = words,
	.retry = 1,
	.delay_before_retry = 1000000,
	.probe_size = sizeof(struct ping),
	.start = ping_start,
};
