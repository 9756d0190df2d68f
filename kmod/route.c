// SPDX-License-Identifier: GPL-2.0
/*
 * Routes. To a backend: cached per backend and CPU. To a client: cached per
 * connection.
 */
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "backend.h"
#include "conn.h"
#include "net.h"
#include "removed.h"
#include "route.h"
#include "service.h"

static struct dst_entry *route_get(const struct nflb_route *route)
{
	struct dst_entry *dst = rcu_dereference(route->dst);

	return dst ? dst_check(dst, READ_ONCE(route->cookie)) : NULL;
}

/* The reference to @dst passes to @route, that to its old one ends. */
static void route_set(struct nflb_route *route, struct dst_entry *dst,
		      u32 cookie)
{
	WRITE_ONCE(route->cookie, cookie);
	dst_release(unrcu_pointer(xchg(&route->dst, RCU_INITIALIZER(dst))));
}

/* Packets may be using it. */
void nflb_route_forget(struct nflb_route *route)
{
	route_set(route, NULL, 0);
}

/* Those of unicast packets; they may end here. */
static struct dst_entry *usable_ipv4(struct rtable *rt)
{
	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST)) {
		ip_rt_put(rt);
		return NULL;
	}
	return &rt->dst;
}

static struct dst_entry *usable_ipv6(struct dst_entry *dst)
{
	if (dst->error) {
		dst_release(dst);
		return NULL;
	}
	return dst;
}

/**
 * nflb_route_ends_here - is the host itself what a route leads to?
 * @dst: route
 *
 * Context: any.
 */
bool nflb_route_ends_here(const struct dst_entry *dst)
{
	if (dst->ops->family == AF_INET)
		return ((const struct rtable *)dst)->rt_flags & RTCF_LOCAL;
	return ((const struct rt6_info *)dst)->rt6i_flags & RTF_LOCAL;
}

static bool ipv6_is_local(struct net *net, const __be32 *addr)
{
	struct flowi6 fl6 = {};
	struct dst_entry *dst;
	bool local;

	memcpy(&fl6.daddr, addr, sizeof(fl6.daddr));
	dst = ip6_route_output(net, NULL, &fl6);
	local = !dst->error && nflb_route_ends_here(dst);
	dst_release(dst);
	return local;
}

/**
 * nflb_route_is_local - is this an address of the director?
 * @net: namespace
 * @addr: address
 * @family: its family
 *
 * Routes of the host make addresses local, too, not only those of devices.
 *
 * Context: softirq or process, RCU read side.
 */
bool nflb_route_is_local(struct net *net, const __be32 *addr, u8 family)
{
	if (family == NFPROTO_IPV4)
		return inet_addr_type(net, addr[0]) == RTN_LOCAL;
	return ipv6_is_local(net, addr);
}

static u32 ipv6_cookie(const struct dst_entry *dst)
{
	return rt6_get_cookie((const struct rt6_info *)dst);
}

static struct dst_entry *backend_ipv4(struct net *net,
				      const struct nflb_backend *backend,
				      enum nflb_route_kind kind)
{
	struct nflb_backend_routes *routes = this_cpu_ptr(backend->routes);
	struct flowi4 fl4 = { .daddr = backend->addr[0] };
	struct dst_entry *dst;

	if (kind == NFLB_ROUTE_NEXT_HOP)
		fl4.flowi4_flags = FLOWI_FLAG_KNOWN_NH;
	dst = usable_ipv4(ip_route_output_key(net, &fl4));
	if (!dst)
		return NULL;
	if (kind == NFLB_ROUTE_ADDRESS)
		routes->saddr[0] = fl4.saddr;
	route_set(&routes->route[kind], dst, 0);
	return dst;
}

static struct dst_entry *backend_ipv6(struct net *net,
				      const struct nflb_backend *backend,
				      enum nflb_route_kind kind)
{
	struct nflb_backend_routes *routes = this_cpu_ptr(backend->routes);
	struct flowi6 fl6 = {};
	struct dst_entry *dst;

	memcpy(&fl6.daddr, backend->addr, sizeof(fl6.daddr));
	if (kind == NFLB_ROUTE_NEXT_HOP)
		fl6.flowi6_flags = FLOWI_FLAG_KNOWN_NH;
	dst = usable_ipv6(ip6_route_output(net, NULL, &fl6));
	if (!dst)
		return NULL;
	if (kind == NFLB_ROUTE_ADDRESS && !nflb_route_ends_here(dst)) {
		if (ipv6_dev_get_saddr(net, dst->dev, &fl6.daddr, 0,
				       &fl6.saddr)) {
			dst_release(dst);
			return NULL;
		}
		memcpy(routes->saddr, &fl6.saddr, sizeof(routes->saddr));
	}
	route_set(&routes->route[kind], dst, ipv6_cookie(dst));
	return dst;
}

