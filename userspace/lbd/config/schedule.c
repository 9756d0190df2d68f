// SPDX-License-Identifier: GPL-2.0
/* lb_algo: schedulers with their options, by the names of both systems */
#include <errno.h>
#include <string.h>

#include "service_words.h"

static const char *const schedulers[] = {
	"rr", "wrr", "lc", "wlc", "sed", "nq", "fo", "ovf", "random", "p2c",
	"sh", "dh", "lrt", "lblc", "lblcr", "maglev",
};

#define SCHEDULERS	(sizeof(schedulers) / sizeof(*schedulers))

static bool is_known(const char *name)
{
	size_t i;

	for (i = 0; i < SCHEDULERS; i++) {
		if (!strcmp(name, schedulers[i]))
			return true;
	}
	return false;
}

static void give(struct nflb_options *options, unsigned int option,
		 uint64_t value)
{
	options->value[option] = value;
	options->given |= NFLB_OPTION(option);
}

/* Options of keepalived's style have underscores. */
static int option_of(const char *word)
{
	char name[32];
	size_t i;

	if (strlen(word) >= sizeof(name))
		return -1;
	for (i = 0; word[i]; i++)
		name[i] = word[i] == '_' ? '-' : word[i];
	name[i] = '\0';
	return nflb_value(&nflb_options, name);
}

static int take_name(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     const struct nflb_names *names, uint64_t *value)
{
	const char *text;
	int number;

	if (config_take_text(context, node, argument, &text))
		return -EINVAL;
	number = nflb_value(names, text);
	if (number < 0)
		return config_error(context->report, &node->origin,
				    "%s '%s': there is no such value",
				    node->argument[argument - 1], text);
	*value = (uint64_t)number;
	return 0;
}

static int take_option(struct config_context *context,
		       const struct config_node *node, unsigned int argument,
		       struct nflb_options *options)
{
	int option = option_of(node->argument[argument]);
	uint64_t value;
	int err;

	switch (option) {
	case NFLB_SCHED_OPTION_TABLE_SIZE:
		err = config_take_uint(context, node, argument + 1,
				       NFLB_TABLE_SIZE_MIN, NFLB_TABLE_SIZE_MAX,
				       &value);
		break;
	case NFLB_SCHED_OPTION_SEED:
		err = config_take_uint(context, node, argument + 1, 0,
				       UINT64_MAX, &value);
		break;
	case NFLB_SCHED_OPTION_HASH:
		err = take_name(context, node, argument + 1, &nflb_hashes,
				&value);
		break;
	case NFLB_SCHED_OPTION_FALLBACK:
		err = take_name(context, node, argument + 1, &nflb_switches,
				&value);
		break;
	case NFLB_SCHED_OPTION_MAX_LOAD:
		err = config_take_uint(context, node, argument + 1,
				       NFLB_MAX_LOAD_MIN, NFLB_MAX_LOAD_MAX,
				       &value);
		break;
	default:
		return config_error(context->report, &node->origin,
				    "'%s' is no option of a scheduler: those are table_size, seed, hash, fallback, max_load",
				    node->argument[argument]);
	}
	if (!err)
		give(options, (unsigned int)option, value);
	return err;
}

/* A scheduler may be a module of its own, but hardly one with such a name. */
static int check_name(struct config_context *context,
		      const struct config_node *node, const char *name)
{
	const char *nearest;

	if (is_known(name))
		return 0;
	if (!*name || strlen(name) >= NFLB_SCHED_NAME_LEN)
		return config_error(context->report, &node->origin,
				    "scheduler '%s': a name has 1 to %d characters",
				    name, NFLB_SCHED_NAME_LEN - 1);
	nearest = config_nearest(name, schedulers, SCHEDULERS);
	if (nearest)
		return config_error(context->report, &node->origin,
				    "unknown scheduler '%s', did you mean '%s'?",
				    name, nearest);
	config_warning(context->report, &node->origin,
		       "scheduler '%s' is none of nflb's: the kernel needs a module for it",
		       name);
	return 0;
}

/**
 * schedule_take() - read lb_algo NAME [OPTION VALUE]...
 * @context: where words are bound
 * @node: the line
 * @object: a struct service_draft
 *
 * The names of IPVS mean what they mean there: its mh hashes the client's
 * address, which maglev does only when it is told to.
 *
 * Return: 0 or a negative errno.
 */
int schedule_take(struct config_context *context,
		  const struct config_node *node, void *object)
{
	struct service_draft *draft = object;
	struct nflb_service *service = &draft->service.service;
	const char *name, *meant;
	unsigned int i;

	if (config_take_text(context, node, 0, &name))
		return -EINVAL;
	meant = nflb_ipvs_scheduler(name);
	if (meant && strcmp(meant, name))
		name = meant;
	if (check_name(context, node, name))
		return -EINVAL;
	service->options = (struct nflb_options){ 0 };
	if (!strcmp(node->argument[0], "mh"))
		give(&service->options, NFLB_SCHED_OPTION_HASH,
		     NFLB_HASH_ADDRESS);
	strcpy(service->scheduler, name);
	for (i = 1; i < node->count; i += 2) {
		if (take_option(context, node, i, &service->options))
			return -EINVAL;
	}
	return 0;
}

/**
 * schedule_take_flag() - read sh-port, mh-fallback, flag-1 and so on
 * @context: where words are bound
 * @node: the line
 * @object: a struct service_draft
 *
 * Return: 0.
 */
int schedule_take_flag(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct service_draft *draft = object;
	const char *word = node->word;

	config_end_arguments(context, node, 0);
	if (!strcmp(word, "flag-1") || strstr(word, "-fallback"))
		draft->flags |= SCHED_FLAG_FALLBACK;
	else if (!strcmp(word, "flag-2") || strstr(word, "-port"))
		draft->flags |= SCHED_FLAG_PORT;
	else
		config_warning(context->report, &node->origin,
			       "'%s' has no effect: no scheduler has a use for it",
			       word);
	return 0;
}

/**
 * schedule_settle() - the scheduler of a virtual server is known
 * @context: where words are bound
 * @draft: the virtual server
 *
 * Return: 0 or -EINVAL.
 */
int schedule_settle(struct config_context *context, struct service_draft *draft)
{
	struct nflb_service *service = &draft->service.service;
	struct nflb_options *options = &service->options;
	uint64_t none;
	bool hashes;

	service->given |= NFLB_GIVEN_SCHEDULER;
	hashes = nflb_option_default(service->scheduler, NFLB_SCHED_OPTION_HASH,
				     &none) &&
		 strncmp(service->scheduler, "lblc", 4);
	if (draft->flags && !hashes) {
		config_warning(context->report, &draft->node->origin,
			       "flags have no effect: %s does not hash",
			       service->scheduler);
		draft->flags = 0;
	}
	if (draft->flags & SCHED_FLAG_FALLBACK)
		give(options, NFLB_SCHED_OPTION_FALLBACK, 1);
	if (draft->flags & SCHED_FLAG_PORT)
		give(options, NFLB_SCHED_OPTION_HASH, NFLB_HASH_ADDRESS_PORT);
	if (options->given && is_known(service->scheduler) &&
	    !nflb_option_default(service->scheduler,
				 NFLB_SCHED_OPTION_TABLE_SIZE, &none))
		return config_error(context->report, &draft->node->origin,
				    "scheduler %s has no options",
				    service->scheduler);
	return 0;
}
