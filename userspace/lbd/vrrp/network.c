// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "instance.h"
#include "network_priv.h"

/* Changes of others are put right together, and not endlessly fast. */
#define REPAIR_DELAY	50	/* milliseconds */

/**
 * struct network - what an instance has on its host
 * @things: addresses, routes and rules; none unless @master
 * @repair: some of them are gone
 * @rebuild: their interfaces changed
 */
struct network {
	struct vrrp_things things;
	bool master;
	bool repair;
	bool rebuild;
};

static uv_timer_t network_timer;
static const struct config *network_config;
static struct vrrp_things statics;
static bool statics_repair;
static bool statics_rebuild;

static const struct vrrp_interface *
place(const void *context, const struct config_vrrp_address *address)
{
	char made[IFNAMSIZ];
	const char *name = vrrp_place_name(context, address, made);

	return name ? vrrp_interface_get(name) : NULL;
}

static const struct vrrp_interface *
place_static(const void *context, const struct config_vrrp_address *address)
{
	(void)context;
	return vrrp_interface_get(address->device);
}

/* Adds all of an instance to @things. */
static int collect(const struct config_vrrp_instance *config,
		   struct vrrp_things *things)
{
	const struct vrrp_place where = { .fn = place, .context = config };
	int err;

	err = vrrp_things_addresses(things, config->addresses,
				    config->address_count, &where);
	if (!err)
		err = vrrp_things_addresses(things, config->excluded,
					    config->excluded_count, &where);
	if (!err)
		err = vrrp_things_routes(things, config->routes,
					 config->route_count);
	if (!err)
		err = vrrp_things_rules(things, config->rules, config->rule_count);
	if (err)
		log_error("(%s) no memory", config->name);
	return err;
}

static int collect_statics(const struct config *config,
			   struct vrrp_things *things)
{
	const struct vrrp_place where = { .fn = place_static };
	const struct config_vrrp *vrrp = &config->vrrp;
	int err;

	err = vrrp_things_addresses(things, vrrp->addresses, vrrp->address_count,
				    &where);
	if (!err)
		err = vrrp_things_routes(things, vrrp->routes, vrrp->route_count);
	if (!err)
		err = vrrp_things_rules(things, vrrp->rules, vrrp->rule_count);
	if (err)
		log_error("static addresses, routes and rules: no memory");
	return err;
}

static void promote(const struct config_vrrp_instance *config,
		    const struct config_vrrp_address *addresses, size_t count)
{
	const struct vrrp_interface *last = NULL, *interface;
	size_t i;

	for (i = 0; i < count && config->promote_secondaries; i++) {
		interface = place(config, &addresses[i]);
		if (interface && interface != last)
			vrrp_promote_secondaries(interface);
		last = interface;
	}
}

static void prepare(const struct config_vrrp_instance *config)
{
	promote(config, config->addresses, config->address_count);
	promote(config, config->excluded, config->excluded_count);
}

/**
 * vrrp_network_is_master() - whether an instance has its addresses
 * @instance: which
 *
 * Return: true when it has.
 */
bool vrrp_network_is_master(const struct vrrp_instance *instance)
{
	const struct network *network = instance->network;

	return network && network->master;
}

/**
 * vrrp_network_set() - an instance has its addresses, routes and rules, or not
 * @instance: which; attached
 * @master: it has them
 *
 * What is there already stays; what is not there need not be removed.
 *
 * Return: 0 or a negative errno.
 */
int vrrp_network_set(struct vrrp_instance *instance, bool master)
{
	struct network *network = instance->network;
	struct vrrp_things things = { 0 };
	int err;

	if (!network)
		return -ENODEV;
	err = collect(instance->config, &things);
	if (err) {
		vrrp_things_free(&things);
		return err;
	}
	network->master = master;
	network->repair = false;
	vrrp_accept_update();
	if (master) {
		prepare(instance->config);
		vrrp_things_change(&network->things, &things,
				   instance->config->name);
		network->things = things;
		return 0;
	}
	vrrp_things_remove(network->things.count ? &network->things : &things,
			   instance->config->name);
	vrrp_things_free(&network->things);
	vrrp_things_free(&things);
	return 0;
}

/**
 * vrrp_network_change() - an instance has another configuration
 * @instance: has it already
 * @before: what it had
 *
 * Return: 0 or a negative errno.
 */
