// SPDX-License-Identifier: GPL-2.0
/* What of several instances and groups goes together */
#include <errno.h>
#include <string.h>

#include "vrrp_words.h"

/* keepalived gives rules without preference one from here downwards. */
#define RULE_PRIORITY_FIRST	16383

static bool share_peer(const struct config_vrrp_instance *a,
		       const struct config_vrrp_instance *b)
{
	size_t i, k;

	for (i = 0; i < a->peer_count; i++) {
		for (k = 0; k < b->peer_count; k++) {
			if (nflb_address_equal(&a->peers[i].address,
					       &b->peers[k].address))
				return true;
		}
	}
	return false;
}

/* Whether others could take the one's advertisements for the other's. */
static bool collide(const struct config_vrrp_instance *a,
		    const struct config_vrrp_instance *b)
{
	if (a->vrid != b->vrid || a->family != b->family ||
	    a->unicast != b->unicast ||
	    strcmp(a->interface ? : "", b->interface ? : ""))
		return false;
	if (a->unicast)
		return share_peer(a, b);
	return nflb_address_equal(&a->destination, &b->destination);
}

static void check_pair(struct config_context *context,
		       const struct config_vrrp_instance *a,
		       const struct config_vrrp_instance *b)
{
	if (collide(a, b))
		config_error(context->report, &b->origin,
			     "%s and %s have the virtual_router_id %u on the same interface",
			     a->name, b->name, b->vrid);
	if (a->vmac_name && b->vmac_name && !strcmp(a->vmac_name, b->vmac_name))
		config_error(context->report, &b->origin,
			     "%s and %s make the same interface %s; give use_vmac a name",
			     a->name, b->name, b->vmac_name);
}

static void check_pairs(struct config_context *context)
{
	const struct config_vrrp *vrrp = &context->config->vrrp;
	size_t i, k;

	for (i = 0; i < vrrp->instance_count; i++) {
		for (k = 0; k < i; k++)
			check_pair(context, &vrrp->instances[k],
				   &vrrp->instances[i]);
	}
}

/* Members of a group must not go apart. */
static void check_member(struct config_context *context,
			 const struct config_vrrp_group *group,
			 struct config_vrrp_instance *member)
{
	size_t i;

	for (i = 0; i < member->track_count && !group->tracking_weight; i++) {
		if (!member->tracks[i].weight)
			continue;
		config_warning(context->report, &member->tracks[i].origin,
			       "weight is taken as 0: %s is in the vrrp_sync_group %s; track it there",
			       member->name, group->name);
		member->tracks[i].weight = 0;
	}
}

static void check_groups(struct config_context *context)
{
	struct config_vrrp *vrrp = &context->config->vrrp;
	size_t i, k;

	for (i = 0; i < vrrp->group_count; i++) {
		if (vrrp_take_group(context, &vrrp->groups[i]))
			continue;
		for (k = 0; k < vrrp->groups[i].member_count; k++)
			check_member(context, &vrrp->groups[i],
				     &vrrp->instances[vrrp->groups[i].members[k]]);
	}
}

static void check_track_group(struct config_context *context,
			      const struct config_origin *origin,
			      const char *name)
{
	const struct config_vrrp *vrrp = &context->config->vrrp;
	size_t i;

	if (!name)
		return;
	for (i = 0; i < vrrp->track_group_count; i++) {
		if (!strcmp(vrrp->track_groups[i].name, name))
			return;
	}
	config_error(context->report, origin, "there is no track_group '%s'",
		     name);
}

static void check_static(struct config_context *context)
{
	struct config_vrrp *vrrp = &context->config->vrrp;
	size_t i;

	for (i = 0; i < vrrp->address_count; i++) {
		check_track_group(context, &vrrp->addresses[i].origin,
				  vrrp->addresses[i].track_group);
		if (!vrrp->addresses[i].device)
			vrrp->addresses[i].device =
				context->config->globals.vrrp.default_interface;
	}
	for (i = 0; i < vrrp->route_count; i++)
		check_track_group(context, &vrrp->routes[i].origin,
				  vrrp->routes[i].track_group);
	for (i = 0; i < vrrp->rule_count; i++)
		check_track_group(context, &vrrp->rules[i].origin,
				  vrrp->rules[i].track_group);
}

/* Without a preference the order of rules would depend on chance. */
static void number_rules(struct config_context *context,
			 struct config_vrrp_rule *rules, size_t count,
			 uint32_t *next)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (rules[i].given & CONFIG_RULE_PRIORITY)
			continue;
		config_warning(context->report, &rules[i].origin,
			       "the rule has no preference, it gets %u", *next);
		rules[i].given |= CONFIG_RULE_PRIORITY;
		rules[i].priority = (*next)--;
	}
}

static void check_rules(struct config_context *context)
{
	struct config_vrrp *vrrp = &context->config->vrrp;
	uint32_t next = RULE_PRIORITY_FIRST;
	size_t i;

	number_rules(context, vrrp->rules, vrrp->rule_count, &next);
	for (i = 0; i < vrrp->instance_count; i++)
		number_rules(context, vrrp->instances[i].rules,
			     vrrp->instances[i].rule_count, &next);
}

/* Where addresses without dev go when the instance has no interface. */
static void set_devices(const struct config_vrrp_globals *globals,
			struct config_vrrp_address *addresses, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!addresses[i].device)
			addresses[i].device = globals->default_interface;
	}
}

/**
 * vrrp_settle() - check what of several blocks goes together
 * @context: where all words are bound
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_settle(struct config_context *context)
{
	const struct config_vrrp_globals *globals = &context->config->globals.vrrp;
	struct config_vrrp *vrrp = &context->config->vrrp;
	unsigned int errors = context->report->errors;
	struct config_vrrp_instance *instance;
	size_t i;

	check_pairs(context);
	check_groups(context);
	check_static(context);
	check_rules(context);
	for (i = 0; i < vrrp->instance_count; i++) {
		instance = &vrrp->instances[i];
		if (instance->interface)
			continue;
		set_devices(globals, instance->addresses, instance->address_count);
		set_devices(globals, instance->excluded, instance->excluded_count);
	}
	vrrp->garp_interval = globals->garp_interval;
	vrrp->gna_interval = globals->gna_interval;
	vrrp->log_unknown_vrids = globals->log_unknown_vrids;
	return context->report->errors == errors ? 0 : -EINVAL;
}