/**
 * nflb_route_backend - route to a backend
 * @net: namespace
 * @backend: backend
 * @kind: how packets will be addressed
 *
 * Context: softirq, RCU read side.
 * Return: a route valid until the RCU read side ends, without a reference, or
 * NULL.
 */
struct dst_entry *nflb_route_backend(struct net *net,
				     const struct nflb_backend *backend,
				     enum nflb_route_kind kind)
{
	struct dst_entry *dst;

	dst = route_get(&this_cpu_ptr(backend->routes)->route[kind]);
	if (likely(dst))
		return dst;
	if (backend->family == NFPROTO_IPV4)
		return backend_ipv4(net, backend, kind);
	return backend_ipv6(net, backend, kind);
}

/**
 * nflb_route_source - the director's address on the way to a backend
 * @backend: backend for which nflb_route_backend() just gave a route
 *
 * Context: softirq.
 * Return: address, as many words as the family needs.
 */
const __be32 *nflb_route_source(const struct nflb_backend *backend)
{
	return this_cpu_ptr(backend->routes)->saddr;
}

/* The service's address need not be ours, but rules may look at it. */
static struct dst_entry *client_ipv4(struct net *net,
				     const struct nflb_tuple *request)
{
	struct flowi4 fl4 = {
		.daddr = request->addr[0],
		.saddr = request->addr[1],
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};

	return usable_ipv4(ip_route_output_key(net, &fl4));
}

static struct dst_entry *client_ipv6(struct net *net,
				     const struct nflb_tuple *request)
{
	struct flowi6 fl6 = { .flowi6_flags = FLOWI_FLAG_ANYSRC };

	memcpy(&fl6.daddr, &request->addr[0], sizeof(fl6.daddr));
	memcpy(&fl6.saddr, &request->addr[4], sizeof(fl6.saddr));
	return usable_ipv6(ip6_route_output(net, NULL, &fl6));
}

/**
 * nflb_route_answer - route of an answer of our own
 * @net: namespace
 * @request: what is answered
 *
 * Context: softirq.
 * Return: a route with a reference for the caller, or NULL.
 */
struct dst_entry *nflb_route_answer(struct net *net,
				    const struct nflb_tuple *request)
{
	if (request->family == NFPROTO_IPV4)
		return client_ipv4(net, request);
	return client_ipv6(net, request);
}

/**
 * nflb_route_client - route of a connection's replies
 * @net: namespace
 * @conn: connection
 *
 * Two CPUs may look the route up at once; either result will do.
 *
 * Context: softirq, RCU read side.
 * Return: a route valid until the RCU read side ends, without a reference, or
 * NULL.
 */
struct dst_entry *nflb_route_client(struct net *net, struct nflb_conn *conn)
{
	const struct nflb_tuple *request = &conn->request.tuple;
	struct dst_entry *dst = route_get(&conn->reply_route);
	u32 cookie = 0;

	if (likely(dst))
		return dst;

	dst = nflb_route_answer(net, request);
	if (!dst)
		return NULL;
	if (request->family == NFPROTO_IPV6)
		cookie = ipv6_cookie(dst);
	route_set(&conn->reply_route, dst, cookie);
	return dst;
}

/* All CPUs' routes to a backend. */
void nflb_route_forget_backend(const struct nflb_backend *backend)
{
	int cpu, kind;

	for_each_possible_cpu(cpu) {
		struct nflb_backend_routes *routes;

		routes = per_cpu_ptr(backend->routes, cpu);
		for (kind = 0; kind < NFLB_ROUTE_KINDS; kind++)
			nflb_route_forget(&routes->route[kind]);
	}
}

static void forget_next_hop(const struct nflb_backend *backend, void *arg)
{
	if (backend->family == NFPROTO_IPV6)
		nflb_route_forget_backend(backend);
}

/*
 * The kernel makes a copy of an IPv6 route for every next hop that is not the
 * destination, and nothing but its user knows of the copy: kept in a cache, it
 * keeps the device from going away.
 */
static void forget_next_hops(struct nflb_net *nn)
{
	const struct nflb_service *service;
	const struct nflb_backend *backend;

	mutex_lock(&nn->lock);
	list_for_each_entry(service, &nn->service_list, list)
		list_for_each_entry(backend, &service->backends, list)
			forget_next_hop(backend, NULL);
	nflb_removed_each(nn, forget_next_hop, NULL);
	mutex_unlock(&nn->lock);
}

/* RTNL is held. */
static int device_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (event == NETDEV_UNREGISTER)
		forget_next_hops(nflb_net(dev_net(dev)));
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = {
	.notifier_call = device_event,
};

int __init nflb_route_init(void)
{
	return register_netdevice_notifier(&device_notifier);
}

void nflb_route_exit(void)
{
	unregister_netdevice_notifier(&device_notifier);
}
