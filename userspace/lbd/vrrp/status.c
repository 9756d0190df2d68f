// SPDX-License-Identifier: GPL-2.0
#include <jansson.h>

#include "announce.h"
#include "clock.h"
#include "engine.h"

static json_t *address_json(const struct nflb_address *address)
{
	char text[NFLB_ADDRESS_LEN];

	if (address->family == AF_UNSPEC)
		return json_null();
	nflb_address_format(address, text);
	return json_string(text);
}

static json_t *addresses_json(const struct config_vrrp_instance *config)
{
	json_t *list = json_array();
	char text[NFLB_PREFIX_LEN];
	struct nflb_prefix prefix;
	size_t i;

	for (i = 0; i < config->address_count; i++) {
		prefix.address = config->addresses[i].address;
		prefix.length = config->addresses[i].prefix;
		nflb_prefix_format(&prefix, text);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

static json_t *errors_json(const uint64_t errors[VRRP_ERRORS])
{
	json_t *json = json_object();
	int i;

	for (i = VRRP_OK + 1; i < VRRP_ERRORS; i++)
		json_object_set_new(json, vrrp_error_name(i),
				    json_integer(errors[i]));
	return json;
}

static json_t *counters_json(const struct vrrp_engine *engine)
{
	const struct vrrp_fsm_stats *stats = &engine->fsm.stats;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			 "became_master", stats->became_master,
			 "released_master", stats->released_master,
			 "sent", stats->sent,
			 "sent_priority_zero", stats->sent_priority_zero,
			 "send_errors", engine->send_errors,
			 "received", stats->received,
			 "received_priority_zero", stats->received_priority_zero,
			 "missed_deadlines", stats->missed_deadlines,
			 "errors", errors_json(engine->errors));
}

static json_t *timers_json(const struct vrrp_fsm *fsm)
{
	uint64_t due = fsm->due[VRRP_TIMER_PROTOCOL], now = clock_now();

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			 "interval", fsm->config->interval,
			 "master_interval", fsm->master_interval,
			 "skew", vrrp_fsm_skew(fsm),
			 "master_down", vrrp_fsm_down_interval(fsm),
			 "due", due == VRRP_NEVER || due < now ? 0 : due - now,
			 "latest", fsm->stats.latest);
}

static json_t *instance_json(const struct vrrp_engine *engine)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	const struct vrrp_fsm *fsm = &engine->fsm;

	return json_pack("{sssIsisisisssisisssssososisososo}",
			 "name", config->name,
			 "since", clock_now() - fsm->since,
			 "priority", fsm->priority,
			 "configured_priority", config->priority,
			 "virtual_router_id", config->vrid,
			 "interface", engine->instance.link ?
				      engine->instance.link->name : "",
			 "family", config->family == AF_INET6 ? 6 : 4,
			 "version", config->version,
			 "state", vrrp_state_name(fsm->state),
			 "fault", engine->fault_text,
			 "source", address_json(&fsm->source),
			 "master", address_json(&fsm->master),
			 "master_priority", fsm->master_priority,
			 "addresses", addresses_json(config),
			 "timers", timers_json(fsm),
			 "counters", counters_json(engine));
}

static json_t *group_json(const struct vrrp_sync *sync)
{
	json_t *members = json_array();
	size_t i;

	for (i = 0; i < sync->fsm.count; i++)
		json_array_append_new(members,
				      json_string(sync->fsm.members[i]->config->name));
	return json_pack("{s:s, s:s, s:o}", "name", sync->config->name,
			 "state", vrrp_state_name(sync->fsm.state),
			 "members", members);
}

/*
 * vrrp_status() - all of the role as JSON
 *
 * Times are microseconds; "since" is the time that has passed.
 *
 * Return: an object, or NULL without memory.
 */
json_t *vrrp_status(void)
{
	json_t *instances = json_array(), *groups = json_array();
	const struct vrrp_engine *engine;
	size_t i;

	for (engine = vrrp.engines; engine; engine = engine->next)
		json_array_append_new(instances, instance_json(engine));
	for (i = 0; vrrp.syncs && i < vrrp.config->vrrp.group_count; i++)
		json_array_append_new(groups, group_json(&vrrp.syncs[i]));
	return json_pack("{s:o, s:o, s:I, s:I, s:o}", "instances", instances,
			 "groups", groups,
			 "announcements", vrrp_announce_sent(),
			 "late_wakeups", vrrp.late_wakeups,
			 "errors", errors_json(vrrp.errors));
}
