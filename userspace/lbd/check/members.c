// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "members_state.h"

static int by_place(const void *left, const void *right)
{
	const struct owner *a = left, *b = right;

	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	return a->backend < b->backend ? -1 : a->backend > b->backend;
}

static struct owner *find_owner(struct members *members, uint32_t service,
				uint32_t backend)
{
	const struct owner like = { .service = service, .backend = backend };

	if (!members->owner_count)
		return NULL;
	return bsearch(&like, members->owners, members->owner_count,
		       sizeof(like), by_place);
}

static void take_member(struct members *members, struct expand_member *member,
			const struct msg_health *health)
{
	struct owner *owner = find_owner(members, member->service, member->owner);

	member->health = health->health;
	member->weight = health->weight;
	member->weight_percent = health->weight_percent;
	member->response_time = health->response_time;
	memcpy(member->reason, health->reason, sizeof(member->reason));
	if (owner && !members->adopting)
		members_report(members, owner);
}

/**
 * members_health() - what the engine says of a backend
 * @members: knows what it means by that
 * @health: for control if it is no address of a name
 */
void members_health(struct members *members, const struct msg_health *health)
{
	struct expansion *expansion = &members->expansion;
	struct msg_health mine = *health;
	size_t count, place;

	if (!members->base) {
		members->ops->health(members->context, health);
		return;
	}
	count = members->base->services[health->service].backend_count;
	place = expansion->first[health->service] + health->backend - count;
	if (health->backend >= count &&
	    place < expansion->first[health->service + 1]) {
		take_member(members, &expansion->members[place], health);
		return;
	}
	if (members->again)
		return;
	if (mine.backend > count)
		mine.backend = count;	/* the sorry server */
	members->ops->health(members->context, &mine);
}

/**
 * members_check() - what control calls a check of the engine
 * @members: them
 * @check: index in the configuration of the engine
 *
 * Return: index in the configuration of control.
 */
uint32_t members_check(const struct members *members, uint32_t check)
{
	return members->base ? members->expansion.check[check] : check;
}

/**
 * members_script() - the engine wants a script to be run
 * @members: knows which check of control's that is
 * @run: as the engine has it
 *
 * Return: 0 or a negative errno.
 */
int members_script(struct members *members, const struct msg_script_run *run)
{
	struct msg_script_run mine = *run;

	mine.check = members_check(members, run->check);
	return members->ops->script(members->context, &mine);
}

/**
 * members_recheck() - control wants a backend to be probed now
 * @members: knows what that is for the engine
 * @recheck: as control has it
 */
void members_recheck(struct members *members, const struct msg_recheck *recheck)
{
	const struct expansion *expansion = &members->expansion;
	struct msg_recheck each = *recheck;
	size_t i, count;

	if (!members->base || recheck->service >= members->base->service_count) {
		check_engine_recheck(members->engine, recheck);
		return;
	}
	count = members->base->services[recheck->service].backend_count;
	if (recheck->backend == count)
		each.backend = expansion->config->services[recheck->service].backend_count;
	if (!find_owner(members, recheck->service, recheck->backend)) {
		check_engine_recheck(members->engine, &each);
		return;
	}
	for (i = expansion->first[recheck->service];
	     i < expansion->first[recheck->service + 1]; i++) {
		each.backend = count + i - expansion->first[recheck->service];
		if (expansion->members[i].owner == recheck->backend)
			check_engine_recheck(members->engine, &each);
	}
}

static void free_owners(struct owner *owners, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(owners[i].text);
	free(owners);
}

static bool same_address(const struct expand_member *a,
			 const struct expand_member *b)
{
	return nflb_address_equal(&a->address.address, &b->address.address) &&
	       a->address.port == b->address.port;
}

static bool was_fresh(const struct expansion *old,
		      const struct expand_member *member)
{
	const struct expand_member *before;
	size_t i;

	for (i = old->first[member->service];
	     i < old->first[member->service + 1]; i++) {
		before = &old->members[i];
		if (before->fresh && before->owner == member->owner &&
		    same_address(before, member))
			return true;
	}
	return false;
}

/* An address counts before its checks do if nothing else was known then. */
static void mark_fresh(struct members *members, const struct expansion *old)
{
	struct expand_member *member;
	const struct owner *owner;
	size_t i;

	for (i = 0; i < members->expansion.member_count; i++) {
		member = &members->expansion.members[i];
		owner = find_owner(members, member->service, member->owner);
		member->fresh = !owner->resolved ||
				(members->again && was_fresh(old, member));
	}
}

