/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that the configuration names, run as who it says */
#ifndef _LBD_CONTROL_SCRIPT_H
#define _LBD_CONTROL_SCRIPT_H

#include <uv.h>

#include "../config/config.h"
#include "identity.h"

struct script_host;
struct script;

/* How a script ended, if not by an exit code of its own. */
#define SCRIPT_KILLED	(-1)
#define SCRIPT_TIMEOUT	(-2)

/**
 * struct script_order - what is to be run
 * @command: the program, its arguments and who runs it
 * @more: arguments after those, ends with NULL; NULL: none
 * @timeout: microseconds after which it is ended; 0: never
 * @done: it has ended; @code is its exit code, %SCRIPT_KILLED or
 *	%SCRIPT_TIMEOUT. NULL: nobody asks.
 * @context: for @done
 */
struct script_order {
	const struct config_command *command;
	const char *const *more;
	uint64_t timeout;
	void (*done)(void *context, int code, uint32_t milliseconds);
	void *context;
};

struct script_host *script_host_open(uv_loop_t *loop);
int script_host_configure(struct script_host *host,
			  const struct config_globals *globals);
void script_host_close(struct script_host *host);

int script_start(struct script_host *host, const struct script_order *order,
		 struct script **script);
void script_end(struct script *script);
int script_identity(const struct script_host *host,
		    const struct config_command *command,
		    struct identity *identity);
int script_check(const struct config_globals *globals,
		 const struct config_command *command, const char **why);

#endif /* _LBD_CONTROL_SCRIPT_H */
