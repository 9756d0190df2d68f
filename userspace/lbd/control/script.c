// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../log.h"
#include "script.h"

#define SCRIPT_PATH \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* From SIGTERM to SIGKILL. */
#define SCRIPT_GRACE	2000	/* milliseconds */

/**
 * struct script_host - where scripts are run
 * @loop: where they are watched
 * @user: and @group: who runs those that do not say
 * @security: root runs nothing that others can change
 * @first: all that run
 */
struct script_host {
	uv_loop_t *loop;
	char *user;
	char *group;
	bool security;
	struct script *first;
};

struct script {
	struct script *next;
	struct script **link;	/* what points to it */
	struct script_host *host;
	uv_process_t process;
	uv_timer_t timer;
	unsigned int handles;	/* open ones */
	uint64_t started;	/* milliseconds */
	bool timed_out;
	bool terminated;
	void (*done)(void *context, int code, uint32_t milliseconds);
	void *context;
};

/**
 * script_host_open() - prepare to run scripts
 * @loop: where they are watched
 *
 * Return: the host, or NULL without memory.
 */
struct script_host *script_host_open(uv_loop_t *loop)
{
	struct script_host *host = calloc(1, sizeof(*host));

	if (host)
		host->loop = loop;
	return host;
}

static int copy(char **to, const char *from)
{
	char *text = from ? strdup(from) : NULL;

	if (from && !text)
		return -ENOMEM;
	free(*to);
	*to = text;
	return 0;
}

/**
 * script_host_configure() - say who runs scripts
 * @host: where
 * @globals: not needed any more afterwards
 *
 * Return: 0 or -ENOMEM.
 */
int script_host_configure(struct script_host *host,
			  const struct config_globals *globals)
{
	int err = copy(&host->user, globals->script_user);

	if (!err)
		err = copy(&host->group, globals->script_group);
	host->security = globals->script_security;
	return err;
}

/**
 * script_host_close() - end all scripts
 * @host: not to be used any more
 *
 * Their @done is not called. The loop has to run once more after this.
 */
void script_host_close(struct script_host *host)
{
	while (host->first)
		script_end(host->first);
	free(host->user);
	free(host->group);
	free(host);
}

/* A script of its own user has that user's group, not script_group. */
static int find_identity(const char *script_user, const char *script_group,
			 const struct config_command *command,
			 struct identity *identity)
{
	if (command->user)
		return identity_find(command->user, command->group, identity);
	return identity_find(script_user, script_group, identity);
}

/**
 * script_identity() - see who runs a script
 * @host: where
 * @command: the script; only its user and group count
 * @identity: the result
 *
 * Return: 0; -ENOENT, -ESRCH: no such user, group.
 */
int script_identity(const struct script_host *host,
		    const struct config_command *command,
		    struct identity *identity)
{
	return find_identity(host->user, host->group, command, identity);
}

/**
 * script_check() - see whether a script could be run
 * @globals: who runs scripts
 * @command: the script
 * @why: set to what is wrong
 *
 * Return: 0; -ENOENT, -ESRCH: no such user, group; -EPERM: root does not run
 *	what others can change; -EACCES: it cannot be run.
 */
int script_check(const struct config_globals *globals,
		 const struct config_command *command, const char **why)
{
	const char *program = command->argv[0];
	struct identity identity;
	int err;

	err = find_identity(globals->script_user, globals->script_group,
			    command, &identity);
	*why = err == -ENOENT ? "there is no such user" :
	       "there is no such group";
	if (err || program[0] != '/')
		return err;
	*why = "there is no program that its user may run";
	if (identity_can_run(&identity, program))
		return -EACCES;
	*why = "others than root can change it, and enable_script_security is on";
	if (globals->script_security && !identity.uid &&
	    !identity_trusts(program))
		return -EPERM;
	return 0;
}

static void leave_list(struct script *script)
{
	if (!script->link)
		return;
	*script->link = script->next;
	if (script->next)
		script->next->link = script->link;
	script->link = NULL;
}

static void handle_closed(uv_handle_t *handle)
{
	struct script *script = handle->data;

	if (!--script->handles)
		free(script);
}

static void release(struct script *script)
{
	leave_list(script);
	uv_close((uv_handle_t *)&script->timer, handle_closed);
	uv_close((uv_handle_t *)&script->process, handle_closed);
}

/* To the script and what it has started. */
static void signal_group(const struct script *script, int number)
{
	kill(-script->process.pid, number);
}

static void exited(uv_process_t *process, int64_t status, int signal_number)
{
	struct script *script = process->data;
	void (*done)(void *context, int code, uint32_t milliseconds) =
		script->done;
	int code = (int)status;

	if (script->timed_out) {
		/* What it left behind does not outlive its time either. */
		signal_group(script, SIGKILL);
		code = SCRIPT_TIMEOUT;
	} else if (signal_number) {
		code = SCRIPT_KILLED;
	}
	release(script);
	if (done)
		done(script->context, code,
		     (uint32_t)(uv_now(process->loop) - script->started));
}

