/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of members share */
#ifndef _LBD_CHECK_MEMBERS_STATE_H
#define _LBD_CHECK_MEMBERS_STATE_H

#include "expand.h"
#include "members.h"

/**
 * struct owner - a backend that is a host name
 * @service: index of its service
 * @backend: index there, as control has it
 * @text: the addresses control was told of; NULL: of none yet
 * @health: control was told of
 * @resolved: its name has had addresses
 */
struct owner {
	uint32_t service;
	uint32_t backend;
	char *text;
	enum health health;
	bool resolved;
};

/**
 * struct members - all host names of a configuration
 * @base: the configuration as control has it; NULL: it has no host name, and
 *	is the engine's
 * @expansion: what the engine has in place of @base
 * @owners: those backends of @base, in its order
 * @owner_count: length of @owners
 * @adopting: the engine takes a configuration; what it says of members is
 *	told later
 * @again: it is one that control knows, with other addresses; of all others
 *	there is nothing new to tell
 */
struct members {
	const struct members_ops *ops;
	void *context;
	struct check_engine *engine;
	struct resolve *resolve;
	struct config *base;
	struct expansion expansion;
	struct owner *owners;
	size_t owner_count;
	bool adopting;
	bool again;
};

const struct config_backend *members_backend(const struct members *members,
					     const struct owner *owner);
void members_report(struct members *members, struct owner *owner);

#endif /* _LBD_CHECK_MEMBERS_STATE_H */
