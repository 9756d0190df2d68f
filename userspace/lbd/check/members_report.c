// SPDX-License-Identifier: GPL-2.0
/* What control is told of host names: the addresses that pass their checks */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "members_state.h"

/**
 * members_backend() - the backend of control that an owner is
 * @members: has it
 * @owner: one of @members
 *
 * Return: it.
 */
const struct config_backend *members_backend(const struct members *members,
					     const struct owner *owner)
{
	const struct config_service *service =
		&members->base->services[owner->service];

	return owner->backend < service->backend_count ?
	       &service->backends[owner->backend] : service->sorry;
}

/* Until a check has said something, those count that were there first. */
static bool passes(const struct expand_member *member,
		   const struct config_backend *backend)
{
	if (!backend->check_count)
		return true;
	if (member->health == HEALTH_UNKNOWN)
		return member->fresh && !backend->alpha;
	return member->health == HEALTH_UP;
}

static bool is_of(const struct expand_member *member, const struct owner *owner)
{
	return member->service == owner->service &&
	       member->owner == owner->backend;
}

/* RFC 2782: a target is used only when none of a lower number can be had. */
static unsigned int best_priority(const struct members *members,
				  const struct owner *owner)
{
	const struct config_backend *backend = members_backend(members, owner);
	const struct expansion *expansion = &members->expansion;
	unsigned int best = UINT16_MAX + 1;
	size_t i;

	for (i = expansion->first[owner->service];
	     i < expansion->first[owner->service + 1]; i++) {
		const struct expand_member *member = &expansion->members[i];

		if (is_of(member, owner) && passes(member, backend) &&
		    member->address.priority < best)
			best = member->address.priority;
	}
	return best;
}

static uint32_t weight_of(const struct expand_member *member,
			  const struct config_backend *backend)
{
	uint32_t configured = member->address.weight ? member->address.weight :
			      backend->backend.given & NFLB_GIVEN_WEIGHT ?
			      backend->backend.weight : 1;
	uint64_t weight = member->weight >= 0 ? (uint32_t)member->weight :
						configured;

	weight = (weight * member->weight_percent + 99) / 100;
	return weight < NFLB_WEIGHT_MAX ? weight : NFLB_WEIGHT_MAX;
}

/* Of an owner: what it is by its members. */
struct summary {
	char *text;
	size_t length;
	size_t passing;
	size_t unknown;
	const struct expand_member *bad;
	uint32_t response_time;
};

/* Only nat and fullnat change ports. */
static void add_line(FILE *stream, const struct expand_member *member,
		     const struct nflb_backend *backend, uint32_t weight)
{
	bool translates = backend->forward == NFLB_FORWARD_NAT ||
			  backend->forward == NFLB_FORWARD_FULLNAT;
	unsigned int port = translates ? member->address.port : 0;
	char address[NFLB_ADDRESS_LEN];

	nflb_address_format(&member->address.address, address);
	fprintf(stream, "%s %u %u\n", address, port, weight);
}

/*
 * A weight of 0 cannot be said, since it means the configured one: who asks
 * for that gets no new connections as if it were not there.
 */
static int summarise(const struct members *members, const struct owner *owner,
		     struct summary *summary)
{
	const struct config_backend *backend = members_backend(members, owner);
	unsigned int best = best_priority(members, owner);
	const struct expansion *expansion = &members->expansion;
	const struct expand_member *member;
	uint32_t weight;
	FILE *stream;
	size_t i;

	*summary = (struct summary){ 0 };
	stream = open_memstream(&summary->text, &summary->length);
	if (!stream)
		return -ENOMEM;
	for (i = expansion->first[owner->service];
	     i < expansion->first[owner->service + 1]; i++) {
		member = &expansion->members[i];
		if (!is_of(member, owner))
			continue;
		if (!passes(member, backend)) {
			summary->unknown += member->health == HEALTH_UNKNOWN;
			if (!summary->bad && member->health == HEALTH_DOWN)
				summary->bad = member;
			continue;
		}
		weight = weight_of(member, backend);
		if (member->address.priority != best || !weight)
			continue;
		add_line(stream, member, &backend->backend, weight);
		summary->passing++;
		if (member->response_time > summary->response_time)
			summary->response_time = member->response_time;
	}
	return fclose(stream) ? -ENOMEM : 0;
}

static enum health health_of(const struct owner *owner,
			     const struct summary *summary)
{
	if (summary->passing)
		return HEALTH_UP;
	return !owner->resolved || summary->unknown ? HEALTH_UNKNOWN :
						      HEALTH_DOWN;
}

static void tell_health(struct members *members, const struct owner *owner,
			const struct summary *summary)
{
	struct msg_health health = {
		.generation = members->base->generation,
		.service = owner->service,
		.backend = owner->backend,
		.health = owner->health,
		.weight = -1,
		.weight_percent = 100,
		.response_time = summary->response_time,
	};
	char address[NFLB_ADDRESS_LEN];

	if (summary->bad) {
		nflb_address_format(&summary->bad->address.address, address);
		snprintf(health.reason, sizeof(health.reason), "%s: %.100s",
			 address, summary->bad->reason);
	}
	members->ops->health(members->context, &health);
}

static void tell_addresses(struct members *members, struct owner *owner,
			   struct summary *summary)
{
	const struct msg_resolved resolved = {
		.generation = members->base->generation,
		.service = owner->service,
		.backend = owner->backend,
	};

	free(owner->text);
	owner->text = summary->text;
	members->ops->resolved(members->context, &resolved, owner->text,
			       summary->length);
}

/**
 * members_report() - say what control does not know yet of a host name
 * @members: has it
 * @owner: the name
 */
void members_report(struct members *members, struct owner *owner)
{
	struct summary summary;
	enum health health;

	if (!owner->resolved)
		return;
	if (summarise(members, owner, &summary)) {
		log_error("no memory for the addresses of %s",
			  members_backend(members, owner)->name);
		free(summary.text);
		return;
	}
	if (!owner->text || strcmp(owner->text, summary.text))
		tell_addresses(members, owner, &summary);
	else
		free(summary.text);
	health = health_of(owner, &summary);
	if (!members_backend(members, owner)->check_count || health == owner->health)
		return;
	owner->health = health;
	tell_health(members, owner, &summary);
}
