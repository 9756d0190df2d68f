// SPDX-License-Identifier: GPL-2.0
/* Quorum, and what the kernel is told of a pool */
#include <stdlib.h>

#include "../../lbd/control/pool.h"
#include "../tap.h"

#define BACKENDS	10
#define SORRY		BACKENDS
#define NOW		UINT64_C(1000000000)	/* microseconds */

static struct config_backend backends[BACKENDS], sorry;
static struct pool_backend states[BACKENDS + 1];
static struct config_service service;
static struct pool pool;
static struct nflb_pool desired;

/* Ten backends of weight 1, all up; no sorry server. */
static void make_pool(void)
{
	char address[16];
	int i;

	service = (struct config_service){
		.backends = backends, .backend_count = BACKENDS,
		.quorum = 1, .name = "[192.0.2.1]:tcp:80",
		.service.key = { .protocol = IPPROTO_TCP, .port = 80 },
	};
	pool = (struct pool){ .config = &service, .backends = states,
			      .quorum = true };
	for (i = 0; i <= BACKENDS; i++) {
		struct config_backend *config = i < BACKENDS ? &backends[i] :
							       &sorry;

		*config = (struct config_backend){ .check_count = 1 };
		snprintf(address, sizeof(address), "10.0.0.%d", i + 1);
		nflb_address_parse(address, &config->backend.address);
		states[i] = (struct pool_backend){
			.config = config, .health = HEALTH_UP, .weight = -1,
			.weight_percent = 100,
		};
	}
}

static void set_up(int count)
{
	int i;

	for (i = 0; i < BACKENDS; i++)
		states[i].health = i < count ? HEALTH_UP : HEALTH_DOWN;
	pool_decide(&pool, NOW);
}

static void build(uint64_t now)
{
	struct nflb_key key = service.service.key;

	free(desired.backends);
	nflb_address_parse("192.0.2.1", &key.address);
	pool_decide(&pool, now);
	ok(!pool_desired(&pool, &key, now, &desired), "a pool is made");
}

/* States of all, a letter for each; 0 for up without weight. */
static const char *states_text(void)
{
	static char text[2 * BACKENDS + 2];
	size_t i;

	for (i = 0; i < desired.count; i++) {
		const struct nflb_backend *backend = &desired.backends[i];

		text[i] = "UGD"[backend->state];
		if (text[i] == 'U' && !backend->weight)
			text[i] = '0';
	}
	text[i] = '\0';
	return text;
}

/* doc/samples/keepalived.conf.quorum of keepalived */
static void test_hysteresis(void)
{
	static const struct {
		int up;
		bool quorum;
	} steps[] = {
		{ 10, true }, { 7, true }, { 6, true }, { 5, true },
		{ 4, false }, { 5, false }, { 7, false }, { 8, false },
		{ 9, true }, { 8, true }, { 5, true }, { 0, false },
	};
	size_t i;

	make_pool();
	service.quorum = 7;
	service.hysteresis = 2;
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		set_up(steps[i].up);
		ok(pool.quorum == steps[i].quorum, "%d of 10: %s",
		   steps[i].up, steps[i].quorum ? "quorum" : "no quorum");
	}
}

static void test_quorum(void)
{
	make_pool();
	set_up(1);
	ok(pool.quorum, "quorum is 1 by default");
	set_up(0);
	ok(!pool.quorum, "none is not enough");
	service.quorum = 1;
	service.hysteresis = 5;
	set_up(10);
	ok(pool.quorum, "back with more than enough");
	set_up(1);
	ok(pool.quorum, "hysteresis larger than quorum: the last one counts");
	set_up(0);
	ok(!pool.quorum, "but without any there is none");

	make_pool();
	service.quorum = 15;
	backends[0].backend.weight = 7;
	backends[0].backend.given = NFLB_GIVEN_WEIGHT;
	set_up(9);
	ok(pool.quorum && pool.weight == 15, "weights count, not heads");
	states[0].weight = 3;
	set_up(9);
	ok(!pool.quorum && pool.weight == 11, "weights that checks ask for count");
	states[0].weight = -1;
	states[0].weight_percent = 50;
	set_up(9);
	ok(pool.weight == 12, "so do parts of a weight, rounded up");
}

static void test_alpha(void)
{
	make_pool();
	pool.quorum = false;
	states[0].health = HEALTH_UNKNOWN;
	states[0].assumed = HEALTH_DOWN;
	states[1].health = HEALTH_UNKNOWN;
	states[1].assumed = HEALTH_UP;
	build(NOW);
	is_text(states_text(), "DUUUUUUUUU", "alpha: down until a check passed");
	states[0].health = HEALTH_UP;
	states[1].health = HEALTH_DOWN;
	build(NOW);
	is_text(states_text(), "UDUUUUUUUU", "what checks say counts");
}

static void test_inhibit(void)
{
	make_pool();
	backends[3].inhibit = true;
	states[3].health = HEALTH_DOWN;
	states[4].health = HEALTH_DOWN;
	states[5].health = HEALTH_DRAIN;
	build(NOW);
	is_text(states_text(), "UUU0DGUUUU",
		"inhibit_on_failure is weight 0, an agent's drain a drain");
	is_number(pool.weight, 7, "none of them counts for quorum");
}

static void test_override(void)
{
	make_pool();
	states[0].override = POOL_OVERRIDE_DOWN;
	states[1].override = POOL_OVERRIDE_DRAIN;
	states[2].health = HEALTH_DOWN;
	states[2].override = POOL_OVERRIDE_UP;
	build(NOW);
	is_text(states_text(), "DGUUUUUUUU", "the operator has the last word");
	is_number(pool.weight, 8, "and quorum follows");
}

