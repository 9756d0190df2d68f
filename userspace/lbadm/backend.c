// SPDX-License-Identifier: GPL-2.0
/* lbadm backend */
#include <errno.h>

#include "command.h"
#include "source.h"

const char backend_usage[] =
	"lbadm backend add|set KEY ADDRESS[:PORT] [weight N]\n"
	"      [max-connections N] [slow-start SECONDS] [tier N]\n"
	"      [source-pool ADDRESS[/LENGTH],...|none [ports MIN-MAX]]\n"
	"      [response-time MICROSECONDS] [state up|draining|down]\n"
	"      [forward nat|fullnat|dr|ipip|gre|gue [checksum on|off] [key N] [port N]\n"
	"                                   [source ADDRESS[/LENGTH]] [toa on|off]]\n"
	"lbadm backend drain KEY ADDRESS[:PORT] [timeout S [then reset|keep]]\n"
	"lbadm backend up|down KEY ADDRESS[:PORT]\n"
	"lbadm backend del KEY ADDRESS[:PORT]\n";

static int parse_forward(struct args *args, struct command *command,
			 const struct keyword *keyword)
{
	int forward = args_name(args, keyword->word.name, &nflb_forwards,
				NULL);

	if (forward < 0)
		return -EINVAL;
	command->backend.forward = (uint8_t)forward;
	command->backend.given |= NFLB_GIVEN_FORWARD;
	return 0;
}

static int parse_weight(struct args *args, struct command *command,
			const struct keyword *keyword)
{
	uint64_t weight;

	if (args_number(args, keyword->word.name, 0, NFLB_WEIGHT_MAX, &weight))
		return -EINVAL;
	command->backend.weight = (uint32_t)weight;
	command->backend.given |= NFLB_GIVEN_WEIGHT;
	return 0;
}

static int parse_max_connections(struct args *args, struct command *command,
				 const struct keyword *keyword)
{
	uint64_t number;

	if (args_number(args, keyword->word.name, 0, UINT32_MAX, &number))
		return -EINVAL;
	command->backend.max_connections = (uint32_t)number;
	command->backend.given |= NFLB_GIVEN_MAX_CONNECTIONS;
	return 0;
}

static int parse_slow_start(struct args *args, struct command *command,
			    const struct keyword *keyword)
{
	uint64_t seconds;

	if (args_number(args, keyword->word.name, 0, NFLB_SLOW_START_MAX,
			&seconds))
		return -EINVAL;
	command->backend.slow_start = (uint32_t)seconds;
	command->backend.given |= NFLB_GIVEN_SLOW_START;
	return 0;
}

static int parse_tier(struct args *args, struct command *command,
		      const struct keyword *keyword)
{
	uint64_t tier;

	if (args_number(args, keyword->word.name, 1, UINT8_MAX, &tier))
		return -EINVAL;
	command->backend.tier = (uint8_t)tier;
	command->backend.given |= NFLB_GIVEN_TIER;
	return 0;
}

static int parse_response_time(struct args *args, struct command *command,
			       const struct keyword *keyword)
{
	uint64_t time;

	if (args_number(args, keyword->word.name, 0, NFLB_RESPONSE_TIME_MAX,
			&time))
		return -EINVAL;
	command->backend.response_time = (uint32_t)time;
	command->backend.given |= NFLB_GIVEN_RESPONSE_TIME;
	return 0;
}

static int parse_checksum(struct args *args, struct command *command,
			  const struct keyword *keyword)
{
	int checksum = args_name(args, keyword->word.name, &nflb_switches,
				 NULL);

	if (checksum < 0)
		return -EINVAL;
	command->backend.tunnel.checksum = checksum;
	command->backend.given |= NFLB_GIVEN_CHECKSUM;
	return 0;
}

static int parse_tunnel_key(struct args *args, struct command *command,
			    const struct keyword *keyword)
{
	uint64_t key;

	if (args_number(args, keyword->word.name, 0, UINT32_MAX, &key))
		return -EINVAL;
	command->backend.tunnel.key = (uint32_t)key;
	command->backend.given |= NFLB_GIVEN_TUNNEL_KEY;
	return 0;
}

static int parse_tunnel_port(struct args *args, struct command *command,
			     const struct keyword *keyword)
{
	uint64_t port;

	if (args_number(args, keyword->word.name, 1, UINT16_MAX, &port))
		return -EINVAL;
	command->backend.tunnel.port = (uint16_t)port;
	command->backend.given |= NFLB_GIVEN_TUNNEL_PORT;
	return 0;
}

static int parse_source(struct args *args, struct command *command,
			const struct keyword *keyword)
{
	struct nflb_tunnel *tunnel = &command->backend.tunnel;

	if (args_prefix(args, keyword->word.name, &tunnel->source,
			&tunnel->source_prefix))
		return -EINVAL;
	command->backend.given |= NFLB_GIVEN_SOURCE;
	return 0;
}

