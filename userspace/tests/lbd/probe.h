/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks for tests that start real servers: each is made until it says up or
 * down. A file has blocks of checkers, followed by where they connect to:
 *
 *	HTTP_GET 127.0.0.1 80 {
 *		url {
 *			path /
 *		}
 *	}
 *
 * A last word is the virtual host of the service. SSL is as in lbd.conf(5).
 */
#ifndef _TESTS_LBD_PROBE_H
#define _TESTS_LBD_PROBE_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

#include "../../lbd/check/checker.h"
#include "../../lbd/check/engine.h"
#include "../../lbd/check/opener.h"
#include "../../lbd/log.h"

#define PROBE_SECONDS	30

struct probing {
	uv_loop_t loop;
	uv_timer_t wake;
	uv_timer_t limit;
	struct check_engine *engine;
	struct config *config;
	size_t left;
	struct msg_health *health;	/* of the first backend of each service */
};

static inline uint64_t probing_now(void *context)
{
	(void)context;
	return uv_hrtime() / 1000;
}

static void probing_due(uv_timer_t *timer)
{
	struct probing *probing = timer->data;

	check_engine_run(probing->engine);
}

static void probing_wake(void *context, uint64_t when)
{
	struct probing *probing = context;
	uint64_t now = probing_now(NULL);

	uv_timer_start(&probing->wake, probing_due,
		       when > now ? (when - now) / 1000 + 1 : 0, 0);
}

static void probing_health(void *context, const struct msg_health *health)
{
	struct probing *probing = context;
	struct msg_health *known = &probing->health[health->service];

	if (health->backend || health->health == HEALTH_UNKNOWN)
		return;
	if (known->health == HEALTH_UNKNOWN && !--probing->left)
		uv_stop(&probing->loop);
	*known = *health;
}

static int probing_script(void *context, const struct msg_script_run *run)
{
	(void)context;
	(void)run;
	return -1;
}

static void probing_end(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

static void probing_close(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void probing_show(const struct probing *probing)
{
	static const char *const names[] = { "unknown", "up", "down", "drain" };
	size_t i;

	for (i = 0; i < probing->config->service_count; i++)
		printf("%zu %s %d %s\n", i, names[probing->health[i].health],
		       probing->health[i].weight, probing->health[i].reason);
}

static inline int probing_bind(struct config_context *context,
			       const struct config_node *node,
			       struct config_check *check)
{
	uint64_t port;
	int err;

	err = config_take_address(context, node, 0, &check->target.address);
	if (!err)
		err = config_take_uint(context, node, 1, 1, 65535, &port);
	if (err)
		return err;
	check->origin = node->origin;
	check->target.port = port;
	check->delay = 60000000;
	check->delay_before_retry = 1000000;
	check->rise = 1;
	check->timeout = 3000000;
	check->virtualhost = node->count > 2 ? node->argument[2] : NULL;
	check->options = config_alloc(context->arena,
				      check->checker->options_size + 1);
	if (check->checker->prepare)
		check->checker->prepare(check);
	err = config_bind(context, node->block, check->checker->words,
			  check->options);
	if (!err && check->checker->settle)
		err = check->checker->settle(context, node, check);
	return err || context->report->errors;
}

static inline struct config_check *probing_check(struct config_context *context,
						 const char *word)
{
	struct config *config = context->config;
	struct config_service *service;
	struct config_backend *backend;
	struct config_check *check;
	char key[16];

	check = config_grow(context->arena, &config->checks,
			    config->check_count, sizeof(*check));
	service = config_grow(context->arena, &config->services,
			      config->service_count, sizeof(*service));
	backend = config_alloc(context->arena, sizeof(*backend));
	memset(check, 0, sizeof(*check));
	memset(service, 0, sizeof(*service));
	service->backends = backend;
	service->backend_count = 1;
	backend->checks = config_alloc(context->arena, sizeof(uint32_t));
	backend->checks[0] = config->check_count;
	backend->check_count = 1;
	check->service = config->service_count++;
	snprintf(key, sizeof(key), "%06zu", config->check_count++);
	check->key = config_strdup(context->arena, key);
	check->checker = checker_find(word);
	return check->checker ? check : NULL;
}

static inline int probing_take(struct config_context *context,
			       const struct config_node *node)
{
	struct config_tls *tls = &context->config->globals.tls;
	const struct config_word words[] = {
		{ "ca", CONFIG_STRING, .offset = offsetof(struct config_tls, ca) },
		{ "certificate", CONFIG_STRING,
		  .offset = offsetof(struct config_tls, certificate) },
		{ "key", CONFIG_STRING, .offset = offsetof(struct config_tls, key) },
		{ "password", CONFIG_STRING,
		  .offset = offsetof(struct config_tls, password) },
		{ 0 }
	};
	struct config_check *check;

	if (!strcmp(node->word, "SSL"))
		return config_bind(context, node->block, words, tls);
	check = probing_check(context, node->word);
	return check ? probing_bind(context, node, check) : -1;
}

/* Return: the checks, or NULL after @report was told. */
static inline struct config *probing_read(const struct config_node *tree,
					  struct config_arena *arena,
					  struct config_report *report)
{
	struct config_context context = { .arena = arena, .report = report };

	context.config = config_alloc(arena, sizeof(*context.config));
	context.config->arena = arena;
	for (; tree; tree = tree->next) {
		if (probing_take(&context, tree))
			return NULL;
	}
	return context.config;
}

/* Return: exit code for main(). */
static inline int probing_run(const char *path)
{
	static const struct check_engine_ops ops = {
		.now = probing_now,
		.wake = probing_wake,
		.health = probing_health,
		.script = probing_script,
	};
	struct config_report report = { .stream = stderr };
	struct config_arena *arena = config_arena_new();
	struct probing probing = { 0 };
	struct config_node *tree;

	log_open("test", true, LOG_LEVEL_ERROR);
	if (opener_start())
		return 1;
	if (config_tree_read(path, arena, &report, &tree))
		return 1;
	probing.config = probing_read(tree, arena, &report);
	if (!probing.config)
		return 1;
	probing.left = probing.config->service_count;
	probing.health = calloc(probing.left + 1, sizeof(*probing.health));
	if (!probing.health || uv_loop_init(&probing.loop))
		return 1;
	uv_timer_init(&probing.loop, &probing.wake);
	uv_timer_init(&probing.loop, &probing.limit);
	probing.wake.data = &probing;
	uv_timer_start(&probing.limit, probing_end, PROBE_SECONDS * 1000, 0);
	probing.engine = check_engine_open(&probing.loop, &ops, &probing, 1);
	if (!probing.engine ||
	    check_engine_configure(probing.engine, probing.config))
		return 1;
	uv_run(&probing.loop, UV_RUN_DEFAULT);
	probing_show(&probing);
	free(probing.health);
	check_engine_close(probing.engine);
	uv_walk(&probing.loop, probing_close, NULL);
	uv_run(&probing.loop, UV_RUN_DEFAULT);
	return uv_loop_close(&probing.loop) ? 1 : 0;
}

#endif /* _TESTS_LBD_PROBE_H */
