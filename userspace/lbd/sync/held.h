/* SPDX-License-Identifier: GPL-2.0 */
/* Connections that are too young to be told of */
#ifndef _LBD_SYNC_HELD_H
#define _LBD_SYNC_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include <nflb/nflb.h>

struct held;

struct held *held_new(void);
void held_free(struct held *held);
bool held_put(struct held *held, const struct nflb_change *change, uint64_t due);
const struct nflb_change *held_next(struct held *held, uint64_t now);
size_t held_count(const struct held *held);

#endif /* _LBD_SYNC_HELD_H */
