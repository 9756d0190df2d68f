// SPDX-License-Identifier: GPL-2.0
/*
 * AGENT_CHECK: a line from an agent on the backend
 *
 * The words of a line are those HAProxy's agents say: up, ready, down, failed,
 * stopped, maint, drain, and N% of the configured weight; weight:N is ours.
 * What follows a # is for people.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "agent.h"

#define LINE_LEN	256
#define PERCENT_MAX	256
#define WEIGHT_MAX	65535

struct agent_options {
	const char *send;	/* a line; NULL: nothing */
};

struct agent {
	int fd;
	size_t length;
	char line[LINE_LEN];
};

static const struct config_word words[] = {
	{ "send", CONFIG_STRING, .offset = offsetof(struct agent_options, send) },
	{ 0 }
};

/* Return: whether @text is a number up to @max with @end after it. */
static bool number(const char *text, const char *end, unsigned long max,
		   int *value)
{
	unsigned long n;
	char *rest;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoul(text, &rest, 10);
	if (errno || n > max || strcmp(rest, end))
		return false;
	*value = n;
	return true;
}

/* Return: false when it is no word we know. */
static bool take_word(const char *word, struct verdict *verdict)
{
	static const char *const good[] = { "up", "ready" };
	static const char *const bad[] = { "down", "failed", "stopped", "fail",
					   "maint" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!strcasecmp(word, good[i]))
			return true;
	}
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!strcasecmp(word, bad[i])) {
			verdict->passed = false;
			return true;
		}
	}
	if (!strcasecmp(word, "drain")) {
		verdict->drain = true;
		return true;
	}
	if (!strncasecmp(word, "weight:", 7))
		return number(word + 7, "", WEIGHT_MAX, &verdict->weight);
	return number(word, "%", PERCENT_MAX, &verdict->weight_percent);
}

/**
 * agent_parse() - what a line of an agent means
 * @line: without its end
 * @verdict: set to that
 *
 * Return: false when no word of it is known; words that are not known are left
 *	alone beside one that is.
 */
bool agent_parse(const char *line, struct verdict *verdict)
{
	char text[LINE_LEN], *word, *rest;
	bool known = false;

	*verdict = VERDICT_PASSED;
	snprintf(text, sizeof(text), "%s", line);
	text[strcspn(text, "#")] = '\0';
	for (word = strtok_r(text, " \t,\r", &rest); word;
	     word = strtok_r(NULL, " \t,\r", &rest))
		known |= take_word(word, verdict);
	if (verdict->weight_percent == 0 || verdict->weight == 0)
		verdict->drain = true;
	return known;
}

/* What a server says goes to the log, so it must be harmless there. */
static void make_printable(char *line)
{
	for (; *line; line++) {
		if (*line < ' ' || *line > '~')
			*line = '?';
	}
}

static void judge(struct probe *probe, char *line)
{
	struct verdict verdict;
	bool known = agent_parse(line, &verdict);

	make_printable(line);
	if (known)
		probe_done(probe, &verdict, "agent says %.100s", line);
	else
		probe_done(probe, &VERDICT_FAILED,
			   "agent says nothing known: %.100s", line);
}

/* A line ends with a newline, or with the connection. */
static void readable(struct probe *probe, int events)
{
	struct agent *agent = probe_state(probe);
	size_t room = sizeof(agent->line) - 1 - agent->length;
	ssize_t some = recv(agent->fd, agent->line + agent->length, room,
			    MSG_DONTWAIT);
	char *end;

	(void)events;
	if (some < 0) {
		if (errno != EAGAIN && errno != EINTR)
			probe_done(probe, &VERDICT_FAILED, "read: %s",
				   strerror(errno));
		return;
	}
	agent->length += some;
	agent->line[agent->length] = '\0';
	end = memchr(agent->line, '\n', agent->length);
	if (end)
		*end = '\0';
	if (end || !some)
		judge(probe, agent->line);
	else if ((size_t)some == room)
		probe_done(probe, &VERDICT_FAILED, "agent's line is too long");
}

/* So little always fits into the buffer of a new connection. */
static int say(int fd, const char *line)
{
	struct iovec parts[] = {
		{ .iov_base = (void *)line, .iov_len = strlen(line) },
		{ .iov_base = "\n", .iov_len = 1 },
	};
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

static void connected(struct probe *probe, int events)
{
	const struct agent_options *options = probe_check(probe)->options;
	struct agent *agent = probe_state(probe);
	int err = probe_error(agent->fd);

	(void)events;
	if (!err && options->send)
		err = say(agent->fd, options->send);
	if (!err)
		err = probe_watch(probe, agent->fd, UV_READABLE, readable);
	if (err)
		probe_done(probe, &VERDICT_FAILED, "connect: %s",
			   strerror(-err));
}

static void agent_start(struct probe *probe)
{
	struct agent *agent = probe_state(probe);

	agent->fd = probe_connect(probe, SOCK_STREAM);
	if (agent->fd < 0)
		probe_done(probe, &VERDICT_FAILED, "connect: %s",
			   strerror(-agent->fd));
	else if (probe_watch(probe, agent->fd, UV_WRITABLE, connected))
		probe_done(probe, &VERDICT_FAILED, "no memory");
}

const struct checker checker_agent = {
	.keyword = "AGENT_CHECK",
	.protocol = IPPROTO_TCP,
	.words = words,
	.options_size = sizeof(struct agent_options),
	.retry = 1,
	.delay_before_retry = 1000000,
	.probe_size = sizeof(struct agent),
	.start = agent_start,
};
