// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "control.h"
#include "kernel.h"
#include "roles.h"
#include "systemd.h"

/* Milliseconds that parts have for their end. */
#define HOLD_LIMIT	10000

static struct {
	uv_loop_t loop;
	const struct control_options *options;
	struct config *config;
	bool stopping;
	unsigned int holds;
	bool parts_stopped;
	time_t started;
	time_t loaded;
	uint32_t reloads;
	uint32_t refused;	/* reloads */
	char *trouble;		/* of the last reload, if it was refused */
	uv_timer_t limit;
} control;

static const int stop_signals[] = { SIGTERM, SIGINT };

static uv_signal_t signals[3];

const struct control_options *control_options(void)
{
	return control.options;
}

const struct config *control_config(void)
{
	return control.config;
}

bool control_stopping(void)
{
	return control.stopping;
}

void control_role_ready(enum role_id role)
{
	const struct control_part *const *part;

	for (part = control_parts; *part; part++)
		if ((*part)->role_ready)
			(*part)->role_ready(role);
}

void control_role_gone(enum role_id role)
{
	const struct control_part *const *part;

	for (part = control_parts; *part; part++)
		if ((*part)->role_gone)
			(*part)->role_gone(role);
}

static void vrrp_changed(const struct msg_vrrp_state *state)
{
	const struct control_part *const *part;

	for (part = control_parts; *part; part++)
		if ((*part)->vrrp_changed)
			(*part)->vrrp_changed(state);
}

void control_message(enum role_id from, enum message_type type,
		     const void *data, int fd)
{
	const struct control_part *const *part;

	if (type == MSG_VRRP_STATE) {
		vrrp_changed(data);
		return;
	}
	for (part = control_parts; *part; part++)
		if ((*part)->message)
			(*part)->message(from, type, data, fd);
}

void control_backend_changed(const struct control_backend_change *change)
{
	const struct control_part *const *part;

	for (part = control_parts; *part; part++)
		if ((*part)->backend_changed)
			(*part)->backend_changed(change);
}

void control_quorum_changed(const struct control_quorum_change *change)
{
	const struct control_part *const *part;

	for (part = control_parts; *part; part++)
		if ((*part)->quorum_changed)
			(*part)->quorum_changed(change);
}

static void configure_parts(const struct config *config,
			    const struct config *before)
{
	const struct control_part *const *part;

	for (part = control_parts; *part; part++)
		if ((*part)->configure)
			(*part)->configure(config, before);
}

/* The text that roles parse, or NULL without memory. */
static char *write_config(const struct config *config, size_t *length)
{
	char *text = NULL;
	FILE *stream = open_memstream(&text, length);
	int err;

	if (!stream)
		return NULL;
	err = config_write(config, stream);
	if (fclose(stream) || err) {
		free(text);
		return NULL;
	}
	return text;
}

/* Return: 0 or -ENOMEM with nothing changed. */
static int adopt(struct config *config)
{
	struct config *before = control.config;
	size_t length;
	char *text;

	config->generation = before ? before->generation + 1 : 1;
	text = write_config(config, &length);
	if (!text)
		return -ENOMEM;
	control.config = config;
	control.loaded = time(NULL);
	configure_parts(config, before);
	roles_configure(config, text, length);
	if (before)
		config_free(before);
	return 0;
}

static bool differ(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* What is settled when the process starts. */
static int check_fixed(const struct config *config, FILE *why)
{
	const struct config_globals *old = &control.config->globals;
	const struct config_globals *new = &config->globals;
	const char *word = NULL;

	if (differ(old->net_namespace, new->net_namespace))
		word = "net_namespace";
	if (differ(old->instance, new->instance))
		word = "instance";
	if (!word)
		return 0;
	fprintf(why, "%s: %s cannot change without a restart\n",
		control.options->path, word);
	return -EBUSY;
}

static int read_again(FILE *why, unsigned int *warnings)
{
	struct config_report report = { .stream = why };
	struct config *config;
	int err;

	err = config_read(control.options->path, &report, &config);
	if (err) {
		if (!report.errors)
			fprintf(why, "%s: %s\n", control.options->path,
				strerror(-err));
		return err;
	}
	err = check_fixed(config, why);
	if (!err) {
		err = adopt(config);
		if (err)
			fprintf(why, "%s\n", strerror(-err));
	}
	if (err)
		config_free(config);
	*warnings = report.warnings;
	return err;
}

static void log_lines(enum log_level level, const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, "\n");

		log_say(level, "%.*s", length, text);
		text += length;
		text += *text == '\n';
	}
}

struct reload {
	uint64_t begin;
	uint64_t operations;
	unsigned int warnings;
};

static void note_reload(int err, const char *lines,
			const struct reload *reload)
{
	free(control.trouble);
	control.trouble = NULL;
	if (err) {
		control.refused++;
		control.trouble = strdup(lines);
		log_lines(LOG_LEVEL_ERROR, lines);
		log_error("the configuration stays as it was");
		return;
	}
	control.reloads++;
	if (reload->warnings)
		log_lines(LOG_LEVEL_WARNING, lines);
	log_notice("reloaded in %.1f ms with %ju kernel operations",
		   (uv_hrtime() - reload->begin) / 1e6,
		   (uintmax_t)(kernel_operations() - reload->operations));
}

