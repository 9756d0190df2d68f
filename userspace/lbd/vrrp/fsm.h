/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state machine of an instance: RFC 9568, section 6.4, and RFC 3768
 *
 * It knows no clock and no socket: it is told what happens and when, says by
 * its ops what is to be done, and when it wants to be called next. Times are
 * microseconds of a clock that never goes back.
 */
#ifndef _LBD_VRRP_FSM_H
#define _LBD_VRRP_FSM_H

#include "../config/config.h"
#include "../message.h"

struct vrrp_fsm;
struct vrrp_fsm_group;

/**
 * struct vrrp_fsm_ops - what the machine wants done
 * @send: send an advertisement now
 * @set: addresses come or go
 * @announce: gratuitous ARP and the like, so many for each address
 * @announce_extra: the same on interfaces that carry no advertisements
 * @changed: another state than @before
 * @heard_lower: a master heard one with less priority
 * @group_changed: all members have got another state than @before
 */
struct vrrp_fsm_ops {
	void (*send)(struct vrrp_fsm *fsm, uint8_t priority);
	void (*set)(struct vrrp_fsm *fsm, bool master);
	void (*announce)(struct vrrp_fsm *fsm, unsigned int repeat);
	void (*announce_extra)(struct vrrp_fsm *fsm);
	void (*changed)(struct vrrp_fsm *fsm, enum vrrp_state before);
	void (*heard_lower)(struct vrrp_fsm *fsm);
	void (*group_changed)(struct vrrp_fsm_group *group,
			      enum vrrp_state before);
};

enum vrrp_timer {
	VRRP_TIMER_PROTOCOL,	/* Adver_Timer or Active_Down_Timer */
	VRRP_TIMER_GARP,	/* the second set */
	VRRP_TIMER_LOWER,	/* the second set after a lower priority */
	VRRP_TIMER_REFRESH,
	VRRP_TIMER_EXTRA,

	VRRP_TIMERS
};

#define VRRP_NEVER	UINT64_MAX

/*
 * Before a backup takes over it waits a moment more, asleep: a machine that
 * stood still may have advertisements that the kernel has not delivered yet.
 * One whose timer comes late did stand still: it waits an interval.
 */
#define VRRP_CONFIRM	1000	/* microseconds */
#define VRRP_STALL	5000

struct vrrp_fsm_stats {
	uint64_t became_master;
	uint64_t released_master;
	uint64_t sent;
	uint64_t sent_priority_zero;
	uint64_t received;
	uint64_t received_priority_zero;
	uint64_t missed_deadlines;	/* late by more than an interval */
	uint64_t latest;		/* microseconds that a timer was late */
};

/**
 * struct vrrp_fsm - the state machine of an instance
 * @config: of the instance
 * @source: primary address, which decides between equal priorities
 * @priority: what is left of the configured one by tracking
 * @fault: something must be repaired first, but for the group's other members
 * @master_interval: of the master's advertisements (Active_Adver_Interval)
 * @master: address of the one heard last, and @master_priority
 * @since: when @state was entered
 * @last_sent: when an advertisement was sent last
 * @preempt_at: from when on lower priorities are not listened to; 0: not set
 * @confirming: the down timer fired once
 * @wants_master: only the others of the group hold it back
 * @released: it was told to give up: waits until the master is gone
 * @due: when each timer fires, or %VRRP_NEVER
 */
struct vrrp_fsm {
	const struct config_vrrp_instance *config;
	const struct vrrp_fsm_ops *ops;
	struct vrrp_fsm_group *group;
	struct nflb_address source;
	enum vrrp_state state;
	uint8_t priority;
	bool fault;
	uint64_t master_interval;
	struct nflb_address master;
	uint8_t master_priority;
	uint64_t since;
	uint64_t last_sent;
	uint64_t preempt_at;
	bool confirming;
	bool wants_master;
	bool released;
	uint64_t due[VRRP_TIMERS];
	struct vrrp_fsm_stats stats;
};

/* A sync group: all members are master, or none. */
struct vrrp_fsm_group {
	struct vrrp_fsm **members;
	size_t count;
	enum vrrp_state state;
};

/* What an advertisement that passed all checks says. */
struct vrrp_advert {
	struct nflb_address source;
	uint8_t priority;
	uint64_t interval;
};

void vrrp_fsm_init(struct vrrp_fsm *fsm,
		   const struct config_vrrp_instance *config,
		   const struct vrrp_fsm_ops *ops);
void vrrp_fsm_start(struct vrrp_fsm *fsm, uint64_t delay, uint64_t now);
void vrrp_fsm_stop(struct vrrp_fsm *fsm, uint64_t now);
void vrrp_fsm_fault(struct vrrp_fsm *fsm, bool fault, uint64_t now);
void vrrp_fsm_advert(struct vrrp_fsm *fsm, const struct vrrp_advert *advert,
		     uint64_t now);
void vrrp_fsm_expire(struct vrrp_fsm *fsm, uint64_t now);
void vrrp_fsm_set_priority(struct vrrp_fsm *fsm, uint8_t priority,
			   uint64_t now);
void vrrp_fsm_set_config(struct vrrp_fsm *fsm,
			 const struct config_vrrp_instance *config,
			 uint64_t now);
void vrrp_fsm_release(struct vrrp_fsm *fsm, uint64_t now);

/* interval.c */
uint64_t vrrp_fsm_due(const struct vrrp_fsm *fsm);
uint64_t vrrp_fsm_skew_of(const struct vrrp_fsm *fsm, unsigned int priority,
			  uint64_t interval);
uint64_t vrrp_fsm_skew(const struct vrrp_fsm *fsm);
uint64_t vrrp_fsm_down_interval(const struct vrrp_fsm *fsm);

/* group.c, for fsm.c */
bool vrrp_group_faulted(const struct vrrp_fsm *fsm);
bool vrrp_group_ready(const struct vrrp_fsm *fsm);
void vrrp_group_follow(struct vrrp_fsm *fsm, uint64_t now);

/* of one machine alone, for group.c */
void vrrp_fsm_enter(struct vrrp_fsm *fsm, enum vrrp_state state, uint64_t now);

#endif /* _LBD_VRRP_FSM_H */
