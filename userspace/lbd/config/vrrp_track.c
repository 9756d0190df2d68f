// SPDX-License-Identifier: GPL-2.0
/* track_interface, track_script, track_file, track_process, track_service */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp_words.h"

#define INTERFACE_WEIGHT_MAX	253	/* of scripts, too */
#define WEIGHT_MAX		254	/* of files and processes */

/* By enum config_vrrp_track_kind: the block, and what its lines name. */
static const char *const blocks[] = {
	[VRRP_TRACK_INTERFACE] = "track_interface",
	[VRRP_TRACK_SCRIPT] = "track_script",
	[VRRP_TRACK_FILE] = "track_file",
	[VRRP_TRACK_PROCESS] = "track_process",
	[VRRP_TRACK_SERVICE] = "track_service",
};

static const char *const things[] = {
	[VRRP_TRACK_SCRIPT] = "vrrp_script",
	[VRRP_TRACK_FILE] = "track_file",
	[VRRP_TRACK_PROCESS] = "vrrp_track_process",
	[VRRP_TRACK_SERVICE] = "virtual_server",
};

static void use_script(const struct config *config, size_t i,
		       struct config_vrrp_track *track)
{
	track->weight = config->scripts[i].weight;
	track->reverse = config->scripts[i].reverse;
}

static void use_file(const struct config *config, size_t i,
		     struct config_vrrp_track *track)
{
	track->weight = config->files[i].weight;
	track->reverse = config->files[i].reverse;
}

static void use_process(const struct config *config, size_t i,
			struct config_vrrp_track *track)
{
	track->weight = config->processes[i].weight;
	track->reverse = config->processes[i].reverse;
}

/* KEY as lbadm(8) has it, ADDRESS PORT as keepalived, or the group's name. */
static bool is_service(const struct config_service *service,
		       const char *name, const struct nflb_key *key, bool keyed)
{
	size_t i;

	if (service->group && !strcmp(service->group, name))
		return true;
	if (service->name && !strcmp(service->name, name))
		return true;
	for (i = 0; keyed && i < service->key_count; i++) {
		if (nflb_key_equal(&service->keys[i], key))
			return true;
	}
	return false;
}

static bool parse_key(const char *name, struct nflb_key *key)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	static const uint8_t numbers[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP };
	const char *colon = strchr(name, ':'), *why;
	size_t i;

	*key = (struct nflb_key){ .protocol = IPPROTO_TCP };
	for (i = 0; colon && i < VRRP_COUNT(protocols); i++) {
		if (strlen(protocols[i]) == (size_t)(colon - name) &&
		    !strncmp(name, protocols[i], colon - name)) {
			key->protocol = numbers[i];
			name = colon + 1;
			break;
		}
	}
	return !nflb_key_parse(name, key, &why);
}

static int find_service(const struct config *config, const char *name)
{
	struct nflb_key key;
	bool keyed = parse_key(name, &key);
	size_t i;

	for (i = 0; i < config->service_count; i++) {
		if (is_service(&config->services[i], name, &key, keyed))
			return (int)i;
	}
	return -1;
}

static int find(const struct config *config, const char *name,
		struct config_vrrp_track *track)
{
	size_t i;

	switch (track->kind) {
	case VRRP_TRACK_SCRIPT:
		for (i = 0; i < config->script_count; i++) {
			if (!strcmp(config->scripts[i].name, name)) {
				use_script(config, i, track);
				return (int)i;
			}
		}
		break;
	case VRRP_TRACK_FILE:
		for (i = 0; i < config->file_count; i++) {
			if (!strcmp(config->files[i].name, name)) {
				use_file(config, i, track);
				return (int)i;
			}
		}
		break;
	case VRRP_TRACK_PROCESS:
		for (i = 0; i < config->process_count; i++) {
			if (!strcmp(config->processes[i].name, name)) {
				use_process(config, i, track);
				return (int)i;
			}
		}
		break;
	default:
		return find_service(config, name);
	}
	return -1;
}

static int take_thing(struct vrrp_line *line, struct config_vrrp_track *track)
{
	const struct config_node *node = line->node;
	const char *name = vrrp_line_word(line);
	int index;

	if (track->kind == VRRP_TRACK_INTERFACE) {
		track->interface = name;
		return vrrp_device_check(line->context, node, name);
	}
	index = find(line->context->config, name, track);
	if (index < 0)
		return config_error(line->context->report, &node->origin,
				    "there is no %s '%s'", things[track->kind],
				    name);
	track->index = (uint32_t)index;
	return 0;
}

static int take_weight(struct vrrp_line *line, struct config_vrrp_track *track)
{
	const char *text = vrrp_line_value(line, "weight"), *next;
	bool more = track->kind == VRRP_TRACK_FILE ||
		    track->kind == VRRP_TRACK_PROCESS;
	int most = more ? WEIGHT_MAX : INTERFACE_WEIGHT_MAX;
	uint64_t number;

	if (!text)
		return -EINVAL;
	if (nflb_number_parse(text + (*text == '-' || *text == '+'), &number) ||
	    number > (unsigned int)most)
		return config_error(line->context->report, &line->node->origin,
				    "weight must be a number from -%d to %d, not %s",
				    most, most, text);
	track->weight = *text == '-' ? -(int)number : (int)number;
	track->reverse = false;
	next = vrrp_line_peek(line);
	if (!next || !vrrp_one_of(next, "reverse", "noreverse", "no_reverse"))
		return 0;
	vrrp_line_word(line);
	track->reverse = !strcmp(next, "reverse");
	return 0;
}

static int take_track(struct vrrp_line *line, struct config_vrrp_track *track)
{
	static const char *const words[] = { "reverse", "weight" };
	const char *word;
	int err;

	err = take_thing(line, track);
	while (!err && (word = vrrp_line_word(line))) {
		if (!strcmp(word, "weight"))
			err = take_weight(line, track);
		else if (vrrp_one_of(word, "reverse", "noreverse", "no_reverse"))
			track->reverse = !strcmp(word, "reverse");
		else
			err = vrrp_line_refuse(line, word, words,
					       VRRP_COUNT(words));
	}
	return err;
}

/**
 * vrrp_take_tracks() - read the lines of a track_ block
 * @context: where words are bound
 * @block: the line that has the block: track_interface and so on
 * @tracks: those are added here
 * @count: length of @tracks
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_tracks(struct config_context *context,
		     const struct config_node *block,
		     struct config_vrrp_track **tracks, size_t *count)
{
	const struct config_node *node;
	struct config_vrrp_track *track;
	unsigned int kind = 0;
	int result = 0;

	while (strcmp(blocks[kind], block->word))
		kind++;
	for (node = block->block; node; node = node->next) {
		struct vrrp_line line = { .context = context, .node = node };

		if (kind == VRRP_TRACK_SCRIPT &&
		    config_is_left_out(context->config, node->word))
			continue;
		track = config_grow(context->arena, tracks, *count, sizeof(*track));
		if (!track)
			return config_no_memory(context, node);
		*track = (struct config_vrrp_track){
			.origin = node->origin, .kind = kind,
		};
		if (take_track(&line, track))
			result = -EINVAL;
		else
			(*count)++;
	}
	return result;
}
