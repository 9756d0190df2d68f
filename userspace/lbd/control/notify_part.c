// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "notify.h"
#include "notify_part.h"
#include "script_part.h"

static struct notify *notify;
static uv_timer_t last_timer;

/* What was told last, by kind and name: {"state": N, "priority": N, ...} */
static json_t *told;

static const char *const state_words[] = {
	[VRRP_INIT] = "init",
	[VRRP_BACKUP] = "backup",
	[VRRP_MASTER] = "master",
	[VRRP_FAULT] = "fault",
	[VRRP_STOP] = "stop",
	[VRRP_DELETED] = "deleted",
};

static int notify_part_start(uv_loop_t *loop)
{
	uv_timer_init(loop, &last_timer);
	notify = notify_open(loop, script_part_host());
	told = json_pack("{s:{}, s:{}}", "instances", "groups");
	return notify && told ? 0 : -ENOMEM;
}

static json_t *told_of(bool group)
{
	return json_object_get(told, group ? "groups" : "instances");
}

static void remember(const struct notify_vrrp *change)
{
	json_t *last = json_pack("{s:s, s:I, s:I}",
				 "state", state_words[change->state],
				 "code", (json_int_t)change->state,
				 "priority", (json_int_t)change->priority);

	json_object_set_new(told_of(change->group), change->name, last);
}

static unsigned int last_number(bool group, const char *name,
				const char *member)
{
	const json_t *last = json_object_get(told_of(group), name);

	return (unsigned int)json_integer_value(json_object_get(last, member));
}

static bool has_instance(const struct config_vrrp *vrrp, const char *name)
{
	size_t i;

	for (i = 0; i < vrrp->instance_count; i++) {
		if (!strcmp(vrrp->instances[i].name, name))
			return true;
	}
	return false;
}

static bool has_group(const struct config_vrrp *vrrp, const char *name)
{
	size_t i;

	for (i = 0; i < vrrp->group_count; i++) {
		if (!strcmp(vrrp->groups[i].name, name))
			return true;
	}
	return false;
}

/* Those that a reload takes away; vrrp itself has forgotten them by then. */
static void tell_deleted(const struct config_vrrp *before,
			 const struct config_vrrp *now)
{
	struct notify_vrrp change = { .state = VRRP_DELETED };
	size_t i;

	for (i = 0; i < before->instance_count; i++) {
		change.name = before->instances[i].name;
		if (has_instance(now, change.name))
			continue;
		change.notify = &before->instances[i].notify;
		change.priority = last_number(false, change.name,
					      "priority");
		notify_vrrp_state(notify, &change);
		json_object_del(told_of(false), change.name);
	}
	for (i = 0; i < before->group_count; i++) {
		if (!has_group(now, before->groups[i].name))
			json_object_del(told_of(true), before->groups[i].name);
	}
}

static void tell_again(bool group, const char *name)
{
	const struct config_vrrp_notify none = { 0 };
	const struct notify_vrrp change = {
		.group = group, .name = name, .notify = &none,
		.state = last_number(group, name, "code"),
		.priority = last_number(group, name, "priority"),
	};

	notify_vrrp_again(notify, &change);
}

/* fifo_write_vrrp_states_on_reload */
static void tell_all_again(const struct config_vrrp *vrrp)
{
	size_t i;

	for (i = 0; i < vrrp->instance_count; i++)
		tell_again(false, vrrp->instances[i].name);
	for (i = 0; i < vrrp->group_count; i++)
		tell_again(true, vrrp->groups[i].name);
}

static void notify_part_configure(const struct config *config,
				  const struct config *before)
{
	notify_configure(notify, &config->globals);
	if (!before)
		return;
	tell_deleted(&before->vrrp, &config->vrrp);
	if (config->globals.states_on_reload)
		tell_all_again(&config->vrrp);
}

/* As keepalived: of a stop only services with omega make news. */
static bool is_silent_end(const struct config_service *service, bool final)
{
	return final && control_stopping() && !service->omega;
}

