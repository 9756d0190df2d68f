// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../log.h"
#include "page.h"
#include "server.h"

#define CLIENTS_MAX	32
#define CLIENT_TIMEOUT	15	/* seconds without a byte */

/* A request that waits for the page, and then has it. */
struct request {
	struct request *next;
	struct MHD_Connection *connection;
	bool waiting;
	bool answered;
};

struct server {
	struct MHD_Daemon *daemon;
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned int handles;
	void (*wanted)(void);
	struct request *waiting;
	struct MHD_Response *page;	/* the last one; NULL: there is none */
};

static enum MHD_Result refuse(struct MHD_Connection *connection,
			      unsigned int code, const char *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)text,
						MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
					"GET, HEAD");
	result = MHD_queue_response(connection, code, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result wait_for_page(struct server *server,
				     struct request *request)
{
	bool first = !server->waiting;

	request->waiting = true;
	request->next = server->waiting;
	server->waiting = request;
	MHD_suspend_connection(request->connection);
	if (first)
		server->wanted();
	return MHD_YES;
}

/* What is refused at once, before a body comes. */
static unsigned int refusal(const char *url, const char *method)
{
	if (strcmp(method, MHD_HTTP_METHOD_GET) &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD))
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	return strcmp(url, "/metrics") ? MHD_HTTP_NOT_FOUND : 0;
}

static enum MHD_Result begin_request(struct MHD_Connection *connection,
				     unsigned int refused, void **slot)
{
	struct request *request;

	if (refused == MHD_HTTP_METHOD_NOT_ALLOWED)
		return refuse(connection, refused, "Metrics are read only.\n");
	if (refused)
		return refuse(connection, refused, "Metrics are at /metrics.\n");
	request = calloc(1, sizeof(*request));
	if (!request)
		return MHD_NO;
	request->connection = connection;
	*slot = request;
	return MHD_YES;
}

/* Called with the headers alone at first, then with pieces of a body, then
 * when all is there, and again after it was suspended.
 */
static enum MHD_Result take_request(void *context,
				    struct MHD_Connection *connection,
				    const char *url, const char *method,
				    const char *version, const char *upload,
				    size_t *upload_size, void **slot)
{
	struct server *server = context;
	struct request *request = *slot;

	(void)version;
	(void)upload;
	if (!request)
		return begin_request(connection, refusal(url, method), slot);
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (!request->answered)
		return wait_for_page(server, request);
	if (!server->page)
		return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
			      "There are no metrics now.\n");
	return MHD_queue_response(connection, MHD_HTTP_OK, server->page);
}

static void request_over(void *context, struct MHD_Connection *connection,
			 void **slot, enum MHD_RequestTerminationCode code)
{
	struct server *server = context;
	struct request *request = *slot;
	struct request **at = &server->waiting;

	(void)connection;
	(void)code;
	if (!request)
		return;
	while (request->waiting && *at) {
		if (*at == request) {
			*at = request->next;
			break;
		}
		at = &(*at)->next;
	}
	free(request);
}

static void run(struct server *server);

static void ready(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	run(poll->data);
}

static void late(uv_timer_t *timer)
{
	run(timer->data);
}

static void run(struct server *server)
{
	MHD_UNSIGNED_LONG_LONG wait;

	MHD_run(server->daemon);
	if (MHD_get_timeout(server->daemon, &wait) == MHD_YES)
		uv_timer_start(&server->timer, late, wait, 0);
	else
		uv_timer_stop(&server->timer);
}

static void set_page(struct server *server, char *text, size_t length)
{
	if (server->page)
		MHD_destroy_response(server->page);
	server->page = NULL;
	if (!text)
		return;
	server->page = MHD_create_response_from_buffer(length, text,
						       MHD_RESPMEM_MUST_FREE);
	if (!server->page) {
		free(text);
		return;
	}
	MHD_add_response_header(server->page, MHD_HTTP_HEADER_CONTENT_TYPE,
				PAGE_TYPE);
}

void server_answer(struct server *server, char *text, size_t length)
{
	struct request *request;

	set_page(server, text, length);
	while ((request = server->waiting)) {
		server->waiting = request->next;
		request->waiting = false;
		request->answered = true;
		MHD_resume_connection(request->connection);
	}
	run(server);
}

static socklen_t fill_address(struct sockaddr_storage *storage,
			      const struct nflb_address *address, uint16_t port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
	struct sockaddr_in *v4 = (struct sockaddr_in *)storage;

	memset(storage, 0, sizeof(*storage));
	storage->ss_family = address->family;
	if (address->family == AF_INET) {
		v4->sin_addr = address->v4;
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	v6->sin6_addr = address->v6;
	v6->sin6_port = htons(port);
	return sizeof(*v6);
}

static struct MHD_Daemon *start_daemon(struct server *server,
				       const struct nflb_address *address,
				       uint16_t port)
{
	struct sockaddr_storage storage;
	unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;

	fill_address(&storage, address, port);
	if (address->family == AF_INET6)
		flags |= MHD_USE_IPv6;
	return MHD_start_daemon(flags, port, NULL, NULL, take_request, server,
				MHD_OPTION_SOCK_ADDR, &storage,
				MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
				MHD_OPTION_CONNECTION_LIMIT, CLIENTS_MAX,
				MHD_OPTION_CONNECTION_TIMEOUT, CLIENT_TIMEOUT,
				MHD_OPTION_NOTIFY_COMPLETED, request_over,
				server, MHD_OPTION_END);
}

int server_open(uv_loop_t *loop, const struct nflb_address *address,
		uint16_t port, void (*wanted)(void), struct server **result)
{
	struct server *server = calloc(1, sizeof(*server));
	const union MHD_DaemonInfo *info;

	if (!server)
		return -ENOMEM;
	server->wanted = wanted;
	errno = 0;
	server->daemon = start_daemon(server, address, port);
	info = server->daemon ?
	       MHD_get_daemon_info(server->daemon,
				   MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info || uv_poll_init(loop, &server->poll, info->epoll_fd)) {
		int err = errno ? -errno : -EADDRNOTAVAIL;

		if (server->daemon)
			MHD_stop_daemon(server->daemon);
		free(server);
		return err;
	}
	uv_timer_init(loop, &server->timer);
	server->poll.data = server;
	server->timer.data = server;
	server->handles = 2;
	uv_poll_start(&server->poll, UV_READABLE, ready);
	*result = server;
	return 0;
}

static void handle_closed(uv_handle_t *handle)
{
	struct server *server = handle->data;

	if (--server->handles)
		return;
	MHD_stop_daemon(server->daemon);
	set_page(server, NULL, 0);
	free(server);
}

void server_close(struct server *server)
{
	server_answer(server, NULL, 0);
	uv_close((uv_handle_t *)&server->poll, handle_closed);
	uv_close((uv_handle_t *)&server->timer, handle_closed);
}
