// SPDX-License-Identifier: GPL-2.0
/*
 * Lines and arguments are those of keepalived 2.2, see keepalived.conf(5):
 * what reads them need not be changed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "fifo.h"
#include "notify.h"
#include "queue.h"

/* Scripts of different objects that run at the same time. */
#define NOTIFY_SCRIPTS	32

/* The next script of the same object waits for this one. */
#define NOTIFY_TIMEOUT	60000000ULL	/* microseconds */

enum notify_fifo {
	FIFO_ALL,		/* gets both kinds */
	FIFO_VRRP,
	FIFO_LVS,

	FIFOS
};

struct notify {
	uv_loop_t *loop;
	struct script_host *host;
	struct script_queue *queue;
	struct fifo *fifo[FIFOS];
};

/**
 * notify_open() - prepare to tell others
 * @loop: where scripts and FIFOs are watched
 * @host: who runs the scripts; outlives the result
 *
 * Return: the result, or NULL without memory.
 */
struct notify *notify_open(uv_loop_t *loop, struct script_host *host)
{
	struct notify *notify = calloc(1, sizeof(*notify));

	if (!notify)
		return NULL;
	notify->loop = loop;
	notify->host = host;
	notify->queue = script_queue_open(host, NOTIFY_SCRIPTS, NOTIFY_TIMEOUT);
	if (!notify->queue) {
		free(notify);
		return NULL;
	}
	return notify;
}

static void want_fifo(struct notify *notify, struct fifo **fifo,
		      const struct fifo_config *config)
{
	int err;

	if (*fifo && config->path && fifo_is(*fifo, config))
		return;
	if (*fifo)
		fifo_close(*fifo);
	*fifo = NULL;
	if (!config->path)
		return;
	err = fifo_open(notify->loop, notify->host, config, fifo);
	if (err)
		log_error("%s: %s; nothing is told there", config->path,
			  strerror(-err));
}

/**
 * notify_configure() - open the FIFOs of a configuration
 * @notify: who tells
 * @globals: which FIFOs and scripts; not needed any more afterwards
 *
 * A FIFO that is as before stays, and so does its script.
 */
void notify_configure(struct notify *notify,
		      const struct config_globals *globals)
{
	const struct fifo_config wanted[FIFOS] = {
		[FIFO_ALL] = {
			.path = globals->notify_fifo,
			.script = &globals->notify_fifo_script,
		},
		[FIFO_VRRP] = {
			.path = globals->vrrp_notify_fifo,
			.script = &globals->vrrp_notify_fifo_script,
		},
		[FIFO_LVS] = {
			.path = globals->lvs_notify_fifo,
			.script = &globals->lvs_notify_fifo_script,
		},
	};
	unsigned int i;

	for (i = 0; i < FIFOS; i++)
		want_fifo(notify, &notify->fifo[i], &wanted[i]);
}

/* To the FIFO of the kind, and to the one for all. */
__attribute__((format(printf, 3, 4)))
static void tell_fifos(struct notify *notify, enum notify_fifo kind,
		       const char *format, ...)
{
	const enum notify_fifo to[] = { FIFO_ALL, kind };
	char line[2048];
	va_list ap;
	size_t i;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	for (i = 0; i < sizeof(to) / sizeof(*to); i++) {
		struct fifo *fifo = notify->fifo[to[i]];
		int err = fifo ? fifo_write(fifo, line) : 0;

		if (err)
			log_warning("a line is not told: %s", strerror(-err));
	}
}

static void add_run(struct notify *notify, const char *object,
		    const struct config_command *command,
		    const char *const *more)
{
	if (script_queue_add(notify->queue, object, command, more))
		log_error("no memory to run %s of %s", command->argv[0],
			  object);
}

/* One object is what has the same name; kinds of them do not mix. */
static void name_object(char *name, size_t size, const char *kind,
			const char *a, const char *b)
{
	snprintf(name, size, "%s %s%s%s", kind, a, b ? " " : "", b ? b : "");
}

/**
 * notify_backend() - tell that a real server came up or went down
 * @notify: who tells
 * @service: whose
 * @backend: which
 * @up: the new state
 */
void notify_backend(struct notify *notify, const struct config_service *service,
		    const struct config_backend *backend, bool up)
{
	char object[512];

	name_object(object, sizeof(object), "RS", backend->name,
		    service->name);
	add_run(notify, object,
		up ? &backend->notify_up : &backend->notify_down, NULL);
	tell_fifos(notify, FIFO_LVS, "RS %s %s %s\n", backend->name,
		   service->name, up ? "UP" : "DOWN");
}

/**
 * notify_quorum() - tell that a virtual server has quorum or lost it
 * @notify: who tells
 * @service: which
 * @up: it has
 */
