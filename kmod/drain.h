/* SPDX-License-Identifier: GPL-2.0 */
/* The states of backends: up, draining until a deadline, down. */
#ifndef _NFLB_DRAIN_H
#define _NFLB_DRAIN_H

#include <linux/types.h>

struct nflb_backend;
struct nflb_backend_config;
struct nflb_net;

/* User context, namespace's lock held. */
void nflb_drain_enter(struct nflb_backend *backend,
		      const struct nflb_backend_config *config);
u32 nflb_drain_left(const struct nflb_backend *backend);

/* Life of a namespace. */
void nflb_drain_init(struct nflb_net *nn);
void nflb_drain_stop(struct nflb_net *nn);

#endif /* _NFLB_DRAIN_H */
