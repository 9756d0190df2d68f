// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "interface.h"
#include "kernel.h"
#include "thing.h"

static struct vrrp_thing *grow(struct vrrp_things *things, size_t more)
{
	struct vrrp_thing *all;

	/* One more than needed: with 0 it would free. */
	all = realloc(things->all, (things->count + more + 1) * sizeof(*all));
	if (!all)
		return NULL;
	things->all = all;
	memset(all + things->count, 0, more * sizeof(*all));
	return all + things->count;
}

static void clear(struct vrrp_thing *thing)
{
	nlmsg_free(thing->add);
	nlmsg_free(thing->remove);
	free(thing->text);
	free(thing->track_group);
	memset(thing, 0, sizeof(*thing));
}

/**
 * vrrp_things_free() - forget things; the kernel keeps them
 * @things: which; empty afterwards
 */
void vrrp_things_free(struct vrrp_things *things)
{
	size_t i;

	for (i = 0; i < things->count; i++)
		clear(&things->all[i]);
	free(things->all);
	things->all = NULL;
	things->count = 0;
}

/* A thing whose device is not there is remembered, for the day it is. */
static int finish(struct vrrp_things *things, struct vrrp_thing *thing,
		  const char *text, const char *track_group, bool no_track,
		  int err)
{
	thing->text = strdup(text);
	thing->track_group = track_group ? strdup(track_group) : NULL;
	thing->no_track = no_track;
	if ((err && err != -ENODEV) || !thing->text ||
	    (track_group && !thing->track_group)) {
		clear(thing);
		return -ENOMEM;
	}
	if (err) {
		nlmsg_free(thing->add);
		nlmsg_free(thing->remove);
		thing->add = NULL;
		thing->remove = NULL;
	}
	things->count++;
	return 0;
}

/**
 * vrrp_things_addresses() - put addresses into a list
 * @things: the list
 * @addresses: what the configuration says
 * @count: of @addresses
 * @place: says where one of them lies
 *
 * Return: 0 or -ENOMEM.
 */
int vrrp_things_addresses(struct vrrp_things *things,
			  const struct config_vrrp_address *addresses,
			  size_t count, const struct vrrp_place *place)
{
	struct vrrp_thing *thing = grow(things, count);
	const struct vrrp_interface *interface;
	size_t i;
	int err;

	if (!thing)
		return count ? -ENOMEM : 0;
	for (i = 0; i < count; i++, thing++) {
		interface = place->fn(place->context, &addresses[i]);
		thing->address = addresses[i].address;
		thing->prefix = addresses[i].prefix;
		thing->index = interface ? interface->index : 0;
		err = thing->index ? vrrp_address_build(&addresses[i], thing->index,
							thing) : -ENODEV;
		if (finish(things, thing, addresses[i].text,
			   addresses[i].track_group, addresses[i].no_track, err))
			return -ENOMEM;
	}
	return 0;
}

/**
 * vrrp_things_routes() - put routes into a list
 * @things: the list
 * @routes: what the configuration says
 * @count: of @routes
 *
 * Return: 0 or -ENOMEM.
 */
int vrrp_things_routes(struct vrrp_things *things,
		       const struct config_vrrp_route *routes, size_t count)
{
	struct vrrp_thing *thing = grow(things, count);
	size_t i;

	if (!thing)
		return count ? -ENOMEM : 0;
	for (i = 0; i < count; i++, thing++) {
		if (finish(things, thing, routes[i].text, routes[i].track_group,
			   routes[i].no_track, vrrp_route_build(&routes[i], thing)))
			return -ENOMEM;
	}
	return 0;
}

/**
 * vrrp_things_rules() - put rules into a list
 * @things: the list
 * @rules: what the configuration says
 * @count: of @rules
 *
 * Return: 0 or -ENOMEM.
 */
int vrrp_things_rules(struct vrrp_things *things,
		      const struct config_vrrp_rule *rules, size_t count)
{
	struct vrrp_thing *thing = grow(things, count);
	size_t i;

	if (!thing)
		return count ? -ENOMEM : 0;
	for (i = 0; i < count; i++, thing++) {
		if (finish(things, thing, rules[i].text, rules[i].track_group,
			   rules[i].no_track, vrrp_rule_build(&rules[i], thing)))
			return -ENOMEM;
	}
	return 0;
}

static const char *reason(const struct vrrp_request *request)
{
	return request->text[0] ? request->text : strerror(-request->error);
}

/**
 * vrrp_things_add() - the kernel gets all of a list
 * @things: the list; what is there already stays
 * @who: for the log
 *
 * Return: the first that the kernel refused and that is tracked, or NULL.
 */