void notify_quorum(struct notify *notify, const struct config_service *service,
		   bool up)
{
	char object[512];

	name_object(object, sizeof(object), "VS", service->name, NULL);
	add_run(notify, object,
		up ? &service->quorum_up : &service->quorum_down, NULL);
	tell_fifos(notify, FIFO_LVS, "VS %s %s\n", service->name,
		   up ? "UP" : "DOWN");
}

/* Without notify_deleted, what is taken away counts as failed; notify_fault is
 * not run all the same.
 */
static enum vrrp_state told_state(const struct notify_vrrp *change)
{
	if (change->state == VRRP_DELETED && !change->notify->say_deleted)
		return VRRP_FAULT;
	return change->state;
}

static const struct config_command *
state_command(const struct config_vrrp_notify *notify, enum vrrp_state state)
{
	switch (state) {
	case VRRP_MASTER:
		return &notify->master;
	case VRRP_BACKUP:
		return &notify->backup;
	case VRRP_FAULT:
		return &notify->fault;
	case VRRP_STOP:
		return &notify->stop;
	case VRRP_DELETED:
		return &notify->deleted;
	default:
		return NULL;
	}
}

static const char *const state_names[] = {
	[VRRP_BACKUP] = "BACKUP",
	[VRRP_MASTER] = "MASTER",
	[VRRP_FAULT] = "FAULT",
	[VRRP_STOP] = "STOP",
	[VRRP_DELETED] = "DELETED",
};

static const char *kind_of(const struct notify_vrrp *change)
{
	return change->group ? "GROUP" : "INSTANCE";
}

/* keepalived says 0 for groups. */
static unsigned int told_priority(const struct notify_vrrp *change)
{
	return change->group ? 0 : change->priority;
}

/**
 * notify_vrrp_state() - tell that an instance or a group has another state
 * @notify: who tells
 * @change: which, and what it is now
 *
 * %VRRP_INIT is told to nobody.
 */
void notify_vrrp_state(struct notify *notify, const struct notify_vrrp *change)
{
	const enum vrrp_state state = told_state(change);
	const struct config_command *command =
		state_command(change->notify, change->state);
	const char *kind = kind_of(change);
	char priority[16], object[512];
	const char *const more[] = {
		kind, change->name, state_names[state], priority, NULL,
	};

	if (!command)
		return;
	snprintf(priority, sizeof(priority), "%u", told_priority(change));
	name_object(object, sizeof(object), kind, change->name, NULL);
	add_run(notify, object, command, NULL);
	add_run(notify, object, &change->notify->any, more);
	tell_fifos(notify, FIFO_VRRP, "%s \"%s\" %s %s\n", kind, change->name,
		   state_names[state], priority);
}

/**
 * notify_vrrp_again() - tell FIFOs alone what they were told already
 * @notify: who tells
 * @change: which instance or group, and what it is
 */
void notify_vrrp_again(struct notify *notify, const struct notify_vrrp *change)
{
	if (change->state < VRRP_BACKUP || change->state > VRRP_FAULT)
		return;
	tell_fifos(notify, FIFO_VRRP, "%s \"%s\" %s %u\n", kind_of(change),
		   change->name, state_names[change->state],
		   told_priority(change));
}

/**
 * notify_vrrp_priority() - tell that the priority of an instance changed
 * @notify: who tells
 * @change: which, its state and priority
 */
void notify_vrrp_priority(struct notify *notify,
			  const struct notify_vrrp *change)
{
	if (!change->notify->priority_changes)
		return;
	tell_fifos(notify, FIFO_VRRP, "%s \"%s\" %s_PRIORITY %u\n",
		   kind_of(change), change->name,
		   change->state == VRRP_MASTER ? "MASTER" : "BACKUP",
		   told_priority(change));
}

/**
 * notify_vrrp_lower() - tell that a master heard one of lower priority
 * @notify: who tells
 * @change: which instance
 */
void notify_vrrp_lower(struct notify *notify, const struct notify_vrrp *change)
{
	char object[512];

	name_object(object, sizeof(object), kind_of(change), change->name,
		    NULL);
	add_run(notify, object, &change->notify->master_rx_lower_pri, NULL);
	tell_fifos(notify, FIFO_VRRP, "%s \"%s\" MASTER_RX_LOWER_PRI %u\n",
		   kind_of(change), change->name, told_priority(change));
}

/**
 * notify_finish() - wait until all scripts had their turn
 * @notify: who tells
 * @finished: called once; may be called at once
 * @context: for @finished
 */
void notify_finish(struct notify *notify, void (*finished)(void *context),
		   void *context)
{
	script_queue_when_empty(notify->queue, finished, context);
}

/**
 * notify_close() - tell nothing any more
 * @notify: not to be used any more; scripts that still run are ended
 */
void notify_close(struct notify *notify)
{
	unsigned int i;

	for (i = 0; i < FIFOS; i++) {
		if (notify->fifo[i])
			fifo_close(notify->fifo[i]);
	}
	script_queue_close(notify->queue);
	free(notify);
}
