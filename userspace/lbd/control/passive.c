// SPDX-License-Identifier: GPL-2.0
/* What the kernel saw of backends goes to the checkers, who judge it */
#include "kernel.h"
#include "pool.h"

static void count(struct pool_counters *counters, const struct pool *pool,
		  struct nflb_backend like)
{
	const struct nflb_backend *backend;
	const struct nflb_pool *kernel;
	uint16_t port = like.port;
	size_t i;

	for (i = 0; i < pool->config->key_count; i++) {
		kernel = kernel_pool(&pool->config->keys[i]);
		if (!kernel)
			continue;
		if (!port && !kernel->service.key.port_last)
			like.port = kernel->service.key.port;
		backend = nflb_pool_find(kernel, &like, 0);
		if (!backend)
			continue;
		counters->opened += backend->stats.connections;
		counters->failures.unanswered += backend->failures.unanswered;
		counters->failures.refused += backend->failures.refused;
		counters->failures.reset += backend->failures.reset;
		counters->failures.unreachable += backend->failures.unreachable;
	}
}

/* Over all services of a group, and all addresses of a name. */
static struct pool_counters count_all(const struct pool *pool,
				      const struct pool_backend *backend)
{
	struct nflb_backend like = backend->config->backend;
	struct pool_counters counters = { 0 };
	uint16_t port = like.port;
	size_t i;

	if (!backend->config->host)
		count(&counters, pool, like);
	for (i = 0; i < backend->member_count; i++) {
		const struct pool_member *member = &backend->members[i];

		like.address = member->address;
		like.port = member->port ? member->port : port;
		count(&counters, pool, like);
	}
	return counters;
}

/* Counters that were set to 0 meanwhile begin there. */
static uint32_t grown(uint64_t before, uint64_t now)
{
	uint64_t more = now < before ? now : now - before;

	return more < UINT32_MAX ? (uint32_t)more : UINT32_MAX;
}

static void tell(struct pool_backend *backend, struct msg_passive *msg,
		 const struct pool_counters *now)
{
	const struct pool_counters *before = &backend->counters;

	msg->opened = grown(before->opened, now->opened);
	msg->unanswered = grown(before->failures.unanswered,
				now->failures.unanswered);
	msg->refused = grown(before->failures.refused, now->failures.refused);
	msg->reset = grown(before->failures.reset, now->failures.reset);
	msg->unreachable = grown(before->failures.unreachable,
				 now->failures.unreachable);
	roles_send(ROLE_CHECKERS, MSG_PASSIVE, msg);
}

static void watch_pool(const struct pool *pool, struct msg_passive *msg)
{
	struct pool_counters now;

	for (msg->backend = 0; msg->backend < pool->config->backend_count;
	     msg->backend++) {
		struct pool_backend *backend = &pool->backends[msg->backend];

		now = count_all(pool, backend);
		if (backend->counted)
			tell(backend, msg, &now);
		backend->counters = now;
		backend->counted = true;
	}
}

/**
 * pool_passive() - tell the checkers what the kernel has counted
 *
 * To be called when the kernel was just read.
 */
void pool_passive(void)
{
	struct msg_passive msg = {
		.generation = control_config()->generation,
	};
	const struct pool *pool;

	for (; (pool = pool_get(msg.service)); msg.service++) {
		if (pool->config->passive.enabled)
			watch_pool(pool, &msg);
	}
}
