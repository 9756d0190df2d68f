// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "engine_state.h"

#define WEIGHT_MAX	65535

/* What the checks of a backend say together. */
struct tally {
	unsigned int up;
	unsigned int unknown;
	bool drain;
	bool weighted;
	int64_t weight;
	unsigned int weight_percent;
	uint32_t response_time;
	const struct probe *bad;
};

static unsigned int needed(const struct config_backend *backend)
{
	switch (backend->compose) {
	case COMPOSE_ANY:
		return 1;
	case COMPOSE_AT_LEAST:
		return backend->need;
	case COMPOSE_ALL:
		break;
	}
	return backend->check_count;
}

/*
 * A weight that is asked for moves the configured one by the difference, so
 * that several checks add up, as keepalived has it.
 */
static void add_wish(struct tally *tally, const struct verdict *verdict,
		     int configured)
{
	tally->drain |= verdict->drain;
	if (verdict->weight >= 0) {
		tally->weighted = true;
		tally->weight += verdict->weight - configured;
	}
	if (verdict->weight_add) {
		tally->weighted = true;
		tally->weight += verdict->weight_add;
	}
	if (verdict->weight_percent >= 0 &&
	    (tally->weight_percent == 100 ||
	     (unsigned int)verdict->weight_percent < tally->weight_percent))
		tally->weight_percent = verdict->weight_percent;
}

static void add_probe(struct tally *tally, const struct probe *probe,
		      int configured)
{
	switch (probe->health) {
	case HEALTH_UNKNOWN:
		tally->unknown++;
		return;
	case HEALTH_UP:
	case HEALTH_DRAIN:
		break;
	case HEALTH_DOWN:
		if (!tally->bad)
			tally->bad = probe;
		return;
	}
	tally->up++;
	add_wish(tally, &probe->verdict, configured);
	if (probe->response_time > tally->response_time)
		tally->response_time = probe->response_time;
}

static enum health compose(const struct tally *tally, unsigned int need)
{
	if (tally->up >= need)
		return tally->drain ? HEALTH_DRAIN : HEALTH_UP;
	if (tally->up + tally->unknown >= need)
		return HEALTH_UNKNOWN;
	return HEALTH_DOWN;
}

static int32_t clamp(int64_t weight)
{
	if (weight < 0)
		return 0;
	return weight > WEIGHT_MAX ? WEIGHT_MAX : weight;
}

/**
 * check_health_active() - what the checks of a backend say together
 * @engine: which
 * @service: index in config.services
 * @backend: index there; the number of backends: the sorry server, of which
 *	there is one
 * @health: set to that
 */
void check_health_active(const struct check_engine *engine, uint32_t service,
			 uint32_t backend, struct msg_health *health)
{
	const struct config *config = check_config(engine);
	const struct config_backend *of =
		check_backend(&config->services[service], backend);
	int configured = of->backend.weight;
	struct tally tally = { .weight = configured, .weight_percent = 100 };
	size_t i;

	for (i = 0; i < of->check_count; i++)
		add_probe(&tally, engine->plan.of_check[of->checks[i]],
			  configured);
	*health = (struct msg_health){
		.generation = config->generation,
		.service = service,
		.backend = backend,
		.health = compose(&tally, needed(of)),
		.weight = tally.weighted ? clamp(tally.weight) : -1,
		.weight_percent = tally.weight_percent,
		.response_time = tally.response_time,
	};
	if (tally.bad)
		snprintf(health->reason, sizeof(health->reason), "%.20s: %.130s",
			 tally.bad->check->checker->keyword,
			 tally.bad->reason);
}

/**
 * check_health() - what all checks of a backend say, passive ones too
 * @engine: which
 * @service: index in config.services
 * @backend: as check_health_active() has it
 * @health: set to that
 */
void check_health(const struct check_engine *engine, uint32_t service,
		  uint32_t backend, struct msg_health *health)
{
	size_t place = engine->plan.first[service] + backend;
	const struct check_passive *passive = engine->plan.told[place].passive;

	check_health_active(engine, service, backend, health);
	if (!passive || !passive->until || health->health == HEALTH_DOWN)
		return;
	health->health = HEALTH_DRAIN;
	snprintf(health->reason, sizeof(health->reason), "ejected: %.96s",
		 passive->reason);
}

/* Tell control of a backend if it does not know that yet. */
void check_health_tell(struct check_engine *engine, uint32_t service,
		       uint32_t backend, bool always)
{
	struct check_told *told =
		&engine->plan.told[engine->plan.first[service] + backend];
	struct msg_health health;

	check_health(engine, service, backend, &health);
	if (!always && told->told && told->health == health.health &&
	    told->weight == health.weight &&
	    told->weight_percent == health.weight_percent)
		return;
	told->told = true;
	told->health = health.health;
	told->weight = health.weight;
	told->weight_percent = health.weight_percent;
	engine->ops->health(engine->context, &health);
}

static bool is_checked(const struct check_engine *engine, uint32_t service,
		       uint32_t backend)
{
	const struct config *config = check_config(engine);
	const struct config_backend *of =
		check_backend(&config->services[service], backend);
	size_t place = engine->plan.first[service] + backend;

	return of && (of->check_count || engine->plan.told[place].passive);
}

/* Tell control of all backends that have checks. */
void check_health_tell_all(struct check_engine *engine)
{
	const struct config *config = check_config(engine);
	uint32_t i, j;

	for (i = 0; i < config->service_count; i++) {
		for (j = 0; j <= config->services[i].backend_count; j++) {
			if (is_checked(engine, i, j))
				check_health_tell(engine, i, j, true);
		}
	}
}

/* A probe has news for all backends that share it. */
void check_health_changed(struct probe *probe)
{
	const struct config *config = check_config(probe->engine);
	const struct config_check *check;
	size_t i;

	for (i = 0; i < probe->user_count; i++) {
		check = &config->checks[probe->users[i]];
		check_health_tell(probe->engine, check->service,
				  check->backend, false);
	}
}
