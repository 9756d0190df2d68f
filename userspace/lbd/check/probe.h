/* SPDX-License-Identifier: GPL-2.0 */
/* A probe as the engine sees it; checkers use checker.h alone */
#ifndef _LBD_CHECK_PROBE_H
#define _LBD_CHECK_PROBE_H

#include <stdalign.h>
#include <sys/queue.h>

#include "../message.h"
#include "checker.h"
#include "schedule.h"

struct check_engine;

/* A configuration that is in use by the engine or by probes under way. */
struct check_generation {
	struct config *config;
	size_t users;
};

/* Upper bounds of how long probes took, the last without one. */
#define PROBE_LATENCIES	13
extern const uint32_t probe_latency_bound[PROBE_LATENCIES - 1];

struct probe_watch;

/**
 * struct probe - what all checks with the same key share
 * @waiting: in the list of those that are due while too many are under way
 * @due: when it begins, or while under way when its time is up
 * @check: one of @users, in the configuration of now
 * @users: the checks, indices in config.checks
 * @planned: when it should have begun, without jitter
 * @run: @check when it began, NULL when it is not under way
 * @generation: keeps what @run is part of
 * @begun: when it began
 * @script: number of the script it waits for, or 0
 * @tunnel: number of the tunnel it waits for, or 0
 * @tunnelled: @run as it is through a tunnel, or NULL; its own
 * @started: the checker's start() was called
 * @health: what its checks have
 * @good: and @bad: probes one after the other that ended so
 * @verdict: of the last good probe
 * @reason: of the last bad one
 * @response_time: of the last good probe, microseconds
 * @latency: probes that took so long
 * @latency_sum: microseconds
 * @state: of the checker
 */
struct probe {
	TAILQ_ENTRY(probe) waiting;
	struct schedule_entry due;
	bool is_waiting;
	struct check_engine *engine;
	const struct config_check *check;
	const uint32_t *users;
	size_t user_count;
	uint64_t planned;

	const struct config_check *run;
	struct check_generation *generation;
	uint64_t begun;
	uint64_t script;
	uint64_t tunnel;
	struct config_check *tunnelled;
	bool started;
	void (*script_done)(struct probe *probe, int code);
	struct probe_watch *watch;

	enum health health;
	unsigned int good;
	unsigned int bad;
	struct verdict verdict;
	char reason[HEALTH_REASON_LEN];
	uint32_t response_time;

	uint64_t passed;
	uint64_t failed;
	uint64_t latency[PROBE_LATENCIES];
	uint64_t latency_sum;

	alignas(16) unsigned char state[];
};

/* probe.c */
void probe_close(struct probe *probe);

/* tunnel.c */
int check_tunnel_begin(struct probe *probe);
void check_tunnel_end(struct probe *probe);

/* engine.c, for the others */
void check_engine_start(struct probe *probe);
void check_engine_ended(struct probe *probe, const struct verdict *verdict,
			const char *reason);
uv_loop_t *check_engine_loop(const struct check_engine *engine);
int check_engine_script(struct probe *probe);
bool check_engine_file(const struct check_engine *engine, const char *name,
		       int *value);

#endif /* _LBD_CHECK_PROBE_H */
