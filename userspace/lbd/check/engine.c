// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "engine_state.h"

#define NEVER	UINT64_MAX

const uint32_t probe_latency_bound[PROBE_LATENCIES - 1] = {
	1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000,
	1000000, 2500000, 5000000,
};

static uint64_t now(const struct check_engine *engine)
{
	return engine->ops->now(engine->context);
}

/* xorshift64*: jitter needs no better. */
static uint64_t draw(struct check_engine *engine)
{
	engine->random ^= engine->random << 13;
	engine->random ^= engine->random >> 7;
	engine->random ^= engine->random << 17;
	return engine->random * 0x2545f4914f6cdd1dULL;
}

void check_engine_drop(struct check_generation *generation)
{
	if (!generation || --generation->users)
		return;
	config_free(generation->config);
	free(generation);
}

/* Have check_engine_run() come when the next probe is due. */
void check_engine_rearm(struct check_engine *engine)
{
	const struct schedule_entry *first = schedule_first(&engine->schedule);
	unsigned int limit = check_config(engine)->globals.checkers_limit;
	uint64_t when = first ? first->when : NEVER;

	if (engine->plan.passive_count && engine->passive_due < when)
		when = engine->passive_due;
	if (!TAILQ_EMPTY(&engine->waiting) &&
	    (!limit || engine->under_way < limit))
		when = 0;
	if (when == engine->armed)
		return;
	engine->armed = when;
	if (when != NEVER)
		engine->ops->wake(engine->context, when);
}

static void leave(struct probe *probe)
{
	struct check_generation *generation = probe->generation;

	probe_close(probe);
	check_tunnel_end(probe);
	probe->run = NULL;
	probe->generation = NULL;
	probe->engine->under_way--;
	check_engine_drop(generation);
}

/* End a probe without a verdict; it is due no more. */
void check_engine_abandon(struct probe *probe)
{
	struct check_engine *engine = probe->engine;

	if (probe->run)
		leave(probe);
	if (probe->is_waiting)
		TAILQ_REMOVE(&engine->waiting, probe, waiting);
	probe->is_waiting = false;
	schedule_remove(&engine->schedule, &probe->due);
}

static void count(struct probe *probe, bool passed, uint64_t took)
{
	unsigned int i = 0;

	while (i < PROBE_LATENCIES - 1 && took > probe_latency_bound[i])
		i++;
	probe->latency[i]++;
	probe->latency_sum += took;
	if (passed)
		probe->passed++;
	else
		probe->failed++;
}

static bool same_wish(const struct verdict *a, const struct verdict *b)
{
	return a->drain == b->drain && a->weight == b->weight &&
	       a->weight_percent == b->weight_percent &&
	       a->weight_add == b->weight_add;
}

/* Return: whether the backends of it have to know. */
static bool take_good(struct probe *probe, const struct verdict *verdict)
{
	bool news = !same_wish(&probe->verdict, verdict);

	probe->bad = 0;
	probe->verdict = *verdict;
	if (probe->health == HEALTH_UP)
		return news;
	probe->good++;
	if (probe->health == HEALTH_DOWN && probe->good < probe->check->rise)
		return false;
	probe->health = HEALTH_UP;
	return true;
}

static bool take_bad(struct probe *probe)
{
	probe->good = 0;
	if (probe->health == HEALTH_DOWN)
		return false;
	probe->bad++;
	if (probe->bad <= probe->check->retry)
		return false;
	probe->health = HEALTH_DOWN;
	return true;
}

/* That all is well at start is not worth a line for each of thousands. */
static void say(const struct probe *probe, bool passed, bool news,
		const char *reason)
{
	bool first = probe->passed + probe->failed == 1 && passed;
	const struct config_check *check = probe->check;
	const struct config_service *service =
		&check_config(probe->engine)->services[check->service];
	const struct config_backend *backend =
		check_backend(service, check->backend);
	bool loud = !passed && check->log_all_failures;

	log_say((news && !first) || loud ? LOG_LEVEL_NOTICE : LOG_LEVEL_DEBUG,
		"%s of %s: %s %s: %s", backend ? backend->name : "?",
		service->name, check->checker->keyword,
		passed ? "passed" : "failed", reason);
}

/*
 * While a probe has to be repeated, the next one comes after a pause. Else it
 * stays at its place in the grid, so that the probes stay spread.
 */
static void plan_next(struct probe *probe, bool passed)
{
	const struct config_check *check = probe->check;
	struct check_engine *engine = probe->engine;
	uint64_t time = now(engine), pause = check->delay_before_retry;
	uint64_t when;

	if (!passed && probe->health != HEALTH_DOWN && pause) {
		probe->planned = time + pause;
		schedule_set(&engine->schedule, &probe->due, probe->planned);
		return;
	}
	probe->planned += check->delay;
	if (probe->planned < time)
		probe->planned = time;
	when = probe->planned + pace_jitter(draw(engine), check->delay,
					    check->jitter_percent);
	schedule_set(&engine->schedule, &probe->due, when > time ? when : time);
}

/**
 * check_engine_ended() - a probe has a verdict
 * @probe: one under way
 * @verdict: that
 * @reason: for it
 */
