// SPDX-License-Identifier: GPL-2.0
/* Blocks of addresses, routes and rules */
#include <errno.h>
#include <string.h>

#include "vrrp_words.h"

static int no_block(struct config_context *context,
		    const struct config_node *node)
{
	return config_error(context->report, &node->origin,
			    "'%s' has no block here", node->word);
}

static struct vrrp_line line_of(struct config_context *context,
				const struct config_node *node, bool is_static)
{
	return (struct vrrp_line){
		.context = context, .node = node, .is_static = is_static,
	};
}

/* keepalived leaves the second one out, too. */
static bool is_there(struct config_context *context,
		     const struct config_vrrp_address *address,
		     const struct config_vrrp_address *addresses, size_t count)
{
	const char *device = address->device ? : "";
	size_t i;

	for (i = 0; i < count; i++) {
		if (nflb_address_equal(&addresses[i].address, &address->address) &&
		    !strcmp(addresses[i].device ? : "", device)) {
			config_warning(context->report, &address->origin,
				       "%s is there already, in line %u",
				       address->text, addresses[i].origin.line);
			return true;
		}
	}
	return false;
}

/**
 * vrrp_take_addresses() - read the lines of a block with addresses
 * @context: where words are bound
 * @block: the line that has the block
 * @is_static: of static_ipaddress
 * @addresses: those are added here
 * @count: length of @addresses
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_addresses(struct config_context *context,
			const struct config_node *block, bool is_static,
			struct config_vrrp_address **addresses, size_t *count)
{
	const struct config_node *node;
	struct vrrp_line line;
	int result = 0;

	for (node = block->block; node; node = node->next) {
		struct config_vrrp_address address = { 0 }, *room;

		if (node->has_block)
			return no_block(context, node);
		line = line_of(context, node, is_static);
		if (vrrp_take_address(&line, &address)) {
			result = -EINVAL;
			continue;
		}
		if (is_there(context, &address, *addresses, *count))
			continue;
		room = config_grow(context->arena, addresses, *count, sizeof(*room));
		if (!room)
			return config_no_memory(context, node);
		*room = address;
		(*count)++;
	}
	return result;
}

/**
 * vrrp_take_routes() - read the lines of a block with routes
 * @context: where words are bound
 * @block: the line that has the block
 * @is_static: of static_routes
 * @routes: those are added here
 * @count: length of @routes
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_routes(struct config_context *context,
		     const struct config_node *block, bool is_static,
		     struct config_vrrp_route **routes, size_t *count)
{
	const struct config_node *node;
	struct config_vrrp_route *route;
	struct vrrp_line line;
	int result = 0;

	for (node = block->block; node; node = node->next) {
		if (node->has_block)
			return no_block(context, node);
		route = config_grow(context->arena, routes, *count, sizeof(*route));
		if (!route)
			return config_no_memory(context, node);
		*route = (struct config_vrrp_route){ 0 };
		line = line_of(context, node, is_static);
		if (vrrp_take_route(&line, route))
			result = -EINVAL;
		else
			(*count)++;
	}
	return result;
}

/**
 * vrrp_take_rules() - read the lines of a block with rules
 * @context: where words are bound
 * @block: the line that has the block
 * @is_static: of static_rules
 * @rules: those are added here
 * @count: length of @rules
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_rules(struct config_context *context,
		    const struct config_node *block, bool is_static,
		    struct config_vrrp_rule **rules, size_t *count)
{
	const struct config_node *node;
	struct config_vrrp_rule *rule;
	struct vrrp_line line;
	int result = 0;

	for (node = block->block; node; node = node->next) {
		if (node->has_block)
			return no_block(context, node);
		rule = config_grow(context->arena, rules, *count, sizeof(*rule));
		if (!rule)
			return config_no_memory(context, node);
		*rule = (struct config_vrrp_rule){ 0 };
		line = line_of(context, node, is_static);
		if (vrrp_take_rule(&line, rule))
			result = -EINVAL;
		else
			(*count)++;
	}
	return result;
}
