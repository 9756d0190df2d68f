/* SPDX-License-Identifier: GPL-2.0 */
/* Counters, per CPU: no shared cache line is written per packet. */
#ifndef _NFLB_STATS_H
#define _NFLB_STATS_H

#include <linux/nflb.h>
#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include "packet.h"

struct nflb_net;

/**
 * struct nflb_stats - counters of a service, a backend or a namespace
 * @connections: connections accepted
 * @packets: by direction
 * @bytes: by direction, IP header included
 * @sync: makes 64-bit reads whole on 32-bit machines
 */
struct nflb_stats {
	u64_stats_t		connections;
	u64_stats_t		packets[NFLB_DIR_MAX];
	u64_stats_t		bytes[NFLB_DIR_MAX];
	struct u64_stats_sync	sync;
};

/* The sum over all CPUs. */
struct nflb_stats_sum {
	u64	connections;
	u64	packets[NFLB_DIR_MAX];
	u64	bytes[NFLB_DIR_MAX];
};

/*
 * Verdict of a step of the packet path; nf_verdict() alone turns it into NF_*.
 * From NFLB_DROPPED on it says why: NFLB_DROPPED + enum nflb_drop.
 */
enum nflb_verdict {
	NFLB_PASS,	/* not ours: on to the host's stack */
	NFLB_HOST,	/* ours, and the host's stack is where it goes */
	NFLB_STOLEN,	/* sent on its way */
	NFLB_DROPPED,	/* counted by nflb_drop(); the hook frees it */
};

/* Softirq. */
static inline void nflb_stats_packet(struct nflb_stats __percpu *stats,
				     enum nflb_dir dir, unsigned int len)
{
	struct nflb_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->sync);
	u64_stats_inc(&s->packets[dir]);
	u64_stats_add(&s->bytes[dir], len);
	u64_stats_update_end(&s->sync);
}

static inline void nflb_stats_connection(struct nflb_stats __percpu *stats)
{
	struct nflb_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->sync);
	u64_stats_inc(&s->connections);
	u64_stats_update_end(&s->sync);
}

enum nflb_verdict nflb_drop(struct nflb_net *nn, enum nflb_drop reason);

/* User context. */
struct nflb_stats __percpu *nflb_stats_alloc(void);
void nflb_stats_read(struct nflb_stats_sum *sum,
		     const struct nflb_stats __percpu *stats,
		     const struct nflb_stats_sum *baseline);
u64 __percpu *nflb_drops_alloc(void);
u64 nflb_drops_read(const u64 __percpu *drops, enum nflb_drop reason);

#endif /* _NFLB_STATS_H */
