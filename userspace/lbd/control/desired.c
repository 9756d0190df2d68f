// SPDX-License-Identifier: GPL-2.0
/* What follows from the state of backends: quorum, and the pool to be */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

/* So long a sorry server that is not needed any more keeps its connections,
 * if the service has no drain_timeout: microseconds.
 */
#define SORRY_DRAIN	60000000

static enum health health_of(const struct pool_backend *backend)
{
	switch (backend->override) {
	case POOL_OVERRIDE_UP:
		return HEALTH_UP;
	case POOL_OVERRIDE_DOWN:
		return HEALTH_DOWN;
	case POOL_OVERRIDE_DRAIN:
		return HEALTH_DRAIN;
	case POOL_OVERRIDE_NONE:
		break;
	}
	return backend->health == HEALTH_UNKNOWN ? backend->assumed :
						   backend->health;
}

/**
 * pool_backend_alive() - does a backend count for quorum?
 * @backend: the backend
 *
 * Return: whether its checks or the operator say it is up, and there is an
 * address to send to.
 */
bool pool_backend_alive(const struct pool_backend *backend)
{
	return health_of(backend) == HEALTH_UP &&
	       (!backend->config->host || backend->member_count);
}

/* @configured as checks want it. What has a weight keeps some. */
static uint32_t weight_of(const struct pool_backend *backend,
			  uint32_t configured)
{
	uint64_t weight = backend->weight >= 0 ? (uint32_t)backend->weight :
						 configured;

	weight = (weight * backend->weight_percent + 99) / 100;
	return weight < NFLB_WEIGHT_MAX ? (uint32_t)weight : NFLB_WEIGHT_MAX;
}

static uint32_t configured_weight(const struct pool_backend *backend)
{
	const struct nflb_backend *config = &backend->config->backend;

	return config->given & NFLB_GIVEN_WEIGHT ? config->weight : 1;
}

static uint32_t member_weight(const struct pool_backend *backend,
			      const struct pool_member *member)
{
	return weight_of(backend, member->weight ? member->weight :
						   configured_weight(backend));
}

/**
 * pool_backend_weight() - what a backend counts for quorum
 * @backend: the backend, alive or not
 *
 * Return: its weight with what checks make of it; of a host name the sum over
 * its addresses.
 */
uint64_t pool_backend_weight(const struct pool_backend *backend)
{
	uint64_t sum = 0;
	size_t i;

	if (!backend->config->host)
		return weight_of(backend, configured_weight(backend));
	for (i = 0; i < backend->member_count; i++)
		sum += member_weight(backend, &backend->members[i]);
	return sum;
}

/* See keepalived.conf(5): hysteresis makes both ways harder. */
static bool has_quorum(const struct config_service *config, bool had,
		       uint64_t weight)
{
	if (!had)
		return weight >= (uint64_t)config->quorum + config->hysteresis;
	return weight && weight + config->hysteresis >= config->quorum;
}

static void decide_sorry(struct pool *pool, uint64_t now)
{
	const struct config_service *config = pool->config;
	bool had = pool->sorry;

	pool->sorry = config->sorry && !pool->quorum &&
		      pool->backends[config->backend_count].alive;
	if (had && !pool->sorry)
		pool->sorry_deadline = now + (config->drain_timeout ?
					      config->drain_timeout :
					      SORRY_DRAIN);
}

/**
 * pool_decide() - draw the conclusions from what is known of backends
 * @pool: the pool; who is alive, quorum and sorry server are settled anew
 * @now: microseconds of CLOCK_MONOTONIC
 */
void pool_decide(struct pool *pool, uint64_t now)
{
	const struct config_service *config = pool->config;
	size_t i, count = pool_backend_count(config);

	pool->weight = 0;
	for (i = 0; i < count; i++) {
		struct pool_backend *backend = &pool->backends[i];

		backend->alive = pool_backend_alive(backend);
		if (backend->alive && i < config->backend_count)
			pool->weight += pool_backend_weight(backend);
	}
	pool->quorum = has_quorum(config, pool->quorum, pool->weight);
	decide_sorry(pool, now);
}

static void drain_until(struct nflb_backend *backend, uint64_t deadline,
			uint64_t now)
{
	uint64_t left = deadline > now ? (deadline - now + 999999) / 1000000 :
					 1;

	backend->state = NFLB_BACKEND_STATE_DRAINING;
	backend->drain_timeout = left < NFLB_TIMEOUT_MAX ? (uint32_t)left :
							   NFLB_TIMEOUT_MAX;
	backend->drain_then = NFLB_DRAIN_THEN_RESET;
	backend->given |= NFLB_GIVEN_STATE | NFLB_GIVEN_DRAIN_TIMEOUT |
			  NFLB_GIVEN_DRAIN_THEN;
}

/* A pool that a service is given. */
struct draft {
	const struct pool *pool;
	struct nflb_pool *desired;
	bool by_response;	/* the scheduler goes by response times */
};

/* Ports must be said to be compared with what the kernel says. */
static void complete_port(const struct draft *draft,
			  struct nflb_backend *backend)
{
	const struct nflb_key *key = &draft->desired->service.key;

	if (!backend->port && !key->port_last)
		backend->port = key->port;
}

/* Return: the one with that address, which the kernel takes only once. */
static struct nflb_backend *find(const struct draft *draft,
				 const struct nflb_backend *like)
{
	return (struct nflb_backend *)nflb_pool_find(draft->desired, like, 0);
}

