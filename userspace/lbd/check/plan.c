// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine_state.h"

static int by_key(const void *a, const void *b, void *checks)
{
	const struct config_check *check = checks;
	const uint32_t *x = a, *y = b;

	return strcmp(check[*x].key, check[*y].key);
}

void check_plan_free(struct check_plan *plan)
{
	free(plan->order);
	free(plan->probes);
	free(plan->of_check);
	free(plan->first);
	free(plan->told);
	check_passive_free(plan);
}

static int lay_out(struct check_plan *plan, const struct config *config)
{
	size_t i, places = 0;

	plan->first = calloc(config->service_count + 1, sizeof(*plan->first));
	if (!plan->first)
		return -ENOMEM;
	for (i = 0; i < config->service_count; i++) {
		plan->first[i] = places;
		places += config->services[i].backend_count + 1;
	}
	plan->first[i] = places;
	plan->told = calloc(places + 1, sizeof(*plan->told));
	return plan->told ? 0 : -ENOMEM;
}

static struct probe *new_probe(struct check_engine *engine,
			       const struct config_check *check)
{
	struct probe *probe = calloc(1, sizeof(*probe) +
					check->checker->probe_size);

	if (!probe)
		return NULL;
	probe->engine = engine;
	probe->health = check->alpha ? HEALTH_DOWN : HEALTH_UNKNOWN;
	probe->verdict = VERDICT_PASSED;
	strcpy(probe->reason, "not probed yet");
	return probe;
}

/* A probe has no check before it is taken over into a plan. */
static bool is_new(const struct probe *probe)
{
	return !probe->check;
}

/* Both are sorted by key. */
static struct probe *find_old(const struct check_plan *old, size_t *at,
			      const char *key)
{
	int order;

	for (; *at < old->probe_count; (*at)++) {
		order = strcmp(old->probes[*at]->check->key, key);
		if (!order)
			return old->probes[*at];
		if (order > 0)
			break;
	}
	return NULL;
}

static int gather(struct check_engine *engine, struct check_plan *plan,
		  const struct config *config)
{
	const struct config_check *check, *before = NULL;
	struct probe *probe = NULL;
	size_t i, at = 0;

	for (i = 0; i < config->check_count; i++) {
		check = &config->checks[plan->order[i]];
		if (!before || strcmp(before->key, check->key)) {
			probe = find_old(&engine->plan, &at, check->key);
			if (!probe)
				probe = new_probe(engine, check);
			if (!probe)
				return -ENOMEM;
			plan->probes[plan->probe_count++] = probe;
		}
		plan->of_check[plan->order[i]] = probe;
		before = check;
	}
	return 0;
}

static void undo(struct check_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->probe_count; i++) {
		if (is_new(plan->probes[i]))
			free(plan->probes[i]);
	}
	free(plan->config);
	check_plan_free(plan);
}

/**
 * check_plan_make() - see what a configuration needs
 * @engine: has the plan before it, which does not change
 * @config: that configuration
 * @plan: set to its plan
 *
 * Return: 0 or -ENOMEM, then nothing has happened.
 */
int check_plan_make(struct check_engine *engine, struct config *config,
		    struct check_plan *plan)
{
	size_t i, count = config->check_count;

	*plan = (struct check_plan){ 0 };
	plan->config = calloc(1, sizeof(*plan->config));
	plan->order = calloc(count + 1, sizeof(*plan->order));
	plan->probes = calloc(count + 1, sizeof(*plan->probes));
	plan->of_check = calloc(count + 1, sizeof(*plan->of_check));
	if (!plan->config || !plan->order || !plan->probes || !plan->of_check ||
	    lay_out(plan, config) || check_passive_make(engine, config, plan) ||
	    schedule_reserve(&engine->schedule,
			     engine->plan.probe_count + count))
		goto err;
	plan->config->config = config;
	plan->config->users = 1;
	for (i = 0; i < count; i++)
		plan->order[i] = i;
	qsort_r(plan->order, count, sizeof(*plan->order), by_key,
		config->checks);
	if (!gather(engine, plan, config))
		return 0;
err:
	undo(plan);
	return -ENOMEM;
}

static void enter(struct check_engine *engine, struct probe *probe)
{
	probe->planned = engine->ops->now(engine->context) +
			 pace_first(engine->sequence++, probe->check->warmup);
	schedule_set(&engine->schedule, &probe->due, probe->planned);
}

/* Those of the old plan that nothing of the new one has taken. */
static void discard(struct check_engine *engine)
{
	const struct check_plan *old = &engine->plan;
	size_t i;

	for (i = 0; i < old->probe_count; i++) {
		if (old->probes[i]->users)
			continue;
		check_engine_abandon(old->probes[i]);
		free(old->probes[i]);
	}
}

/**
 * check_plan_adopt() - have the probes of a plan work for it
 * @engine: has the plan before it, whose other probes are ended
 * @plan: from check_plan_make()
 */
void check_plan_adopt(struct check_engine *engine, struct check_plan *plan)
{
	const struct config *config = plan->config->config;
	struct probe *probe;
	size_t i;
	bool new;

	for (i = 0; i < engine->plan.probe_count; i++)
		engine->plan.probes[i]->users = NULL;
	for (i = 0; i < config->check_count; i++) {
		probe = plan->of_check[plan->order[i]];
		if (probe->users && probe->users + probe->user_count ==
				    plan->order + i) {
			probe->user_count++;
			continue;
		}
		new = is_new(probe);
		probe->users = plan->order + i;
		probe->user_count = 1;
		probe->check = &config->checks[plan->order[i]];
		if (new)
			enter(engine, probe);
	}
	discard(engine);
}
