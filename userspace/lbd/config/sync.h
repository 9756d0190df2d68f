/* SPDX-License-Identifier: GPL-2.0 */
/* sync { } */
#ifndef _LBD_CONFIG_SYNC_H
#define _LBD_CONFIG_SYNC_H

#include "bind.h"

struct config_sync_peer {
	struct nflb_address address;
	uint16_t port;
};

/**
 * struct config_sync - how connections reach the other directors
 * @enabled: there is a sync block
 * @address: and @port: where datagrams are taken
 * @peers: who gets them, and who they are taken from
 * @key_file: the shared secret, readable by root alone
 * @instance: connections are sent while this vrrp_instance is master; NULL:
 *	always, both ways
 * @min_age: younger connections are not sent
 * @interval: changes are collected that long
 * @udp: UDP connections go too
 * @affinity: so does affinity
 */
struct config_sync {
	struct config_origin origin;
	bool enabled;
	struct nflb_address address;
	uint16_t port;
	struct config_sync_peer *peers;
	size_t peer_count;
	const char *key_file;
	const char *instance;
	uint64_t min_age;
	uint64_t interval;
	bool udp;
	bool affinity;
};

#define CONFIG_SYNC_PORT	8849

#endif /* _LBD_CONFIG_SYNC_H */
