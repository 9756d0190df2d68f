// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "../config/config.h"
#include "../log.h"
#include "clock.h"
#include "instance.h"
#include "kernel.h"
#include "monitor.h"
#include "network_priv.h"

struct address {
	struct nflb_address address;
	uint32_t flags;			/* IFA_F_* */
};

/**
 * struct entry - an interface with what others need not know
 * @interface: comes first
 * @addresses: all that the kernel says it has
 * @up: up and with carrier, without delays
 * @wanted: somebody asked for it by name: it is never forgotten
 * @seen: by the look at all links that is under way
 * @dirty: instances must be told
 * @down_delay: and @up_delay: of interface_up_down_delays, microseconds
 * @timer: runs while a change waits for its delay
 */
struct entry {
	struct vrrp_interface interface;
	struct address *addresses;
	size_t count;
	bool up;
	bool wanted;
	bool seen;
	bool dirty;
	uint64_t down_delay;
	uint64_t up_delay;
	uv_timer_t *timer;
};

static struct vrrp_interface *interfaces;
static uv_loop_t *interfaces_loop;
/* The kernel is asked for all: nothing is to be concluded from a part. */
static bool looking;

static struct entry *entry_of(struct vrrp_interface *interface)
{
	return (struct entry *)interface;
}

static bool is_ready(uint32_t flags)
{
	return !(flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) ||
	       flags & IFA_F_OPTIMISTIC;
}

/* The first of each family that may be a source. */
static void choose_sources(struct entry *entry)
{
	struct nflb_address v4 = { 0 }, v6 = { 0 };
	const struct address *address;
	size_t i;

	for (i = entry->count; i--;) {
		address = &entry->addresses[i];
		if (vrrp_is_virtual(&address->address) || !is_ready(address->flags))
			continue;
		if (address->address.family == AF_INET)
			v4 = address->address;
		else if (IN6_IS_ADDR_LINKLOCAL(&address->address.v6))
			v6 = address->address;
	}
	if (!nflb_address_equal(&v4, &entry->interface.v4) ||
	    !nflb_address_equal(&v6, &entry->interface.v6))
		entry->dirty = true;
	entry->interface.v4 = v4;
	entry->interface.v6 = v6;
}

static void tell_all(void)
{
	static bool telling;
	struct vrrp_interface *interface;
	bool again;

	/* What happens meanwhile is told by the one who tells already. */
	if (telling)
		return;
	telling = true;
	do {
		again = false;
		for (interface = interfaces; interface; interface = interface->next) {
			if (!entry_of(interface)->dirty)
				continue;
			entry_of(interface)->dirty = false;
			if (entry_of(interface)->wanted)
				vrrp_network_interface_changed(interface);
			vrrp_instance_interface(interface);
			again = true;
		}
	} while (again);
	telling = false;
}

static void set_running(struct entry *entry)
{
	if (entry->interface.running == entry->up)
		return;
	entry->interface.running = entry->up;
	entry->dirty = true;
	if (entry->wanted)
		log_notice("interface %s is %s", entry->interface.name,
			   entry->up ? "up" : "down");
}

static void on_timer(uv_timer_t *timer)
{
	set_running(timer->data);
	tell_all();
}

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void stop_timer(struct entry *entry)
{
	if (!entry->timer)
		return;
	uv_close((uv_handle_t *)entry->timer, free_handle);
	entry->timer = NULL;
}

/* A change back within the delay is none. */
static void set_up(struct entry *entry, bool up)
{
	uint64_t delay = up ? entry->up_delay : entry->down_delay;

	entry->up = up;
	if (up == entry->interface.running) {
		stop_timer(entry);
		return;
	}
	if (!delay || !entry->interface.index) {
		stop_timer(entry);
		set_running(entry);
		return;
	}
	if (entry->timer)
		return;
	entry->timer = malloc(sizeof(*entry->timer));
	if (!entry->timer) {
		set_running(entry);
		return;
	}
	uv_timer_init(interfaces_loop, entry->timer);
	entry->timer->data = entry;
	uv_timer_start(entry->timer, on_timer, (delay + 999) / 1000, 0);
}

static struct vrrp_interface *find(const char *name)
{
	struct vrrp_interface *interface = interfaces;

	while (interface && strcmp(interface->name, name))
		interface = interface->next;
	return interface;
}

static struct vrrp_interface *make(const char *name)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry) {
		log_error("interface %s: no memory", name);
		return NULL;
	}
	snprintf(entry->interface.name, sizeof(entry->interface.name), "%s", name);
	entry->interface.next = interfaces;
	interfaces = &entry->interface;
	return interfaces;
}

/**
 * vrrp_interface_get() - an interface by name
 * @name: it
 *
 * Return: it, there or not; NULL without memory. It stays as long as the role.
 */
struct vrrp_interface *vrrp_interface_get(const char *name)
{
	struct vrrp_interface *interface = find(name);

