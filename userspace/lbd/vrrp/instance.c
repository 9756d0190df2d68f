// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "announce.h"
#include "clock.h"
#include "engine.h"
#include "network.h"

struct vrrp_role vrrp;

static const char *const state_names[] = {
	[VRRP_INIT] = "INIT",
	[VRRP_BACKUP] = "BACKUP",
	[VRRP_MASTER] = "MASTER",
	[VRRP_FAULT] = "FAULT",
	[VRRP_STOP] = "STOP",
	[VRRP_DELETED] = "DELETED",
};

const char *vrrp_state_name(enum vrrp_state state)
{
	return state_names[state];
}

struct vrrp_engine *vrrp_engine_of(struct vrrp_fsm *fsm)
{
	return (struct vrrp_engine *)((char *)fsm -
				      offsetof(struct vrrp_engine, fsm));
}

/*
 * vrrp_engine_say() - tell control what an instance is
 *
 * With the same state before, only the priority moved.
 */
void vrrp_engine_say(const struct vrrp_engine *engine, enum vrrp_state before)
{
	struct msg_vrrp_state state = {
		.generation = vrrp.config->generation,
		.index = engine->instance.index,
		.state = engine->fsm.state,
		.before = before,
		.priority = engine->fsm.priority,
	};

	link_send(vrrp.control, MSG_VRRP_STATE, &state, -1);
}

/* vrrp_sync_say() - the same for a group */
void vrrp_sync_say(const struct vrrp_sync *sync, enum vrrp_state before)
{
	struct msg_vrrp_state state = {
		.generation = vrrp.config->generation,
		.group = 1,
		.index = sync->index,
		.state = sync->fsm.state,
		.before = before,
		.priority = sync->fsm.members[0]->priority,
	};

	link_send(vrrp.control, MSG_VRRP_STATE, &state, -1);
}

static void on_send(struct vrrp_fsm *fsm, uint8_t priority)
{
	vrrp_advert_send(vrrp_engine_of(fsm), priority);
}

static void on_set(struct vrrp_fsm *fsm, bool master)
{
	struct vrrp_engine *engine = vrrp_engine_of(fsm);

	engine->stale = false;
	if (!master)
		vrrp_announce_cancel(&engine->instance);
	vrrp_network_set(&engine->instance, master);
}

static void on_announce(struct vrrp_fsm *fsm, unsigned int repeat)
{
	vrrp_announce(&vrrp_engine_of(fsm)->instance, repeat);
}

static void on_extra(struct vrrp_fsm *fsm)
{
	vrrp_announce_extra(&vrrp_engine_of(fsm)->instance);
}

static void on_changed(struct vrrp_fsm *fsm, enum vrrp_state before)
{
	struct vrrp_engine *engine = vrrp_engine_of(fsm);

	if (before == fsm->state)
		log_info("(%s) priority is %u now", fsm->config->name,
			 fsm->priority);
	else
		log_notice("(%s) Entering %s STATE%s%s", fsm->config->name,
			   vrrp_state_name(fsm->state),
			   fsm->state == VRRP_FAULT ? ": " : "",
			   fsm->state != VRRP_FAULT ? "" :
			   fsm->fault ? engine->fault_text : "of its group");
	if (before != fsm->state)
		engine->logged = 0;
	if (engine->stale && fsm->state == VRRP_FAULT)
		on_set(fsm, false);
	vrrp_engine_say(engine, before);
}

static void on_heard_lower(struct vrrp_fsm *fsm)
{
	struct msg_vrrp_state state = {
		.generation = vrrp.config->generation,
		.index = vrrp_engine_of(fsm)->instance.index,
		.state = VRRP_MASTER_RX_LOWER_PRI,
		.before = VRRP_MASTER,
		.priority = fsm->priority,
	};

	link_send(vrrp.control, MSG_VRRP_STATE, &state, -1);
}

static void on_group(struct vrrp_fsm_group *group, enum vrrp_state before)
{
	const struct vrrp_sync *sync;

	sync = (struct vrrp_sync *)((char *)group -
				    offsetof(struct vrrp_sync, fsm));
	log_notice("group %s: %s", sync->config->name,
		   vrrp_state_name(group->state));
	vrrp_sync_say(sync, before);
}

static const struct vrrp_fsm_ops fsm_ops = {
	.send = on_send,
	.set = on_set,
	.announce = on_announce,
	.announce_extra = on_extra,
	.changed = on_changed,
	.heard_lower = on_heard_lower,
	.group_changed = on_group,
};