int control_reload(char **why)
{
	struct reload reload = { uv_hrtime(), kernel_operations(), 0 };
	char *lines = NULL;
	size_t length;
	FILE *stream;
	int err;

	*why = NULL;
	if (control.stopping)
		return -ESHUTDOWN;
	stream = open_memstream(&lines, &length);
	if (!stream)
		return -ENOMEM;
	systemd_tell_reloading();
	err = read_again(stream, &reload.warnings);
	if (fclose(stream))
		err = err ? err : -ENOMEM;
	note_reload(err, lines ? lines : "", &reload);
	systemd_tell("READY=1");
	if (err)
		*why = lines;
	else
		free(lines);
	return err;
}

static void finish(void)
{
	if (control.parts_stopped && !control.holds)
		uv_stop(&control.loop);
}

void control_hold(void)
{
	control.holds++;
}

void control_release(void)
{
	control.holds--;
	finish();
}

static void hold_late(uv_timer_t *timer)
{
	(void)timer;
	log_warning("lbd ends, though not everything is done");
	uv_stop(&control.loop);
}

static void stop_parts(void)
{
	size_t count = 0;

	while (control_parts[count])
		count++;
	while (count--) {
		if (control_parts[count]->stop)
			control_parts[count]->stop();
	}
}

static void roles_stopped(void)
{
	if (control.parts_stopped)
		return;
	stop_parts();
	control.parts_stopped = true;
	uv_timer_start(&control.limit, hold_late, HOLD_LIMIT, 0);
	finish();
}

void control_stop(void)
{
	if (control.stopping)
		return;
	control.stopping = true;
	systemd_tell("STOPPING=1");
	log_notice("lbd stops");
	roles_stop(roles_stopped);
}

static void take_signal(uv_signal_t *handle, int number)
{
	char *why;

	(void)handle;
	if (number != SIGHUP) {
		control_stop();
		return;
	}
	control_reload(&why);
	free(why);
}

static int watch_signals(void)
{
	int err = 0;
	size_t i;

	for (i = 0; i < 3 && !err; i++) {
		err = uv_signal_init(&control.loop, &signals[i]);
		if (!err)
			err = uv_signal_start(&signals[i], take_signal,
					      i < 2 ? stop_signals[i] : SIGHUP);
	}
	return err;
}

static json_t *parts_status(void)
{
	const struct control_part *const *part;
	json_t *all = json_object();
	json_t *status;

	for (part = control_parts; *part; part++) {
		status = (*part)->status ? (*part)->status() : NULL;
		if (status)
			json_object_set_new(all, (*part)->name, status);
	}
	return all;
}

static json_t *own_status(void)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:s, s:I, s:I, s:s?}",
			 "version", NFLB_VERSION,
			 "pid", (json_int_t)getpid(),
			 "started", (json_int_t)control.started,
			 "loaded", (json_int_t)control.loaded,
			 "generation", (json_int_t)control.config->generation,
			 "file", control.options->path,
			 "reloads", (json_int_t)control.reloads,
			 "reloads_refused", (json_int_t)control.refused,
			 "reload_error", control.trouble);
}

json_t *control_status(void)
{
	json_t *all = parts_status();

	json_object_set_new(all, "roles", roles_status());
	json_object_set_new(all, "control", own_status());
	return all;
}

static int start_parts(void)
{
	const struct control_part *const *part;
	int err = 0;

	for (part = control_parts; *part && !err; part++) {
		if (!(*part)->start)
			continue;
		err = (*part)->start(&control.loop);
		if (err)
			log_error("cannot start %s: %s", (*part)->name,
				  strerror(-err));
	}
	return err;
}

/**
 * control_run() - be control until a signal says stop
 * @options: of the command line; must stay
 * @config: the first configuration, which belongs to control from then on
 * @lock: the lock of the run directory
 *
 * Return: 0, or a negative errno after it was logged.
 */
int control_run(const struct control_options *options, struct config *config,
		int lock)
{
	int err;

	control.options = options;
	control.started = time(NULL);
	signal(SIGPIPE, SIG_IGN);
	systemd_open();
	err = uv_loop_init(&control.loop);
	if (!err)
		err = uv_timer_init(&control.loop, &control.limit);
	if (!err)
		err = watch_signals();
	if (!err)
		err = roles_open(&control.loop, lock);
	if (!err)
		err = start_parts();
	if (!err)
		err = adopt(config);
	if (err) {
		log_error("cannot start: %s", strerror(-err));
		return err;
	}
	log_notice("lbd " NFLB_VERSION " runs, after %ju kernel operations",
		   (uintmax_t)kernel_operations());
	systemd_tell("READY=1");
	uv_run(&control.loop, UV_RUN_DEFAULT);
	log_notice("lbd has stopped");
	return 0;
}
