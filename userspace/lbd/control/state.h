/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lbd remembers when it is started again: which services of the kernel it
 * made, and what operators said of backends
 *
 * It is in the run directory, which goes with the kernel's state at a reboot.
 */
#ifndef _LBD_CONTROL_STATE_H
#define _LBD_CONTROL_STATE_H

#include "pool.h"

void state_read(void);
void state_forget_services(void);
void state_forget_overrides(void);
bool state_any_service(void);
bool state_has_service(const struct nflb_key *key);
enum pool_override state_override(const char *service, const char *backend);
void state_write(void);

extern const char *const state_overrides[];	/* by enum pool_override */

#endif /* _LBD_CONTROL_STATE_H */
