/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A role is a process of lbd with a task, and with no more privilege than that
 * needs
 *
 * Control is the parent of the others. It starts one again that ends, and says
 * to it what it said last; nothing else is lost by that.
 */
#ifndef _LBD_ROLE_H
#define _LBD_ROLE_H

#include <stdbool.h>
#include <sys/capability.h>
#include <uv.h>

#include "link.h"

struct config;

enum role_id {
	ROLE_CHECKERS,
	ROLE_VRRP,
	ROLE_SYNC,
	ROLE_METRICS,

	ROLES
};

/**
 * struct role - what makes a process of lbd
 * @name: as in the process list and the log
 * @capabilities: those it keeps
 * @capability_count: length of @capabilities
 * @real_time: it runs with real-time priority and locked memory
 * @wanted: a configuration has work for it; NULL: always
 * @start: called once, in the new process, before the privileges go: opens
 *	what needs them. Return: 0 or a negative errno.
 * @configure: takes a configuration, which belongs to the role from then on;
 *	the one before stays valid until the role frees it by config_free().
 *	Called first right after @start, then for each reload. Whatever state
 *	is still meant by the new one is kept.
 * @message: what control says, but for MSG_CONFIG, MSG_STATUS and MSG_STOP
 * @status: what there is to tell, as a JSON object (jansson), or NULL
 * @stop: ends in order, then calls uv_stop()
 */
struct role {
	const char *name;
	const cap_value_t *capabilities;
	int capability_count;
	bool real_time;
	bool (*wanted)(const struct config *config);
	int (*start)(uv_loop_t *loop, struct link *control);
	void (*configure)(struct config *config);
	void (*message)(enum message_type type, const void *data, int fd);
	struct json_t *(*status)(void);
	void (*stop)(void);
};

int role_run(const struct role *role, int fd);
int role_drop_privileges(const cap_value_t *list, int count);

extern const struct role role_checkers;
extern const struct role role_vrrp;
extern const struct role role_sync;
extern const struct role role_metrics;

#endif /* _LBD_ROLE_H */
