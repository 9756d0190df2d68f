/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The opener opens sockets for probes that need a privilege: a firewall mark,
 * a low source port, ICMP without ping sockets
 *
 * It is a small process beside the checkers, which read what comes from the
 * network and therefore have no privilege. It can do nothing but this.
 */
#ifndef _LBD_CHECK_OPENER_H
#define _LBD_CHECK_OPENER_H

#include <net/if.h>
#include <stdint.h>
#include <sys/socket.h>

/**
 * struct opener_request - a socket that is wanted
 * @family: AF_INET or AF_INET6
 * @type: SOCK_STREAM, SOCK_DGRAM, SOCK_RAW
 * @protocol: IPPROTO_* or 0
 * @mark: SO_MARK, or 0
 * @device: SO_BINDTODEVICE, or ""
 * @bind: its own address and port
 * @bind_length: of @bind; 0: not bound
 */
struct opener_request {
	int32_t family;
	int32_t type;
	int32_t protocol;
	uint32_t mark;
	char device[IFNAMSIZ];
	struct sockaddr_storage bind;
	socklen_t bind_length;
};

int opener_start(void);
int opener_ask(const struct opener_request *request);
int opener_open(const struct opener_request *request);

#endif /* _LBD_CHECK_OPENER_H */
