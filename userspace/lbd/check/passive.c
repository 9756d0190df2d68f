// SPDX-License-Identifier: GPL-2.0
/*
 * Passive checks: backends that do worse than they may, by what the kernel
 * sees of their connections, are ejected for a time. They keep the connections
 * they have.
 *
 * That must never make things worse. No more than a share of a pool is ejected,
 * and where too few would be left, by the panic threshold of the service, all
 * come back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "engine_state.h"

/* How often it is looked who may come back. */
#define TICK	1000000

static uint64_t now(const struct check_engine *engine)
{
	return engine->ops->now(engine->context);
}

/* Names of services and backends outlive a reload, indices do not. */
static int by_name(const void *a, const void *b)
{
	const struct check_passive *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static size_t count_watched(const struct config *config)
{
	size_t i, count = 0;

	for (i = 0; i < config->service_count; i++) {
		if (config->services[i].passive.enabled)
			count += config->services[i].backend_count;
	}
	return count;
}

static int fill(struct check_passive *passive, const struct config *config,
		uint32_t service, uint32_t backend, uint64_t time)
{
	const struct config_service *of = &config->services[service];

	passive->service = service;
	passive->backend = backend;
	passive->since = time;
	if (asprintf(&passive->name, "%s %s", of->name,
		     of->backends[backend].name) < 0) {
		passive->name = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void take_over(struct check_passive *passive,
		      const struct check_passive *from)
{
	passive->seen = from->seen;
	passive->since = from->since;
	passive->times = from->times;
	passive->until = from->until;
	memcpy(passive->reason, from->reason, sizeof(passive->reason));
}

static void find_old(struct check_plan *plan, struct check_passive **old,
		     size_t count)
{
	struct check_passive *passive, **found;
	size_t i;

	for (i = 0; i < plan->passive_count; i++) {
		passive = &plan->passive[i];
		found = bsearch(&passive, old, count, sizeof(*old), by_name);
		if (found)
			take_over(passive, *found);
	}
}

static int adopt(const struct check_plan *before, struct check_plan *plan)
{
	struct check_passive **old;
	size_t i;

	if (!before->passive_count)
		return 0;
	old = calloc(before->passive_count, sizeof(struct check_passive *));
	if (!old)
		return -ENOMEM;
	for (i = 0; i < before->passive_count; i++)
		old[i] = &before->passive[i];
	qsort(old, before->passive_count, sizeof(*old), by_name);
	find_old(plan, old, before->passive_count);
	free(old);
	return 0;
}

/**
 * check_passive_make() - what passive checks need for a configuration
 * @engine: what is known of the same backends is taken over from it
 * @config: that configuration
 * @plan: its plan, with its places laid out
 *
 * Return: 0 or -ENOMEM; then check_passive_free() is to be called too.
 */
int check_passive_make(struct check_engine *engine, const struct config *config,
		       struct check_plan *plan)
{
	size_t count = count_watched(config);
	struct check_passive *passive;
	uint32_t i, j;

	plan->passive = calloc(count + 1, sizeof(*plan->passive));
	if (!plan->passive)
		return -ENOMEM;
	for (i = 0; i < config->service_count; i++) {
		if (!config->services[i].passive.enabled)
			continue;
		for (j = 0; j < config->services[i].backend_count; j++) {
			passive = &plan->passive[plan->passive_count++];
			if (fill(passive, config, i, j, now(engine)))
				return -ENOMEM;
			plan->told[plan->first[i] + j].passive = passive;
		}
	}
	return adopt(&engine->plan, plan);
}

void check_passive_free(struct check_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->passive_count; i++)
		free(plan->passive[i].name);
	free(plan->passive);
}

/**
 * check_engine_passive() - the kernel has seen something of a backend
 * @engine: which
 * @news: counters since the last time
 */
void check_engine_passive(struct check_engine *engine,
			  const struct msg_passive *news)
{
	const struct config *config = check_config(engine);
	struct check_passive *passive;
	size_t place;

	if (!config || news->generation != config->generation ||
	    news->service >= config->service_count ||
	    news->backend >= config->services[news->service].backend_count)
		return;
	place = engine->plan.first[news->service] + news->backend;
	passive = engine->plan.told[place].passive;
	if (!passive)
		return;
	passive->seen.opened += news->opened;
	passive->seen.unanswered += news->unanswered;
	passive->seen.reset += (uint64_t)news->refused + news->reset;
	passive->seen.unreachable += news->unreachable;
}

/* At least so much of @all; a share of 0 is no limit. */
static bool too_many(uint64_t bad, uint64_t all, unsigned int percent)
{
	return percent && bad && bad * 100 >= all * percent;
}

/* What goes wrong may have been opened in an interval before. */
static uint64_t connections(const struct check_seen *seen)
{
	uint64_t bad = seen->unanswered + seen->reset;

	return bad > seen->opened ? bad : seen->opened;
}

/* Return: it is to be ejected, with the reason set. */
static bool is_outlier(struct check_passive *passive,
		       const struct config_passive *limits)
{
	const struct check_seen *seen = &passive->seen;
	uint64_t all = connections(seen);
	bool enough = all >= limits->min_connections;

	if (enough && too_many(seen->unanswered, all,
			       limits->unanswered_percent))
		snprintf(passive->reason, sizeof(passive->reason),
			 "%ju of %ju SYNs without an answer",
			 (uintmax_t)seen->unanswered, (uintmax_t)all);
	else if (enough && too_many(seen->reset, all, limits->reset_percent))
		snprintf(passive->reason, sizeof(passive->reason),
			 "%ju resets for %ju connections",
			 (uintmax_t)seen->reset, (uintmax_t)all);
	else if (limits->unreachable && seen->unreachable >= limits->unreachable)
		snprintf(passive->reason, sizeof(passive->reason),
			 "%ju ICMP errors", (uintmax_t)seen->unreachable);
	else
		return false;
	return true;
}

/* A pool while it is looked through. */
struct review {
	struct check_passive *first;
	const struct config_service *service;
	size_t count;
	size_t alive;		/* by their checks, and not ejected */
	size_t ejected;
};

/* What its active checks say of a backend. */
static bool is_alive(const struct check_engine *engine,
		     const struct check_passive *passive)
{
	struct msg_health health;

	check_health_active(engine, passive->service, passive->backend, &health);
	return health.health == HEALTH_UP || health.health == HEALTH_UNKNOWN;
}

static void survey(const struct check_engine *engine, struct review *review)
{
	struct check_passive *passive;
	size_t i;

	for (i = 0; i < review->count; i++) {
		passive = &review->first[i];
		if (passive->until)
			review->ejected++;
		else if (is_alive(engine, passive))
			review->alive++;
	}
}

static unsigned int panic_percent(const struct config_service *service)
{
	return service->service.given & NFLB_GIVEN_PANIC ?
	       service->service.panic : nflb_default_panic;
}

static bool in_panic(const struct review *review)
{
	return !review->alive ||
	       review->alive * 100 <
	       review->count * panic_percent(review->service);
}

/* One may always go, if another one is left. */
static bool may_eject(const struct review *review)
{
	size_t limit = review->count *
		       review->service->passive.max_ejected_percent / 100;
	struct review after = *review;

	after.alive--;
	return review->ejected < (limit ? limit : 1) && !in_panic(&after);
}

static uint64_t sentence(const struct check_passive *passive,
			 const struct config_passive *limits)
{
	uint64_t time = limits->eject_time;
	unsigned int i;

	for (i = 1; i < passive->times && time < limits->eject_time_max; i++)
		time *= 2;
	return time < limits->eject_time_max ? time : limits->eject_time_max;
}

static void tell(struct check_engine *engine,
		 const struct check_passive *passive)
{
	check_health_tell(engine, passive->service, passive->backend, false);
}

static void eject(struct check_engine *engine, struct check_passive *passive,
		  const struct config_service *service)
{
	passive->times++;
	passive->until = now(engine) + sentence(passive, &service->passive);
	log_notice("%s is ejected: %s", passive->name, passive->reason);
	tell(engine, passive);
}

static void readmit(struct check_engine *engine, struct check_passive *passive,
		    const char *why)
{
	passive->until = 0;
	passive->seen = (struct check_seen){ 0 };
	passive->since = now(engine);
	log_notice("%s is back: %s", passive->name, why);
	tell(engine, passive);
}

/* An interval is over: judge by it and begin the next. */
static void judge(struct check_engine *engine, struct check_passive *passive,
		  struct review *review)
{
	const struct config_passive *limits = &review->service->passive;
	bool outlier = is_outlier(passive, limits);

	passive->since = now(engine);
	passive->seen = (struct check_seen){ 0 };
	if (!outlier) {
		if (passive->times)
			passive->times--;
		return;
	}
	if (!is_alive(engine, passive) || !may_eject(review))
		return;
	eject(engine, passive, review->service);
	review->alive--;
	review->ejected++;
}

static void look_at(struct check_engine *engine, struct check_passive *passive,
		    struct review *review)
{
	uint64_t time = now(engine);

	if (passive->until && passive->until <= time)
		readmit(engine, passive, "its time is over");
	else if (!passive->until &&
		 time - passive->since >= review->service->passive.interval)
		judge(engine, passive, review);
}

static void look_at_pool(struct check_engine *engine, struct review *review)
{
	size_t i;

	survey(engine, review);
	for (i = 0; i < review->count; i++) {
		if (review->first[i].until && in_panic(review))
			readmit(engine, &review->first[i],
				"too few are left of the pool");
		else
			look_at(engine, &review->first[i], review);
	}
}

/**
 * check_passive_run() - eject and readmit who is due
 * @engine: which
 */
void check_passive_run(struct check_engine *engine)
{
	const struct config *config = check_config(engine);
	struct check_plan *plan = &engine->plan;
	struct review review;
	size_t i;

	if (!plan->passive_count || now(engine) < engine->passive_due)
		return;
	for (i = 0; i < plan->passive_count; i += review.count) {
		review = (struct review){ .first = &plan->passive[i] };
		review.service = &config->services[review.first->service];
		review.count = review.service->backend_count;
		look_at_pool(engine, &review);
	}
	engine->passive_due = now(engine) + TICK;
}
