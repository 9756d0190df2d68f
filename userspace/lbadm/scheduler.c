// SPDX-License-Identifier: GPL-2.0
/* Schedulers and their options as words of the command line */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "scheduler.h"

static void give(struct command *command, unsigned int option, uint64_t value)
{
	struct nflb_options *options = &command->service.options;

	options->value[option] = value;
	options->given |= NFLB_OPTION(option);
}

static int parse_number(struct args *args, struct command *command,
			const struct keyword *keyword, uint64_t min,
			uint64_t max)
{
	uint64_t number;

	if (args_number(args, keyword->word.name, min, max, &number))
		return -EINVAL;
	give(command, keyword->value, number);
	return 0;
}

static int parse_table_size(struct args *args, struct command *command,
			    const struct keyword *keyword)
{
	return parse_number(args, command, keyword, NFLB_TABLE_SIZE_MIN,
			    NFLB_TABLE_SIZE_MAX);
}

static int parse_seed(struct args *args, struct command *command,
		      const struct keyword *keyword)
{
	return parse_number(args, command, keyword, 0, UINT64_MAX);
}

static int parse_max_load(struct args *args, struct command *command,
			  const struct keyword *keyword)
{
	return parse_number(args, command, keyword, NFLB_MAX_LOAD_MIN,
			    NFLB_MAX_LOAD_MAX);
}

/* Options whose values are names. */
static const struct nflb_names *option_names(unsigned int option)
{
	switch (option) {
	case NFLB_SCHED_OPTION_HASH:
		return &nflb_hashes;
	case NFLB_SCHED_OPTION_FALLBACK:
		return &nflb_switches;
	default:
		return NULL;
	}
}

static int parse_name(struct args *args, struct command *command,
		      const struct keyword *keyword)
{
	int value = args_name(args, keyword->word.name,
			      option_names(keyword->value), NULL);

	if (value < 0)
		return -EINVAL;
	give(command, keyword->value, (uint64_t)value);
	return 0;
}

const struct keyword scheduler_options[] = {
	{ WORD("table-size"), .parse = parse_table_size,
	  .value = NFLB_SCHED_OPTION_TABLE_SIZE },
	{ WORD("seed"), .parse = parse_seed,
	  .value = NFLB_SCHED_OPTION_SEED },
	{ WORD("hash"), .parse = parse_name,
	  .value = NFLB_SCHED_OPTION_HASH },
	{ WORD("fallback"), .parse = parse_name,
	  .value = NFLB_SCHED_OPTION_FALLBACK },
	{ WORD("max-load"), .parse = parse_max_load,
	  .value = NFLB_SCHED_OPTION_MAX_LOAD },
	{ }
};

/**
 * scheduler_parse() - read the name of a scheduler
 * @args: the words
 * @command: gets it
 * @keyword: not used
 *
 * Return: 0 or -EINVAL.
 */
int scheduler_parse(struct args *args, struct command *command,
		    const struct keyword *keyword)
{
	struct nflb_service *service = &command->service;
	const char *name = args_take(args, "the name of a scheduler");

	(void)keyword;
	if (!name)
		return -EINVAL;
	if (!*name || strlen(name) >= sizeof(service->scheduler))
		return args_refuse(args, "scheduler '%s': a name has 1 to %zu characters",
				   name, sizeof(service->scheduler) - 1);
	strcpy(service->scheduler, name);
	service->given |= NFLB_GIVEN_SCHEDULER;
	return 0;
}

/**
 * scheduler_option() - say what an option is set to
 * @options: the options of a service
 * @option: which
 * @text: name and value, as on the command line
 *
 * Return: whether it is given.
 */
bool scheduler_option(const struct nflb_options *options, unsigned int option,
		      char text[SCHEDULER_OPTION_LEN])
{
	const struct nflb_names *names = option_names(option);
	uint64_t value = options->value[option];
	const char *name = names ? nflb_name(names, (unsigned int)value) : NULL;

	if (!(options->given & NFLB_OPTION(option)))
		return false;
	if (name)
		snprintf(text, SCHEDULER_OPTION_LEN, "%s %s",
			 nflb_name(&nflb_options, option), name);
	else
		snprintf(text, SCHEDULER_OPTION_LEN, "%s %ju",
			 nflb_name(&nflb_options, option), (uintmax_t)value);
	return true;
}

/**
 * scheduler_option_is_default() - whether an option can be left out
 * @service: a service
 * @option: which
 *
 * Return: whether the kernel would set the same by itself.
 */
bool scheduler_option_is_default(const struct nflb_service *service,
				 unsigned int option)
{
	uint64_t value;

	return nflb_option_default(service->scheduler, option, &value) &&
	       service->options.value[option] == value;
}
