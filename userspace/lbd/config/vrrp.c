// SPDX-License-Identifier: GPL-2.0
/* vrrp_instance, vrrp_sync_group and what belongs to them, at the top level */
#include <errno.h>
#include <string.h>

#include "config.h"
#include "section.h"
#include "vrrp_words.h"

/* The one word behind the keyword. */
static int take_name(struct config_context *context,
		     const struct config_node *node, const char **name)
{
	if (config_take_text(context, node, 0, name))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	if (!node->has_block)
		return config_error(context->report, &node->origin,
				    "the block of '%s' is missing", node->word);
	return 0;
}

/* Names are known before blocks are read, so that any may name any other. */
static int take_instance(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct config_vrrp *vrrp = &((struct config *)object)->vrrp;
	struct config_vrrp_instance *instance;
	const char *name;

	if (take_name(context, node, &name))
		return -EINVAL;
	if (vrrp_find_instance(context->config, name) >= 0)
		return config_error(context->report, &node->origin,
				    "there is a vrrp_instance '%s' already", name);
	instance = config_grow(context->arena, &vrrp->instances,
			       vrrp->instance_count, sizeof(*instance));
	if (!instance)
		return config_no_memory(context, node);
	*instance = (struct config_vrrp_instance){
		.origin = node->origin, .name = name, .group = -1,
	};
	vrrp->instance_count++;
	return config_later(context, node, vrrp_take_instance);
}

/* Groups are read once all instances are, whichever comes first in the file. */
static int take_group(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct config_vrrp *vrrp = &((struct config *)object)->vrrp;
	struct config_vrrp_group *group;
	const char *name;
	size_t i;

	if (take_name(context, node, &name))
		return -EINVAL;
	for (i = 0; i < vrrp->group_count; i++) {
		if (!strcmp(vrrp->groups[i].name, name))
			return config_error(context->report, &node->origin,
					    "there is a vrrp_sync_group '%s' already",
					    name);
	}
	group = config_grow(context->arena, &vrrp->groups, vrrp->group_count,
			    sizeof(*group));
	if (!group)
		return config_no_memory(context, node);
	*group = (struct config_vrrp_group){
		.origin = node->origin, .name = name, .node = node,
	};
	vrrp->group_count++;
	return 0;
}

static int take_track_group(struct config_context *context,
			    const struct config_node *node, void *object)
{
	const char *name;

	(void)object;
	if (take_name(context, node, &name))
		return -EINVAL;
	return config_later(context, node, vrrp_take_track_group);
}

static int take_garp_group(struct config_context *context,
			   const struct config_node *node, void *object)
{
	(void)object;
	return vrrp_take_garp_group(context, node);
}

static int take_debounces(struct config_context *context,
			  const struct config_node *node, void *object)
{
	(void)object;
	return vrrp_take_debounces(context, node);
}

static int take_addresses(struct config_context *context,
			  const struct config_node *node, void *object)
{
	struct config_vrrp *vrrp = &((struct config *)object)->vrrp;

	return vrrp_take_addresses(context, node, true, &vrrp->addresses,
				   &vrrp->address_count);
}

static int take_routes(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_vrrp *vrrp = &((struct config *)object)->vrrp;

	return vrrp_take_routes(context, node, true, &vrrp->routes,
				&vrrp->route_count);
}

static int take_rules(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct config_vrrp *vrrp = &((struct config *)object)->vrrp;

	return vrrp_take_rules(context, node, true, &vrrp->rules,
			       &vrrp->rule_count);
}

#define CALL(name, function)						\
	{ .word = (name), .kind = CONFIG_CALL, .fn = (function) }

static const struct config_word words[] = {
	CALL("vrrp_instance", take_instance),
	CALL("vrrp_sync_group", take_group),
	CALL("track_group", take_track_group),
	CALL("garp_group", take_garp_group),
	CALL("interface_up_down_delays", take_debounces),
	CALL("static_ipaddress", take_addresses),
	CALL("static_routes", take_routes),
	CALL("static_rules", take_rules),
	{ }
};

static int prepare(struct config_context *context)
{
	vrrp_prepare_globals(context->config);
	return 0;
}

static void describe(const struct config *config, FILE *stream)
{
	const struct config_vrrp *vrrp = &config->vrrp;
	size_t i;

	for (i = 0; i < vrrp->instance_count; i++) {
		const struct config_vrrp_instance *instance = &vrrp->instances[i];

		fprintf(stream, "vrrp_instance %s: version %u, virtual router %u",
			instance->name, instance->version, instance->vrid);
		if (instance->interface)
			fprintf(stream, " on %s", instance->interface);
		fprintf(stream, ", priority %u, %zu addresses, %zu routes, %zu rules\n",
			instance->priority,
			instance->address_count + instance->excluded_count,
			instance->route_count, instance->rule_count);
	}
	for (i = 0; i < vrrp->group_count; i++)
		fprintf(stream, "vrrp_sync_group %s: %zu instances\n",
			vrrp->groups[i].name, vrrp->groups[i].member_count);
}

const struct config_section config_section_vrrp = {
	.words = words,
	.globals = vrrp_global_words,
	.prepare = prepare,
	.settle = vrrp_settle,
	.describe = describe,
};
