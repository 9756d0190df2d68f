/* SPDX-License-Identifier: GPL-2.0 */
/* Makes ways for probes that go through the address of their service */
#ifndef _LBD_CONTROL_TUNNEL_PART_H
#define _LBD_CONTROL_TUNNEL_PART_H

#include "control.h"

extern const struct control_part tunnel_part;

#endif /* _LBD_CONTROL_TUNNEL_PART_H */
