/* SPDX-License-Identifier: GPL-2.0 */
/* A service with its backends, and parts of them that other objects have too */
#ifndef _LBADM_JSON_POOL_H
#define _LBADM_JSON_POOL_H

#include <nflb/nflb.h>

#include "json.h"

void json_put_name(struct json *json, const char *name,
		   const struct nflb_names *names, unsigned int value);
void json_put_endpoint(struct json *json, const struct nflb_address *address,
		       uint16_t port);
void json_put_endpoint_object(struct json *json, const char *name,
			      const struct nflb_address *address,
			      uint16_t port);
void json_put_stats(struct json *json, const struct nflb_stats *stats);
void json_put_key(struct json *json, const struct nflb_key *key);
void json_put_backend(struct json *json, const char *name,
		      const struct nflb_backend *backend);
void json_put_service(struct json *json, const struct nflb_service *service);
void json_put_pool(struct json *json, const struct nflb_pool *pool);

#endif /* _LBADM_JSON_POOL_H */
