// SPDX-License-Identifier: GPL-2.0
/* lbadm explain */
#include <errno.h>

#include "command.h"
#include "output.h"

const char explain_usage[] =
	"lbadm explain tcp|udp|sctp CLIENT:PORT ADDRESS:PORT\n";

static int parse_end(struct args *args, const char *what,
		     struct nflb_address *address, uint16_t *port)
{
	const char *word = args_take(args, what);
	const char *why;

	if (!word)
		return -EINVAL;
	if (nflb_endpoint_parse(word, address, port, &why))
		return args_refuse(args, "'%s': %s", word, why);
	if (!*port)
		return args_refuse(args, "'%s': ':PORT' is missing", word);
	return 0;
}

static int parse(struct args *args, struct command *command)
{
	struct nflb_flow *flow = &command->flow;
	int protocol = args_name(args, "protocol", &nflb_protocols, NULL);

	if (protocol < 0 ||
	    parse_end(args, "CLIENT:PORT", &flow->client, &flow->client_port) ||
	    parse_end(args, "ADDRESS:PORT", &flow->destination,
		      &flow->destination_port))
		return -EINVAL;
	flow->protocol = (uint8_t)protocol;
	if (flow->client.family != flow->destination.family)
		return args_refuse(args, "client and address are of different families");
	return 0;
}

static int run(struct session *session, const struct command *command)
{
	struct nflb_explanation explanation;
	int err;

	err = nflb_explain(session->nflb, &command->flow, &explanation);
	if (!err)
		session->output->ops->explanation(session->output,
						  &explanation);
	return err;
}

const struct verb explain_verb = { .parse = parse, .run = run };
