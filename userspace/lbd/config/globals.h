/* SPDX-License-Identifier: GPL-2.0 */
/* global_defs and metrics */
#ifndef _LBD_CONFIG_GLOBALS_H
#define _LBD_CONFIG_GLOBALS_H

#include "bind.h"
#include "vrrp.h"

struct config_globals {
	const char *router_id;
	const char *script_user;	/* NULL: keepalived_script if there is one,
					 * else nobody
					 */
	const char *script_group;
	bool script_security;
	bool flush_on_stop;		/* lvs_flush_on_stop */
	const char *notify_fifo;
	const char *vrrp_notify_fifo;
	const char *lvs_notify_fifo;
	struct config_command notify_fifo_script;
	struct config_command vrrp_notify_fifo_script;
	struct config_command lvs_notify_fifo_script;
	struct config_command startup_script;
	struct config_command shutdown_script;
	const char *instance;
	const char *net_namespace;
	unsigned int vrrp_priority;	/* real-time priority of the vrrp role */
	unsigned int checkers_limit;	/* probes under way at the same time */
	uint64_t reconcile_interval;	/* the kernel is compared that often */
	struct config_vrrp_globals vrrp;
};

/* metrics { listen ADDRESS:PORT } */
struct config_metrics {
	bool enabled;
	struct nflb_address address;
	uint16_t port;
	struct config_origin origin;
};

#endif /* _LBD_CONFIG_GLOBALS_H */
