/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control is the hub of lbd: it reads the configuration, starts the roles, and
 * passes on what they say
 *
 * What it does besides is done by its parts: each a file of this folder that
 * fills in a struct control_part and has a line in control_parts. Parts are
 * called in that order, in one thread. Programs are started by uv_spawn(),
 * which has SIGCHLD for itself.
 */
#ifndef _LBD_CONTROL_CONTROL_H
#define _LBD_CONTROL_CONTROL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <uv.h>

#include "../config/config.h"
#include "../log.h"
#include "../message.h"
#include "../role.h"

struct json_t;

/**
 * struct control_backend_change - a backend came or went
 * @service: its service
 * @backend: itself; the sorry server's is index backend_count
 * @service_index: in config.services
 * @backend_index: in config_service.backends
 * @up: it gets connections now, if its service lets it
 * @initial: lbd has just started, or a reload brought the backend
 * @final: a reload takes it away, or lbd stops
 * @reason: why it went down, or ""
 */
struct control_backend_change {
	const struct config_service *service;
	const struct config_backend *backend;
	uint32_t service_index;
	uint32_t backend_index;
	bool up;
	bool initial;
	bool final;
	const char *reason;
};

/**
 * struct control_quorum_change - a service gained or lost its quorum
 * @service: the service
 * @service_index: in config.services
 * @up: it has quorum now
 * @initial: lbd has just started, or a reload brought the service
 * @final: a reload takes it away, or lbd stops
 * @weight: the sum of its live backends
 */
struct control_quorum_change {
	const struct config_service *service;
	uint32_t service_index;
	bool up;
	bool initial;
	bool final;
	uint64_t weight;
};

/**
 * struct control_part - what control is made of; a NULL is a function not needed
 * @name: of its object in the status
 * @start: called once, before the first @configure. Return: 0 or a negative
 *	errno, with which lbd ends.
 * @configure: takes a new configuration; @before is the old one, which goes
 *	right after, or NULL at start. The new one has all of it valid and stays
 *	until the next call.
 * @role_ready: a role has the current configuration: what it must be told
 *	besides is to be said now. Also after it was started again.
 * @role_gone: a role has ended, in order or not
 * @message: what a role says. Roles are not trusted: every index in @data is
 *	to be checked; the generation has been.
 * @backend_changed: the kernel knows already
 * @quorum_changed: the same
 * @vrrp_changed: the state of an instance or group; its index is not checked
 * @status: what there is to tell, a JSON object, array or NULL
 * @stop: all roles have ended; called in the reverse order. Who needs time
 *	calls control_hold().
 */
struct control_part {
	const char *name;
	int (*start)(uv_loop_t *loop);
	void (*configure)(const struct config *config,
			  const struct config *before);
	void (*role_ready)(enum role_id role);
	void (*role_gone)(enum role_id role);
	void (*message)(enum role_id from, enum message_type type,
			const void *data, int fd);
	void (*backend_changed)(const struct control_backend_change *change);
	void (*quorum_changed)(const struct control_quorum_change *change);
	void (*vrrp_changed)(const struct msg_vrrp_state *state);
	struct json_t *(*status)(void);
	void (*stop)(void);
};

/**
 * struct control_options - what the command line says
 * @path: of the configuration
 * @run_directory: where the control socket and what lbd remembers are
 * @pid_file: NULL: none
 * @terminal: the log goes there
 * @level: most of the log
 */
struct control_options {
	const char *path;
	const char *run_directory;
	const char *pid_file;
	bool terminal;
	enum log_level level;
};

/* parts.c: all of them, in order; ends with NULL */
extern const struct control_part *const control_parts[];

/* control.c */
int control_run(const struct control_options *options, struct config *config,
		int lock);
const struct control_options *control_options(void);
const struct config *control_config(void);
bool control_stopping(void);
void control_stop(void);
/* The configuration is read again. Return: 0, or a negative errno with nothing
 * changed and *why, for free(), saying why line by line.
 */
int control_reload(char **why);
/* While anybody holds it, control does not end; not longer than ten seconds. */
void control_hold(void);
void control_release(void);
/* Everything there is to tell but what the roles know; for json_decref(). */
struct json_t *control_status(void);

/* Tell all parts. */
void control_backend_changed(const struct control_backend_change *change);
void control_quorum_changed(const struct control_quorum_change *change);

/* roles.c */
extern const struct role *const roles_all[ROLES];

/* Return: 0; -ENOTCONN while the role does not run, or as link_send(). */
int roles_send(enum role_id role, enum message_type type, const void *data);
int roles_send_text(enum role_id role, enum message_type type,
		    const void *data, const char *text, size_t length);
/**
 * roles_ask() - what does a role know?
 * @role: which
 * @fn: called once, perhaps at once: @status is the JSON object, which stays
 *	the caller's, or NULL when the role does not run or does not answer
 * @context: for @fn
 */
void roles_ask(enum role_id role,
	       void (*fn)(void *context, struct json_t *status), void *context);

#endif /* _LBD_CONTROL_CONTROL_H */
