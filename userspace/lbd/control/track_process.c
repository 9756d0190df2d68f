// SPDX-License-Identifier: GPL-2.0
/* vrrp_track_process: how many processes of a kind run, as /proc has them */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "track.h"

#define PROCESS_INTERVAL	500	/* milliseconds */

/* More of a command line is not compared. */
#define COMMAND_MAX	4096

/**
 * struct tracked_process - a kind of process that some instance follows
 * @next: in the list of all
 * @tracked: 1 with quorum, 0 without
 * @config: belongs to the configuration; NULL while it is looked for in a new
 *	one
 * @count: how many run
 * @since: when @count began to speak against the value, in milliseconds of the
 *	loop; 0: it does not
 */
struct tracked_process {
	struct tracked_process *next;
	struct tracked tracked;
	const struct config_process *config;
	unsigned int count;
	uint64_t since;
};

static struct tracked_process *processes;
static uv_timer_t process_timer;
static bool process_timer_open;

/* Reads /proc/PID/NAME. Return: its length, 0 if there is nothing. */
static size_t read_proc(const char *pid, const char *name, char *text,
			size_t size)
{
	char path[64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	length = read(fd, text, size - 1);
	close(fd);
	if (length < 0)
		length = 0;
	text[length] = '\0';
	return (size_t)length;
}

/* The name is in parentheses, and may have some itself. */
static bool name_matches(const char *stat_, const char *name)
{
	const char *begin = strchr(stat_, '(');
	const char *end = strrchr(stat_, ')');
	size_t length;

	if (!begin || !end || end[1] != ' ' || end[2] == 'Z' || end[2] == 'X')
		return false;
	begin++;
	length = (size_t)(end - begin);
	/* The kernel keeps 15 characters of it. */
	return !strncmp(begin, name, length) &&
	       (name[length] == '\0' || length == 15);
}

static bool is_zombie(const char *stat_)
{
	const char *end = strrchr(stat_, ')');

	return !end || end[1] != ' ' || end[2] == 'Z' || end[2] == 'X';
}

/* @words are @size bytes, each word with its NUL. */
static bool parameters_match(const struct config_process *process,
			     const char *words, size_t size)
{
	const char *end = words + size;
	unsigned int i;

	for (i = 0; i < process->parameter_count; i++) {
		const char *wanted = process->parameters[i];
		bool last = i + 1 == process->parameter_count;

		if (words >= end)
			return false;
		if (last && process->match == PARAM_INITIAL)
			return !strncmp(words, wanted, strlen(wanted));
		if (strcmp(words, wanted))
			return false;
		words += strlen(words) + 1;
	}
	return process->match != PARAM_EXACT || words >= end;
}

static bool command_matches(const struct config_process *process,
			    const char *command, size_t size)
{
	size_t first = strlen(command) + 1;

	if (!size || strcmp(command, process->process))
		return false;
	return process->match == PARAM_ANY ||
	       parameters_match(process, command + first,
				size > first ? size - first : 0);
}

static bool process_matches(const struct config_process *process,
			    const char *pid)
{
	char text[COMMAND_MAX];
	size_t size;

	if (!read_proc(pid, "stat", text, sizeof(text)))
		return false;
	if (!process->full_command && process->match == PARAM_ANY)
		return name_matches(text, process->process);
	if (is_zombie(text))
		return false;
	size = read_proc(pid, "cmdline", text, sizeof(text));
	return command_matches(process, text, size);
}

/**
 * track_count_processes() - see how many processes of a kind run
 * @process: the kind
 *
 * Return: how many; zombies do not count.
 */
unsigned int track_count_processes(const struct config_process *process)
{
	DIR *proc = opendir("/proc");
	unsigned int count = 0;
	struct dirent *entry;

	if (!proc)
		return 0;
	while ((entry = readdir(proc))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    process_matches(process, entry->d_name))
			count++;
	}
	closedir(proc);
	return count;
}

static void look(struct tracked_process *process, uint64_t now)
{
	const struct config_process *config = process->config;
	struct tracked *tracked = &process->tracked;
	uint64_t delay;
	bool good;

	process->count = track_count_processes(config);
	good = process->count >= config->quorum &&
	       process->count <= config->quorum_max;
	if (tracked->known && good == !!tracked->value) {
		process->since = 0;
		return;
	}
	delay = good ? config->fork_delay : config->terminate_delay;
	if (!process->since)
		process->since = now ? now : 1;
	if (tracked->known && now < process->since + delay / 1000)
		return;
	process->since = 0;
	track_set(tracked, good);
}

static void look_at_all(uv_timer_t *timer)
{
	struct tracked_process *process;

	for (process = processes; process; process = process->next)
		look(process, uv_now(timer->loop));
}

static struct tracked_process *find_process(const char *name)
{
	struct tracked_process *process = processes;

	while (process && strcmp(process->tracked.name, name))
		process = process->next;
	return process;
}

static struct tracked_process *make_process(const struct config_process *config)
{
	struct tracked_process *process = calloc(1, sizeof(*process));

	if (!process ||
	    track_add(&process->tracked, TRACKED_PROCESS, config->name)) {
		free(process);
		return NULL;
	}
	process->next = processes;
	processes = process;
	return process;
}

static void forget_configs(void)
{
	struct tracked_process *process;

	for (process = processes; process; process = process->next)
		process->config = NULL;
}

static void drop_unconfigured(void)
{
	struct tracked_process **at = &processes;
	struct tracked_process *process;

	while ((process = *at)) {
		if (process->config) {
			at = &process->next;
			continue;
		}
		*at = process->next;
		track_del(&process->tracked);
		free(process);
	}
}

/* All that is known is from now on. */
static void begin(uv_loop_t *loop)
{
	if (!process_timer_open)
		uv_timer_init(loop, &process_timer);
	process_timer_open = true;
	look_at_all(&process_timer);
	if (processes)
		uv_timer_start(&process_timer, look_at_all, PROCESS_INTERVAL,
			       PROCESS_INTERVAL);
	else
		uv_timer_stop(&process_timer);
}

/**
 * track_processes_configure() - follow the processes that an instance follows
 * @loop: for the timer
 * @config: the configuration, which stays until the next call
 */
void track_processes_configure(uv_loop_t *loop, const struct config *config)
{
	struct tracked_process *process;
	uint32_t i;

	forget_configs();
	for (i = 0; i < config->process_count; i++) {
		const struct config_process *wanted = &config->processes[i];

		if (!track_wanted(config, VRRP_TRACK_PROCESS, i))
			continue;
		process = find_process(wanted->name);
		if (!process)
			process = make_process(wanted);
		if (!process) {
			log_error("no memory to follow process %s",
				  wanted->name);
			continue;
		}
		process->config = wanted;
		process->tracked.index = i;
	}
	drop_unconfigured();
	begin(loop);
}

/**
 * track_processes_end() - follow no process any more
 */
void track_processes_end(void)
{
	forget_configs();
	drop_unconfigured();
	if (process_timer_open)
		uv_close((uv_handle_t *)&process_timer, NULL);
	process_timer_open = false;
}
