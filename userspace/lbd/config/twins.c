// SPDX-License-Identifier: GPL-2.0
/* What is there twice: found by sorting, for there may be very many */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "service_words.h"

static int compare_addresses(const struct nflb_address *a,
			     const struct nflb_address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return a->family == AF_INET ? memcmp(&a->v4, &b->v4, sizeof(a->v4)) :
				      memcmp(&a->v6, &b->v6, sizeof(a->v6));
}

static int compare_backends(const void *a, const void *b)
{
	const struct config_backend *x = *(const struct config_backend **)a;
	const struct config_backend *y = *(const struct config_backend **)b;
	int order;

	if (!x->host != !y->host)
		return x->host ? 1 : -1;
	order = x->host ? strcmp(x->host, y->host) :
			  compare_addresses(&x->backend.address,
					    &y->backend.address);
	if (!order)
		order = (int)x->backend.port - (int)y->backend.port;
	if (!order)
		order = x < y ? -1 : 1;
	return order;
}

static bool same_place(const struct config_backend *x,
		       const struct config_backend *y)
{
	if (x->backend.port != y->backend.port || !x->host != !y->host)
		return false;
	return x->host ? !strcmp(x->host, y->host) :
	       nflb_address_equal(&x->backend.address, &y->backend.address);
}

/**
 * twins_of_backends() - refuse real servers that are there twice
 * @context: where words are bound
 * @service: the virtual server
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int twins_of_backends(struct config_context *context,
		      const struct config_service *service)
{
	const struct config_backend **sorted;
	int result = 0;
	size_t i;

	sorted = calloc(service->backend_count + 1, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < service->backend_count; i++)
		sorted[i] = &service->backends[i];
	qsort(sorted, service->backend_count, sizeof(*sorted),
	      compare_backends);
	for (i = 1; i < service->backend_count; i++) {
		if (same_place(sorted[i - 1], sorted[i]))
			result = config_error(context->report,
					      &sorted[i]->origin,
					      "real server %s is there already, at %s:%u",
					      sorted[i]->name,
					      sorted[i - 1]->origin.file,
					      sorted[i - 1]->origin.line);
	}
	free(sorted);
	return result;
}

/* A key, and whose it is. */
struct owned_key {
	const struct nflb_key *key;
	const struct config_service *service;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_keys(const void *a, const void *b)
{
	const struct nflb_key *x = ((const struct owned_key *)a)->key;
	const struct nflb_key *y = ((const struct owned_key *)b)->key;
	int order;

	order = compare_numbers(x->protocol, y->protocol);
	if (!order)
		order = compare_numbers(x->mark, y->mark);
	if (!order)
		order = compare_numbers(x->port, y->port);
	if (!order)
		order = compare_numbers(x->port_last, y->port_last);
	if (!order)
		order = compare_numbers(x->prefix, y->prefix);
	if (!order)
		order = compare_addresses(&x->address, &y->address);
	if (!order)
		order = x < y ? -1 : 1;
	return order;
}

static int refuse_twin_keys(struct config_context *context,
			    const struct owned_key *keys, size_t count)
{
	char text[NFLB_KEY_LEN];
	int result = 0;
	size_t i;

	for (i = 1; i < count; i++) {
		if (!nflb_key_equal(keys[i - 1].key, keys[i].key))
			continue;
		nflb_key_format(keys[i].key, text);
		result = config_error(context->report, &keys[i].service->origin,
				      "%s is there already, at %s:%u", text,
				      keys[i - 1].service->origin.file,
				      keys[i - 1].service->origin.line);
	}
	return result;
}

/**
 * twins_of_services() - refuse keys that several virtual servers have
 * @context: where words are bound
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int twins_of_services(struct config_context *context)
{
	const struct config *config = context->config;
	size_t count = 0, i, j;
	struct owned_key *keys;
	int err;

	for (i = 0; i < config->service_count; i++)
		count += config->services[i].key_count;
	keys = calloc(count + 1, sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	count = 0;
	for (i = 0; i < config->service_count; i++) {
		const struct config_service *service = &config->services[i];

		for (j = 0; j < service->key_count; j++, count++) {
			keys[count].key = &service->keys[j];
			keys[count].service = service;
		}
	}
	qsort(keys, count, sizeof(*keys), compare_keys);
	err = refuse_twin_keys(context, keys, count);
	free(keys);
	return err;
}