const struct vrrp_thing *vrrp_things_add(struct vrrp_things *things,
					 const char *who)
{
	const struct vrrp_thing *refused = NULL;
	struct vrrp_request *requests;
	size_t i;

	requests = calloc(things->count ? : 1, sizeof(*requests));
	if (!requests) {
		log_error("(%s) no memory", who);
		return things->all;
	}
	for (i = 0; i < things->count; i++)
		requests[i].msg = things->all[i].add;
	vrrp_kernel_send(requests, things->count);
	for (i = 0; i < things->count; i++) {
		struct vrrp_thing *thing = &things->all[i];

		thing->there = !requests[i].error || requests[i].error == -EEXIST;
		if (thing->there)
			continue;
		log_warning("(%s) %s: %s", who, thing->text, reason(&requests[i]));
		if (!refused && !thing->no_track)
			refused = thing;
	}
	free(requests);
	return refused;
}

static bool is_gone(int error)
{
	return error == -EADDRNOTAVAIL || error == -ESRCH || error == -ENOENT ||
	       error == -ENODEV;
}

/* The last comes first: rules and routes go before addresses. */
static void remove_those(struct vrrp_thing **things, size_t count,
			 const char *who)
{
	struct vrrp_request *requests = calloc(count ? : 1, sizeof(*requests));
	size_t i;

	if (!requests) {
		log_error("(%s) no memory", who);
		return;
	}
	for (i = 0; i < count; i++)
		requests[i].msg = things[count - 1 - i]->remove;
	vrrp_kernel_send(requests, count);
	for (i = 0; i < count; i++) {
		if (requests[i].error && !is_gone(requests[i].error))
			log_warning("(%s) %s stays: %s", who,
				    things[count - 1 - i]->text,
				    reason(&requests[i]));
		things[count - 1 - i]->there = false;
	}
	free(requests);
}

/**
 * vrrp_things_remove() - the kernel loses all of a list
 * @things: the list; what is not there is no matter
 * @who: for the log
 */
void vrrp_things_remove(struct vrrp_things *things, const char *who)
{
	struct vrrp_thing **all = calloc(things->count ? : 1, sizeof(*all));
	size_t i;

	if (!all) {
		log_error("(%s) no memory", who);
		return;
	}
	for (i = 0; i < things->count; i++)
		all[i] = &things->all[i];
	remove_those(all, things->count, who);
	free(all);
}

/* Sequence numbers and flags of the answer are no part of what is asked. */
static int compare(const struct nl_msg *a, const struct nl_msg *b)
{
	const struct nlmsghdr *x, *y;

	if (!a || !b)
		return !a - !b;
	x = nlmsg_hdr((struct nl_msg *)a);
	y = nlmsg_hdr((struct nl_msg *)b);
	if (x->nlmsg_type != y->nlmsg_type)
		return x->nlmsg_type < y->nlmsg_type ? -1 : 1;
	if (x->nlmsg_len != y->nlmsg_len)
		return x->nlmsg_len < y->nlmsg_len ? -1 : 1;
	return memcmp(x + 1, y + 1, x->nlmsg_len - sizeof(*x));
}

static int compare_things(const void *a, const void *b)
{
	return compare((*(struct vrrp_thing *const *)a)->add,
		       (*(struct vrrp_thing *const *)b)->add);
}

static struct vrrp_thing **sorted(const struct vrrp_things *things)
{
	struct vrrp_thing **result = calloc(things->count ? : 1, sizeof(*result));
	size_t i;

	for (i = 0; result && i < things->count; i++)
		result[i] = &things->all[i];
	if (result)
		qsort(result, things->count, sizeof(*result), compare_things);
	return result;
}

/**
 * vrrp_things_change() - from one list to another
 * @before: what the kernel has; freed
 * @after: what it is to have
 * @who: for the log
 *
 * What is in both is not touched.
 */
void vrrp_things_change(struct vrrp_things *before, struct vrrp_things *after,
			const char *who)
{
	struct vrrp_thing **gone = calloc(before->count ? : 1, sizeof(*gone));
	struct vrrp_thing **wanted = sorted(after);
	size_t count = 0, i;

	for (i = 0; gone && wanted && i < before->count; i++) {
		struct vrrp_thing *thing = &before->all[i];

		if (thing->add && !bsearch(&thing, wanted, after->count,
					   sizeof(*wanted), compare_things))
			gone[count++] = thing;
	}
	if (gone && wanted)
		remove_those(gone, count, who);
	else
		log_error("(%s) no memory", who);
	free(gone);
	free(wanted);
	vrrp_things_free(before);
	/* All, as the kernel may have dropped secondaries with what went. */
	vrrp_things_add(after, who);
}
