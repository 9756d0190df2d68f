/* SPDX-License-Identifier: GPL-2.0 */
/* Who is told of changes: scripts and FIFOs, in the way keepalived tells them */
#ifndef _LBD_CONTROL_NOTIFY_H
#define _LBD_CONTROL_NOTIFY_H

#include "../config/config.h"
#include "../message.h"
#include "script.h"

struct notify;

/* What a vrrp_instance or a vrrp_sync_group is told to others as. */
struct notify_vrrp {
	bool group;
	const char *name;
	const struct config_vrrp_notify *notify;
	enum vrrp_state state;
	unsigned int priority;	/* of a group: not looked at */
};

struct notify *notify_open(uv_loop_t *loop, struct script_host *host);
void notify_configure(struct notify *notify,
		      const struct config_globals *globals);
void notify_backend(struct notify *notify, const struct config_service *service,
		    const struct config_backend *backend, bool up);
void notify_quorum(struct notify *notify, const struct config_service *service,
		   bool up);
void notify_vrrp_state(struct notify *notify, const struct notify_vrrp *change);
void notify_vrrp_again(struct notify *notify, const struct notify_vrrp *change);
void notify_vrrp_priority(struct notify *notify,
			  const struct notify_vrrp *change);
void notify_vrrp_lower(struct notify *notify, const struct notify_vrrp *change);
void notify_finish(struct notify *notify, void (*finished)(void *context),
		   void *context);
void notify_close(struct notify *notify);

#endif /* _LBD_CONTROL_NOTIFY_H */
