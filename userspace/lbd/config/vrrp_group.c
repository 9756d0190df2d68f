// SPDX-License-Identifier: GPL-2.0
/* vrrp_sync_group, track_group, garp_group, interface_up_down_delays */
#include <errno.h>
#include <string.h>

#include "vrrp_words.h"

#define MICROSECONDS	1000000ull

/**
 * vrrp_find_instance() - the instance of a name
 * @config: where
 * @name: of vrrp_instance
 *
 * Return: its index, or -1.
 */
int vrrp_find_instance(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->vrrp.instance_count; i++) {
		if (!strcmp(config->vrrp.instances[i].name, name))
			return (int)i;
	}
	return -1;
}

static int add_member(struct config_context *context,
		      const struct config_node *node, const char *name,
		      uint32_t **members, size_t *count)
{
	int index = vrrp_find_instance(context->config, name);
	uint32_t *member;
	size_t i;

	if (index < 0)
		return config_error(context->report, &node->origin,
				    "there is no vrrp_instance '%s'", name);
	for (i = 0; i < *count; i++) {
		if ((*members)[i] == (uint32_t)index)
			return config_error(context->report, &node->origin,
					    "%s is a member already", name);
	}
	member = config_grow(context->arena, members, *count, sizeof(*member));
	if (!member)
		return config_no_memory(context, node);
	*member = (uint32_t)index;
	(*count)++;
	return 0;
}

/* All words of all lines are names. */
static int add_members(struct config_context *context,
		       const struct config_node *block, uint32_t **members,
		       size_t *count)
{
	const struct config_node *node;
	int err = 0, result = 0;
	unsigned int i;

	for (node = block->block; node; node = node->next) {
		err = add_member(context, node, node->word, members, count);
		for (i = 0; !err && i < node->count; i++)
			err = add_member(context, node, node->argument[i],
					 members, count);
		if (err)
			result = err;
	}
	return result;
}

static int take_members(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct config_vrrp_group *group = object;

	return add_members(context, node, &group->members, &group->member_count);
}

static int take_tracks(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_vrrp_group *group = object;

	return vrrp_take_tracks(context, node, &group->tracks,
				&group->track_count);
}

static const struct config_word group_words[] = {
	{ .word = "group", .kind = CONFIG_CALL, .fn = take_members },
	{ .word = "track_interface", .kind = CONFIG_CALL, .fn = take_tracks },
	{ .word = "track_script", .kind = CONFIG_CALL, .fn = take_tracks },
	{ .word = "track_file", .kind = CONFIG_CALL, .fn = take_tracks },
	{ .word = "track_process", .kind = CONFIG_CALL, .fn = take_tracks },
	{ .word = "track_service", .kind = CONFIG_CALL, .fn = take_tracks },
	{ .word = "track_bfd", .kind = CONFIG_REFUSED,
	  .why = "lbd has no BFD; a routing daemon with a track_file does it" },
	{ .word = "global_tracking", .kind = CONFIG_FLAG,
	  .offset = offsetof(struct config_vrrp_group, tracking_weight) },
	{ .word = "sync_group_tracking_weight", .kind = CONFIG_FLAG,
	  .offset = offsetof(struct config_vrrp_group, tracking_weight) },
	{ }
};

/* As the first releases of keepalived had it: names without "group". */
static bool is_bare_member(const struct config *config,
			   const struct config_node *node)
{
	return !node->has_block && !node->count &&
	       vrrp_find_instance(config, node->word) >= 0;
}

static int take_lines(struct config_context *context,
		      const struct config_node *node,
		      struct config_vrrp_group *group)
{
	const struct config_set sets[] = {
		{ group_words, group }, { vrrp_notify_words, &group->notify },
	};
	int result = 0, err;

	for (node = node->block; node; node = node->next) {
		struct config_node line = *node;

		if (is_bare_member(context->config, node)) {
			config_warning(context->report, &node->origin,
				       "%s is taken as a member; write group { %s }",
				       node->word, node->word);
			err = add_member(context, node, node->word,
					 &group->members, &group->member_count);
		} else {
			line.next = NULL;
			err = config_bind_sets(context, &line, sets,
					       VRRP_COUNT(sets));
		}
		if (err)
			result = err;
	}
	return result;
}

static int join(struct config_context *context,
		struct config_vrrp_group *group,
		struct config_vrrp_instance *member)
{
	struct config_vrrp *vrrp = &context->config->vrrp;

	if (member->group >= 0)
		return config_error(context->report, &group->origin,
				    "%s is in the vrrp_sync_group %s already",
				    member->name, vrrp->groups[member->group].name);
	member->group = (int)(group - vrrp->groups);
	return 0;
}

