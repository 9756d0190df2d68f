// SPDX-License-Identifier: GPL-2.0
/*
 * The instances of a configuration
 *
 * An instance is the same as before when its name is, and where and as what it
 * speaks; then it goes on in its state.
 */
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "announce.h"
#include "clock.h"
#include "engine.h"
#include "network.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool is_same(const struct config_vrrp_instance *a,
		    const struct config_vrrp_instance *b)
{
	return !strcmp(a->name, b->name) &&
	       same_text(a->interface, b->interface) &&
	       same_text(a->vrf, b->vrf) && a->family == b->family &&
	       a->version == b->version && a->vrid == b->vrid &&
	       a->unicast == b->unicast && a->vmac == b->vmac &&
	       a->vmac_xmit_base == b->vmac_xmit_base &&
	       same_text(a->vmac_name, b->vmac_name) &&
	       !memcmp(a->vmac_address, b->vmac_address, 6) &&
	       nflb_address_equal(&a->destination, &b->destination);
}

static struct vrrp_engine *take_from(struct vrrp_engine **list,
				     const struct config_vrrp_instance *config)
{
	struct vrrp_engine **link, *engine;

	for (link = list; (engine = *link); link = &engine->next) {
		if (is_same(engine->instance.config, config)) {
			*link = engine->next;
			engine->next = NULL;
			return engine;
		}
	}
	return NULL;
}

static void stop(struct vrrp_engine *engine, uint64_t now)
{
	engine->fsm.group = NULL;
	vrrp_fsm_stop(&engine->fsm, now);
}

/* Instances that are no more; what they say belongs to what was before. */
static void drop(struct vrrp_engine *engines, uint64_t now)
{
	struct vrrp_engine *engine;

	while ((engine = engines)) {
		engines = engine->next;
		log_notice("(%s) removed", engine->fsm.config->name);
		stop(engine, now);
		vrrp_engine_free(engine);
	}
}

/* Puts those that stay first, in the order of the new configuration. */
static struct vrrp_engine *sort_out(const struct config *config,
				    struct vrrp_engine **gone)
{
	struct vrrp_engine *first = NULL, **last = &first, *engine;
	size_t i;

	for (i = 0; i < config->vrrp.instance_count; i++) {
		engine = take_from(gone, &config->vrrp.instances[i]);
		if (!engine)
			engine = vrrp_engine_make(&config->vrrp.instances[i], i);
		if (!engine) {
			log_error("(%s) no memory", config->vrrp.instances[i].name);
			continue;
		}
		engine->instance.index = i;
		*last = engine;
		last = &engine->next;
	}
	return first;
}

static void change(struct vrrp_engine *engine,
		   const struct config_vrrp_instance *config, uint64_t now)
{
	const struct config_vrrp_instance *before = engine->instance.config;

	engine->instance.config = config;
	if (before == config)
		return;
	if (engine->attached)
		vrrp_network_change(&engine->instance, before);
	if (config->old_checksum != VRRP_OLD_CHECKSUM_DETECT)
		engine->old_checksum =
			config->old_checksum == VRRP_OLD_CHECKSUM_ALWAYS;
	vrrp_fsm_set_config(&engine->fsm, config, now);
}

static void free_syncs(struct vrrp_sync *syncs, size_t count)
{
	size_t i;

	for (i = 0; syncs && i < count; i++)
		free(syncs[i].fsm.members);
	free(syncs);
}

static enum vrrp_state group_before(const struct config *before,
				    const char *name)
{
	size_t i;

	for (i = 0; before && vrrp.syncs && i < before->vrrp.group_count; i++) {
		if (!strcmp(before->vrrp.groups[i].name, name))
			return vrrp.syncs[i].fsm.state;
	}
	return VRRP_INIT;
}

