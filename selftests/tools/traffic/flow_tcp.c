// SPDX-License-Identifier: GPL-2.0
/* A client's TCP connection. */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "flow.h"

/* A connection that stays open has no length. */
#define ENDLESS	(UINT64_MAX / 2)

void tcp_open(struct flow *flow)
{
	const struct options *options = flow->options;

	flow->state = FLOW_CONNECTING;
	flow->request.length = htobe64(options->report ? ENDLESS : options->bytes);
	flow->request.server_closes = options->closer == CLOSE_SERVER;
}

static bool would_block(struct flow *flow)
{
	if (errno != EAGAIN)
		flow_fail_errno(flow);
	return true;
}

static void receive_name(struct flow *flow)
{
	ssize_t n;

	n = recv(flow->fd, flow->backend + flow->name_got,
		 NAME_SIZE - flow->name_got, 0);
	if (n < 0) {
		would_block(flow);
	} else if (!n) {
		flow_fail(flow, "eof");
	} else {
		flow->progress_us = now_us();
		flow->name_got += n;
		if (flow->name_got == NAME_SIZE)
			flow->state = FLOW_BUSY;
	}
}

static void receive_data(struct flow *flow)
{
	static char data[CHUNK];
	ssize_t n;

	n = recv(flow->fd, data, sizeof(data), 0);
	if (n < 0)
		would_block(flow);
	else if (!n)
		flow_fail(flow, "eof");
	else if ((uint64_t)n > flow->wanted - flow->returned)
		flow_fail(flow, "data");
	else
		flow_returned(flow, data, flow->returned, n);
}

/* The request comes first, so that the server knows what follows. */
static void send_request(struct flow *flow)
{
	ssize_t n;

	n = send(flow->fd, (char *)&flow->request + flow->request_sent,
		 sizeof(flow->request) - flow->request_sent, MSG_NOSIGNAL);
	if (n < 0)
		would_block(flow);
	else
		flow->request_sent += n;
}

static void send_data(struct flow *flow)
{
	size_t length = flow->wanted - flow->sent < CHUNK ?
			flow->wanted - flow->sent : CHUNK;
	const char *data = data_at(flow->id, flow->sent, &length);
	ssize_t n;

	n = send(flow->fd, data, length, MSG_NOSIGNAL);
	if (n < 0)
		would_block(flow);
	else
		flow->sent += n;
}

static void begin_close(struct flow *flow)
{
	/* SCTP knows no half-closed state: close() shuts down in the background. */
	if (flow->options->closer == CLOSE_RESET ||
	    (flow->options->closer == CLOSE_CLIENT &&
	     flow->options->protocol == IPPROTO_SCTP)) {
		flow_close(flow);
		return;
	}
	if (flow->options->closer == CLOSE_CLIENT)
		shutdown(flow->fd, SHUT_WR);
	flow->state = FLOW_CLOSING;
}

static void await_end(struct flow *flow)
{
	char byte;
	ssize_t n;

	n = recv(flow->fd, &byte, 1, 0);
	if (n < 0)
		would_block(flow);
	else if (n)
		flow_fail(flow, "data");
	else
		flow_close(flow);
}

static void connected(struct flow *flow)
{
	int error = 0;
	socklen_t size = sizeof(error);

	getsockopt(flow->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		errno = error;
		flow_fail_errno(flow);
		return;
	}
	flow->connect_us = now_us() - flow->opened_us;
	flow->progress_us = now_us();
}

static void receive(struct flow *flow)
{
	switch (flow->state) {
	case FLOW_CONNECTING:
		receive_name(flow);
		break;
	case FLOW_BUSY:
	case FLOW_IDLE:
		receive_data(flow);
		break;
	case FLOW_CLOSING:
		await_end(flow);
		break;
	default:
		break;
	}
}

void tcp_event(struct flow *flow, uint32_t events)
{
	if (!flow->connect_us)
		connected(flow);
	if (!flow_over(flow) && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(flow);
	if (!flow_over(flow) && flow->request_sent < sizeof(flow->request))
		send_request(flow);
	if (!flow_over(flow) && flow->request_sent == sizeof(flow->request) &&
	    flow->sent < flow->wanted)
		send_data(flow);
	/* Without data to exchange, the name is all that is waited for. */
	if (flow->state == FLOW_BUSY && flow->returned == flow->wanted &&
	    flow->request_sent == sizeof(flow->request))
		flow->state = FLOW_IDLE;
	if (flow->state == FLOW_IDLE && !flow->options->report)
		begin_close(flow);
}
