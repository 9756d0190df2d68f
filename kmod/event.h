/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what happens, for whoever listens. Without a listener an event costs
 * one test and no memory.
 */
#ifndef _NFLB_EVENT_H
#define _NFLB_EVENT_H

#include <linux/nflb.h>

struct nflb_backend;
struct nflb_conn;
struct nflb_service;

/* User context, namespace's lock held. */
void nflb_event_service(const struct nflb_service *service,
			enum nflb_event event);
void nflb_event_backend(struct nflb_backend *backend, enum nflb_event event);

/* Any context, RCU read side. */
void nflb_event_conn(const struct nflb_conn *conn, enum nflb_event event,
		     enum nflb_end end);

#endif /* _NFLB_EVENT_H */
