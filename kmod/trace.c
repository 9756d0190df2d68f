// SPDX-License-Identifier: GPL-2.0
/* The one object that the tracepoints of trace.h are made in. */
#include <linux/in6.h>
#include <net/sock.h>

#define CREATE_TRACE_POINTS
#include "trace.h"
