// SPDX-License-Identifier: GPL-2.0
/* Virtual and static addresses as requests to the kernel */
#include <errno.h>
#include <linux/if_addr.h>

#include <netlink/route/addr.h>

#include "kernel.h"
#include "thing.h"

/* Older headers lack it; so do kernels before 5.18, which ignore it. */
#define VRRP_IFA_PROTO	11

static int set_addresses(struct rtnl_addr *addr,
			 const struct config_vrrp_address *address)
{
	bool has_peer = address->peer.family != AF_UNSPEC;
	struct nl_addr *local, *peer = NULL, *broadcast = NULL;
	int err = -ENOMEM;

	local = vrrp_kernel_address(&address->address, address->prefix);
	if (has_peer)
		peer = vrrp_kernel_address(&address->peer, address->prefix);
	if (address->broadcast.family != AF_UNSPEC)
		broadcast = vrrp_kernel_address(&address->broadcast, -1);
	if (local && (!has_peer || peer) && !rtnl_addr_set_local(addr, local) &&
	    (!peer || !rtnl_addr_set_peer(addr, peer)) &&
	    (!broadcast || !rtnl_addr_set_broadcast(addr, broadcast)))
		err = 0;
	nl_addr_put(local);
	nl_addr_put(peer);
	nl_addr_put(broadcast);
	return err;
}

static struct rtnl_addr *make(const struct config_vrrp_address *address,
			      unsigned int index)
{
	struct rtnl_addr *addr = rtnl_addr_alloc();

	if (!addr)
		return NULL;
	rtnl_addr_set_ifindex(addr, (int)index);
	rtnl_addr_set_family(addr, address->address.family);
	if (set_addresses(addr, address)) {
		rtnl_addr_put(addr);
		return NULL;
	}
	rtnl_addr_set_prefixlen(addr, address->prefix);
	rtnl_addr_set_scope(addr, address->scope);
	rtnl_addr_set_flags(addr, address->flags);
	if (address->label)
		rtnl_addr_set_label(addr, address->label);
	if (address->preferred_lifetime != UINT32_MAX) {
		rtnl_addr_set_valid_lifetime(addr, UINT32_MAX);
		rtnl_addr_set_preferred_lifetime(addr,
						 address->preferred_lifetime);
	}
	return addr;
}

/* What libnl does not know. */
static int complete(struct nl_msg *msg, const struct config_vrrp_address *address)
{
	if (nla_put_u8(msg, VRRP_IFA_PROTO, VRRP_PROTOCOL))
		return -ENOMEM;
	if (nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifaddrmsg), IFA_FLAGS))
		return 0;
	return nla_put_u32(msg, IFA_FLAGS, address->flags) ? -ENOMEM : 0;
}

/**
 * vrrp_address_build() - make the requests for an address
 * @address: it
 * @index: of its interface
 * @thing: gets them
 *
 * Return: 0 or -ENOMEM.
 */
int vrrp_address_build(const struct config_vrrp_address *address,
		       unsigned int index, struct vrrp_thing *thing)
{
	struct rtnl_addr *addr = make(address, index);
	int err = -ENOMEM;

	if (!addr)
		return -ENOMEM;
	if (!rtnl_addr_build_add_request(addr, NLM_F_CREATE | NLM_F_EXCL,
					 &thing->add) &&
	    !rtnl_addr_build_delete_request(addr, 0, &thing->remove))
		err = complete(thing->add, address);
	rtnl_addr_put(addr);
	return err;
}
