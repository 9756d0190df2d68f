/* SPDX-License-Identifier: GPL-2.0 */
/* What share of the new connections each backend of a service is due. */
#ifndef _NFLB_SHARE_H
#define _NFLB_SHARE_H

#include <linux/types.h>

struct nflb_backend;
struct nflb_net;
struct nflb_sched_member;
struct nflb_service;

/* Process context, namespace's lock held. */
void nflb_share_ramp(struct nflb_backend *backend);
unsigned int nflb_share_collect(struct nflb_service *service,
				struct nflb_sched_member *members, u32 *scale);

/* Process context: life of a namespace. */
void nflb_share_init(struct nflb_net *nn);
void nflb_share_stop(struct nflb_net *nn);

#endif /* _NFLB_SHARE_H */
