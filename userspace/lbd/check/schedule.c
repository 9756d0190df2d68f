// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "schedule.h"

static void put(struct schedule *schedule, struct schedule_entry *entry,
		size_t place)
{
	schedule->heap[place] = entry;
	entry->place = place;
}

static void sift_up(struct schedule *schedule, struct schedule_entry *entry)
{
	struct schedule_entry *above;
	size_t place = entry->place;

	for (; place > 1; place /= 2) {
		above = schedule->heap[place / 2];
		if (above->when <= entry->when)
			break;
		put(schedule, above, place);
	}
	put(schedule, entry, place);
}

static void sift_down(struct schedule *schedule, struct schedule_entry *entry)
{
	struct schedule_entry **heap = schedule->heap;
	size_t place = entry->place, below;

	while ((below = place * 2) <= schedule->count) {
		if (below < schedule->count &&
		    heap[below + 1]->when < heap[below]->when)
			below++;
		if (heap[below]->when >= entry->when)
			break;
		put(schedule, heap[below], place);
		place = below;
	}
	put(schedule, entry, place);
}

/**
 * schedule_reserve() - make room, so that schedule_set() needs no memory
 * @schedule: where
 * @count: entries there will be at most
 *
 * Return: 0 or -ENOMEM.
 */
int schedule_reserve(struct schedule *schedule, size_t count)
{
	struct schedule_entry **heap;

	if (count <= schedule->room)
		return 0;
	heap = realloc(schedule->heap, (count + 1) * sizeof(*heap));
	if (!heap)
		return -ENOMEM;
	schedule->heap = heap;
	schedule->room = count;
	return 0;
}

void schedule_free(struct schedule *schedule)
{
	free(schedule->heap);
	*schedule = (struct schedule){ 0 };
}

/**
 * schedule_set() - an entry is due at a time, and no more at any other
 * @schedule: has room
 * @entry: is in it already or not
 * @when: microseconds
 */
void schedule_set(struct schedule *schedule, struct schedule_entry *entry,
		  uint64_t when)
{
	if (!entry->place)
		put(schedule, entry, ++schedule->count);
	entry->when = when;
	sift_up(schedule, entry);
	sift_down(schedule, entry);
}

/**
 * schedule_remove() - an entry is due no more
 * @schedule: where
 * @entry: is in it or not
 */
void schedule_remove(struct schedule *schedule, struct schedule_entry *entry)
{
	struct schedule_entry *last;

	if (!entry->place)
		return;
	last = schedule->heap[schedule->count--];
	if (last != entry) {
		put(schedule, last, entry->place);
		sift_up(schedule, last);
		sift_down(schedule, last);
	}
	entry->place = 0;
}

/* Return: what is due first, or NULL. */
struct schedule_entry *schedule_first(const struct schedule *schedule)
{
	return schedule->count ? schedule->heap[1] : NULL;
}
