// SPDX-License-Identifier: GPL-2.0
/*
 * Roles are started as "lbd --role NAME" rather than by a bare fork: what
 * control has in memory is none of their business, and libuv's handling of
 * signals does not outlive a fork.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "ask.h"
#include "roles.h"

/* Milliseconds. */
#define LIVED_LONG	10000	/* who ends later than that is started at once */
#define DELAY_MIN	100
#define DELAY_MAX	30000
#define PATIENCE	8000	/* with who is to end */

const struct role *const roles_all[ROLES] = {
	[ROLE_CHECKERS] = &role_checkers,
	[ROLE_VRRP] = &role_vrrp,
	[ROLE_SYNC] = &role_sync,
	[ROLE_METRICS] = &role_metrics,
};

/**
 * struct process - a role as control sees it
 * @id: which
 * @uv: the process while it runs
 * @link: to it; NULL: it does not run
 * @timer: until the next start, or until it is killed
 * @wanted: it is to run
 * @ready: it has the current configuration
 * @started: when, milliseconds of the loop's clock
 * @delay: before it is started again, milliseconds
 * @restarts: how often it was
 */
struct process {
	enum role_id id;
	uv_process_t *uv;
	struct link *link;
	uv_timer_t timer;
	bool wanted;
	bool ready;
	uint64_t started;
	uint64_t delay;
	uint32_t restarts;
};

static struct {
	uv_loop_t *loop;
	int lock;
	struct process process[ROLES];
	char *text;		/* of the configuration */
	size_t length;
	uint32_t generation;
	void (*stopped)(void);	/* all of them are to end */
} roles;

static bool runs(const struct process *process)
{
	return process->uv || process->link;
}

static const char *name_of(const struct process *process)
{
	return roles_all[process->id]->name;
}

/* Who may say what, by type. Types that are not there may come from nobody. */
static const struct {
	bool taken;
	enum role_id from;
} speakers[MSG_TYPES] = {
	[MSG_HEALTH] = { true, ROLE_CHECKERS },
	[MSG_RESOLVED] = { true, ROLE_CHECKERS },
	[MSG_SCRIPT_RUN] = { true, ROLE_CHECKERS },
	[MSG_TUNNEL] = { true, ROLE_CHECKERS },
	[MSG_VRRP_STATE] = { true, ROLE_VRRP },
	[MSG_METRICS] = { true, ROLE_METRICS },
};

static void take_answer(enum role_id role, const struct msg_status *msg, int fd)
{
	json_t *json = NULL;
	size_t length;
	char *text;

	text = link_read_text(fd, &length);
	if (text)
		json = json_loadb(text, length, 0, NULL);
	free(text);
	ask_answered(role, msg->id, json_is_object(json) ? json : NULL);
	json_decref(json);
}

static void take_ready(struct process *process, const struct msg_ready *msg)
{
	if (msg->generation != roles.generation || process->ready)
		return;
	process->ready = true;
	control_role_ready(process->id);
}

static void from_role(struct link *link, enum message_type type,
		      const void *data, int fd)
{
	struct process *process = link_context(link);
	uint32_t generation;

	if (type == MSG_READY) {
		take_ready(process, data);
		return;
	}
	if (type == MSG_STATUS_REPLY) {
		take_answer(process->id, data, fd);
		return;
	}
	if (!speakers[type].taken || speakers[type].from != process->id) {
		log_error("%s may not say message %u", name_of(process), type);
		return;
	}
	/* All of these begin with it. */
	memcpy(&generation, data, sizeof(generation));
	if (generation == roles.generation)
		control_message(process->id, type, data, fd);
}

static void drop_link(struct process *process)
{
	if (process->link)
		link_close(process->link);
	process->link = NULL;
	process->ready = false;
	ask_forget(process->id);
}

static void ended(struct process *process);

/* It ends, or is broken: in either case it is not to go on. */
static void role_silent(struct link *link)
{
	struct process *process = link_context(link);

	drop_link(process);
	if (process->uv)
		uv_process_kill(process->uv, SIGKILL);
	else
		ended(process);
}

