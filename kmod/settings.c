// SPDX-License-Identifier: GPL-2.0
#include <linux/moduleparam.h>

#include "net.h"
#include "settings.h"

/* Of all namespaces: the parameters of the module. */
static u32 nflb_defaults[NFLB_SETTINGS_MAX + 1] __read_mostly = {
	[NFLB_SETTINGS_MAX_CONNECTIONS]	= 1 << 20,
	[NFLB_SETTINGS_MAX_AFFINITY]	= 1 << 20,
};

module_param_named(max_connections,
		   nflb_defaults[NFLB_SETTINGS_MAX_CONNECTIONS], uint, 0644);
MODULE_PARM_DESC(max_connections,
		 "most connections of a network namespace unless it is set there (default 1048576)");
module_param_named(max_affinity,
		   nflb_defaults[NFLB_SETTINGS_MAX_AFFINITY], uint, 0644);
MODULE_PARM_DESC(max_affinity,
		 "most clients with affinity of a network namespace unless it is set there (default 1048576)");

u32 nflb_setting_default(enum nflb_settings_attr which)
{
	return READ_ONCE(nflb_defaults[which]);
}

/**
 * nflb_setting - what is in force
 * @nn: namespace
 * @which: which of its settings
 *
 * Context: any.
 * Return: its value.
 */
u32 nflb_setting(const struct nflb_net *nn, enum nflb_settings_attr which)
{
	return READ_ONCE(nn->settings.value[which]) ?:
	       nflb_setting_default(which);
}

/**
 * nflb_setting_set - change a setting
 * @nn: namespace
 * @which: which
 * @value: what it will be; 0: the default, also when that changes
 *
 * Nothing that is there already goes.
 */
void nflb_setting_set(struct nflb_net *nn, enum nflb_settings_attr which,
		      u32 value)
{
	WRITE_ONCE(nn->settings.value[which], value);
}
