/* SPDX-License-Identifier: GPL-2.0 */
/* What priorities follow: vrrp_script, track_file, track_process */
#ifndef _LBD_CONFIG_TRACK_H
#define _LBD_CONFIG_TRACK_H

#include "bind.h"

struct config_script {
	struct config_origin origin;
	const char *name;
	struct config_command command;
	uint64_t interval;
	uint64_t timeout;
	int weight;
	bool reverse;
	unsigned int rise;
	unsigned int fall;
	bool init_fail;
};

struct config_file {
	struct config_origin origin;
	const char *name;
	const char *path;
	int weight;
	bool reverse;
	bool init;		/* the file is made with init_value */
	int init_value;
};

struct config_process {
	struct config_origin origin;
	const char *name;
	const char *process;
	const char **parameters;	/* ends with NULL; NULL: any */
	bool full_command;
	bool param_initial;	/* the first parameters are enough */
	int weight;
	bool reverse;
	unsigned int quorum;
	unsigned int quorum_max;	/* 0: none */
	uint64_t fork_delay;
	uint64_t terminate_delay;
};

#endif /* _LBD_CONFIG_TRACK_H */