int vrrp_network_change(struct vrrp_instance *instance,
			const struct config_vrrp_instance *before)
{
	struct network *network = instance->network;

	(void)before;
	if (!network)
		return -ENODEV;
	vrrp_macvlan_make(instance->config);
	return network->master ? vrrp_network_set(instance, true) : 0;
}

/**
 * vrrp_network_attach() - an instance gets its interfaces
 * @instance: which
 *
 * Return: 0, or a negative errno when they are not there yet.
 */
int vrrp_network_attach(struct vrrp_instance *instance)
{
	const struct config_vrrp_instance *config = instance->config;
	struct network *network;
	int err;

	if (config->interface) {
		instance->base = vrrp_interface_get(config->interface);
		if (!instance->base)
			return -ENOMEM;
		instance->link = instance->base;
	}
	err = vrrp_macvlan_make(config);
	if (err)
		return err;
	if (config->vmac != VRRP_VMAC_NONE) {
		instance->vmac = vrrp_interface_get(config->vmac_name);
		if (!instance->vmac)
			return -ENOMEM;
		if (!config->vmac_xmit_base)
			instance->link = instance->vmac;
	}
	network = calloc(1, sizeof(*network));
	if (!network)
		return -ENOMEM;
	instance->network = network;
	return 0;
}

/**
 * vrrp_network_detach() - nothing of an instance stays
 * @instance: which
 */
void vrrp_network_detach(struct vrrp_instance *instance)
{
	struct network *network = instance->network;

	/* One that never was master may have what a crash has left. */
	vrrp_network_set(instance, false);
	vrrp_macvlan_remove(instance->config);
	if (network)
		vrrp_things_free(&network->things);
	free(network);
	instance->network = NULL;
	instance->vmac = NULL;
	instance->link = instance->base;
}

/**
 * vrrp_network_interface() - where an address lies while an instance is master
 * @instance: which
 * @address: of its addresses
 *
 * Return: the interface, or NULL.
 */
struct vrrp_interface *
vrrp_network_interface(const struct vrrp_instance *instance,
		       const struct config_vrrp_address *address)
{
	char made[IFNAMSIZ];
	const char *name = vrrp_place_name(instance->config, address, made);

	return name ? vrrp_interface_get(name) : NULL;
}

static bool in_group(const struct config_vrrp_track_group *group, uint32_t index)
{
	size_t i;

	for (i = 0; i < group->member_count; i++) {
		if (group->members[i] == index)
			return true;
	}
	return false;
}

/* Those who follow a static thing hear that it went or came. */
static void tell_group(const char *name, bool there)
{
	const struct config_vrrp *vrrp = &network_config->vrrp;
	struct vrrp_instance *instance;
	size_t i;

	for (i = 0; i < vrrp->track_group_count; i++) {
		if (strcmp(vrrp->track_groups[i].name, name))
			continue;
		for (instance = vrrp_instance_first(); instance;
		     instance = vrrp_instance_next(instance)) {
			if (in_group(&vrrp->track_groups[i], instance->index))
				vrrp_instance_static(instance, there);
		}
	}
}

/* As @was says it was before; afterwards statics say what is. */
static void tell_groups(const bool *was)
{
	size_t i;

	for (i = 0; i < statics.count; i++) {
		if (statics.all[i].track_group && was[i] != statics.all[i].there)
			tell_group(statics.all[i].track_group,
				   statics.all[i].there);
	}
}

static void repair_statics(void)
{
	struct vrrp_things things = { 0 };
	bool *was;
	size_t i;

	if (statics_rebuild && !collect_statics(network_config, &things)) {
		for (i = 0; i < things.count && things.count == statics.count; i++)
			things.all[i].there = statics.all[i].there;
		vrrp_things_free(&statics);
		statics = things;
	}
	was = calloc(statics.count ? : 1, sizeof(*was));
	if (!was)
		return;
	for (i = 0; i < statics.count; i++)
		was[i] = statics.all[i].there;
	vrrp_things_add(&statics, "static");
	tell_groups(was);
	free(was);
	statics_repair = false;
	statics_rebuild = false;
}

static void repair(struct vrrp_instance *instance)
{
	struct network *network = instance->network;
	const struct vrrp_thing *lost;

	if (network->rebuild && !network->master)
		vrrp_macvlan_make(instance->config);
	else if (network->rebuild)
		vrrp_network_change(instance, instance->config);
	network->rebuild = false;
	if (!network->repair || !network->master)
		return;
	network->repair = false;
	lost = vrrp_things_add(&network->things, instance->config->name);
	if (lost)
		vrrp_instance_lost(instance, lost->text);
}