	if (!interface)
		interface = make(name);
	if (interface)
		entry_of(interface)->wanted = true;
	return interface;
}

/**
 * vrrp_interface_by_index() - an interface that is there
 * @index: of it
 *
 * Return: it or NULL.
 */
struct vrrp_interface *vrrp_interface_by_index(unsigned int index)
{
	struct vrrp_interface *interface = index ? interfaces : NULL;

	while (interface && interface->index != index)
		interface = interface->next;
	return interface;
}

static struct address *find_address(const struct entry *entry,
				    const struct nflb_address *address)
{
	size_t i;

	for (i = 0; i < entry->count; i++) {
		if (nflb_address_equal(&entry->addresses[i].address, address))
			return &entry->addresses[i];
	}
	return NULL;
}

/**
 * vrrp_interface_has() - whether an address is there
 * @interface: where
 * @address: which
 *
 * Return: true when it is, and may be used.
 */
bool vrrp_interface_has(const struct vrrp_interface *interface,
			const struct nflb_address *address)
{
	const struct entry *entry = (const struct entry *)interface;
	const struct address *found = find_address(entry, address);

	return found && is_ready(found->flags);
}

static void gone(struct vrrp_interface *interface)
{
	struct entry *entry = entry_of(interface);

	if (!interface->index)
		return;
	interface->index = 0;
	free(entry->addresses);
	entry->addresses = NULL;
	entry->count = 0;
	set_up(entry, false);
	choose_sources(entry);
	entry->dirty = true;
}

/* Those that nobody asked for, and that are gone and told of. */
static void forget(void)
{
	struct vrrp_interface *interface, **link = &interfaces;

	while ((interface = *link)) {
		if (interface->index || entry_of(interface)->wanted) {
			link = &interface->next;
			continue;
		}
		*link = interface->next;
		stop_timer(entry_of(interface));
		free(interface);
	}
}

static void set_link(struct vrrp_interface *interface,
		     const struct ifinfomsg *info, struct nlattr **attrs)
{
	struct entry *entry = entry_of(interface);
	bool arp = !(info->ifi_flags & (IFF_NOARP | IFF_LOOPBACK));
	unsigned int index = (unsigned int)info->ifi_index;
	uint8_t mac[6] = { 0 };
	unsigned int mtu = attrs[IFLA_MTU] ? nla_get_u32(attrs[IFLA_MTU]) : 0;

	if (attrs[IFLA_ADDRESS] && nla_len(attrs[IFLA_ADDRESS]) == sizeof(mac))
		memcpy(mac, nla_data(attrs[IFLA_ADDRESS]), sizeof(mac));
	if (interface->index && interface->index != index)
		gone(interface);
	if (interface->index != index || interface->arp != arp ||
	    interface->mtu != mtu || memcmp(interface->mac, mac, sizeof(mac)))
		entry->dirty = true;
	interface->index = index;
	interface->arp = arp;
	interface->mtu = mtu;
	memcpy(interface->mac, mac, sizeof(mac));
	entry->seen = true;
	set_up(entry, (info->ifi_flags & (IFF_UP | IFF_RUNNING)) ==
		      (IFF_UP | IFF_RUNNING));
}

static void take_link(const struct nlmsghdr *header)
{
	const struct ifinfomsg *info = NLMSG_DATA(header);
	struct vrrp_interface *interface, *other;
	struct nlattr *attrs[IFLA_MAX + 1];
	char name[IFNAMSIZ];

	if (nlmsg_parse((struct nlmsghdr *)header, sizeof(*info), attrs, IFLA_MAX,
			NULL) || !attrs[IFLA_IFNAME] || info->ifi_index <= 0)
		return;
	/* That of a bridge about its ports says nothing of the interface. */
	if (info->ifi_family != AF_UNSPEC)
		return;
	nla_strlcpy(name, attrs[IFLA_IFNAME], sizeof(name));
	other = vrrp_interface_by_index((unsigned int)info->ifi_index);
	if (other && (header->nlmsg_type == RTM_DELLINK || strcmp(other->name, name)))
		gone(other);
	if (header->nlmsg_type == RTM_DELLINK)
		return;
	interface = find(name);
	if (!interface)
		interface = make(name);
	if (interface)
		set_link(interface, info, attrs);
}

static void add_address(struct entry *entry, const struct nflb_address *address,
			uint32_t flags)
{
	struct address *room = find_address(entry, address);

	if (!room) {
		room = realloc(entry->addresses,
			       (entry->count + 1) * sizeof(*room));
		if (!room) {
			log_error("interface %s: no memory", entry->interface.name);
			return;
		}
		entry->addresses = room;
		room += entry->count++;
	}
	*room = (struct address){ .address = *address, .flags = flags };
}

static void drop_address(struct entry *entry, const struct nflb_address *address)
{
	struct address *found = find_address(entry, address);
	size_t rest;

	if (!found)
		return;
	rest = entry->addresses + entry->count - (found + 1);
	memmove(found, found + 1, rest * sizeof(*found));
	entry->count--;
}

