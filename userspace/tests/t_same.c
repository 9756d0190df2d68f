// SPDX-License-Identifier: GPL-2.0
/* Would a request change anything? */
#include <nflb/nflb.h>

#include "tap.h"

static struct nflb_service asked(void)
{
	struct nflb_service service = {
		.key = { .protocol = IPPROTO_TCP, .port = 80 },
	};

	nflb_address_parse("192.0.2.1", &service.key.address);
	return service;
}

/* As the kernel reports a service of which nothing was asked. */
static struct nflb_service reported(void)
{
	struct nflb_service service = asked();

	service.given = ~0U;
	strcpy(service.scheduler, "wlc");
	memcpy(service.timeout, nflb_default_timeout, sizeof(service.timeout));
	service.panic = nflb_default_panic;
	service.max_half_open = nflb_default_half_open;
	service.affinity_prefix = 32;
	service.client_rate_limit.prefix = 32;
	service.backends = 3;
	service.stats.connections = 7;
	return service;
}

static void test_service_defaults(void)
{
	struct nflb_service a = asked(), b = reported();

	ok(nflb_service_same(&a, &b), "nothing given: the defaults");
	b.timeout[NFLB_TIMEOUT_UDP]++;
	ok(!nflb_service_same(&a, &b), "a timeout differs");
	b = reported();
	b.policy[NFLB_POLICY_BACKEND_DOWN] = NFLB_BACKEND_DOWN_KEEP;
	ok(!nflb_service_same(&a, &b), "a policy differs");
	b = reported();
	b.panic = 50;
	ok(!nflb_service_same(&a, &b), "panic differs");
	a.given = NFLB_GIVEN_PANIC;
	a.panic = 50;
	ok(nflb_service_same(&a, &b), "panic as asked");
}

static void test_scheduler(void)
{
	struct nflb_service a = asked(), b = reported();

	a.given = NFLB_GIVEN_SCHEDULER;
	strcpy(a.scheduler, "maglev");
	ok(!nflb_service_same(&a, &b), "a scheduler differs");
	strcpy(b.scheduler, "maglev");
	b.options.given = NFLB_OPTION(NFLB_SCHED_OPTION_TABLE_SIZE) |
			  NFLB_OPTION(NFLB_SCHED_OPTION_SEED) |
			  NFLB_OPTION(NFLB_SCHED_OPTION_HASH) |
			  NFLB_OPTION(NFLB_SCHED_OPTION_FALLBACK);
	b.options.value[NFLB_SCHED_OPTION_TABLE_SIZE] = 65537;
	b.options.value[NFLB_SCHED_OPTION_HASH] = NFLB_HASH_FLOW;
	b.options.value[NFLB_SCHED_OPTION_FALLBACK] = 1;
	ok(nflb_service_same(&a, &b), "options have their defaults");
	b.options.value[NFLB_SCHED_OPTION_SEED] = 1;
	ok(!nflb_service_same(&a, &b), "an option differs");
	b.options.value[NFLB_SCHED_OPTION_SEED] = 0;
	b.options.given |= NFLB_OPTION(NFLB_SCHED_OPTION_MAX_LOAD);
	b.options.value[NFLB_SCHED_OPTION_MAX_LOAD] = 125;
	ok(!nflb_service_same(&a, &b), "an option without default differs");
}

static void test_limits(void)
{
	struct nflb_service a = asked(), b = reported();

	a.given = NFLB_GIVEN_AFFINITY | NFLB_GIVEN_CLIENT_RATE_LIMIT;
	a.affinity = 300;
	a.client_rate_limit.per_second = 10;
	ok(!nflb_service_same(&a, &b), "affinity and a limit are not there");
	b.affinity = 300;
	b.client_rate_limit = (struct nflb_rate){ 10, 10, 32 };
	ok(nflb_service_same(&a, &b), "they are, with default burst and prefix");
	b.client_rate_limit.burst = 11;
	ok(!nflb_service_same(&a, &b), "burst differs");
	b.client_rate_limit.burst = 10;
	b.affinity_prefix = 24;
	ok(!nflb_service_same(&a, &b), "a mask differs");
}

