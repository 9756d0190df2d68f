// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual MAC addresses: a macvlan, or ipvlan, on the interface of an instance
 *
 * It stays over a reload and a crash, and is known again by its alias.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <netlink/route/link.h>
#include <netlink/route/link/inet.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/link/ipvlan.h>
#include <netlink/route/link/macvlan.h>

#include "../log.h"
#include "kernel.h"
#include "network_priv.h"

#define ALIAS		"lbd vrrp"
#define ADDR_GEN_NONE	1	/* IN6_ADDR_GEN_MODE_NONE */

/* What is wanted: its name, what it lies on, its MAC; NULL: an ipvlan. */
struct wanted {
	const char *name;
	unsigned int base;
	const uint8_t *mac;
	bool ip6;
	const char *who;
};

static struct nl_sock *open_socket(void)
{
	struct nl_sock *sock = nl_socket_alloc();

	if (sock && nl_connect(sock, NETLINK_ROUTE)) {
		nl_socket_free(sock);
		return NULL;
	}
	return sock;
}

static bool is_ours(struct rtnl_link *link)
{
	const char *alias = rtnl_link_get_ifalias(link);

	return alias && !strcmp(alias, ALIAS);
}

static bool fits(struct rtnl_link *link, const struct wanted *wanted)
{
	const char *type = rtnl_link_get_type(link);
	struct nl_addr *addr = rtnl_link_get_addr(link);

	if (!type || strcmp(type, wanted->mac ? "macvlan" : "ipvlan") ||
	    rtnl_link_get_link(link) != (int)wanted->base)
		return false;
	return !wanted->mac || (addr && nl_addr_get_len(addr) == 6 &&
	       !memcmp(nl_addr_get_binary_addr(addr), wanted->mac, 6));
}

static int refuse(const struct wanted *wanted, const char *what, int err)
{
	log_error("(%s) %s: %s", wanted->who, wanted->name,
		  what ? : nl_geterror(err));
	return -EIO;
}

static struct rtnl_link *describe(const struct wanted *wanted)
{
	struct rtnl_link *link = wanted->mac ? rtnl_link_macvlan_alloc() :
					       rtnl_link_ipvlan_alloc();
	struct nl_addr *addr = NULL;

	if (!link)
		return NULL;
	rtnl_link_set_name(link, wanted->name);
	rtnl_link_set_link(link, (int)wanted->base);
	rtnl_link_set_ifalias(link, ALIAS);
	if (!wanted->mac) {
		rtnl_link_ipvlan_set_mode(link, rtnl_link_ipvlan_str2mode("l2"));
		return link;
	}
	/* Instances on one interface need not hear each other. */
	rtnl_link_macvlan_set_mode(link, rtnl_link_macvlan_str2mode("private"));
	addr = nl_addr_build(AF_LLC, wanted->mac, 6);
	if (addr)
		rtnl_link_set_addr(link, addr);
	nl_addr_put(addr);
	return link;
}

/*
 * ARP for an address is answered by the interface that has it alone, and what
 * comes for it may have a way back over the base.
 */
static int set_up(struct nl_sock *sock, const struct wanted *wanted)
{
	struct rtnl_link *orig = rtnl_link_alloc(), *change = rtnl_link_alloc();
	int err = -NLE_NOMEM;

	if (orig && change) {
		rtnl_link_set_name(orig, wanted->name);
		rtnl_link_set_name(change, wanted->name);
		rtnl_link_set_ifalias(change, ALIAS);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ARP_IGNORE, 1);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_RP_FILTER, 0);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ACCEPT_LOCAL, 1);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_PROMOTE_SECONDARIES, 1);
		rtnl_link_inet6_set_addr_gen_mode(change, ADDR_GEN_NONE);
		err = rtnl_link_change(sock, orig, change, 0);
	}
	/* Up last, when no address comes of itself. */
	if (!err) {
		rtnl_link_set_flags(change, IFF_UP);
		err = rtnl_link_change(sock, orig, change, 0);
	}
	rtnl_link_put(orig);
	rtnl_link_put(change);
	return err;
}

