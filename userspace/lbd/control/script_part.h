/* SPDX-License-Identifier: GPL-2.0 */
/* The scripts of control: who runs them, and those of checks */
#ifndef _LBD_CONTROL_SCRIPT_PART_H
#define _LBD_CONTROL_SCRIPT_PART_H

#include "control.h"
#include "script.h"

extern const struct control_part script_part;

struct script_host *script_part_host(void);
void script_part_finish(void (*done)(void));

#endif /* _LBD_CONTROL_SCRIPT_PART_H */
