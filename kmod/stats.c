// SPDX-License-Identifier: GPL-2.0
#include "net.h"
#include "stats.h"

/**
 * nflb_drop - count why a packet ends here
 * @nn: namespace
 * @reason: why
 *
 * Context: softirq.
 * Return: NFLB_DROPPED with the reason, so that no way out forgets its counter.
 */
enum nflb_verdict nflb_drop(struct nflb_net *nn, enum nflb_drop reason)
{
	this_cpu_inc(nn->drops[reason]);
	return NFLB_DROPPED + reason;
}

/**
 * nflb_stats_alloc - counters, all 0
 *
 * Context: process, may sleep.
 * Return: counters to be freed with free_percpu(), or NULL.
 */
struct nflb_stats __percpu *nflb_stats_alloc(void)
{
	struct nflb_stats __percpu *stats;
	int cpu;

	stats = alloc_percpu_gfp(struct nflb_stats, GFP_KERNEL_ACCOUNT);
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->sync);
	return stats;
}

static void add_one_cpu(struct nflb_stats_sum *sum, const struct nflb_stats *stats)
{
	struct nflb_stats_sum one;
	unsigned int start;
	int dir;

	do {
		start = u64_stats_fetch_begin(&stats->sync);
		one.connections = u64_stats_read(&stats->connections);
		for (dir = 0; dir < NFLB_DIR_MAX; dir++) {
			one.packets[dir] = u64_stats_read(&stats->packets[dir]);
			one.bytes[dir] = u64_stats_read(&stats->bytes[dir]);
		}
	} while (u64_stats_fetch_retry(&stats->sync, start));

	sum->connections += one.connections;
	for (dir = 0; dir < NFLB_DIR_MAX; dir++) {
		sum->packets[dir] += one.packets[dir];
		sum->bytes[dir] += one.bytes[dir];
	}
}

/**
 * nflb_stats_read - sum the counters of all CPUs
 * @sum: result
 * @stats: counters
 * @baseline: what to take off, as "zero" left it; may be NULL
 *
 * Context: process.
 */
void nflb_stats_read(struct nflb_stats_sum *sum,
		     const struct nflb_stats __percpu *stats,
		     const struct nflb_stats_sum *baseline)
{
	int cpu, dir;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		add_one_cpu(sum, per_cpu_ptr(stats, cpu));
	if (!baseline)
		return;

	sum->connections -= baseline->connections;
	for (dir = 0; dir < NFLB_DIR_MAX; dir++) {
		sum->packets[dir] -= baseline->packets[dir];
		sum->bytes[dir] -= baseline->bytes[dir];
	}
}

/**
 * nflb_drops_alloc - drop counters of a namespace, all 0
 *
 * Context: process, may sleep.
 * Return: an array indexed by enum nflb_drop to be freed with free_percpu(),
 * or NULL.
 */
u64 __percpu *nflb_drops_alloc(void)
{
	return __alloc_percpu_gfp((NFLB_DROP_MAX + 1) * sizeof(u64),
				  __alignof__(u64), GFP_KERNEL_ACCOUNT);
}

u64 nflb_drops_read(const u64 __percpu *drops, enum nflb_drop reason)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(&drops[reason], cpu));
	return sum;
}
