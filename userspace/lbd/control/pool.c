// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "pool.h"
#include "state.h"

static struct {
	const struct config *config;
	struct pool *pool;
	size_t count;
	uv_timer_t flush;
} pools;

static uint64_t now_us(void)
{
	return uv_hrtime() / 1000;
}

/* The kernel keeps what it has, and who starts lbd again has lost nothing. */
__attribute__((noreturn))
static void out_of_memory(void)
{
	log_error("out of memory: lbd ends");
	_exit(EXIT_FAILURE);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		out_of_memory();
	return memory;
}

static const struct config_backend *
config_of(const struct config_service *config, size_t index)
{
	return index < config->backend_count ? &config->backends[index] :
					       config->sorry;
}

struct pool *pool_get(uint32_t service)
{
	return service < pools.count ? &pools.pool[service] : NULL;
}

struct pool_backend *pool_backend(uint32_t service, uint32_t backend)
{
	struct pool *pool = pool_get(service);

	return pool && backend < pool_backend_count(pool->config) ?
	       &pool->backends[backend] : NULL;
}

static bool find_backend(const struct pool *pool, const char *name,
			 uint32_t *index)
{
	size_t i;

	for (i = 0; i < pool_backend_count(pool->config); i++) {
		if (!strcmp(config_of(pool->config, i)->name, name)) {
			*index = i;
			return true;
		}
	}
	return false;
}

bool pool_find(const char *service, const char *backend,
	       uint32_t *service_index, uint32_t *backend_index)
{
	size_t i;

	for (i = 0; i < pools.count; i++) {
		if (strcmp(pools.pool[i].config->name, service))
			continue;
		*service_index = i;
		return find_backend(&pools.pool[i], backend, backend_index);
	}
	return false;
}

static void flush_pools(uv_timer_t *timer);

/**
 * pool_changed() - something is known now that was not before
 * @service: of a backend of this service
 *
 * Conclusions are drawn once for all that comes in one go.
 */
void pool_changed(uint32_t service)
{
	pools.pool[service].dirty = true;
	uv_timer_start(&pools.flush, flush_pools, 0, 0);
}

int pool_set_override(uint32_t service, uint32_t backend,
		      enum pool_override override)
{
	struct pool_backend *found = pool_backend(service, backend);
	const struct config_service *config;

	if (!found)
		return -ENOENT;
	if (found->override == override)
		return 0;
	config = pools.pool[service].config;
	log_notice("%s of %s: operator says %s", found->config->name,
		   config->name, state_overrides[override]);
	found->override = override;
	state_write();
	pool_changed(service);
	return 0;
}

static void put(const struct pool *pool, uint64_t now)
{
	struct nflb_pool desired;
	size_t i;

	for (i = 0; i < pool->config->key_count; i++) {
		if (pool_desired(pool, &pool->config->keys[i], now, &desired))
			out_of_memory();
		kernel_put(&desired);
	}
}

static void flush_pools(uv_timer_t *timer)
{
	uint64_t now = now_us();
	size_t i;

	(void)timer;
	for (i = 0; i < pools.count; i++) {
		if (!pools.pool[i].dirty)
			continue;
		pool_decide(&pools.pool[i], now);
		put(&pools.pool[i], now);
	}
	for (i = 0; i < pools.count; i++) {
		if (!pools.pool[i].dirty)
			continue;
		pools.pool[i].dirty = false;
		pool_announce(&pools.pool[i], i);
	}
}

static void put_all(uint64_t now)
{
	size_t i;

	for (i = 0; i < pools.count; i++)
		put(&pools.pool[i], now);
}

void pool_apply_all(void)
{
	uint64_t now = now_us();
	size_t i, j;

	kernel_begin();
	for (i = 0; i < pools.count; i++) {
		const struct config_service *config = pools.pool[i].config;

		for (j = 0; j < config->key_count; j++)
			kernel_want(&config->keys[j]);
	}
	put_all(now);
	if (kernel_end())
		put_all(now);
}

