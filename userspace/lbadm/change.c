// SPDX-License-Identifier: GPL-2.0
/* The commands that make a file of what the kernel has */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "line.h"

static const char *const verbs[] = {
	[CHANGE_ADD]		= "service replace",
	[CHANGE_REPLACE]	= "service replace",
	[CHANGE_SET]		= "service set",
	[CHANGE_BACKEND_ADD]	= "backend add",
	[CHANGE_BACKEND_SET]	= "backend set",
	[CHANGE_BACKEND_DEL]	= "backend del",
	[CHANGE_DEL]		= "service del",
};

/* Settings that save always writes, as the kernel would report them. */
static void complete(struct nflb_pool *pool)
{
	struct nflb_service *service = &pool->service;
	size_t i;

	if (!(service->given & NFLB_GIVEN_SCHEDULER)) {
		strcpy(service->scheduler, NFLB_SCHEDULER_DEFAULT);
		service->given |= NFLB_GIVEN_SCHEDULER;
	}
	for (i = 0; i < pool->count; i++) {
		struct nflb_backend *backend = &pool->backends[i];

		if (!backend->port && !service->key.port_last)
			backend->port = service->key.port;
		if (!(backend->given & NFLB_GIVEN_FORWARD))
			backend->forward = NFLB_FORWARD_NAT;
		if (!(backend->given & NFLB_GIVEN_WEIGHT))
			backend->weight = 1;
		backend->given |= NFLB_GIVEN_FORWARD | NFLB_GIVEN_WEIGHT;
	}
}

static bool is_number(const char *word, size_t len)
{
	return len && strspn(word, "0123456789") >= len;
}

/*
 * Are two lines the same but for numbers? Then every keyword of the one is in
 * the other too, and `set` with the new line leaves nothing of the old one.
 */
static bool differ_in_numbers(const char *a, const char *b)
{
	for (;;) {
		size_t len_a = strcspn(a, " "), len_b = strcspn(b, " ");

		if ((len_a != len_b || memcmp(a, b, len_a)) &&
		    !(is_number(a, len_a) && is_number(b, len_b)))
			return false;
		if (!a[len_a] || !b[len_b])
			return !a[len_a] && !b[len_b];
		a += len_a + 1;
		b += len_b + 1;
	}
}

/**
 * struct comparison - two pools of one service
 * @count: number of differences
 * @kind: of the last one; CHANGE_REPLACE: it cannot stand alone
 * @backend: of the last one
 */
struct comparison {
	size_t count;
	enum change_kind kind;
	const struct nflb_backend *backend;
};

static void differ(struct comparison *comparison, enum change_kind kind,
		   const struct nflb_backend *backend)
{
	comparison->count++;
	comparison->kind = kind;
	comparison->backend = backend;
}

static int compare_services(struct comparison *comparison,
			    const struct nflb_service *before,
			    const struct nflb_service *after)
{
	char old[LINE_LEN], new[LINE_LEN];

	if (line_service(before, old) || line_service(after, new))
		return -EPROTO;
	if (strcmp(old, new))
		differ(comparison, differ_in_numbers(old, new) ? CHANGE_SET :
								 CHANGE_REPLACE,
		       NULL);
	return 0;
}

static int compare_backends(struct comparison *comparison,
			    const struct nflb_backend *before,
			    const struct nflb_backend *after)
{
	char old[LINE_LEN], new[LINE_LEN];

	if (!before) {
		differ(comparison, CHANGE_BACKEND_ADD, after);
		return 0;
	}
	if (line_backend(before, old) || line_backend(after, new))
		return -EPROTO;
	if (strcmp(old, new))
		differ(comparison, differ_in_numbers(old, new) ?
				   CHANGE_BACKEND_SET : CHANGE_REPLACE, after);
	return 0;
}

static int compare_pools(struct comparison *comparison,
			 const struct nflb_pool *before,
			 const struct nflb_pool *after)
{
	size_t i;
	int err;

	*comparison = (struct comparison){ 0 };
	err = compare_services(comparison, &before->service, &after->service);
	for (i = 0; i < after->count && !err; i++)
		err = compare_backends(comparison,
				       nflb_pool_find(before,
						      &after->backends[i], i),
				       &after->backends[i]);
	for (i = 0; i < before->count && !err; i++) {
		if (!nflb_pool_find(after, &before->backends[i], i))
			differ(comparison, CHANGE_BACKEND_DEL,
			       &before->backends[i]);
	}
	if (comparison->count > 1)
		comparison->kind = CHANGE_REPLACE;
	return err;
}

static int write_pool(FILE *stream, const struct nflb_pool *pool)
{
	char line[LINE_LEN], text[LINE_LEN];
	size_t i;

	if (line_service(&pool->service, line))
		return -EPROTO;
	fprintf(stream, " %s", line);
	for (i = 0; i < pool->count; i++) {
		if (line_backend(&pool->backends[i], text))
			return -EPROTO;
		fprintf(stream, " backend %s", text);
	}
	return 0;
}

static int write_service(FILE *stream, const struct nflb_service *service)
{
	char line[LINE_LEN];

	if (line_service(service, line))
		return -EPROTO;
	fprintf(stream, " %s", line);
	return 0;
}

static void write_key(FILE *stream, const struct nflb_pool *pool)
{
	char key[NFLB_KEY_LEN];

	nflb_key_format(&pool->service.key, key);
	fprintf(stream, " %s", key);
}

