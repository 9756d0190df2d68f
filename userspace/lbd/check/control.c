// SPDX-License-Identifier: GPL-2.0
/* What control says to the engine, and the engine asks of control */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "engine_state.h"

static void hurry(struct check_engine *engine, struct probe *probe)
{
	if (probe->run || probe->is_waiting)
		return;
	probe->planned = engine->ops->now(engine->context);
	schedule_set(&engine->schedule, &probe->due, probe->planned);
}

/**
 * check_engine_recheck() - probe a backend now
 * @engine: which
 * @recheck: names the backend; left alone if it is none of this configuration
 */
void check_engine_recheck(struct check_engine *engine,
			  const struct msg_recheck *recheck)
{
	const struct config *config = check_config(engine);
	const struct config_backend *backend;
	size_t i;

	if (!config || recheck->generation != config->generation ||
	    recheck->service >= config->service_count)
		return;
	backend = check_backend(&config->services[recheck->service],
				recheck->backend);
	if (!backend)
		return;
	for (i = 0; i < backend->check_count; i++)
		hurry(engine, engine->plan.of_check[backend->checks[i]]);
	check_engine_rearm(engine);
}

static struct check_file *find_file(const struct check_engine *engine,
				    const char *name)
{
	struct check_file *file;

	for (file = engine->files; file; file = file->next) {
		if (!strcmp(file->name, name))
			break;
	}
	return file;
}

static struct check_file *new_file(struct check_engine *engine,
				   const char *name)
{
	struct check_file *file = malloc(sizeof(*file) + strlen(name) + 1);

	if (!file)
		return NULL;
	strcpy(file->name, name);
	file->next = engine->files;
	engine->files = file;
	return file;
}

/* There is no need to wait for the next turn of those who read the file. */
static void file_changed(struct check_engine *engine)
{
	struct probe *probe;
	size_t i;

	for (i = 0; i < engine->plan.probe_count; i++) {
		probe = engine->plan.probes[i];
		if (probe->check->checker != &checker_file)
			continue;
		check_engine_abandon(probe);
		hurry(engine, probe);
	}
	check_engine_rearm(engine);
}

/**
 * check_engine_tracked() - a tracked file has a number
 * @engine: which
 * @tracked: that; of anything else than a file nothing is done
 */
void check_engine_tracked(struct check_engine *engine,
			  const struct msg_tracked *tracked)
{
	const struct config *config = check_config(engine);
	struct check_file *file;
	const char *name;

	if (!config || tracked->generation != config->generation ||
	    tracked->kind != TRACKED_FILE ||
	    tracked->index >= config->file_count)
		return;
	name = config->files[tracked->index].name;
	file = find_file(engine, name);
	if (file && file->value == tracked->value)
		return;
	if (!file)
		file = new_file(engine, name);
	if (!file)
		return;
	file->value = tracked->value;
	file_changed(engine);
}

bool check_engine_file(const struct check_engine *engine, const char *name,
		       int *value)
{
	const struct check_file *file = find_file(engine, name);

	if (file)
		*value = file->value;
	return file;
}

/*
 * The configuration may have changed since the probe began, but then control
 * has another generation too and its answer does not come: time is up.
 */
int check_engine_script(struct probe *probe)
{
	struct check_engine *engine = probe->engine;
	const struct config *config = check_config(engine);
	struct msg_script_run run = {
		.generation = config->generation,
		.check = probe->run - config->checks,
		.id = ++engine->scripts,
	};

	probe->script = run.id;
	return engine->ops->script(engine->context, &run);
}

/**
 * check_engine_script_done() - a script has ended
 * @engine: which
 * @done: how; left alone if nobody waits for it any more
 */
void check_engine_script_done(struct check_engine *engine,
			      const struct msg_script_done *done)
{
	struct probe *probe;
	size_t i;

	for (i = 0; done->id && i < engine->plan.probe_count; i++) {
		probe = engine->plan.probes[i];
		if (probe->script != done->id)
			continue;
		probe->script = 0;
		probe->script_done(probe, done->code);
		return;
	}
}

static const char *health_name(enum health health)
{
	static const char *const names[] = { "unknown", "up", "down", "drain" };

	return names[health];
}

static json_t *latency(const struct probe *probe)
{
	json_t *buckets = json_array();
	unsigned int i;

	for (i = 0; i < PROBE_LATENCIES; i++)
		json_array_append_new(buckets, json_integer(probe->latency[i]));
	return buckets;
}

static json_t *describe(const struct check_engine *engine, uint32_t index)
{
	const struct config_check *check = &check_config(engine)->checks[index];
	const struct probe *probe = engine->plan.of_check[index];

	return json_pack("{s:i, s:i, s:i, s:s, s:s?, s:s, s:s, s:I, s:I, s:I, s:I, s:o}",
			 "check", index, "service", check->service,
			 "backend", check->backend,
			 "type", check->checker->keyword, "name", check->name,
			 "health", health_name(probe->health),
			 "reason", probe->reason,
			 "passed", (json_int_t)probe->passed,
			 "failed", (json_int_t)probe->failed,
			 "response_time", (json_int_t)probe->response_time,
			 "latency_sum", (json_int_t)probe->latency_sum,
			 "latency", latency(probe));
}

/**
 * check_engine_status() - what there is to tell
 * @engine: which
 *
 * Checks that share a probe have the same figures. Times are microseconds.
 *
 * Return: an object, or NULL without memory.
 */
json_t *check_engine_status(const struct check_engine *engine)
{
	const struct config *config = check_config(engine);
	json_t *checks = json_array(), *bounds = json_array();
	uint32_t i;

	for (i = 0; i < PROBE_LATENCIES - 1; i++)
		json_array_append_new(bounds,
				      json_integer(probe_latency_bound[i]));
	for (i = 0; config && i < config->check_count; i++)
		json_array_append_new(checks, describe(engine, i));
	return json_pack("{s:I, s:I, s:I, s:o, s:o}",
			 "probes", (json_int_t)engine->plan.probe_count,
			 "under_way", (json_int_t)engine->under_way,
			 "generation",
			 (json_int_t)(config ? config->generation : 0),
			 "latency_bounds", bounds, "checks", checks);
}
