/* SPDX-License-Identifier: GPL-2.0 */
/* Names are looked up by c-ares, driven by libuv */
#ifndef _LBD_CHECK_RESOLVER_H
#define _LBD_CHECK_RESOLVER_H

#include <nflb/nflb.h>
#include <uv.h>

/* More of a name are left alone. */
#define RESOLVER_ADDRESSES_MAX	256
#define RESOLVER_TARGETS_MAX	32

struct resolver;
struct resolver_query;

/**
 * struct resolver_address - one of a name
 * @address: it
 * @port: of its SRV record; 0: not known
 * @weight: of that; 0: not known
 * @priority: of that; the lowest is the best
 */
struct resolver_address {
	struct nflb_address address;
	uint16_t port;
	uint16_t weight;
	uint16_t priority;
};

/* In order, each once. */
struct resolver_answer {
	struct resolver_address address[RESOLVER_ADDRESSES_MAX];
	size_t count;
	uint32_t ttl;		/* seconds */
};

/* @answer is NULL when there is none: @failure says why. */
typedef void (*resolver_fn)(void *context, const struct resolver_answer *answer,
			    const char *failure);

struct resolver *resolver_open(uv_loop_t *loop, const char *servers);
void resolver_close(struct resolver *resolver);
struct resolver_query *resolver_ask(struct resolver *resolver, const char *name,
				    bool srv, sa_family_t family,
				    resolver_fn done, void *context);
void resolver_forget(struct resolver_query *query);

#endif /* _LBD_CHECK_RESOLVER_H */
