/* SPDX-License-Identifier: GPL-2.0 */
/* What a service manager is told, see sd_notify(3) */
#ifndef _LBD_CONTROL_SYSTEMD_H
#define _LBD_CONTROL_SYSTEMD_H

void systemd_open(void);
void systemd_tell(const char *state);
void systemd_tell_reloading(void);

#endif /* _LBD_CONTROL_SYSTEMD_H */
