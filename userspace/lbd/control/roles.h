/* SPDX-License-Identifier: GPL-2.0 */
/* The other processes of lbd: started, watched, started again, ended */
#ifndef _LBD_CONTROL_ROLES_H
#define _LBD_CONTROL_ROLES_H

#include "control.h"

/* File descriptors a role is started with. */
#define ROLE_FD_LINK	3
#define ROLE_FD_LOCK	4

int roles_open(uv_loop_t *loop, int lock);
void roles_configure(const struct config *config, char *text, size_t length);
void roles_stop(void (*done)(void));
struct json_t *roles_status(void);

/* control.c, what roles.c tells */
void control_role_ready(enum role_id role);
void control_role_gone(enum role_id role);
void control_message(enum role_id from, enum message_type type,
		     const void *data, int fd);

#endif /* _LBD_CONTROL_ROLES_H */
