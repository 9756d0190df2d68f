// SPDX-License-Identifier: GPL-2.0
#include "control.h"
#include "kernel.h"
#include "pool.h"

/* Pools come last: what they tell when a configuration comes is to reach parts
 * that have it.
 */
const struct control_part *const control_parts[] = {
	&kernel_part,
	&pool_part,
	NULL
};