static const struct link_ops role_ops = {
	.message = from_role,
	.closed = role_silent,
};

static void process_freed(uv_handle_t *handle)
{
	free(handle);
}

static void start(struct process *process);

static void start_again(uv_timer_t *timer)
{
	struct process *process = timer->data;

	process->restarts++;
	start(process);
}

static void start_later(struct process *process)
{
	uint64_t lived = uv_now(roles.loop) - process->started;
	uint64_t delay = process->delay;

	if (lived >= LIVED_LONG)
		delay = 0;
	process->delay = delay ? delay * 2 : DELAY_MIN;
	if (process->delay > DELAY_MAX)
		process->delay = DELAY_MAX;
	if (delay)
		log_warning("%s is started again in %.1f s", name_of(process),
			    delay / 1e3);
	uv_timer_start(&process->timer, start_again, delay, 0);
}

static void stop_rest(void);

/* There is no process any more, and nothing that it said is left to be read. */
static void ended(struct process *process)
{
	uv_timer_stop(&process->timer);
	control_role_gone(process->id);
	if (roles.stopped)
		stop_rest();
	else if (process->wanted)
		start_later(process);
}

static void role_ended(uv_process_t *uv, int64_t status, int signal)
{
	struct process *process = uv->data;

	if (signal)
		log_error("%s was ended by signal %d (%s)", name_of(process),
			  signal, strsignal(signal));
	else if (status || (process->wanted && !roles.stopped))
		log_error("%s ended with code %d", name_of(process),
			  (int)status);
	process->uv = NULL;
	uv_close((uv_handle_t *)uv, process_freed);
	if (!process->link)
		ended(process);
}

static void send_config(struct process *process)
{
	struct msg_config msg = { .generation = roles.generation };
	int err = link_send_text(process->link, MSG_CONFIG, &msg, roles.text,
				 roles.length);

	if (err)
		log_error("%s does not get the configuration: %s",
			  name_of(process), strerror(-err));
}

static int spawn(struct process *process, int fd)
{
	const struct control_options *options = control_options();
	char level[2] = { (char)('0' + options->level) };
	const char *log = options->terminal ? "terminal" : "syslog";
	const char *args[6] = { "lbd", "--role", name_of(process), level, log };
	uv_stdio_container_t stdio[5];
	uv_process_options_t how = {
		.file = "/proc/self/exe", .args = (char **)args,
		.exit_cb = role_ended, .stdio = stdio, .stdio_count = 5,
	};
	int i, err;

	for (i = 0; i < 5; i++) {
		stdio[i].flags = UV_INHERIT_FD;
		stdio[i].data.fd = i;
	}
	stdio[ROLE_FD_LINK].data.fd = fd;
	stdio[ROLE_FD_LOCK].data.fd = roles.lock;
	process->uv = malloc(sizeof(*process->uv));
	if (!process->uv)
		return -ENOMEM;
	process->uv->data = process;
	err = uv_spawn(roles.loop, process->uv, &how);
	if (err) {
		uv_close((uv_handle_t *)process->uv, process_freed);
		process->uv = NULL;
	}
	return err;
}

static int start_linked(struct process *process)
{
	int err, ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	err = spawn(process, ends[1]);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	process->link = link_open(roles.loop, ends[0], &role_ops, process);
	if (!process->link) {
		uv_process_kill(process->uv, SIGKILL);
		return -ENOMEM;
	}
	return 0;
}

static void start(struct process *process)
{
	int err;

	process->started = uv_now(roles.loop);
	err = start_linked(process);
	if (err) {
		log_error("%s is not started: %s", name_of(process),
			  strerror(-err));
		if (!process->uv)
			start_later(process);
		return;
	}
	log_debug("%s is process %d", name_of(process), process->uv->pid);
	send_config(process);
}

static void kill_late(uv_timer_t *timer)
{
	struct process *process = timer->data;

	log_error("%s does not end: killed", name_of(process));
	if (process->uv)
		uv_process_kill(process->uv, SIGKILL);
}

