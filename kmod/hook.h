/* SPDX-License-Identifier: GPL-2.0 */
/* The netfilter hooks: where packets come in. */
#ifndef _NFLB_HOOK_H
#define _NFLB_HOOK_H

#include <linux/types.h>

struct netlink_ext_ack;
struct nflb_net;
struct nflb_service_key;

/* User context, namespace's lock held. */
void nflb_hook_init(struct nflb_net *nn);
int nflb_hook_get(struct nflb_net *nn, const struct nflb_service_key *key,
		  struct netlink_ext_ack *extack);
void nflb_hook_put(struct nflb_net *nn, const struct nflb_service_key *key);

/* The same for backends of the other family, whose errors must come by. */
int nflb_hook_get_family(struct nflb_net *nn, u8 family,
			 struct netlink_ext_ack *extack);
void nflb_hook_put_family(struct nflb_net *nn, u8 family);

#endif /* _NFLB_HOOK_H */