/* track_src_ip needs to hear of any address, sources of theirs alone. */
static void take_address(const struct nlmsghdr *header)
{
	const struct ifaddrmsg *info = NLMSG_DATA(header);
	struct vrrp_interface *interface;
	struct nlattr *attrs[IFA_MAX + 1];
	struct nflb_address address;
	uint32_t flags;

	if (nlmsg_parse((struct nlmsghdr *)header, sizeof(*info), attrs, IFA_MAX, NULL) ||
	    (info->ifa_family != AF_INET && info->ifa_family != AF_INET6) ||
	    !vrrp_kernel_read_address(attrs, info->ifa_family, &address))
		return;
	interface = vrrp_interface_by_index(info->ifa_index);
	if (!interface)
		return;
	flags = attrs[IFA_FLAGS] ? nla_get_u32(attrs[IFA_FLAGS]) : info->ifa_flags;
	if (header->nlmsg_type == RTM_NEWADDR)
		add_address(entry_of(interface), &address, flags);
	else
		drop_address(entry_of(interface), &address);
	if (looking)
		return;
	if (!vrrp_is_virtual(&address))
		entry_of(interface)->dirty = true;
	choose_sources(entry_of(interface));
	if (header->nlmsg_type == RTM_DELADDR)
		vrrp_network_address_gone(interface->index, &address,
					  info->ifa_prefixlen);
}

static void take_message(const struct nlmsghdr *header)
{
	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		take_link(header);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		take_address(header);
		break;
	case RTM_DELROUTE:
	case RTM_DELRULE:
		vrrp_network_route_gone();
		break;
	default:
		break;
	}
}

/**
 * vrrp_interfaces_look() - ask the kernel for all links and addresses
 *
 * Return: 0 or a negative errno.
 */
int vrrp_interfaces_look(void)
{
	struct vrrp_interface *interface;
	int err;

	for (interface = interfaces; interface; interface = interface->next)
		entry_of(interface)->seen = false;
	err = vrrp_kernel_dump(RTM_GETLINK, AF_UNSPEC, take_message);
	if (err)
		return err;
	for (interface = interfaces; interface; interface = interface->next) {
		if (!entry_of(interface)->seen)
			gone(interface);
		entry_of(interface)->count = 0;
	}
	looking = true;
	err = vrrp_kernel_dump(RTM_GETADDR, AF_UNSPEC, take_message);
	looking = false;
	for (interface = interfaces; interface; interface = interface->next)
		choose_sources(entry_of(interface));
	return err;
}

static void settled(void)
{
	tell_all();
	forget();
}

static void lost(void)
{
	struct vrrp_interface *interface;

	if (vrrp_interfaces_look())
		log_error("cannot ask the kernel for its interfaces");
	for (interface = interfaces; interface; interface = interface->next)
		entry_of(interface)->dirty |= entry_of(interface)->wanted;
	vrrp_network_route_gone();
}

static const struct vrrp_monitor monitor = {
	.message = take_message,
	.settled = settled,
	.lost = lost,
};

/**
 * vrrp_interfaces_start() - know the interfaces from now on
 * @loop: of the role
 *
 * Return: 0 or a negative errno.
 */
int vrrp_interfaces_start(uv_loop_t *loop)
{
	int err;

	interfaces_loop = loop;
	err = vrrp_kernel_start();
	if (!err)
		err = vrrp_monitor_start(loop, &monitor);
	return err ? : vrrp_interfaces_look();
}

static void set_delays(const struct config *config)
{
	const struct config_vrrp *vrrp = &config->vrrp;
	struct vrrp_interface *interface;
	size_t i;

	for (interface = interfaces; interface; interface = interface->next) {
		entry_of(interface)->down_delay = 0;
		entry_of(interface)->up_delay = 0;
	}
	for (i = 0; i < vrrp->debounce_count; i++) {
		interface = vrrp_interface_get(vrrp->debounces[i].interface);
		if (!interface)
			continue;
		entry_of(interface)->down_delay = vrrp->debounces[i].down;
		entry_of(interface)->up_delay = vrrp->debounces[i].up;
	}
}

/**
 * vrrp_interfaces_configure() - delays, and which addresses are virtual
 * @config: in use from now on
 */
void vrrp_interfaces_configure(const struct config *config)
{
	struct vrrp_interface *interface;

	set_delays(config);
	vrrp_set_virtuals(config);
	for (interface = interfaces; interface; interface = interface->next)
		choose_sources(entry_of(interface));
}

/** vrrp_interfaces_stop() - hear of interfaces no more */
void vrrp_interfaces_stop(void)
{
	struct vrrp_interface *interface;

	for (interface = interfaces; interface; interface = interface->next)
		stop_timer(entry_of(interface));
	vrrp_monitor_stop();
	vrrp_kernel_stop();
}
