// SPDX-License-Identifier: GPL-2.0
/* TCP_CHECK: a connection can be opened */
#include <string.h>
#include <sys/socket.h>

#include "checker.h"

static const struct config_word words[] = {
	{ 0 }
};

static void connected(struct probe *probe, int events)
{
	int fd = *(int *)probe_state(probe);
	int err = probe_error(fd);

	(void)events;
	if (err)
		probe_done(probe, &VERDICT_FAILED, "connect: %s",
			   strerror(-err));
	else
		probe_done(probe, &VERDICT_PASSED, "connected");
}

static void tcp_start(struct probe *probe)
{
	int fd = probe_connect(probe, SOCK_STREAM);

	*(int *)probe_state(probe) = fd;
	if (fd < 0)
		probe_done(probe, &VERDICT_FAILED, "connect: %s", strerror(-fd));
	else if (probe_watch(probe, fd, UV_WRITABLE, connected))
		probe_done(probe, &VERDICT_FAILED, "no memory");
}

const struct checker checker_tcp = {
	.keyword = "TCP_CHECK",
	.protocol = IPPROTO_TCP,
	.words = words,
	.retry = 1,
	.delay_before_retry = 1000000,
	.probe_size = sizeof(int),
	.start = tcp_start,
};
