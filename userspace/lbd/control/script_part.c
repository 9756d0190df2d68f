// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../check/misc.h"
#include "script_part.h"

/* Of startup_script and shutdown_script, when nothing is said. */
#define EDGE_TIMEOUT	10000000ULL	/* microseconds */

/* A script of a check, whose end the checkers wait for. */
struct check_run {
	struct check_run *next;
	uint64_t id;
	struct script *script;
};

static uv_loop_t *script_loop;
static struct script_host *host;
static struct check_run *runs;
static uint64_t runs_begun;
static bool edge_over;		/* the startup script has ended */
static void (*finished)(void);

/**
 * script_part_host() - who runs the scripts of control
 *
 * Return: the host; there from the start of the part on.
 */
struct script_host *script_part_host(void)
{
	return host;
}

static int script_part_start(uv_loop_t *loop)
{
	script_loop = loop;
	host = script_host_open(loop);
	return host ? 0 : -ENOMEM;
}

static void edge_done(void *context, int code, uint32_t milliseconds)
{
	(void)milliseconds;
	if (code)
		log_warning("%s: %s %d", (const char *)context,
			    code > 0 ? "exit code" : "did not end in order,",
			    code);
	edge_over = true;
	if (finished)
		finished();
}

static int run_edge(const char *word, const struct config_command *command,
		    uint64_t timeout)
{
	struct script_order order = {
		.command = command,
		.timeout = timeout ? timeout : EDGE_TIMEOUT,
		.done = edge_done, .context = (void *)word,
	};
	int err = script_start(host, &order, NULL);

	if (err)
		log_error("%s: %s cannot be run: %s", word, command->argv[0],
			  strerror(-err));
	return err;
}

/* Nothing else is to begin before its end. */
static void run_startup(const struct config_globals *globals)
{
	if (!globals->startup_script.argv ||
	    run_edge("startup_script", &globals->startup_script,
		     globals->startup_timeout))
		return;
	while (!edge_over)
		uv_run(script_loop, UV_RUN_ONCE);
}

/**
 * script_part_finish() - run the shutdown script
 * @done: called after it has ended, at once if there is none
 */
void script_part_finish(void (*done)(void))
{
	const struct config_globals *globals = &control_config()->globals;

	finished = done;
	if (!globals->shutdown_script.argv ||
	    run_edge("shutdown_script", &globals->shutdown_script,
		     globals->shutdown_timeout))
		done();
}

static void warn_of(const struct config_globals *globals, const char *what,
		    const struct config_command *command)
{
	const char *why;

	if (command->argv && script_check(globals, command, &why))
		log_warning("%s: %s: %s", what, command->argv[0], why);
}

static void warn_of_service(const struct config_globals *globals,
			    const struct config_service *service)
{
	size_t i;

	warn_of(globals, service->name, &service->quorum_up);
	warn_of(globals, service->name, &service->quorum_down);
	for (i = 0; i < service->backend_count; i++) {
		const struct config_backend *backend = &service->backends[i];

		warn_of(globals, backend->name, &backend->notify_up);
		warn_of(globals, backend->name, &backend->notify_down);
	}
}

static void warn_of_vrrp(const struct config_globals *globals,
			 const char *name,
			 const struct config_vrrp_notify *notify)
{
	const struct config_command *const commands[] = {
		&notify->master, &notify->backup, &notify->fault,
		&notify->stop, &notify->deleted, &notify->any,
		&notify->master_rx_lower_pri,
	};
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		warn_of(globals, name, commands[i]);
}

/* A script that cannot be run is found out now, not in the night. */
static void warn_of_all(const struct config *config)
{
	const struct config_globals *globals = &config->globals;
	size_t i;

	for (i = 0; i < config->service_count; i++)
		warn_of_service(globals, &config->services[i]);
	for (i = 0; i < config->script_count; i++)
		warn_of(globals, config->scripts[i].name,
			&config->scripts[i].command);
	for (i = 0; i < config->vrrp.instance_count; i++)
		warn_of_vrrp(globals, config->vrrp.instances[i].name,
			     &config->vrrp.instances[i].notify);
	for (i = 0; i < config->vrrp.group_count; i++)
		warn_of_vrrp(globals, config->vrrp.groups[i].name,
			     &config->vrrp.groups[i].notify);
}

static void script_part_configure(const struct config *config,
				  const struct config *before)
{
	if (script_host_configure(host, &config->globals))
		log_error("no memory for script_user");
	warn_of_all(config);
	if (!before)
		run_startup(&config->globals);
}

static void forget_run(struct check_run *run)
{
	struct check_run **at = &runs;

	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	free(run);
}

static void answer(uint64_t id, int code, uint32_t milliseconds)
{
	struct msg_script_done done = {
		.id = id, .code = code, .milliseconds = milliseconds,
	};

	roles_send(ROLE_CHECKERS, MSG_SCRIPT_DONE, &done);
}

static void check_done(void *context, int code, uint32_t milliseconds)
{
	struct check_run *run = context;

	answer(run->id, code, milliseconds);
	forget_run(run);
}

static int start_check(const struct config_check *check, uint64_t id)
{
	const struct misc_options *options = check->options;
	struct check_run *run = malloc(sizeof(*run));
	struct script_order order = {
		.command = &options->command, .timeout = check->timeout,
		.done = check_done, .context = run,
	};
	int err;

	if (!run)
		return -ENOMEM;
	run->id = id;
	err = script_start(host, &order, &run->script);
	if (err) {
		free(run);
		return err;
	}
	run->next = runs;
	runs = run;
	runs_begun++;
	return 0;
}

static void run_check(const struct msg_script_run *msg)
{
	const struct config *config = control_config();
	const struct config_check *check = NULL;
	int err = -EINVAL;

	if (msg->check < config->check_count)
		check = &config->checks[msg->check];
	if (check && check->checker == &checker_misc)
		err = start_check(check, msg->id);
	if (!err)
		return;
	log_debug("a script of check %u cannot be run: %s", msg->check,
		  strerror(-err));
	answer(msg->id, SCRIPT_KILLED, 0);
}

static void script_part_message(enum role_id from, enum message_type type,
				const void *data, int fd)
{
	(void)from;
	(void)fd;
	if (type == MSG_SCRIPT_RUN)
		run_check(data);
}

/* Nobody waits for the scripts of checkers that are gone. */
static void script_part_role_gone(enum role_id role)
{
	if (role != ROLE_CHECKERS)
		return;
	while (runs) {
		script_end(runs->script);
		forget_run(runs);
	}
}

static json_t *script_part_status(void)
{
	const struct check_run *run;
	json_int_t running = 0;

	for (run = runs; run; run = run->next)
		running++;
	return json_pack("{s:I, s:I}", "checks_running", running,
			 "checks_run", (json_int_t)runs_begun);
}

const struct control_part script_part = {
	.name = "scripts",
	.start = script_part_start,
	.configure = script_part_configure,
	.role_gone = script_part_role_gone,
	.message = script_part_message,
	.status = script_part_status,
};
