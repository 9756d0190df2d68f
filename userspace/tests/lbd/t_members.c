// SPDX-License-Identifier: GPL-2.0
/*
 * Host names as real servers. With the name of a configuration it says what
 * control would be told, for resolve.t: until its input ends, and again for
 * each line of that with the name of another configuration.
 */
#include <unistd.h>

#include "../../lbd/check/members.h"
#include "../../lbd/log.h"
#include "../tap.h"
#include "config.h"
#include "probe.h"

static struct {
	uv_loop_t loop;
	uv_timer_t wake;
	uv_poll_t input;
	struct check_engine *engine;
	struct members *members;
} names;

static void wake(void *context, uint64_t when);

static void due(uv_timer_t *timer)
{
	(void)timer;
	check_engine_run(names.engine);
}

static void wake(void *context, uint64_t when)
{
	uint64_t now = probing_now(NULL);

	(void)context;
	uv_update_time(&names.loop);
	uv_timer_start(&names.wake, due, when > now ? (when - now) / 1000 + 1 : 0,
		       0);
}

static void engine_health(void *context, const struct msg_health *health)
{
	(void)context;
	members_health(names.members, health);
}

static int engine_script(void *context, const struct msg_script_run *run)
{
	(void)context;
	return members_script(names.members, run);
}

static void say_health(void *context, const struct msg_health *health)
{
	static const char *const words[] = { "unknown", "up", "down", "drain" };

	(void)context;
	printf("health %u %u %s %s\n", health->service, health->backend,
	       words[health->health], health->reason);
	fflush(stdout);
}

static void say_resolved(void *context, const struct msg_resolved *resolved,
			 const char *text, size_t length)
{
	size_t i;

	(void)context;
	printf("resolved %u %u:", resolved->service, resolved->backend);
	for (i = 0; i < length; i++) {
		if (!i || text[i - 1] == '\n')
			putchar(' ');
		putchar(text[i] == '\n' ? ';' : text[i]);
	}
	putchar('\n');
	fflush(stdout);
}

static int say_script(void *context, const struct msg_script_run *run)
{
	(void)context;
	printf("script %u\n", run->check);
	return 0;
}

static int configure(const char *path)
{
	struct config_report report = { .stream = stderr };
	struct config *config;

	if (config_read(path, &report, &config))
		return -1;
	return members_configure(names.members, config);
}

static void input(uv_poll_t *poll, int status, int events)
{
	char line[256];
	ssize_t length = read(0, line, sizeof(line) - 1);

	(void)status;
	(void)events;
	if (length > 1) {
		line[length - 1] = '\0';
		if (!configure(line))
			return;
	}
	uv_poll_stop(poll);
	uv_stop(&names.loop);
}

static int run(const char *path)
{
	static const struct check_engine_ops engine_ops = {
		.now = probing_now,
		.wake = wake,
		.health = engine_health,
		.script = engine_script,
	};
	static const struct members_ops ops = {
		.health = say_health,
		.resolved = say_resolved,
		.script = say_script,
	};

	log_open("test", true, LOG_LEVEL_WARNING);
	if (uv_loop_init(&names.loop))
		return 1;
	uv_timer_init(&names.loop, &names.wake);
	names.engine = check_engine_open(&names.loop, &engine_ops, NULL, 1);
	names.members = members_open(&names.loop, &ops, NULL);
	if (!names.engine || !names.members)
		return 1;
	members_set_engine(names.members, names.engine);
	if (configure(path))
		return 1;
	uv_poll_init(&names.loop, &names.input, 0);
	uv_poll_start(&names.input, UV_READABLE, input);
	uv_run(&names.loop, UV_RUN_DEFAULT);
	check_engine_close(names.engine);
	members_close(names.members);
	uv_walk(&names.loop, probing_close, NULL);
	uv_run(&names.loop, UV_RUN_DEFAULT);
	return uv_loop_close(&names.loop) ? 1 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return run(argv[1]);
	config_begin();
	config_refused("global_defs {\n dns_server here\n}\n",
		       "main:2: dns_server 'here': this is not an address\n");
	config_refused("global_defs {\n dns_server 127.0.0.1 0\n}\n",
		       "main:2: dns_server '0': this must be a number from 1 to 65535\n");
	config_refused("global_defs {\n dns_min_ttl 60\n dns_max_ttl 30\n}\n",
		       "global_defs: dns_min_ttl is more than dns_max_ttl\n");
	config_end();
	return tap_end();
}