static void time_is_up(uv_timer_t *timer)
{
	struct script *script = timer->data;

	if (script->terminated) {
		signal_group(script, SIGKILL);
		return;
	}
	script->timed_out = true;
	script->terminated = true;
	signal_group(script, SIGTERM);
	uv_timer_start(timer, time_is_up, SCRIPT_GRACE, 0);
}

/**
 * script_end() - end a script
 * @script: gets SIGTERM, and SIGKILL if that does not help
 *
 * Its @done is not called any more.
 */
void script_end(struct script *script)
{
	script->done = NULL;
	leave_list(script);
	if (script->terminated)
		return;
	script->terminated = true;
	signal_group(script, SIGTERM);
	uv_timer_start(&script->timer, time_is_up, SCRIPT_GRACE, 0);
}

static size_t count_words(const char *const *words)
{
	size_t count = 0;

	while (words && words[count])
		count++;
	return count;
}

/* Return: the whole argument vector, for free(). */
static char **make_argv(const struct script_order *order)
{
	const char *const *first = (const char *const *)order->command->argv;
	size_t own = count_words(first);
	size_t more = count_words(order->more);
	char **argv = calloc(own + more + 1, sizeof(*argv));

	if (!argv)
		return NULL;
	memcpy(argv, first, own * sizeof(*argv));
	if (more)
		memcpy(argv + own, order->more, more * sizeof(*argv));
	return argv;
}

static int permitted(const struct script_host *host,
		     const struct identity *identity, const char *program)
{
	if (host->security && !identity->uid && !identity_trusts(program)) {
		log_error("%s is not run: others than root can change it",
			  program);
		return -EPERM;
	}
	return 0;
}

/* As the identity, in a session of its own, with nothing of ours open. */
static int spawn(struct script *script, const struct identity *identity,
		 char **argv)
{
	char home[PATH_MAX + 8], user[LOGIN_NAME_MAX + 8];
	char logname[LOGIN_NAME_MAX + 8];
	char path[] = "PATH=" SCRIPT_PATH;
	char *const env[] = { path, home, user, logname, NULL };
	uv_stdio_container_t stdio[3] = { 0 };
	uv_process_options_t options = {
		.exit_cb = exited, .file = argv[0], .args = argv, .env = (char **)env,
		.cwd = "/", .stdio = stdio, .stdio_count = 3,
		.flags = UV_PROCESS_DETACHED,
	};

	snprintf(home, sizeof(home), "HOME=%s", identity->home);
	snprintf(user, sizeof(user), "USER=%s", identity->name);
	snprintf(logname, sizeof(logname), "LOGNAME=%s", identity->name);
	if (!geteuid()) {
		options.flags |= UV_PROCESS_SETUID | UV_PROCESS_SETGID;
		options.uid = identity->uid;
		options.gid = identity->gid;
	} else if (identity->uid != geteuid()) {
		return -EPERM;
	}
	return uv_spawn(script->host->loop, &script->process, &options);
}

static struct script *make_script(struct script_host *host,
				  const struct script_order *order)
{
	struct script *script = calloc(1, sizeof(*script));

	if (!script)
		return NULL;
	script->host = host;
	script->done = order->done;
	script->context = order->context;
	script->process.data = script;
	script->timer.data = script;
	script->started = uv_now(host->loop);
	script->handles = 2;
	uv_timer_init(host->loop, &script->timer);
	script->next = host->first;
	if (script->next)
		script->next->link = &script->next;
	script->link = &host->first;
	host->first = script;
	return script;
}

static int run_as(struct script_host *host, const struct script_order *order,
		  const struct identity *identity, struct script **result)
{
	char **argv = make_argv(order);
	struct script *script = argv ? make_script(host, order) : NULL;
	int err;

	if (!script) {
		free(argv);
		return -ENOMEM;
	}
	err = spawn(script, identity, argv);
	free(argv);
	if (err) {
		/* uv_spawn() refuses before it knows of the handle, too. */
		if (script->process.type != UV_PROCESS)
			script->handles = 1;
		leave_list(script);
		uv_close((uv_handle_t *)&script->timer, handle_closed);
		if (script->handles == 2)
			uv_close((uv_handle_t *)&script->process,
				 handle_closed);
		return err;
	}
	if (order->timeout)
		uv_timer_start(&script->timer, time_is_up,
			       (order->timeout + 999) / 1000, 0);
	if (result)
		*result = script;
	return 0;
}

/**
 * script_start() - run a script
 * @host: where
 * @order: what; only the words of the command and @more need to live until
 *	this returns
 * @script: set to what script_end() takes; valid until @done is called. NULL
 *	if it is not wanted.
 *
 * It gets no environment but PATH, HOME, USER and LOGNAME, /dev/null as its
 * standard files, and a session of its own, so that it ends with all that it
 * starts.
 *
 * Return: 0, then @done will be called; -ENOENT, -ESRCH: no such user, group or
 *	program; -EPERM: root does not run what others can change; or another
 *	negative errno of starting it.
 */
int script_start(struct script_host *host, const struct script_order *order,
		 struct script **script)
{
	struct identity identity;
	int err;

	err = script_identity(host, order->command, &identity);
	if (!err)
		err = permitted(host, &identity, order->command->argv[0]);
	return err ? err : run_as(host, order, &identity, script);
}
