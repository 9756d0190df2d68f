// SPDX-License-Identifier: GPL-2.0
/* Checks of a real server: TCP_CHECK and its like, and check NAME */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../check/checker.h"
#include "service_words.h"
#include "text.h"

/* A check while its block is read. */
struct check_draft {
	struct config_check check;
	struct config_pace pace;
	unsigned int connect_port;
	unsigned int bind_port;
	unsigned int mark;
};

#define TARGET(member)							\
	.offset = offsetof(struct check_draft, check.target.member)

/* Of a checker, and of host { } in SMTP_CHECK. */
static const struct config_word target_words[] = {
	{ "connect_ip", CONFIG_ADDRESS, TARGET(address) },
	{ "connect_port", CONFIG_UINT,
	  .offset = offsetof(struct check_draft, connect_port), .min = 1,
	  .max = UINT16_MAX },
	{ "bindto", CONFIG_ADDRESS, TARGET(bind_address) },
	{ "bind_port", CONFIG_UINT,
	  .offset = offsetof(struct check_draft, bind_port), .min = 1,
	  .max = UINT16_MAX },
	{ "bind_if", CONFIG_STRING, TARGET(bind_interface) },
	{ "fwmark", CONFIG_UINT, .offset = offsetof(struct check_draft, mark),
	  .max = UINT32_MAX },
	{ }
};

/* host { } has a check of its own, see check_take(). */
static int take_host(struct config_context *context,
		     const struct config_node *node, void *object)
{
	const struct check_draft *check = object;

	if (!node->has_block ||
	    strcmp(check->check.checker->keyword, "SMTP_CHECK"))
		return config_error(context->report, &node->origin,
				    "'host' is a block of SMTP_CHECK only");
	return 0;
}

static const struct config_word host_words[] = {
	{ "host", CONFIG_CALL, .fn = take_host },
	{ }
};

