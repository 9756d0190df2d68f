// SPDX-License-Identifier: GPL-2.0
/* Changes of backends and quorum: who hears of them */
#include <time.h>

#include "pool.h"

static void log_change(const struct control_backend_change *change)
{
	const char *service = change->service->name;
	const char *backend = change->backend->name;

	if (change->up && !change->initial)
		log_notice("%s of %s is up", backend, service);
	else if (!change->up && !change->final)
		log_notice("%s of %s is down%s%s", backend, service,
			   *change->reason ? ": " : "", change->reason);
}

/**
 * pool_tell_backend() - tell everybody of a backend
 * @pool: its pool
 * @service: index of that
 * @index: its own
 * @initial: it is new
 * @final: it goes
 */
void pool_tell_backend(const struct pool *pool, uint32_t service,
		       uint32_t index, bool initial, bool final)
{
	struct pool_backend *backend = &pool->backends[index];
	struct control_backend_change change = {
		.service = pool->config,
		.backend = backend->config,
		.service_index = service,
		.backend_index = index,
		.up = backend->alive,
		.initial = initial,
		.final = final,
		.reason = !backend->alive && backend->reason ?
			  backend->reason : "",
	};

	backend->up = backend->alive;
	backend->since = time(NULL);
	if (!initial)
		backend->changes++;
	log_change(&change);
	control_backend_changed(&change);
}

static void log_quorum(const struct control_quorum_change *change)
{
	const struct config_service *config = change->service;

	if (change->final || (change->initial && change->up))
		return;
	log_notice("%s %s quorum: weight %ju, quorum %u, hysteresis %u",
		   config->name, change->up ? "has" : "has no",
		   (uintmax_t)change->weight, config->quorum,
		   config->hysteresis);
}

/**
 * pool_tell_quorum() - tell everybody of a service's quorum
 * @pool: the service
 * @service: its index
 * @initial: it is new
 * @final: it goes
 */
void pool_tell_quorum(struct pool *pool, uint32_t service, bool initial,
		      bool final)
{
	struct control_quorum_change change = {
		.service = pool->config,
		.service_index = service,
		.up = pool->quorum && !final,
		.initial = initial,
		.final = final,
		.weight = pool->weight,
	};

	pool->told = pool->quorum;
	log_quorum(&change);
	control_quorum_changed(&change);
}

/**
 * pool_announce() - tell everybody what has changed
 * @pool: the kernel has what it is to be already
 * @service: its index
 */
void pool_announce(struct pool *pool, uint32_t service)
{
	size_t i;

	for (i = 0; i < pool_backend_count(pool->config); i++) {
		const struct pool_backend *backend = &pool->backends[i];
		bool initial = !backend->since;

		if (initial || backend->alive != backend->up)
			pool_tell_backend(pool, service, i, initial, false);
	}
	if (pool->fresh || pool->quorum != pool->told)
		pool_tell_quorum(pool, service, pool->fresh, false);
	pool->fresh = false;
}