/*
 * vrrp_engine_make() - an instance in state Init, with its network
 *
 * Return: the instance, or NULL without memory.
 */
struct vrrp_engine *vrrp_engine_make(const struct config_vrrp_instance *config,
				     uint32_t index)
{
	struct vrrp_engine *engine = calloc(1, sizeof(*engine));

	if (!engine)
		return NULL;
	engine->instance.config = config;
	engine->instance.index = index;
	engine->instance.engine = engine;
	engine->stale = true;
	engine->old_checksum = config->old_checksum == VRRP_OLD_CHECKSUM_ALWAYS;
	vrrp_fsm_init(&engine->fsm, config, &fsm_ops);
	return engine;
}

/* vrrp_engine_free() - of a stopped instance that is in no list any more */
void vrrp_engine_free(struct vrrp_engine *engine)
{
	vrrp_announce_cancel(&engine->instance);
	vrrp_socket_close(engine->socket);
	if (engine->attached)
		vrrp_network_detach(&engine->instance);
	free(engine);
}

static bool is_link_local(const struct nflb_address *address)
{
	return address->family == AF_INET6 &&
	       (IN6_IS_ADDR_LINKLOCAL(&address->v6) ||
		IN6_IS_ADDR_MC_LINKLOCAL(&address->v6));
}

static struct nflb_address find_source(const struct vrrp_instance *instance)
{
	const struct config_vrrp_instance *config = instance->config;
	struct nflb_address source = { .family = AF_UNSPEC };

	if (config->source.family != AF_UNSPEC)
		return config->source;
	if (config->unicast && config->peer_count &&
	    (!instance->base || (config->family == AF_INET6 &&
				 !is_link_local(&config->peers[0].address)))) {
		if (vrrp_source_to(&config->peers[0].address, config->vrf, &source))
			source.family = AF_UNSPEC;
		return source;
	}
	if (config->family == AF_INET && instance->base) {
		source = instance->base->v4;
		/* An owner may have no other than the one it owns. */
		if (source.family == AF_UNSPEC && config->address_count &&
		    config->priority == VRRP_PRIORITY_OWNER)
			source = config->addresses[0].address;
		return source;
	}
	if (config->family == AF_INET6 && instance->link)
		return instance->link->v6;
	return source;
}

__attribute__((format(printf, 3, 4)))
static void set_fault(struct vrrp_engine *engine, enum vrrp_fault fault,
		      const char *format, ...)
{
	va_list ap;

	if (!engine->faults) {
		va_start(ap, format);
		vsnprintf(engine->fault_text, sizeof(engine->fault_text),
			  format, ap);
		va_end(ap);
	}
	engine->faults |= 1U << fault;
}

static void check_interface(struct vrrp_engine *engine,
			    const struct vrrp_interface *interface)
{
	if (!interface)
		return;
	if (!interface->index)
		set_fault(engine, VRRP_FAULT_INTERFACE,
			  "interface %s is not there", interface->name);
	else if (!interface->running &&
		 !engine->instance.config->dont_track_primary)
		set_fault(engine, VRRP_FAULT_INTERFACE, "interface %s is down",
			  interface->name);
}

static void check_source(struct vrrp_engine *engine)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	const struct vrrp_interface *base = engine->instance.base;
	struct nflb_address source = find_source(&engine->instance);
	char text[NFLB_ADDRESS_LEN];

	if (source.family == AF_UNSPEC) {
		set_fault(engine, VRRP_FAULT_SOURCE, "no address to send from");
		return;
	}
	engine->fsm.source = source;
	if (config->track_source && base && !vrrp_interface_has(base, &source)) {
		nflb_address_format(&source, text);
		set_fault(engine, VRRP_FAULT_SOURCE, "%s is not there", text);
	}
}

static void open_socket(struct vrrp_engine *engine)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	const struct vrrp_interface *link = engine->instance.link;
	unsigned int index = link ? link->index : 0;
	int err = 0;

	if (engine->socket &&
	    vrrp_socket_interface(engine->socket) == index)
		return;
	vrrp_socket_close(engine->socket);
	engine->socket = NULL;
	if (link && !index)
		return;
	engine->socket = vrrp_socket_open(config->family, index,
					  link ? link->name : config->vrf, &err);
	if (engine->socket && !config->unicast)
		err = vrrp_socket_join(engine->socket, &config->destination);
	if (!err)
		return;
	set_fault(engine, VRRP_FAULT_SOCKET, "no socket: %s", strerror(-err));
	vrrp_socket_close(engine->socket);
	engine->socket = NULL;
}

