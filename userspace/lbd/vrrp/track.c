// SPDX-License-Identifier: GPL-2.0
/*
 * Priorities that follow interfaces, scripts, files, processes and services
 *
 * What control has not told yet is nobody's fault, but gives no bonus either.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "clock.h"
#include "engine.h"

struct value {
	bool known;
	int32_t value;
};

/* Of the process: values by kind and index in the configuration in use. */
static struct {
	struct value *values;
	size_t count;
} tracked[TRACKED_KINDS];

static size_t count_of(const struct config *config, enum tracked_kind kind)
{
	switch (kind) {
	case TRACKED_SCRIPT:
		return config->script_count;
	case TRACKED_FILE:
		return config->file_count;
	case TRACKED_PROCESS:
		return config->process_count;
	case TRACKED_SERVICE:
		return config->service_count;
	default:
		return 0;
	}
}

static const char *name_of(const struct config *config, enum tracked_kind kind,
			   size_t index)
{
	switch (kind) {
	case TRACKED_SCRIPT:
		return config->scripts[index].name;
	case TRACKED_FILE:
		return config->files[index].name;
	case TRACKED_PROCESS:
		return config->processes[index].name;
	default:
		return config->services[index].name;
	}
}

static struct value value_before(const struct config *before,
				 enum tracked_kind kind, const char *name)
{
	struct value unknown = { 0 };
	size_t i;

	for (i = 0; before && i < tracked[kind].count; i++) {
		if (!strcmp(name_of(before, kind, i), name))
			return tracked[kind].values[i];
	}
	return unknown;
}

/*
 * vrrp_track_configure() - make room for the values of a configuration
 *
 * Those that are known by name from @before are kept until control says more.
 */
void vrrp_track_configure(const struct config *before,
			  const struct config *config)
{
	struct value *values;
	unsigned int kind;
	size_t i, count;

	for (kind = 0; kind < TRACKED_KINDS; kind++) {
		count = count_of(config, kind);
		values = calloc(count ? count : 1, sizeof(*values));
		if (!values) {
			log_error("nothing is tracked: no memory");
			count = 0;
		}
		for (i = 0; i < count; i++)
			values[i] = value_before(before, kind,
						 name_of(config, kind, i));
		free(tracked[kind].values);
		tracked[kind].values = values;
		tracked[kind].count = count;
	}
}

/* vrrp_track_set() - control says what something is now */
void vrrp_track_set(const struct msg_tracked *msg)
{
	struct vrrp_engine *engine;

	if (msg->kind >= TRACKED_KINDS || msg->index >= tracked[msg->kind].count)
		return;
	tracked[msg->kind].values[msg->index].known = true;
	tracked[msg->kind].values[msg->index].value = msg->value;
	for (engine = vrrp.engines; engine; engine = engine->next) {
		if (engine->started)
			vrrp_engine_update(engine, clock_now());
	}
}

static const enum tracked_kind kind_of[] = {
	[VRRP_TRACK_SCRIPT] = TRACKED_SCRIPT,
	[VRRP_TRACK_FILE] = TRACKED_FILE,
	[VRRP_TRACK_PROCESS] = TRACKED_PROCESS,
	[VRRP_TRACK_SERVICE] = TRACKED_SERVICE,
};

/* vrrp_track_name() - what an operator knows it by */
const char *vrrp_track_name(const struct config_vrrp_track *track)
{
	static char text[80];
	static const char *const kinds[] = {
		[VRRP_TRACK_INTERFACE] = "interface",
		[VRRP_TRACK_SCRIPT] = "script",
		[VRRP_TRACK_FILE] = "file",
		[VRRP_TRACK_PROCESS] = "process",
		[VRRP_TRACK_SERVICE] = "service",
	};
	const char *name = track->kind == VRRP_TRACK_INTERFACE ?
			   track->interface :
			   name_of(vrrp.config, kind_of[track->kind], track->index);

	snprintf(text, sizeof(text), "%s %s", kinds[track->kind], name);
	return text;
}

static struct value value_of(const struct config_vrrp_track *track)
{
	struct value value = { 0 };

	if (track->kind == VRRP_TRACK_INTERFACE) {
		value.known = true;
		value.value = vrrp_interface_get(track->interface) &&
			      vrrp_interface_get(track->interface)->running;
	} else if (track->index < tracked[kind_of[track->kind]].count) {
		value = tracked[kind_of[track->kind]].values[track->index];
		if (track->kind == VRRP_TRACK_SCRIPT && !value.known &&
		    vrrp.config->scripts[track->index].init_fail) {
			value.known = true;
			value.value = -1;
		}
	}
	return value;
}

/* A file counts as it is; everything else is up or down. */
static bool is_up(const struct config_vrrp_track *track, int32_t value)
{
	if (track->kind == VRRP_TRACK_SCRIPT || track->kind == VRRP_TRACK_FILE)
		return !value;
	return value;
}

/* What it adds. Return: false when it is a reason to be in fault. */
static bool add_weight(const struct config_vrrp_track *track, int weight,
		       int64_t *sum)
{
	struct value value = value_of(track);
	int64_t add = 0;
	bool up;

	if (!value.known)
		return true;
	up = is_up(track, value.value);
	if (!weight)
		return up != track->reverse;
	if (track->kind == VRRP_TRACK_FILE)
		add = (int64_t)value.value * weight;
	else if (up == (weight > 0))
		add = weight;
	if (track->reverse)
		add = -add;
	*sum += add;
	/* keepalived.conf(5): a file may ask for fault that way. */
	return track->kind != VRRP_TRACK_FILE || add > -254;
}

static void add_all(const struct config_vrrp_track *tracks, size_t count,
		    bool weights, int64_t *sum,
		    const struct config_vrrp_track **broken)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!add_weight(&tracks[i], weights ? tracks[i].weight : 0, sum) &&
		    !*broken)
			*broken = &tracks[i];
	}
}

/*
 * vrrp_track_priority() - what tracking leaves of the configured priority
 *
 * Members of a group that differed would tear it apart, so their own weights
 * count only with sync_group_tracking_weight; an owner's never do.
 *
 * Return: the priority; *@broken is set to what puts the instance in fault.
 */
uint8_t vrrp_track_priority(const struct vrrp_engine *engine,
			    const struct config_vrrp_track **broken)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	const struct config_vrrp_group *group = config->group < 0 ? NULL :
		&vrrp.config->vrrp.groups[config->group];
	bool owner = config->priority == VRRP_PRIORITY_OWNER;
	int64_t sum = config->priority;

	add_all(config->tracks, config->track_count,
		!owner && (!group || group->tracking_weight), &sum, broken);
	if (group)
		add_all(group->tracks, group->track_count, !owner, &sum, broken);
	if (owner)
		return VRRP_PRIORITY_OWNER;
	return sum < 1 ? 1 : sum > 254 ? 254 : sum;
}
