/* SPDX-License-Identifier: GPL-2.0 */
/* A configuration in which addresses of host names are backends */
#ifndef _LBD_CHECK_EXPAND_H
#define _LBD_CHECK_EXPAND_H

#include "../message.h"
#include "resolve.h"

/**
 * struct expand_member - an address of a host name
 * @service: index of the service
 * @owner: index of the backend that has the name
 * @address: it, with port and weight
 * @health: of its checks
 * @weight: and @weight_percent: what they ask for, as in struct msg_health
 * @response_time: microseconds
 * @fresh: it was there before any check was made, so that it counts until
 *	one fails
 * @reason: of the last failure
 */
struct expand_member {
	uint32_t service;
	uint32_t owner;
	struct resolver_address address;
	enum health health;
	int32_t weight;
	uint32_t weight_percent;
	uint32_t response_time;
	bool fresh;
	char reason[HEALTH_REASON_LEN];
};

/**
 * struct expansion - of a configuration
 * @config: the expanded one, for the engine. Backends of services are those
 *	of the base, then members; host names have no checks there.
 * @members: in the order of services, then of their backends in @config
 * @member_count: length of @members
 * @first: index in @members of the first one of a service; one more at the end
 * @check: index in the base's checks, for each of @config's
 */
struct expansion {
	struct config *config;
	struct expand_member *members;
	size_t member_count;
	size_t *first;
	uint32_t *check;
};

bool expand_wanted(const struct config *config);
int expand(struct config *base, const struct resolve *resolve,
	   struct expansion *expansion);

#endif /* _LBD_CHECK_EXPAND_H */