/* By name, to find again what there was before a reload. */
struct by_name {
	const char *name;
	size_t index;
};

static int compare_names(const void *a, const void *b)
{
	const struct by_name *na = a, *nb = b;

	return strcmp(na->name, nb->name);
}

static struct by_name *find_name(struct by_name *index, size_t count,
				 const char *name)
{
	struct by_name wanted = { .name = name };

	return bsearch(&wanted, index, count, sizeof(*index), compare_names);
}

static struct by_name *index_pools(void)
{
	struct by_name *index = allocate(pools.count, sizeof(*index));
	size_t i;

	for (i = 0; i < pools.count; i++)
		index[i] = (struct by_name){ pools.pool[i].config->name, i };
	qsort(index, pools.count, sizeof(*index), compare_names);
	return index;
}

static struct by_name *index_backends(const struct pool *pool)
{
	size_t i, count = pool_backend_count(pool->config);
	struct by_name *index = allocate(count, sizeof(*index));

	for (i = 0; i < count; i++) {
		index[i].name = pool->backends[i].config->name;
		index[i].index = i;
	}
	qsort(index, count, sizeof(*index), compare_names);
	return index;
}

static void free_backend(struct pool_backend *backend)
{
	free(backend->reason);
	free(backend->members);
}

/* What a backend is taken for of which nothing is known. */
static void init_backend(struct pool_backend *backend,
			 const struct config_service *service)
{
	const struct config_backend *config = backend->config;

	backend->health = HEALTH_UNKNOWN;
	backend->assumed = config->alpha && config->check_count ? HEALTH_DOWN :
								  HEALTH_UP;
	backend->weight = -1;
	backend->weight_percent = 100;
	backend->override = state_override(service->name, config->name);
}

/* Nobody will say any more how it is. */
static void forget_checks(struct pool_backend *backend)
{
	if (backend->config->check_count)
		return;
	backend->health = HEALTH_UNKNOWN;
	backend->assumed = HEALTH_UP;
	backend->weight = -1;
	backend->weight_percent = 100;
}

/* A backend of the old configuration that the new one does not have. */
static void lose_backend(struct pool *pool, const struct pool *old,
			 uint32_t service, uint32_t index)
{
	struct pool_backend *backend = &old->backends[index];
	bool was_up = backend->up;

	if (pool && pool_backend_leaves(pool, backend, NULL, 0, now_us()))
		out_of_memory();
	backend->alive = false;
	if (was_up)
		pool_tell_backend(old, service, index, false, true);
	free_backend(backend);
}

static void lose_pool(struct pool *old, uint32_t service)
{
	size_t i;

	for (i = 0; i < pool_backend_count(old->config); i++)
		lose_backend(NULL, old, service, i);
	if (old->quorum)
		pool_tell_quorum(old, service, false, true);
	free(old->leaving);
}

/* Takes over from @old what both have; the rest of that leaves. */
static void inherit(struct pool *pool, struct pool *old, uint32_t service)
{
	size_t i, count = pool_backend_count(old->config);
	struct by_name *index = index_backends(old);
	struct by_name *found;

	for (i = 0; i < pool_backend_count(pool->config); i++) {
		struct pool_backend *backend = &pool->backends[i];
		const struct config_backend *config = backend->config;

		found = find_name(index, count, config->name);
		if (!found || !old->backends[found->index].config)
			continue;
		*backend = old->backends[found->index];
		backend->config = config;
		old->backends[found->index].config = NULL;
		forget_checks(backend);
	}
	free(index);
	for (i = 0; i < count; i++) {
		if (old->backends[i].config)
			lose_backend(pool, old, service, i);
	}
}

static void init_pool(struct pool *pool, const struct config_service *config)
{
	size_t i;

	pool->config = config;
	pool->quorum = !config->alpha;
	pool->fresh = true;
	pool->backends = allocate(pool_backend_count(config),
				  sizeof(*pool->backends));
	for (i = 0; i < pool_backend_count(config); i++) {
		pool->backends[i].config = config_of(config, i);
		init_backend(&pool->backends[i], config);
	}
}

