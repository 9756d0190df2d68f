// SPDX-License-Identifier: GPL-2.0
/* The intervals of RFC 9568, section 6.1, and RFC 3768, section 6.1 */
#include "fsm.h"

#define SECOND	1000000ULL

/**
 * vrrp_fsm_skew_of() - Skew_Time of another router (section 6.1)
 * @fsm: an instance
 * @priority: of the other
 * @interval: of advertisements
 *
 * Return: microseconds.
 */
uint64_t vrrp_fsm_skew_of(const struct vrrp_fsm *fsm, unsigned int priority,
			  uint64_t interval)
{
	/* Version 2 counts in seconds whatever the interval: RFC 3768, 6.1. */
	if (fsm->config->version == 2)
		interval = SECOND;
	return (256 - priority) * interval / 256;
}

/**
 * vrrp_fsm_skew() - Skew_Time (section 6.1)
 * @fsm: an instance
 *
 * Return: microseconds.
 */
uint64_t vrrp_fsm_skew(const struct vrrp_fsm *fsm)
{
	return vrrp_fsm_skew_of(fsm, fsm->priority, fsm->master_interval);
}

/**
 * vrrp_fsm_down_interval() - Active_Down_Interval (section 6.1)
 * @fsm: an instance
 *
 * Return: microseconds without an advertisement until a backup takes over.
 */
uint64_t vrrp_fsm_down_interval(const struct vrrp_fsm *fsm)
{
	return fsm->config->down_timer_adverts * fsm->master_interval +
	       vrrp_fsm_skew(fsm);
}

/**
 * vrrp_fsm_due() - when vrrp_fsm_expire() is to be called
 * @fsm: an instance
 *
 * Return: the time, or %VRRP_NEVER.
 */
uint64_t vrrp_fsm_due(const struct vrrp_fsm *fsm)
{
	uint64_t due = VRRP_NEVER;
	int i;

	for (i = 0; i < VRRP_TIMERS; i++) {
		if (fsm->due[i] < due)
			due = fsm->due[i];
	}
	return due;
}