const struct config_word checker_words[] = {
	{ "TCP_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "UDP_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "PING_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "HTTP_GET", CONFIG_CALL, .fn = check_collect },
	{ "SSL_GET", CONFIG_CALL, .fn = check_collect },
	{ "GRPC_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "SMTP_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "DNS_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "MISC_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "FILE_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "AGENT_CHECK", CONFIG_CALL, .fn = check_collect },
	{ "BFD_CHECK", CONFIG_REFUSED, .why = "lbd speaks no BFD" },
	{ }
};

/* Every line of a block, so that equal blocks make equal text. */
static int add_block(struct text *text, const struct config_node *node)
{
	unsigned int i;
	int err = 0;

	for (; !err && node; node = node->next) {
		err = text_add_string(text, node->word);
		for (i = 0; !err && i < node->count; i++) {
			err = text_add(text, " ", 1);
			if (!err)
				err = text_add_string(text, node->argument[i]);
		}
		if (!err && node->has_block) {
			err = text_add(text, "{", 1);
			if (!err)
				err = add_block(text, node->block);
			if (!err)
				err = text_add(text, "}", 1);
		}
		if (!err)
			err = text_add(text, ";", 1);
	}
	return err;
}

/*
 * Who has the same key has the same probe: what the check is, where it goes to
 * and how often, and whatever else it may go by.
 */
static char *make_key(struct config_context *context,
		      const struct config_node *node,
		      const struct backend_draft *draft,
		      const struct config_check *check)
{
	const struct config_backend *backend = &draft->backend;
	char endpoint[NFLB_ENDPOINT_LEN] = "", line[512];
	struct text text = { 0 };
	char *key = NULL;

	if (check->target.address.family)
		nflb_endpoint_format(&check->target.address, 0, endpoint);
	snprintf(line, sizeof(line),
		 "%s %s%s port %u every %ju, %ju retry %u rise %u timeout %ju warmup %ju jitter %u%s%s {",
		 check->checker->keyword,
		 *endpoint || !backend->host_srv ? "" : "srv ",
		 *endpoint ? endpoint : backend->host, check->target.port,
		 (uintmax_t)check->delay, (uintmax_t)check->delay_before_retry,
		 check->retry, check->rise, (uintmax_t)check->timeout,
		 (uintmax_t)check->warmup, check->jitter_percent,
		 check->alpha ? " alpha" : "",
		 check->log_all_failures ? " log_all_failures" : "");
	if (text_add_string(&text, line) || add_block(&text, node->block) ||
	    text_add(&text, "}", 1))
		goto out;
	if (backend->virtualhost &&
	    (text_add_string(&text, " virtualhost ") ||
	     text_add_string(&text, backend->virtualhost)))
		goto out;
	if (check->tunnel &&
	    (text_add_string(&text, " tunnel ") ||
	     text_add_string(&text, draft->service->service.name) ||
	     text_add_string(&text, backend->name)))
		goto out;
	key = config_strndup(context->arena, text.bytes, text.length);
out:
	text_free(&text);
	return key;
}

/* Scripts and files need no address, echo requests no port. */
static bool needs_port(const struct checker *checker)
{
	static const char *const without[] = {
		"PING_CHECK", "MISC_CHECK", "FILE_CHECK",
	};
	size_t i;

	for (i = 0; i < sizeof(without) / sizeof(*without); i++) {
		if (!strcmp(checker->keyword, without[i]))
			return false;
	}
	return true;
}

static int settle_target(struct config_context *context,
			 const struct config_node *node,
			 const struct backend_draft *draft,
			 struct check_draft *check)
{
	struct config_target *target = &check->check.target;

	if (!target->address.family)
		target->address = draft->backend.backend.address;
	if (check->connect_port)
		target->port = (uint16_t)check->connect_port;
	else if (!draft->backend.host_srv)
		target->port = draft->port;
	check->check.virtualhost = draft->backend.virtualhost;
	target->bind_port = (uint16_t)check->bind_port;
	target->mark = check->mark;
	if (target->bind_address.family && target->address.family &&
	    target->bind_address.family != target->address.family)
		return config_error(context->report, &node->origin,
				    "%s: bindto is of another address family than what it connects to",
				    node->word);
	if (!target->port && !draft->backend.host_srv &&
	    needs_port(check->check.checker))
		return config_error(context->report, &node->origin,
				    "%s needs a connect_port: neither the real server nor the service has a port",
				    node->word);
	return 0;
}

static int settle_tunnel(struct config_context *context,
			 const struct config_node *node,
			 struct backend_draft *draft,
			 const struct config_check *check, bool given)
{
	const struct config_service *service = &draft->service->service;
	uint8_t forward = draft->backend.backend.forward;
	const struct nflb_key *key = service->keys;
	const char *why = NULL;

	if (!check->tunnel)
		return 0;
	if (forward == NFLB_FORWARD_NAT || forward == NFLB_FORWARD_FULLNAT)
		why = "is for real servers that packets reach by dr or a tunnel";
	else if (!service->key_count || key->mark || key->prefix)
		why = "is for services that have an address";
	else if (key->protocol != check->checker->protocol)
		why = "is for checks that speak the protocol of the service";
	else if (given)
		why = "leaves no choice of where the check connects to";
	else if (draft->backend.host)
		why = "is for real servers that have an address";
	if (why)
		return config_error(context->report, &node->origin,
				    "%s: tunnel %s", node->word, why);
	/* The kernel must know of a backend to send a probe to it. */
	draft->backend.inhibit = true;
	return 0;
}

static void settle_pace(struct config_check *check, struct config_pace *pace)
{
	pace_end(pace);
	check->delay = pace->delay;
	check->timeout = pace->timeout;
	check->rise = pace->rise;
	check->jitter_percent = pace->jitter;
	check->tunnel = pace->tunnel;
	check->alpha = pace->alpha;
	check->log_all_failures = pace->log_all_failures;
	check->warmup = pace->given & PACE_WARMUP ? pace->warmup : pace->delay;
	check->retry = pace->given & PACE_RETRY ? pace->retry :
		       check->checker->retry;
	if (pace->given & PACE_DELAY_BEFORE_RETRY)
		check->delay_before_retry = pace->delay_before_retry;
	else
		check->delay_before_retry = check->checker->delay_before_retry;
	if (!check->delay_before_retry)
		check->delay_before_retry = check->delay;
}

/* A place in config.checks, and in those of the backend. */
static struct config_check *add_check(struct config_context *context,
				      struct config_backend *backend,
				      const struct config_check *check)
{
	struct config *config = context->config;
	struct config_check *slot;
	uint32_t *index;

	slot = config_grow(context->arena, &config->checks,
			   config->check_count, sizeof(*slot));
	index = config_grow(context->arena, &backend->checks,
			    backend->check_count, sizeof(*index));
	if (!slot || !index)
		return NULL;
	*slot = *check;
	*index = (uint32_t)config->check_count;
	config->check_count++;
	backend->check_count++;
	return slot;
}

static int bind_check(struct config_context *context,
		      const struct config_node *node,
		      const struct config_node *host, struct check_draft *check)
{
	const struct checker *checker = check->check.checker;
	struct config_set sets[] = {
		{ checker->words, NULL },
		{ target_words, check },
		{ pace_words, &check->pace },
		{ host_words, check },
	};
	int err;

	if (checker->options_size) {
		check->check.options = config_alloc(context->arena,
						    checker->options_size);
		if (!check->check.options)
			return config_no_memory(context, node);
	}
	sets[0].object = check->check.options;
	if (checker->prepare)
		checker->prepare(&check->check);
	config_end_arguments(context, node, 0);
	err = config_bind_sets(context, node->block, sets, 4);
	if (!err && host)
		err = config_bind(context, host->block, target_words, check);
	return err;
}

static int take_one(struct config_context *context,
		    const struct config_node *node,
		    const struct config_node *host, struct check_draft *check,
		    struct backend_draft *draft)
{
	const struct config_target *target = &check->check.target;
	struct config_check *slot;
	bool given;
	int err;

	err = bind_check(context, node, host, check);
	given = target->address.family || check->connect_port ||
		check->bind_port;
	if (!err)
		err = settle_target(context, node, draft, check);
	if (err)
		return err;
	settle_pace(&check->check, &check->pace);
	if (settle_tunnel(context, node, draft, &check->check, given))
		return -EINVAL;
	slot = add_check(context, &draft->backend, &check->check);
	if (!slot)
		return config_no_memory(context, node);
	if (slot->checker->settle) {
		err = slot->checker->settle(context, node, slot);
		if (err)
			return err;
	}
	slot->key = make_key(context, node, draft, slot);
	return slot->key ? 0 : config_no_memory(context, node);
}

static const struct config_node *next_host(const struct config_node *node)
{
	while (node && strcmp(node->word, "host"))
		node = node->next;
	return node;
}

/**
 * check_take() - read the block of a checker
 * @context: where words are bound
 * @node: the line
 * @name: of the check it is of, or NULL
 * @draft: the real server
 * @pace: what the levels above say
 *
 * SMTP_CHECK with blocks for hosts is as many checks.
 *
 * Return: 0 or a negative errno.
 */
int check_take(struct config_context *context, const struct config_node *node,
	       const char *name, struct backend_draft *draft,
	       const struct config_pace *pace)
{
	const struct checker *checker = checker_find(node->word);
	const struct config_node *host = next_host(node->block);
	int err;

	if (!checker)
		return config_error(context->report, &node->origin,
				    "'%s' is not supported: this lbd was built without it",
				    node->word);
	do {
		struct check_draft check = {
			.check = {
				.origin = node->origin,
				.checker = checker,
				.name = name,
				.service = draft->service->index,
				.backend = draft->index,
			},
		};

		pace_begin(&check.pace, pace);
		err = take_one(context, node, host, &check, draft);
		host = host ? next_host(host->next) : NULL;
	} while (!err && host);
	return err;
}

int check_collect(struct config_context *context,
		  const struct config_node *node, void *object)
{
	struct check_list *list = object;
	const struct config_node **slot;

	slot = config_grow(context->arena, &list->nodes, list->count,
			   sizeof(*slot));
	if (!slot)
		return config_no_memory(context, node);
	*slot = node;
	list->count++;
	return 0;
}

/* A check block while it is read. */
struct named_draft {
	struct check_list checkers;
	struct config_pace pace;
};

static int bind_named(struct config_context *context,
		      const struct config_node *node, struct named_draft *named)
{
	const struct config_set sets[] = {
		{ checker_words, &named->checkers },
		{ pace_words, &named->pace },
	};

	return config_bind_sets(context, node->block, sets, 2);
}

static const struct config_node *find_named(const struct config *config,
					    const char *name)
{
	size_t i;

	for (i = 0; i < config->named_check_count; i++) {
		if (!strcmp(config->named_checks[i]->argument[0], name))
			return config->named_checks[i];
	}
	return NULL;
}

/**
 * check_define() - read check NAME { } of the top level
 * @context: where words are bound
 * @node: the line
 * @object: the configuration
 *
 * It is read again for each real server that names it, so here is only looked
 * whether it can be.
 *
 * Return: 0 or a negative errno.
 */
int check_define(struct config_context *context, const struct config_node *node,
		 void *object)
{
	struct named_draft draft = { 0 };
	const struct config_node *other, **slot;
	struct config *config = object;
	const char *name;

	if (config_take_text(context, node, 0, &name))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	other = find_named(config, name);
	if (other)
		return config_error(context->report, &node->origin,
				    "check '%s' is there already, at %s:%u",
				    name, other->origin.file,
				    other->origin.line);
	if (bind_named(context, node, &draft))
		return -EINVAL;
	if (!draft.checkers.count)
		return config_error(context->report, &node->origin,
				    "check '%s' has no checker such as TCP_CHECK in its block",
				    name);
	slot = config_grow(context->arena, &config->named_checks,
			   config->named_check_count, sizeof(*slot));
	if (!slot)
		return config_no_memory(context, node);
	*slot = node;
	config->named_check_count++;
	return 0;
}

/**
 * check_take_named() - read check NAME of a real server
 * @context: where words are bound
 * @node: the line
 * @draft: the real server
 *
 * Return: 0 or a negative errno.
 */
int check_take_named(struct config_context *context,
		     const struct config_node *node,
		     struct backend_draft *draft)
{
	const struct config_node *block;
	struct named_draft named = { 0 };
	const char *name;
	size_t i;
	int err;

	if (config_take_text(context, node, 0, &name))
		return -EINVAL;
	if (node->has_block)
		return config_error(context->report, &node->origin,
				    "check '%s' has its block at the top level",
				    name);
	block = find_named(context->config, name);
	if (!block)
		return config_error(context->report, &node->origin,
				    "there is no check '%s'", name);
	pace_begin(&named.pace, &draft->pace);
	err = bind_named(context, block, &named);
	pace_end(&named.pace);
	for (i = 0; !err && i < named.checkers.count; i++)
		err = check_take(context, named.checkers.nodes[i], name, draft,
				 &named.pace);
	return err;
}
