/* SPDX-License-Identifier: GPL-2.0 */
/* What priorities follow: vrrp_script, track_file, track_process */
#ifndef _LBD_CONFIG_TRACK_H
#define _LBD_CONFIG_TRACK_H

#include "bind.h"

/**
 * struct config_script - a vrrp_script
 * @interval: from the begin of one run to that of the next
 * @timeout: a run that takes longer has failed
 * @rise: so many good runs one after the other are needed for up
 * @fall: so many bad ones for down
 * @init_fail: it is down until it has been good; otherwise the first run
 *	decides
 */
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
	bool overwrite;		/* even if there is one already */
	int init_value;
};

/* How parameters of a process are compared. */
enum config_param_match {
	PARAM_ANY,		/* none were given */
	PARAM_EXACT,
	PARAM_PARTIAL,		/* the process may have more of them */
	PARAM_INITIAL,		/* the same, and the last may be longer */
};

/**
 * struct config_process - a vrrp_track_process
 * @process: name of the program, its path, or, with @full_command, the first
 *	word of its command line
 * @parameters: ends with NULL
 * @quorum: so many at least must run
 * @quorum_max: and so many at most; %UINT32_MAX: any number
 * @fork_delay: so long after quorum was gained it counts
 * @terminate_delay: the same for its loss
 */
struct config_process {
	struct config_origin origin;
	const char *name;
	const char *process;
	const char **parameters;
	unsigned int parameter_count;
	enum config_param_match match;
	bool full_command;
	int weight;
	bool reverse;
	unsigned int quorum;
	unsigned int quorum_max;
	uint64_t fork_delay;
	uint64_t terminate_delay;
};

/* Blocks at the top; object is not looked at. */
int config_take_script(struct config_context *context,
		       const struct config_node *node, void *object);
int config_take_file(struct config_context *context,
		     const struct config_node *node, void *object);
int config_take_process(struct config_context *context,
			const struct config_node *node, void *object);

/* Return: index, or -1 if there is none of that name. */
int config_find_script(const struct config *config, const char *name);
bool config_is_left_out(const struct config *config, const char *name);
int config_find_file(const struct config *config, const char *name);
int config_find_process(const struct config *config, const char *name);

#endif /* _LBD_CONFIG_TRACK_H */
