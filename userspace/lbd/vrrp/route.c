// SPDX-License-Identifier: GPL-2.0
/* Virtual and static routes as requests to the kernel */
#include <errno.h>
#include <linux/rtnetlink.h>

#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include "interface.h"
#include "kernel.h"
#include "thing.h"

/* Lifetime of an IPv6 route, which libnl does not know. */
#define VRRP_RTA_EXPIRES	23

static int set_gateway(struct rtnl_nexthop *next, sa_family_t family,
		       const struct nflb_address *gateway)
{
	struct nl_addr *addr;

	if (gateway->family == AF_UNSPEC)
		return 0;
	addr = vrrp_kernel_address(gateway, -1);
	if (!addr)
		return -ENOMEM;
	if (gateway->family == family)
		rtnl_route_nh_set_gateway(next, addr);
	else
		rtnl_route_nh_set_via(next, addr);
	nl_addr_put(addr);
	return 0;
}

/* Return: 0, -ENODEV when its device is not there, or -ENOMEM. */
static int add_hop(struct rtnl_route *target,
		   const struct config_vrrp_route *route,
		   const struct config_vrrp_nexthop *hop)
{
	const struct vrrp_interface *interface = NULL;
	struct rtnl_nexthop *next;

	if (hop->device) {
		interface = vrrp_interface_get(hop->device);
		if (!interface || !interface->index)
			return -ENODEV;
	}
	next = rtnl_route_nh_alloc();
	if (!next)
		return -ENOMEM;
	if (interface)
		rtnl_route_nh_set_ifindex(next, (int)interface->index);
	if (hop->weight)
		rtnl_route_nh_set_weight(next, hop->weight - 1);
	rtnl_route_nh_set_flags(next, hop->flags);
	if (hop->realms)
		rtnl_route_nh_set_realms(next, hop->realms);
	if (set_gateway(next, route->family, &hop->gateway)) {
		rtnl_route_nh_free(next);
		return -ENOMEM;
	}
	rtnl_route_add_nexthop(target, next);
	return 0;
}

static int set_prefix(struct rtnl_route *target,
		      int (*set)(struct rtnl_route *route, struct nl_addr *addr),
		      const struct nflb_address *address, int prefix,
		      sa_family_t family)
{
	struct nflb_address any = { .family = family };
	struct nl_addr *addr;
	int err;

	if (address->family == AF_UNSPEC)
		address = &any;
	addr = vrrp_kernel_address(address, prefix);
	if (!addr)
		return -ENOMEM;
	err = set(target, addr);
	nl_addr_put(addr);
	return err ? -ENOMEM : 0;
}

/* The table of a VRF is known once it is there. */
static int find_table(const char *name, uint32_t *table)
{
	const struct vrrp_interface *interface = vrrp_interface_get(name);
	struct nl_sock *sock = nl_socket_alloc();
	struct rtnl_link *link = NULL;
	int err = -ENODEV;

	if (sock && interface && interface->index &&
	    !nl_connect(sock, NETLINK_ROUTE) &&
	    !rtnl_link_get_kernel(sock, (int)interface->index, NULL, &link) &&
	    rtnl_link_is_vrf(link) && !rtnl_link_vrf_get_tableid(link, table))
		err = 0;
	if (link)
		rtnl_link_put(link);
	nl_socket_free(sock);
	return err;
}

static int set_all(struct rtnl_route *target,
		   const struct config_vrrp_route *route)
{
	uint32_t table = route->table;
	unsigned int metric;
	int err;

	rtnl_route_set_family(target, (uint8_t)route->family);
	err = set_prefix(target, rtnl_route_set_dst, &route->destination,
			 route->prefix, route->family);
	if (!err && route->from.family != AF_UNSPEC)
		err = set_prefix(target, rtnl_route_set_src, &route->from,
				 route->from_prefix, route->family);
	if (!err && route->source.family != AF_UNSPEC)
		err = set_prefix(target, rtnl_route_set_pref_src, &route->source,
				 -1, route->family);
	if (!err && route->vrf)
		err = find_table(route->vrf, &table);
	rtnl_route_set_table(target, table);
	rtnl_route_set_type(target, route->type);
	rtnl_route_set_tos(target, route->tos);
	rtnl_route_set_protocol(target, route->protocol ? : VRRP_PROTOCOL);
	rtnl_route_set_priority(target, route->priority);
	if (route->ttl_propagate >= 0)
		rtnl_route_set_ttl_propagate(target, (uint8_t)route->ttl_propagate);
	for (metric = 1; metric <= RTAX_MAX && !err; metric++) {
		if (route->metrics_given & (1u << metric))
			err = rtnl_route_set_metric(target, (int)metric,
						    route->metrics[metric]);
	}
	return err;
}

static uint8_t scope_of(struct rtnl_route *target,
			const struct config_vrrp_route *route)
{
	if (route->scope >= 0)
		return (uint8_t)route->scope;
	/* Of what leads nowhere libnl would guess that it is a link. */
	if (route->type == RTN_UNICAST || route->nexthop_count)
		return (uint8_t)rtnl_route_guess_scope(target);
	return RT_SCOPE_UNIVERSE;
}

static int make(const struct config_vrrp_route *route,
		struct rtnl_route **result)
{
	struct rtnl_route *target = rtnl_route_alloc();
	size_t i;
	int err;

	if (!target)
		return -ENOMEM;
	err = set_all(target, route);
	for (i = 0; i < route->nexthop_count && !err; i++)
		err = add_hop(target, route, &route->nexthops[i]);
	if (err) {
		rtnl_route_put(target);
		return err;
	}
	rtnl_route_set_scope(target, scope_of(target, route));
	*result = target;
	return 0;
}

static int complete(struct nl_msg *msg, const struct config_vrrp_route *route)
{
	if (route->preference >= 0 &&
	    nla_put_u8(msg, RTA_PREF, (uint8_t)route->preference))
		return -ENOMEM;
	if (route->expires && nla_put_u32(msg, VRRP_RTA_EXPIRES, route->expires))
		return -ENOMEM;
	return 0;
}

/**
 * vrrp_route_build() - make the requests for a route
 * @route: it
 * @thing: gets them
 *
 * Return: 0, -ENODEV when a device is not there, or -ENOMEM.
 */
int vrrp_route_build(const struct config_vrrp_route *route,
		     struct vrrp_thing *thing)
{
	struct rtnl_route *target;
	int err, flags;

	err = make(route, &target);
	if (err)
		return err == -ENODEV ? err : -ENOMEM;
	/* A route that is there, the same in all, is refused with EEXIST. */
	flags = NLM_F_CREATE | (route->append ? NLM_F_APPEND : 0);
	err = -ENOMEM;
	if (!rtnl_route_build_add_request(target, flags, &thing->add) &&
	    !rtnl_route_build_del_request(target, 0, &thing->remove))
		err = complete(thing->add, route);
	rtnl_route_put(target);
	return err;
}