static int parse_toa(struct args *args, struct command *command,
		     const struct keyword *keyword)
{
	int toa = args_name(args, keyword->word.name, &nflb_switches, NULL);

	if (toa < 0)
		return -EINVAL;
	command->backend.toa = toa;
	command->backend.given |= NFLB_GIVEN_TOA;
	return 0;
}

/* The kernel knows which of them suits which forward. */
static const struct keyword forward_options[] = {
	{ WORD("checksum"), .parse = parse_checksum },
	{ WORD("key"), .parse = parse_tunnel_key },
	{ WORD("port"), .parse = parse_tunnel_port },
	{ WORD("source"), .parse = parse_source },
	{ WORD("toa"), .parse = parse_toa },
	{ }
};

static const struct keyword source_options[] = {
	{ WORD("ports"), .parse = parse_source_ports,
	  .value = SOURCE_OF_BACKEND },
	{ }
};

static int parse_state(struct args *args, struct command *command,
		       const struct keyword *keyword)
{
	int state = args_name(args, keyword->word.name, &nflb_backend_states,
			      NULL);

	if (state < 0)
		return -EINVAL;
	command->backend.state = (uint8_t)state;
	command->backend.given |= NFLB_GIVEN_STATE;
	return 0;
}

static int parse_drain_timeout(struct args *args, struct command *command,
			       const struct keyword *keyword)
{
	uint64_t seconds;

	if (args_number(args, keyword->word.name, 1, NFLB_TIMEOUT_MAX,
			&seconds))
		return -EINVAL;
	command->backend.drain_timeout = (uint32_t)seconds;
	command->backend.given |= NFLB_GIVEN_DRAIN_TIMEOUT;
	return 0;
}

static int parse_then(struct args *args, struct command *command,
		      const struct keyword *keyword)
{
	int then = args_name(args, keyword->word.name, &nflb_drain_thens, NULL);

	if (then < 0)
		return -EINVAL;
	command->backend.drain_then = (uint8_t)then;
	command->backend.given |= NFLB_GIVEN_DRAIN_THEN;
	return 0;
}

static const struct keyword drain_options[] = {
	{ WORD("then"), .parse = parse_then },
	{ }
};

static const struct keyword drain_keywords[] = {
	{ WORD("timeout"), .parse = parse_drain_timeout,
	  .options = drain_options },
	{ }
};

const struct keyword backend_keywords[] = {
	{ WORD("forward"), .parse = parse_forward, .options = forward_options },
	{ WORD("weight"), .parse = parse_weight },
	{ WORD("max-connections"), .parse = parse_max_connections },
	{ WORD("slow-start"), .parse = parse_slow_start },
	{ WORD("tier"), .parse = parse_tier },
	{ WORD("source-pool"), .parse = parse_source_pool,
	  .value = SOURCE_OF_BACKEND, .options = source_options },
	{ WORD("response-time"), .parse = parse_response_time },
	{ WORD("state"), .parse = parse_state },
	{ }
};

static int parse_key(struct args *args, struct command *command)
{
	struct nflb_backend *backend = &command->backend;

	if (args_key(args, &command->service.key))
		return -EINVAL;
	return args_backend(args, &backend->address, &backend->port);
}

static int parse_add(struct args *args, struct command *command)
{
	if (parse_key(args, command))
		return -EINVAL;
	return command_settings(args, backend_keywords, command);
}

static int parse_set(struct args *args, struct command *command)
{
	if (parse_add(args, command))
		return -EINVAL;
	if (!command->backend.given)
		return args_refuse(args, "nothing to set: a keyword such as 'weight' is missing");
	return 0;
}

static int parse_enter(struct args *args, struct command *command,
		       enum nflb_backend_state state)
{
	command->backend.state = (uint8_t)state;
	command->backend.given = NFLB_GIVEN_STATE;
	return parse_key(args, command);
}

static int parse_drain(struct args *args, struct command *command)
{
	if (parse_enter(args, command, NFLB_BACKEND_STATE_DRAINING))
		return -EINVAL;
	return command_settings(args, drain_keywords, command);
}

static int parse_up(struct args *args, struct command *command)
{
	return parse_enter(args, command, NFLB_BACKEND_STATE_UP);
}

static int parse_down(struct args *args, struct command *command)
{
	return parse_enter(args, command, NFLB_BACKEND_STATE_DOWN);
}

static int run_add(struct session *session, const struct command *command)
{
	return nflb_backend_add(session->nflb, &command->service.key,
				&command->backend);
}

static int run_set(struct session *session, const struct command *command)
{
	return nflb_backend_set(session->nflb, &command->service.key,
				&command->backend);
}

static int run_del(struct session *session, const struct command *command)
{
	return nflb_backend_del(session->nflb, &command->service.key,
				&command->backend);
}

const struct verb backend_verbs[] = {
	{ WORD("add"), parse_add, run_add, run_del },
	{ WORD("set"), parse_set, run_set },
	{ WORD("del"), parse_key, run_del },
	{ WORD("drain"), parse_drain, run_set },
	{ WORD("up"), parse_up, run_set },
	{ WORD("down"), parse_down, run_set },
	{ }
};
