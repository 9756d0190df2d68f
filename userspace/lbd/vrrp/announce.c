// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../log.h"
#include "announce.h"
#include "clock.h"
#include "fsm.h"
#include "network.h"

#define BATCH	64	/* frames in one go, so that advertisements get through */

/* An address that is to be announced so many times more. */
struct item {
	struct item *next;
	const struct vrrp_instance *instance;
	unsigned int interface;		/* index */
	struct nflb_address address;
	unsigned int left;
	size_t length;
	uint8_t frame[VRRP_NA_LEN];
};

/*
 * Items that go out one after the other with a distance. The queue of an
 * interface without any is shared by all such.
 */
struct queue {
	struct queue *next;
	const char **interfaces;	/* of the configuration */
	size_t interface_count;
	uint64_t garp_interval;
	uint64_t gna_interval;
	uint64_t due;
	struct item *first;
	struct item **last;
};

/* Of the process. */
static struct {
	int fd;
	struct queue rest;		/* interfaces in no garp_group */
	struct queue *groups;
	uint64_t sent;
} announce = { .fd = -1, .rest.last = &announce.rest.first };

/**
 * vrrp_announce_start() - open what frames are sent by
 *
 * Context: needs CAP_NET_RAW.
 *
 * Return: 0 or a negative errno.
 */
int vrrp_announce_start(void)
{
	/* Protocol 0: it receives nothing. */
	announce.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return announce.fd < 0 ? -errno : 0;
}

static void empty(struct queue *queue)
{
	struct item *item;

	while ((item = queue->first)) {
		queue->first = item->next;
		free(item);
	}
	queue->last = &queue->first;
}

static void add_group(const struct config_vrrp_garp_group *group)
{
	struct queue *queue = calloc(1, sizeof(*queue));

	if (!queue) {
		log_error("garp_group: no memory");
		return;
	}
	queue->interfaces = group->interfaces;
	queue->interface_count = group->interface_count;
	queue->garp_interval = group->garp_interval;
	queue->gna_interval = group->gna_interval;
	queue->last = &queue->first;
	queue->next = announce.groups;
	announce.groups = queue;
}

/**
 * vrrp_announce_configure() - take the intervals of a configuration
 * @config: valid until the next call
 *
 * What waits of those in a garp_group is dropped: masters announce again after
 * a reload.
 */
void vrrp_announce_configure(const struct config *config)
{
	struct queue *queue;
	size_t i;

	while ((queue = announce.groups)) {
		announce.groups = queue->next;
		empty(queue);
		free(queue);
	}
	for (i = 0; i < config->vrrp.garp_group_count; i++)
		add_group(&config->vrrp.garp_groups[i]);
	announce.rest.garp_interval = config->vrrp.garp_interval;
	announce.rest.gna_interval = config->vrrp.gna_interval;
}

static struct queue *queue_of(const char *interface)
{
	struct queue *queue;
	size_t i;

	for (queue = announce.groups; queue; queue = queue->next) {
		for (i = 0; i < queue->interface_count; i++) {
			if (!strcmp(queue->interfaces[i], interface))
				return queue;
		}
	}
	return &announce.rest;
}

/* A neighbour advertisement says whether its sender is a router. */
static bool forwards(const char *interface)
{
	char path[80], value = '0';
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/forwarding",
		 interface);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &value, 1) != 1)
		value = '0';
	close(fd);
	return value != '0';
}

static void add(const struct vrrp_instance *instance,
		const struct vrrp_interface *interface,
		const struct nflb_address *address, unsigned int repeat)
{
	const char *base = instance->base ? instance->base->name :
					    interface->name;
	struct queue *queue = queue_of(base);
	struct item *item = calloc(1, sizeof(*item));

	if (!item) {
		log_error("(%s) addresses are not announced: no memory",
			  instance->config->name);
		return;
	}
	item->instance = instance;
	item->interface = interface->index;
	item->address = *address;
	item->left = repeat;
	if (address->family == AF_INET) {
		item->length = VRRP_GARP_LEN;
		vrrp_garp_build(interface->mac, &address->v4, item->frame);
	} else {
		item->length = VRRP_NA_LEN;
		vrrp_na_build(interface->mac, &address->v6,
			      forwards(interface->name), item->frame);
	}
	if (!queue->first)
		queue->due = clock_now() > queue->due ? clock_now() : queue->due;
	*queue->last = item;
	queue->last = &item->next;
}

static bool can_announce(const struct vrrp_interface *interface)
{
	return interface && interface->index && interface->arp;
}

static void add_all(const struct vrrp_instance *instance,
		    const struct config_vrrp_address *addresses, size_t count,
		    unsigned int repeat)
{
	const struct vrrp_interface *interface;
	size_t i;

	for (i = 0; i < count; i++) {
		interface = vrrp_network_interface(instance, &addresses[i]);
		if (can_announce(interface))
			add(instance, interface, &addresses[i].address, repeat);
	}
}

/**
 * vrrp_announce() - tell the neighbours whose the addresses are
 * @instance: has its addresses
 * @repeat: how often, for each
 *
 * What waits of the instance from before is not said any more.
 */
