// SPDX-License-Identifier: GPL-2.0
/* The grammar: object, verb, then keywords with their values */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "plan.h"

/* More than any command has. */
#define SETTINGS_MAX	64

static const struct object objects[] = {
	{ WORD("service"), service_verbs, NULL, service_usage },
	{ WORD("backend"), backend_verbs, NULL, backend_usage },
	{ WORD("connection"), connection_verbs, NULL, connection_usage },
	{ WORD("affinity"), affinity_verbs, NULL, affinity_usage },
	{ WORD("stats"), NULL, &stats_verb, stats_usage },
	{ WORD("save"), NULL, &save_verb, save_usage },
	{ WORD("restore"), NULL, &restore_verb, restore_usage },
	{ WORD("apply"), NULL, &apply_verb, apply_usage },
	{ WORD("diff"), NULL, &diff_verb, diff_usage },
	{ WORD("monitor"), NULL, &monitor_verb, monitor_usage },
	{ WORD("top"), NULL, &top_verb, top_usage },
	{ WORD("explain"), NULL, &explain_verb, explain_usage },
	{ WORD("import"), import_verbs, NULL, import_usage },
	{ WORD("set"), NULL, &set_verb, set_usage },
	{ WORD("show"), show_verbs, NULL, show_usage },
	{ WORD("daemon"), daemon_verbs, NULL, daemon_usage },
	{ WORD("reload"), NULL, &reload_verb, reload_usage },
	{ WORD("sync"), sync_verbs, NULL, sync_usage },
	{ }
};

/**
 * command_verb() - read object and verb
 * @args: the words
 * @command: gets both
 *
 * Return: 0 or -EINVAL.
 */
int command_verb(struct args *args, struct command *command)
{
	struct words set = words_of(objects, sizeof(*objects));

	command->object = (const struct object *)args_choose(args, "object",
							     &set, 1);
	if (!command->object)
		return -EINVAL;
	command->verb = command->object->only;
	if (command->verb)
		return 0;
	set = words_of(command->object->verbs, sizeof(*command->verb));
	command->verb = (const struct verb *)args_choose(args, "verb", &set, 1);
	return command->verb ? 0 : -EINVAL;
}

/* What looks like a number below 0 is left for a better message. */
static int check_options(struct args *args)
{
	int i;

	for (i = 0; i < args->count; i++) {
		const char *word = args->word[i];

		if (word[0] == '-' && word[1] && !strchr("0123456789", word[1]))
			return args_refuse(args, "option '%s' must stand before the object",
					   word);
	}
	return 0;
}

/**
 * command_parse() - read a whole command
 * @args: the words
 * @command: the result, for command_free() even when this fails
 *
 * Return: 0 or -EINVAL.
 */
int command_parse(struct args *args, struct command *command)
{
	*command = (struct command){ 0 };
	if (check_options(args) || command_verb(args, command) ||
	    command->verb->parse(args, command))
		return -EINVAL;
	return args_end(args);
}

/* Where the keywords of a command have got to. */
struct settings {
	const struct keyword *keywords;
	const struct keyword *end;	/* the keyword that ends them, or none */
	const struct keyword *last;	/* the last of @keywords */
	bool option_needed;
	const struct keyword *seen[SETTINGS_MAX];
	size_t count;
};

static bool has_option(const struct keyword *keyword, const char *word)
{
	const struct keyword *option;

	for (option = keyword->options; option->word.name; option++) {
		if (!strcmp(option->word.name, word))
			return true;
	}
	return false;
}

/* An option in full that stands where its keyword does not precede it. */
static int check_stray(struct args *args, const struct settings *settings)
{
	const struct keyword *last = settings->last;
	const char *word = args->word[args->next];
	const struct keyword *keyword;

	if (last && last->options && has_option(last, word))
		return 0;
	for (keyword = settings->keywords; keyword->word.name; keyword++) {
		if (keyword == settings->last || !keyword->options)
			continue;
		if (has_option(keyword, word))
			return args_refuse(args, "'%s' must follow '%s'", word,
					   keyword->word.name);
	}
	return 0;
}

