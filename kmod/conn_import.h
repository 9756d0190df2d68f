/* SPDX-License-Identifier: GPL-2.0 */
/* Connections that another director tells of. */
#ifndef _NFLB_CONN_IMPORT_H
#define _NFLB_CONN_IMPORT_H

#include <linux/nflb.h>

#include "packet.h"
#include "proto/proto.h"

/**
 * struct nflb_conn_import - a connection as another director knows it
 * @request: tuple of its requests
 * @told: how it stands
 * @source: address that full NAT has given it
 * @source_port: and port
 * @forward: enum nflb_forward
 * @end: enum nflb_end: it is no more; NFLB_END_UNSPEC: it is
 */
struct nflb_conn_import {
	struct nflb_tuple	request;
	struct nflb_told	told;
	__be32			source[4];
	__be16			source_port;
	u8			forward;
	u8			end;
};

/* Process context, namespace's lock held. */
enum nflb_import_attr nflb_conn_import(struct nflb_backend *backend,
				       const struct nflb_conn_import *import);

#endif /* _NFLB_CONN_IMPORT_H */
