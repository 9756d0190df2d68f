// SPDX-License-Identifier: GPL-2.0
/*
 * The whole configuration, read as one
 *
 * Services and backends come in two dumps. Each is consistent in itself; that
 * nothing changed between the two is seen from the number of backends that
 * each service says it has. When anything did change, all is read again.
 */
#include <errno.h>
#include <stdlib.h>

#include "priv.h"

/* Enough for any sane rate of changes; then the caller is told. */
#define ATTEMPTS	64

/* @at is where the last backend belonged: the next most often does too. */
struct reading {
	struct nflb_config *config;
	size_t at;
	bool torn;
};

/* Return: @array with room for one more than @count elements; NULL leaves it. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return reallocarray(array, count ? count * 2 : 1, size);
}

static int take_service(struct nlattr **attrs, void *arg)
{
	struct nflb_config *config = ((struct reading *)arg)->config;
	struct nflb_pool *pools, *pool;
	int err;

	pools = grow(config->pools, config->count, sizeof(*pools));
	if (!pools)
		return -ENOMEM;
	config->pools = pools;
	pool = &pools[config->count];
	*pool = (struct nflb_pool){ 0 };
	err = nflb_service_decode(attrs, &pool->service);
	if (!err)
		config->count++;
	return err;
}

static struct nflb_pool *find_pool(struct reading *reading,
				   const struct nflb_key *key)
{
	const struct nflb_config *config = reading->config;
	size_t i;

	for (i = 0; i < config->count; i++) {
		size_t at = (reading->at + i) % config->count;

		if (nflb_key_equal(&config->pools[at].service.key, key)) {
			reading->at = at;
			return &config->pools[at];
		}
	}
	return NULL;
}

static int take_backend(struct nlattr **attrs, void *arg)
{
	struct reading *reading = arg;
	struct nflb_backend *backends, backend;
	struct nflb_pool *pool;
	struct nflb_key key;
	int err;

	err = nflb_backend_decode(attrs, &key, &backend);
	if (err)
		return err;
	pool = find_pool(reading, &key);
	if (!pool) {
		reading->torn = true;
		return 0;
	}
	backends = grow(pool->backends, pool->count, sizeof(*backends));
	if (!backends)
		return -ENOMEM;
	backends[pool->count++] = backend;
	pool->backends = backends;
	return 0;
}

static int read_services(struct nflb *nflb, const struct nflb_key *only,
			 struct reading *reading)
{
	struct nl_msg *msg = nflb_message(nflb, NFLB_CMD_SERVICE_GET,
					  only ? 0 : NLM_F_DUMP);

	if (msg && only && nflb_put_key(msg, only)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return nflb_dump(nflb, msg, take_service, reading, &reading->torn);
}

static int read_backends(struct nflb *nflb, const struct nflb_key *only,
			 struct reading *reading)
{
	struct nl_msg *msg = nflb_message(nflb, NFLB_CMD_BACKEND_GET,
					  NLM_F_DUMP);
	bool interrupted;
	int err;

	if (msg && only && nflb_put_key(msg, only)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	err = nflb_dump(nflb, msg, take_backend, reading, &interrupted);
	reading->torn = reading->torn || interrupted;
	return err;
}

static bool counts_agree(const struct nflb_config *config)
{
	size_t i;

	for (i = 0; i < config->count; i++) {
		if (config->pools[i].count != config->pools[i].service.backends)
			return false;
	}
	return true;
}

/* Return: 0, -EAGAIN when something changed meanwhile, or an error. */
static int read_once(struct nflb *nflb, const struct nflb_key *only,
		     struct nflb_config *config)
{
	struct reading reading = { .config = config };
	int err;

	err = read_services(nflb, only, &reading);
	if (!err && !reading.torn)
		err = read_backends(nflb, only, &reading);
	if (!err && (reading.torn || !counts_agree(config)))
		return nflb_fail(nflb, -EAGAIN,
				 "the configuration keeps changing while it is read");
	return err;
}

/**
 * nflb_config_read() - read services and their backends
 * @nflb: the handle
 * @only: the one service to read, or NULL: all
 * @config: the result, for nflb_config_free()
 *
 * Return: 0 or a negative errno; then @config is empty.
 */
int nflb_config_read(struct nflb *nflb, const struct nflb_key *only,
		     struct nflb_config *config)
{
	int attempt, err = -EAGAIN;

	*config = (struct nflb_config){ 0 };
	for (attempt = 0; err == -EAGAIN && attempt < ATTEMPTS; attempt++) {
		nflb_config_free(config);
		err = read_once(nflb, only, config);
	}
	if (err)
		nflb_config_free(config);
	return err;
}

/**
 * nflb_config_free() - give back the memory of nflb_config_read()
 * @config: what it filled; empty afterwards
 */
void nflb_config_free(struct nflb_config *config)
{
	size_t i;

	for (i = 0; i < config->count; i++)
		free(config->pools[i].backends);
	free(config->pools);
	*config = (struct nflb_config){ 0 };
}

/**
 * nflb_pool_find() - find a backend by address and port
 * @pool: where
 * @like: what it must be like
 * @hint: index that it probably has
 *
 * Return: the backend, or NULL.
 */
const struct nflb_backend *nflb_pool_find(const struct nflb_pool *pool,
					  const struct nflb_backend *like,
					  size_t hint)
{
	size_t i;

	for (i = 0; i < pool->count; i++) {
		const struct nflb_backend *backend =
			&pool->backends[(hint + i) % pool->count];

		if (backend->port == like->port &&
		    nflb_address_equal(&backend->address, &like->address))
			return backend;
	}
	return NULL;
}
