/* SPDX-License-Identifier: GPL-2.0 */
/* The key of the sync role, which it could not read itself */
#ifndef _LBD_CONTROL_SYNC_PART_H
#define _LBD_CONTROL_SYNC_PART_H

#include "control.h"

int sync_part_key(const char *path, uint8_t key[MSG_SYNC_KEY_SIZE],
		  const char **why);

extern const struct control_part sync_part;

#endif /* _LBD_CONTROL_SYNC_PART_H */
