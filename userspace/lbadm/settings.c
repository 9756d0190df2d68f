// SPDX-License-Identifier: GPL-2.0
/* lbadm set, lbadm show settings */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "output.h"
#include "settings.h"

const char set_usage[] =
	"lbadm set [max-connections N|default] [max-affinity N|default]\n";
const char show_usage[] =
	"lbadm show settings\n";

static int parse_setting(struct args *args, struct command *command,
			 const struct keyword *keyword)
{
	struct nflb_settings *settings = &command->settings;
	uint64_t value = 0;

	if (args_left(args) && !strcmp(args->word[args->next], "default"))
		args->next++;
	else if (args_number(args, keyword->word.name, 1, UINT32_MAX, &value))
		return -EINVAL;
	settings->value[keyword->value] = (uint32_t)value;
	settings->given |= NFLB_SETTING(keyword->value);
	return 0;
}

static const struct keyword keywords[] = {
	{ WORD("max-connections"), .parse = parse_setting,
	  .value = NFLB_SETTINGS_MAX_CONNECTIONS },
	{ WORD("max-affinity"), .parse = parse_setting,
	  .value = NFLB_SETTINGS_MAX_AFFINITY },
	{ }
};

static int parse_set(struct args *args, struct command *command)
{
	if (command_settings(args, keywords, command))
		return -EINVAL;
	if (!command->settings.given)
		return args_refuse(args,
				   "nothing to set: 'max-connections' or the like is missing");
	return 0;
}

static int run_set(struct session *session, const struct command *command)
{
	return nflb_settings_set(session->nflb, &command->settings);
}

static int run_show(struct session *session, const struct command *command)
{
	struct nflb_settings settings, defaults;
	int err;

	(void)command;
	err = nflb_settings_get(session->nflb, &settings, &defaults);
	if (!err)
		session->output->ops->settings(session->output, &settings,
					       &defaults);
	return err;
}

/**
 * settings_differ() - what makes the settings those of a file
 * @wanted: of the file; what is not given is to have its default
 * @now: in force
 * @defaults: the defaults
 * @change: the result
 */
void settings_differ(const struct nflb_settings *wanted,
		     const struct nflb_settings *now,
		     const struct nflb_settings *defaults,
		     struct nflb_settings *change)
{
	unsigned int i;

	*change = (struct nflb_settings){ 0 };
	for (i = 1; i <= NFLB_SETTINGS_MAX; i++) {
		uint32_t value = wanted->value[i];

		if (!(now->given & NFLB_SETTING(i)) ||
		    now->value[i] == (value ? value : defaults->value[i]))
			continue;
		change->value[i] = value;
		change->given |= NFLB_SETTING(i);
	}
}

/**
 * settings_text() - settings as words of a command
 * @settings: the settings
 * @text: the command with names and values of those that are given
 */
void settings_text(const struct nflb_settings *settings,
		   char text[SETTINGS_TEXT])
{
	size_t len = (size_t)snprintf(text, SETTINGS_TEXT, "set");
	unsigned int i;

	for (i = 1; i <= NFLB_SETTINGS_MAX; i++) {
		const char *name = nflb_name(&nflb_setting_names, i);

		if (!(settings->given & NFLB_SETTING(i)))
			continue;
		if (settings->value[i])
			len += (size_t)snprintf(text + len, SETTINGS_TEXT - len,
						" %s %u", name,
						settings->value[i]);
		else
			len += (size_t)snprintf(text + len, SETTINGS_TEXT - len,
						" %s default", name);
	}
}

const struct verb set_verb = { .parse = parse_set, .run = run_set };

const struct verb show_verbs[] = {
	{ WORD("settings"), command_no_settings, run_show },
	{ }
};
