// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdint.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../log.h"
#include "systemd.h"

static struct sockaddr_un manager;
static socklen_t manager_length;	/* 0: there is none */

/**
 * systemd_open() - find out whether a service manager wants to hear of lbd
 *
 * The variable that says so goes: no script is to speak for lbd.
 */
void systemd_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t length = path ? strlen(path) : 0;

	if (length > 1 && (*path == '/' || *path == '@') &&
	    length < sizeof(manager.sun_path)) {
		manager.sun_family = AF_UNIX;
		memcpy(manager.sun_path, path, length);
		if (*path == '@')
			manager.sun_path[0] = '\0';
		manager_length = offsetof(struct sockaddr_un, sun_path) +
				 length;
	}
	unsetenv("NOTIFY_SOCKET");
}

/**
 * systemd_tell() - tell the service manager
 * @state: lines of NAME=VALUE
 */
void systemd_tell(const char *state)
{
	int fd;

	if (!manager_length)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL,
			     (struct sockaddr *)&manager, manager_length) < 0)
		log_warning("the service manager is not told: %s",
			    strerror(errno));
	if (fd >= 0)
		close(fd);
}

/**
 * systemd_tell_reloading() - tell it that a reload begins
 */
void systemd_tell_reloading(void)
{
	struct timespec now;
	char state[80];

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%ju",
		 (uintmax_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	systemd_tell(state);
}
