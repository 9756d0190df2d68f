// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../log.h"
#include "fifo.h"
#include "identity.h"

/* What the pipe does not take waits in memory, up to so many lines. */
#define FIFO_WAITING_MAX	65536

/* A script that ends is run again after that time, which doubles. */
#define FIFO_RESTART_MIN	1000	/* milliseconds */
#define FIFO_RESTART_MAX	60000

struct line {
	struct line *next;
	size_t length;
	char text[];
};

struct fifo {
	struct script_host *host;
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned int handles;
	int fd;
	bool made;		/* by us, so it goes with us */
	char *path;
	char **argv;		/* of the script, the path last; NULL: none */
	char *user;
	char *group;
	struct script *script;
	unsigned int restart;	/* milliseconds to the next start */
	struct line *first;
	struct line **last;
	unsigned int waiting;
	uint64_t lost;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Our argv has the path after the words of the command. */
static bool same_script(const struct fifo *fifo,
			const struct config_command *command)
{
	size_t i;

	if (!command || !command->argv)
		return !fifo->argv;
	if (!fifo->argv || !same_text(fifo->user, command->user) ||
	    !same_text(fifo->group, command->group))
		return false;
	for (i = 0; command->argv[i]; i++) {
		if (!fifo->argv[i] || strcmp(fifo->argv[i], command->argv[i]))
			return false;
	}
	return fifo->argv[i] && !fifo->argv[i + 1];
}

/**
 * fifo_is() - see whether a FIFO may stay after a reload
 * @fifo: it
 * @config: what is wanted
 *
 * Return: whether it is what is wanted.
 */
bool fifo_is(const struct fifo *fifo, const struct fifo_config *config)
{
	return same_text(fifo->path, config->path) &&
	       same_script(fifo, config->script);
}

static void free_words(char **words)
{
	size_t i;

	for (i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static void free_fifo(struct fifo *fifo)
{
	struct line *line;

	while ((line = fifo->first)) {
		fifo->first = line->next;
		free(line);
	}
	if (fifo->fd >= 0)
		close(fifo->fd);
	if (fifo->made)
		unlink(fifo->path);
	free_words(fifo->argv);
	free(fifo->user);
	free(fifo->group);
	free(fifo->path);
	free(fifo);
}

static int copy_script(struct fifo *fifo, const struct config_command *command)
{
	size_t count = 0;

	if (!command || !command->argv)
		return 0;
	while (command->argv[count])
		count++;
	fifo->argv = calloc(count + 2, sizeof(char *));
	if (!fifo->argv)
		return -ENOMEM;
	for (count = 0; command->argv[count]; count++) {
		fifo->argv[count] = strdup(command->argv[count]);
		if (!fifo->argv[count])
			return -ENOMEM;
	}
	fifo->argv[count] = strdup(fifo->path);
	fifo->user = command->user ? strdup(command->user) : NULL;
	fifo->group = command->group ? strdup(command->group) : NULL;
	if (!fifo->argv[count] || (command->user && !fifo->user) ||
	    (command->group && !fifo->group))
		return -ENOMEM;
	return 0;
}

/* Its owner is who reads it. */
static int give_away(const struct fifo *fifo, const struct fifo_config *config)
{
	const struct config_command nobody = { 0 };
	struct identity owner;
	int err;

	if (geteuid())
		return 0;
	err = script_identity(fifo->host,
			      config->script ? config->script : &nobody,
			      &owner);
	if (!err && fchown(fifo->fd, owner.uid, owner.gid))
		err = -errno;
	return err;
}

/* Open for both, so that writing needs no reader and readers see no end. */
static int open_path(struct fifo *fifo, const struct fifo_config *config)
{
	struct stat stat_;

	if (!mkfifo(fifo->path, 0600))
		fifo->made = true;
	else if (errno != EEXIST)
		return -errno;
	fifo->fd = open(fifo->path,
			O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fifo->fd < 0)
		return -errno;
	if (fstat(fifo->fd, &stat_))
		return -errno;
	if (!S_ISFIFO(stat_.st_mode))
		return -EEXIST;
	return fifo->made ? give_away(fifo, config) : 0;
}

static void start_script(struct fifo *fifo);

static void restart_script(uv_timer_t *timer)
{
	start_script(timer->data);
}

static void script_gone(struct fifo *fifo)
{
	fifo->script = NULL;
	uv_timer_start(&fifo->timer, restart_script, fifo->restart, 0);
	fifo->restart *= 2;
	if (fifo->restart > FIFO_RESTART_MAX)
		fifo->restart = FIFO_RESTART_MAX;
}

static void script_done(void *context, int code, uint32_t milliseconds)
{
	struct fifo *fifo = context;

	log_warning("%s, which reads %s, has ended (%d); it is run again",
		    fifo->argv[0], fifo->path, code);
	if (milliseconds > FIFO_RESTART_MAX)
		fifo->restart = FIFO_RESTART_MIN;
	script_gone(fifo);
}

static void start_script(struct fifo *fifo)
{
	struct config_command command = {
		.argv = (const char **)fifo->argv, .user = fifo->user,
		.group = fifo->group,
	};
	struct script_order order = {
		.command = &command, .done = script_done, .context = fifo,
	};
	int err = script_start(fifo->host, &order, &fifo->script);

	if (!err)
		return;
	log_error("%s, which reads %s, cannot be run: %s", fifo->argv[0],
		  fifo->path, strerror(-err));
	script_gone(fifo);
}

/* Return: 0, or -EAGAIN when the pipe is full. */
static int write_line(const struct fifo *fifo, const char *text, size_t length)
{
	/* Lines are shorter than PIPE_BUF, so they go whole or not at all. */
	if (write(fifo->fd, text, length) >= 0)
		return 0;
	return errno == EAGAIN || errno == EINTR ? -EAGAIN : -errno;
}

static void drop_first(struct fifo *fifo)
{
	struct line *line = fifo->first;

	fifo->first = line->next;
	if (!fifo->first)
		fifo->last = &fifo->first;
	fifo->waiting--;
	free(line);
}

static void fifo_ready(uv_poll_t *poll, int status, int events)
{
	struct fifo *fifo = poll->data;

	(void)status;
	(void)events;
	while (fifo->first &&
	       write_line(fifo, fifo->first->text, fifo->first->length) !=
	       -EAGAIN)
		drop_first(fifo);
	if (!fifo->first)
		uv_poll_stop(poll);
}

static int keep_line(struct fifo *fifo, const char *text, size_t length)
{
	struct line *line;

	if (fifo->waiting >= FIFO_WAITING_MAX) {
		if (!fifo->lost++)
			log_error("nobody reads %s: lines are lost",
				  fifo->path);
		return -ENOBUFS;
	}
	line = malloc(sizeof(*line) + length);
	if (!line)
		return -ENOMEM;
	line->next = NULL;
	line->length = length;
	memcpy(line->text, text, length);
	*fifo->last = line;
	fifo->last = &line->next;
	fifo->waiting++;
	uv_poll_start(&fifo->poll, UV_WRITABLE, fifo_ready);
	return 0;
}

/**
 * fifo_write() - write a line
 * @fifo: where
 * @line: with the newline at its end
 *
 * What the reader does not take at once waits, and is written in order.
 *
 * Return: 0; -EMSGSIZE when it is too long for a pipe, -ENOBUFS when too many
 *	lines wait already, -ENOMEM, or what is wrong with the FIFO.
 */
int fifo_write(struct fifo *fifo, const char *line)
{
	size_t length = strlen(line);
	int err;

	if (length > PIPE_BUF)
		return -EMSGSIZE;
	if (fifo->first)
		return keep_line(fifo, line, length);
	err = write_line(fifo, line, length);
	return err == -EAGAIN ? keep_line(fifo, line, length) : err;
}

/**
 * fifo_open() - open a FIFO, and run the script that reads it
 * @loop: where it is watched
 * @host: who runs the script
 * @config: what it is like; nothing of it is needed afterwards
 * @fifo: the result
 *
 * A FIFO that is not there is made, and removed by fifo_close().
 *
 * Return: 0; -EEXIST when something else is at that path; -ENOENT, -ESRCH: no
 *	such user, group; -ENOMEM; or another negative errno of the path.
 */
int fifo_open(uv_loop_t *loop, struct script_host *host,
	      const struct fifo_config *config, struct fifo **result)
{
	struct fifo *fifo = calloc(1, sizeof(*fifo));
	int err;

	if (!fifo)
		return -ENOMEM;
	fifo->host = host;
	fifo->fd = -1;
	fifo->last = &fifo->first;
	fifo->restart = FIFO_RESTART_MIN;
	fifo->path = strdup(config->path);
	err = fifo->path ? copy_script(fifo, config->script) : -ENOMEM;
	if (!err)
		err = open_path(fifo, config);
	if (!err)
		err = uv_poll_init(loop, &fifo->poll, fifo->fd);
	if (err) {
		free_fifo(fifo);
		return err;
	}
	uv_timer_init(loop, &fifo->timer);
	fifo->poll.data = fifo;
	fifo->timer.data = fifo;
	fifo->handles = 2;
	if (fifo->argv)
		start_script(fifo);
	*result = fifo;
	return 0;
}

static void handle_closed(uv_handle_t *handle)
{
	struct fifo *fifo = handle->data;

	if (!--fifo->handles)
		free_fifo(fifo);
}

/**
 * fifo_close() - give a FIFO up
 * @fifo: not to be used any more
 *
 * The pipe keeps what was written until its reader has read it; the script
 * gets SIGTERM, as with keepalived.
 */
void fifo_close(struct fifo *fifo)
{
	if (fifo->script)
		script_end(fifo->script);
	/* At once: another one may take its place. */
	if (fifo->made)
		unlink(fifo->path);
	fifo->made = false;
	uv_close((uv_handle_t *)&fifo->poll, handle_closed);
	uv_close((uv_handle_t *)&fifo->timer, handle_closed);
}