static const struct keyword *choose_keyword(struct args *args,
					    const struct settings *settings)
{
	const struct keyword *options = settings->last ?
					settings->last->options : NULL;
	struct words sets[3] = {
		words_of(options, sizeof(*options)),
		words_of(settings->keywords, sizeof(*options)),
		words_of(settings->end, sizeof(*options)),
	};
	size_t count = settings->option_needed ? 1 : 3;

	if (args_left(args) && check_stray(args, settings))
		return NULL;
	return (const struct keyword *)args_choose(args, "keyword", sets,
						   count);
}

static bool is_one_of(const struct keyword *keyword, const struct keyword *table)
{
	for (; table->word.name; table++) {
		if (keyword == table)
			return true;
	}
	return false;
}

static int note(struct args *args, struct settings *settings,
		const struct keyword *keyword)
{
	size_t i;

	for (i = 0; i < settings->count; i++) {
		if (settings->seen[i] == keyword)
			return args_refuse(args, "'%s' is given twice",
					   keyword->word.name);
	}
	if (settings->count == SETTINGS_MAX)
		return args_refuse(args, "too many keywords");
	settings->seen[settings->count++] = keyword;

	settings->option_needed = keyword->group;
	if (is_one_of(keyword, settings->keywords))
		settings->last = keyword;
	return 0;
}

/**
 * command_settings_until() - read keywords and their values up to a keyword
 * @args: the words
 * @keywords: those that are possible
 * @end: the keyword that ends them and its terminator; NULL: the last word does
 * @command: gets the values
 *
 * Return: 1 when @end was read, 0 when no word is left, or -EINVAL.
 */
int command_settings_until(struct args *args, const struct keyword *keywords,
			   const struct keyword *end, struct command *command)
{
	struct settings settings = { .keywords = keywords, .end = end };

	while (args_left(args) || settings.option_needed) {
		const struct keyword *keyword = choose_keyword(args, &settings);

		if (keyword && keyword == end)
			return 1;
		if (!keyword || note(args, &settings, keyword))
			return -EINVAL;
		if (keyword->parse && keyword->parse(args, command, keyword))
			return -EINVAL;
	}
	return 0;
}

/**
 * command_settings() - read keywords and their values up to the last word
 * @args: the words
 * @keywords: those that are possible
 * @command: gets the values
 *
 * Return: 0 or -EINVAL.
 */
int command_settings(struct args *args, const struct keyword *keywords,
		     struct command *command)
{
	return command_settings_until(args, keywords, NULL, command);
}

/**
 * command_no_settings() - for a verb that nothing follows
 * @args: the words
 * @command: not used
 *
 * Return: 0; words that are left are refused by command_parse().
 */
int command_no_settings(struct args *args, struct command *command)
{
	(void)args;
	(void)command;
	return 0;
}

/**
 * command_name() - say what a command is about
 * @command: the command
 * @text: object, verb, and the service and backend they concern
 */
void command_name(const struct command *command, char text[COMMAND_LEN])
{
	int len = snprintf(text, COMMAND_LEN, "%s", command->object->word.name);

	if (command->verb->word.name)
		len += snprintf(text + len, COMMAND_LEN - len, " %s",
				command->verb->word.name);
	if (command->service.key.address.family != AF_UNSPEC) {
		char key[NFLB_KEY_LEN];

		nflb_key_format(&command->service.key, key);
		len += snprintf(text + len, COMMAND_LEN - len, " %s", key);
	}
	if (command->backend.address.family != AF_UNSPEC) {
		char endpoint[NFLB_ENDPOINT_LEN];

		nflb_endpoint_format(&command->backend.address,
				     command->backend.port, endpoint);
		snprintf(text + len, COMMAND_LEN - len, " %s", endpoint);
	}
}

/**
 * command_free() - give back the memory of command_parse()
 * @command: the command
 */
void command_free(struct command *command)
{
	plan_free(command->plan);
	command->plan = NULL;
	free(command->backends);
	command->backends = NULL;
}

/**
 * command_usage() - print the lines of -h that are about the objects
 */
void command_usage(void)
{
	const struct object *object;

	for (object = objects; object->word.name; object++) {
		if (object->usage)
			fputs(object->usage, stdout);
	}
}