static void add(struct draft *draft, const struct nflb_backend *backend)
{
	draft->desired->backends[draft->desired->count++] = *backend;
}

static void set_state(struct nflb_backend *to, const struct draft *draft,
		      const struct pool_backend *from)
{
	enum health health = health_of(from);

	to->state = NFLB_BACKEND_STATE_UP;
	if (health == HEALTH_DRAIN)
		to->state = NFLB_BACKEND_STATE_DRAINING;
	else if (health != HEALTH_UP && !from->config->inhibit)
		to->state = NFLB_BACKEND_STATE_DOWN;
	else if (health != HEALTH_UP)
		to->weight = 0;
	/* The sorry server has its place; what it has it keeps. */
	if (draft->pool->sorry && to->state == NFLB_BACKEND_STATE_UP)
		to->state = NFLB_BACKEND_STATE_DRAINING;
	to->given |= NFLB_GIVEN_STATE | NFLB_GIVEN_WEIGHT;
}

static struct nflb_backend make(const struct draft *draft,
				const struct pool_backend *from,
				const struct pool_member *member)
{
	struct nflb_backend to = from->config->backend;

	if (member) {
		to.address = member->address;
		if (member->port)
			to.port = member->port;
		to.weight = member_weight(from, member);
	} else {
		to.weight = weight_of(from, configured_weight(from));
	}
	complete_port(draft, &to);
	if (draft->by_response && from->response_time) {
		to.response_time = from->response_time < NFLB_RESPONSE_TIME_MAX ?
				   from->response_time : NFLB_RESPONSE_TIME_MAX;
		to.given |= NFLB_GIVEN_RESPONSE_TIME;
	}
	return to;
}

static void add_backend(struct draft *draft, const struct pool_backend *from)
{
	struct nflb_backend to;
	size_t i;

	if (!from->config->host) {
		to = make(draft, from, NULL);
		set_state(&to, draft, from);
		add(draft, &to);
		return;
	}
	for (i = 0; i < from->member_count; i++) {
		to = make(draft, from, &from->members[i]);
		set_state(&to, draft, from);
		if (!find(draft, &to))
			add(draft, &to);
	}
}

static void set_sorry_state(struct nflb_backend *to, const struct pool *pool,
			    uint64_t now)
{
	to->given |= NFLB_GIVEN_STATE | NFLB_GIVEN_WEIGHT;
	to->state = NFLB_BACKEND_STATE_UP;
	if (pool->sorry)
		return;
	if (pool->config->sorry_inhibit)
		to->weight = 0;
	else if (pool->sorry_deadline)
		drain_until(to, pool->sorry_deadline, now);
	else
		to->state = NFLB_BACKEND_STATE_DOWN;
}

static void add_sorry_address(struct draft *draft, struct nflb_backend to,
			      uint64_t now)
{
	struct nflb_backend *twin = find(draft, &to);

	set_sorry_state(&to, draft->pool, now);
	if (!twin)
		add(draft, &to);
	else if (draft->pool->sorry)
		*twin = to;
}

static void add_sorry(struct draft *draft, uint64_t now)
{
	const struct config_service *config = draft->pool->config;
	const struct pool_backend *sorry =
		&draft->pool->backends[config->backend_count];
	size_t i;

	if (!sorry->config->host)
		add_sorry_address(draft, make(draft, sorry, NULL), now);
	for (i = 0; i < sorry->member_count; i++)
		add_sorry_address(draft, make(draft, sorry,
					      &sorry->members[i]), now);
}

static void add_leaving(struct draft *draft, uint64_t now)
{
	const struct pool *pool = draft->pool;
	size_t i;

	for (i = 0; i < pool->leaving_count; i++) {
		struct nflb_backend to = pool->leaving[i].backend;

		complete_port(draft, &to);
		if (find(draft, &to))
			continue;
		if (pool->leaving[i].deadline)
			drain_until(&to, pool->leaving[i].deadline, now);
		add(draft, &to);
	}
}

static size_t most_backends(const struct pool *pool)
{
	const struct config_service *config = pool->config;
	size_t i, most = config->backend_count + pool->leaving_count + 1;

	for (i = 0; i < pool_backend_count(config); i++)
		most += pool->backends[i].member_count;
	return most;
}

/**
 * pool_desired() - what the kernel is to have for a service
 * @pool: what is known of it, after pool_decide()
 * @key: one of those the service has
 * @now: microseconds of CLOCK_MONOTONIC
 * @desired: the result; its backends are for free()
 *
 * Return: 0 or -ENOMEM.
 */
int pool_desired(const struct pool *pool, const struct nflb_key *key,
		 uint64_t now, struct nflb_pool *desired)
{
	struct draft draft = { .pool = pool, .desired = desired };
	size_t i;

	desired->service = pool->config->service;
	desired->service.key = *key;
	desired->count = 0;
	desired->backends = calloc(most_backends(pool),
				   sizeof(*desired->backends));
	if (!desired->backends)
		return -ENOMEM;
	draft.by_response = !strcmp(desired->service.scheduler, "lrt");
	for (i = 0; i < pool->config->backend_count; i++)
		add_backend(&draft, &pool->backends[i]);
	if (pool->config->sorry)
		add_sorry(&draft, now);
	add_leaving(&draft, now);
	return 0;
}
