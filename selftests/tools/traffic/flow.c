// SPDX-License-Identifier: GPL-2.0
/* The life of a client's flow, as far as TCP and UDP have it in common. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#include "flow.h"

/* A failed flow stays in the tally, without its socket. */
void flow_fail(struct flow *flow, const char *reason)
{
	flow->reason = reason;
	flow_close(flow);
	flow->state = FLOW_FAILED;
}

void flow_fail_errno(struct flow *flow)
{
	flow_fail(flow, strerrorname_np(errno) ?: "errno");
}

static void flow_read_mtu(struct flow *flow)
{
	socklen_t size = sizeof(flow->mtu);

	if (flow->options->server.any.sa_family == AF_INET)
		getsockopt(flow->fd, IPPROTO_IP, IP_MTU, &flow->mtu, &size);
	else
		getsockopt(flow->fd, IPPROTO_IPV6, IPV6_MTU, &flow->mtu, &size);
}

/* The one place that closes the socket. */
void flow_close(struct flow *flow)
{
	if (flow->fd >= 0) {
		flow_read_mtu(flow);
		close(flow->fd);
	}
	flow->fd = -1;
	flow->state = FLOW_DONE;
}

/* Count data that came back, if it is what was sent. */
void flow_returned(struct flow *flow, const char *data, uint64_t offset,
		   size_t length)
{
	flow->progress_us = now_us();
	if (!data_equal(flow->id, offset, data, length)) {
		flow_fail(flow, "data");
		return;
	}
	flow->returned += length;
	if (flow->returned >= flow->wanted)
		flow->state = FLOW_IDLE;
}

static void set_options(int fd, const struct options *options)
{
	/* With the server closing first, the port is free once close() returns. */
	static const struct linger lingers[] = {
		[CLOSE_SERVER] = { .l_onoff = 1, .l_linger = 5 },
		[CLOSE_RESET] = { .l_onoff = 1, .l_linger = 0 },
	};
	int on = 1, never = IP_PMTUDISC_DO;

	/* SCTP would tell the server of IPv4 addresses, too. */
	if (options->server.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	/* Two UDP sockets would be given the same port by chance. */
	if (options->protocol != IPPROTO_UDP)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (options->protocol != IPPROTO_UDP && options->closer != CLOSE_CLIENT)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &lingers[options->closer],
			   sizeof(lingers[0]));
	if (!options->dont_fragment)
		return;
	if (options->server.any.sa_family == AF_INET) {
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &never, sizeof(never));
	} else {
		setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &never, sizeof(never));
		setsockopt(fd, IPPROTO_IPV6, IPV6_DONTFRAG, &on, sizeof(on));
	}
}

static int bound_socket(const struct options *options, unsigned int number)
{
	int type = options->protocol != IPPROTO_UDP ? SOCK_STREAM : SOCK_DGRAM;
	union address source = options->source;
	int fd;

	fd = socket(options->server.any.sa_family, type | SOCK_NONBLOCK,
		    options->protocol);
	if (fd < 0)
		err(1, "socket");
	set_options(fd, options);
	if (source.any.sa_family == AF_UNSPEC)
		return fd;
	address_add(&source, number % options->source_count);
	if (bind(fd, &source.any, address_size(&source)))
		err(1, "cannot bind to the source address and port");
	return fd;
}

void flow_open(struct flow *flow, const struct options *options,
	       unsigned int number, int epoll)
{
	struct epoll_event add = { .events = EPOLLIN, .data.ptr = flow };
	socklen_t size = sizeof(flow->local);

	memset(flow, 0, sizeof(*flow));
	flow->options = options;
	flow->wanted = options->bytes;
	flow->fd = bound_socket(options, number);
	if (getrandom(&flow->id, sizeof(flow->id), 0) < 0)
		err(1, "getrandom");
	flow->opened_us = now_us();
	flow->progress_us = flow->opened_us;
	flow->events = EPOLLIN;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, flow->fd, &add))
		err(1, "epoll_ctl");
	if (connect(flow->fd, &options->server.any,
		    address_size(&options->server)) && errno != EINPROGRESS) {
		flow_fail_errno(flow);
		return;
	}
	getsockname(flow->fd, &flow->local.any, &size);
	if (options->protocol != IPPROTO_UDP)
		tcp_open(flow);
	else
		udp_send(flow);
	flow_event(flow, 0, epoll);
}

static uint32_t events_wanted(const struct flow *flow)
{
	bool sending = flow->state == FLOW_CONNECTING ||
		       flow->request_sent < sizeof(flow->request) ||
		       flow->sent < flow->wanted;

	if (flow->options->protocol != IPPROTO_UDP && sending &&
	    flow->state != FLOW_CLOSING)
		return EPOLLIN | EPOLLOUT;
	return EPOLLIN;
}

/* Handle @events, then let epoll wait for what comes next. */
void flow_event(struct flow *flow, uint32_t events, int epoll)
{
	struct epoll_event change = { .data.ptr = flow };

	if (events && flow->options->protocol != IPPROTO_UDP)
		tcp_event(flow, events);
	else if (events)
		udp_event(flow);
	if (flow_over(flow))
		return;
	change.events = events_wanted(flow);
	if (change.events == flow->events)
		return;
	flow->events = change.events;
	if (epoll_ctl(epoll, EPOLL_CTL_MOD, flow->fd, &change))
		err(1, "epoll_ctl");
}

/* Have an idle flow exchange @bytes more. */
void flow_want(struct flow *flow, uint64_t bytes, int epoll)
{
	flow->wanted += bytes;
	flow->state = FLOW_BUSY;
	flow->progress_us = now_us();
	if (flow->options->protocol == IPPROTO_UDP)
		udp_send(flow);
	if (!flow_over(flow))
		flow_event(flow, 0, epoll);
}

/* What time brings about: datagrams sent again, and giving up. */
void flow_tick(struct flow *flow, int epoll)
{
	const struct options *options = flow->options;
	uint64_t now = now_us();

	if (flow_over(flow) || flow->state == FLOW_IDLE)
		return;
	if (now - flow->progress_us > options->timeout_ms * 1000ull) {
		flow_fail(flow, "timeout");
		return;
	}
	if (options->protocol == IPPROTO_UDP && flow->state == FLOW_BUSY &&
	    now - flow->sent_us > options->resend_ms * 1000ull) {
		flow->resent++;
		flow->sent = flow->returned;
		udp_send(flow);
	}
	flow_event(flow, 0, epoll);
}
