// SPDX-License-Identifier: GPL-2.0
/* Backends that are not wanted any more, and drain before they go */
#include <errno.h>
#include <stdlib.h>

#include "kernel.h"
#include "pool.h"

/**
 * pool_leave() - a backend is not wanted any more
 * @pool: its pool
 * @backend: what the kernel was told of it
 * @deadline: see struct pool_leaving
 *
 * Return: 0 or -ENOMEM.
 */
int pool_leave(struct pool *pool, const struct nflb_backend *backend,
	       uint64_t deadline)
{
	struct pool_leaving *leaving;

	leaving = reallocarray(pool->leaving, pool->leaving_count + 1,
			       sizeof(*leaving));
	if (!leaving)
		return -ENOMEM;
	pool->leaving = leaving;
	leaving += pool->leaving_count++;
	leaving->backend = *backend;
	leaving->deadline = deadline;
	return 0;
}

static bool is_member(const struct pool_member *members, size_t count,
		      const struct pool_member *like)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (members[i].port == like->port &&
		    nflb_address_equal(&members[i].address, &like->address))
			return true;
	}
	return false;
}

/**
 * pool_backend_leaves() - a backend goes, or some addresses of its name do
 * @pool: where it is; without drain_timeout nothing is left of it
 * @backend: the backend as it was
 * @stay: addresses that stay
 * @count: length of @stay
 * @now: microseconds of CLOCK_MONOTONIC
 *
 * Return: 0 or -ENOMEM.
 */
int pool_backend_leaves(struct pool *pool, const struct pool_backend *backend,
			const struct pool_member *stay, size_t count,
			uint64_t now)
{
	uint64_t deadline = now + pool->config->drain_timeout;
	struct nflb_backend kernel = backend->config->backend;
	uint16_t port = kernel.port;
	int err = 0;
	size_t i;

	if (!backend->up || !pool->config->drain_timeout)
		return 0;
	if (!backend->config->host)
		return pool_leave(pool, &kernel, deadline);
	for (i = 0; i < backend->member_count && !err; i++) {
		const struct pool_member *member = &backend->members[i];

		if (is_member(stay, count, member))
			continue;
		kernel.address = member->address;
		kernel.port = member->port ? member->port : port;
		err = pool_leave(pool, &kernel, deadline);
	}
	return err;
}

static bool is_empty(const struct pool *pool,
		     const struct nflb_backend *like)
{
	const struct nflb_backend *backend;
	const struct nflb_pool *kernel;
	size_t i;

	for (i = 0; i < pool->config->key_count; i++) {
		kernel = kernel_pool(&pool->config->keys[i]);
		backend = kernel ? nflb_pool_find(kernel, like, 0) : NULL;
		if (backend && (backend->active || backend->inactive))
			return false;
	}
	return true;
}

static bool is_resolved(const struct pool *pool)
{
	size_t i;

	for (i = 0; i < pool_backend_count(pool->config); i++) {
		if (pool->backends[i].config->host &&
		    !pool->backends[i].resolved)
			return false;
	}
	return true;
}

static bool has_left(const struct pool *pool,
		     const struct pool_leaving *leaving, uint64_t now)
{
	if (!leaving->deadline)
		return is_resolved(pool);
	return leaving->deadline <= now || is_empty(pool, &leaving->backend);
}

/**
 * pool_let_go() - forget backends whose time has come
 * @pool: a pool
 * @now: microseconds of CLOCK_MONOTONIC
 *
 * Return: whether there were any, so that the kernel is to be told.
 */
bool pool_let_go(struct pool *pool, uint64_t now)
{
	size_t i, count = pool->leaving_count, left = 0;

	for (i = 0; i < count; i++) {
		if (!has_left(pool, &pool->leaving[i], now))
			pool->leaving[left++] = pool->leaving[i];
	}
	pool->leaving_count = left;
	return left != count;
}
