// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../log.h"
#include "kernel.h"
#include "monitor.h"

#define BUFFER_SIZE	32768
#define COUNT(array)	(sizeof(array) / sizeof(*(array)))
#define SOCKET_BUFFER	1048576

static const struct vrrp_monitor *monitor_who;
static uv_poll_t monitor_poll;
static int monitor_fd = -1;

/*
 * Of routes, only the end of those that lbd made: a router with all of the
 * routes of the Internet has nothing to tell here.
 */
static int set_filter(int fd)
{
	const unsigned int type = offsetof(struct nlmsghdr, nlmsg_type);
	const unsigned int protocol = NLMSG_HDRLEN +
				      offsetof(struct rtmsg, rtm_protocol);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, type),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, protocol),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_PROTOCOL, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog program = {
		.len = COUNT(code), .filter = code,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) ? -errno : 0;
}

static int join(int fd)
{
	static const int groups[] = {
		RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
		RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,
		RTNLGRP_IPV6_RULE,
	};
	size_t i;

	for (i = 0; i < COUNT(groups); i++) {
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			       &groups[i], sizeof(groups[i])))
			return -errno;
	}
	return 0;
}

static void take(const char *buffer, size_t length)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;
	unsigned int rest = (unsigned int)length;

	for (; NLMSG_OK(header, rest); header = NLMSG_NEXT(header, rest))
		monitor_who->message(header);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	char buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct sockaddr_nl from;
	socklen_t size;
	ssize_t length;

	(void)poll;
	(void)status;
	(void)events;
	for (;;) {
		size = sizeof(from);
		length = recvfrom(monitor_fd, buffer, sizeof(buffer), MSG_DONTWAIT,
				  (struct sockaddr *)&from, &size);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0 && errno == ENOBUFS) {
			log_warning("the kernel told more than the socket holds");
			monitor_who->lost();
			continue;
		}
		if (length < 0)
			break;
		/* Only the kernel is believed. */
		if (size == sizeof(from) && !from.nl_pid)
			take(buffer, (size_t)length);
	}
	monitor_who->settled();
}

/**
 * vrrp_monitor_start() - listen to the kernel
 * @loop: of the role
 * @monitor: who is told
 *
 * Return: 0 or a negative errno.
 */
int vrrp_monitor_start(uv_loop_t *loop, const struct vrrp_monitor *monitor)
{
	struct sockaddr_nl local = { .nl_family = AF_NETLINK };
	int size = SOCKET_BUFFER, fd, err;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	err = set_filter(fd);
	if (!err && bind(fd, (struct sockaddr *)&local, sizeof(local)))
		err = -errno;
	if (!err)
		err = join(fd);
	if (!err)
		err = uv_poll_init(loop, &monitor_poll, fd);
	if (!err)
		err = uv_poll_start(&monitor_poll, UV_READABLE, on_readable);
	if (err) {
		close(fd);
		return err;
	}
	monitor_who = monitor;
	monitor_fd = fd;
	return 0;
}

/** vrrp_monitor_stop() - listen no more */
void vrrp_monitor_stop(void)
{
	if (monitor_fd < 0)
		return;
	uv_close((uv_handle_t *)&monitor_poll, NULL);
	close(monitor_fd);
	monitor_fd = -1;
}
