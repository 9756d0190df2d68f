// SPDX-License-Identifier: GPL-2.0
/* The server: TCP and UDP, IPv4 and IPv6, on one port and every address. */
#include <arpa/inet.h>
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "traffic.h"

#define CONTROL_SIZE	256

/* What epoll knows: a listener, a UDP socket or a connection. */
struct endpoint {
	int			fd;
	void			(*event)(struct endpoint *endpoint);
	/* A connection: its request, then data read and not yet returned. */
	struct tcp_request	request;
	size_t			request_got;
	uint64_t		left;
	char			*data;
	size_t			data_start, data_end;
};

static char server_name[NAME_SIZE];
static int epoll;

static struct endpoint *endpoint_new(int fd, void (*event)(struct endpoint *))
{
	struct endpoint *endpoint = calloc(1, sizeof(*endpoint));
	struct epoll_event add = { .events = EPOLLIN, .data.ptr = endpoint };

	if (!endpoint)
		err(1, "calloc");
	endpoint->fd = fd;
	endpoint->event = event;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &add))
		err(1, "epoll_ctl");
	return endpoint;
}

static void wait_for(struct endpoint *endpoint, uint32_t events)
{
	struct epoll_event change = { .events = events, .data.ptr = endpoint };

	if (epoll_ctl(epoll, EPOLL_CTL_MOD, endpoint->fd, &change))
		err(1, "epoll_ctl");
}

static void connection_close(struct endpoint *conn)
{
	close(conn->fd);
	free(conn->data);
	free(conn);
}

/* False if the connection has ended. */
static bool read_request(struct endpoint *conn)
{
	char *to = (char *)&conn->request + conn->request_got;
	ssize_t n;

	n = recv(conn->fd, to, sizeof(conn->request) - conn->request_got, 0);
	if (n < 0)
		return errno == EAGAIN;
	conn->request_got += n;
	if (conn->request_got == sizeof(conn->request))
		conn->left = be64toh(conn->request.length);
	return n > 0;
}

static bool read_data(struct endpoint *conn)
{
	ssize_t n;

	if (!conn->left && conn->request.server_closes)
		return false;
	n = recv(conn->fd, conn->data, CHUNK, 0);
	if (n < 0)
		return errno == EAGAIN;
	conn->data_start = 0;
	conn->data_end = n;
	conn->left -= n;
	return n > 0;
}

static bool return_data(struct endpoint *conn)
{
	ssize_t n;

	n = send(conn->fd, conn->data + conn->data_start,
		 conn->data_end - conn->data_start, MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN;
	conn->data_start += n;
	return true;
}

static void connection_event(struct endpoint *conn)
{
	bool alive;

	if (conn->request_got < sizeof(conn->request))
		alive = read_request(conn);
	else if (conn->data_start < conn->data_end)
		alive = return_data(conn);
	else
		alive = read_data(conn);
	if (alive && conn->data_start < conn->data_end)
		alive = return_data(conn);
	if (alive && conn->data_start == conn->data_end && !conn->left &&
	    conn->request.server_closes)
		alive = false;
	if (!alive)
		connection_close(conn);
	else
		wait_for(conn, conn->data_start < conn->data_end ? EPOLLOUT : EPOLLIN);
}

static void listener_event(struct endpoint *listener)
{
	struct endpoint *conn;
	int fd;

	fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (send(fd, server_name, NAME_SIZE, MSG_NOSIGNAL) != NAME_SIZE) {
		close(fd);
		return;
	}
	conn = endpoint_new(fd, connection_event);
	conn->data = malloc(CHUNK);
	if (!conn->data)
		err(1, "malloc");
}

/*
 * The control message that came with a datagram, its destination, goes back
 * with the answer and becomes its source.
 */
static void udp_event(struct endpoint *endpoint)
{
	static char data[NAME_SIZE + MAX_DATAGRAM];
	char control[CONTROL_SIZE];
	union address client;
	struct iovec piece = { data + NAME_SIZE, MAX_DATAGRAM - NAME_SIZE };
	struct msghdr message = {
		.msg_name = &client, .msg_namelen = sizeof(client),
		.msg_iov = &piece, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *first;
	ssize_t n;

	n = recvmsg(endpoint->fd, &message, 0);
	if (n < 0)
		return;
	memcpy(data, server_name, NAME_SIZE);
	piece = (struct iovec){ data, NAME_SIZE + n };
	first = CMSG_FIRSTHDR(&message);
	if (first && first->cmsg_level == IPPROTO_IP)
		((struct in_pktinfo *)CMSG_DATA(first))->ipi_ifindex = 0;
	else if (first && first->cmsg_level == IPPROTO_IPV6)
		((struct in6_pktinfo *)CMSG_DATA(first))->ipi6_ifindex = 0;
	message.msg_flags = 0;
	/* A lost answer is the client's to notice. */
	(void)!sendmsg(endpoint->fd, &message, 0);
}

static int bound_socket(int family, int type, unsigned int port)
{
	union address any = { .any.sa_family = family };
	int fd = socket(family, type | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET) {
		any.v4.sin_port = htons(port);
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	} else {
		any.v6.sin6_port = htons(port);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	}
	if (bind(fd, &any.any, address_size(&any)))
		err(1, "bind");
	if (type == SOCK_STREAM && listen(fd, SOMAXCONN))
		err(1, "listen");
	return fd;
}

static int sctp_socket(const char *address, unsigned int port)
{
	char service[sizeof("65535")];
	union address at;
	int fd, on = 1;

	snprintf(service, sizeof(service), "%u", port);
	parse_address(&at, address, service);
	fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_SCTP);
	if (fd < 0)
		err(1, "SCTP socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &at.any, address_size(&at)) || listen(fd, SOMAXCONN))
		err(1, "SCTP at %s", address);
	return fd;
}

int serve(const struct options *options)
{
	unsigned int port = address_port(&options->server);
	static const int families[] = { AF_INET, AF_INET6 };
	struct epoll_event events[64];
	int i, n;

	strncpy(server_name, options->name, NAME_SIZE - 1);
	raise_file_limit();
	epoll = epoll_create1(0);
	for (i = 0; i < 2; i++) {
		endpoint_new(bound_socket(families[i], SOCK_STREAM, port),
			     listener_event);
		endpoint_new(bound_socket(families[i], SOCK_DGRAM, port),
			     udp_event);
	}
	for (i = 0; i < (int)options->sctp_count; i++)
		endpoint_new(sctp_socket(options->sctp[i], port),
			     listener_event);
	if (options->daemonise)
		detach(NULL);
	for (;;) {
		n = epoll_wait(epoll, events, 64, -1);
		for (i = 0; i < n; i++) {
			struct endpoint *endpoint = events[i].data.ptr;

			endpoint->event(endpoint);
		}
	}
}
