// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "expand.h"

/* What is being made. */
struct making {
	const struct config *base;
	const struct resolve *resolve;
	struct config_arena *arena;
	struct config *config;
	struct expansion *expansion;
};

static bool has_host(const struct config_service *service)
{
	size_t i;

	for (i = 0; i < service->backend_count; i++) {
		if (service->backends[i].host)
			return true;
	}
	return service->sorry && service->sorry->host;
}

/**
 * expand_wanted() - is there a host name?
 * @config: where
 *
 * Return: true if there is.
 */
bool expand_wanted(const struct config *config)
{
	size_t i;

	for (i = 0; i < config->service_count; i++) {
		if (has_host(&config->services[i]))
			return true;
	}
	return false;
}

/* Return: a check at the end, made like one of the base; NULL without memory. */
static struct config_check *add_check(struct making *making, uint32_t index)
{
	struct config *config = making->config;
	struct config_check *check;
	uint32_t *from;

	check = config_grow(making->arena, &config->checks,
			    config->check_count, sizeof(*check));
	from = config_grow(making->arena, &making->expansion->check,
			   config->check_count, sizeof(*from));
	if (!check || !from)
		return NULL;
	*check = making->base->checks[index];
	*from = index;
	config->check_count++;
	return check;
}

/* The same name elsewhere has the same key, so that probes are shared. */
static int aim(struct making *making, struct config_check *check,
	       const struct resolver_address *address)
{
	struct config_target *target = &check->target;
	char endpoint[NFLB_ENDPOINT_LEN];
	size_t length;
	char *key;

	nflb_endpoint_format(&address->address, address->port, endpoint);
	length = strlen(check->key) + strlen(endpoint) + 5;
	key = config_alloc(making->arena, length);
	if (!key)
		return -ENOMEM;
	snprintf(key, length, "%s at %s", check->key, endpoint);
	check->key = key;
	if (!target->address.family)
		target->address = address->address;
	if (!target->port)
		target->port = address->port;
	return 0;
}

/* @from is of the base, and @to gets its checks; @address: of a member. */
static int take_checks(struct making *making, const struct config_backend *from,
		       struct config_backend *to, uint32_t backend,
		       const struct resolver_address *address)
{
	struct config_check *check;
	size_t i;

	to->checks = config_alloc(making->arena,
				  (from->check_count + 1) * sizeof(*to->checks));
	if (!to->checks)
		return -ENOMEM;
	to->check_count = from->check_count;
	for (i = 0; i < from->check_count; i++) {
		to->checks[i] = making->config->check_count;
		check = add_check(making, from->checks[i]);
		if (!check)
			return -ENOMEM;
		check->backend = backend;
		if (address && aim(making, check, address))
			return -ENOMEM;
	}
	return 0;
}

static int add_member(struct making *making, uint32_t service, uint32_t owner,
		      const struct config_backend *from,
		      const struct resolver_address *address)
{
	struct config_service *to = &making->config->services[service];
	struct expansion *expansion = making->expansion;
	struct config_backend *backend;
	struct expand_member *member;
	char endpoint[NFLB_ENDPOINT_LEN];

	member = config_grow(making->arena, &expansion->members,
			     expansion->member_count, sizeof(*member));
	backend = &to->backends[to->backend_count];
	if (!member)
		return -ENOMEM;
	*backend = *from;
	backend->host = NULL;
	backend->backend.address = address->address;
	if (address->port)
		backend->backend.port = address->port;
	if (address->weight)
		backend->backend.weight = address->weight;
	nflb_endpoint_format(&address->address, backend->backend.port, endpoint);
	backend->name = config_strdup(making->arena, endpoint);
	if (!backend->name)
		return -ENOMEM;
	*member = (struct expand_member){
		.service = service, .owner = owner, .address = *address,
		.weight = -1, .weight_percent = 100,
	};
	if (!member->address.port)
		member->address.port = from->backend.port;
	expansion->member_count++;
	return take_checks(making, from, backend, to->backend_count++,
			   &member->address);
}

