// SPDX-License-Identifier: GPL-2.0
/* What both ends need. */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "traffic.h"

uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

void raise_file_limit(void)
{
	struct rlimit limit = { .rlim_cur = 1 << 20, .rlim_max = 1 << 20 };

	if (!setrlimit(RLIMIT_NOFILE, &limit))
		return;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void parse_address(union address *to, const char *address, const char *port)
{
	char *end;
	unsigned long number = strtoul(port, &end, 10);

	if (!*port || *end || number > UINT16_MAX)
		errx(2, "'%s' is not a port", port);
	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, address, &to->v4.sin_addr) == 1) {
		to->v4.sin_family = AF_INET;
		to->v4.sin_port = htons(number);
	} else if (inet_pton(AF_INET6, address, &to->v6.sin6_addr) == 1) {
		to->v6.sin6_family = AF_INET6;
		to->v6.sin6_port = htons(number);
	} else {
		errx(2, "'%s' is not an IP address", address);
	}
}

socklen_t address_size(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->v4)
						 : sizeof(address->v6);
}

unsigned int address_port(const union address *address)
{
	return ntohs(address->any.sa_family == AF_INET ?
		     address->v4.sin_port : address->v6.sin6_port);
}

/* The address @n after @address, within its last 32 bits. */
void address_add(union address *address, unsigned int n)
{
	uint32_t *last = address->any.sa_family == AF_INET ?
			 &address->v4.sin_addr.s_addr :
			 &address->v6.sin6_addr.s6_addr32[3];

	*last = htonl(ntohl(*last) + n);
}

/*
 * Go on in the background, with stdout in @output if there is one; the caller
 * of the program goes on too, so everything must be ready by now.
 */
void detach(const char *output)
{
	int null = open("/dev/null", O_RDWR);
	int out = null;

	if (output) {
		out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (out < 0)
			err(1, "%s", output);
	}
	fflush(stdout);
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		break;
	default:
		_exit(0);
	}
	setsid();
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
}
