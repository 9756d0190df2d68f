/* SPDX-License-Identifier: GPL-2.0 */
/* A file of commands, read as a whole before any of them is run */
#ifndef _LBADM_RESTORE_H
#define _LBADM_RESTORE_H

#include <stdio.h>

#include "command.h"

struct plan;

struct plan *plan_read(struct args *args, FILE *stream, const char *name);
void plan_free(struct plan *plan);

#endif /* _LBADM_RESTORE_H */
