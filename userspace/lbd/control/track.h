/* SPDX-License-Identifier: GPL-2.0 */
/* Values that priorities and weights follow, and who is told of them */
#ifndef _LBD_CONTROL_TRACK_H
#define _LBD_CONTROL_TRACK_H

#include "control.h"

/**
 * struct tracked - a value
 * @next: in the list of all
 * @kind: of what
 * @index: in the configuration
 * @name: of the thing; the same over reloads
 * @known: there is a value
 * @value: see enum tracked_kind
 */
struct tracked {
	struct tracked *next;
	enum tracked_kind kind;
	uint32_t index;
	char *name;
	bool known;
	int32_t value;
};

extern const struct control_part track_part;

/* track.c, for the files that make values */
int track_add(struct tracked *tracked, enum tracked_kind kind,
	      const char *name);
void track_del(struct tracked *tracked);
void track_set(struct tracked *tracked, int32_t value);
bool track_wanted(const struct config *config,
		  enum config_vrrp_track_kind kind, uint32_t index);

/* One file each: whatever the configuration has is looked at from then on. */
void track_scripts_configure(uv_loop_t *loop, const struct config *config);
void track_files_configure(uv_loop_t *loop, const struct config *config);
void track_processes_configure(uv_loop_t *loop, const struct config *config);
void track_scripts_end(void);
void track_files_end(void);
void track_processes_end(void);

/* track_process.c, for tests */
unsigned int track_count_processes(const struct config_process *process);

#endif /* _LBD_CONTROL_TRACK_H */
