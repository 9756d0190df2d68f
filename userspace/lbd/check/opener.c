// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../log.h"
#include "../role.h"
#include "opener.h"

/* To the opener; in its process, to the checkers. */
static int opener_fd = -1;

static int set_up(int fd, const struct opener_request *request)
{
	int one = 1;

	if (request->mark && setsockopt(fd, SOL_SOCKET, SO_MARK, &request->mark,
					sizeof(request->mark)))
		return -errno;
	if (request->device[0] &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, request->device,
		       strnlen(request->device, sizeof(request->device))))
		return -errno;
	if (!request->bind_length)
		return 0;
	/* Probes of many targets may come from the same port. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)))
		return -errno;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)&request->bind,
		 request->bind_length))
		return -errno;
	return 0;
}

/**
 * opener_open() - open a socket with the caller's privileges
 * @request: which
 *
 * Return: the socket, which does not block, or a negative errno.
 */
int opener_open(const struct opener_request *request)
{
	int fd = socket(request->family,
			request->type | SOCK_NONBLOCK | SOCK_CLOEXEC,
			request->protocol);
	int err;

	if (fd < 0)
		return -errno;
	err = set_up(fd, request);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* Raw sockets are for ICMP alone: nothing else can be forged with them. */
static bool allowed(const struct opener_request *request)
{
	if (request->family != AF_INET && request->family != AF_INET6)
		return false;
	if (request->bind_length > sizeof(request->bind))
		return false;
	switch (request->type) {
	case SOCK_RAW:
		return request->protocol == (request->family == AF_INET ?
					     IPPROTO_ICMP : IPPROTO_ICMPV6);
	case SOCK_STREAM:
	case SOCK_DGRAM:
		return true;
	}
	return false;
}

static void answer(int result)
{
	struct iovec part = { .iov_base = &result, .iov_len = sizeof(result) };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };

	if (result >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &result, sizeof(result));
	}
	sendmsg(opener_fd, &msg, MSG_NOSIGNAL);
	if (result >= 0)
		close(result);
}

/* The checkers' end closes with them. */
static void serve(void)
{
	struct opener_request request;
	ssize_t length;

	while ((length = recv(opener_fd, &request, sizeof(request), 0)) > 0) {
		if (length == sizeof(request) && allowed(&request))
			answer(opener_open(&request));
		else
			answer(-EPERM);
	}
}

__attribute__((noreturn))
static void be_opener(int fd)
{
	static const cap_value_t caps[] = { CAP_NET_RAW, CAP_NET_BIND_SERVICE };
	int err;

	prctl(PR_SET_NAME, "lbd-opener");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	opener_fd = dup2(fd, STDERR_FILENO + 1);
	close_range(opener_fd + 1, ~0U, 0);
	err = role_drop_privileges(caps, sizeof(caps) / sizeof(*caps));
	if (opener_fd < 0 || err) {
		log_error("opener: %s", strerror(err ? -err : errno));
		_exit(EXIT_FAILURE);
	}
	serve();
	_exit(EXIT_SUCCESS);
}

/**
 * opener_start() - start the opener
 *
 * Context: before the caller's privileges go.
 *
 * Return: 0 or a negative errno.
 */
int opener_start(void)
{
	struct timeval limit = { .tv_sec = 1 };
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	pid = fork();
	if (!pid)
		be_opener(ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -errno;
	}
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	opener_fd = ends[0];
	return 0;
}

static int receive(void)
{
	int result = 0, fd;
	struct iovec part = { .iov_base = &result, .iov_len = sizeof(result) };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(opener_fd, &msg, MSG_CMSG_CLOEXEC);

	if (length != sizeof(result))
		return length < 0 ? -errno : -EPIPE;
	if (result < 0)
		return result;
	if (!CMSG_FIRSTHDR(&msg) ||
	    control.header.cmsg_len != CMSG_LEN(sizeof(int)))
		return -EPROTO;
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	return fd;
}

/**
 * opener_ask() - have the opener open a socket
 * @request: which
 *
 * An opener that does not answer is given up, so that a late answer is never
 * taken for another.
 *
 * Return: the socket, which does not block, or a negative errno.
 */
int opener_ask(const struct opener_request *request)
{
	int fd;

	if (opener_fd < 0)
		return -EPERM;
	if (send(opener_fd, request, sizeof(*request), MSG_NOSIGNAL) < 0)
		fd = -EPIPE;
	else
		fd = receive();
	if (fd == -EPIPE || fd == -EAGAIN || fd == -EPROTO) {
		log_error("the opener is gone");
		close(opener_fd);
		opener_fd = -1;
	}
	return fd;
}
