/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Raw sockets: one for each interface and family, shared by all instances
 * there; it sends and receives, multicast and unicast
 */
#ifndef _LBD_VRRP_SOCKET_H
#define _LBD_VRRP_SOCKET_H

#include <uv.h>

#include "packet.h"

struct vrrp_socket;

/**
 * typedef vrrp_receive_fn - a packet came
 * @socket: by which
 * @envelope: how
 * @data: from the VRRP header; NULL: not even that is whole
 * @length: of @data in bytes
 * @age: microseconds since the kernel got it
 */
typedef void (*vrrp_receive_fn)(struct vrrp_socket *socket,
				const struct vrrp_envelope *envelope,
				const uint8_t *data, size_t length,
				uint64_t age);

void vrrp_sockets_start(uv_loop_t *loop, vrrp_receive_fn receive);
void vrrp_sockets_drain(void);
struct vrrp_socket *vrrp_socket_open(sa_family_t family, unsigned int interface,
				     const char *device, int *err);
void vrrp_socket_close(struct vrrp_socket *socket);
int vrrp_socket_join(struct vrrp_socket *socket,
		     const struct nflb_address *group);
int vrrp_socket_send(struct vrrp_socket *socket,
		     const struct vrrp_envelope *envelope, const uint8_t *data,
		     size_t length);
unsigned int vrrp_socket_interface(const struct vrrp_socket *socket);
sa_family_t vrrp_socket_family(const struct vrrp_socket *socket);
int vrrp_source_to(const struct nflb_address *destination, const char *device,
		   struct nflb_address *source);

#endif /* _LBD_VRRP_SOCKET_H */