static void test_sorry(void)
{
	make_pool();
	service.sorry = &sorry;
	service.quorum = 3;
	build(NOW);
	is_text(states_text(), "UUUUUUUUUUD", "a sorry server that never served");
	set_up(2);
	build(NOW);
	is_text(states_text(), "GGDDDDDDDDU",
		"without quorum it serves, and the others keep what they have");
	set_up(4);
	build(NOW);
	is_text(states_text(), "UUUUDDDDDDG", "with quorum it drains");
	is_number(desired.backends[SORRY].drain_timeout, 60, "for a minute");
	build(NOW + 59500000);
	is_number(desired.backends[SORRY].drain_timeout, 1, "less is left later");
	build(NOW + 90000000);
	is_number(desired.backends[SORRY].drain_timeout, 1, "never nothing");

	states[SORRY].health = HEALTH_DOWN;
	set_up(2);
	build(NOW);
	is_text(states_text(), "UUDDDDDDDDG",
		"a sorry server that is down helps nobody");
	service.sorry_inhibit = true;
	build(NOW);
	is_text(states_text(), "UUDDDDDDDD0", "sorry_server_inhibit");
}

static void test_sorry_twin(void)
{
	make_pool();
	service.sorry = &sorry;
	sorry.backend.address = backends[1].backend.address;
	set_up(0);
	build(NOW);
	is_text(states_text(), "DUDDDDDDDD",
		"a sorry server that is a backend too: up when it is sorry");
	set_up(3);
	build(NOW);
	is_text(states_text(), "UUUDDDDDDD", "a backend when it is not");
}

static void test_host(void)
{
	struct pool_member members[3] = {
		{ .port = 8080, .weight = 5 }, { .port = 8080, .weight = 5 },
	};

	make_pool();
	service.backend_count = 2;
	backends[1].host = "www.example.org";
	ok(!pool_backend_alive(&states[1]), "a name without address is not alive");
	build(NOW);
	is_number(desired.count, 1, "and not in the pool");
	nflb_address_parse("10.0.1.1", &members[0].address);
	nflb_address_parse("10.0.1.2", &members[1].address);
	members[2].address = backends[0].backend.address;
	states[1].members = members;
	states[1].member_count = 3;
	build(NOW);
	is_number(desired.count, 3, "every address is there once");
	is_number(desired.backends[1].port, 8080, "port of a record");
	is_number(desired.backends[1].weight, 5, "weight of a record");
	is_number(desired.backends[0].port, 80, "port of the service");
	is_number(pool.weight, 12, "all addresses count for quorum");
}

static void test_leaving(void)
{
	make_pool();
	service.backend_count = 2;
	service.drain_timeout = 30000000;
	states[5].up = true;
	ok(!pool_backend_leaves(&pool, &states[5], NULL, 0, NOW) &&
	   !pool_leave(&pool, &backends[1].backend, NOW + 30000000),
	   "two leave");
	build(NOW);
	is_text(states_text(), "UUG", "who leaves drains, unless it is back");
	is_number(desired.backends[2].drain_timeout, 30, "for drain_timeout");
	is_number(desired.backends[2].port, 80, "at the port of the service");
	free(pool.leaving);
}

static void take(uint8_t first, uint8_t second, uint32_t weight)
{
	struct nflb_backend kernel[3] = {
		{ .state = first, .port = 80, .weight = 1 },
		{ .state = second, .port = 80, .weight = weight },
		{ .state = NFLB_BACKEND_STATE_UP, .port = 80, .weight = 1 },
	};
	struct nflb_pool had = { .backends = kernel, .count = 3 };

	had.service.key.port = 80;
	kernel[0].address = backends[0].backend.address;
	kernel[1].address = sorry.backend.address;
	kernel[2].address = backends[2].backend.address;
	pool_take_over(&pool, &had, NOW);
	pool_decide(&pool, NOW);
}

static void test_take_over(void)
{
	int i;

	make_pool();
	for (i = 0; i < BACKENDS; i++) {
		states[i].health = HEALTH_UNKNOWN;
		states[i].assumed = HEALTH_UP;
	}
	service.sorry = &sorry;
	take(NFLB_BACKEND_STATE_DOWN, NFLB_BACKEND_STATE_DOWN, 1);
	ok(!states[0].alive && states[1].alive && states[2].alive,
	   "who was down is down until a check passes");
	ok(pool.quorum && !pool.sorry, "there is quorum");
	take(NFLB_BACKEND_STATE_DRAINING, NFLB_BACKEND_STATE_UP, 1);
	service.quorum = 10;
	service.hysteresis = 1;
	ok(states[0].alive, "who drained because of a sorry server was up");
	pool.quorum = true;
	take(NFLB_BACKEND_STATE_DRAINING, NFLB_BACKEND_STATE_UP, 1);
	ok(!pool.quorum && pool.sorry, "no quorum, as it was");
	backends[0].check_count = 0;
	states[0].assumed = HEALTH_UP;
	take(NFLB_BACKEND_STATE_DOWN, NFLB_BACKEND_STATE_UP, 0);
	ok(states[0].alive, "without checks a backend is up");
	free(pool.leaving);
}

int main(void)
{
	test_hysteresis();
	test_quorum();
	test_alpha();
	test_inhibit();
	test_override();
	test_sorry();
	test_sorry_twin();
	test_host();
	test_leaving();
	test_take_over();
	free(desired.backends);
	return tap_end();
}
