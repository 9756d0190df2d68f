// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

#include "../log.h"
#include "../role.h"
#include "engine.h"
#include "members.h"
#include "opener.h"

static struct {
	uv_loop_t *loop;
	struct link *control;
	struct check_engine *engine;
	struct members *members;
	uv_timer_t timer;
} checkers;

static uint64_t now(void *context)
{
	(void)context;
	return uv_hrtime() / 1000;
}

static void woken(uv_timer_t *timer)
{
	(void)timer;
	check_engine_run(checkers.engine);
}

static void wake(void *context, uint64_t when)
{
	uint64_t time = now(context);

	/* The loop counts from when it last looked at the clock. */
	uv_update_time(checkers.loop);
	uv_timer_start(&checkers.timer, woken,
		       when > time ? (when - time + 999) / 1000 : 0, 0);
}

static void engine_health(void *context, const struct msg_health *health)
{
	(void)context;
	members_health(checkers.members, health);
}

static int engine_script(void *context, const struct msg_script_run *run)
{
	(void)context;
	return members_script(checkers.members, run);
}

static void tell_health(void *context, const struct msg_health *health)
{
	(void)context;
	link_send(checkers.control, MSG_HEALTH, health, -1);
}

static void tell_resolved(void *context, const struct msg_resolved *resolved,
			  const char *text, size_t length)
{
	(void)context;
	link_send_text(checkers.control, MSG_RESOLVED, resolved, text, length);
}

static int run_script(void *context, const struct msg_script_run *run)
{
	(void)context;
	return link_send(checkers.control, MSG_SCRIPT_RUN, run, -1);
}

static const struct members_ops members_ops = {
	.health = tell_health,
	.resolved = tell_resolved,
	.script = run_script,
};

static int make_tunnel(void *context, const struct msg_tunnel *tunnel)
{
	struct msg_tunnel mine = *tunnel;

	(void)context;
	mine.check = members_check(checkers.members, tunnel->check);
	return link_send(checkers.control, MSG_TUNNEL, &mine, -1);
}

static const struct check_engine_ops engine_ops = {
	.now = now,
	.wake = wake,
	.health = engine_health,
	.script = engine_script,
	.tunnel = make_tunnel,
};

/* Each probe under way needs a descriptor. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int checkers_start(uv_loop_t *loop, struct link *control)
{
	uint64_t seed;
	int err;

	err = opener_start();
	if (err)
		return err;
	raise_limit();
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return -EIO;
	checkers.loop = loop;
	checkers.control = control;
	checkers.engine = check_engine_open(loop, &engine_ops, NULL, seed);
	checkers.members = members_open(loop, &members_ops, NULL);
	if (!checkers.engine || !checkers.members)
		return -ENOMEM;
	members_set_engine(checkers.members, checkers.engine);
	return uv_timer_init(loop, &checkers.timer) ? -EIO : 0;
}

static void checkers_configure(struct config *config)
{
	int err = members_configure(checkers.members, config);

	if (err)
		log_error("the old configuration stays: %s", strerror(-err));
}

static void checkers_message(enum message_type type, const void *data, int fd)
{
	(void)fd;
	switch (type) {
	case MSG_RECHECK:
		members_recheck(checkers.members, data);
		break;
	case MSG_TRACKED:
		check_engine_tracked(checkers.engine, data);
		break;
	case MSG_PASSIVE:
		check_engine_passive(checkers.engine, data);
		break;
	case MSG_SCRIPT_DONE:
		check_engine_script_done(checkers.engine, data);
		break;
	case MSG_TUNNEL_DONE:
		check_engine_tunnel_done(checkers.engine, data);
		break;
	default:
		break;
	}
}

static struct json_t *checkers_status(void)
{
	return check_engine_status(checkers.engine);
}

static void checkers_stop(void)
{
	uv_stop(checkers.loop);
}

const struct role role_checkers = {
	.name = "lbd-checkers",
	.start = checkers_start,
	.configure = checkers_configure,
	.message = checkers_message,
	.status = checkers_status,
	.stop = checkers_stop,
};
