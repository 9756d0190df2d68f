// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "track.h"

static uv_loop_t *track_loop;
static struct tracked *track_all;
static json_t *track_services;	/* quorum by name of the service */

static const char *const kind_names[TRACKED_KINDS] = {
	[TRACKED_SCRIPT] = "script",
	[TRACKED_FILE] = "file",
	[TRACKED_PROCESS] = "process",
	[TRACKED_SERVICE] = "service",
};

static void send_value(enum role_id role, enum tracked_kind kind,
		       uint32_t index, int32_t value)
{
	struct msg_tracked msg = {
		.generation = control_config()->generation,
		.kind = kind, .index = index, .value = value,
	};

	/* A role that does not run is told once it does. */
	if (role == ROLE_VRRP || kind == TRACKED_FILE)
		roles_send(role, MSG_TRACKED, &msg);
}

/**
 * track_add() - begin to follow a value
 * @tracked: stays where it is until track_del()
 * @kind: of what
 * @name: of the thing
 *
 * Return: 0 or -ENOMEM.
 */
int track_add(struct tracked *tracked, enum tracked_kind kind,
	      const char *name)
{
	tracked->kind = kind;
	tracked->name = strdup(name);
	if (!tracked->name)
		return -ENOMEM;
	tracked->next = track_all;
	track_all = tracked;
	return 0;
}

/**
 * track_del() - follow a value no more
 * @tracked: what track_add() got
 */
void track_del(struct tracked *tracked)
{
	struct tracked **at = &track_all;

	while (*at != tracked)
		at = &(*at)->next;
	*at = tracked->next;
	free(tracked->name);
}

/**
 * track_set() - tell who follows a value
 * @tracked: of what
 * @value: the value; that it is as before is told to nobody
 */
void track_set(struct tracked *tracked, int32_t value)
{
	if (tracked->known && tracked->value == value)
		return;
	log_info("%s %s is %d now", kind_names[tracked->kind], tracked->name,
		 value);
	tracked->known = true;
	tracked->value = value;
	send_value(ROLE_VRRP, tracked->kind, tracked->index, value);
	send_value(ROLE_CHECKERS, tracked->kind, tracked->index, value);
}

static bool follows(const struct config_vrrp_track *tracks, size_t count,
		    enum config_vrrp_track_kind kind, uint32_t index)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (tracks[i].kind == kind && tracks[i].index == index)
			return true;
	}
	return false;
}

/**
 * track_wanted() - see whether VRRP follows something
 * @config: the configuration
 * @kind: what
 * @index: which
 *
 * Return: whether an instance or a group does.
 */
bool track_wanted(const struct config *config,
		  enum config_vrrp_track_kind kind, uint32_t index)
{
	const struct config_vrrp *vrrp = &config->vrrp;
	size_t i;

	for (i = 0; i < vrrp->instance_count; i++) {
		if (follows(vrrp->instances[i].tracks,
			    vrrp->instances[i].track_count, kind, index))
			return true;
	}
	for (i = 0; i < vrrp->group_count; i++) {
		if (follows(vrrp->groups[i].tracks,
			    vrrp->groups[i].track_count, kind, index))
			return true;
	}
	return false;
}

static int track_start(uv_loop_t *loop)
{
	track_loop = loop;
	track_services = json_object();
	return track_services ? 0 : -ENOMEM;
}

static void track_configure(const struct config *config,
			    const struct config *before)
{
	(void)before;
	track_scripts_configure(track_loop, config);
	track_files_configure(track_loop, config);
	track_processes_configure(track_loop, config);
}

static void send_services(enum role_id role)
{
	const struct config *config = control_config();
	uint32_t i;

	for (i = 0; i < config->service_count; i++) {
		const json_t *up = json_object_get(track_services,
						   config->services[i].name);

		if (up && track_wanted(config, VRRP_TRACK_SERVICE, i))
			send_value(role, TRACKED_SERVICE, i, json_is_true(up));
	}
}

/* It may have missed anything while it had another configuration. */
static void track_role_ready(enum role_id role)
{
	const struct tracked *tracked;

	if (role != ROLE_VRRP && role != ROLE_CHECKERS)
		return;
	for (tracked = track_all; tracked; tracked = tracked->next) {
		if (tracked->known)
			send_value(role, tracked->kind, tracked->index,
				   tracked->value);
	}
	if (role == ROLE_VRRP)
		send_services(role);
}

static void track_quorum_changed(const struct control_quorum_change *change)
{
	const char *name = change->service->name;

	if (change->final) {
		json_object_del(track_services, name);
		return;
	}
	json_object_set_new(track_services, name, json_boolean(change->up));
	if (track_wanted(control_config(), VRRP_TRACK_SERVICE,
			 change->service_index))
		send_value(ROLE_VRRP, TRACKED_SERVICE, change->service_index,
			   change->up);
}

static json_t *tracked_status(const struct tracked *tracked)
{
	json_t *value = tracked->known ? json_integer(tracked->value) :
					 json_null();

	return json_pack("{s:s, s:s, s:o}", "kind", kind_names[tracked->kind],
			 "name", tracked->name, "value", value);
}

static json_t *track_status(void)
{
	json_t *all = json_array();
	const struct tracked *tracked;

	for (tracked = track_all; tracked; tracked = tracked->next)
		json_array_append_new(all, tracked_status(tracked));
	return all;
}

static void track_stop(void)
{
	track_scripts_end();
	track_files_end();
	track_processes_end();
	json_decref(track_services);
	track_services = NULL;
}

const struct control_part track_part = {
	.name = "tracked",
	.start = track_start,
	.configure = track_configure,
	.role_ready = track_role_ready,
	.quorum_changed = track_quorum_changed,
	.status = track_status,
	.stop = track_stop,
};
