/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of real servers: TCP_CHECK and its like, check NAME { } */
#ifndef _LBD_CONFIG_CHECK_H
#define _LBD_CONFIG_CHECK_H

#include "bind.h"

struct checker;

/* Where a probe of a check goes to, and from where. */
struct config_target {
	struct nflb_address address;	/* AF_UNSPEC: the backend's */
	uint16_t port;			/* 0: the backend's */
	struct nflb_address bind_address;
	uint16_t bind_port;
	const char *bind_interface;
	uint32_t mark;
};

/**
 * struct config_check - a check of a backend
 * @checker: what kind of check it is
 * @name: of the check block it came from, or NULL
 * @service: index of the service in config.services
 * @backend: index of the backend there
 * @key: probes with the same key are one probe. Made of the checker's name,
 *	the target and all options as they were written, so that those who
 *	name the same check of the same address share it.
 * @target: complete: address and port are those to connect to
 * @delay: from the begin of one probe to that of the next while it is up
 * @delay_before_retry: the same after a probe failed
 * @retry: so many failures more are needed for down; fall = retry + 1
 * @rise: so many good probes one after the other are needed for up
 * @timeout: of a whole probe
 * @warmup: the first probe comes at a random time within
 * @jitter_percent: of @delay, to either side, at random
 * @tunnel: probe through the VIP and the backend's own tunnel
 * @virtualhost: of the backend, else of the service, else NULL; for checks that
 *	have a host to ask for and do not say which. Part of @key.
 * @options: of the checker: checker->options_size bytes
 */
struct config_check {
	struct config_origin origin;
	const struct checker *checker;
	const char *name;
	uint32_t service;
	uint32_t backend;
	const char *key;
	struct config_target target;
	uint64_t delay;
	uint64_t delay_before_retry;
	unsigned int retry;
	unsigned int rise;
	uint64_t timeout;
	uint64_t warmup;
	unsigned int jitter_percent;
	bool tunnel;
	bool alpha;
	bool log_all_failures;
	const char *virtualhost;
	void *options;
};

#endif /* _LBD_CONFIG_CHECK_H */
