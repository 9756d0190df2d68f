/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host names of a configuration, looked up again and again; a failure leaves
 * the addresses as they were
 */
#ifndef _LBD_CHECK_RESOLVE_H
#define _LBD_CHECK_RESOLVE_H

#include "../config/config.h"
#include "resolver.h"

struct resolve;

struct resolve *resolve_open(uv_loop_t *loop, void (*changed)(void *context),
			     void *context);
void resolve_close(struct resolve *resolve);
int resolve_configure(struct resolve *resolve, const struct config *config);
const struct resolver_answer *
resolve_find(const struct resolve *resolve, const struct config_service *service,
	     const struct config_backend *backend);

#endif /* _LBD_CHECK_RESOLVE_H */
