/* SPDX-License-Identifier: GPL-2.0 */
/* What network.c, interface.c, macvlan.c and accept.c have among themselves */
#ifndef _LBD_VRRP_NETWORK_PRIV_H
#define _LBD_VRRP_NETWORK_PRIV_H

#include "network.h"
#include "thing.h"

/* interface.c */
int vrrp_interfaces_look(void);

/* virtuals.c */
bool vrrp_is_virtual(const struct nflb_address *address);
void vrrp_set_virtuals(const struct config *config);

/* network.c: what interface.c heard of */
void vrrp_network_interface_changed(struct vrrp_interface *interface);
void vrrp_network_address_gone(unsigned int index,
			       const struct nflb_address *address,
			       uint8_t prefix);
void vrrp_network_route_gone(void);

/* place.c: which interface has an address */
const char *vrrp_place_name(const struct config_vrrp_instance *config,
			    const struct config_vrrp_address *address,
			    char made[IFNAMSIZ]);
bool vrrp_place_is_virtual(const struct config_vrrp_instance *config,
			   const struct config_vrrp_address *address);

/* macvlan.c */
int vrrp_macvlan_make(const struct config_vrrp_instance *config);
void vrrp_macvlan_remove(const struct config_vrrp_instance *config);
void vrrp_macvlan_sweep(const struct config *config);
void vrrp_promote_secondaries(const struct vrrp_interface *interface);

/* sweep.c: what was left behind by one that was killed */
void vrrp_sweep(const struct vrrp_things *wanted);

/* accept.c: what comes for virtual addresses is dropped, or not */
void vrrp_accept_configure(const struct config_vrrp_globals *globals);
void vrrp_accept_update(void);
void vrrp_accept_stop(void);

/* An instance has its addresses now. */
bool vrrp_network_is_master(const struct vrrp_instance *instance);

#endif /* _LBD_VRRP_NETWORK_PRIV_H */
