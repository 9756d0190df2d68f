/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells of links, addresses, routes and rules as it happens */
#ifndef _LBD_VRRP_MONITOR_H
#define _LBD_VRRP_MONITOR_H

#include <linux/netlink.h>
#include <uv.h>

/**
 * struct vrrp_monitor - who is told
 * @message: something is new or gone: a RTM_ message whose header is checked
 * @settled: all there was to tell now was told
 * @lost: the kernel had more to tell than the socket holds: look again
 */
struct vrrp_monitor {
	void (*message)(const struct nlmsghdr *header);
	void (*settled)(void);
	void (*lost)(void);
};

int vrrp_monitor_start(uv_loop_t *loop, const struct vrrp_monitor *monitor);
void vrrp_monitor_stop(void);

#endif /* _LBD_VRRP_MONITOR_H */
