/* SPDX-License-Identifier: GPL-2.0 */
/* vrrp_instance, vrrp_sync_group and static addresses, routes, rules */
#ifndef _LBD_CONFIG_VRRP_H
#define _LBD_CONFIG_VRRP_H

#include "bind.h"

struct config_vrrp_instance;
struct config_vrrp_group;

struct config_vrrp {
	struct config_vrrp_instance *instances;
	size_t instance_count;
	struct config_vrrp_group *groups;
	size_t group_count;
};

#endif /* _LBD_CONFIG_VRRP_H */
