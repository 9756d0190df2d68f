// SPDX-License-Identifier: GPL-2.0
/* An instance once its block is read: defaults, and what goes together */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp_words.h"

#define MICROSECONDS		1000000ull
#define CENTISECOND		10000
#define INTERVAL_MAX3		(4095 * CENTISECOND)	/* 12 bits */
#define ADDRESSES_MAX4		255	/* 8 bits */
#define ADDRESSES_MAX6		90	/* what 1500 bytes hold */

static int refuse(struct config_context *context, struct vrrp_draft *draft,
		  const char *why)
{
	return config_error(context->report, draft->origin,
			    "the vrrp_instance %s %s", draft->instance.name, why);
}

/**
 * vrrp_draft_defaults() - what an instance has that says nothing
 * @globals: of global_defs
 * @draft: gets them
 */
void vrrp_draft_defaults(const struct config_vrrp_globals *globals,
			 struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;

	draft->version = globals->version;
	draft->priority = 100;
	draft->unicast_ttl = 255;
	instance->interval = MICROSECONDS;
	instance->garp = globals->garp;
	draft->given = globals->given & (VRRP_GIVEN_DELAY | VRRP_GIVEN_REPEAT |
					 VRRP_GIVEN_LOWER_DELAY |
					 VRRP_GIVEN_LOWER_REPEAT);
	if (globals->min_garp && !(globals->given & VRRP_GIVEN_DELAY))
		instance->garp.master_delay = 0;
	if (globals->min_garp && !(globals->given & VRRP_GIVEN_REPEAT))
		instance->garp.master_repeat = 1;
	instance->down_timer_adverts = globals->down_timer_adverts;
	instance->lower_prio_no_advert = globals->lower_prio_no_advert;
	instance->higher_prio_send_advert = globals->higher_prio_send_advert;
	instance->check_unicast_source = globals->check_unicast_source;
	instance->skip_check_addresses = globals->skip_check_addresses;
	instance->strict = globals->strict;
	instance->startup_delay = globals->startup_delay;
	instance->notify.priority_changes = globals->priority_changes;
}

/* All addresses are of one family, that of the advertisements. */
static int find_family(struct config_context *context, struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	size_t i;

	if (draft->native_ipv6)
		instance->family = AF_INET6;
	else if (instance->address_count)
		instance->family = instance->addresses[0].address.family;
	else if (instance->peer_count)
		instance->family = instance->peers[0].address.family;
	else if (draft->unicast_source.family != AF_UNSPEC)
		instance->family = draft->unicast_source.family;
	else
		instance->family = AF_INET;
	for (i = 0; i < instance->address_count; i++) {
		if (instance->addresses[i].address.family != instance->family)
			return config_error(context->report,
					    &instance->addresses[i].origin,
					    "%s is of the other family: put it into virtual_ipaddress_excluded",
					    instance->addresses[i].text);
	}
	for (i = 0; i < instance->peer_count; i++) {
		if (instance->peers[i].address.family != instance->family)
			return refuse(context, draft,
				      "has a unicast_peer of the other family");
	}
	return 0;
}

static int find_source(struct config_context *context, struct vrrp_draft *draft,
		       const struct config_vrrp_globals *globals)
{
	struct config_vrrp_instance *instance = &draft->instance;
	bool ip4 = instance->family == AF_INET;

	instance->unicast |= instance->peer_count > 0;
	instance->source = draft->unicast_source.family != AF_UNSPEC ?
			   draft->unicast_source : draft->multicast_source;
	if (instance->source.family != AF_UNSPEC &&
	    instance->source.family != instance->family)
		return refuse(context, draft,
			      "has a source address of the other family");
	if (instance->destination.family == AF_UNSPEC)
		instance->destination = ip4 ? globals->mcast_group4 :
					      globals->mcast_group6;
	if (instance->destination.family != instance->family)
		return refuse(context, draft,
			      "has a mcast_dst_ip of the other family");
	if (!instance->interface && !instance->unicast)
		return refuse(context, draft, "has no interface");
	if (instance->vrf && instance->interface)
		return refuse(context, draft,
			      "has both vrf and interface");
	return 0;
}

static int find_version(struct config_context *context,
			struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;

	instance->version = (uint8_t)draft->version;
	if (instance->family == AF_INET6 && instance->version == 2) {
		if (draft->given & VRRP_GIVEN_VERSION)
			config_warning(context->report, draft->origin,
				       "%s: IPv6 has version 3 only",
				       instance->name);
		instance->version = 3;
	}
	return 0;
}

