/* SPDX-License-Identifier: GPL-2.0 */
/* What is due when: a binary heap of entries that are part of other objects */
#ifndef _LBD_CHECK_SCHEDULE_H
#define _LBD_CHECK_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct schedule_entry - something that is due at a time
 * @when: microseconds of a clock that does not jump
 * @place: in the heap, from 1; 0: not in it
 */
struct schedule_entry {
	uint64_t when;
	size_t place;
};

struct schedule {
	struct schedule_entry **heap;	/* from 1 */
	size_t count;
	size_t room;
};

int schedule_reserve(struct schedule *schedule, size_t count);
void schedule_free(struct schedule *schedule);
void schedule_set(struct schedule *schedule, struct schedule_entry *entry,
		  uint64_t when);
void schedule_remove(struct schedule *schedule, struct schedule_entry *entry);
struct schedule_entry *schedule_first(const struct schedule *schedule);

/* pace.c: when probes come so that they never come all at once */
uint64_t pace_first(uint64_t sequence, uint64_t warmup);
int64_t pace_jitter(uint64_t random, uint64_t delay, unsigned int percent);

#endif /* _LBD_CHECK_SCHEDULE_H */
