/* SPDX-License-Identifier: GPL-2.0 */
/* virtual_server with its real_server */
#ifndef _LBD_CONFIG_SERVICE_H
#define _LBD_CONFIG_SERVICE_H

#include "bind.h"

/* How many of the checks of a backend must pass. */
enum config_compose {
	COMPOSE_ALL,
	COMPOSE_ANY,
	COMPOSE_AT_LEAST,
};

/**
 * struct config_backend - a real server, or a sorry server
 * @backend: what the kernel is told of it when it is up
 * @host: a name to be looked up in place of backend.address, or NULL
 * @host_srv: @host has SRV records, which give ports and weights too
 * @name: as notify scripts have it: "[10.0.0.1]:tcp:80"
 * @checks: indices in config.checks
 * @check_count: 0: always up
 * @compose: and @need: when checks pass as a whole
 * @inhibit: weight 0 while down, instead of removal
 * @alpha: down until a check has passed
 */
struct config_backend {
	struct config_origin origin;
	struct nflb_backend backend;
	const char *host;
	bool host_srv;
	const char *name;
	uint32_t *checks;
	size_t check_count;
	enum config_compose compose;
	unsigned int need;
	bool inhibit;
	bool alpha;
	const char *virtualhost;
	struct config_command notify_up;
	struct config_command notify_down;
};

/* Who is ejected for what the kernel sees of a backend. */
struct config_passive {
	bool enabled;
	unsigned int unanswered_percent;	/* of SYNs in an interval */
	unsigned int reset_percent;		/* of connections */
	unsigned int unreachable;		/* ICMP errors in an interval */
	unsigned int min_connections;		/* fewer than that say nothing */
	uint64_t interval;
	uint64_t eject_time;			/* the first time; doubles */
	uint64_t eject_time_max;
	unsigned int max_ejected_percent;	/* of the pool */
};

/**
 * struct config_service - a virtual server
 * @keys: what packets it gets: one, or those of its virtual_server_group
 * @service: what the kernel is told of it, but for the key
 * @name: as notify scripts have it: "[192.0.2.1]:tcp:80"
 * @sorry: takes the pool's place without quorum; NULL: there is none. Where a
 *	backend is named by its index, the sorry server's is backend_count.
 * @quorum: and @hysteresis: of weights, see keepalived.conf(5)
 * @drain_timeout: how long a backend that goes keeps its connections; 0: it
 *	is removed at once
 */
struct config_service {
	struct config_origin origin;
	struct nflb_key *keys;
	size_t key_count;
	struct nflb_service service;
	const char *name;
	const char *group;		/* of virtual_server_group, or NULL */
	struct config_backend *backends;
	size_t backend_count;
	struct config_backend *sorry;
	bool sorry_inhibit;
	unsigned int quorum;
	unsigned int hysteresis;
	struct config_command quorum_up;
	struct config_command quorum_down;
	bool alpha;
	bool omega;
	const char *virtualhost;
	uint64_t drain_timeout;
	struct config_passive passive;
};

/**
 * struct config_group - a virtual_server_group
 * @keys: without protocol, which comes from the virtual servers that name it
 */
struct config_group {
	struct config_origin origin;
	const char *name;
	struct nflb_key *keys;
	size_t key_count;
};

#endif /* _LBD_CONFIG_SERVICE_H */
