// SPDX-License-Identifier: GPL-2.0
/* Words of virtual_server that keepalived does not have: what nflb can */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "service_words.h"

#define AT(member)	offsetof(struct service_draft, service.member)
#define GIVEN		AT(service.given)

/* timeout SECONDS is that of checks, timeout NAME SECONDS... the kernel's. */
static int take_timeout(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct service_draft *draft = object;
	struct nflb_service *service = &draft->service.service;
	uint64_t seconds;
	unsigned int i;
	int timeout;

	if (node->count == 1) {
		return config_take_time(context, node, 0, CONFIG_SECOND / 1000,
					CONFIG_DAY, &draft->pace.timeout);
	}
	for (i = 0; i < node->count || !i; i += 2) {
		timeout = node->count ?
			  nflb_value(&nflb_timeouts, node->argument[i]) : -1;
		if (timeout < 0)
			return config_error(context->report, &node->origin,
					    "timeout needs seconds, or established, fin, syn, udp with seconds");
		if (config_take_uint(context, node, i + 1, 1, NFLB_TIMEOUT_MAX,
				     &seconds))
			return -EINVAL;
		service->timeout[timeout] = (uint32_t)seconds;
		service->given |= NFLB_GIVEN_TIMEOUT(timeout);
	}
	return 0;
}

static int take_policy(struct config_context *context,
		       const struct config_node *node, void *object,
		       enum nflb_policy policy, const char *known)
{
	struct nflb_service *service =
		&((struct service_draft *)object)->service.service;
	const char *text;
	int value;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	value = nflb_value(&nflb_policy_values[policy], text);
	if (value < 0)
		return config_error(context->report, &node->origin,
				    "%s '%s': known are %s", node->word, text,
				    known);
	config_end_arguments(context, node, 1);
	service->policy[policy] = (uint8_t)value;
	service->given |= NFLB_GIVEN_POLICY(policy);
	return 0;
}

static int take_no_backend(struct config_context *context,
			   const struct config_node *node, void *object)
{
	return take_policy(context, node, object, NFLB_POLICY_NO_BACKEND,
			   "reject, drop, pass");
}

static int take_backend_down(struct config_context *context,
			     const struct config_node *node, void *object)
{
	return take_policy(context, node, object, NFLB_POLICY_BACKEND_DOWN,
			   "reset, reschedule, drop, keep");
}

static int take_mid_stream(struct config_context *context,
			   const struct config_node *node, void *object)
{
	return take_policy(context, node, object, NFLB_POLICY_MID_STREAM,
			   "reset, drop, adopt");
}

/* Bits of an address; those of the service's family are checked at the end. */
static int take_bits(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     uint8_t *bits)
{
	uint64_t number;

	if (config_take_uint(context, node, argument, 1, 128, &number))
		return -EINVAL;
	*bits = (uint8_t)number;
	return 0;
}

/* affinity SECONDS [mask LENGTH] */
static int take_affinity(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct nflb_service *service =
		&((struct service_draft *)object)->service.service;
	uint64_t seconds;

	if (config_take_uint(context, node, 0, 0, NFLB_TIMEOUT_MAX, &seconds))
		return -EINVAL;
	service->affinity = (uint32_t)seconds;
	service->given |= NFLB_GIVEN_AFFINITY;
	if (node->count == 1)
		return 0;
	if (strcmp(node->argument[1], "mask"))
		return config_error(context->report, &node->origin,
				    "'%s': only mask LENGTH may follow",
				    node->argument[1]);
	config_end_arguments(context, node, 3);
	service->given |= NFLB_GIVEN_AFFINITY_PREFIX;
	return take_bits(context, node, 2, &service->affinity_prefix);
}

/* persistence_timeout [SECONDS]: six minutes, as keepalived has it. */
static int take_persistence(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct nflb_service *service =
		&((struct service_draft *)object)->service.service;
	uint64_t seconds = 360;

	if (node->count && config_take_uint(context, node, 0, 1,
					    NFLB_TIMEOUT_MAX, &seconds))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	service->affinity = (uint32_t)seconds;
	service->given |= NFLB_GIVEN_AFFINITY;
	return 0;
}

