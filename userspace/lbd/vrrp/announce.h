/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Gratuitous ARP and unsolicited neighbour advertisements
 *
 * They wait in queues, one for each garp_group or interface, so that a long
 * list of addresses holds up no advertisement, and intervals are kept.
 */
#ifndef _LBD_VRRP_ANNOUNCE_H
#define _LBD_VRRP_ANNOUNCE_H

#include "instance.h"

#define VRRP_GARP_LEN	42	/* bytes of a frame */
#define VRRP_NA_LEN	86

/* garp.c, ndisc.c */
void vrrp_garp_build(const uint8_t mac[6], const struct in_addr *address,
		     uint8_t frame[VRRP_GARP_LEN]);
void vrrp_na_build(const uint8_t mac[6], const struct in6_addr *address,
		   bool router, uint8_t frame[VRRP_NA_LEN]);

/* announce.c */
int vrrp_announce_start(void);
void vrrp_announce_configure(const struct config *config);
void vrrp_announce(struct vrrp_instance *instance, unsigned int repeat);
void vrrp_announce_extra(struct vrrp_instance *instance);
void vrrp_announce_cancel(const struct vrrp_instance *instance);
uint64_t vrrp_announce_due(void);
void vrrp_announce_expire(uint64_t now);
uint64_t vrrp_announce_sent(void);

#endif /* _LBD_VRRP_ANNOUNCE_H */
