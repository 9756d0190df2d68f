// SPDX-License-Identifier: GPL-2.0
/* lbadm monitor */
#include <errno.h>
#include <stdio.h>

#include "command.h"
#include "output.h"

const char monitor_usage[] =
	"lbadm monitor [service] [backend] [connection]\n";

static int parse_group(struct args *args, struct command *command,
		       const struct keyword *keyword)
{
	(void)args;
	command->events |= keyword->value;
	return 0;
}

static const struct keyword group_keywords[] = {
	{ WORD("service"), .parse = parse_group, .value = NFLB_EVENTS_SERVICE },
	{ WORD("backend"), .parse = parse_group, .value = NFLB_EVENTS_BACKEND },
	{ WORD("connection"), .parse = parse_group,
	  .value = NFLB_EVENTS_CONNECTION },
	{ }
};

static int parse(struct args *args, struct command *command)
{
	if (command_settings(args, group_keywords, command))
		return -EINVAL;
	if (!command->events)
		command->events = NFLB_EVENTS_SERVICE | NFLB_EVENTS_BACKEND |
				  NFLB_EVENTS_CONNECTION;
	return 0;
}

/* Whoever reads the other end of a pipe waits for it. */
static int print_event(const struct nflb_happening *happening, void *arg)
{
	struct output *output = arg;

	output->ops->event(output, happening);
	return fflush(output->stream) ? -EIO : 0;
}

/* Ends when it is interrupted or nobody reads any more. */
static int run(struct session *session, const struct command *command)
{
	int err = nflb_event_join(session->nflb, command->events);

	while (!err) {
		err = nflb_event_wait(session->nflb, print_event,
				      session->output);
		if (err == -ENOBUFS) {
			fputs("lbadm: monitor: events were lost\n", stderr);
			err = 0;
		}
	}
	return err;
}

const struct verb monitor_verb = { .parse = parse, .run = run };