/* persistence_granularity NETMASK, or a length for IPv6. */
static int take_granularity(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct nflb_service *service =
		&((struct service_draft *)object)->service.service;
	struct nflb_address mask;
	const char *text;
	uint32_t bits;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	service->given |= NFLB_GIVEN_AFFINITY_PREFIX;
	if (nflb_address_parse(text, &mask))
		return take_bits(context, node, 0, &service->affinity_prefix);
	bits = mask.family == AF_INET ? ntohl(mask.v4.s_addr) : 0;
	if (!bits || (~bits & (~bits + 1)))
		return config_error(context->report, &node->origin,
				    "%s '%s': this is no netmask", node->word,
				    text);
	service->affinity_prefix = (uint8_t)__builtin_popcount(bits);
	return 0;
}

/* N or N/s */
static int take_rate(struct config_context *context,
		     const struct config_node *node, struct nflb_rate *rate)
{
	const char *text;
	uint64_t number;
	char *end;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	number = strtoull(text, &end, 10);
	if (end == text || *text == '-' || *text == '+' ||
	    (*end && strcmp(end, "/s")) || number > NFLB_RATE_MAX)
		return config_error(context->report, &node->origin,
				    "%s '%s': a rate is a number from 0 to %u, as in 100/s",
				    node->word, text, NFLB_RATE_MAX);
	rate->per_second = (uint32_t)number;
	return 0;
}

/* N/s [burst N] [prefix LENGTH], the latter of clients only. */
static int take_limit(struct config_context *context,
		      const struct config_node *node, struct nflb_rate *rate,
		      bool client)
{
	unsigned int i;
	uint64_t burst;

	if (take_rate(context, node, rate))
		return -EINVAL;
	for (i = 1; i < node->count; i += 2) {
		const char *word = node->argument[i];

		if (!strcmp(word, "burst")) {
			if (config_take_uint(context, node, i + 1, 1,
					     NFLB_BURST_MAX, &burst))
				return -EINVAL;
			rate->burst = (uint32_t)burst;
		} else if (client && !strcmp(word, "prefix")) {
			if (take_bits(context, node, i + 1, &rate->prefix))
				return -EINVAL;
		} else {
			return config_error(context->report, &node->origin,
					    "'%s' is no option of %s", word,
					    node->word);
		}
	}
	return 0;
}

static int take_rate_limit(struct config_context *context,
			   const struct config_node *node, void *object)
{
	struct nflb_service *service =
		&((struct service_draft *)object)->service.service;

	service->given |= NFLB_GIVEN_RATE_LIMIT;
	return take_limit(context, node, &service->rate_limit, false);
}

static int take_client_rate_limit(struct config_context *context,
				  const struct config_node *node, void *object)
{
	struct nflb_service *service =
		&((struct service_draft *)object)->service.service;

	service->given |= NFLB_GIVEN_CLIENT_RATE_LIMIT;
	return take_limit(context, node, &service->client_rate_limit, true);
}

static int take_source_pool(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct nflb_service *service =
		&((struct service_draft *)object)->service.service;

	service->given |= NFLB_GIVEN_SOURCE_POOL;
	return forward_take_source_pool(context, node, &service->source_pool);
}

