/* SPDX-License-Identifier: GPL-2.0 */
/* Flows that go on without a connection when there is no room for one. */
#ifndef _NFLB_STATELESS_H
#define _NFLB_STATELESS_H

#include "packet.h"

struct nflb_backend;
struct nflb_service;

/* Packet path, RCU. */
struct nflb_backend *nflb_stateless_backend(const struct nflb_service *service,
					    const struct nflb_packet *pkt);
void nflb_stateless_note(struct nflb_service *service);
bool nflb_stateless_goes_on(const struct nflb_service *service,
			    const struct nflb_packet *pkt);

#endif /* _NFLB_STATELESS_H */
