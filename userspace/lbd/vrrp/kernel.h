/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the kernel's routing netlink
 *
 * The kernel does what it is told before sending returns, and answers at once:
 * nobody waits here, however many requests go out together.
 */
#ifndef _LBD_VRRP_KERNEL_H
#define _LBD_VRRP_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <nflb/nflb.h>

/* Of addresses, routes and rules that lbd made: "l" in no list of protocols. */
#define VRRP_PROTOCOL	108

/**
 * struct vrrp_request - something the kernel is to do
 * @msg: whole but for sequence number and flags of the answer
 * @error: what came of it: 0 or a negative errno
 * @text: more about an error as the kernel tells it, or ""
 */
struct vrrp_request {
	struct nl_msg *msg;
	int error;
	char text[96];
};

int vrrp_kernel_start(void);
void vrrp_kernel_stop(void);
void vrrp_kernel_send(struct vrrp_request *requests, size_t count);
int vrrp_kernel_send_one(struct nl_msg *msg, char *text, size_t size);
int vrrp_kernel_dump(int type, int family,
		     void (*fn)(const struct nlmsghdr *header));
struct nl_addr *vrrp_kernel_address(const struct nflb_address *address,
				    int prefix);
bool vrrp_kernel_read_address(struct nlattr **attrs, sa_family_t family,
			      struct nflb_address *address);

#endif /* _LBD_VRRP_KERNEL_H */
