// SPDX-License-Identifier: GPL-2.0
/*
 * Sync groups: a group is master when all members are; one that is backup or
 * in fault takes the others along
 */
#include "fsm.h"

/**
 * vrrp_group_faulted() - is a member of the group of an instance in fault?
 * @fsm: an instance, in a group or not
 *
 * Return: whether one is, @fsm included.
 */
bool vrrp_group_faulted(const struct vrrp_fsm *fsm)
{
	size_t i;

	if (!fsm->group)
		return fsm->fault;
	for (i = 0; i < fsm->group->count; i++) {
		if (fsm->group->members[i]->fault)
			return true;
	}
	return false;
}

/**
 * vrrp_group_ready() - may an instance become master?
 * @fsm: an instance that nothing else keeps from it
 *
 * All others of its group want to or are. A group that hears another master on
 * only one of its networks is backup everywhere.
 *
 * Return: whether it may.
 */
bool vrrp_group_ready(const struct vrrp_fsm *fsm)
{
	const struct vrrp_fsm *other;
	size_t i;

	if (!fsm->group)
		return true;
	for (i = 0; i < fsm->group->count; i++) {
		other = fsm->group->members[i];
		if (other != fsm && !other->wants_master &&
		    other->state != VRRP_MASTER)
			return false;
	}
	return true;
}

static void follow(struct vrrp_fsm *fsm, enum vrrp_state state, uint64_t now)
{
	if (fsm->state == state || fsm->state == VRRP_STOP ||
	    fsm->state == VRRP_INIT)
		return;
	if (fsm->state == VRRP_MASTER) {
		fsm->ops->send(fsm, 0);
		fsm->stats.sent++;
		fsm->stats.sent_priority_zero++;
	}
	vrrp_fsm_enter(fsm, state, now);
}

/**
 * vrrp_group_follow() - an instance changed: the others of its group do
 * @fsm: the instance, in a group or not
 * @now: the time
 */
void vrrp_group_follow(struct vrrp_fsm *fsm, uint64_t now)
{
	struct vrrp_fsm_group *group = fsm->group;
	enum vrrp_state before;
	size_t i;

	if (!group)
		return;
	for (i = 0; i < group->count; i++) {
		if (fsm->released && fsm->state == VRRP_BACKUP)
			group->members[i]->released = true;
		follow(group->members[i], fsm->state, now);
	}
	before = group->state;
	group->state = fsm->state;
	if (before != group->state)
		fsm->ops->group_changed(group, before);
}
