// SPDX-License-Identifier: GPL-2.0
/* What came of the flows, as lines of key=value. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"

static void count_name(struct tally_name *names, const char *name)
{
	int i;

	for (i = 0; i < TALLY_NAMES; i++) {
		if (!names[i].count)
			names[i].name = strdup(name);
		if (!strcmp(names[i].name, name)) {
			names[i].count++;
			return;
		}
	}
}

void tally_add(struct tally *tally, const struct flow *flow)
{
	tally->flows++;
	if (flow->state == FLOW_FAILED) {
		tally->failed++;
		count_name(tally->reasons, flow->reason);
	} else {
		tally->ok++;
	}
	if (flow->name_got)
		count_name(tally->backends, flow->backend);
	tally->bytes += flow->returned;
	tally->resent += flow->resent;
	tally->moved += flow->moved;
	if (flow->mtu && (!tally->mtu_min || flow->mtu < tally->mtu_min))
		tally->mtu_min = flow->mtu;
	if (!flow->connect_us)
		return;
	tally->connected++;
	tally->connect_sum_us += flow->connect_us;
	if (flow->connect_us > tally->connect_max_us)
		tally->connect_max_us = flow->connect_us;
}

static void print_names(const char *key, const struct tally_name *names)
{
	int i;

	for (i = 0; i < TALLY_NAMES && names[i].count; i++)
		printf("%s.%s=%u\n", key, names[i].name, names[i].count);
}

void tally_print(const struct tally *tally)
{
	unsigned int connected = tally->connected ?: 1;

	printf("flows=%u\nok=%u\nfailed=%u\n", tally->flows, tally->ok,
	       tally->failed);
	printf("bytes=%llu\n", (unsigned long long)tally->bytes);
	printf("resent=%u\nmoved=%u\n", tally->resent, tally->moved);
	printf("connect_max_us=%llu\nconnect_avg_us=%llu\n",
	       (unsigned long long)tally->connect_max_us,
	       (unsigned long long)tally->connect_sum_us / connected);
	printf("mtu_min=%d\n", tally->mtu_min);
	print_names("backend", tally->backends);
	print_names("error", tally->reasons);
	fflush(stdout);
}

void flow_print(const struct flow *flow, unsigned int number)
{
	char local[INET6_ADDRSTRLEN] = "";
	const union address *address = &flow->local;

	if (address->any.sa_family == AF_INET)
		inet_ntop(AF_INET, &address->v4.sin_addr, local, sizeof(local));
	else
		inet_ntop(AF_INET6, &address->v6.sin6_addr, local, sizeof(local));
	printf("flow=%u source=%s port=%u backend=%s connect_us=%llu result=%s\n",
	       number, local, address_port(address),
	       flow->name_got ? flow->backend : "-",
	       (unsigned long long)flow->connect_us,
	       flow->state == FLOW_FAILED ? flow->reason : "ok");
}