static struct vrrp_sync *make_syncs(const struct config *before,
				    const struct config *config)
{
	size_t i, count = config->vrrp.group_count;
	const struct config_vrrp_group *group;
	struct vrrp_sync *syncs;

	syncs = calloc(count ? count : 1, sizeof(*syncs));
	for (i = 0; syncs && i < count; i++) {
		group = &config->vrrp.groups[i];
		syncs[i].config = group;
		syncs[i].index = i;
		syncs[i].fsm.state = group_before(before, group->name);
		syncs[i].fsm.members = calloc(group->member_count + 1,
					      sizeof(*syncs[i].fsm.members));
		if (!syncs[i].fsm.members) {
			free_syncs(syncs, count);
			return NULL;
		}
	}
	return syncs;
}

static void join_groups(struct vrrp_sync *syncs, struct vrrp_engine *engines)
{
	struct vrrp_fsm_group *group;
	struct vrrp_engine *engine;

	if (!syncs)
		log_error("no sync group: no memory");
	for (engine = engines; engine; engine = engine->next) {
		engine->fsm.group = NULL;
		if (engine->instance.config->group < 0 || !syncs)
			continue;
		group = &syncs[engine->instance.config->group].fsm;
		group->members[group->count++] = &engine->fsm;
		engine->fsm.group = group;
	}
}

static void start(struct vrrp_engine *engine, uint64_t delay, uint64_t now)
{
	engine->started = true;
	vrrp_engine_update(engine, now);
	vrrp_fsm_start(&engine->fsm, delay, now);
}

/* Faults of all of a group are known before the first of it starts. */
static void start_all(bool first, uint64_t now)
{
	struct vrrp_engine *engine;

	for (engine = vrrp.engines; engine; engine = engine->next) {
		vrrp_engine_update(engine, now);
		if (engine->started && engine->fsm.state == VRRP_MASTER)
			vrrp_announce(&engine->instance, 1);
	}
	for (engine = vrrp.engines; engine; engine = engine->next) {
		if (!engine->started)
			start(engine, first ? engine->fsm.config->startup_delay : 0,
			      now);
	}
}

/* An index means something else now: control hears all of it again. */
static void say_all(void)
{
	const struct vrrp_engine *engine;
	size_t i;

	for (engine = vrrp.engines; engine; engine = engine->next)
		vrrp_engine_say(engine, engine->fsm.state);
	for (i = 0; vrrp.syncs && i < vrrp.config->vrrp.group_count; i++) {
		if (vrrp.syncs[i].fsm.count)
			vrrp_sync_say(&vrrp.syncs[i], vrrp.syncs[i].fsm.state);
	}
}

/*
 * vrrp_reload() - take a configuration, the first one or another
 *
 * The one before is freed.
 */
void vrrp_reload(struct config *config)
{
	struct vrrp_engine *engine, *gone = vrrp.engines;
	struct config *before = vrrp.config;
	struct vrrp_sync *syncs = make_syncs(before, config);
	uint64_t now = clock_now();

	vrrp.engines = sort_out(config, &gone);
	drop(gone, now);
	for (engine = vrrp.engines; engine; engine = engine->next)
		engine->fsm.group = NULL;
	free_syncs(vrrp.syncs, before ? before->vrrp.group_count : 0);
	vrrp_track_configure(before, config);
	vrrp.config = config;
	vrrp.syncs = syncs;
	vrrp_interfaces_configure(config);
	vrrp_network_configure(before, config);
	vrrp_announce_configure(config);
	for (engine = vrrp.engines; engine; engine = engine->next)
		change(engine, &config->vrrp.instances[engine->instance.index],
		       now);
	join_groups(syncs, vrrp.engines);
	start_all(!before, now);
	say_all();
	if (before)
		config_free(before);
}

/* vrrp_stop_all() - give all addresses up */
void vrrp_stop_all(void)
{
	struct vrrp_engine *engine;
	uint64_t now = clock_now();

	for (engine = vrrp.engines; engine; engine = engine->next)
		stop(engine, now);
	for (engine = vrrp.engines; engine; engine = engine->next) {
		if (engine->attached)
			vrrp_network_detach(&engine->instance);
		engine->attached = false;
	}
}
