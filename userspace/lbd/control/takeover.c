// SPDX-License-Identifier: GPL-2.0
/*
 * At start nothing is known of backends but what an earlier lbd made of them in
 * the kernel. That holds until checks say otherwise, so that a restart changes
 * nothing by itself.
 */
#include "pool.h"

static const struct nflb_backend *
find(const struct pool *pool, const struct nflb_pool *kernel, size_t index)
{
	struct nflb_backend like = pool->backends[index].config->backend;

	if (!like.port && !kernel->service.key.port_last)
		like.port = kernel->service.key.port;
	return nflb_pool_find(kernel, &like, index);
}

/* Did the sorry server have its place? Then others drain because of that. */
static bool was_sorry(const struct pool *pool, const struct nflb_pool *kernel)
{
	const struct nflb_backend *sorry = NULL;

	if (pool->config->sorry)
		sorry = find(pool, kernel, pool->config->backend_count);
	return sorry && sorry->state == NFLB_BACKEND_STATE_UP && sorry->weight;
}

static enum health health_in(const struct nflb_backend *kernel,
			     const struct config_backend *config, bool sorry)
{
	switch (kernel->state) {
	case NFLB_BACKEND_STATE_DOWN:
		return HEALTH_DOWN;
	case NFLB_BACKEND_STATE_DRAINING:
		return sorry ? HEALTH_UP : HEALTH_DRAIN;
	default:
		return config->inhibit && !kernel->weight &&
		       config->backend.weight ? HEALTH_DOWN : HEALTH_UP;
	}
}

/* Of a backend without checks nobody would ever say that it is up again. */
static void assume(struct pool_backend *backend,
		   const struct nflb_backend *kernel, bool sorry)
{
	if (kernel && backend->config->check_count && !backend->config->host)
		backend->assumed = health_in(kernel, backend->config, sorry);
}

/* The sorry server is on its way out. */
static void assume_sorry(struct pool *pool, const struct nflb_pool *kernel,
			 uint64_t now)
{
	const struct nflb_backend *sorry =
		find(pool, kernel, pool->config->backend_count);

	if (sorry && sorry->given & NFLB_GIVEN_DRAIN_TIMEOUT)
		pool->sorry_deadline = now +
			(uint64_t)sorry->drain_timeout * 1000000;
}

static bool has_hosts(const struct pool *pool)
{
	const struct config_service *config = pool->config;
	bool any = config->sorry && config->sorry->host;
	size_t i;

	for (i = 0; i < config->backend_count && !any; i++)
		any = config->backends[i].host;
	return any;
}

static bool is_configured(const struct pool *pool,
			  const struct nflb_pool *kernel,
			  const struct nflb_backend *backend)
{
	size_t i, count = pool_backend_count(pool->config);

	for (i = 0; i < count; i++) {
		if (!pool->backends[i].config->host &&
		    find(pool, kernel, i) == backend)
			return true;
	}
	return false;
}

/*
 * What the configuration does not name stays while it may be the address of a
 * host name, or drains as it did.
 */
static int keep_others(struct pool *pool, const struct nflb_pool *kernel,
		       uint64_t now)
{
	bool hosts = has_hosts(pool);
	int err = 0;
	size_t i;

	for (i = 0; i < kernel->count && !err; i++) {
		const struct nflb_backend *backend = &kernel->backends[i];
		bool draining = pool->config->drain_timeout &&
				backend->given & NFLB_GIVEN_DRAIN_TIMEOUT;

		if ((!hosts && !draining) ||
		    is_configured(pool, kernel, backend))
			continue;
		err = pool_leave(pool, backend, draining ?
				 now + (uint64_t)backend->drain_timeout * 1000000 :
				 0);
	}
	return err;
}

/**
 * pool_take_over() - begin where an earlier lbd ended
 * @pool: a pool of which nothing is known
 * @kernel: what the kernel has of it
 * @now: microseconds of CLOCK_MONOTONIC
 *
 * Return: 0 or -ENOMEM.
 */
int pool_take_over(struct pool *pool, const struct nflb_pool *kernel,
		   uint64_t now)
{
	bool sorry = was_sorry(pool, kernel);
	size_t i;

	for (i = 0; i < pool->config->backend_count; i++)
		assume(&pool->backends[i], find(pool, kernel, i), sorry);
	if (sorry)
		pool->quorum = false;
	else if (pool->config->alpha)
		pool->quorum = kernel->count > 0;
	if (pool->config->sorry)
		assume_sorry(pool, kernel, now);
	return keep_others(pool, kernel, now);
}
