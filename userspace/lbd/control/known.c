// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "known.h"

static void *tree;		/* of struct known_service, by key */
static size_t count;

static int compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_addresses(const struct nflb_address *a,
			     const struct nflb_address *b)
{
	if (a->family != b->family)
		return compare_numbers(a->family, b->family);
	return a->family == AF_INET ? memcmp(&a->v4, &b->v4, sizeof(a->v4)) :
				      memcmp(&a->v6, &b->v6, sizeof(a->v6));
}

static int compare_keys(const struct nflb_key *a, const struct nflb_key *b)
{
	int order = compare_addresses(&a->address, &b->address);

	if (!order)
		order = compare_numbers(a->protocol, b->protocol);
	if (!order)
		order = compare_numbers(a->port, b->port);
	if (!order)
		order = compare_numbers(a->port_last, b->port_last);
	if (!order)
		order = compare_numbers(a->prefix, b->prefix);
	return order ? order : compare_numbers(a->mark, b->mark);
}

static int compare_services(const void *a, const void *b)
{
	const struct known_service *sa = a, *sb = b;

	return compare_keys(&sa->pool.service.key, &sb->pool.service.key);
}

struct known_service *known_find(const struct nflb_key *key)
{
	struct known_service probe = { .pool.service.key = *key };
	struct known_service **found;

	found = tfind(&probe, &tree, compare_services);
	return found ? *found : NULL;
}

struct known_service *known_make(const struct nflb_key *key)
{
	struct known_service *service = known_find(key);

	if (service)
		return service;
	service = calloc(1, sizeof(*service));
	if (!service)
		return NULL;
	service->pool.service.key = *key;
	if (!tsearch(service, &tree, compare_services)) {
		free(service);
		return NULL;
	}
	count++;
	return service;
}

void known_drop(struct known_service *service)
{
	tdelete(service, &tree, compare_services);
	count--;
	free(service->pool.backends);
	free(service->trouble);
	free(service);
}

struct walk {
	void (*fn)(struct known_service *service, void *context);
	void *context;
};

static void visit(const void *node, VISIT which, void *closure)
{
	struct walk *walk = closure;

	if (which == postorder || which == leaf)
		walk->fn(*(struct known_service *const *)node, walk->context);
}

void known_each(void (*fn)(struct known_service *service, void *context),
		void *context)
{
	struct walk walk = { fn, context };

	twalk_r(tree, visit, &walk);
}

static void collect(struct known_service *service, void *context)
{
	struct known_list *list = context;

	if (list->fits(service))
		list->service[list->count++] = service;
}

bool known_list(struct known_list *list,
		bool (*fits)(const struct known_service *service))
{
	list->fits = fits;
	list->count = 0;
	list->service = calloc(count + 1, sizeof(*list->service));
	if (!list->service) {
		log_error("%s", strerror(ENOMEM));
		return false;
	}
	known_each(collect, list);
	return true;
}

size_t known_count(void)
{
	return count;
}
