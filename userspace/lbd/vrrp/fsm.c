// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "fsm.h"

/* Sections are those of RFC 9568, which calls the master active router. */

static void disarm(struct vrrp_fsm *fsm)
{
	int i;

	for (i = 0; i < VRRP_TIMERS; i++)
		fsm->due[i] = VRRP_NEVER;
}

static bool is_owner(const struct vrrp_fsm *fsm)
{
	return fsm->config->priority == VRRP_PRIORITY_OWNER;
}

static void send_advert(struct vrrp_fsm *fsm, uint8_t priority, uint64_t now)
{
	fsm->ops->send(fsm, priority);
	fsm->stats.sent++;
	if (!priority)
		fsm->stats.sent_priority_zero++;
	fsm->last_sent = now;
}

static uint64_t later(uint64_t now, uint64_t delay)
{
	return delay ? now + delay : VRRP_NEVER;
}

static void arm_down_timer(struct vrrp_fsm *fsm, uint64_t now)
{
	fsm->confirming = false;
	fsm->due[VRRP_TIMER_PROTOCOL] = now + vrrp_fsm_down_interval(fsm);
}

/* Section 6.4.2: Active_Down_Timer fired. */
static void enter_master(struct vrrp_fsm *fsm, uint64_t now)
{
	const struct config_vrrp_garp *garp = &fsm->config->garp;

	fsm->stats.became_master++;
	fsm->released = false;
	fsm->master = fsm->source;
	fsm->master_priority = fsm->priority;
	fsm->master_interval = fsm->config->interval;
	/* First, so that whoever was master gives its addresses up. */
	send_advert(fsm, fsm->priority, now);
	fsm->ops->set(fsm, true);
	fsm->ops->announce(fsm, garp->master_repeat);
	fsm->due[VRRP_TIMER_PROTOCOL] = now + fsm->config->interval;
	fsm->due[VRRP_TIMER_GARP] = later(now, garp->master_delay);
	if (garp->master_refresh)
		fsm->due[VRRP_TIMER_REFRESH] = now + garp->master_delay +
					       garp->master_refresh;
	fsm->due[VRRP_TIMER_EXTRA] = later(now, garp->extra_if);
}

static void leave_master(struct vrrp_fsm *fsm)
{
	fsm->stats.released_master++;
	fsm->ops->set(fsm, false);
}

/*
 * vrrp_fsm_enter() - go to a state, whatever the others of the group do
 *
 * Whoever calls it has sent what must be sent before.
 */
void vrrp_fsm_enter(struct vrrp_fsm *fsm, enum vrrp_state state, uint64_t now)
{
	enum vrrp_state before = fsm->state;

	disarm(fsm);
	fsm->wants_master = false;
	fsm->preempt_at = 0;
	fsm->state = state;
	fsm->since = now;
	if (before == VRRP_MASTER && state != VRRP_MASTER)
		leave_master(fsm);
	if (state == VRRP_MASTER)
		enter_master(fsm, now);
	else if (state == VRRP_BACKUP)
		arm_down_timer(fsm, now);
	if (before != state)
		fsm->ops->changed(fsm, before);
}

/* The same, and the group goes along. */
static void go(struct vrrp_fsm *fsm, enum vrrp_state state, uint64_t now)
{
	vrrp_fsm_enter(fsm, state, now);
	vrrp_group_follow(fsm, now);
}

/* Nobody else is master, or none that counts. */
static void take_over(struct vrrp_fsm *fsm, uint64_t now)
{
	if (vrrp_group_ready(fsm)) {
		go(fsm, VRRP_MASTER, now);
		return;
	}
	fsm->wants_master = true;
	arm_down_timer(fsm, now);
}

/* Section 6.4.1: Startup. */
static void begin(struct vrrp_fsm *fsm, uint64_t now)
{
	fsm->master_interval = fsm->config->interval;
	if (fsm->fault || vrrp_group_faulted(fsm)) {
		go(fsm, VRRP_FAULT, now);
		return;
	}
	if (is_owner(fsm) && fsm->config->initial_master) {
		if (vrrp_group_ready(fsm)) {
			go(fsm, VRRP_MASTER, now);
			return;
		}
		go(fsm, VRRP_BACKUP, now);
		fsm->wants_master = true;
		return;
	}
	go(fsm, VRRP_BACKUP, now);
}

