/* SPDX-License-Identifier: GPL-2.0 */
/* A FIFO that gets lines, and the script that may read them */
#ifndef _LBD_CONTROL_FIFO_H
#define _LBD_CONTROL_FIFO_H

#include "script.h"

struct fifo;

/**
 * struct fifo_config - what a FIFO is like
 * @path: where it is
 * @script: run with the path as its last argument; no argv: none. Who runs it
 *	owns the FIFO if that has to be made.
 */
struct fifo_config {
	const char *path;
	const struct config_command *script;
};

int fifo_open(uv_loop_t *loop, struct script_host *host,
	      const struct fifo_config *config, struct fifo **fifo);
bool fifo_is(const struct fifo *fifo, const struct fifo_config *config);
int fifo_write(struct fifo *fifo, const char *line);
void fifo_close(struct fifo *fifo);

#endif /* _LBD_CONTROL_FIFO_H */