static int add_members(struct making *making, uint32_t service, uint32_t owner,
		       const struct config_backend *from)
{
	const struct resolver_answer *answer;
	size_t i;
	int err = 0;

	if (!from || !from->host)
		return 0;
	answer = resolve_find(making->resolve, &making->base->services[service],
			      from);
	for (i = 0; !err && answer && i < answer->count; i++)
		err = add_member(making, service, owner, from,
				 &answer->address[i]);
	return err;
}

static size_t count_members(const struct making *making,
			    const struct config_service *service)
{
	const struct config_backend *backend;
	const struct resolver_answer *answer;
	size_t i, count = 0;

	for (i = 0; i <= service->backend_count; i++) {
		backend = i < service->backend_count ? &service->backends[i] :
						       service->sorry;
		if (!backend || !backend->host)
			continue;
		answer = resolve_find(making->resolve, service, backend);
		count += answer ? answer->count : 0;
	}
	return count;
}

/* Backends of the base stay where they are, and lose their checks if named. */
static int copy_backend(struct making *making, const struct config_backend *from,
			struct config_backend *to, uint32_t index)
{
	*to = *from;
	if (!from->host)
		return take_checks(making, from, to, index, NULL);
	to->check_count = 0;
	return 0;
}

static int copy_sorry(struct making *making, const struct config_backend *from,
		      struct config_service *to)
{
	if (!from)
		return 0;
	to->sorry = config_alloc(making->arena, sizeof(*to->sorry));
	if (!to->sorry)
		return -ENOMEM;
	return copy_backend(making, from, to->sorry, to->backend_count);
}

static int copy_service(struct making *making, uint32_t index)
{
	const struct config_service *from = &making->base->services[index];
	struct config_service *to = &making->config->services[index];
	size_t i, count = from->backend_count + count_members(making, from);
	int err = 0;

	*to = *from;
	making->expansion->first[index] = making->expansion->member_count;
	to->backends = config_alloc(making->arena,
				    (count + 1) * sizeof(*to->backends));
	if (!to->backends)
		return -ENOMEM;
	for (i = 0; !err && i < from->backend_count; i++)
		err = copy_backend(making, &from->backends[i], &to->backends[i], i);
	for (i = 0; !err && i < from->backend_count; i++)
		err = add_members(making, index, i, &from->backends[i]);
	if (!err)
		err = add_members(making, index, from->backend_count, from->sorry);
	return err ? err : copy_sorry(making, from->sorry, to);
}

/**
 * expand() - make backends of the addresses of host names
 * @base: the configuration as control knows it
 * @resolve: has the addresses
 * @expansion: set to the result; all of it is part of its configuration, which
 *	keeps the memory of @base
 *
 * Return: 0 or -ENOMEM.
 */
int expand(struct config *base, const struct resolve *resolve,
	   struct expansion *expansion)
{
	struct making making = {
		.base = base,
		.resolve = resolve,
		.arena = config_arena_new(),
		.expansion = expansion,
	};
	size_t i;
	int err = 0;

	*expansion = (struct expansion){ 0 };
	if (!making.arena)
		return -ENOMEM;
	config_arena_lean(making.arena, base->arena);
	making.config = config_alloc(making.arena, sizeof(*making.config));
	expansion->first = config_alloc(making.arena, (base->service_count + 1) *
					sizeof(*expansion->first));
	if (!making.config || !expansion->first)
		goto err;
	*making.config = *base;
	making.config->arena = making.arena;
	making.config->checks = NULL;
	making.config->check_count = 0;
	making.config->services = config_alloc(making.arena, (base->service_count + 1) *
					       sizeof(*base->services));
	if (!making.config->services)
		goto err;
	for (i = 0; !err && i < base->service_count; i++)
		err = copy_service(&making, i);
	expansion->first[i] = expansion->member_count;
	expansion->config = making.config;
	if (!err)
		return 0;
err:
	config_arena_free(making.arena);
	return -ENOMEM;
}
