/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Token buckets without a lock: one word that says when the bucket will be
 * full again. The idea is that of the generic cell rate algorithm
 * (ITU-T I.371).
 */
#ifndef _NFLB_BUCKET_H
#define _NFLB_BUCKET_H

#include <linux/atomic.h>
#include <linux/minmax.h>
#include <linux/nflb.h>
#include <linux/time64.h>

/**
 * struct nflb_rate - how often something may happen
 * @per_second: tokens that come in a second, up to NFLB_RATE_MAX; 0: no limit
 * @burst: tokens that a full bucket holds, 1 to NFLB_BURST_MAX
 */
struct nflb_rate {
	u32	per_second;
	u32	burst;
};

/* All zero: full. */
struct nflb_bucket {
	atomic64_t	full_at;	/* nanoseconds */
};

static inline s64 nflb_rate_interval(struct nflb_rate rate)
{
	return (u32)NSEC_PER_SEC / rate.per_second;
}

/* When the bucket would be full with a token less, or 0 if it has none. */
static inline s64 nflb_bucket_next(s64 full_at, struct nflb_rate rate, s64 now)
{
	s64 interval = nflb_rate_interval(rate);
	s64 next = max(full_at, now) + interval;

	return next > now + interval * rate.burst ? 0 : next;
}

/**
 * nflb_bucket_empty - is there no token?
 * @bucket: bucket
 * @rate: its rate, not 0
 * @now: a clock that never goes back, in nanoseconds, greater than 0
 *
 * Context: any.
 */
static inline bool nflb_bucket_empty(const struct nflb_bucket *bucket,
				     struct nflb_rate rate, s64 now)
{
	return !nflb_bucket_next(atomic64_read(&bucket->full_at), rate, now);
}

/**
 * nflb_bucket_take - take a token
 * @bucket: bucket
 * @rate: its rate, not 0
 * @now: a clock that never goes back, in nanoseconds, greater than 0
 *
 * Context: any.
 * Return: false if there is none; nothing is written then.
 */
static inline bool nflb_bucket_take(struct nflb_bucket *bucket,
				    struct nflb_rate rate, s64 now)
{
	s64 full_at = atomic64_read(&bucket->full_at), next;

	do {
		next = nflb_bucket_next(full_at, rate, now);
		if (!next)
			return false;
	} while (!atomic64_try_cmpxchg(&bucket->full_at, &full_at, next));
	return true;
}

#endif /* _NFLB_BUCKET_H */