static struct nflb_backend backend(const char *address, unsigned int given)
{
	struct nflb_backend made = {
		.port = 80, .weight = 1, .tier = 1, .given = given,
	};

	nflb_address_parse(address, &made.address);
	return made;
}

static void test_backend(void)
{
	struct nflb_backend a = backend("10.0.0.1", 0);
	struct nflb_backend b = backend("10.0.0.1", ~0U &
		~(NFLB_GIVEN_TUNNEL | NFLB_GIVEN_DRAIN_TIMEOUT));

	ok(nflb_backend_same(&a, &b), "nothing given: the defaults");
	b.weight = 2;
	ok(!nflb_backend_same(&a, &b), "weight differs");
	b.weight = 1;
	a.given = NFLB_GIVEN_FORWARD;
	a.forward = NFLB_FORWARD_GUE;
	ok(!nflb_backend_same(&a, &b), "the method differs");
	b.forward = NFLB_FORWARD_GUE;
	b.given |= NFLB_GIVEN_CHECKSUM | NFLB_GIVEN_TUNNEL_PORT;
	b.tunnel.port = NFLB_GUE_PORT;
	b.tunnel.checksum = true;
	ok(nflb_backend_same(&a, &b), "options of the tunnel are the defaults");
	b.tunnel.port = 6081;
	ok(!nflb_backend_same(&a, &b), "a port differs");
}

static bool states_same(uint8_t wanted, uint32_t deadline, uint8_t have,
			uint32_t left)
{
	struct nflb_backend a = backend("10.0.0.1", NFLB_GIVEN_STATE);
	struct nflb_backend b = backend("10.0.0.1", NFLB_GIVEN_STATE);

	a.state = wanted;
	a.drain_timeout = deadline;
	a.given |= deadline ? NFLB_GIVEN_DRAIN_TIMEOUT : 0;
	b.state = have;
	b.drain_timeout = left;
	b.given |= left ? NFLB_GIVEN_DRAIN_TIMEOUT : 0;
	return nflb_backend_same(&a, &b);
}

static void test_states(void)
{
	const uint8_t up = NFLB_BACKEND_STATE_UP;
	const uint8_t draining = NFLB_BACKEND_STATE_DRAINING;
	const uint8_t down = NFLB_BACKEND_STATE_DOWN;

	ok(states_same(draining, 60, draining, 12), "time goes by");
	ok(states_same(draining, 60, down, 0), "the deadline has come");
	ok(!states_same(draining, 0, down, 0), "without deadline it stays");
	ok(!states_same(draining, 0, draining, 9), "a deadline too many");
	ok(!states_same(draining, 9, draining, 0), "a deadline too few");
	ok(!states_same(down, 0, draining, 9), "down now, not at the deadline");
	ok(!states_same(up, 0, draining, 0), "up is not draining");
	ok(states_same(up, 0, up, 0), "up is up");
}

static void test_pools(void)
{
	struct nflb_backend one[] = { backend("10.0.0.1", 0),
				      backend("10.0.0.2", 0) };
	struct nflb_backend two[] = { backend("10.0.0.2", 0),
				      backend("10.0.0.1", 0) };
	struct nflb_pool a = { asked(), one, 2 }, b = { reported(), two, 2 };

	ok(nflb_pool_same(&a, &b), "the order does not matter");
	two[1].port = 81;
	ok(!nflb_pool_same(&a, &b), "a port differs");
	two[1].port = 80;
	a.count = 1;
	ok(!nflb_pool_same(&a, &b), "one too many");
}

int main(void)
{
	test_service_defaults();
	test_scheduler();
	test_limits();
	test_backend();
	test_states();
	test_pools();
	return tap_end();
}
