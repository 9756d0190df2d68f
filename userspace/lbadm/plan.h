/* SPDX-License-Identifier: GPL-2.0 */
/* A file of commands, read as a whole before any of them is run */
#ifndef _LBADM_PLAN_H
#define _LBADM_PLAN_H

#include <stdio.h>

#include "command.h"

/**
 * struct step - a line of a file
 * @line: its number
 * @command: what it says
 * @pool: what it is part of; NULL for a backend whose service is not made
 *	before it
 */
struct step {
	unsigned int line;
	struct command command;
	struct plan_pool *pool;
};

/**
 * struct plan_pool - a service that a file makes, with its backends
 * @pool: what the kernel is told
 * @service: the line of the service
 * @backends: those of the backends, in the order of @pool
 */
struct plan_pool {
	struct nflb_pool pool;
	const struct step *service;
	const struct step **backends;
};

/**
 * struct plan - what a file says
 * @name: of the file
 * @steps: its lines but for those that say nothing
 * @count: length of @steps
 * @pools: the services it makes
 * @pool_count: length of @pools
 * @settings: those of the namespace that it sets
 * @settings_line: the last line that does
 * @twin: a line that makes a service for the second time, or NULL
 */
struct plan {
	char *name;
	struct step *steps;
	size_t count;
	struct plan_pool *pools;
	size_t pool_count;
	struct nflb_settings settings;
	unsigned int settings_line;
	const struct step *twin;
};

struct plan *plan_read(struct args *args, FILE *stream, const char *name);
int plan_parse(struct args *args, struct command *command);
void plan_free(struct plan *plan);

#endif /* _LBADM_PLAN_H */
