// SPDX-License-Identifier: GPL-2.0
/*
 * NAT needs the backend's answers to come back through the director. To itself,
 * or to a neighbour in its own network, a backend answers past it. Such a
 * connection becomes one of full NAT.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "backend.h"
#include "hairpin.h"
#include "packet.h"
#include "route.h"

static bool share_network_ipv4(const struct net_device *dev, __be32 a, __be32 b)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev)
		if (inet_ifa_match(a, ifa) && inet_ifa_match(b, ifa))
			return true;
	return false;
}

static bool share_network_ipv6(const struct net_device *dev,
			       const struct in6_addr *a,
			       const struct in6_addr *b)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;

	if (!idev)
		return false;
	list_for_each_entry_rcu(ifa, &idev->addr_list, if_list)
		if (ipv6_prefix_equal(&ifa->addr, a, ifa->prefix_len) &&
		    ipv6_prefix_equal(&ifa->addr, b, ifa->prefix_len))
			return true;
	return false;
}

/*
 * Are the two in one network of a device, so that they see each other there? At
 * the other ends of tunnels they do not.
 */
static bool are_neighbours(const struct net_device *dev, const __be32 *a,
			   const __be32 *b, u8 family)
{
	if (dev->flags & IFF_POINTOPOINT)
		return false;
	if (family == NFPROTO_IPV4)
		return share_network_ipv4(dev, a[0], b[0]);
	return share_network_ipv6(dev, (const struct in6_addr *)a,
				  (const struct in6_addr *)b);
}

static bool is_loopback(const __be32 *addr, u8 family)
{
	if (family == NFPROTO_IPV4)
		return ipv4_is_loopback(addr[0]);
	return ipv6_addr_loopback((const struct in6_addr *)addr);
}

/* The backend's answers would go elsewhere. */
static bool needs_source(struct net *net, const struct nflb_backend *backend,
			 const struct nflb_packet *pkt)
{
	const __be32 *client = nflb_tuple_src(&pkt->tuple);
	u8 family = pkt->tuple.family;
	const struct dst_entry *dst;

	dst = nflb_route_backend(net, backend, NFLB_ROUTE_ADDRESS);
	if (!dst || nflb_route_ends_here(dst))
		return false;
	if (nflb_packet_is_own(pkt))
		return is_loopback(client, family);
	return nflb_addr_equal(client, backend->addr, family) ||
	       are_neighbours(dst->dev, client, backend->addr, family);
}

/**
 * nflb_hairpin_forward - how a new connection's packets reach its backend
 * @net: namespace
 * @backend: backend
 * @pkt: first packet of the flow
 *
 * Context: softirq, RCU read side.
 * Return: the backend's method, or NFLB_FORWARD_FULLNAT where that is NAT and
 * answers would go past the director.
 */
enum nflb_forward nflb_hairpin_forward(struct net *net,
				       struct nflb_backend *backend,
				       const struct nflb_packet *pkt)
{
	/* Pairs with nflb_backend_finish(): a tunnel has its options. */
	enum nflb_forward forward = smp_load_acquire(&backend->forward);

	if (forward == NFLB_FORWARD_NAT && needs_source(net, backend, pkt))
		return NFLB_FORWARD_FULLNAT;
	return forward;
}
