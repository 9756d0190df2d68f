// SPDX-License-Identifier: GPL-2.0
/* virtual_server_group */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "service_words.h"

#define RANGE_MAX	65536	/* addresses of one line */

/**
 * group_parse_key() - read where a service is
 * @context: where words are bound
 * @node: the line
 * @address: ADDRESS or ADDRESS/PREFIX
 * @ports: PORT or PORT-PORT; NULL: any
 * @key: the result, without protocol
 *
 * Return: 0 or -EINVAL.
 */
int group_parse_key(struct config_context *context,
		    const struct config_node *node, const char *address,
		    const char *ports, struct nflb_key *key)
{
	size_t length = strcspn(address, "/");
	bool ipv6 = strchr(address, ':');
	const char *why;
	char text[256];

	*key = (struct nflb_key){ 0 };
	if (strlen(address) + (ports ? strlen(ports) : 3) + 4 > sizeof(text))
		return config_error(context->report, &node->origin,
				    "'%.40s' is too long", address);
	if (!ports || !strcmp(ports, "0"))
		ports = "any";
	snprintf(text, sizeof(text), "%s%.*s%s%s:%s", ipv6 ? "[" : "",
		 (int)length, address, ipv6 ? "]" : "", address + length,
		 ports);
	if (nflb_key_parse(text, key, &why))
		return config_error(context->report, &node->origin,
				    "'%s%s%s': %s", address,
				    strcmp(ports, "any") ? " " : "",
				    strcmp(ports, "any") ? ports : "", why);
	return 0;
}

static int add_key(struct config_context *context,
		   const struct config_node *node, struct config_group *group,
		   const struct nflb_key *key)
{
	struct nflb_key *slot;

	slot = config_grow(context->arena, &group->keys, group->key_count,
			   sizeof(*slot));
	if (!slot)
		return config_no_memory(context, node);
	*slot = *key;
	group->key_count++;
	return 0;
}

/* fwmark N [inet|inet6] */
static int take_mark(struct config_context *context,
		     const struct config_node *node, struct config_group *group)
{
	struct nflb_key key = { .address.family = AF_INET };
	uint64_t mark;

	if (config_take_uint(context, node, 0, 1, UINT32_MAX, &mark))
		return -EINVAL;
	key.mark = (uint32_t)mark;
	if (node->count > 1) {
		if (!strcmp(node->argument[1], "inet6"))
			key.address.family = AF_INET6;
		else if (strcmp(node->argument[1], "inet"))
			return config_error(context->report, &node->origin,
					    "'%s': this must be inet or inet6",
					    node->argument[1]);
	}
	return add_key(context, node, group, &key);
}

/* The bytes of an address; the last one counts most often. */
static uint8_t *bytes_of(struct nflb_address *address, size_t *length)
{
	*length = address->family == AF_INET ? 4 : 16;
	return address->family == AF_INET ? (uint8_t *)&address->v4 :
					    address->v6.s6_addr;
}

static void next_address(struct nflb_address *address)
{
	size_t length;
	uint8_t *bytes = bytes_of(address, &length);

	while (length-- && !++bytes[length])
		;
}

/* The end of a range is an address, or the last part of one. */
static int parse_end(const char *text, const struct nflb_address *first,
		     struct nflb_address *last)
{
	bool ipv4 = first->family == AF_INET;
	unsigned long part;
	char *end;

	if (!nflb_address_parse(text, last))
		return last->family == first->family ? 0 : -EINVAL;
	part = strtoul(text, &end, ipv4 ? 10 : 16);
	if (end == text || *end || *text == '-' || *text == '+' ||
	    part > (ipv4 ? 0xffU : 0xffffU))
		return -EINVAL;
	*last = *first;
	if (ipv4) {
		((uint8_t *)&last->v4)[3] = (uint8_t)part;
	} else {
		last->v6.s6_addr[14] = (uint8_t)(part >> 8);
		last->v6.s6_addr[15] = (uint8_t)part;
	}
	return 0;
}

/* ADDRESS-ADDRESS or ADDRESS-PART */
static int take_range(struct config_context *context,
		      const struct config_node *node, const char *dash,
		      struct config_group *group)
{
	const char *ports = node->count ? node->argument[0] : NULL;
	char *begin = config_strndup(context->arena, node->word,
				     dash - node->word);
	struct nflb_address last;
	struct nflb_key key;
	unsigned int count;

	if (!begin)
		return config_no_memory(context, node);
	if (group_parse_key(context, node, begin, ports, &key))
		return -EINVAL;
	if (key.prefix || parse_end(dash + 1, &key.address, &last))
		return config_error(context->report, &node->origin,
				    "'%s': this is no range of addresses",
				    node->word);
	for (count = 0; count < RANGE_MAX; count++) {
		if (add_key(context, node, group, &key))
			return -ENOMEM;
		if (nflb_address_equal(&key.address, &last))
			return 0;
		next_address(&key.address);
	}
	return config_error(context->report, &node->origin,
			    "'%s': a range has at most %u addresses and goes upwards",
			    node->word, RANGE_MAX);
}

static int take_line(struct config_context *context,
		     const struct config_node *node, struct config_group *group)
{
	const char *dash = strchr(node->word, '-');
	struct nflb_key key;

	if (node->has_block)
		return config_error(context->report, &node->origin,
				    "'%s' has no block", node->word);
	if (!strcmp(node->word, "fwmark"))
		return take_mark(context, node, group);
	config_end_arguments(context, node, 1);
	if (dash)
		return take_range(context, node, dash, group);
	if (group_parse_key(context, node, node->word,
			    node->count ? node->argument[0] : NULL, &key))
		return -EINVAL;
	return add_key(context, node, group, &key);
}

const struct config_group *group_find(const struct config *config,
				      const char *name)
{
	size_t i;

	for (i = 0; i < config->group_count; i++) {
		if (!strcmp(config->groups[i].name, name))
			return &config->groups[i];
	}
	return NULL;
}

/**
 * group_take() - read a virtual_server_group
 * @context: where words are bound
 * @node: the line
 * @object: the configuration
 *
 * Return: 0 or a negative errno.
 */
int group_take(struct config_context *context, const struct config_node *node,
	       void *object)
{
	struct config *config = object;
	struct config_group group = { .origin = node->origin }, *slot;
	const struct config_node *line;
	const struct config_group *other;
	int result = 0;

	if (config_take_text(context, node, 0, &group.name))
		return -EINVAL;
	other = group_find(config, group.name);
	if (other)
		return config_error(context->report, &node->origin,
				    "virtual_server_group '%s' is there already, at %s:%u",
				    group.name, other->origin.file,
				    other->origin.line);
	for (line = node->block; line; line = line->next) {
		if (take_line(context, line, &group))
			result = -EINVAL;
	}
	if (!result && !group.key_count)
		return config_error(context->report, &node->origin,
				    "virtual_server_group '%s' has no address and no mark",
				    group.name);
	slot = config_grow(context->arena, &config->groups,
			   config->group_count, sizeof(*slot));
	if (!slot)
		return config_no_memory(context, node);
	*slot = group;
	config->group_count++;
	return result;
}
