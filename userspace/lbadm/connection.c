// SPDX-License-Identifier: GPL-2.0
/* lbadm connection */
#include <errno.h>

#include "command.h"
#include "conn_file.h"
#include "filter.h"
#include "output.h"

const char connection_usage[] =
	"lbadm connection list|count [service KEY] [backend ADDRESS[:PORT]]\n"
	"      [client ADDRESS[/LENGTH]] [state NAME]\n"
	"lbadm connection del all | FILTER     FILTER is as for list, not empty\n"
	"lbadm connection save [FILTER]\n"
	"lbadm connection restore FILE         - is the standard input\n";

static int parse_state(struct args *args, struct command *command,
		       const struct keyword *keyword)
{
	int state = args_name(args, keyword->word.name, &nflb_states, NULL);

	if (state < 0)
		return -EINVAL;
	command->filter.state = (uint8_t)state;
	return 0;
}

static const struct keyword filter_keywords[] = {
	{ WORD("service"), .parse = filter_service },
	{ WORD("backend"), .parse = filter_backend },
	{ WORD("client"), .parse = filter_client },
	{ WORD("state"), .parse = parse_state },
	{ }
};

static const struct keyword all_keywords[] = {
	{ WORD("all"), .parse = filter_all },
	{ WORD("service"), .parse = filter_service },
	{ WORD("backend"), .parse = filter_backend },
	{ WORD("client"), .parse = filter_client },
	{ WORD("state"), .parse = parse_state },
	{ }
};

static int parse_filter(struct args *args, struct command *command)
{
	if (command_settings(args, filter_keywords, command))
		return -EINVAL;
	return filter_check(args, &command->filter);
}

static int parse_del(struct args *args, struct command *command)
{
	return filter_parse_del(args, command, "connections", all_keywords);
}

static int print_connection(const struct nflb_connection *connection, void *arg)
{
	struct output *output = arg;

	return output->ops->connection(output, connection);
}

/* A list that fails is left without its end: JSON that is cut short must not
 * look complete.
 */
static int run_list(struct session *session, const struct command *command)
{
	struct output *output = session->output;
	int err;

	output->ops->connections_begin(output);
	err = nflb_connection_list(session->nflb, &command->filter,
				   print_connection, output);
	if (!err)
		output->ops->connections_end(output);
	return err;
}

static int run_count(struct session *session, const struct command *command)
{
	uint64_t count;
	int err;

	err = nflb_connection_count(session->nflb, &command->filter, &count);
	if (!err)
		session->output->ops->count(session->output, count);
	return err;
}

static int run_del(struct session *session, const struct command *command)
{
	uint64_t count;
	int err;

	err = nflb_connection_del(session->nflb, &command->filter, &count);
	if (!err)
		session->output->ops->count(session->output, count);
	return err;
}

const struct verb connection_verbs[] = {
	{ WORD("list"), parse_filter, run_list },
	{ WORD("count"), parse_filter, run_count },
	{ WORD("del"), parse_del, run_del },
	{ WORD("save"), parse_filter, conn_file_save },
	{ WORD("restore"), conn_file_parse_restore, conn_file_restore },
	{ }
};
