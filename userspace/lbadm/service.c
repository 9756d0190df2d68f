// SPDX-License-Identifier: GPL-2.0
/* lbadm service */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "limit.h"
#include "output.h"
#include "scheduler.h"
#include "source.h"

const char service_usage[] =
	"lbadm service add|set KEY\n"
	"      [scheduler NAME [table-size N] [seed N] [hash address|address-port|flow]\n"
	"      [fallback on|off] [max-load PERCENT]]\n"
	"      [panic PERCENT] [timeout [established S] [fin S] [syn S] [udp S]]\n"
	"      [source-pool ADDRESS[/LENGTH],...|none [ports MIN-MAX]]\n"
	"      [one-packet on|off] [icmp-reply on|off]\n"
	"      [no-backend reject|drop|pass] [backend-down reset|reschedule|drop|keep]\n"
	"      [mid-stream reset|drop|adopt] [affinity SECONDS [mask LENGTH]]\n"
	"      [max-connections N] [max-half-open N] [rate-limit N/s [burst N]]\n"
	"      [client-rate-limit N/s [burst N] [prefix LENGTH]]\n"
	"lbadm service replace KEY [setting ...] [backend ADDRESS[:PORT] [setting ...]]...\n"
	"lbadm service del|show|zero KEY\n"
	"      KEY is tcp|udp|sctp ADDRESS[/PREFIX]:PORT[-PORT], or :any for every port,\n"
	"      or mark N [family 4|6]\n"
	"lbadm service list\n";

static int parse_timeout(struct args *args, struct command *command,
			 const struct keyword *keyword)
{
	uint64_t seconds;

	if (args_number(args, keyword->word.name, 1, NFLB_TIMEOUT_MAX,
			&seconds))
		return -EINVAL;
	command->service.timeout[keyword->value] = (uint32_t)seconds;
	command->service.given |= NFLB_GIVEN_TIMEOUT(keyword->value);
	return 0;
}

static int parse_panic(struct args *args, struct command *command,
		       const struct keyword *keyword)
{
	uint64_t percent;

	if (args_number(args, keyword->word.name, 1, NFLB_PANIC_MAX, &percent))
		return -EINVAL;
	command->service.panic = (uint32_t)percent;
	command->service.given |= NFLB_GIVEN_PANIC;
	return 0;
}

static int parse_one_packet(struct args *args, struct command *command,
			    const struct keyword *keyword)
{
	command->service.given |= NFLB_GIVEN_ONE_PACKET;
	return args_on_off(args, keyword->word.name,
			   &command->service.one_packet);
}

static int parse_icmp_reply(struct args *args, struct command *command,
			    const struct keyword *keyword)
{
	command->service.given |= NFLB_GIVEN_ICMP_REPLY;
	return args_on_off(args, keyword->word.name,
			   &command->service.icmp_reply);
}

static int parse_policy(struct args *args, struct command *command,
			const struct keyword *keyword)
{
	struct nflb_service *service = &command->service;
	int value = args_name(args, keyword->word.name,
			      &nflb_policy_values[keyword->value], NULL);

	if (value < 0)
		return -EINVAL;
	service->policy[keyword->value] = (uint8_t)value;
	service->given |= NFLB_GIVEN_POLICY(keyword->value);
	return 0;
}

static int parse_affinity(struct args *args, struct command *command,
			  const struct keyword *keyword)
{
	uint64_t seconds;

	if (args_number(args, keyword->word.name, 0, NFLB_TIMEOUT_MAX,
			&seconds))
		return -EINVAL;
	command->service.affinity = (uint32_t)seconds;
	command->service.given |= NFLB_GIVEN_AFFINITY;
	return 0;
}

static int parse_affinity_mask(struct args *args, struct command *command,
			       const struct keyword *keyword)
{
	struct nflb_service *service = &command->service;
	int bits = nflb_address_bits(&service->key.address);
	uint64_t length;

	if (args_number(args, keyword->word.name, 1, (uint64_t)bits, &length))
		return -EINVAL;
	service->affinity_prefix = (uint8_t)length;
	service->given |= NFLB_GIVEN_AFFINITY_PREFIX;
	return 0;
}

static const struct keyword timeouts[] = {
	{ WORD("established"), .parse = parse_timeout,
	  .value = NFLB_TIMEOUT_ESTABLISHED },
	{ WORD("fin"), .parse = parse_timeout,
	  .value = NFLB_TIMEOUT_FIN },
	{ WORD("syn"), .parse = parse_timeout,
	  .value = NFLB_TIMEOUT_SYN },
	{ WORD("udp"), .parse = parse_timeout,
	  .value = NFLB_TIMEOUT_UDP },
	{ }
};

static const struct keyword source_options[] = {
	{ WORD("ports"), .parse = parse_source_ports,
	  .value = SOURCE_OF_SERVICE },
	{ }
};

static const struct keyword affinity_options[] = {
	{ WORD("mask"), .parse = parse_affinity_mask },
	{ }
};

