// SPDX-License-Identifier: GPL-2.0
/* Counters per second */
#include <stddef.h>

#include "rates.h"

/* What was zeroed meanwhile began at 0, as what is new did. */
static uint64_t rate(uint64_t before, uint64_t now, uint64_t milliseconds)
{
	uint64_t count = now < before ? now : now - before;

	return (count * 1000 + milliseconds / 2) / milliseconds;
}

static void stats_rates(const struct nflb_stats *before,
			struct nflb_stats *now, uint64_t ms)
{
	static const struct nflb_stats none;

	if (!before)
		before = &none;
	now->connections = rate(before->connections, now->connections, ms);
	now->packets_in = rate(before->packets_in, now->packets_in, ms);
	now->bytes_in = rate(before->bytes_in, now->bytes_in, ms);
	now->packets_out = rate(before->packets_out, now->packets_out, ms);
	now->bytes_out = rate(before->bytes_out, now->bytes_out, ms);
}

/* @hint is where it probably stands. */
static const struct nflb_pool *find_pool(const struct nflb_config *config,
					 const struct nflb_key *key,
					 size_t hint)
{
	size_t i;

	for (i = 0; i < config->count; i++) {
		const struct nflb_pool *pool =
			&config->pools[(hint + i) % config->count];

		if (nflb_key_equal(&pool->service.key, key))
			return pool;
	}
	return NULL;
}

static void pool_rates(const struct nflb_pool *before, struct nflb_pool *now,
		       uint64_t ms)
{
	size_t i;

	stats_rates(before ? &before->service.stats : NULL,
		    &now->service.stats, ms);
	for (i = 0; i < now->count; i++) {
		struct nflb_backend *backend = &now->backends[i];
		const struct nflb_backend *old;

		old = before ? nflb_pool_find(before, backend, i) : NULL;
		stats_rates(old ? &old->stats : NULL, &backend->stats, ms);
	}
}

/**
 * rates_between() - make counters of a configuration rates per second
 * @before: what was read first
 * @now: what was read later; its counters become rates
 * @milliseconds: time between both, not 0
 */
void rates_between(const struct nflb_config *before, struct nflb_config *now,
		   uint64_t milliseconds)
{
	size_t i;

	for (i = 0; i < now->count; i++)
		pool_rates(find_pool(before, &now->pools[i].service.key, i),
			   &now->pools[i], milliseconds);
}