/*
 * The base answers ARP for its own addresses alone, and asks as one of those:
 * else neighbours would learn its MAC for a virtual address.
 */
static void guard_base(struct nl_sock *sock, const struct wanted *wanted)
{
	struct rtnl_link *orig = rtnl_link_alloc(), *change = rtnl_link_alloc();

	if (orig && change) {
		rtnl_link_set_ifindex(orig, (int)wanted->base);
		rtnl_link_set_ifindex(change, (int)wanted->base);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ARP_IGNORE, 1);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ARP_ANNOUNCE, 2);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ARPFILTER, 1);
		if (rtnl_link_change(sock, orig, change, 0))
			log_warning("(%s) arp_ignore of the base of %s is not set",
				    wanted->who, wanted->name);
	}
	rtnl_link_put(orig);
	rtnl_link_put(change);
}

/* What is a stranger's stays; what is ours but does not fit is made anew. */
static int make(struct nl_sock *sock, const struct wanted *wanted)
{
	struct rtnl_link *link = NULL;
	int err;

	if (!rtnl_link_get_kernel(sock, 0, wanted->name, &link)) {
		bool good = fits(link, wanted);

		if (!good && !is_ours(link)) {
			rtnl_link_put(link);
			return refuse(wanted, "there is another interface of that name", 0);
		}
		if (!good)
			rtnl_link_delete(sock, link);
		rtnl_link_put(link);
		if (good)
			return set_up(sock, wanted);
	}
	link = describe(wanted);
	if (!link)
		return -NLE_NOMEM;
	err = rtnl_link_add(sock, link, NLM_F_CREATE | NLM_F_EXCL);
	rtnl_link_put(link);
	return err ? : set_up(sock, wanted);
}

static void warn_of_filter(const char *who)
{
	FILE *file = fopen("/proc/sys/net/ipv4/conf/all/rp_filter", "re");
	int mode = 0;

	if (file && fscanf(file, "%d", &mode) == 1 && mode == 1)
		log_warning("(%s) net.ipv4.conf.all.rp_filter is 1: what comes for a virtual MAC may be dropped; set it to 0 or 2",
			    who);
	if (file)
		fclose(file);
}

/*
 * Its own link-local address, from that MAC of the base and the virtual router
 * ID: masters that do not know of each other must not have the same.
 */
static int add_link_local(const struct wanted *wanted,
			  const struct vrrp_interface *base, uint8_t vrid)
{
	const struct vrrp_interface *made = vrrp_interface_get(wanted->name);
	const uint8_t *mac = base->mac;
	struct config_vrrp_address address = {
		.address = {
			.family = AF_INET6,
			.v6.s6_addr = {
				0xfe, 0x80, 0, 0, 0, 0, 0, 0, mac[0] ^ 2, mac[1],
				mac[2], 0x5e, vrid, mac[3], mac[4], mac[5],
			},
		},
		.prefix = 64,
		.flags = IFA_F_NODAD,
		.preferred_lifetime = UINT32_MAX,
	};
	struct vrrp_thing thing = { 0 };
	char text[96];
	int err = made && made->index ?
		  vrrp_address_build(&address, made->index, &thing) : -ENODEV;

	if (!err)
		err = vrrp_kernel_send_one(thing.add, text, sizeof(text));
	else
		nlmsg_free(thing.add);
	nlmsg_free(thing.remove);
	if (!err || err == -EEXIST)
		return 0;
	log_error("(%s) %s gets no link-local address: %s", wanted->who,
		  wanted->name, strerror(-err));
	return err;
}

static int add_ipvlan_address(const struct config_vrrp_instance *config)
{
	const struct vrrp_interface *made = vrrp_interface_get(config->vmac_name);
	struct config_vrrp_address address = {
		.address = config->ipvlan_address,
		.prefix = (uint8_t)nflb_address_bits(&config->ipvlan_address),
		.preferred_lifetime = UINT32_MAX,
	};
	struct vrrp_thing thing = { 0 };
	int err;

	if (config->ipvlan_address.family == AF_UNSPEC)
		return 0;
	if (!made || !made->index)
		return -ENODEV;
	err = vrrp_address_build(&address, made->index, &thing);
	if (!err)
		err = vrrp_kernel_send_one(thing.add, NULL, 0);
	else
		nlmsg_free(thing.add);
	nlmsg_free(thing.remove);
	return err == -EEXIST ? 0 : err;
}

