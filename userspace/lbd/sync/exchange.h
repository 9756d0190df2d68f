/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The exchange: what the kernel says goes to the peers, and what they say goes
 * to the kernel
 */
#ifndef _LBD_SYNC_EXCHANGE_H
#define _LBD_SYNC_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <nflb/nflb.h>

#include "../config/sync.h"
#include "session.h"

struct json_t;

/* kernel.c: what is asked of the module */
int exchange_read(uint64_t now);
int exchange_list(void);
void exchange_import(const struct nflb_change *changes, size_t count);
void exchange_import_flush(uint64_t now);
bool exchange_kept(const struct nflb_change *change);
void exchange_kernel_status(struct json_t *json);
void exchange_kernel_configure(const struct config_sync *config);
void exchange_kernel_close(void);

/* peers.c */
socklen_t exchange_socket_address(const struct nflb_address *address,
				  uint16_t port, struct sockaddr_storage *out);
void exchange_set_peers(const struct config_sync *config);
void exchange_set_key(const uint8_t key[SYNC_KEY_SIZE]);
bool exchange_has_key(void);
void exchange_close_sessions(void);
void exchange_tick(uint64_t now);
void exchange_receive(const struct sockaddr_storage *from, const uint8_t *bytes,
		      size_t length, uint64_t now);
void exchange_tell(const struct nflb_change *change, uint64_t now);
void exchange_tell_all(void);
void exchange_list_add(const struct nflb_change *change);
void exchange_ask_all(void);
void exchange_status(struct json_t *json, uint64_t now);

/* role.c */
bool exchange_active(void);
void exchange_send(const struct sockaddr_storage *to, socklen_t size,
		   const uint8_t *bytes, size_t length);

#endif /* _LBD_SYNC_EXCHANGE_H */