static void ignore_advert(struct vrrp_fsm *fsm,
			  const struct vrrp_advert *advert, uint64_t now)
{
	(void)fsm;
	(void)advert;
	(void)now;
}

static void learn(struct vrrp_fsm *fsm, const struct vrrp_advert *advert)
{
	fsm->master = advert->source;
	fsm->master_priority = advert->priority;
	fsm->master_interval = fsm->config->version == 2 ?
			       fsm->config->interval : advert->interval;
}

/* preempt_delay: a lower master is listened to for so long. */
static bool preemption_waits(struct vrrp_fsm *fsm, uint64_t now)
{
	if (!fsm->config->preempt_delay)
		return false;
	if (!fsm->preempt_at)
		fsm->preempt_at = now + fsm->config->preempt_delay;
	return now < fsm->preempt_at;
}

static bool listens_to(struct vrrp_fsm *fsm, const struct vrrp_advert *advert,
		       uint64_t now)
{
	if (advert->priority >= fsm->priority) {
		fsm->preempt_at = 0;
		return true;
	}
	return fsm->config->nopreempt || fsm->released ||
	       preemption_waits(fsm, now);
}

/* Section 6.4.2. */
static void backup_advert(struct vrrp_fsm *fsm,
			  const struct vrrp_advert *advert, uint64_t now)
{
	if (!advert->priority) {
		fsm->confirming = false;
		fsm->due[VRRP_TIMER_PROTOCOL] = now + vrrp_fsm_skew(fsm);
		return;
	}
	if (!listens_to(fsm, advert, now))
		return;
	learn(fsm, advert);
	fsm->wants_master = false;
	arm_down_timer(fsm, now);
}

static int compare(const struct nflb_address *a, const struct nflb_address *b)
{
	if (a->family != b->family)
		return 0;
	return memcmp(&a->v4, &b->v4, a->family == AF_INET6 ? 16 : 4);
}

/* Its sender has wrongly been master; neighbours may have believed it. */
static void hear_lower(struct vrrp_fsm *fsm, uint64_t now)
{
	const struct config_vrrp_garp *garp = &fsm->config->garp;

	if (!fsm->config->lower_prio_no_advert)
		send_advert(fsm, fsm->priority, now);
	if (garp->lower_prio_repeat) {
		fsm->ops->announce(fsm, garp->lower_prio_repeat);
		fsm->due[VRRP_TIMER_LOWER] = later(now, garp->lower_prio_delay);
	}
	fsm->ops->heard_lower(fsm);
}

/* Section 6.4.3. */
static void master_advert(struct vrrp_fsm *fsm,
			  const struct vrrp_advert *advert, uint64_t now)
{
	int order = (int)advert->priority - fsm->priority;

	if (!advert->priority) {
		send_advert(fsm, fsm->priority, now);
		fsm->due[VRRP_TIMER_PROTOCOL] = now + fsm->config->interval;
		return;
	}
	if (!order)
		order = compare(&advert->source, &fsm->source);
	if (order < 0)
		hear_lower(fsm, now);
	if (order <= 0)
		return;
	if (fsm->config->higher_prio_send_advert)
		send_advert(fsm, fsm->priority, now);
	learn(fsm, advert);
	go(fsm, VRRP_BACKUP, now);
}

/* vrrp_startup_delay is over. */
static void init_expire(struct vrrp_fsm *fsm, uint64_t now)
{
	begin(fsm, now);
}

/* Section 6.4.2, but for the moment that VRRP_CONFIRM is about. */
static void backup_expire(struct vrrp_fsm *fsm, uint64_t now)
{
	bool stalled = now - fsm->due[VRRP_TIMER_PROTOCOL] > VRRP_STALL;

	if (fsm->confirming && !stalled) {
		take_over(fsm, now);
		return;
	}
	fsm->confirming = true;
	fsm->due[VRRP_TIMER_PROTOCOL] = now + (stalled ? fsm->master_interval :
							 VRRP_CONFIRM);
}

/* This host slept so long that another must have taken over. */
static bool overslept(const struct vrrp_fsm *fsm, uint64_t now)
{
	unsigned int other = fsm->config->timer_expired_backup;
	uint64_t interval = fsm->config->interval;

	return other && now > fsm->last_sent + vrrp_fsm_skew_of(fsm, other, interval) +
			      fsm->config->down_timer_adverts * interval;
}

