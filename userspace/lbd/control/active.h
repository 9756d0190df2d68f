/* SPDX-License-Identifier: GPL-2.0 */
/* Is this director the active one? The sync role goes by that. */
#ifndef _LBD_CONTROL_ACTIVE_H
#define _LBD_CONTROL_ACTIVE_H

#include "control.h"

extern const struct control_part active_part;

#endif /* _LBD_CONTROL_ACTIVE_H */