static void mark_resolved(struct members *members)
{
	struct owner *owner;
	size_t i;

	for (i = 0; i < members->owner_count; i++) {
		owner = &members->owners[i];
		owner->resolved =
			resolve_find(members->resolve,
				     &members->base->services[owner->service],
				     members_backend(members, owner));
	}
}

/* Have the engine work by @members->base with the addresses of now. */
static int adopt(struct members *members, bool again)
{
	struct expansion old = members->expansion;
	size_t i;
	int err;

	err = expand(members->base, members->resolve, &members->expansion);
	if (err) {
		members->expansion = old;
		return err;
	}
	members->again = again;
	members->adopting = true;
	mark_fresh(members, &old);
	err = check_engine_configure(members->engine, members->expansion.config);
	members->adopting = false;
	members->again = false;
	if (err) {
		members->expansion = old;
		return err;
	}
	mark_resolved(members);
	for (i = 0; i < members->owner_count; i++)
		members_report(members, &members->owners[i]);
	return 0;
}

static void changed(void *context)
{
	struct members *members = context;

	if (members->base && adopt(members, true))
		log_error("no memory for addresses that are new");
}

static int add_owner(struct members *members, uint32_t service, uint32_t backend,
		     const struct config_backend *config)
{
	struct owner *owners;

	if (!config || !config->host)
		return 0;
	owners = reallocarray(members->owners, members->owner_count + 1,
			      sizeof(*owners));
	if (!owners)
		return -ENOMEM;
	members->owners = owners;
	owners[members->owner_count++] = (struct owner){
		.service = service, .backend = backend,
	};
	return 0;
}

static int find_owners(struct members *members)
{
	const struct config *base = members->base;
	const struct config_service *service;
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < base->service_count; i++) {
		service = &base->services[i];
		for (j = 0; !err && j < service->backend_count; j++)
			err = add_owner(members, i, j, &service->backends[j]);
		if (!err)
			err = add_owner(members, i, service->backend_count,
					service->sorry);
	}
	return err;
}

static void forget(struct members *members)
{
	members->base = NULL;
	members->expansion = (struct expansion){ 0 };
	members->owners = NULL;
	members->owner_count = 0;
}

static int take(struct members *members, struct config *config)
{
	int err;

	if (!expand_wanted(config))
		return check_engine_configure(members->engine, config);
	members->base = config;
	err = find_owners(members);
	if (!err)
		err = adopt(members, false);
	if (!err)
		return 0;
	free_owners(members->owners, members->owner_count);
	config_free(config);
	return err;
}

/**
 * members_configure() - have the engine work by another configuration
 * @members: looks up the names in it
 * @config: belongs to the members from then on, also when this fails
 *
 * Return: 0, or -ENOMEM; then all goes on with the old one.
 */
int members_configure(struct members *members, struct config *config)
{
	struct members before = *members;
	int err;

	forget(members);
	err = resolve_configure(members->resolve, config);
	if (err)
		config_free(config);
	else
		err = take(members, config);
	if (err) {
		*members = before;
		return err;
	}
	free_owners(before.owners, before.owner_count);
	config_free(before.base);
	return 0;
}

/**
 * members_open() - begin without a configuration
 * @loop: where answers are awaited
 * @ops: to whom it is said
 * @context: for @ops
 *
 * Return: the members, or NULL without memory.
 */
struct members *members_open(uv_loop_t *loop, const struct members_ops *ops,
			     void *context)
{
	struct members *members = calloc(1, sizeof(*members));

	if (!members)
		return NULL;
	members->ops = ops;
	members->context = context;
	members->resolve = resolve_open(loop, changed, members);
	if (!members->resolve) {
		free(members);
		return NULL;
	}
	return members;
}

/**
 * members_set_engine() - say who makes the checks
 * @members: needs that before members_configure()
 * @engine: whose ops call members_health() and members_script()
 */
void members_set_engine(struct members *members, struct check_engine *engine)
{
	members->engine = engine;
}

/**
 * members_close() - end
 * @members: the engine must have ended before
 */
void members_close(struct members *members)
{
	resolve_close(members->resolve);
	free_owners(members->owners, members->owner_count);
	config_free(members->base);
	free(members);
}
