// SPDX-License-Identifier: GPL-2.0
/* The two clients: flows that begin and end, and flows that stay. */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "flow.h"

#define TICK_MS		20
#define MAX_EVENTS	64
#define PING_BYTES	64

/* Let flows work until something happens or a tick is over. */
static void run_once(struct flow *flows, unsigned int count, int epoll)
{
	static uint64_t ticked_us;
	struct epoll_event events[MAX_EVENTS];
	unsigned int i;
	int n;

	n = epoll_wait(epoll, events, MAX_EVENTS, TICK_MS);
	for (int j = 0; j < n; j++)
		flow_event(events[j].data.ptr, events[j].events, epoll);
	if (now_us() - ticked_us < TICK_MS * 1000)
		return;
	for (i = 0; i < count; i++)
		flow_tick(&flows[i], epoll);
	ticked_us = now_us();
}

/* Flows @parallel at a time; a slot whose flow is over takes the next. */
int echo(const struct options *options)
{
	unsigned int slots = options->parallel, started = 0, i;
	struct flow *flows = calloc(slots, sizeof(*flows));
	unsigned int *numbers = calloc(slots, sizeof(*numbers));
	static struct tally tally;
	int epoll = epoll_create1(0);

	if (!flows || !numbers)
		err(1, "calloc");
	raise_file_limit();
	for (i = 0; i < slots && started < options->count; i++) {
		numbers[i] = started++;
		flow_open(&flows[i], options, numbers[i], epoll);
	}
	slots = i;
	while (tally.flows < options->count) {
		for (i = 0; i < slots; i++) {
			if (numbers[i] == options->count || !flow_over(&flows[i]))
				continue;
			tally_add(&tally, &flows[i]);
			if (options->list)
				flow_print(&flows[i], numbers[i]);
			numbers[i] = started;
			if (started < options->count)
				flow_open(&flows[i], options, started++, epoll);
		}
		if (tally.flows < options->count)
			run_once(flows, slots, epoll);
	}
	tally_print(&tally);
	return tally.failed != 0;
}

/* SIGTERM stays blocked: to be found pending is all it has to do. */
static void block_stop(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, NULL);
}

static bool stopped(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGTERM);
}

static bool any_busy(const struct flow *flows, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!flow_over(&flows[i]) && flows[i].state != FLOW_IDLE)
			return true;
	return false;
}

/* Every flow exchanges some data, or fails. */
static void ping_all(struct flow *flows, unsigned int count, int epoll)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (flows[i].state == FLOW_IDLE)
			flow_want(&flows[i], PING_BYTES, epoll);
	while (any_busy(flows, count))
		run_once(flows, count, epoll);
}

static int report(const struct flow *flows, const struct options *options)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	unsigned int i, failed;

	if (!tally)
		err(1, "calloc");
	for (i = 0; i < options->count; i++) {
		tally_add(tally, &flows[i]);
		if (options->list)
			flow_print(&flows[i], i);
	}
	tally_print(tally);
	failed = tally->failed;
	free(tally);
	return failed != 0;
}

/*
 * Open all flows and report; then go on in the background with a ping on
 * every flow each period until SIGTERM asks for the last one and the final
 * report.
 */
int hold(const struct options *options)
{
	struct flow *flows = calloc(options->count, sizeof(*flows));
	int epoll = epoll_create1(0);
	unsigned int i;
	uint64_t next;

	if (!flows)
		err(1, "calloc");
	raise_file_limit();
	block_stop();
	for (i = 0; i < options->count; i++)
		flow_open(&flows[i], options, i, epoll);
	while (any_busy(flows, options->count))
		run_once(flows, options->count, epoll);
	if (report(flows, options))
		return 1;

	detach(options->report);
	next = now_us();
	while (!stopped()) {
		if (options->period_ms && now_us() >= next) {
			ping_all(flows, options->count, epoll);
			next = now_us() + options->period_ms * 1000ull;
		}
		run_once(flows, options->count, epoll);
	}
	ping_all(flows, options->count, epoll);
	return report(flows, options);
}
