// SPDX-License-Identifier: GPL-2.0
#include "active.h"
#include "control.h"
#include "kernel.h"
#include "metrics_part.h"
#include "notify_part.h"
#include "pool.h"
#include "script_part.h"
#include "socket.h"
#include "sync_part.h"
#include "track.h"
#include "tunnel_part.h"

/* Pools come last: what they tell when a configuration comes is to reach parts
 * that have it.
 */
const struct control_part *const control_parts[] = {
	&active_part,
	&script_part,
	&notify_part,
	&track_part,
	&socket_part,
	&sync_part,
	&metrics_part,
	&kernel_part,
	&tunnel_part,
	&pool_part,
	NULL
};