void vrrp_announce(struct vrrp_instance *instance, unsigned int repeat)
{
	const struct config_vrrp_instance *config = instance->config;

	vrrp_announce_cancel(instance);
	if (!repeat)
		return;
	add_all(instance, config->addresses, config->address_count, repeat);
	add_all(instance, config->excluded, config->excluded_count, repeat);
}

static const struct vrrp_interface *
extra_interface(const struct vrrp_instance *instance,
		const struct config_vrrp_address *address)
{
	const struct vrrp_interface *interface =
		vrrp_network_interface(instance, address);

	/* Advertisements keep the switches of that one awake. */
	if (!can_announce(interface) || interface == instance->link)
		return NULL;
	if (!instance->config->garp.extra_if_all && interface != instance->vmac &&
	    !address->use_vmac && !instance->config->vmac_addresses)
		return NULL;
	return interface;
}

/* The addresses of both lists, one after the other. */
static const struct config_vrrp_address *
address_at(const struct config_vrrp_instance *config, size_t i)
{
	return i < config->address_count ? &config->addresses[i] :
		&config->excluded[i - config->address_count];
}

static bool is_first_on(const struct vrrp_instance *instance, size_t i,
			const struct vrrp_interface *interface)
{
	size_t j;

	for (j = 0; j < i; j++) {
		if (extra_interface(instance, address_at(instance->config, j)) ==
		    interface)
			return false;
	}
	return true;
}

/**
 * vrrp_announce_extra() - one announcement on each interface without adverts
 * @instance: has its addresses
 *
 * Switches forget where a MAC address is that sends nothing: garp_extra_if.
 */
void vrrp_announce_extra(struct vrrp_instance *instance)
{
	const struct config_vrrp_instance *config = instance->config;
	const struct config_vrrp_address *address;
	const struct vrrp_interface *interface;
	size_t i;

	for (i = 0; i < config->address_count + config->excluded_count; i++) {
		address = address_at(config, i);
		interface = extra_interface(instance, address);
		if (interface && is_first_on(instance, i, interface))
			add(instance, interface, &address->address, 1);
	}
}

static void cancel(struct queue *queue, const struct vrrp_instance *instance)
{
	struct item *item, **link = &queue->first;

	while ((item = *link)) {
		if (item->instance != instance) {
			link = &item->next;
			continue;
		}
		*link = item->next;
		free(item);
	}
	queue->last = link;
}

/**
 * vrrp_announce_cancel() - an instance has lost its addresses
 * @instance: nothing of it is announced any more
 */
void vrrp_announce_cancel(const struct vrrp_instance *instance)
{
	struct queue *queue;

	cancel(&announce.rest, instance);
	for (queue = announce.groups; queue; queue = queue->next)
		cancel(queue, instance);
}

static uint64_t due_of(const struct queue *queue)
{
	return queue->first ? queue->due : VRRP_NEVER;
}

/**
 * vrrp_announce_due() - when vrrp_announce_expire() is to be called
 *
 * Return: a time of clock_now(), or %VRRP_NEVER.
 */
uint64_t vrrp_announce_due(void)
{
	uint64_t due = due_of(&announce.rest);
	struct queue *queue;

	for (queue = announce.groups; queue; queue = queue->next) {
		if (due_of(queue) < due)
			due = due_of(queue);
	}
	return due;
}

static void send_item(struct item *item)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = item->interface,
		.sll_halen = ETH_ALEN,
	};
	char text[NFLB_ADDRESS_LEN];

	memcpy(to.sll_addr, item->frame, ETH_ALEN);
	if (sendto(announce.fd, item->frame, item->length, MSG_DONTWAIT,
		   (const struct sockaddr *)&to, sizeof(to)) >= 0) {
		announce.sent++;
		return;
	}
	nflb_address_format(&item->address, text);
	log_warning("(%s) %s is not announced: %s", item->instance->config->name,
		    text, strerror(errno));
}

/* Each address once, then all again. */
static void send_first(struct queue *queue)
{
	struct item *item = queue->first;

	send_item(item);
	queue->first = item->next;
	if (!queue->first)
		queue->last = &queue->first;
	if (!--item->left) {
		free(item);
		return;
	}
	item->next = NULL;
	*queue->last = item;
	queue->last = &item->next;
}

static void expire(struct queue *queue, uint64_t now)
{
	uint64_t interval;
	int i;

	for (i = 0; i < BATCH && queue->first && queue->due <= now; i++) {
		interval = queue->first->address.family == AF_INET ?
			   queue->garp_interval : queue->gna_interval;
		send_first(queue);
		if (interval)
			queue->due = now + interval;
	}
}

/**
 * vrrp_announce_expire() - send what is due
 * @now: a time of clock_now()
 */
void vrrp_announce_expire(uint64_t now)
{
	struct queue *queue;

	expire(&announce.rest, now);
	for (queue = announce.groups; queue; queue = queue->next)
		expire(queue, now);
}

/**
 * vrrp_announce_sent() - count frames
 *
 * Return: those of all instances so far.
 */
uint64_t vrrp_announce_sent(void)
{
	return announce.sent;
}
