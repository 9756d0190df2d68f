/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses of host names are backends for the engine, each with checks of its
 * own; for control they are one backend, which has addresses
 *
 * Control is told of those that pass their checks.
 */
#ifndef _LBD_CHECK_MEMBERS_H
#define _LBD_CHECK_MEMBERS_H

#include "../message.h"
#include "engine.h"

struct members;

/**
 * struct members_ops - to whom it is said
 * @health: control, with indices of its own configuration
 * @resolved: control; @text as MSG_RESOLVED has it
 * @script: control; @run has the index of a check in its own configuration
 */
struct members_ops {
	void (*health)(void *context, const struct msg_health *health);
	void (*resolved)(void *context, const struct msg_resolved *resolved,
			 const char *text, size_t length);
	int (*script)(void *context, const struct msg_script_run *run);
};

struct members *members_open(uv_loop_t *loop, const struct members_ops *ops,
			     void *context);
void members_close(struct members *members);
void members_set_engine(struct members *members, struct check_engine *engine);
int members_configure(struct members *members, struct config *config);
void members_health(struct members *members, const struct msg_health *health);
int members_script(struct members *members, const struct msg_script_run *run);
uint32_t members_check(const struct members *members, uint32_t check);
void members_recheck(struct members *members, const struct msg_recheck *recheck);

#endif /* _LBD_CHECK_MEMBERS_H */
