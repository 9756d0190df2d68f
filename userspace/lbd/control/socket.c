// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "request.h"
#include "socket.h"

#define REQUEST_MAX	65536	/* bytes */
#define CLIENTS_MAX	64
#define CLIENT_TIMEOUT	15000	/* milliseconds, from begin to end */
#define GROUPS_MAX	256	/* of a peer */

/**
 * struct client - a connection
 * @next: in the list of all
 * @pipe: the connection
 * @timer: ends it when it takes too long
 * @handles: open ones
 * @asking: request_run() will answer
 * @closing: nothing goes out any more
 * @request: what was read
 * @length: of @request
 * @answer: what is written
 */
struct client {
	struct client *next;
	uv_pipe_t pipe;
	uv_timer_t timer;
	unsigned int handles;
	bool asking;
	bool closing;
	char *request;
	size_t length;
	char *answer;
	uv_write_t write;
};

static uv_loop_t *socket_loop;
static uv_pipe_t server;
static char *socket_path;
static struct client *clients;
static unsigned int client_count;
static uint64_t refused;

static void free_client(struct client *client)
{
	free(client->request);
	free(client->answer);
	free(client);
}

static void handle_closed(uv_handle_t *handle)
{
	struct client *client = handle->data;

	if (!--client->handles && !client->asking)
		free_client(client);
}

static void drop_client(struct client *client)
{
	struct client **at = &clients;

	if (client->closing)
		return;
	client->closing = true;
	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	client_count--;
	uv_close((uv_handle_t *)&client->pipe, handle_closed);
	uv_close((uv_handle_t *)&client->timer, handle_closed);
}

static void client_late(uv_timer_t *timer)
{
	drop_client(timer->data);
}

static void written(uv_write_t *write, int status)
{
	struct client *client = write->data;

	(void)status;
	drop_client(client);
}

/* @answer belongs to this; NULL: there was no memory for one. */
static void send_answer(struct client *client, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	uv_buf_t parts[2];

	json_decref(answer);
	client->answer = text ? text : strdup("{\"error\":\"no memory\"}");
	if (!client->answer) {
		drop_client(client);
		return;
	}
	parts[0] = uv_buf_init(client->answer,
			       (unsigned int)strlen(client->answer));
	parts[1] = uv_buf_init((char *)"\n", 1);
	client->write.data = client;
	if (uv_write(&client->write, (uv_stream_t *)&client->pipe, parts, 2,
		     written))
		drop_client(client);
}

/* The client may be gone by now. */
static void request_answered(void *context, json_t *answer)
{
	struct client *client = context;

	client->asking = false;
	if (!client->closing) {
		send_answer(client, answer);
		return;
	}
	json_decref(answer);
	if (!client->handles)
		free_client(client);
}

static void refuse(struct client *client, const char *why)
{
	refused++;
	send_answer(client, json_pack("{s:s}", "error", why));
}

static void take_request(struct client *client)
{
	json_t *request = json_loadb(client->request, client->length, 0, NULL);

	if (!request) {
		refuse(client, "this is no JSON");
		return;
	}
	client->asking = true;
	request_run(request, request_answered, client);
	json_decref(request);
}

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
	struct client *client = handle->data;

	(void)wanted;
	*buf = uv_buf_init(client->request + client->length,
			   (unsigned int)(REQUEST_MAX - client->length));
}

static void client_reads(uv_stream_t *stream, ssize_t length,
			 const uv_buf_t *buf)
{
	struct client *client = stream->data;
	char *end;

	if (length < 0) {
		/* An answer may still be on its way to who said all. */
		if (length != UV_EOF || !(client->asking || client->answer))
			drop_client(client);
		return;
	}
	end = memchr(buf->base, '\n', (size_t)length);
	client->length += (size_t)length;
	if (!end && client->length < REQUEST_MAX)
		return;
	uv_read_stop(stream);
	if (!end) {
		refuse(client, "the request is too long");
		return;
	}
	client->length = (size_t)(end - client->request);
	take_request(client);
}

static bool in_group(const struct ucred *peer, int fd, const char *name)
{
	const struct group *group = getgrnam(name);
	gid_t list[GROUPS_MAX];
	socklen_t size = sizeof(list);
	socklen_t i;

	if (!group)
		return false;
	if (peer->gid == group->gr_gid)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, list, &size))
		return false;
	for (i = 0; i < size / sizeof(*list); i++) {
		if (list[i] == group->gr_gid)
			return true;
	}
	return false;
}

/* Root, who runs lbd, and members of control_group. */
static bool may_ask(struct client *client)
{
	const char *group = control_config()->globals.control_group;
	struct ucred peer;
	socklen_t size = sizeof(peer);
	uv_os_fd_t fd;

	if (uv_fileno((uv_handle_t *)&client->pipe, &fd) ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return false;
	if (!peer.uid || peer.uid == geteuid() ||
	    (group && in_group(&peer, fd, group)))
		return true;
	log_warning("process %d of user %u asks and is refused", peer.pid,
		    peer.uid);
	return false;
}

static struct client *make_client(void)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return NULL;
	client->request = malloc(REQUEST_MAX);
	if (!client->request) {
		free(client);
		return NULL;
	}
	uv_pipe_init(socket_loop, &client->pipe, 0);
	uv_timer_init(socket_loop, &client->timer);
	client->pipe.data = client;
	client->timer.data = client;
	client->handles = 2;
	client->next = clients;
	clients = client;
	client_count++;
	return client;
}

static void client_comes(uv_stream_t *stream, int status)
{
	struct client *client = status ? NULL : make_client();

	if (!client)
		return;
	if (uv_accept(stream, (uv_stream_t *)&client->pipe)) {
		drop_client(client);
		return;
	}
	uv_timer_start(&client->timer, client_late, CLIENT_TIMEOUT, 0);
	if (client_count > CLIENTS_MAX)
		refuse(client, "too many ask at the same time");
	else if (!may_ask(client))
		refuse(client, "only root and members of control_group may ask");
	else
		uv_read_start((uv_stream_t *)&client->pipe, give_room,
			      client_reads);
}

/* An old one is in the way; the lock of the directory says that it is old. */
static int socket_start(uv_loop_t *loop)
{
	int err;

	socket_loop = loop;
	if (asprintf(&socket_path, "%s/" SOCKET_NAME,
		     control_options()->run_directory) < 0)
		return -ENOMEM;
	unlink(socket_path);
	uv_pipe_init(loop, &server, 0);
	err = uv_pipe_bind(&server, socket_path);
	/* Who may ask is seen when he does, so that he is told. */
	if (!err && chmod(socket_path, 0666))
		err = -errno;
	if (!err)
		err = uv_listen((uv_stream_t *)&server, 16, client_comes);
	if (err)
		log_error("%s: %s", socket_path, strerror(-err));
	return err;
}

static json_t *socket_status(void)
{
	return json_pack("{s:s, s:I, s:I}", "path", socket_path,
			 "clients", (json_int_t)client_count,
			 "refused", (json_int_t)refused);
}

static void socket_stop(void)
{
	while (clients)
		drop_client(clients);
	uv_close((uv_handle_t *)&server, NULL);
	unlink(socket_path);
}

const struct control_part socket_part = {
	.name = "socket",
	.start = socket_start,
	.status = socket_status,
	.stop = socket_stop,
};
