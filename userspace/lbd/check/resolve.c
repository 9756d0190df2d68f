// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "resolve.h"

/* After a failure, seconds. */
#define RETRY		5

/**
 * struct name - a host name with its addresses
 * @next: another one
 * @resolve: all of them
 * @timer: the next look-up; the name goes with it
 * @query: under way, or NULL
 * @answer: the last good one
 * @known: there was one
 * @failed: the last look-up did; it is said once
 * @used: by the configuration that is being taken
 * @srv: SRV records of it
 * @family: of addresses; AF_UNSPEC: both
 * @host: the name
 */
struct name {
	struct name *next;
	struct resolve *resolve;
	uv_timer_t timer;
	struct resolver_query *query;
	struct resolver_answer answer;
	bool known;
	bool failed;
	bool used;
	bool srv;
	sa_family_t family;
	char host[];
};

struct resolve {
	uv_loop_t *loop;
	struct resolver *resolver;
	struct name *names;
	uint64_t min_ttl;	/* seconds */
	uint64_t max_ttl;
	void (*changed)(void *context);
	void *context;
};

static void ask(uv_timer_t *timer);

static bool same(const struct resolver_answer *a, const struct resolver_answer *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++) {
		if (!nflb_address_equal(&a->address[i].address,
					&b->address[i].address) ||
		    a->address[i].port != b->address[i].port ||
		    a->address[i].weight != b->address[i].weight ||
		    a->address[i].priority != b->address[i].priority)
			return false;
	}
	return true;
}

static uint64_t clamp(const struct resolve *resolve, uint32_t ttl)
{
	if (ttl < resolve->min_ttl)
		return resolve->min_ttl;
	return ttl > resolve->max_ttl ? resolve->max_ttl : ttl;
}

static void take_failure(struct name *name, const char *failure)
{
	if (!name->failed)
		log_warning("%s cannot be looked up%s: %s", name->host,
			    name->known ? ", its addresses stay" : "", failure);
	name->failed = true;
}

static void answered(void *context, const struct resolver_answer *answer,
		     const char *failure)
{
	struct name *name = context;
	uint64_t pause = RETRY;
	bool news = false;

	name->query = NULL;
	if (answer) {
		news = !name->known || !same(&name->answer, answer);
		pause = clamp(name->resolve, answer->ttl);
		name->answer = *answer;
		name->known = true;
		name->failed = false;
	} else {
		take_failure(name, failure);
	}
	uv_timer_start(&name->timer, ask, pause * 1000, 0);
	if (!news)
		return;
	log_info("%s has %zu addresses", name->host, answer->count);
	name->resolve->changed(name->resolve->context);
}

static void ask(uv_timer_t *timer)
{
	struct name *name = timer->data;

	if (name->query)
		return;
	name->query = resolver_ask(name->resolve->resolver, name->host,
				   name->srv, name->family, answered, name);
}

/*
 * A NAT needs backends of the family of its service; through a tunnel those of
 * both can be reached.
 */
static sa_family_t family_of(const struct config_service *service,
			     const struct config_backend *backend)
{
	switch (backend->backend.forward) {
	case NFLB_FORWARD_IPIP:
	case NFLB_FORWARD_GRE:
	case NFLB_FORWARD_GUE:
		return AF_UNSPEC;
	default:
		return service->key_count ? service->keys[0].address.family :
					    AF_UNSPEC;
	}
}

static struct name *find(const struct resolve *resolve,
			 const struct config_service *service,
			 const struct config_backend *backend)
{
	sa_family_t family = family_of(service, backend);
	struct name *name;

	for (name = resolve->names; name; name = name->next) {
		if (name->srv == backend->host_srv && name->family == family &&
		    !strcasecmp(name->host, backend->host))
			return name;
	}
	return NULL;
}

