// SPDX-License-Identifier: GPL-2.0
/*
 * One timer of the kernel for all that is due: those of libuv count in
 * milliseconds, which is too coarse for advertisements each ten
 */
#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../log.h"
#include "announce.h"
#include "clock.h"
#include "engine.h"

#define LATE	5000	/* microseconds: a wake-up that an operator should know of */

/* Of the process. */
static struct {
	int fd;
	uv_poll_t poll;
	uv_prepare_t prepare;
	uint64_t set;		/* what the kernel's timer is set to */
} timer;

static uint64_t next_due(void)
{
	uint64_t due = vrrp_announce_due(), one;
	const struct vrrp_engine *engine;

	for (engine = vrrp.engines; engine; engine = engine->next) {
		one = vrrp_fsm_due(&engine->fsm);
		if (one < due)
			due = one;
	}
	return due;
}

/* Before each wait, whatever happened since the last one. */
static void arm(uv_prepare_t *prepare)
{
	uint64_t due = next_due();
	struct itimerspec at = {
		.it_value.tv_sec = due / 1000000,
		.it_value.tv_nsec = due % 1000000 * 1000,
	};

	(void)prepare;
	if (due == timer.set)
		return;
	if (due == VRRP_NEVER)
		at = (struct itimerspec) { 0 };
	if (timerfd_settime(timer.fd, TFD_TIMER_ABSTIME, &at, NULL))
		log_error("timer: %s", strerror(errno));
	timer.set = due;
}

static void fire(uv_poll_t *poll, int status, int events)
{
	struct vrrp_engine *engine;
	uint64_t count, now;

	(void)poll;
	(void)status;
	(void)events;
	if (read(timer.fd, &count, sizeof(count)) < 0)
		return;
	if (clock_now() > timer.set + LATE)
		vrrp.late_wakeups++;
	timer.set = VRRP_NEVER;
	vrrp_sockets_drain();
	now = clock_now();
	for (engine = vrrp.engines; engine; engine = engine->next) {
		if (vrrp_fsm_due(&engine->fsm) <= now)
			vrrp_fsm_expire(&engine->fsm, now);
	}
	vrrp_announce_expire(now);
}

/*
 * vrrp_timer_start() - from now on machines are called when they want to be
 *
 * Return: 0 or a negative errno.
 */
int vrrp_timer_start(uv_loop_t *loop)
{
	int err;

	timer.set = VRRP_NEVER;
	timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer.fd < 0)
		return -errno;
	err = uv_poll_init(loop, &timer.poll, timer.fd);
	if (!err)
		err = uv_poll_start(&timer.poll, UV_READABLE, fire);
	if (!err)
		err = uv_prepare_init(loop, &timer.prepare);
	if (!err)
		err = uv_prepare_start(&timer.prepare, arm);
	return err;
}