/* Version 2 has whole seconds, version 3 hundredths. */
static int round_interval(struct config_context *context,
			  struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	uint64_t unit = instance->version == 2 ? MICROSECONDS : CENTISECOND;
	uint64_t rounded = (instance->interval + unit - 1) / unit * unit;

	if (instance->version == 3 && rounded > INTERVAL_MAX3)
		return refuse(context, draft,
			      "has an advert_int of more than 40.95 s, the most of version 3");
	if (rounded != instance->interval)
		config_warning(context->report, draft->origin,
			       "%s: advert_int is rounded to %ju.%02u s",
			       instance->name, (uintmax_t)(rounded / MICROSECONDS),
			       (unsigned int)(rounded % MICROSECONDS / CENTISECOND));
	instance->interval = rounded;
	return 0;
}

static void finish_garp(struct vrrp_draft *draft)
{
	struct config_vrrp_garp *garp = &draft->instance.garp;

	if (!(draft->given & VRRP_GIVEN_LOWER_DELAY))
		garp->lower_prio_delay = garp->master_delay;
	if (!(draft->given & VRRP_GIVEN_LOWER_REPEAT))
		garp->lower_prio_repeat = garp->master_repeat;
	if (!garp->master_repeat)
		garp->master_repeat = 1;
	if (!garp->master_refresh_repeat)
		garp->master_refresh_repeat = 1;
}

/* What does not fit into an advertisement goes to the others, as there. */
static int move_excess(struct config_context *context,
		       struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	size_t most = instance->family == AF_INET ? ADDRESSES_MAX4 : ADDRESSES_MAX6;
	struct config_vrrp_address *room;
	size_t i;

	if (instance->address_count <= most)
		return 0;
	config_warning(context->report, draft->origin,
		       "%s: an advertisement has room for %zu of %zu addresses; the others are taken as virtual_ipaddress_excluded",
		       instance->name, most, instance->address_count);
	for (i = most; i < instance->address_count; i++) {
		room = config_grow(context->arena, &instance->excluded,
				   instance->excluded_count, sizeof(*room));
		if (!room)
			return -ENOMEM;
		*room = instance->addresses[i];
		instance->excluded_count++;
	}
	instance->address_count = most;
	return 0;
}

/* Nothing moves the priority of an address owner. */
static void drop_weights(struct config_context *context,
			 struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	size_t i, kept = 0;

	if (instance->priority != VRRP_PRIORITY_OWNER)
		return;
	for (i = 0; i < instance->track_count; i++) {
		if (instance->tracks[i].weight)
			config_warning(context->report,
				       &instance->tracks[i].origin,
				       "has no effect: the priority of an address owner stays 255");
		else
			instance->tracks[kept++] = instance->tracks[i];
	}
	instance->track_count = kept;
}

/**
 * vrrp_draft_finish() - check an instance and fill in what follows
 * @context: where words are bound
 * @draft: with all words of its block
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_draft_finish(struct config_context *context, struct vrrp_draft *draft)
{
	const struct config_vrrp_globals *globals = &context->config->globals.vrrp;
	struct config_vrrp_instance *instance = &draft->instance;
	unsigned int errors = context->report->errors;

	if (!(draft->given & VRRP_GIVEN_VRID))
		return refuse(context, draft, "has no virtual_router_id");
	instance->vrid = (uint8_t)draft->vrid;
	instance->priority = (uint8_t)draft->priority;
	instance->unicast_ttl = (uint8_t)draft->unicast_ttl;
	if (draft->accept && draft->no_accept)
		return refuse(context, draft, "has both accept and no_accept");
	if (draft->preempt && instance->nopreempt)
		return refuse(context, draft, "has both preempt and nopreempt");
	if (draft->no_addresses && instance->address_count)
		return refuse(context, draft,
			      "has addresses and no_virtual_ipaddress");
	if (!draft->no_addresses && !instance->address_count)
		config_warning(context->report, draft->origin,
			       "%s has no virtual_ipaddress", instance->name);
	if (find_family(context, draft) || find_source(context, draft, globals) ||
	    find_version(context, draft) || round_interval(context, draft) ||
	    vrrp_draft_vmac(context, draft))
		return -EINVAL;
	finish_garp(draft);
	drop_weights(context, draft);
	vrrp_draft_strict(context, draft);
	if (move_excess(context, draft))
		return -ENOMEM;
	return context->report->errors == errors ? 0 : -EINVAL;
}
