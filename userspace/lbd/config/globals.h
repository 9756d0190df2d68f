/* SPDX-License-Identifier: GPL-2.0 */
/* global_defs and metrics */
#ifndef _LBD_CONFIG_GLOBALS_H
#define _LBD_CONFIG_GLOBALS_H

#include "bind.h"
#include "vrrp.h"

/* SSL { }: what clients of checks have; NULL: not given */
struct config_tls {
	const char *password;		/* of the key */
	const char *ca;			/* PEM files */
	const char *certificate;
	const char *key;
};

struct config_globals {
	const char *router_id;
	const char *script_user;	/* NULL: keepalived_script if there is one,
					 * else nobody
					 */
	const char *script_group;
	bool script_security;
	bool flush;			/* lvs_flush */
	bool flush_on_stop;		/* lvs_flush_on_stop */
	const char *notify_fifo;
	const char *vrrp_notify_fifo;
	const char *lvs_notify_fifo;
	struct config_command notify_fifo_script;
	struct config_command vrrp_notify_fifo_script;
	struct config_command lvs_notify_fifo_script;
	struct config_command startup_script;
	struct config_command shutdown_script;
	uint64_t startup_timeout;
	uint64_t shutdown_timeout;
	const char *instance;
	const char *net_namespace;
	unsigned int vrrp_priority;	/* real-time priority of the vrrp role */
	unsigned int checkers_limit;	/* probes under way at the same time */
	uint64_t reconcile_interval;	/* the kernel is compared that often */
	bool log_all_failures;		/* checker_log_all_failures */
	bool init_notifies;		/* rs_init_notifies */
	bool states_on_reload;		/* fifo_write_vrrp_states_on_reload */
	uint32_t timeout[NFLB_TIMEOUTS];	/* lvs_timeouts; 0: not given */
	struct config_tls tls;
	const char *control_group;	/* may use the control socket; NULL: none */
	const char *dns_servers;	/* "ADDRESS:PORT,..."; NULL: the host's */
	uint64_t dns_min_ttl;		/* bounds of the time that addresses of */
	uint64_t dns_max_ttl;		/* names are kept; whole seconds */
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
