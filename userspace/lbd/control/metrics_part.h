/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LBD_CONTROL_METRICS_PART_H
#define _LBD_CONTROL_METRICS_PART_H

#include "control.h"

extern const struct control_part metrics_part;

#endif /* _LBD_CONTROL_METRICS_PART_H */
