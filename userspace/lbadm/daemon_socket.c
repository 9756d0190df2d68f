// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon.h"

/* lbd answers sooner, or is stuck. */
#define ANSWER_TIMEOUT	20	/* seconds */

/* Far more than the status of the largest configuration. */
#define ANSWER_MAX	1073741824UL	/* bytes */

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = ANSWER_TIMEOUT };
	int fd, err;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int send_all(int fd, const char *text, size_t length)
{
	ssize_t some;

	while (length) {
		some = send(fd, text, length, MSG_NOSIGNAL);
		/* Who refuses does not listen, but has said why. */
		if (some < 0)
			return errno == EPIPE || errno == ECONNRESET ? 0 :
			       -errno;
		text += some;
		length -= (size_t)some;
	}
	return 0;
}

/* Return: the text of @length bytes, for free(), or NULL with *err set. */
static char *receive_all(int fd, size_t *length, int *err)
{
	size_t room = 65536;
	char *text = malloc(room);
	ssize_t some = 1;

	*length = 0;
	*err = text ? 0 : -ENOMEM;
	while (!*err && some > 0) {
		if (*length == room) {
			char *more = room < ANSWER_MAX ?
				     realloc(text, room *= 2) : NULL;

			*err = more ? 0 : -ENOMEM;
			text = more ? more : text;
			continue;
		}
		some = recv(fd, text + *length, room - *length, 0);
		if (some < 0 && errno != ECONNRESET)
			*err = errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (some > 0)
			*length += (size_t)some;
	}
	if (!*err)
		return text;
	free(text);
	return NULL;
}

static int exchange(int fd, const char *request, json_t **answer)
{
	size_t length;
	char *text;
	int err;

	err = send_all(fd, request, strlen(request));
	if (!err)
		err = send_all(fd, "\n", 1);
	if (err)
		return err;
	text = receive_all(fd, &length, &err);
	if (!text)
		return err;
	*answer = json_loadb(text, length, 0, NULL);
	free(text);
	return *answer ? 0 : -EPROTO;
}

/**
 * daemon_ask() - ask lbd and wait for the answer
 * @socket: path of its control socket
 * @request: what is asked
 * @answer: the answer, for json_decref()
 * @error: room for a sentence that says what went wrong
 * @size: of @error
 *
 * Return: 0 or a negative errno with @error set; -ECANCELED when lbd refused.
 */
int daemon_ask(const char *socket, const json_t *request, json_t **answer,
	       char *error, size_t size)
{
	char *text = json_dumps(request, JSON_COMPACT);
	const char *refusal;
	int fd, err;

	if (!text)
		return -ENOMEM;
	fd = connect_to(socket);
	err = fd < 0 ? fd : exchange(fd, text, answer);
	if (fd >= 0)
		close(fd);
	free(text);
	if (err) {
		snprintf(error, size, "%s: %s%s", socket, strerror(-err),
			 err == -ENOENT || err == -ECONNREFUSED ?
			 " (does lbd run?)" : "");
		return err;
	}
	refusal = json_string_value(json_object_get(*answer, "error"));
	if (!refusal)
		return 0;
	snprintf(error, size, "lbd: %s", refusal);
	json_decref(*answer);
	return -ECANCELED;
}
