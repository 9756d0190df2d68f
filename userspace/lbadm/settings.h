/* SPDX-License-Identifier: GPL-2.0 */
/* Settings of the namespace as words of the command line */
#ifndef _LBADM_SETTINGS_H
#define _LBADM_SETTINGS_H

#include <nflb/nflb.h>

/* Room for all names and values. */
#define SETTINGS_TEXT	256

void settings_differ(const struct nflb_settings *wanted,
		     const struct nflb_settings *now,
		     const struct nflb_settings *defaults,
		     struct nflb_settings *change);
void settings_text(const struct nflb_settings *settings,
		   char text[SETTINGS_TEXT]);

#endif /* _LBADM_SETTINGS_H */
