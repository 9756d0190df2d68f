/* SPDX-License-Identifier: GPL-2.0 */
/* A service with all of its backends, made or replaced in one step. */
#ifndef _NFLB_POOL_H
#define _NFLB_POOL_H

#include <linux/netlink.h>

#include "backend.h"
#include "service.h"

/**
 * struct nflb_pool_config - what a configuration message says of a pool
 * @service: the service
 * @backends: its backends in the order they will have, each of them once
 * @count: length of @backends
 */
struct nflb_pool_config {
	struct nflb_service_config		service;
	const struct nflb_backend_config	*backends;
	unsigned int				count;
};

/* User context, namespace's lock held. */
int nflb_pool_create(struct nflb_net *nn, const struct nflb_pool_config *pool,
		     struct netlink_ext_ack *extack);
int nflb_pool_replace(struct nflb_service *service,
		      const struct nflb_pool_config *pool,
		      struct netlink_ext_ack *extack);

#endif /* _NFLB_POOL_H */
