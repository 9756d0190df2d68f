/* SPDX-License-Identifier: GPL-2.0 */
/* Limits of a network namespace that can be set at run time. */
#ifndef _NFLB_SETTINGS_H
#define _NFLB_SETTINGS_H

#include <linux/nflb.h>
#include <linux/types.h>

struct nflb_net;

/**
 * struct nflb_settings - by enum nflb_settings_attr
 * @value: 0: not set, the default holds
 */
struct nflb_settings {
	u32	value[NFLB_SETTINGS_MAX + 1];
};

/* Any context. */
u32 nflb_setting(const struct nflb_net *nn, enum nflb_settings_attr which);
u32 nflb_setting_default(enum nflb_settings_attr which);

/* Process context. */
void nflb_setting_set(struct nflb_net *nn, enum nflb_settings_attr which,
		      u32 value);

#endif /* _NFLB_SETTINGS_H */
