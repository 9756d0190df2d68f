/* SPDX-License-Identifier: GPL-2.0 */
/* Questions to roles that wait for their answers */
#ifndef _LBD_CONTROL_ASK_H
#define _LBD_CONTROL_ASK_H

#include "control.h"

uint64_t ask_open(uv_loop_t *loop, enum role_id role,
		  void (*fn)(void *context, struct json_t *status),
		  void *context);
void ask_answered(enum role_id role, uint64_t id, struct json_t *status);
void ask_forget(enum role_id role);

#endif /* _LBD_CONTROL_ASK_H */
