// SPDX-License-Identifier: GPL-2.0
/* SYNs with made-up sources, which nobody waits for an answer to. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "traffic.h"

#define FIRST_PORT	1024

static uint32_t sum16(const void *data, size_t length, uint32_t sum)
{
	const uint16_t *words = data;

	for (size_t i = 0; i < length / 2; i++)
		sum += words[i];
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void fill_tcp(struct tcphdr *tcp, const union address *from,
		     const union address *to, uint32_t random)
{
	bool v4 = to->any.sa_family == AF_INET;
	uint32_t sum = htons(IPPROTO_TCP) + htons(sizeof(*tcp));

	memset(tcp, 0, sizeof(*tcp));
	tcp->source = htons(address_port(from));
	tcp->dest = htons(address_port(to));
	tcp->seq = random;
	tcp->doff = sizeof(*tcp) / 4;
	tcp->syn = 1;
	tcp->window = htons(65535);
	sum = v4 ? sum16(&from->v4.sin_addr, 4, sum) :
		   sum16(&from->v6.sin6_addr, 16, sum);
	sum = v4 ? sum16(&to->v4.sin_addr, 4, sum) :
		   sum16(&to->v6.sin6_addr, 16, sum);
	tcp->check = fold(sum16(tcp, sizeof(*tcp), sum));
}

static size_t fill4(char *at, const union address *from,
		    const union address *to)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons(sizeof(ip) + sizeof(struct tcphdr)),
		.saddr = from->v4.sin_addr.s_addr,
		.daddr = to->v4.sin_addr.s_addr,
	};

	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t fill6(char *at, const union address *from,
		    const union address *to)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6 << 28), .ip6_hlim = 64,
		.ip6_plen = htons(sizeof(struct tcphdr)),
		.ip6_nxt = IPPROTO_TCP,
		.ip6_src = from->v6.sin6_addr, .ip6_dst = to->v6.sin6_addr,
	};

	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip);
}

/* The addresses in turn, with another port in every round. */
static union address source_of(const struct options *options, unsigned int n)
{
	union address from = options->source;
	unsigned int first = address_port(&from) ?: FIRST_PORT;
	unsigned int round = n / options->source_count;
	unsigned int port = first + round % (65536 - first);

	address_add(&from, n % options->source_count);
	if (from.any.sa_family == AF_INET)
		from.v4.sin_port = htons(port);
	else
		from.v6.sin6_port = htons(port);
	return from;
}

static void send_one(int sock, const struct options *options, unsigned int n)
{
	union address from = source_of(options, n), to = options->server;
	bool v4 = to.any.sa_family == AF_INET;
	char data[sizeof(struct ip6_hdr) + sizeof(struct tcphdr)];
	struct tcphdr tcp;
	uint32_t random;
	size_t length;

	getrandom(&random, sizeof(random), 0);
	length = v4 ? fill4(data, &from, &to) : fill6(data, &from, &to);
	fill_tcp(&tcp, &from, &to, random);
	memcpy(data + length, &tcp, sizeof(tcp));
	/* Raw IPv6 sockets take no port. */
	if (!v4)
		to.v6.sin6_port = 0;
	if (sendto(sock, data, length + sizeof(tcp), 0, &to.any,
		   address_size(&to)) < 0 && errno != ENOBUFS)
		err(1, "sendto");
}

/* @count of them, --rate a second. */
int flood(const struct options *options)
{
	int family = options->server.any.sa_family;
	int sock = socket(family, SOCK_RAW, IPPROTO_RAW);
	uint64_t start = now_us();

	if (sock < 0)
		err(1, "socket");
	if (options->source.any.sa_family != family)
		errx(2, "a source is needed: --source");
	for (unsigned int n = 0; n < options->count; n++) {
		while (options->rate &&
		       (now_us() - start) * options->rate < n * 1000000ull)
			usleep(1000);
		send_one(sock, options, n);
	}
	close(sock);
	return 0;
}