static void note_lateness(struct vrrp_fsm *fsm, uint64_t now)
{
	uint64_t late = now - fsm->due[VRRP_TIMER_PROTOCOL];

	if (late > fsm->config->interval)
		fsm->stats.missed_deadlines++;
	if (late > fsm->stats.latest)
		fsm->stats.latest = late;
}

static void master_expire(struct vrrp_fsm *fsm, uint64_t now)
{
	uint64_t next = fsm->due[VRRP_TIMER_PROTOCOL] + fsm->config->interval;

	note_lateness(fsm, now);
	if (overslept(fsm, now)) {
		go(fsm, VRRP_BACKUP, now);
		return;
	}
	send_advert(fsm, fsm->priority, now);
	/* A little lateness does not add up. */
	fsm->due[VRRP_TIMER_PROTOCOL] = next > now ? next :
					now + fsm->config->interval;
}

static void no_expire(struct vrrp_fsm *fsm, uint64_t now)
{
	(void)now;
	fsm->due[VRRP_TIMER_PROTOCOL] = VRRP_NEVER;
}

/* What each state does with what comes from outside and with its timer. */
static const struct handlers {
	void (*advert)(struct vrrp_fsm *fsm, const struct vrrp_advert *advert,
		       uint64_t now);
	void (*expire)(struct vrrp_fsm *fsm, uint64_t now);
} handlers[] = {
	[VRRP_INIT] = { ignore_advert, init_expire },
	[VRRP_BACKUP] = { backup_advert, backup_expire },
	[VRRP_MASTER] = { master_advert, master_expire },
	[VRRP_FAULT] = { ignore_advert, no_expire },
	[VRRP_STOP] = { ignore_advert, no_expire },
};

static bool fires(struct vrrp_fsm *fsm, enum vrrp_timer timer, uint64_t now)
{
	if (fsm->due[timer] > now)
		return false;
	fsm->due[timer] = VRRP_NEVER;
	return true;
}

static void expire_announcements(struct vrrp_fsm *fsm, uint64_t now)
{
	const struct config_vrrp_garp *garp = &fsm->config->garp;

	if (fires(fsm, VRRP_TIMER_GARP, now))
		fsm->ops->announce(fsm, garp->master_repeat);
	if (fires(fsm, VRRP_TIMER_LOWER, now))
		fsm->ops->announce(fsm, garp->lower_prio_repeat);
	if (fires(fsm, VRRP_TIMER_REFRESH, now)) {
		fsm->ops->announce(fsm, garp->master_refresh_repeat);
		fsm->due[VRRP_TIMER_REFRESH] = later(now, garp->master_refresh);
	}
	if (fires(fsm, VRRP_TIMER_EXTRA, now)) {
		fsm->ops->announce_extra(fsm);
		fsm->due[VRRP_TIMER_EXTRA] = later(now, garp->extra_if);
	}
}

/**
 * vrrp_fsm_expire() - time has passed
 * @fsm: an instance
 * @now: the time; what is due by then is done
 */
void vrrp_fsm_expire(struct vrrp_fsm *fsm, uint64_t now)
{
	if (fsm->due[VRRP_TIMER_PROTOCOL] <= now)
		handlers[fsm->state].expire(fsm, now);
	if (fsm->state == VRRP_MASTER)
		expire_announcements(fsm, now);
}

/**
 * vrrp_fsm_advert() - an advertisement for this instance came
 * @fsm: an instance
 * @advert: what it says; it passed all checks
 * @now: the time
 */
void vrrp_fsm_advert(struct vrrp_fsm *fsm, const struct vrrp_advert *advert,
		     uint64_t now)
{
	fsm->stats.received++;
	if (!advert->priority)
		fsm->stats.received_priority_zero++;
	handlers[fsm->state].advert(fsm, advert, now);
}

/**
 * vrrp_fsm_init() - make a machine
 * @fsm: set; in state Init
 * @config: of the instance
 * @ops: what it calls
 */
void vrrp_fsm_init(struct vrrp_fsm *fsm,
		   const struct config_vrrp_instance *config,
		   const struct vrrp_fsm_ops *ops)
{
	memset(fsm, 0, sizeof(*fsm));
	fsm->config = config;
	fsm->ops = ops;
	fsm->priority = config->priority;
	fsm->master_interval = config->interval;
	fsm->state = VRRP_INIT;
	disarm(fsm);
}

