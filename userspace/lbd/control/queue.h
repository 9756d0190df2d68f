/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scripts that wait for their turn: those of one object run one after the
 * other in the order they were asked for, and none is left out
 */
#ifndef _LBD_CONTROL_QUEUE_H
#define _LBD_CONTROL_QUEUE_H

#include "script.h"

struct script_queue;

struct script_queue *script_queue_open(struct script_host *host,
				       unsigned int limit, uint64_t timeout);
int script_queue_add(struct script_queue *queue, const char *object,
		     const struct config_command *command,
		     const char *const *more);
void script_queue_when_empty(struct script_queue *queue,
			     void (*empty)(void *context), void *context);
void script_queue_close(struct script_queue *queue);

#endif /* _LBD_CONTROL_QUEUE_H */