/* Nor is it news how a real server begins, but with rs_init_notifies. */
static void notify_backend_changed(const struct control_backend_change *change)
{
	bool tell_initial = change->up &&
			    control_config()->globals.init_notifies;

	if (is_silent_end(change->service, change->final) ||
	    (change->initial && !tell_initial))
		return;
	notify_backend(notify, change->service, change->backend, change->up);
}

/* A service that begins without quorum is news if its sorry server steps in. */
static void notify_quorum_changed(const struct control_quorum_change *change)
{
	if (change->initial && !change->up && !change->service->sorry)
		return;
	if (!is_silent_end(change->service, change->final))
		notify_quorum(notify, change->service, change->up);
}

/* Return: whether there is such an instance or group. */
static bool find_change(const struct msg_vrrp_state *msg,
			struct notify_vrrp *change)
{
	const struct config_vrrp *vrrp = &control_config()->vrrp;

	*change = (struct notify_vrrp){
		.group = msg->group, .state = msg->state,
		.priority = msg->priority,
	};
	if (msg->group) {
		if (msg->index >= vrrp->group_count)
			return false;
		change->name = vrrp->groups[msg->index].name;
		change->notify = &vrrp->groups[msg->index].notify;
		return true;
	}
	if (msg->index >= vrrp->instance_count)
		return false;
	change->name = vrrp->instances[msg->index].name;
	change->notify = &vrrp->instances[msg->index].notify;
	return true;
}

/* The same as it was told last: vrrp has another configuration, or is new. */
static bool is_known(const struct notify_vrrp *change)
{
	return json_object_get(told_of(change->group), change->name) &&
	       last_number(change->group, change->name, "code") ==
	       change->state &&
	       last_number(change->group, change->name, "priority") ==
	       change->priority;
}

static void notify_vrrp_changed(const struct msg_vrrp_state *msg)
{
	struct notify_vrrp change;

	if (!find_change(msg, &change))
		return;
	if (msg->state == VRRP_MASTER_RX_LOWER_PRI) {
		notify_vrrp_lower(notify, &change);
		return;
	}
	/* VRRP_DELETED is told by who compares configurations, see above. */
	if (msg->state > VRRP_STOP)
		return;
	if (msg->state != msg->before)
		notify_vrrp_state(notify, &change);
	else if (!is_known(&change))
		notify_vrrp_priority(notify, &change);
	remember(&change);
}

/* A group stops with its instances, which vrrp has told of. */
static void notify_role_gone(enum role_id role)
{
	const struct config_vrrp *vrrp = &control_config()->vrrp;
	struct notify_vrrp change = { .group = true, .state = VRRP_STOP };
	size_t i;

	if (role != ROLE_VRRP || !control_stopping())
		return;
	for (i = 0; i < vrrp->group_count; i++) {
		change.name = vrrp->groups[i].name;
		change.notify = &vrrp->groups[i].notify;
		if (!json_object_get(told_of(true), change.name))
			continue;
		notify_vrrp_state(notify, &change);
		remember(&change);
	}
}

static json_t *notify_part_status(void)
{
	return json_incref(told);
}

static void notify_part_end(void)
{
	notify_close(notify);
	control_release();
}

static void scripts_done(void *context)
{
	(void)context;
	script_part_finish(notify_part_end);
}

static void all_is_told(uv_timer_t *timer)
{
	uv_close((uv_handle_t *)timer, NULL);
	notify_finish(notify, scripts_done, NULL);
}

/* Parts behind this one may still tell something. After that scripts are given
 * time to end; the shutdown script is the last.
 */
static void notify_part_stop(void)
{
	control_hold();
	uv_timer_start(&last_timer, all_is_told, 0, 0);
}

const struct control_part notify_part = {
	.name = "notified",
	.start = notify_part_start,
	.configure = notify_part_configure,
	.backend_changed = notify_backend_changed,
	.quorum_changed = notify_quorum_changed,
	.vrrp_changed = notify_vrrp_changed,
	.role_gone = notify_role_gone,
	.status = notify_part_status,
	.stop = notify_part_stop,
};