static bool is_in_order(struct nl_sock *sock, const struct wanted *wanted)
{
	struct rtnl_link *link = NULL;
	bool good;

	if (rtnl_link_get_kernel(sock, 0, wanted->name, &link))
		return false;
	good = is_ours(link) && fits(link, wanted);
	rtnl_link_put(link);
	return good;
}

/* Return: 0, or a negative errno when it is not to be had now. */
static int make_one(const struct config_vrrp_instance *config,
		    const struct wanted *wanted)
{
	const struct vrrp_interface *made = vrrp_interface_get(wanted->name);
	struct vrrp_interface *base = vrrp_interface_by_index(wanted->base);
	struct nl_sock *sock = open_socket();
	int err;

	if (!sock || !base) {
		nl_socket_free(sock);
		return -ENODEV;
	}
	/* Touching what is in order would be told to us as a change. */
	if (made && made->running && is_in_order(sock, wanted) &&
	    (!wanted->ip6 || made->v6.family != AF_UNSPEC)) {
		nl_socket_free(sock);
		return 0;
	}
	err = make(sock, wanted);
	if (!err && !wanted->ip6 && wanted->mac)
		guard_base(sock, wanted);
	nl_socket_free(sock);
	if (err == -EIO)
		return err;
	if (err)
		return refuse(wanted, NULL, err);
	vrrp_interfaces_look();
	if (wanted->ip6 && config->ipvlan_address.family == AF_UNSPEC)
		return add_link_local(wanted, base, config->vrid) ? :
		       vrrp_interfaces_look();
	return 0;
}

/* Those of addresses on other devices: use_vmac_addr. */
static int make_others(const struct config_vrrp_instance *config,
		       const struct config_vrrp_address *addresses, size_t count)
{
	char made[IFNAMSIZ];
	size_t i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		const struct vrrp_interface *base, *there;
		const bool ip6 = addresses[i].address.family == AF_INET6;
		uint8_t mac[6];
		struct wanted wanted = { .mac = mac, .who = config->name };

		if (!vrrp_place_is_virtual(config, &addresses[i]))
			continue;
		base = vrrp_interface_get(addresses[i].device);
		wanted.name = vrrp_place_name(config, &addresses[i], made);
		there = vrrp_interface_get(wanted.name);
		if (!base || !base->index || (there && there->index))
			continue;
		memcpy(mac, config->vmac_address, sizeof(mac));
		/* RFC 9568, section 7.3: a MAC for each family */
		if (addresses[i].address.family != config->family &&
		    !mac[0] && mac[2] == 0x5e)
			mac[4] = ip6 ? 2 : 1;
		wanted.base = base->index;
		err = make_one(config, &wanted);
	}
	return err;
}

/**
 * vrrp_macvlan_make() - the interfaces of an instance's virtual MAC
 * @config: the instance
 *
 * Those that are there stay.
 *
 * Return: 0, or a negative errno when they are not to be had now.
 */
int vrrp_macvlan_make(const struct config_vrrp_instance *config)
{
	const struct vrrp_interface *base;
	struct wanted wanted = {
		.name = config->vmac_name,
		.mac = config->vmac == VRRP_VMAC_MACVLAN ?
		       config->vmac_address : NULL,
		.ip6 = config->family == AF_INET6,
		.who = config->name,
	};
	int err;

	if (config->vmac == VRRP_VMAC_NONE)
		return 0;
	base = vrrp_interface_get(config->interface);
	if (!base || !base->index)
		return -ENODEV;
	wanted.base = base->index;
	warn_of_filter(config->name);
	err = make_one(config, &wanted);
	if (!err)
		err = add_ipvlan_address(config);
	if (!err)
		err = make_others(config, config->addresses, config->address_count);
	if (!err)
		err = make_others(config, config->excluded, config->excluded_count);
	return err;
}

