/* SPDX-License-Identifier: GPL-2.0 */
/* Interfaces of the host as the kernel says they are */
#ifndef _LBD_VRRP_INTERFACE_H
#define _LBD_VRRP_INTERFACE_H

#include <net/if.h>
#include <uv.h>

#include <nflb/nflb.h>

struct config;
struct vrrp_instance;

/**
 * struct vrrp_interface - one by name, there or not
 * @index: 0: not there now
 * @running: it is up and has a carrier, delays of interface_up_down_delays
 *	included
 * @arp: it has ARP (or neighbour discovery) to announce addresses by
 * @v4: its first address that is no instance's; AF_UNSPEC: none
 * @v6: its link-local address, once duplicate detection is over
 */
struct vrrp_interface {
	struct vrrp_interface *next;
	char name[IFNAMSIZ];
	unsigned int index;
	unsigned int mtu;
	bool running;
	bool arp;
	uint8_t mac[6];
	struct nflb_address v4;
	struct nflb_address v6;
};

/* interface.c: a socket of the kernel's link, address messages */
int vrrp_interfaces_start(uv_loop_t *loop);
void vrrp_interfaces_configure(const struct config *config);
void vrrp_interfaces_stop(void);
struct vrrp_interface *vrrp_interface_get(const char *name);
struct vrrp_interface *vrrp_interface_by_index(unsigned int index);
bool vrrp_interface_has(const struct vrrp_interface *interface,
			const struct nflb_address *address);

#endif /* _LBD_VRRP_INTERFACE_H */
