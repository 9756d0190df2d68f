/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A thing is an address, a route or a rule that the kernel gets and loses
 * again; a list has those of an instance, or the static ones
 */
#ifndef _LBD_VRRP_THING_H
#define _LBD_VRRP_THING_H

#include "../config/config.h"

struct nl_msg;
struct vrrp_interface;

/**
 * struct vrrp_thing - an address, a route or a rule
 * @add: request that makes it; NULL: its device is not there
 * @remove: request that takes it away
 * @text: as it was written
 * @address: of an address; @prefix: its length, @index: of its interface
 * @track_group: of static things, or NULL
 * @no_track: nobody minds when it goes
 * @there: the kernel has it, as far as we know
 */
struct vrrp_thing {
	struct nl_msg *add;
	struct nl_msg *remove;
	char *text;
	struct nflb_address address;
	uint8_t prefix;
	unsigned int index;
	char *track_group;
	bool no_track;
	bool there;
};

struct vrrp_things {
	struct vrrp_thing *all;
	size_t count;
};

/* address.c, route.c, rule.c */
int vrrp_address_build(const struct config_vrrp_address *address,
		       unsigned int index, struct vrrp_thing *thing);
int vrrp_route_build(const struct config_vrrp_route *route,
		     struct vrrp_thing *thing);
int vrrp_rule_build(const struct config_vrrp_rule *rule,
		    struct vrrp_thing *thing);

/* thing.c */
/* Says where an address lies; NULL: nowhere. */
struct vrrp_place {
	const struct vrrp_interface *
	(*fn)(const void *context, const struct config_vrrp_address *address);
	const void *context;
};

int vrrp_things_addresses(struct vrrp_things *things,
			  const struct config_vrrp_address *addresses,
			  size_t count, const struct vrrp_place *place);
int vrrp_things_routes(struct vrrp_things *things,
		       const struct config_vrrp_route *routes, size_t count);
int vrrp_things_rules(struct vrrp_things *things,
		      const struct config_vrrp_rule *rules, size_t count);
const struct vrrp_thing *vrrp_things_add(struct vrrp_things *things,
					 const char *who);
void vrrp_things_remove(struct vrrp_things *things, const char *who);
void vrrp_things_change(struct vrrp_things *before, struct vrrp_things *after,
			const char *who);
void vrrp_things_free(struct vrrp_things *things);

#endif /* _LBD_VRRP_THING_H */
