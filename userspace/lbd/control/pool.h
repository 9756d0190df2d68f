/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What control knows of services and backends
 *
 * It is kept apart from the configuration, and found again after a reload by
 * the names of service and backend, so that nothing is lost by one.
 */
#ifndef _LBD_CONTROL_POOL_H
#define _LBD_CONTROL_POOL_H

#include <nflb/nflb.h>

#include "control.h"

/* What an operator wants of a backend, whatever its checks say. */
enum pool_override {
	POOL_OVERRIDE_NONE,
	POOL_OVERRIDE_UP,
	POOL_OVERRIDE_DOWN,
	POOL_OVERRIDE_DRAIN,
};

/* What the kernel has counted of a backend. */
struct pool_counters {
	uint64_t opened;
	struct nflb_failures failures;
};

/* An address of a host name. */
struct pool_member {
	struct nflb_address address;
	uint16_t port;			/* 0: as configured */
	uint32_t weight;		/* 0: as configured */
};

/**
 * struct pool_backend - what is known of a backend
 * @config: what is configured
 * @health: what its checks said last
 * @assumed: what it is taken for until they say something
 * @weight: what checks ask for; -1: as configured
 * @weight_percent: of that
 * @response_time: microseconds; 0: not known
 * @reason: of the last failure, or NULL
 * @override: what an operator wants
 * @alive: it counts for quorum
 * @up: the same, as everybody was told last
 * @since: when that changed, seconds of CLOCK_REALTIME
 * @changes: how often
 * @members: addresses, of a host name
 * @member_count: length of @members
 * @resolved: @members are known
 * @counters: when the kernel was read last
 * @counted: @counters are known
 */
struct pool_backend {
	const struct config_backend *config;
	enum health health;
	enum health assumed;
	int32_t weight;
	uint32_t weight_percent;
	uint32_t response_time;
	char *reason;
	enum pool_override override;
	bool alive;
	bool up;
	uint64_t since;
	uint32_t changes;
	struct pool_member *members;
	size_t member_count;
	bool resolved;
	struct pool_counters counters;
	bool counted;
};

/* A backend that the configuration does not have any more. */
struct pool_leaving {
	struct nflb_backend backend;
	uint64_t deadline;	/* microseconds of CLOCK_MONOTONIC; 0: it may be
				 * an address of a name that is not resolved yet
				 */
};

/**
 * struct pool - what is known of a service
 * @config: what is configured
 * @backends: as many as @config has; after them the sorry server, if any
 * @quorum: it has quorum
 * @told: the same, as everybody was told last
 * @fresh: nobody was told anything yet
 * @sorry: the sorry server has its place
 * @sorry_deadline: until then the sorry server keeps its connections;
 *	microseconds of CLOCK_MONOTONIC
 * @weight: the sum of what is alive
 * @leaving: backends on their way out
 * @leaving_count: length of @leaving
 * @dirty: the kernel has to be told
 */
struct pool {
	const struct config_service *config;
	struct pool_backend *backends;
	bool quorum;
	bool told;
	bool fresh;
	bool sorry;
	uint64_t sorry_deadline;
	uint64_t weight;
	struct pool_leaving *leaving;
	size_t leaving_count;
	bool dirty;
};

extern const struct control_part pool_part;

/* By index in the configuration; NULL past the end. */
struct pool *pool_get(uint32_t service);
struct pool_backend *pool_backend(uint32_t service, uint32_t backend);
/* By name as notify scripts have it. Return: false when there is none. */
bool pool_find(const char *service, const char *backend,
	       uint32_t *service_index, uint32_t *backend_index);
/* Return: 0 or -ENOENT. It stays until POOL_OVERRIDE_NONE takes it away. */
int pool_set_override(uint32_t service, uint32_t backend,
		      enum pool_override override);
/* Tell the kernel of all pools that it does not have like this. */
void pool_apply_all(void);
void pool_changed(uint32_t service);
bool pool_expire(void);
void pool_write_state(FILE *stream);

/* With the sorry server. */
static inline size_t pool_backend_count(const struct config_service *config)
{
	return config->backend_count + !!config->sorry;
}

/* tell.c */
void pool_tell_backend(const struct pool *pool, uint32_t service,
		       uint32_t index, bool initial, bool final);
void pool_tell_quorum(struct pool *pool, uint32_t service, bool initial,
		      bool final);
void pool_announce(struct pool *pool, uint32_t service);

/* leaving.c */
int pool_leave(struct pool *pool, const struct nflb_backend *backend,
	       uint64_t deadline);
int pool_backend_leaves(struct pool *pool, const struct pool_backend *backend,
			const struct pool_member *stay, size_t count,
			uint64_t now);
bool pool_let_go(struct pool *pool, uint64_t now);

/* desired.c: what follows from what is known, and nothing else */
bool pool_backend_alive(const struct pool_backend *backend);
uint64_t pool_backend_weight(const struct pool_backend *backend);
void pool_decide(struct pool *pool, uint64_t now);
int pool_desired(const struct pool *pool, const struct nflb_key *key,
		 uint64_t now, struct nflb_pool *desired);

/* takeover.c: what can be learned from the kernel at start */
int pool_take_over(struct pool *pool, const struct nflb_pool *kernel,
		   uint64_t now);

/* health.c */
void pool_message(enum role_id from, enum message_type type, const void *data,
		  int fd);

/* passive.c */
void pool_passive(void);

/* status.c */
struct json_t *pool_status(void);

#endif /* _LBD_CONTROL_POOL_H */
