// SPDX-License-Identifier: GPL-2.0
/* vrrp_script: run again and again, with rise and fall */
#include <stdlib.h>
#include <string.h>

#include "script_part.h"
#include "track.h"

/**
 * struct tracked_script - a script that some instance follows
 * @next: in the list of all
 * @tracked: 0 while it is good, or else the exit code that made it bad
 * @config: belongs to the configuration; NULL while it is looked for in a new
 *	one
 * @timer: every interval
 * @run: what runs now
 * @streak: results that speak against the value, one after the other
 */
struct tracked_script {
	struct tracked_script *next;
	struct tracked tracked;
	const struct config_script *config;
	uv_timer_t timer;
	struct script *run;
	unsigned int streak;
};

static struct tracked_script *scripts;

static void take_result(struct tracked_script *script, int code)
{
	const struct tracked *tracked = &script->tracked;
	bool good = !code;
	bool was_good = tracked->known && !tracked->value;

	if (!tracked->known) {
		track_set(&script->tracked, code);
		return;
	}
	if (good == was_good) {
		script->streak = 0;
		return;
	}
	script->streak++;
	if (script->streak < (good ? script->config->rise :
				     script->config->fall))
		return;
	script->streak = 0;
	track_set(&script->tracked, code);
}

static void script_done(void *context, int code, uint32_t milliseconds)
{
	struct tracked_script *script = context;

	(void)milliseconds;
	script->run = NULL;
	take_result(script, code);
}

static void run_script(uv_timer_t *timer)
{
	struct tracked_script *script = timer->data;
	const struct script_order order = {
		.command = &script->config->command,
		.timeout = script->config->timeout,
		.done = script_done,
		.context = script,
	};
	int err;

	if (script->run)
		return;
	err = script_start(script_part_host(), &order, &script->run);
	if (!err)
		return;
	if (!script->tracked.known || !script->tracked.value)
		log_error("vrrp_script %s: %s: %s", script->config->name,
			  script->config->command.argv[0], strerror(-err));
	take_result(script, SCRIPT_KILLED);
}

static uint64_t to_milliseconds(uint64_t microseconds)
{
	return (microseconds + 999) / 1000;
}

/* Only a new interval moves the next run. */
static void keep_script(struct tracked_script *script,
			const struct config_script *config, uint32_t index)
{
	uint64_t interval = to_milliseconds(config->interval);

	script->config = config;
	script->tracked.index = index;
	if (uv_timer_get_repeat(&script->timer) != interval)
		uv_timer_start(&script->timer, run_script, 0, interval);
}

static struct tracked_script *make_script(uv_loop_t *loop,
					  const struct config_script *config)
{
	struct tracked_script *script = calloc(1, sizeof(*script));

	if (!script ||
	    track_add(&script->tracked, TRACKED_SCRIPT, config->name)) {
		free(script);
		return NULL;
	}
	uv_timer_init(loop, &script->timer);
	script->timer.data = script;
	if (config->init_fail) {
		script->tracked.known = true;
		script->tracked.value = SCRIPT_KILLED;
	}
	script->next = scripts;
	scripts = script;
	return script;
}

static struct tracked_script *find_script(const char *name)
{
	struct tracked_script *script = scripts;

	while (script && strcmp(script->tracked.name, name))
		script = script->next;
	return script;
}

static void script_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void drop_unconfigured(void)
{
	struct tracked_script **at = &scripts;
	struct tracked_script *script;

	while ((script = *at)) {
		if (script->config) {
			at = &script->next;
			continue;
		}
		*at = script->next;
		if (script->run)
			script_end(script->run);
		track_del(&script->tracked);
		uv_close((uv_handle_t *)&script->timer, script_closed);
	}
}

static void forget_configs(void)
{
	struct tracked_script *script;

	for (script = scripts; script; script = script->next)
		script->config = NULL;
}

/**
 * track_scripts_configure() - run the scripts that some instance follows
 * @loop: where they are watched
 * @config: the configuration, which stays until the next call
 *
 * What is known of a script stays if there is one of the same name.
 */
void track_scripts_configure(uv_loop_t *loop, const struct config *config)
{
	struct tracked_script *script;
	uint32_t i;

	forget_configs();
	for (i = 0; i < config->script_count; i++) {
		const struct config_script *wanted = &config->scripts[i];

		if (!track_wanted(config, VRRP_TRACK_SCRIPT, i))
			continue;
		script = find_script(wanted->name);
		if (!script)
			script = make_script(loop, wanted);
		if (script)
			keep_script(script, wanted, i);
		else
			log_error("no memory to run vrrp_script %s",
				  wanted->name);
	}
	drop_unconfigured();
}

/**
 * track_scripts_end() - run no script any more
 */
void track_scripts_end(void)
{
	forget_configs();
	drop_unconfigured();
}
