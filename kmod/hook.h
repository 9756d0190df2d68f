/* SPDX-License-Identifier: GPL-2.0 */
/* The netfilter hooks: where packets come in. */
#ifndef _NFLB_HOOK_H
#define _NFLB_HOOK_H

#include <linux/types.h>

struct netlink_ext_ack;
struct nflb_backend;
struct nflb_net;
struct nflb_service_key;

/* User context, namespace's lock held. */
void nflb_hook_init(struct nflb_net *nn);
int nflb_hook_get(struct nflb_net *nn, const struct nflb_service_key *key,
		  struct netlink_ext_ack *extack);
void nflb_hook_put(struct nflb_net *nn, const struct nflb_service_key *key);

int nflb_hook_get_backend(const struct nflb_backend *backend,
			  struct netlink_ext_ack *extack);
void nflb_hook_put_backend(const struct nflb_backend *backend);

#endif /* _NFLB_HOOK_H */
