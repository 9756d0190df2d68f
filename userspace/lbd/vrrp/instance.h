/* SPDX-License-Identifier: GPL-2.0 */
/* An instance at run time, and who calls whom when something happens to it */
#ifndef _LBD_VRRP_INSTANCE_H
#define _LBD_VRRP_INSTANCE_H

#include "../config/config.h"
#include "../message.h"
#include "interface.h"

struct vrrp_engine;

/**
 * struct vrrp_instance - a vrrp_instance at run time
 * @config: belongs to the configuration in use; another after a reload
 * @index: of @config in config.vrrp.instances
 * @base: the interface that was configured; NULL: none
 * @link: where advertisements go out: @base or its virtual MAC
 * @vmac: the virtual MAC; NULL: none. Addresses lie here if there is one.
 * @network: of vrrp/network.c and its like
 * @engine: of vrrp/instance.c
 */
struct vrrp_instance {
	const struct config_vrrp_instance *config;
	uint32_t index;
	struct vrrp_interface *base;
	struct vrrp_interface *link;
	struct vrrp_interface *vmac;
	void *network;
	struct vrrp_engine *engine;
};

/* Called by the network's side. */

/* Something of an interface changed: index, running, mac, v4 or v6. */
void vrrp_instance_interface(struct vrrp_interface *interface);
/* An address or so is gone for good that a master must have: it gives up. */
void vrrp_instance_lost(struct vrrp_instance *instance, const char *what);
/* A static thing of a track_group is gone or is back. */
void vrrp_instance_static(struct vrrp_instance *instance, bool there);

/* All of them, for those who look for one. */
struct vrrp_instance *vrrp_instance_first(void);
struct vrrp_instance *vrrp_instance_next(struct vrrp_instance *instance);
enum vrrp_state vrrp_instance_state(const struct vrrp_instance *instance);

#endif /* _LBD_VRRP_INSTANCE_H */
