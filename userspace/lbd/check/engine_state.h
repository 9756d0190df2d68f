/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the engine share */
#ifndef _LBD_CHECK_ENGINE_STATE_H
#define _LBD_CHECK_ENGINE_STATE_H

#include "engine.h"
#include "probe.h"

/* What the kernel saw of a backend in an interval. */
struct check_seen {
	uint64_t opened;
	uint64_t unanswered;
	uint64_t reset;		/* and refused */
	uint64_t unreachable;
};

/**
 * struct check_passive - a backend whose connections are watched
 * @name: of its service and its own
 * @service: index in config.services
 * @backend: index there
 * @seen: in the interval of now
 * @since: when that began
 * @times: how often it was ejected; good intervals take off from it
 * @until: when it comes back; 0: it is not ejected
 * @reason: why it was ejected
 */
struct check_passive {
	char *name;
	uint32_t service;
	uint32_t backend;
	struct check_seen seen;
	uint64_t since;
	unsigned int times;
	uint64_t until;
	char reason[96];
};

/* What control was told of a backend last; @passive is NULL for most. */
struct check_told {
	struct check_passive *passive;
	bool told;
	enum health health;
	int weight;
	unsigned int weight_percent;
};

/* The number in a tracked file, by name: that outlives a reload. */
struct check_file {
	struct check_file *next;
	int value;
	char name[];
};

/**
 * struct check_plan - what a configuration is for the engine
 * @config: which
 * @order: checks by key, indices in config->checks
 * @probes: by key
 * @of_check: the probe of a check, by its index
 * @first: place in @told of the first backend of a service; one more at the
 *	end. The sorry server comes after the backends.
 * @told: by backend
 * @passive: those of a service beside each other
 */
struct check_plan {
	struct check_generation *config;
	uint32_t *order;
	struct probe **probes;
	size_t probe_count;
	struct probe **of_check;
	size_t *first;
	struct check_told *told;
	struct check_passive *passive;
	size_t passive_count;
};

TAILQ_HEAD(probe_list, probe);

struct check_engine {
	uv_loop_t *loop;
	const struct check_engine_ops *ops;
	void *context;
	struct check_plan plan;
	struct check_file *files;
	struct schedule schedule;
	struct probe_list waiting;
	size_t under_way;
	uint64_t sequence;	/* of new probes */
	uint64_t scripts;	/* counts those that were run */
	uint64_t random;
	uint64_t passive_due;
	uint64_t armed;		/* when check_engine_run() comes */
};

/* engine.c */
void check_engine_abandon(struct probe *probe);
void check_engine_drop(struct check_generation *generation);
void check_engine_rearm(struct check_engine *engine);

/* plan.c */
int check_plan_make(struct check_engine *engine, struct config *config,
		    struct check_plan *plan);
void check_plan_adopt(struct check_engine *engine, struct check_plan *plan);
void check_plan_free(struct check_plan *plan);

/* passive.c */
int check_passive_make(struct check_engine *engine, const struct config *config,
		       struct check_plan *plan);
void check_passive_free(struct check_plan *plan);
void check_passive_run(struct check_engine *engine);

/* health.c */
void check_health_active(const struct check_engine *engine, uint32_t service,
			 uint32_t backend, struct msg_health *health);
void check_health(const struct check_engine *engine, uint32_t service,
		  uint32_t backend, struct msg_health *health);
void check_health_tell(struct check_engine *engine, uint32_t service,
		       uint32_t backend, bool always);
void check_health_tell_all(struct check_engine *engine);
void check_health_changed(struct probe *probe);

static inline const struct config *check_config(const struct check_engine *engine)
{
	return engine->plan.config ? engine->plan.config->config : NULL;
}

static inline const struct config_backend *
check_backend(const struct config_service *service, uint32_t backend)
{
	if (backend < service->backend_count)
		return &service->backends[backend];
	return backend == service->backend_count ? service->sorry : NULL;
}

#endif /* _LBD_CHECK_ENGINE_STATE_H */
