// SPDX-License-Identifier: GPL-2.0
/* Pools as JSON */
#include <jansson.h>

#include "pool.h"
#include "state.h"

static const char *const healths[] = {
	[HEALTH_UNKNOWN] = "unknown",
	[HEALTH_UP] = "up",
	[HEALTH_DOWN] = "down",
	[HEALTH_DRAIN] = "drain",
};

static json_t *endpoint(const struct nflb_address *address, uint16_t port)
{
	char text[NFLB_ADDRESS_LEN];

	nflb_address_format(address, text);
	return json_pack("{s:s, s:I}", "address", text,
			 "port", (json_int_t)port);
}

static json_t *members_status(const struct pool_backend *backend)
{
	const struct nflb_backend *config = &backend->config->backend;
	const struct pool_member *member = backend->members;
	json_t *all = json_array();
	uint16_t port;

	if (!backend->config->host)
		json_array_append_new(all, endpoint(&config->address,
						    config->port));
	for (; member < backend->members + backend->member_count; member++) {
		port = member->port ? member->port : config->port;
		json_array_append_new(all, endpoint(&member->address, port));
	}
	return all;
}

static const char *override_of(const struct pool_backend *backend)
{
	return backend->override ? state_overrides[backend->override] : NULL;
}

static json_t *backend_status(const struct pool_backend *backend)
{
	return json_pack("{s:s, s:s?, s:o, s:b, s:s, s:I, s:s?, s:s?, s:I, s:I, s:I}",
			 "name", backend->config->name,
			 "host", backend->config->host,
			 "addresses", members_status(backend),
			 "up", backend->alive,
			 "health", healths[backend->health],
			 "weight", (json_int_t)pool_backend_weight(backend),
			 "reason", backend->reason,
			 "override", override_of(backend),
			 "checks", (json_int_t)backend->config->check_count,
			 "since", (json_int_t)backend->since,
			 "changes", (json_int_t)backend->changes);
}

static json_t *keys_status(const struct config_service *config)
{
	json_t *all = json_array();
	char text[NFLB_KEY_LEN];
	size_t i;

	for (i = 0; i < config->key_count; i++) {
		nflb_key_format(&config->keys[i], text);
		json_array_append_new(all, json_string(text));
	}
	return all;
}

static json_t *backends_status(const struct pool *pool)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < pool->config->backend_count; i++)
		json_array_append_new(all, backend_status(&pool->backends[i]));
	return all;
}

static json_t *leaving_status(const struct pool *pool)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < pool->leaving_count; i++) {
		const struct nflb_backend *backend = &pool->leaving[i].backend;

		json_array_append_new(all, endpoint(&backend->address,
						    backend->port));
	}
	return all;
}

static json_t *service_status(const struct pool *pool)
{
	const struct config_service *config = pool->config;
	const struct pool_backend *sorry = &pool->backends[config->backend_count];
	json_t *service;

	service = json_pack("{s:s, s:s?, s:o, s:b, s:I, s:I, s:I, s:b, s:o, s:o}",
			    "name", config->name,
			    "group", config->group,
			    "keys", keys_status(config),
			    "quorum", pool->quorum,
			    "weight", (json_int_t)pool->weight,
			    "quorum_weight", (json_int_t)config->quorum,
			    "hysteresis", (json_int_t)config->hysteresis,
			    "sorry", pool->sorry,
			    "backends", backends_status(pool),
			    "leaving", leaving_status(pool));
	if (service && config->sorry)
		json_object_set_new(service, "sorry_server",
				    backend_status(sorry));
	return service;
}

/**
 * pool_status() - all that is known of services and backends
 *
 * Return: an array; NULL without memory.
 */
json_t *pool_status(void)
{
	json_t *all = json_array();
	const struct pool *pool;
	uint32_t i;

	for (i = 0; (pool = pool_get(i)); i++)
		json_array_append_new(all, service_status(pool));
	return all;
}