static void attach(struct vrrp_engine *engine)
{
	if (!engine->attached && !vrrp_network_attach(&engine->instance))
		engine->attached = true;
	if (!engine->attached)
		set_fault(engine, VRRP_FAULT_NETWORK,
			  "interface %s is not ready",
			  engine->instance.config->interface);
}

static void check_tracked(struct vrrp_engine *engine, uint64_t now)
{
	const struct config_vrrp_track *broken = NULL;
	uint8_t priority = vrrp_track_priority(engine, &broken);

	if (broken)
		set_fault(engine, VRRP_FAULT_TRACK, "%s",
			  vrrp_track_name(broken));
	vrrp_fsm_set_priority(&engine->fsm, priority, now);
}

/*
 * vrrp_engine_update() - look again at all an instance depends on
 *
 * Its priority and its state follow.
 */
void vrrp_engine_update(struct vrrp_engine *engine, uint64_t now)
{
	const struct config_vrrp_instance *config = engine->instance.config;

	engine->faults = 0;
	engine->fault_text[0] = '\0';
	attach(engine);
	check_interface(engine, engine->instance.base);
	if (engine->instance.link != engine->instance.base)
		check_interface(engine, engine->instance.link);
	if (config->unicast && !config->peer_count)
		set_fault(engine, VRRP_FAULT_PEERS, "no unicast_peer");
	check_source(engine);
	if (engine->attached)
		open_socket(engine);
	if (engine->missing)
		set_fault(engine, VRRP_FAULT_STATIC,
			  "a static address, route or rule is gone");
	check_tracked(engine, now);
	vrrp_fsm_fault(&engine->fsm, engine->faults, now);
}

static bool depends_on(const struct vrrp_engine *engine,
		       const struct vrrp_interface *interface)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	const struct vrrp_sync *sync;
	size_t i;

	if (config->interface && !strcmp(config->interface, interface->name))
		return true;
	if (interface == engine->instance.base ||
	    interface == engine->instance.link ||
	    interface == engine->instance.vmac)
		return true;
	/* Its address may be the one by which peers are reached. */
	if (config->unicast)
		return true;
	for (i = 0; i < config->track_count; i++) {
		if (config->tracks[i].kind == VRRP_TRACK_INTERFACE &&
		    !strcmp(config->tracks[i].interface, interface->name))
			return true;
	}
	if (config->group < 0 || !vrrp.syncs)
		return false;
	sync = &vrrp.syncs[config->group];
	for (i = 0; i < sync->config->track_count; i++) {
		if (sync->config->tracks[i].kind == VRRP_TRACK_INTERFACE &&
		    !strcmp(sync->config->tracks[i].interface, interface->name))
			return true;
	}
	return false;
}

/**
 * vrrp_instance_interface() - something of an interface changed
 * @interface: which; also one that came or went
 */
void vrrp_instance_interface(struct vrrp_interface *interface)
{
	struct vrrp_engine *engine;

	for (engine = vrrp.engines; engine; engine = engine->next) {
		if (engine->started && depends_on(engine, interface))
			vrrp_engine_update(engine, clock_now());
	}
}

/**
 * vrrp_instance_lost() - a master lost what it must have
 * @instance: which
 * @what: address, route or rule, for the log
 *
 * It gives up, and is master again when there is no other.
 */
void vrrp_instance_lost(struct vrrp_instance *instance, const char *what)
{
	log_warning("(%s) %s is gone", instance->config->name, what);
	vrrp_fsm_release(&instance->engine->fsm, clock_now());
}

/**
 * vrrp_instance_static() - a static thing of a track_group changed
 * @instance: of that group
 * @there: it is back, or it is gone
 */
void vrrp_instance_static(struct vrrp_instance *instance, bool there)
{
	struct vrrp_engine *engine = instance->engine;

	if (!there)
		engine->missing++;
	else if (engine->missing)
		engine->missing--;
	if (engine->started)
		vrrp_engine_update(engine, clock_now());
}

struct vrrp_instance *vrrp_instance_first(void)
{
	return vrrp.engines ? &vrrp.engines->instance : NULL;
}

struct vrrp_instance *vrrp_instance_next(struct vrrp_instance *instance)
{
	struct vrrp_engine *next = instance->engine->next;

	return next ? &next->instance : NULL;
}

enum vrrp_state vrrp_instance_state(const struct vrrp_instance *instance)
{
	return instance->engine->fsm.state;
}
