// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

static const struct {
	int priority;
	const char *name;
} levels[] = {
	[LOG_LEVEL_ERROR] = { LOG_ERR, "error" },
	[LOG_LEVEL_WARNING] = { LOG_WARNING, "warning" },
	[LOG_LEVEL_NOTICE] = { LOG_NOTICE, "notice" },
	[LOG_LEVEL_INFO] = { LOG_INFO, "info" },
	[LOG_LEVEL_DEBUG] = { LOG_DEBUG, "debug" },
};

static const char *log_role = "lbd";
static bool log_terminal = true;
static enum log_level log_most = LOG_LEVEL_INFO;

/**
 * log_open() - say who speaks and where to
 * @role: what lines begin with; not copied
 * @terminal: to stderr, else to syslog
 * @level: less important lines are left out
 *
 * Until then lines go to stderr.
 */
void log_open(const char *role, bool terminal, enum log_level level)
{
	log_role = role;
	log_terminal = terminal;
	log_most = level;
	if (!terminal)
		openlog("lbd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

static void say_to_terminal(enum log_level level, const char *text)
{
	struct timespec now;
	struct tm tm;
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%T", &tm);
	/* One write, so that lines of several processes do not mix. */
	dprintf(STDERR_FILENO, "%s.%03ld lbd %s: %s: %s\n", stamp,
		now.tv_nsec / 1000000, log_role, levels[level].name, text);
}

/**
 * log_say() - write a line
 * @level: how important it is
 * @format: the text, without newline
 */
void log_say(enum log_level level, const char *format, ...)
{
	char text[1024];
	va_list ap;

	if (level > log_most)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (log_terminal)
		say_to_terminal(level, text);
	else
		syslog(levels[level].priority, "%s: %s", log_role, text);
}
