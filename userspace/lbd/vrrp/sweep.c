// SPDX-License-Identifier: GPL-2.0
/*
 * What a killed predecessor left behind and the configuration does not have any
 * more: addresses, routes and rules that bear lbd's protocol number
 */
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "kernel.h"
#include "network_priv.h"

#define VRRP_IFA_PROTO	11
#define ROUTE_METRIC6	1024	/* of a route that was given none */

static const struct vrrp_things *sweep_wanted;
static struct vrrp_request *sweep_requests;
static size_t sweep_count;

/* Removal of what @header tells of, with all its attributes. */
static void remove_later(const struct nlmsghdr *header, int type)
{
	struct vrrp_request *room;
	struct nl_msg *msg;

	room = realloc(sweep_requests, (sweep_count + 1) * sizeof(*room));
	if (!room)
		return;
	sweep_requests = room;
	msg = nlmsg_convert((struct nlmsghdr *)header);
	if (!msg)
		return;
	nlmsg_hdr(msg)->nlmsg_type = (uint16_t)type;
	nlmsg_hdr(msg)->nlmsg_flags = 0;
	room[sweep_count++] = (struct vrrp_request){ .msg = msg };
}

static void take_address(const struct nlmsghdr *header)
{
	const struct ifaddrmsg *info = NLMSG_DATA(header);
	struct nlattr *attrs[IFA_MAX + 16];
	struct nflb_address address;
	size_t i;

	if (header->nlmsg_type != RTM_NEWADDR ||
	    nlmsg_parse((struct nlmsghdr *)header, sizeof(*info), attrs, IFA_MAX + 15, NULL) ||
	    !attrs[VRRP_IFA_PROTO] || nla_get_u8(attrs[VRRP_IFA_PROTO]) != VRRP_PROTOCOL)
		return;
	if (!vrrp_kernel_read_address(attrs, info->ifa_family, &address))
		return;
	for (i = 0; i < sweep_wanted->count; i++) {
		const struct vrrp_thing *thing = &sweep_wanted->all[i];

		if (nflb_address_equal(&thing->address, &address) &&
		    thing->prefix == info->ifa_prefixlen &&
		    (!thing->index || thing->index == info->ifa_index))
			return;
	}
	/* The link-local address of a virtual MAC goes with that. */
	if (address.family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&address.v6))
		return;
	remove_later(header, RTM_DELADDR);
}

static uint32_t metric_of(const struct rtmsg *info, struct nlattr **attrs)
{
	uint32_t metric = attrs[RTA_PRIORITY] ? nla_get_u32(attrs[RTA_PRIORITY]) : 0;

	return metric || info->rtm_family != AF_INET6 ? metric : ROUTE_METRIC6;
}

static bool same_attr(struct nlattr *a, struct nlattr *b)
{
	if (!a || !b)
		return a == b;
	return nla_len(a) == nla_len(b) &&
	       !memcmp(nla_data(a), nla_data(b), nla_len(a));
}

/* The kernel takes no second route that has all of this. */
static bool same_route(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	const struct rtmsg *x = NLMSG_DATA(a), *y = NLMSG_DATA(b);
	struct nlattr *p[RTA_MAX + 1], *q[RTA_MAX + 1];
	static const uint8_t any[16];
	int size;

	if (nlmsg_parse((struct nlmsghdr *)a, sizeof(*x), p, RTA_MAX, NULL) ||
	    nlmsg_parse((struct nlmsghdr *)b, sizeof(*y), q, RTA_MAX, NULL))
		return false;
	if (x->rtm_family != y->rtm_family || x->rtm_dst_len != y->rtm_dst_len ||
	    x->rtm_tos != y->rtm_tos || metric_of(x, p) != metric_of(y, q) ||
	    !same_attr(p[RTA_TABLE], q[RTA_TABLE]))
		return false;
	if (p[RTA_DST] && q[RTA_DST])
		return same_attr(p[RTA_DST], q[RTA_DST]);
	/* A default route may have a destination of zeros, or none. */
	size = x->rtm_family == AF_INET ? 4 : 16;
	return (!p[RTA_DST] || !memcmp(nla_data(p[RTA_DST]), any, size)) &&
	       (!q[RTA_DST] || !memcmp(nla_data(q[RTA_DST]), any, size));
}

static void take_route(const struct nlmsghdr *header)
{
	const struct rtmsg *info = NLMSG_DATA(header);
	size_t i;

	if (header->nlmsg_type != RTM_NEWROUTE ||
	    info->rtm_protocol != VRRP_PROTOCOL || info->rtm_flags & RTM_F_CLONED)
		return;
	for (i = 0; i < sweep_wanted->count; i++) {
		struct nl_msg *add = sweep_wanted->all[i].add;

		if (add && nlmsg_hdr(add)->nlmsg_type == RTM_NEWROUTE &&
		    same_route(header, nlmsg_hdr(add)))
			return;
	}
	remove_later(header, RTM_DELROUTE);
}

static bool same_rule(struct nlattr **attrs, const struct fib_rule_hdr *info,
		      struct nl_msg *add)
{
	const struct fib_rule_hdr *other = nlmsg_data(nlmsg_hdr(add));
	struct nlattr *attrs2[FRA_MAX + 1];

	return !nlmsg_parse(nlmsg_hdr(add), sizeof(*other), attrs2, FRA_MAX, NULL) &&
	       info->family == other->family && info->action == other->action &&
	       same_attr(attrs[FRA_PRIORITY], attrs2[FRA_PRIORITY]);
}

static void take_rule(const struct nlmsghdr *header)
{
	const struct fib_rule_hdr *info = NLMSG_DATA(header);
	struct nlattr *attrs[FRA_MAX + 1];
	size_t i;

	if (header->nlmsg_type != RTM_NEWRULE ||
	    nlmsg_parse((struct nlmsghdr *)header, sizeof(*info), attrs, FRA_MAX, NULL) ||
	    !attrs[FRA_PROTOCOL] || nla_get_u8(attrs[FRA_PROTOCOL]) != VRRP_PROTOCOL)
		return;
	for (i = 0; i < sweep_wanted->count; i++) {
		struct nl_msg *add = sweep_wanted->all[i].add;

		if (add && nlmsg_hdr(add)->nlmsg_type == RTM_NEWRULE &&
		    same_rule(attrs, info, add))
			return;
	}
	remove_later(header, RTM_DELRULE);
}

static void remove_all(void)
{
	size_t i;

	if (sweep_count)
		log_notice("%zu addresses, routes and rules were left behind: they are removed",
			   sweep_count);
	vrrp_kernel_send(sweep_requests, sweep_count);
	for (i = 0; i < sweep_count; i++)
		nlmsg_free(sweep_requests[i].msg);
	free(sweep_requests);
	sweep_requests = NULL;
	sweep_count = 0;
}

/**
 * vrrp_sweep() - remove what a killed predecessor left behind
 * @wanted: all that it may have; this stays if it is there
 */
void vrrp_sweep(const struct vrrp_things *wanted)
{
	sweep_wanted = wanted;
	if (vrrp_kernel_dump(RTM_GETADDR, AF_UNSPEC, take_address) ||
	    vrrp_kernel_dump(RTM_GETROUTE, AF_UNSPEC, take_route) ||
	    vrrp_kernel_dump(RTM_GETRULE, AF_INET, take_rule) ||
	    vrrp_kernel_dump(RTM_GETRULE, AF_INET6, take_rule))
		log_warning("what was left behind is not known");
	remove_all();
}
