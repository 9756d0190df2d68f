// SPDX-License-Identifier: GPL-2.0
/*
 * In place of network.c and interface.c, which are on their way: the role says
 * that it cannot start. This file goes when they come.
 */
#include <errno.h>

#include "network.h"

#define missing __attribute__((weak))

missing int vrrp_interfaces_start(uv_loop_t *loop)
{
	(void)loop;
	return -EOPNOTSUPP;
}

missing void vrrp_interfaces_configure(const struct config *config)
{
	(void)config;
}

missing void vrrp_interfaces_stop(void)
{
}

missing struct vrrp_interface *vrrp_interface_get(const char *name)
{
	(void)name;
	return NULL;
}

missing bool vrrp_interface_has(const struct vrrp_interface *interface,
				const struct nflb_address *address)
{
	(void)interface;
	(void)address;
	return false;
}

missing int vrrp_network_start(uv_loop_t *loop)
{
	(void)loop;
	return -EOPNOTSUPP;
}

missing void vrrp_network_configure(const struct config *before,
				    const struct config *config)
{
	(void)before;
	(void)config;
}

missing void vrrp_network_stop(void)
{
}

missing int vrrp_network_attach(struct vrrp_instance *instance)
{
	(void)instance;
	return -EOPNOTSUPP;
}

missing void vrrp_network_detach(struct vrrp_instance *instance)
{
	(void)instance;
}

missing int vrrp_network_set(struct vrrp_instance *instance, bool master)
{
	(void)instance;
	(void)master;
	return -EOPNOTSUPP;
}

missing int vrrp_network_change(struct vrrp_instance *instance,
				const struct config_vrrp_instance *before)
{
	(void)instance;
	(void)before;
	return -EOPNOTSUPP;
}

missing struct vrrp_interface *
vrrp_network_interface(const struct vrrp_instance *instance,
		       const struct config_vrrp_address *address)
{
	(void)instance;
	(void)address;
	return NULL;
}
