// SPDX-License-Identifier: GPL-2.0
/* The heap of what is due, and how probes are spread over time */
#include <stdlib.h>

#include "../../lbd/check/schedule.h"
#include "../tap.h"

#define COUNT	10000

static struct schedule_entry entries[COUNT];

static uint32_t draw(void)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

/* Return: entries come in the order of their times. */
static unsigned int drain(struct schedule *schedule, bool *sorted)
{
	struct schedule_entry *first;
	unsigned int count = 0;
	uint64_t before = 0;

	*sorted = true;
	while ((first = schedule_first(schedule))) {
		*sorted &= first->when >= before;
		before = first->when;
		schedule_remove(schedule, first);
		count++;
	}
	return count;
}

static void test_order(void)
{
	struct schedule schedule = { 0 };
	unsigned int i, removed = 0;
	bool sorted;

	ok(!schedule_reserve(&schedule, COUNT), "there is memory");
	for (i = 0; i < COUNT; i++)
		schedule_set(&schedule, &entries[i], draw());
	for (i = 0; i < COUNT; i += 3)
		schedule_set(&schedule, &entries[i], draw());
	for (i = 0; i < COUNT; i += 7) {
		schedule_remove(&schedule, &entries[i]);
		schedule_remove(&schedule, &entries[i]);
		removed++;
	}
	is_number(drain(&schedule, &sorted), COUNT - removed,
		  "what was not removed is due");
	ok(sorted, "in order");
	ok(!schedule_first(&schedule), "then nothing is due");
	schedule_free(&schedule);
}

#define WARMUP	10000000
#define SLOTS	100

/* Most and fewest first probes in a hundredth of the warm-up. */
static void spread(uint64_t from, unsigned int count, unsigned int *most,
		   unsigned int *fewest)
{
	unsigned int slot[SLOTS] = { 0 }, i;
	uint64_t when;

	for (i = 0; i < count; i++) {
		when = pace_first(from + i, WARMUP);
		if (when < WARMUP)
			slot[when / (WARMUP / SLOTS)]++;
	}
	*most = 0;
	*fewest = count;
	for (i = 0; i < SLOTS; i++) {
		if (slot[i] > *most)
			*most = slot[i];
		if (slot[i] < *fewest)
			*fewest = slot[i];
	}
}

static void test_spread(void)
{
	unsigned int most, fewest;

	spread(0, COUNT, &most, &fewest);
	ok(fewest >= 98 && most <= 102,
	   "10 000 probes: 98 to 102 in each hundredth (%u to %u)", fewest,
	   most);
	spread(123457, 500, &most, &fewest);
	ok(fewest >= 4 && most <= 6,
	   "500 more after a reload: 4 to 6 (%u to %u)", fewest, most);
	is_number(pace_first(77, 0), 0, "without warm-up at once");
}

static void test_jitter(void)
{
	int64_t jitter, low = 0, high = 0, sum = 0;
	unsigned int i;

	for (i = 0; i < COUNT; i++) {
		jitter = pace_jitter((uint64_t)draw() << 16, 1000000, 10);
		low = jitter < low ? jitter : low;
		high = jitter > high ? jitter : high;
		sum += jitter;
	}
	ok(low >= -100000 && low < -99000 && high <= 100000 && high > 99000,
	   "jitter is up to 10 %% to either side");
	ok(llabs(sum / COUNT) < 2000, "and 0 in the mean");
	is_number(pace_jitter(12345, 1000000, 0), 0, "no jitter: none");
}

int main(void)
{
	test_order();
	test_spread();
	test_jitter();
	return tap_end();
}
