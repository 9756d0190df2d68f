/* SPDX-License-Identifier: GPL-2.0 */
/* The time of the state machines: microseconds since boot, never back */
#ifndef _LBD_VRRP_CLOCK_H
#define _LBD_VRRP_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

static inline uint64_t clock_now(void)
{
	return clock_of(CLOCK_MONOTONIC);
}

/* Microseconds of UTC since 1970, for what other hosts must agree on. */
static inline uint64_t clock_utc(void)
{
	return clock_of(CLOCK_REALTIME);
}

#endif /* _LBD_VRRP_CLOCK_H */
