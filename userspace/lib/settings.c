// SPDX-License-Identifier: GPL-2.0
/* Settings of the namespace */
#include <errno.h>
#include <string.h>

#include "priv.h"

struct answer {
	struct nflb_settings *settings;
	struct nflb_settings *defaults;
};

static int get_settings(struct nlattr *nest, struct nflb_settings *settings)
{
	struct nlattr *in[NFLB_SETTINGS_MAX + 1];
	int i;

	memset(settings, 0, sizeof(*settings));
	if (!nest || nla_parse_nested(in, NFLB_SETTINGS_MAX, nest, NULL))
		return -EPROTO;
	for (i = 1; i <= NFLB_SETTINGS_MAX; i++) {
		if (!in[i])
			continue;
		settings->given |= NFLB_SETTING(i);
		settings->value[i] = nflb_get_u32(in[i]);
	}
	return 0;
}

static int take_settings(struct nlattr **attrs, void *arg)
{
	const struct answer *answer = arg;

	if (get_settings(attrs[NFLB_A_SETTINGS], answer->settings))
		return -EPROTO;
	return get_settings(attrs[NFLB_A_DEFAULTS], answer->defaults);
}

/**
 * nflb_settings_get() - read the settings of the namespace
 * @nflb: the handle
 * @settings: those in force
 * @defaults: what they are where nobody set them
 *
 * Return: 0 or a negative errno.
 */
int nflb_settings_get(struct nflb *nflb, struct nflb_settings *settings,
		      struct nflb_settings *defaults)
{
	struct answer answer = { .settings = settings, .defaults = defaults };

	return nflb_request(nflb, nflb_message(nflb, NFLB_CMD_SETTINGS_GET, 0),
			    take_settings, &answer);
}

static int put_settings(struct nl_msg *msg,
			const struct nflb_settings *settings)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SETTINGS);
	int err = nest ? 0 : -NLE_NOMEM;
	int i;

	for (i = 1; !err && i <= NFLB_SETTINGS_MAX; i++) {
		if (settings->given & NFLB_SETTING(i))
			err = nla_put_u32(msg, i, settings->value[i]);
	}
	return err ? err : nla_nest_end(msg, nest);
}

/**
 * nflb_settings_set() - change settings of the namespace
 * @nflb: the handle
 * @settings: those that change
 *
 * Return: 0 or a negative errno.
 */
int nflb_settings_set(struct nflb *nflb, const struct nflb_settings *settings)
{
	struct nl_msg *msg = nflb_message(nflb, NFLB_CMD_SETTINGS_SET, 0);

	if (msg && put_settings(msg, settings)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return nflb_request(nflb, msg, NULL, NULL);
}
