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

#include "../config/config.h"
#include "../message.h"

/* What an operator wants of a backend, whatever its checks say. */
enum pool_override {
	POOL_OVERRIDE_NONE,
	POOL_OVERRIDE_UP,
	POOL_OVERRIDE_DOWN,
	POOL_OVERRIDE_DRAIN,
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
 * @up: it is alive: it counts for quorum
 * @since: when that changed, seconds of CLOCK_REALTIME
 * @changes: how often
 * @members: addresses, of a host name
 * @member_count: length of @members
 * @resolved: @members are known
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
	bool up;
	uint64_t since;
	uint32_t changes;
	struct pool_member *members;
	size_t member_count;
	bool resolved;
};

/* A backend that the configuration does not have any more. */
struct pool_leaving {
	struct nflb_backend backend;
	uint64_t deadline;		/* microseconds of CLOCK_MONOTONIC */
};

/**
 * struct pool - what is known of a service
 * @config: what is configured
 * @backends: as many as @config has; after them the sorry server, if any
 * @quorum: it has quorum
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
	bool sorry;
	uint64_t sorry_deadline;
	uint64_t weight;
	struct pool_leaving *leaving;
	size_t leaving_count;
	bool dirty;
};

/* By index in the configuration; NULL past the end. */
struct pool *pool_get(uint32_t service);
struct pool_backend *pool_backend(uint32_t service, uint32_t backend);
/* By name as notify scripts have it. Return: false when there is none. */
bool pool_find(const char *service, const char *backend,
	       uint32_t *service_index, uint32_t *backend_index);
/* Return: 0 or -ENOENT. It stays until POOL_OVERRIDE_NONE takes it away. */
int pool_set_override(uint32_t service, uint32_t backend,
		      enum pool_override override);

#endif /* _LBD_CONTROL_POOL_H */
