// SPDX-License-Identifier: GPL-2.0
/* Values of keywords: numbers, times, addresses, commands */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"

#define SECOND		1000000ULL	/* microseconds */

/**
 * config_take_text() - take a word
 * @context: where words are bound
 * @node: the line
 * @argument: index of the word, 0 for the first behind the keyword
 * @text: the word
 *
 * Return: 0; -EINVAL when there is none.
 */
int config_take_text(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     const char **text)
{
	if (argument >= node->count) {
		config_error(context->report, &node->origin,
			     "a value is missing after '%s'",
			     argument ? node->argument[argument - 1] :
			     node->word);
		return -EINVAL;
	}
	*text = node->argument[argument];
	return 0;
}

/* Decimal, or hexadecimal with 0x. */
static int parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (strncmp(text, "0x", 2) && strncmp(text, "0X", 2))
		return nflb_number_parse(text, value);
	if (!isxdigit((unsigned char)text[2]))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text + 2, &end, 16);
	return errno || *end ? -EINVAL : 0;
}

/**
 * config_take_uint() - take a number
 * @context: where words are bound
 * @node: the line
 * @argument: index of the word
 * @min: least
 * @max: most
 * @value: the number
 *
 * Return: 0 or -EINVAL.
 */
int config_take_uint(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     uint64_t min, uint64_t max, uint64_t *value)
{
	const char *text;

	if (config_take_text(context, node, argument, &text))
		return -EINVAL;
	if (parse_number(text, value) || *value < min || *value > max)
		return config_error(context->report, &node->origin,
				    "%s '%s': this must be a number from %ju to %ju",
				    node->word, text, (uintmax_t)min,
				    (uintmax_t)max);
	return 0;
}

/* SECONDS[.FRACTION] */
static int parse_time(const char *text, uint64_t *microseconds)
{
	size_t whole = strcspn(text, ".");
	uint64_t seconds = 0, part = 0, unit = SECOND;
	char digits[20] = "";
	const char *at;

	if (whole >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, whole);
	if (!text[whole] || whole) {
		if (nflb_number_parse(digits, &seconds))
			return -EINVAL;
	}
	at = text[whole] ? text + whole + 1 : text + whole;
	if (text[whole] && !*at)
		return -EINVAL;
	for (; *at; at++) {
		if (*at < '0' || *at > '9')
			return -EINVAL;
		unit /= 10;
		part += (*at - '0') * unit;
	}
	if (__builtin_mul_overflow(seconds, SECOND, microseconds) ||
	    __builtin_add_overflow(*microseconds, part, microseconds))
		return -EINVAL;
	return 0;
}

/**
 * config_take_time() - take seconds with a fraction
 * @context: where words are bound
 * @node: the line
 * @argument: index of the word
 * @min: least, in microseconds
 * @max: most, in microseconds
 * @microseconds: the time
 *
 * Return: 0 or -EINVAL.
 */
int config_take_time(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     uint64_t min, uint64_t max, uint64_t *microseconds)
{
	const char *text;

	if (config_take_text(context, node, argument, &text))
		return -EINVAL;
	if (parse_time(text, microseconds) || *microseconds < min ||
	    *microseconds > max)
		return config_error(context->report, &node->origin,
				    "%s '%s': this must be seconds from %g to %g",
				    node->word, text, (double)min / SECOND,
				    (double)max / SECOND);
	return 0;
}

/**
 * config_take_address() - take an address, without port and prefix
 * @context: where words are bound
 * @node: the line
 * @argument: index of the word
 * @address: the address
 *
 * Return: 0 or -EINVAL.
 */
int config_take_address(struct config_context *context,
			const struct config_node *node, unsigned int argument,
			struct nflb_address *address)
{
	const char *text;

	if (config_take_text(context, node, argument, &text))
		return -EINVAL;
	if (nflb_address_parse(text, address))
		return config_error(context->report, &node->origin,
				    "%s '%s': this is not an address",
				    node->word, text);
	return 0;
}

/* The next word of a command, as a shell would see quotes. NULL: no more. */
static char *next_word(char **at, const char **why)
{
	char *from = *at, *to, *word, quote = '\0';

	while (isspace((unsigned char)*from))
		from++;
	if (!*from)
		return NULL;
	for (word = to = from; *from && (quote || !isspace((unsigned char)*from));
	     from++) {
		if (quote ? *from == quote : *from == '\'' || *from == '"')
			quote = quote ? '\0' : *from;
		else
			*to++ = *from;
	}
	if (quote)
		*why = "a quoted string does not end";
	*at = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

static int split_command(struct config_context *context,
			 const struct config_node *node, const char *text,
			 struct config_command *command)
{
	char *copy = config_strdup(context->arena, text), *word;
	const char **argv = NULL, **last;
	const char *why = NULL;
	size_t count = 0;

	if (!copy)
		return config_no_memory(context, node);
	do {
		word = next_word(&copy, &why);
		last = config_grow(context->arena, &argv, count++,
				   sizeof(*argv));
		if (!last)
			return config_no_memory(context, node);
		*last = word;
	} while (word);
	if (why || count == 1)
		return config_error(context->report, &node->origin, "%s: %s",
				    node->word, why ? why : "this is no command");
	command->argv = argv;
	return 0;
}

/**
 * config_take_command() - take a program, with who runs it behind
 * @context: where words are bound
 * @node: the line
 * @argument: index of the word with the program and its arguments, which are
 *	parted by spaces; quotes keep them together. A user and a group may
 *	follow it.
 * @command: the result
 *
 * Return: 0 or a negative errno.
 */
int config_take_command(struct config_context *context,
			const struct config_node *node, unsigned int argument,
			struct config_command *command)
{
	struct config_command result = { 0 };
	const char *text;
	int err;

	if (config_take_text(context, node, argument, &text))
		return -EINVAL;
	err = split_command(context, node, text, &result);
	if (err)
		return err;
	if (argument + 1 < node->count)
		result.user = node->argument[argument + 1];
	if (argument + 2 < node->count)
		result.group = node->argument[argument + 2];
	config_end_arguments(context, node, argument + 3);
	*command = result;
	return 0;
}