void check_engine_ended(struct probe *probe, const struct verdict *verdict,
			const char *reason)
{
	uint64_t took = now(probe->engine) - probe->begun;
	bool news;

	leave(probe);
	if (!verdict->passed)
		snprintf(probe->reason, sizeof(probe->reason), "%s", reason);
	else if (!probe->passed && !probe->failed)
		probe->reason[0] = '\0';
	count(probe, verdict->passed, took);
	if (verdict->passed) {
		probe->response_time = took > UINT32_MAX ? UINT32_MAX : took;
		news = take_good(probe, verdict);
	} else {
		news = take_bad(probe);
	}
	say(probe, verdict->passed, news, reason);
	plan_next(probe, verdict->passed);
	if (news)
		check_health_changed(probe);
	check_engine_rearm(probe->engine);
}

/* Begin the part of a probe that is the checker's. */
void check_engine_start(struct probe *probe)
{
	probe->started = true;
	probe->run->checker->start(probe);
}

static void begin_tunnel(struct probe *probe)
{
	int err = check_tunnel_begin(probe);

	if (err)
		probe_done(probe, &VERDICT_FAILED, "tunnel: %s",
			   strerror(-err));
}

static void begin(struct probe *probe)
{
	const struct config_check *check = probe->check;
	struct check_engine *engine = probe->engine;

	probe->run = check;
	probe->generation = engine->plan.config;
	probe->generation->users++;
	probe->begun = now(engine);
	engine->under_way++;
	memset(probe->state, 0, check->checker->probe_size);
	schedule_set(&engine->schedule, &probe->due,
		     probe->begun + (check->timeout ? check->timeout :
						      check->delay));
	if (check->tunnel)
		begin_tunnel(probe);
	else
		check_engine_start(probe);
}

static void expire(struct probe *probe)
{
	const struct checker *checker = probe->run->checker;

	schedule_remove(&probe->engine->schedule, &probe->due);
	if (checker->expired && probe->started)
		checker->expired(probe);
	else
		probe_done(probe, &VERDICT_FAILED, "no answer in time");
}

static struct probe *owner(struct schedule_entry *due)
{
	return (struct probe *)((char *)due - offsetof(struct probe, due));
}

static void enqueue(struct probe *probe)
{
	schedule_remove(&probe->engine->schedule, &probe->due);
	if (!probe->is_waiting)
		TAILQ_INSERT_TAIL(&probe->engine->waiting, probe, waiting);
	probe->is_waiting = true;
}

/**
 * check_engine_run() - do what is due
 * @engine: which
 *
 * Context: as check_engine_ops.wake() asks for; never from a checker.
 */
void check_engine_run(struct check_engine *engine)
{
	unsigned int limit = check_config(engine)->globals.checkers_limit;
	uint64_t time = now(engine);
	struct schedule_entry *first;
	struct probe *probe;

	while ((first = schedule_first(&engine->schedule)) &&
	       first->when <= time) {
		probe = owner(first);
		if (probe->run)
			expire(probe);
		else
			enqueue(probe);
	}
	while ((probe = TAILQ_FIRST(&engine->waiting)) &&
	       (!limit || engine->under_way < limit)) {
		TAILQ_REMOVE(&engine->waiting, probe, waiting);
		probe->is_waiting = false;
		begin(probe);
	}
	check_passive_run(engine);
	engine->armed = NEVER;
	check_engine_rearm(engine);
}

/**
 * check_engine_configure() - work by another configuration
 * @engine: which
 * @config: belongs to the engine from then on, also when this fails
 *
 * A check that is in the old one and in the new one goes on as if nothing had
 * happened.
 *
 * Return: 0 or -ENOMEM; then the engine goes on with the old one.
 */
int check_engine_configure(struct check_engine *engine, struct config *config)
{
	struct check_plan plan, old = engine->plan;
	int err = check_plan_make(engine, config, &plan);

	if (err) {
		config_free(config);
		return err;
	}
	check_plan_adopt(engine, &plan);
	engine->plan = plan;
	check_engine_drop(old.config);
	check_plan_free(&old);
	check_health_tell_all(engine);
	check_engine_rearm(engine);
	return 0;
}

uv_loop_t *check_engine_loop(const struct check_engine *engine)
{
	return engine->loop;
}

/**
 * check_engine_open() - an engine without work
 * @loop: where probes wait
 * @ops: what it needs
 * @context: for @ops
 * @seed: of jitter
 *
 * Return: the engine, or NULL without memory.
 */
struct check_engine *check_engine_open(uv_loop_t *loop,
				       const struct check_engine_ops *ops,
				       void *context, uint64_t seed)
{
	struct check_engine *engine = calloc(1, sizeof(*engine));

	if (!engine)
		return NULL;
	engine->loop = loop;
	engine->ops = ops;
	engine->context = context;
	engine->random = seed ? seed : 1;
	engine->armed = NEVER;
	TAILQ_INIT(&engine->waiting);
	return engine;
}

/* End all probes. */
void check_engine_close(struct check_engine *engine)
{
	struct check_file *file;
	size_t i;

	for (i = 0; i < engine->plan.probe_count; i++) {
		check_engine_abandon(engine->plan.probes[i]);
		free(engine->plan.probes[i]);
	}
	check_engine_drop(engine->plan.config);
	check_plan_free(&engine->plan);
	while ((file = engine->files)) {
		engine->files = file->next;
		free(file);
	}
	schedule_free(&engine->schedule);
	free(engine);
}