/**
 * vrrp_fsm_start() - leave Init, at once or later
 * @fsm: an instance, with its group and faults set
 * @delay: microseconds
 * @now: the time
 */
void vrrp_fsm_start(struct vrrp_fsm *fsm, uint64_t delay, uint64_t now)
{
	fsm->since = now;
	if (delay)
		fsm->due[VRRP_TIMER_PROTOCOL] = now + delay;
	else
		begin(fsm, now);
}

/**
 * vrrp_fsm_stop() - Shutdown (sections 6.4.2 and 6.4.3)
 * @fsm: an instance
 * @now: the time
 *
 * The others of a group stay: whoever stops all of them calls this for each.
 */
void vrrp_fsm_stop(struct vrrp_fsm *fsm, uint64_t now)
{
	if (fsm->state == VRRP_MASTER)
		send_advert(fsm, 0, now);
	vrrp_fsm_enter(fsm, VRRP_STOP, now);
}

/**
 * vrrp_fsm_fault() - something an instance needs is broken, or is repaired
 * @fsm: an instance
 * @fault: whether anything is
 * @now: the time
 */
void vrrp_fsm_fault(struct vrrp_fsm *fsm, bool fault, uint64_t now)
{
	if (fsm->fault == fault)
		return;
	fsm->fault = fault;
	if (fsm->state == VRRP_INIT || fsm->state == VRRP_STOP)
		return;
	if (!fault) {
		if (!vrrp_group_faulted(fsm))
			begin(fsm, now);
		return;
	}
	if (fsm->state == VRRP_MASTER)
		send_advert(fsm, 0, now);
	if (fsm->state != VRRP_FAULT)
		go(fsm, VRRP_FAULT, now);
}

/**
 * vrrp_fsm_set_priority() - tracking says something else
 * @fsm: an instance
 * @priority: 1 to 254; that of an address owner stays 255
 * @now: the time
 */
void vrrp_fsm_set_priority(struct vrrp_fsm *fsm, uint8_t priority, uint64_t now)
{
	if (is_owner(fsm))
		priority = VRRP_PRIORITY_OWNER;
	if (fsm->priority == priority)
		return;
	fsm->priority = priority;
	if (fsm->state == VRRP_MASTER) {
		fsm->master_priority = priority;
		/* The others hear of it at once and choose anew. */
		send_advert(fsm, priority, now);
		fsm->due[VRRP_TIMER_PROTOCOL] = now + fsm->config->interval;
	}
	fsm->ops->changed(fsm, fsm->state);
}

/**
 * vrrp_fsm_set_config() - go on with another configuration
 * @fsm: an instance
 * @config: of the same name, interface, family and virtual router ID
 * @now: the time
 *
 * State and timers stay, but none is further away than @config has it.
 */
void vrrp_fsm_set_config(struct vrrp_fsm *fsm,
			 const struct config_vrrp_instance *config,
			 uint64_t now)
{
	uint64_t *due = &fsm->due[VRRP_TIMER_PROTOCOL];
	uint64_t latest = VRRP_NEVER;

	fsm->config = config;
	if (config->version == 2 || fsm->state == VRRP_MASTER)
		fsm->master_interval = config->interval;
	if (fsm->state == VRRP_MASTER)
		latest = now + config->interval;
	else if (fsm->state == VRRP_BACKUP)
		latest = now + vrrp_fsm_down_interval(fsm);
	if (*due > latest)
		*due = latest;
	if (fsm->state == VRRP_MASTER &&
	    fsm->due[VRRP_TIMER_REFRESH] == VRRP_NEVER)
		fsm->due[VRRP_TIMER_REFRESH] =
			later(now, config->garp.master_refresh);
}

/**
 * vrrp_fsm_release() - give up being master for this once
 * @fsm: an instance
 * @now: the time
 *
 * Whoever takes over is not preempted; when it goes, this instance may be
 * master again.
 */
void vrrp_fsm_release(struct vrrp_fsm *fsm, uint64_t now)
{
	if (fsm->state != VRRP_MASTER)
		return;
	send_advert(fsm, 0, now);
	fsm->released = true;
	go(fsm, VRRP_BACKUP, now);
}
