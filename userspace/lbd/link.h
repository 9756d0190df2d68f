/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link joins two roles: a pair of SOCK_SEQPACKET sockets, so that a message
 * arrives whole or not at all, and may carry a file descriptor
 *
 * Sending never blocks: what the socket does not take waits in memory. Who
 * reads does not trust who writes: sizes are checked against message.h.
 */
#ifndef _LBD_LINK_H
#define _LBD_LINK_H

#include <stddef.h>
#include <uv.h>

#include "message.h"

struct link;

/**
 * struct link_ops - what becomes of what arrives
 * @message: a message of the length its type says; @fd is a file descriptor
 *	that came with it, which is closed afterwards, or -1
 * @closed: the other end is gone; the link may be closed here
 */
struct link_ops {
	void (*message)(struct link *link, enum message_type type,
			const void *data, int fd);
	void (*closed)(struct link *link);
};

struct link *link_open(uv_loop_t *loop, int fd, const struct link_ops *ops,
		       void *context);
void link_close(struct link *link);
void *link_context(const struct link *link);
int link_send(struct link *link, enum message_type type, const void *data,
	      int fd);
int link_send_text(struct link *link, enum message_type type, const void *data,
		   const char *text, size_t length);
char *link_read_text(int fd, size_t *length);

#endif /* _LBD_LINK_H */
