/* SPDX-License-Identifier: GPL-2.0 */
/* Changes of backends, services and VRRP are told to scripts and FIFOs */
#ifndef _LBD_CONTROL_NOTIFY_PART_H
#define _LBD_CONTROL_NOTIFY_PART_H

#include "control.h"

extern const struct control_part notify_part;

#endif /* _LBD_CONTROL_NOTIFY_PART_H */
