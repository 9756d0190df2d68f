// SPDX-License-Identifier: GPL-2.0
/* lbadm affinity */
#include <errno.h>

#include "command.h"
#include "filter.h"
#include "output.h"

const char affinity_usage[] =
	"lbadm affinity list [service KEY] [backend ADDRESS[:PORT]]\n"
	"      [client ADDRESS[/LENGTH]]\n"
	"lbadm affinity del all | FILTER       FILTER is as for list, not empty\n";

/* What removes takes 'all', too. */
static const struct keyword keywords[] = {
	{ WORD("all"), .parse = filter_all },
	{ WORD("service"), .parse = filter_service },
	{ WORD("backend"), .parse = filter_backend },
	{ WORD("client"), .parse = filter_client },
	{ }
};

static int parse_list(struct args *args, struct command *command)
{
	if (command_settings(args, keywords + 1, command))
		return -EINVAL;
	return filter_check(args, &command->filter);
}

static int parse_del(struct args *args, struct command *command)
{
	return filter_parse_del(args, command, "clients", keywords);
}

static int print_affinity(const struct nflb_affinity *affinity, void *arg)
{
	struct output *output = arg;

	return output->ops->affinity(output, affinity);
}

/* As that of connections: left without its end if it fails. */
static int run_list(struct session *session, const struct command *command)
{
	struct output *output = session->output;
	int err;

	output->ops->affinities_begin(output);
	err = nflb_affinity_list(session->nflb, &command->filter,
				 print_affinity, output);
	if (!err)
		output->ops->affinities_end(output);
	return err;
}

static int run_del(struct session *session, const struct command *command)
{
	uint64_t count;
	int err;

	err = nflb_affinity_del(session->nflb, &command->filter, &count);
	if (!err)
		session->output->ops->count(session->output, count);
	return err;
}

const struct verb affinity_verbs[] = {
	{ WORD("list"), parse_list, run_list },
	{ WORD("del"), parse_del, run_del },
	{ }
};