/**
 * vrrp_take_group() - read the block of a vrrp_sync_group
 * @context: where words are bound, with all instances
 * @group: has its name and the line
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_group(struct config_context *context,
		    struct config_vrrp_group *group)
{
	struct config *config = context->config;
	int err;
	size_t i;

	group->notify.priority_changes = config->globals.vrrp.priority_changes;
	err = take_lines(context, group->node, group);
	if (!err && !group->member_count)
		return config_error(context->report, &group->origin,
				    "the vrrp_sync_group %s has no member",
				    group->name);
	for (i = 0; i < group->member_count && !err; i++)
		err = join(context, group,
			   &config->vrrp.instances[group->members[i]]);
	return err;
}

/**
 * vrrp_take_track_group() - read a track_group
 * @context: where words are bound
 * @node: the line that has the block
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_track_group(struct config_context *context,
			  const struct config_node *node)
{
	struct config_vrrp *vrrp = &context->config->vrrp;
	struct config_vrrp_track_group *group;
	const struct config_node *line;
	int result = 0;

	group = config_grow(context->arena, &vrrp->track_groups,
			    vrrp->track_group_count, sizeof(*group));
	if (!group)
		return config_no_memory(context, node);
	*group = (struct config_vrrp_track_group){
		.origin = node->origin, .name = node->argument[0],
	};
	vrrp->track_group_count++;
	for (line = node->block; line; line = line->next) {
		if (strcmp(line->word, "group"))
			result = config_error(context->report, &line->origin,
					      "unknown word '%s', did you mean 'group'?",
					      line->word);
		else if (add_members(context, line, &group->members,
				     &group->member_count))
			result = -EINVAL;
	}
	return result;
}

static int add_interface(struct config_context *context,
			 const struct config_node *node, const char *name,
			 struct config_vrrp_garp_group *group)
{
	const char **room;

	if (vrrp_device_check(context, node, name))
		return -EINVAL;
	room = config_grow(context->arena, &group->interfaces,
			   group->interface_count, sizeof(*room));
	if (!room)
		return config_no_memory(context, node);
	*room = config_strdup(context->arena, name);
	if (!*room)
		return config_no_memory(context, node);
	group->interface_count++;
	return 0;
}

static int take_interface(struct config_context *context,
			  const struct config_node *node, void *object)
{
	const char *name;

	if (config_take_text(context, node, 0, &name))
		return -EINVAL;
	return add_interface(context, node, name, object);
}

static int take_garp_interfaces(struct config_context *context,
				const struct config_node *node, void *object)
{
	int err = 0;

	for (node = node->block; node && !err; node = node->next)
		err = add_interface(context, node, node->word, object);
	return err;
}

static const struct config_word garp_group_words[] = {
	{ .word = "garp_interval", .kind = CONFIG_TIME, .max = 10 * MICROSECONDS,
	  .offset = offsetof(struct config_vrrp_garp_group, garp_interval) },
	{ .word = "gna_interval", .kind = CONFIG_TIME, .max = 10 * MICROSECONDS,
	  .offset = offsetof(struct config_vrrp_garp_group, gna_interval) },
	{ .word = "interface", .kind = CONFIG_CALL, .fn = take_interface },
	{ .word = "interfaces", .kind = CONFIG_CALL, .fn = take_garp_interfaces },
	{ }
};

/**
 * vrrp_take_garp_group() - read a garp_group
 * @context: where words are bound
 * @node: the line that has the block
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_garp_group(struct config_context *context,
			 const struct config_node *node)
{
	struct config_vrrp *vrrp = &context->config->vrrp;
	struct config_vrrp_garp_group *group;

	group = config_grow(context->arena, &vrrp->garp_groups,
			    vrrp->garp_group_count, sizeof(*group));
	if (!group)
		return config_no_memory(context, node);
	*group = (struct config_vrrp_garp_group){ .origin = node->origin };
	vrrp->garp_group_count++;
	if (config_bind(context, node->block, garp_group_words, group))
		return -EINVAL;
	if (!group->interface_count)
		return config_error(context->report, &node->origin,
				    "garp_group names no interface");
	if (!group->garp_interval && !group->gna_interval)
		config_warning(context->report, &node->origin,
			       "garp_group has no effect: it sets no interval");
	return 0;
}

/**
 * vrrp_take_debounces() - read interface_up_down_delays
 * @context: where words are bound
 * @node: the line that has the block
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_debounces(struct config_context *context,
			const struct config_node *node)
{
	struct config_vrrp *vrrp = &context->config->vrrp;
	struct config_vrrp_debounce *debounce;

	for (node = node->block; node; node = node->next) {
		debounce = config_grow(context->arena, &vrrp->debounces,
				       vrrp->debounce_count, sizeof(*debounce));
		if (!debounce)
			return config_no_memory(context, node);
		*debounce = (struct config_vrrp_debounce){ .interface = node->word };
		if (vrrp_device_check(context, node, node->word) ||
		    config_take_time(context, node, 0, 0, 255 * MICROSECONDS,
				     &debounce->down))
			return -EINVAL;
		debounce->up = debounce->down;
		if (node->count > 1 &&
		    config_take_time(context, node, 1, 0, 255 * MICROSECONDS,
				     &debounce->up))
			return -EINVAL;
		config_end_arguments(context, node, 2);
		vrrp->debounce_count++;
	}
	return 0;
}