static void on_timer(uv_timer_t *timer)
{
	struct vrrp_instance *instance;

	(void)timer;
	if (statics_repair || statics_rebuild)
		repair_statics();
	for (instance = vrrp_instance_first(); instance;
	     instance = vrrp_instance_next(instance)) {
		if (instance->network)
			repair(instance);
	}
}

static void repair_soon(void)
{
	if (!uv_is_active((uv_handle_t *)&network_timer))
		uv_timer_start(&network_timer, on_timer, REPAIR_DELAY, 0);
}

static bool lost_address(struct vrrp_things *things, unsigned int index,
			 const struct nflb_address *address, uint8_t prefix)
{
	size_t i;

	for (i = 0; i < things->count; i++) {
		const struct vrrp_thing *thing = &things->all[i];

		if (thing->there && !thing->no_track && thing->index == index &&
		    thing->prefix == prefix &&
		    nflb_address_equal(&thing->address, address))
			return true;
	}
	return false;
}

/**
 * vrrp_network_address_gone() - the kernel has an address no more
 * @index: of its interface
 * @address: it
 * @prefix: its length
 *
 * If that was not lbd, it comes back.
 */
void vrrp_network_address_gone(unsigned int index,
			       const struct nflb_address *address,
			       uint8_t prefix)
{
	struct vrrp_instance *instance;

	if (lost_address(&statics, index, address, prefix)) {
		statics_repair = true;
		repair_soon();
	}
	for (instance = vrrp_instance_first(); instance;
	     instance = vrrp_instance_next(instance)) {
		struct network *network = instance->network;

		if (!network || !lost_address(&network->things, index, address, prefix))
			continue;
		network->repair = true;
		repair_soon();
	}
}

/** vrrp_network_route_gone() - the kernel has a route or rule no more */
void vrrp_network_route_gone(void)
{
	struct vrrp_instance *instance;

	if (network_config && (network_config->vrrp.route_count ||
			       network_config->vrrp.rule_count)) {
		statics_repair = true;
		repair_soon();
	}
	for (instance = vrrp_instance_first(); instance;
	     instance = vrrp_instance_next(instance)) {
		struct network *network = instance->network;

		if (!network || !network->master ||
		    !(instance->config->route_count + instance->config->rule_count))
			continue;
		network->repair = true;
		repair_soon();
	}
}

/**
 * vrrp_network_interface_changed() - an interface came, went, or is up again
 * @interface: which
 */
void vrrp_network_interface_changed(struct vrrp_interface *interface)
{
	struct vrrp_instance *instance;

	if (!interface->index || !interface->running)
		return;
	statics_rebuild |= statics.count > 0;
	for (instance = vrrp_instance_first(); instance;
	     instance = vrrp_instance_next(instance)) {
		struct network *network = instance->network;

		if (!network)
			continue;
		network->rebuild = true;
		network->repair = true;
	}
	repair_soon();
}

/* All that may be there: of killed predecessors the rest is removed. */
static void sweep(const struct config *config)
{
	struct vrrp_things wanted = { 0 };
	size_t i;
	int err;

	err = collect_statics(config, &wanted);
	for (i = 0; i < config->vrrp.instance_count && !err; i++)
		err = collect(&config->vrrp.instances[i], &wanted);
	if (!err) {
		vrrp_sweep(&wanted);
		vrrp_macvlan_sweep(config);
	}
	vrrp_things_free(&wanted);
}

/**
 * vrrp_network_configure() - static addresses, routes and rules
 * @before: the configuration in use until now; NULL: none
 * @config: that from now on
 */
void vrrp_network_configure(const struct config *before,
			    const struct config *config)
{
	struct vrrp_things things = { 0 };

	network_config = config;
	vrrp_accept_configure(&config->globals.vrrp);
	if (!before)
		sweep(config);
	if (collect_statics(config, &things)) {
		vrrp_things_free(&things);
		return;
	}
	vrrp_things_change(&statics, &things, "static");
	statics = things;
}

/**
 * vrrp_network_start() - get ready
 * @loop: of the role
 *
 * Return: 0 or a negative errno.
 */
int vrrp_network_start(uv_loop_t *loop)
{
	return uv_timer_init(loop, &network_timer);
}

/** vrrp_network_stop() - static addresses, routes and rules go */
void vrrp_network_stop(void)
{
	vrrp_things_remove(&statics, "static");
	vrrp_things_free(&statics);
	vrrp_accept_stop();
	uv_close((uv_handle_t *)&network_timer, NULL);
}