static int use(struct resolve *resolve, const struct config_service *service,
	       const struct config_backend *backend)
{
	struct name *name;

	if (!backend || !backend->host)
		return 0;
	name = find(resolve, service, backend);
	if (!name) {
		name = calloc(1, sizeof(*name) + strlen(backend->host) + 1);
		if (!name)
			return -ENOMEM;
		strcpy(name->host, backend->host);
		name->resolve = resolve;
		name->srv = backend->host_srv;
		name->family = family_of(service, backend);
		uv_timer_init(resolve->loop, &name->timer);
		name->timer.data = name;
		name->next = resolve->names;
		resolve->names = name;
	}
	name->used = true;
	return 0;
}

static void free_name(uv_handle_t *handle)
{
	free(handle->data);
}

static void forget(struct name **at)
{
	struct name *name = *at;

	*at = name->next;
	resolver_forget(name->query);
	uv_close((uv_handle_t *)&name->timer, free_name);
}

static int use_all(struct resolve *resolve, const struct config *config)
{
	const struct config_service *service = config->services;
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < config->service_count; i++, service++) {
		for (j = 0; !err && j < service->backend_count; j++)
			err = use(resolve, service, &service->backends[j]);
		if (!err)
			err = use(resolve, service, service->sorry);
	}
	return err;
}

/*
 * The servers may be others than before, so all is asked again; by the loop,
 * as the caller is not done yet.
 */
static void ask_all(struct resolve *resolve)
{
	struct name *name;

	for (name = resolve->names; name; name = name->next)
		uv_timer_start(&name->timer, ask, 0, 0);
}

/**
 * resolve_configure() - look up the names of a configuration, and no others
 * @resolve: keeps the addresses of those it had before
 * @config: need not stay
 *
 * Return: 0, or -ENOMEM; then some names have no addresses.
 */
int resolve_configure(struct resolve *resolve, const struct config *config)
{
	struct name **at = &resolve->names, *name;
	int err;

	for (name = resolve->names; name; name = name->next) {
		name->used = false;
		resolver_forget(name->query);
		name->query = NULL;
	}
	resolver_close(resolve->resolver);
	resolve->resolver = NULL;
	err = use_all(resolve, config);
	while (*at) {
		if ((*at)->used)
			at = &(*at)->next;
		else
			forget(at);
	}
	resolve->min_ttl = config->globals.dns_min_ttl / 1000000;
	resolve->max_ttl = config->globals.dns_max_ttl / 1000000;
	if (!resolve->names)
		return err;
	resolve->resolver = resolver_open(resolve->loop,
					  config->globals.dns_servers);
	if (!resolve->resolver)
		return -ENOMEM;
	ask_all(resolve);
	return err;
}

/**
 * resolve_find() - the addresses of a backend that is a host name
 * @resolve: has been told of the configuration it is of
 * @service: of @backend
 * @backend: that
 *
 * Return: them, until the loop goes on; NULL while they are not known.
 */
const struct resolver_answer *
resolve_find(const struct resolve *resolve, const struct config_service *service,
	     const struct config_backend *backend)
{
	const struct name *name = find(resolve, service, backend);

	return name && name->known ? &name->answer : NULL;
}

/**
 * resolve_open() - begin without names
 * @loop: where answers are awaited
 * @changed: called when a name has other addresses
 * @context: for @changed
 *
 * Return: it, or NULL without memory.
 */
struct resolve *resolve_open(uv_loop_t *loop, void (*changed)(void *context),
			     void *context)
{
	struct resolve *resolve = calloc(1, sizeof(*resolve));

	if (!resolve)
		return NULL;
	resolve->loop = loop;
	resolve->changed = changed;
	resolve->context = context;
	return resolve;
}

/**
 * resolve_close() - end
 * @resolve: with all names it has
 */
void resolve_close(struct resolve *resolve)
{
	while (resolve->names)
		forget(&resolve->names);
	resolver_close(resolve->resolver);
	free(resolve);
}
