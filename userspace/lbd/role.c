// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/resource.h>
#include <unistd.h>

#include <jansson.h>

#include "config/config.h"
#include "log.h"
#include "role.h"

/* Of the process, which has one role. */
static const struct role *role_self;

static void answer_status(struct link *control, const struct msg_status *ask)
{
	json_t *json = role_self->status ? role_self->status() : json_object();
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	link_send_text(control, MSG_STATUS_REPLY, ask, text ? text : "{}",
		       text ? strlen(text) : 2);
	free(text);
	json_decref(json);
}

/* vrrp_rt_priority. What was set at the start is no reason to fail now. */
static void set_priority(unsigned int priority)
{
	struct sched_param param = { .sched_priority = (int)priority };

	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &param))
		log_warning("no real-time priority %u: %s", priority,
			    strerror(errno));
}

static void take_config(struct link *control, const struct msg_config *msg,
			int fd)
{
	struct config_report report = { .quiet = true };
	struct msg_ready ready = { .generation = msg->generation };
	struct config *config;
	size_t length;
	char *text;
	int err;

	text = link_read_text(fd, &length);
	err = text ? config_parse(text, length, &report, &config) : -ENOMEM;
	free(text);
	if (err) {
		/* Control has read the same text without an error. */
		log_error("the configuration from control: %s", strerror(-err));
		return;
	}
	config->generation = msg->generation;
	if (role_self->real_time)
		set_priority(config->globals.vrrp_priority);
	role_self->configure(config);
	link_send(control, MSG_READY, &ready, -1);
}

static void from_control(struct link *control, enum message_type type,
			 const void *data, int fd)
{
	switch (type) {
	case MSG_CONFIG:
		take_config(control, data, fd);
		break;
	case MSG_STATUS:
		answer_status(control, data);
		break;
	case MSG_STOP:
		role_self->stop();
		break;
	default:
		role_self->message(type, data, fd);
	}
}

/* Control never closes a link that it wants to use again. */
static void control_gone(struct link *control)
{
	log_notice("control is gone");
	link_close(control);
	role_self->stop();
}

static const struct link_ops control_ops = {
	.message = from_control,
	.closed = control_gone,
};

static int keep_capabilities(const cap_value_t *list, int count)
{
	cap_t caps = cap_init();
	int err = -1;

	if (!caps)
		return -errno;
	if (!count ||
	    (!cap_set_flag(caps, CAP_PERMITTED, count, list, CAP_SET) &&
	     !cap_set_flag(caps, CAP_EFFECTIVE, count, list, CAP_SET)))
		err = cap_set_proc(caps);
	if (err)
		err = -errno;
	cap_free(caps);
	return err;
}

static int drop_bounding(void)
{
	cap_value_t cap;

	for (cap = 0; cap_get_bound(cap) >= 0; cap++) {
		if (cap_drop_bound(cap))
			return -errno;
	}
	return 0;
}

/* The user of unprivileged roles: lbd if the host has it. */
static int become_user(void)
{
	const struct passwd *user = getpwnam("lbd");

	if (!user)
		user = getpwnam("nobody");
	if (!user)
		return -ENOENT;
	if (setgroups(0, NULL) || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid))
		return -errno;
	return 0;
}

/**
 * role_drop_privileges() - be an unprivileged user from now on
 * @list: capabilities that are kept
 * @count: length of @list
 *
 * Return: 0, also where there was no privilege to begin with, or a negative
 *	errno.
 */
int role_drop_privileges(const cap_value_t *list, int count)
{
	int err;

	if (geteuid())
		return 0;	/* a test, which has none */
	err = drop_bounding();
	if (!err && prctl(PR_SET_KEEPCAPS, 1))
		err = -errno;
	if (!err)
		err = become_user();
	if (!err)
		err = keep_capabilities(list, count);
	if (!err && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err = -errno;
	return err;
}

/*
 * Losing this is no reason not to run. The limit is what lets the process set
 * its priority when its privileges are gone.
 */
static void become_real_time(void)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_RTPRIO, &unlimited))
		log_warning("no limit of real-time priority: %s",
			    strerror(errno));
	/* Else it gets no more memory once it has no privileges. */
	if (setrlimit(RLIMIT_MEMLOCK, &unlimited) ||
	    mlockall(MCL_CURRENT | MCL_FUTURE))
		log_warning("memory is not locked: %s", strerror(errno));
}

/**
 * role_run() - be a role until control says stop
 * @role: which
 * @fd: the socket to control
 *
 * Return: exit code of the process.
 */
int role_run(const struct role *role, int fd)
{
	struct link *control;
	uv_loop_t loop;
	int err;

	prctl(PR_SET_NAME, role->name);
	role_self = role;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);	/* control says when */
	if (uv_loop_init(&loop))
		return EXIT_FAILURE;
	control = link_open(&loop, fd, &control_ops, NULL);
	if (!control)
		return EXIT_FAILURE;
	if (role->real_time)
		become_real_time();
	err = role->start(&loop, control);
	if (!err)
		err = role_drop_privileges(role->capabilities,
					   role->capability_count);
	if (err) {
		log_error("cannot start: %s", strerror(-err));
		return EXIT_FAILURE;
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	return EXIT_SUCCESS;
}