static void succeed(struct pool *pool, struct pool *old, uint32_t service)
{
	pool->fresh = false;
	pool->quorum = old->quorum;
	pool->told = old->told;
	pool->sorry = old->sorry;
	pool->sorry_deadline = old->sorry_deadline;
	pool->leaving = old->leaving;
	pool->leaving_count = old->leaving_count;
	inherit(pool, old, service);
	free(old->backends);
	old->config = NULL;
}

static void take_over(struct pool *pool, uint64_t now)
{
	const struct nflb_pool *kernel = NULL;
	size_t i;

	for (i = 0; i < pool->config->key_count && !kernel; i++)
		kernel = kernel_pool(&pool->config->keys[i]);
	if (kernel && pool_take_over(pool, kernel, now))
		out_of_memory();
}

static struct pool *make_pools(const struct config *config, bool first)
{
	struct pool *made = allocate(config->service_count, sizeof(*made));
	struct by_name *index = index_pools();
	uint64_t now = now_us();
	struct by_name *found;
	size_t i;

	for (i = 0; i < config->service_count; i++) {
		init_pool(&made[i], &config->services[i]);
		found = find_name(index, pools.count, config->services[i].name);
		if (found && pools.pool[found->index].config)
			succeed(&made[i], &pools.pool[found->index],
				found->index);
		else if (first)
			take_over(&made[i], now);
	}
	free(index);
	return made;
}

static void lose_pools(void)
{
	size_t i;

	for (i = 0; i < pools.count; i++) {
		if (!pools.pool[i].config)
			continue;
		lose_pool(&pools.pool[i], i);
		free(pools.pool[i].backends);
	}
	free(pools.pool);
}

static void pool_configure(const struct config *config,
			   const struct config *before)
{
	struct pool *made = make_pools(config, !before);
	uint64_t now = now_us();
	size_t i;

	lose_pools();
	state_forget_overrides();
	pools.config = config;
	pools.pool = made;
	pools.count = config->service_count;
	for (i = 0; i < pools.count; i++)
		pool_decide(&made[i], now);
	pool_apply_all();
	for (i = 0; i < pools.count; i++)
		pool_announce(&made[i], i);
}

/**
 * pool_expire() - forget backends whose time has come, in all pools
 *
 * Return: whether there were any.
 */
bool pool_expire(void)
{
	uint64_t now = now_us();
	bool any = false;
	size_t i;

	for (i = 0; i < pools.count; i++)
		any = pool_let_go(&pools.pool[i], now) || any;
	return any;
}

void pool_write_state(FILE *stream)
{
	size_t i, j;

	for (i = 0; i < pools.count; i++) {
		const struct pool *pool = &pools.pool[i];

		for (j = 0; j < pool_backend_count(pool->config); j++) {
			const struct pool_backend *backend =
				&pool->backends[j];

			if (backend->override)
				fprintf(stream, "override %s %s %s\n",
					state_overrides[backend->override],
					pool->config->name,
					backend->config->name);
		}
	}
}

static int pool_start(uv_loop_t *loop)
{
	return uv_timer_init(loop, &pools.flush);
}

/* omega: who stops says so. */
static void pool_stop(void)
{
	size_t i, j;

	uv_timer_stop(&pools.flush);
	for (i = 0; i < pools.count; i++) {
		struct pool *pool = &pools.pool[i];

		for (j = 0; j < pool_backend_count(pool->config); j++) {
			pool->backends[j].alive = false;
			if (pool->config->omega && pool->backends[j].up)
				pool_tell_backend(pool, i, j, false, true);
		}
		if (pool->config->omega && pool->quorum)
			pool_tell_quorum(pool, i, false, true);
	}
}

const struct control_part pool_part = {
	.name = "services",
	.start = pool_start,
	.configure = pool_configure,
	.message = pool_message,
	.status = pool_status,
	.stop = pool_stop,
};
