/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of libnflb share; nothing outside this folder includes it. */
#ifndef _NFLB_PRIV_H
#define _NFLB_PRIV_H

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <nflb/nflb.h>

/**
 * typedef nflb_reply_fn - takes one message of an answer
 * @attrs: the attributes of the top level, by enum nflb_attr
 * @arg: what nflb_request() was given
 *
 * Return: 0; a negative errno ends the request with that error.
 */
typedef int (*nflb_reply_fn)(struct nlattr **attrs, void *arg);

/* nl.c */
struct nl_msg *nflb_message(const struct nflb *nflb, uint8_t cmd, int flags);
struct nl_msg *nflb_message_sized(const struct nflb *nflb, uint8_t cmd,
				  int flags, size_t size);
uint32_t nflb_refused_at(const struct nflb *nflb);
int nflb_request(struct nflb *nflb, struct nl_msg *msg, nflb_reply_fn fn,
		 void *arg);
int nflb_dump(struct nflb *nflb, struct nl_msg *msg, nflb_reply_fn fn,
	      void *arg, bool *interrupted);
int nflb_group(struct nflb *nflb, const char *name);
int nflb_listen(struct nflb *nflb, int group);
int nflb_hear(struct nflb *nflb, nflb_reply_fn fn, void *arg);
int nflb_fail(struct nflb *nflb, int err, const char *text);

/* attr.c: put functions return 0 or a negative libnl error code */
int nflb_put_address(struct nl_msg *msg, int attr4, int attr6,
		     const struct nflb_address *address);
int nflb_put_port(struct nl_msg *msg, int attr, uint16_t port);
int nflb_put_service_key(struct nl_msg *msg, const struct nflb_key *key);
int nflb_put_key(struct nl_msg *msg, const struct nflb_key *key);
int nflb_put_backend_key(struct nl_msg *msg,
			 const struct nflb_address *address, uint16_t port);
int nflb_get_address(struct nlattr *attr4, struct nlattr *attr6,
		     struct nflb_address *address);
uint16_t nflb_get_port(struct nlattr *attr);
uint64_t nflb_get_u64(struct nlattr *attr);
uint32_t nflb_get_u32(struct nlattr *attr);
uint8_t nflb_get_u8(struct nlattr *attr);
int nflb_get_service(struct nlattr *nest, struct nlattr **attrs);
int nflb_get_key(struct nlattr **attrs, struct nflb_key *key);
int nflb_get_backend(struct nlattr *nest, struct nlattr **attrs);
int nflb_get_backend_key(struct nlattr *nest, struct nflb_address *address,
			 uint16_t *port);
int nflb_get_stats(struct nlattr *nest, struct nflb_stats *stats);

/* sched.c */
int nflb_put_options(struct nl_msg *msg, const struct nflb_options *options);
int nflb_get_options(struct nlattr *nest, struct nflb_options *options);

/* limit.c */
int nflb_put_limits(struct nl_msg *msg, const struct nflb_service *service);
int nflb_get_limits(struct nlattr **attrs, struct nflb_service *service);

/* service.c, backend.c */
int nflb_put_service(struct nl_msg *msg, const struct nflb_service *service);
int nflb_put_backend(struct nl_msg *msg, const struct nflb_backend *backend);
int nflb_service_decode(struct nlattr **attrs, struct nflb_service *service);
int nflb_backend_decode(struct nlattr **attrs, struct nflb_key *key,
			struct nflb_backend *backend);

/* filter.c */
int nflb_put_ends(struct nl_msg *msg, const struct nflb_filter *filter);
int nflb_put_client(struct nl_msg *msg, int attr4, int attr6, int prefix,
		    const struct nflb_filter *filter);
int nflb_request_count(struct nflb *nflb, struct nl_msg *msg, uint64_t *count);

/* connection.c */
int nflb_connection_decode(struct nlattr **attrs,
			   struct nflb_connection *connection);

/* affinity.c */
int nflb_affinity_decode(struct nlattr **attrs, struct nflb_affinity *affinity);

/* sync.c */
int nflb_change_decode(struct nlattr **attrs, struct nflb_change *change);

/* event.c */
int nflb_happening_decode(struct nlattr **attrs,
			  struct nflb_happening *happening);
/* source.c */
int nflb_put_source_pool(struct nl_msg *msg, int attr,
			 const struct nflb_source_pool *pool);
int nflb_get_source_pool(struct nlattr *nest, struct nflb_source_pool *pool);

#endif /* _NFLB_PRIV_H */
