// SPDX-License-Identifier: GPL-2.0
/*
 * Values on the command line
 *
 * Every function that fails has said why in args->error, with the offending
 * word in quotes.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "args.h"

/**
 * args_refuse() - say what is wrong
 * @args: the words
 * @format: as printf()
 *
 * What does not print is replaced: the text goes to a terminal, and the words
 * in it may come from anywhere.
 *
 * Return: -EINVAL.
 */
int args_refuse(struct args *args, const char *format, ...)
{
	va_list ap;
	char *p;

	va_start(ap, format);
	vsnprintf(args->error, sizeof(args->error), format, ap);
	va_end(ap);
	for (p = args->error; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	return -EINVAL;
}

bool args_left(const struct args *args)
{
	return args->next < args->count;
}

/**
 * args_take() - take the next word
 * @args: the words
 * @what: what it should be, for the error
 *
 * Return: the word; NULL when none is left.
 */
const char *args_take(struct args *args, const char *what)
{
	if (args_left(args))
		return args->word[args->next++];
	if (args->next)
		args_refuse(args, "%s is missing after '%s'", what,
			    args->word[args->next - 1]);
	else
		args_refuse(args, "%s is missing", what);
	return NULL;
}

/**
 * args_end() - check that no word is left
 * @args: the words
 *
 * Return: 0 or -EINVAL.
 */
int args_end(struct args *args)
{
	if (!args_left(args))
		return 0;
	return args_refuse(args, "unexpected '%s'", args->word[args->next]);
}

/**
 * args_number() - take a number
 * @args: the words
 * @what: its name
 * @min: the lowest that is allowed
 * @max: the highest
 * @number: the result
 *
 * Return: 0 or -EINVAL.
 */
int args_number(struct args *args, const char *what, uint64_t min, uint64_t max,
		uint64_t *number)
{
	const char *word = args_take(args, "a number");
	int err;

	if (!word)
		return -EINVAL;
	err = nflb_number_parse(word, number);
	if (err == -EINVAL)
		return args_refuse(args, "%s '%s' is not a number from %ju to %ju",
				   what, word, (uintmax_t)min, (uintmax_t)max);
	if (err || *number < min || *number > max)
		return args_refuse(args, "%s '%s' is out of range, it must be %ju to %ju",
				   what, word, (uintmax_t)min, (uintmax_t)max);
	return 0;
}

static int refuse_name(struct args *args, const char *what, const char *word,
		       const struct nflb_names *names)
{
	char known[128] = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < names->count; i++) {
		if (names->name[i] && len < sizeof(known))
			len += snprintf(known + len, sizeof(known) - len,
					"%s%s", len ? ", " : "",
					names->name[i]);
	}
	return args_refuse(args, "unknown %s '%s', known are: %s", what, word,
			   known);
}

/**
 * args_name() - take one of a closed set of names, which are not abbreviated
 * @args: the words
 * @what: what they are names of
 * @names: the set
 * @reserved: names that a later version will know, up to a NULL; may be NULL
 *
 * Return: the number of the name, or -EINVAL.
 */
int args_name(struct args *args, const char *what,
	      const struct nflb_names *names, const char *const *reserved)
{
	const char *word = args_take(args, what);
	int value;

	if (!word)
		return -EINVAL;
	value = nflb_value(names, word);
	if (value >= 0)
		return value;
	for (; reserved && *reserved; reserved++) {
		if (!strcmp(*reserved, word))
			return args_refuse(args, "%s '%s' is not supported by this version",
					   what, word);
	}
	return refuse_name(args, what, word, names);
}

/**
 * args_on_off() - take "on" or "off"
 * @args: the words
 * @what: the name of what is switched
 * @on: the result
 *
 * Return: 0 or -EINVAL.
 */
int args_on_off(struct args *args, const char *what, bool *on)
{
	const char *word = args_take(args, "'on' or 'off'");

	if (!word)
		return -EINVAL;
	*on = !strcmp(word, "on");
	if (!*on && strcmp(word, "off"))
		return args_refuse(args, "%s '%s' is neither 'on' nor 'off'",
				   what, word);
	return 0;
}

/* N [family 4|6]: nothing else of the grammar begins with this keyword. */
static int take_mark(struct args *args, struct nflb_key *key)
{
	uint64_t mark, family = 4;

	if (args_number(args, "mark", 1, UINT32_MAX, &mark))
		return -EINVAL;
	if (args_left(args) && !strcmp(args->word[args->next], "family")) {
		args->next++;
		if (args_number(args, "family", 4, 6, &family))
			return -EINVAL;
		if (family == 5)
			return args_refuse(args, "family '5' is not 4 or 6");
	}
	*key = (struct nflb_key){ .mark = (uint32_t)mark };
	key->address.family = family == 4 ? AF_INET : AF_INET6;
	return 0;
}

/**
 * args_key() - take the key of a service: PROTOCOL ADDRESS[/PREFIX]:PORTS or
 * mark N [family 4|6]
 * @args: the words
 * @key: the result
 *
 * Return: 0 or -EINVAL.
 */
int args_key(struct args *args, struct nflb_key *key)
{
	const char *word, *why;
	int protocol;

	if (args_left(args) && !strcmp(args->word[args->next], "mark")) {
		args->next++;
		return take_mark(args, key);
	}
	protocol = args_name(args, "protocol", &nflb_protocols, NULL);
	if (protocol < 0)
		return -EINVAL;
	key->protocol = (uint8_t)protocol;
	word = args_take(args, "ADDRESS:PORT");
	if (!word)
		return -EINVAL;
	if (nflb_key_parse(word, key, &why))
		return args_refuse(args, "service '%s': %s", word, why);
	return 0;
}

/**
 * args_backend() - take ADDRESS[:PORT]
 * @args: the words
 * @address: the address
 * @port: the port, 0 when there is none
 *
 * Return: 0 or -EINVAL.
 */
int args_backend(struct args *args, struct nflb_address *address,
		 uint16_t *port)
{
	const char *word = args_take(args, "ADDRESS[:PORT] of a backend");
	const char *why;

	if (!word)
		return -EINVAL;
	if (nflb_endpoint_parse(word, address, port, &why))
		return args_refuse(args, "backend '%s': %s", word, why);
	return 0;
}

/**
 * args_prefix() - take ADDRESS[/LENGTH]
 * @args: the words
 * @what: what it is, for the error
 * @address: the address
 * @prefix: the length
 *
 * Return: 0 or -EINVAL.
 */
int args_prefix(struct args *args, const char *what,
		struct nflb_address *address, uint8_t *prefix)
{
	const char *word = args_take(args, "ADDRESS[/LENGTH]");
	const char *why;

	if (!word)
		return -EINVAL;
	if (nflb_prefix_parse(word, address, prefix, &why))
		return args_refuse(args, "%s '%s': %s", what, word, why);
	return 0;
}
