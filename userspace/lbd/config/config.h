/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A configuration: what keepalived.conf says, checked and with defaults
 *
 * It does not change once it is read. All of it is in one arena, so that
 * config_free() is all there is to do at its end. Times are microseconds.
 */
#ifndef _LBD_CONFIG_CONFIG_H
#define _LBD_CONFIG_CONFIG_H

#include <nflb/nflb.h>

#include "bind.h"
#include "check.h"
#include "globals.h"
#include "service.h"
#include "sync.h"
#include "track.h"
#include "vrrp.h"

struct config {
	struct config_arena *arena;
	const struct config_node *tree;	/* all of it, resolved */
	uint32_t generation;	/* given by who reads it; names it in messages */
	struct config_globals globals;

	struct config_service *services;
	size_t service_count;
	struct config_check *checks;	/* of all backends */
	size_t check_count;
	struct config_group *groups;	/* virtual_server_group */
	size_t group_count;
	const struct config_node **named_checks;	/* check NAME { } */
	size_t named_check_count;

	struct config_script *scripts;	/* vrrp_script */
	size_t script_count;
	const char **left_out;		/* vrrp_script without a script */
	size_t left_out_count;
	struct config_file *files;	/* track_file */
	size_t file_count;
	struct config_process *processes;	/* track_process */
	size_t process_count;

	struct config_vrrp vrrp;
	struct config_sync sync;
	struct config_metrics metrics;
};

/* config.c */
int config_read(const char *path, struct config_report *report,
		struct config **config);
int config_parse(const char *text, size_t length, struct config_report *report,
		 struct config **config);
int config_write(const struct config *config, FILE *stream);
void config_describe(const struct config *config, FILE *stream);
void config_free(struct config *config);

#endif /* _LBD_CONFIG_CONFIG_H */
