/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket: a request is a line of JSON, and so is the answer, after
 * which the connection ends
 *
 * It is for root and for members of control_group.
 */
#ifndef _LBD_CONTROL_SOCKET_H
#define _LBD_CONTROL_SOCKET_H

#include "control.h"

/* In the run directory. */
#define SOCKET_NAME	"lbd.sock"

extern const struct control_part socket_part;

#endif /* _LBD_CONTROL_SOCKET_H */
