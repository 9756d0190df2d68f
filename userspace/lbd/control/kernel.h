/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel has, as far as control knows, and how that is changed */
#ifndef _LBD_CONTROL_KERNEL_H
#define _LBD_CONTROL_KERNEL_H

#include <nflb/nflb.h>

#include "control.h"

extern const struct control_part kernel_part;

const struct nflb_pool *kernel_pool(const struct nflb_key *key);
uint64_t kernel_operations(void);

/* A change of all services: kernel_begin(), kernel_want() for each of them,
 * kernel_put() for each, kernel_end().
 */
void kernel_begin(void);
void kernel_want(const struct nflb_key *key);
void kernel_put(struct nflb_pool *wanted);
bool kernel_end(void);
int kernel_import(const struct nflb_change *change);
void kernel_write_state(FILE *stream);

#endif /* _LBD_CONTROL_KERNEL_H */