static const struct keyword service_keywords[] = {
	{ WORD("scheduler"), .parse = scheduler_parse,
	  .options = scheduler_options },
	{ WORD("timeout"), .options = timeouts, .group = true },
	{ WORD("panic"), .parse = parse_panic },
	{ WORD("source-pool"), .parse = parse_source_pool,
	  .value = SOURCE_OF_SERVICE, .options = source_options },
	{ WORD("one-packet"), .parse = parse_one_packet },
	{ WORD("icmp-reply"), .parse = parse_icmp_reply },
	{ WORD("no-backend"), .parse = parse_policy,
	  .value = NFLB_POLICY_NO_BACKEND },
	{ WORD("backend-down"), .parse = parse_policy,
	  .value = NFLB_POLICY_BACKEND_DOWN },
	{ WORD("mid-stream"), .parse = parse_policy,
	  .value = NFLB_POLICY_MID_STREAM },
	{ WORD("affinity"), .parse = parse_affinity,
	  .options = affinity_options },
	{ WORD("max-connections"), .parse = parse_service_max_connections },
	{ WORD("max-half-open"), .parse = parse_max_half_open },
	{ WORD("rate-limit"), .parse = parse_rate_limit,
	  .options = rate_limit_options },
	{ WORD("client-rate-limit"), .parse = parse_client_rate_limit,
	  .options = client_rate_limit_options },
	{ }
};

static int parse_key(struct args *args, struct command *command)
{
	return args_key(args, &command->service.key);
}

static int parse_add(struct args *args, struct command *command)
{
	if (parse_key(args, command))
		return -EINVAL;
	return command_settings(args, service_keywords, command);
}

static int parse_set(struct args *args, struct command *command)
{
	if (parse_add(args, command))
		return -EINVAL;
	if (!command->service.given && !command->service.options.given)
		return args_refuse(args,
				   "nothing to set: a keyword such as 'scheduler' is missing");
	return 0;
}

static const struct keyword next_backend[] = {
	{ WORD("backend") },
	{ }
};

static int keep_backend(struct args *args, struct command *command)
{
	size_t count = command->backend_count;

	if (!(count & (count - 1))) {
		struct nflb_backend *backends;

		backends = reallocarray(command->backends,
					count ? count * 2 : 1,
					sizeof(*backends));
		if (!backends)
			return args_refuse(args, "out of memory");
		command->backends = backends;
	}
	command->backends[command->backend_count++] = command->backend;
	return 0;
}

static int parse_replace(struct args *args, struct command *command)
{
	struct nflb_backend *backend = &command->backend;
	int more;

	if (parse_key(args, command))
		return -EINVAL;
	more = command_settings_until(args, service_keywords, next_backend,
				      command);
	while (more > 0) {
		*backend = (struct nflb_backend){ 0 };
		if (args_backend(args, &backend->address, &backend->port))
			return -EINVAL;
		more = command_settings_until(args, backend_keywords,
					      next_backend, command);
		if (more >= 0 && keep_backend(args, command))
			return -EINVAL;
	}
	*backend = (struct nflb_backend){ 0 };
	return more;
}

static int run_replace(struct session *session, const struct command *command)
{
	struct nflb_pool pool = {
		.service = command->service,
		.backends = command->backends,
		.count = command->backend_count,
	};
	struct command about = *command;
	char name[COMMAND_LEN];
	size_t refused;
	int err;

	err = nflb_pool_replace(session->nflb, &pool, &refused);
	if (!err || refused == pool.count)
		return err;
	about.backend = pool.backends[refused];
	command_name(&about, name);
	snprintf(session->error, sizeof(session->error), "%s: %s", name,
		 nflb_error(session->nflb));
	return err;
}

static int run_add(struct session *session, const struct command *command)
{
	return nflb_service_add(session->nflb, &command->service);
}

static int run_set(struct session *session, const struct command *command)
{
	return nflb_service_set(session->nflb, &command->service);
}

static int run_del(struct session *session, const struct command *command)
{
	return nflb_service_del(session->nflb, &command->service.key);
}

static int run_zero(struct session *session, const struct command *command)
{
	return nflb_service_zero(session->nflb, &command->service.key);
}

static int run_show(struct session *session, const struct command *command)
{
	struct nflb_config config;
	int err;

	err = nflb_config_read(session->nflb, &command->service.key, &config);
	if (err)
		return err;
	session->output->ops->service(session->output, &config.pools[0]);
	nflb_config_free(&config);
	return 0;
}

static int run_list(struct session *session, const struct command *command)
{
	struct nflb_config config;
	int err;

	(void)command;
	err = nflb_config_read(session->nflb, NULL, &config);
	if (err)
		return err;
	session->output->ops->services(session->output, &config);
	nflb_config_free(&config);
	return 0;
}

const struct verb service_verbs[] = {
	{ WORD("add"), parse_add, run_add, run_del },
	{ WORD("set"), parse_set, run_set },
	{ WORD("replace"), parse_replace, run_replace },
	{ WORD("del"), parse_key, run_del },
	{ WORD("show"), parse_key, run_show },
	{ WORD("list"), command_no_settings, run_list },
	{ WORD("zero"), parse_key, run_zero },
	{ }
};
