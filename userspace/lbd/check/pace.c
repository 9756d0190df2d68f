// SPDX-License-Identifier: GPL-2.0
#include "schedule.h"

/**
 * pace_first() - when a new probe comes for the first time
 * @sequence: counts new probes
 * @warmup: microseconds
 *
 * Multiples of the golden ratio, taken modulo 1, fill an interval evenly
 * however many of them there are. Random times would leave gaps and heaps.
 *
 * Return: microseconds from now, less than @warmup unless that is 0.
 */
uint64_t pace_first(uint64_t sequence, uint64_t warmup)
{
	uint64_t fraction = sequence * 0x9e3779b97f4a7c15ULL >> 32;

	/* So much more than a day is no warm-up. */
	if (warmup > UINT32_MAX * 1000ULL)
		warmup = UINT32_MAX * 1000ULL;
	return (fraction * (warmup / 1000) >> 32) * 1000 +
	       (fraction * (warmup % 1000) >> 32);
}

/**
 * pace_jitter() - how far from its place in the grid a probe comes
 * @random: a random number
 * @delay: between two places, microseconds
 * @percent: of @delay, to either side
 *
 * Return: microseconds, which may be negative.
 */
int64_t pace_jitter(uint64_t random, uint64_t delay, unsigned int percent)
{
	uint64_t span = delay / 100 * percent;

	if (!span)
		return 0;
	return (int64_t)((random >> 8) % (2 * span + 1)) - (int64_t)span;
}
