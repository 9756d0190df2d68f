/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What joins state machines, sockets, the network and control
 *
 *	instance.c	instances: what they need, their faults, their ops
 *	advert.c	packets out and in
 *	track.c		priorities that follow something
 *	reload.c	instances and groups of a configuration
 *	timer.c		when what is due
 *	status.c	all of it as JSON
 */
#ifndef _LBD_VRRP_ENGINE_H
#define _LBD_VRRP_ENGINE_H

#include <uv.h>

#include "../link.h"
#include "auth.h"
#include "fsm.h"
#include "instance.h"
#include "socket.h"

/* Why an instance is in fault. */
enum vrrp_fault {
	VRRP_FAULT_NETWORK,	/* no virtual MAC, or no interface for it */
	VRRP_FAULT_INTERFACE,	/* the interface is missing or down */
	VRRP_FAULT_SOURCE,	/* no address to send from */
	VRRP_FAULT_PEERS,	/* unicast_fault_no_peer */
	VRRP_FAULT_SOCKET,
	VRRP_FAULT_TRACK,	/* something tracked without a weight is down */
	VRRP_FAULT_STATIC,	/* of a track_group */

	VRRP_FAULTS
};

/**
 * struct vrrp_engine - all of an instance
 * @faults: bits by enum vrrp_fault
 * @fault_text: of the first of @faults, which an operator sees
 * @missing: static things of its track_groups that are not there
 * @attached: vrrp_network_attach() succeeded
 * @stale: addresses may be left from a process before this one
 * @old_checksum: the other side speaks as old keepalived
 * @errors: packets refused, by reason
 * @logged: bits by enum vrrp_error: said once in this state
 * @send_error: negative errno of the last packet sent, or 0
 */
struct vrrp_engine {
	struct vrrp_engine *next;
	struct vrrp_instance instance;
	struct vrrp_fsm fsm;
	struct vrrp_auth auth;
	struct vrrp_socket *socket;
	unsigned int faults;
	char fault_text[96];
	unsigned int missing;
	bool attached;
	bool started;
	bool stale;
	bool old_checksum;
	uint64_t errors[VRRP_ERRORS];
	uint64_t send_errors;
	unsigned int logged;
	int send_error;
};

/* A vrrp_sync_group at run time. */
struct vrrp_sync {
	struct vrrp_fsm_group fsm;
	const struct config_vrrp_group *config;
	uint32_t index;
};

/* Of the process. */
struct vrrp_role {
	uv_loop_t *loop;
	struct link *control;
	struct config *config;
	struct vrrp_engine *engines;
	struct vrrp_sync *syncs;	/* as many as config->vrrp.group_count */
	uint64_t errors[VRRP_ERRORS];	/* of packets for no instance */
	uint64_t late_wakeups;
};

extern struct vrrp_role vrrp;

/* instance.c */
struct vrrp_engine *vrrp_engine_of(struct vrrp_fsm *fsm);
struct vrrp_engine *vrrp_engine_make(const struct config_vrrp_instance *config,
				     uint32_t index);
void vrrp_engine_free(struct vrrp_engine *engine);
void vrrp_engine_update(struct vrrp_engine *engine, uint64_t now);
void vrrp_engine_say(const struct vrrp_engine *engine, enum vrrp_state before);
void vrrp_sync_say(const struct vrrp_sync *sync, enum vrrp_state before);
const char *vrrp_state_name(enum vrrp_state state);

/* advert.c */
void vrrp_advert_send(struct vrrp_engine *engine, uint8_t priority);
void vrrp_advert_receive(struct vrrp_socket *socket,
			 const struct vrrp_envelope *envelope,
			 const uint8_t *data, size_t length, uint64_t age);

/* track.c */
void vrrp_track_configure(const struct config *before,
			  const struct config *config);
void vrrp_track_set(const struct msg_tracked *tracked);
uint8_t vrrp_track_priority(const struct vrrp_engine *engine,
			    const struct config_vrrp_track **broken);
const char *vrrp_track_name(const struct config_vrrp_track *track);

/* reload.c */
void vrrp_reload(struct config *config);
void vrrp_stop_all(void);

/* timer.c */
int vrrp_timer_start(uv_loop_t *loop);

/* status.c */
struct json_t *vrrp_status(void);

#endif /* _LBD_VRRP_ENGINE_H */