static const struct config_word passive_words[] = {
	{ "unanswered", CONFIG_UINT, .offset = AT(passive.unanswered_percent),
	  .min = 1, .max = 100 },
	{ "resets", CONFIG_UINT, .offset = AT(passive.reset_percent), .min = 1,
	  .max = 100 },
	{ "unreachable", CONFIG_UINT, .offset = AT(passive.unreachable),
	  .min = 1, .max = 1000000 },
	{ "min_connections", CONFIG_UINT, .offset = AT(passive.min_connections),
	  .min = 1, .max = 1000000 },
	{ "interval", CONFIG_TIME, .offset = AT(passive.interval),
	  .min = CONFIG_SECOND, .max = CONFIG_DAY },
	{ "eject_time", CONFIG_TIME, .offset = AT(passive.eject_time),
	  .min = CONFIG_SECOND, .max = CONFIG_DAY },
	{ "eject_time_max", CONFIG_TIME, .offset = AT(passive.eject_time_max),
	  .min = CONFIG_SECOND, .max = CONFIG_DAY },
	{ "max_ejected", CONFIG_UINT, .offset = AT(passive.max_ejected_percent),
	  .min = 1, .max = 100 },
	{ }
};

/* passive { } or passive alone, with defaults. */
static int take_passive(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct service_draft *draft = object;
	struct config_passive *passive = &draft->service.passive;
	int err;

	*passive = (struct config_passive){
		.enabled = true,
		.unanswered_percent = 50,
		.reset_percent = 50,
		.unreachable = 10,
		.min_connections = 20,
		.interval = 10 * CONFIG_SECOND,
		.eject_time = 30 * CONFIG_SECOND,
		.eject_time_max = 300 * CONFIG_SECOND,
		.max_ejected_percent = 50,
	};
	config_end_arguments(context, node, 0);
	err = config_bind(context, node->block, passive_words, object);
	if (!err && passive->eject_time > passive->eject_time_max)
		return config_error(context->report, &node->origin,
				    "passive: eject_time is longer than eject_time_max");
	return err;
}

const struct config_word policy_words[] = {
	{ "timeout", CONFIG_CALL, .fn = take_timeout },
	{ "no_backend", CONFIG_CALL, .fn = take_no_backend },
	{ "backend_down", CONFIG_CALL, .fn = take_backend_down },
	{ "mid_stream", CONFIG_CALL, .fn = take_mid_stream },
	{ "affinity", CONFIG_CALL, .fn = take_affinity },
	{ "persistence_timeout", CONFIG_CALL, .fn = take_persistence },
	{ "persistence_granularity", CONFIG_CALL, .fn = take_granularity },
	{ "persistence_engine", CONFIG_REFUSED,
	  .why = "nflb does not look into SIP; affinity goes by address" },
	{ "max_connections", CONFIG_UINT, .offset = AT(service.max_connections),
	  .max = UINT32_MAX, .given = GIVEN,
	  .bit = NFLB_GIVEN_MAX_CONNECTIONS },
	{ "max_half_open", CONFIG_UINT, .offset = AT(service.max_half_open),
	  .max = UINT32_MAX, .given = GIVEN, .bit = NFLB_GIVEN_MAX_HALF_OPEN },
	{ "rate_limit", CONFIG_CALL, .fn = take_rate_limit },
	{ "client_rate_limit", CONFIG_CALL, .fn = take_client_rate_limit },
	{ "panic", CONFIG_UINT, .offset = AT(service.panic), .min = 1,
	  .max = NFLB_PANIC_MAX, .given = GIVEN, .bit = NFLB_GIVEN_PANIC },
	{ "icmp_reply", CONFIG_SWITCH, .offset = AT(service.icmp_reply),
	  .given = GIVEN, .bit = NFLB_GIVEN_ICMP_REPLY },
	{ "ops", CONFIG_SWITCH, .offset = AT(service.one_packet),
	  .given = GIVEN, .bit = NFLB_GIVEN_ONE_PACKET },
	{ "one_packet", CONFIG_SWITCH, .offset = AT(service.one_packet),
	  .given = GIVEN, .bit = NFLB_GIVEN_ONE_PACKET },
	{ "source_pool", CONFIG_CALL, .fn = take_source_pool },
	{ "drain_timeout", CONFIG_TIME, .offset = AT(drain_timeout),
	  .max = NFLB_TIMEOUT_MAX * CONFIG_SECOND },
	{ "passive", CONFIG_CALL, .fn = take_passive },
	{ }
};