static int write_backend(FILE *stream, const struct change *change)
{
	char text[LINE_LEN];

	if (line_backend(change->backend, text))
		return -EPROTO;
	if (change->kind == CHANGE_BACKEND_DEL)
		text[strcspn(text, " ")] = '\0';
	write_key(stream, change->before);
	fprintf(stream, " %s", text);
	return 0;
}

static int write_change(FILE *stream, const struct change *change)
{
	fputs(change->verb, stream);
	switch (change->kind) {
	case CHANGE_ADD:
	case CHANGE_REPLACE:
		return write_pool(stream, change->after);
	case CHANGE_SET:
		return write_service(stream, &change->after->service);
	case CHANGE_BACKEND_ADD:
	case CHANGE_BACKEND_SET:
	case CHANGE_BACKEND_DEL:
		return write_backend(stream, change);
	case CHANGE_DEL:
		write_key(stream, change->before);
		return 0;
	}
	return -EINVAL;
}

/* Takes the place after the last one, for which there is room. */
static int add(struct changes *changes, struct change change)
{
	struct change *place = &changes->change[changes->count];
	FILE *stream;
	size_t len;
	int err;

	change.verb = verbs[change.kind];
	change.text = NULL;
	stream = open_memstream(&change.text, &len);
	if (!stream)
		return -ENOMEM;
	err = write_change(stream, &change);
	if (fclose(stream) && !err)
		err = -ENOMEM;
	*place = change;
	changes->count++;
	return err;
}

/* The line of the file that a change is about. */
static const struct step *line_of(const struct plan_pool *pool,
				  const struct nflb_backend *backend)
{
	const struct nflb_backend *first = pool->pool.backends;

	if (backend >= first && backend < first + pool->pool.count)
		return pool->backends[backend - first];
	return pool->service;
}

static int find_one(struct changes *changes, const struct plan_pool *pool,
		    const struct nflb_pool *before)
{
	struct change change = { .before = before, .after = &pool->pool };
	struct comparison comparison;
	int err;

	change.line = pool->service;
	if (!before) {
		change.kind = CHANGE_ADD;
		return add(changes, change);
	}
	err = compare_pools(&comparison, before, &pool->pool);
	if (err || !comparison.count)
		return err;
	change.kind = comparison.kind;
	if (change.kind != CHANGE_REPLACE && comparison.backend) {
		change.backend = comparison.backend;
		change.line = line_of(pool, comparison.backend);
	}
	return add(changes, change);
}

/* Pools of the kernel by key. */
struct by_key {
	char key[NFLB_KEY_LEN];
	const struct nflb_pool *pool;
	bool wanted;
};

static int compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct by_key *)a)->key,
		      ((const struct by_key *)b)->key);
}

static struct by_key *sort_by_key(const struct nflb_config *config)
{
	struct by_key *index = calloc(config->count + 1, sizeof(*index));
	size_t i;

	for (i = 0; index && i < config->count; i++) {
		nflb_key_format(&config->pools[i].service.key, index[i].key);
		index[i].pool = &config->pools[i];
	}
	if (index)
		qsort(index, config->count, sizeof(*index), compare_keys);
	return index;
}

static struct by_key *find_key(struct by_key *index, size_t count,
			       const struct nflb_key *key)
{
	struct by_key wanted = { 0 };

	nflb_key_format(key, wanted.key);
	return bsearch(&wanted, index, count, sizeof(*index), compare_keys);
}

static int find_all(struct changes *changes, struct plan *plan,
		    struct by_key *index, size_t count)
{
	int err = 0;
	size_t i;

	for (i = 0; i < plan->pool_count && !err; i++) {
		struct plan_pool *pool = &plan->pools[i];
		struct by_key *found = find_key(index, count,
						&pool->pool.service.key);

		complete(&pool->pool);
		if (found)
			found->wanted = true;
		err = find_one(changes, pool, found ? found->pool : NULL);
	}
	/* What is removed goes last: until then all can be taken back. */
	for (i = 0; i < count && !err; i++) {
		struct change change = {
			.kind = CHANGE_DEL,
			.before = index[i].pool,
		};

		if (!index[i].wanted)
			err = add(changes, change);
	}
	return err;
}

/**
 * changes_find() - compare a file with the kernel
 * @changes: the result, for changes_free() even when this fails
 * @plan: the file; its settings are completed with their defaults
 * @config: what the kernel has; must stay as long as @changes
 *
 * Return: 0; -ENOMEM; -EPROTO when the kernel has what this version has no
 * words for.
 */
int changes_find(struct changes *changes, struct plan *plan,
		 const struct nflb_config *config)
{
	struct by_key *index = sort_by_key(config);
	int err = -ENOMEM;

	*changes = (struct changes){ 0 };
	changes->change = calloc(plan->pool_count + config->count + 1,
				 sizeof(*changes->change));
	if (index && changes->change)
		err = find_all(changes, plan, index, config->count);
	free(index);
	return err;
}

/**
 * changes_free() - give back the memory of changes_find()
 * @changes: what it filled
 */
void changes_free(struct changes *changes)
{
	size_t i;

	for (i = 0; i < changes->count; i++)
		free(changes->change[i].text);
	free(changes->change);
	*changes = (struct changes){ 0 };
}
