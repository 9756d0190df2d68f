/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an instance changes on its host: virtual MAC, addresses, routes, rules
 *
 * All of it is done when these functions return. What fails is logged by them.
 */
#ifndef _LBD_VRRP_NETWORK_H
#define _LBD_VRRP_NETWORK_H

#include "../config/config.h"
#include "interface.h"

struct vrrp_instance;

/* Static addresses, routes and rules; @before is NULL at first. */
int vrrp_network_start(uv_loop_t *loop);
void vrrp_network_configure(const struct config *before,
			    const struct config *config);
void vrrp_network_stop(void);

/* Sets instance->base and instance->link; makes the virtual MAC. */
int vrrp_network_attach(struct vrrp_instance *instance);
/* The virtual MAC goes. */
void vrrp_network_detach(struct vrrp_instance *instance);

/* The instance has its addresses, routes and rules, or not. */
int vrrp_network_set(struct vrrp_instance *instance, bool master);
/* A reload while master: from what @before says to instance->config. */
int vrrp_network_change(struct vrrp_instance *instance,
			const struct config_vrrp_instance *before);

/* Where one of its addresses lies while it is master; NULL: nowhere. */
struct vrrp_interface *
vrrp_network_interface(const struct vrrp_instance *instance,
		       const struct config_vrrp_address *address);

#endif /* _LBD_VRRP_NETWORK_H */
