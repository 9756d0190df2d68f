// SPDX-License-Identifier: GPL-2.0
/* Which interface has a virtual address */
#include <stdio.h>
#include <string.h>

#include "network_priv.h"

/* On a virtual MAC of its own, beside that of the instance. */
static bool has_own(const struct config_vrrp_instance *config,
		    const struct config_vrrp_address *address)
{
	return address->device && config->vmac == VRRP_VMAC_MACVLAN &&
	       (address->use_vmac || config->vmac_addresses) &&
	       strcmp(address->device, config->interface);
}

/**
 * vrrp_place_is_virtual() - whether an address needs an interface of its own
 * @config: the instance
 * @address: one of its addresses
 *
 * Return: true for one of use_vmac_addr on another device than the instance's.
 */
bool vrrp_place_is_virtual(const struct config_vrrp_instance *config,
			   const struct config_vrrp_address *address)
{
	return has_own(config, address);
}

/**
 * vrrp_place_name() - which interface has an address
 * @config: the instance
 * @address: one of its addresses
 * @made: room for a name that must be made
 *
 * Return: the name; NULL: the configuration says none.
 */
const char *vrrp_place_name(const struct config_vrrp_instance *config,
			    const struct config_vrrp_address *address,
			    char made[IFNAMSIZ])
{
	const struct vrrp_interface *base;

	if (has_own(config, address)) {
		/* The number keeps apart what has the same VRID. */
		base = vrrp_interface_get(address->device);
		snprintf(made, IFNAMSIZ, "vrrp%u%s.%u", base ? base->index : 0,
			 address->address.family == AF_INET ? "" : "v6",
			 config->vrid);
		return made;
	}
	if (config->vmac != VRRP_VMAC_NONE &&
	    (!address->device || !strcmp(address->device, config->interface)))
		return config->vmac_name;
	return address->device ? : config->interface;
}
