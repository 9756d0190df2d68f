/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NFLB_REMOVED_H
#define _NFLB_REMOVED_H

struct nflb_backend;
struct nflb_net;

void nflb_removed_add(struct nflb_backend *backend);
void nflb_removed_del(struct nflb_backend *backend);
void nflb_removed_each(struct nflb_net *nn,
		       void (*fn)(const struct nflb_backend *backend, void *arg),
		       void *arg);
void nflb_removed_forget(struct nflb_net *nn);

#endif
