/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine begins probes when they are due, judges how they end, and tells
 * control what became of the backends
 *
 * It has no clock and no timer of its own, so that tests can do without.
 */
#ifndef _LBD_CHECK_ENGINE_H
#define _LBD_CHECK_ENGINE_H

#include <uv.h>

#include "../config/config.h"
#include "../message.h"

struct check_engine;
struct json_t;

/**
 * struct check_engine_ops - what the engine needs
 * @now: microseconds of a clock that does not jump
 * @wake: check_engine_run() is to be called at that time, and no earlier one
 * @health: control is to be told
 * @script: control is to run a script. Return: 0 or a negative errno.
 * @tunnel: control is to make the way of a probe. Return: the same.
 */
struct check_engine_ops {
	uint64_t (*now)(void *context);
	void (*wake)(void *context, uint64_t when);
	void (*health)(void *context, const struct msg_health *health);
	int (*script)(void *context, const struct msg_script_run *run);
	int (*tunnel)(void *context, const struct msg_tunnel *tunnel);
};

struct check_engine *check_engine_open(uv_loop_t *loop,
				       const struct check_engine_ops *ops,
				       void *context, uint64_t seed);
void check_engine_close(struct check_engine *engine);
int check_engine_configure(struct check_engine *engine, struct config *config);
void check_engine_run(struct check_engine *engine);
void check_engine_recheck(struct check_engine *engine,
			  const struct msg_recheck *recheck);
void check_engine_tracked(struct check_engine *engine,
			  const struct msg_tracked *tracked);
void check_engine_passive(struct check_engine *engine,
			  const struct msg_passive *news);
void check_engine_script_done(struct check_engine *engine,
			      const struct msg_script_done *done);
void check_engine_tunnel_done(struct check_engine *engine,
			      const struct msg_tunnel_done *done);
struct json_t *check_engine_status(const struct check_engine *engine);

#endif /* _LBD_CHECK_ENGINE_H */