static void remove_name(struct nl_sock *sock, const char *name)
{
	struct rtnl_link *link = NULL;

	if (rtnl_link_get_kernel(sock, 0, name, &link))
		return;
	if (is_ours(link))
		rtnl_link_delete(sock, link);
	rtnl_link_put(link);
}

static void remove_others(struct nl_sock *sock,
			  const struct config_vrrp_instance *config,
			  const struct config_vrrp_address *addresses,
			  size_t count)
{
	char made[IFNAMSIZ];
	size_t i;

	for (i = 0; i < count; i++) {
		if (vrrp_place_is_virtual(config, &addresses[i]))
			remove_name(sock, vrrp_place_name(config, &addresses[i],
							  made));
	}
}

/**
 * vrrp_macvlan_remove() - the interfaces of an instance's virtual MAC go
 * @config: the instance
 */
void vrrp_macvlan_remove(const struct config_vrrp_instance *config)
{
	struct nl_sock *sock;

	if (config->vmac == VRRP_VMAC_NONE)
		return;
	sock = open_socket();
	if (!sock) {
		log_error("(%s) %s stays: no socket", config->name,
			  config->vmac_name);
		return;
	}
	remove_name(sock, config->vmac_name);
	remove_others(sock, config, config->addresses, config->address_count);
	remove_others(sock, config, config->excluded, config->excluded_count);
	nl_socket_free(sock);
}

static bool is_wanted(const struct config *config, const char *name)
{
	const struct config_vrrp *vrrp = &config->vrrp;
	size_t i, k;

	for (i = 0; i < vrrp->instance_count; i++) {
		const struct config_vrrp_instance *instance = &vrrp->instances[i];
		const size_t count = instance->address_count + instance->excluded_count;
		char made[IFNAMSIZ];

		if (instance->vmac_name && !strcmp(instance->vmac_name, name))
			return true;
		for (k = 0; k < count; k++) {
			const struct config_vrrp_address *address =
				k < instance->address_count ? &instance->addresses[k] :
				&instance->excluded[k - instance->address_count];

			if (vrrp_place_is_virtual(instance, address) &&
			    !strcmp(vrrp_place_name(instance, address, made), name))
				return true;
		}
	}
	return false;
}

/**
 * vrrp_macvlan_sweep() - remove those that a killed predecessor left behind
 * @config: whose are kept
 */
void vrrp_macvlan_sweep(const struct config *config)
{
	struct nl_sock *sock = open_socket();
	struct nl_cache *links = NULL;
	struct nl_object *object;

	if (sock && !rtnl_link_alloc_cache(sock, AF_UNSPEC, &links)) {
		for (object = nl_cache_get_first(links); object;
		     object = nl_cache_get_next(object)) {
			struct rtnl_link *link = (struct rtnl_link *)object;

			if (!is_ours(link) ||
			    is_wanted(config, rtnl_link_get_name(link)))
				continue;
			log_notice("%s was left behind: it is removed",
				   rtnl_link_get_name(link));
			rtnl_link_delete(sock, link);
		}
	}
	nl_cache_free(links);
	nl_socket_free(sock);
}

/**
 * vrrp_promote_secondaries() - the second address of a net outlives the first
 * @interface: where
 */
void vrrp_promote_secondaries(const struct vrrp_interface *interface)
{
	struct rtnl_link *orig = rtnl_link_alloc(), *change = rtnl_link_alloc();
	struct nl_sock *sock = open_socket();

	if (sock && orig && change && interface && interface->index) {
		rtnl_link_set_ifindex(orig, (int)interface->index);
		rtnl_link_set_ifindex(change, (int)interface->index);
		rtnl_link_inet_set_conf(change, IPV4_DEVCONF_PROMOTE_SECONDARIES, 1);
		if (rtnl_link_change(sock, orig, change, 0))
			log_warning("promote_secondaries of %s is not set",
				    interface->name);
	}
	rtnl_link_put(orig);
	rtnl_link_put(change);
	nl_socket_free(sock);
}
