// SPDX-License-Identifier: GPL-2.0
/* lbadm stats */
#include "command.h"
#include "output.h"

const char stats_usage[] =
	"lbadm stats [service KEY]\n";

static int parse_service(struct args *args, struct command *command,
			 const struct keyword *keyword)
{
	(void)keyword;
	return args_key(args, &command->service.key);
}

static const struct keyword stats_keywords[] = {
	{ WORD("service"), .parse = parse_service },
	{ }
};

static int parse(struct args *args, struct command *command)
{
	return command_settings(args, stats_keywords, command);
}

static int run_service(struct session *session, const struct nflb_key *key)
{
	struct nflb_config config;
	int err = nflb_config_read(session->nflb, key, &config);

	if (err)
		return err;
	session->output->ops->service_stats(session->output, &config.pools[0]);
	nflb_config_free(&config);
	return 0;
}

static int run(struct session *session, const struct command *command)
{
	struct nflb_totals totals;
	int err;

	if (command->service.key.port)
		return run_service(session, &command->service.key);
	err = nflb_stats_get(session->nflb, &totals);
	if (!err)
		session->output->ops->totals(session->output, &totals);
	return err;
}

const struct verb stats_verb = { .parse = parse, .run = run };