static void stop(struct process *process)
{
	process->wanted = false;
	uv_timer_stop(&process->timer);
	if (!process->uv)
		return;
	if (process->link)
		link_send(process->link, MSG_STOP, NULL, -1);
	uv_timer_start(&process->timer, kill_late, PATIENCE, 0);
}

static void configure(struct process *process, const struct config *config)
{
	const struct role *role = roles_all[process->id];
	bool wanted = !role->wanted || role->wanted(config);

	process->ready = false;
	if (!wanted) {
		stop(process);
		return;
	}
	if (!process->wanted) {
		process->wanted = true;
		process->delay = 0;
		/* One that is still ending is started once it has. */
		if (!runs(process))
			start(process);
		return;
	}
	if (process->link)
		send_config(process);
}

/**
 * roles_configure() - start those that have work, and give them the
 * configuration
 * @config: the configuration
 * @text: the same as config_write() has it; belongs to the roles from then on
 * @length: of @text
 */
void roles_configure(const struct config *config, char *text, size_t length)
{
	int i;

	free(roles.text);
	roles.text = text;
	roles.length = length;
	roles.generation = config->generation;
	for (i = 0; i < ROLES; i++)
		configure(&roles.process[i], config);
}

/**
 * roles_open() - get ready to start roles
 * @loop: where they are watched
 * @lock: the lock of the run directory, which each holds while it lives
 *
 * Return: 0 or a negative errno.
 */
int roles_open(uv_loop_t *loop, int lock)
{
	int i, err = 0;

	roles.loop = loop;
	roles.lock = lock;
	for (i = 0; i < ROLES && !err; i++) {
		struct process *process = &roles.process[i];

		process->id = i;
		process->timer.data = process;
		err = uv_timer_init(loop, &process->timer);
	}
	return err;
}

/* vrrp gives its addresses up while the others still work. */
static void stop_rest(void)
{
	bool vrrp = runs(&roles.process[ROLE_VRRP]);
	bool any = vrrp;
	int i;

	for (i = 0; i < ROLES && !vrrp; i++) {
		struct process *process = &roles.process[i];

		any = any || runs(process);
		if (process->wanted)
			stop(process);
	}
	if (!any)
		roles.stopped();
}

/**
 * roles_stop() - end them in order, by force where it takes too long
 * @done: called when all have ended, perhaps at once
 */
void roles_stop(void (*done)(void))
{
	roles.stopped = done;
	stop(&roles.process[ROLE_VRRP]);
	stop_rest();
}

int roles_send(enum role_id role, enum message_type type, const void *data)
{
	struct link *link = roles.process[role].link;

	return link ? link_send(link, type, data, -1) : -ENOTCONN;
}

int roles_send_text(enum role_id role, enum message_type type,
		    const void *data, const char *text, size_t length)
{
	struct link *link = roles.process[role].link;

	return link ? link_send_text(link, type, data, text, length) :
		      -ENOTCONN;
}

void roles_ask(enum role_id role,
	       void (*fn)(void *context, struct json_t *status), void *context)
{
	struct link *link = roles.process[role].link;
	struct msg_status msg = { 0 };

	if (link)
		msg.id = ask_open(roles.loop, role, fn, context);
	if (!msg.id)
		fn(context, NULL);
	else if (link_send(link, MSG_STATUS, &msg, -1))
		ask_answered(role, msg.id, NULL);
}

static json_t *process_status(const struct process *process)
{
	return json_pack("{s:b, s:b, s:I, s:I, s:I}",
			 "running", !!process->uv,
			 "configured", process->ready,
			 "pid", (json_int_t)(process->uv ? process->uv->pid : 0),
			 "uptime", (json_int_t)(process->uv ?
				   (uv_now(roles.loop) - process->started) / 1000 : 0),
			 "restarts", (json_int_t)process->restarts);
}

/**
 * roles_status() - what is known of the processes
 *
 * Return: an object by name of the role; NULL without memory.
 */
json_t *roles_status(void)
{
	json_t *all = json_object();
	int i;

	for (i = 0; i < ROLES; i++) {
		const struct process *process = &roles.process[i];

		if (process->wanted || runs(process))
			json_object_set_new(all, name_of(process),
					    process_status(process));
	}
	return all;
}
