// SPDX-License-Identifier: GPL-2.0
/* lbadm save */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "line.h"
#include "output.h"
#include "settings.h"

const char save_usage[] =
	"lbadm save\n";

static int write_pools(FILE *stream, const struct nflb_config *config)
{
	int err = 0;
	size_t i;

	for (i = 0; !err && i < config->count; i++)
		err = line_save(stream, &config->pools[i]);
	return err;
}

/* Settings that are not the defaults, as a line. */
static void write_settings(FILE *stream, const struct nflb_settings *now,
			   const struct nflb_settings *defaults)
{
	struct nflb_settings set;
	char text[SETTINGS_TEXT];

	settings_differ(now, defaults, defaults, &set);
	if (!set.given)
		return;
	settings_text(&set, text);
	fprintf(stream, "%s\n", text);
}

/* Nothing is printed unless all can be: half a configuration looks whole. */
static int write_all(const struct nflb_config *config, char **text)
{
	size_t len = 0;
	FILE *memory = open_memstream(text, &len);
	int err;

	if (!memory)
		return -ENOMEM;
	err = write_pools(memory, config);
	if (fclose(memory) && !err)
		err = -ENOMEM;
	if (err)
		free(*text);
	return err;
}

static int run(struct session *session, const struct command *command)
{
	struct nflb_settings settings, defaults;
	struct nflb_config config;
	char *text;
	int err;

	(void)command;
	err = nflb_settings_get(session->nflb, &settings, &defaults);
	if (!err)
		err = nflb_config_read(session->nflb, NULL, &config);
	if (err)
		return err;
	err = write_all(&config, &text);
	if (!err) {
		write_settings(session->output->stream, &settings, &defaults);
		fputs(text, session->output->stream);
		free(text);
	}
	if (err)
		snprintf(session->error, sizeof(session->error), "save: %s",
			 err == -EPROTO ?
			 "the configuration has settings of a later version" :
			 strerror(-err));
	nflb_config_free(&config);
	return err;
}

const struct verb save_verb = { .parse = command_no_settings, .run = run };
