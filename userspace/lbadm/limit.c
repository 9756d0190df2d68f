// SPDX-License-Identifier: GPL-2.0
/* Limits of a service: keywords and how they are written */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "limit.h"

int parse_service_max_connections(struct args *args, struct command *command,
				  const struct keyword *keyword)
{
	uint64_t number;

	if (args_number(args, keyword->word.name, 0, UINT32_MAX, &number))
		return -EINVAL;
	command->service.max_connections = (uint32_t)number;
	command->service.given |= NFLB_GIVEN_MAX_CONNECTIONS;
	return 0;
}

int parse_max_half_open(struct args *args, struct command *command,
			const struct keyword *keyword)
{
	uint64_t number;

	if (args_number(args, keyword->word.name, 0, UINT32_MAX, &number))
		return -EINVAL;
	command->service.max_half_open = (uint32_t)number;
	command->service.given |= NFLB_GIVEN_MAX_HALF_OPEN;
	return 0;
}

/* N or N/s */
static int parse_rate(struct args *args, const char *what,
		      struct nflb_rate *rate)
{
	const char *word = args_take(args, "a rate such as 100/s");
	char digits[sizeof("1000000")] = "";
	uint64_t number;
	size_t len;

	if (!word)
		return -EINVAL;
	len = strcspn(word, "/");
	if (len < sizeof(digits))
		memcpy(digits, word, len);
	if ((word[len] && strcmp(word + len, "/s")) ||
	    nflb_number_parse(digits, &number) || number > NFLB_RATE_MAX)
		return args_refuse(args, "%s '%s': a rate is a number from 0 to %u, as in 100/s",
				   what, word, NFLB_RATE_MAX);
	rate->per_second = (uint32_t)number;
	return 0;
}

int parse_rate_limit(struct args *args, struct command *command,
		     const struct keyword *keyword)
{
	command->service.given |= NFLB_GIVEN_RATE_LIMIT;
	return parse_rate(args, keyword->word.name,
			  &command->service.rate_limit);
}

int parse_client_rate_limit(struct args *args, struct command *command,
			    const struct keyword *keyword)
{
	command->service.given |= NFLB_GIVEN_CLIENT_RATE_LIMIT;
	return parse_rate(args, keyword->word.name,
			  &command->service.client_rate_limit);
}

static int take_burst(struct args *args, const struct keyword *keyword,
		      struct nflb_rate *rate)
{
	uint64_t number;

	if (args_number(args, keyword->word.name, 1, NFLB_BURST_MAX, &number))
		return -EINVAL;
	rate->burst = (uint32_t)number;
	return 0;
}

static int parse_burst(struct args *args, struct command *command,
		       const struct keyword *keyword)
{
	return take_burst(args, keyword, &command->service.rate_limit);
}

static int parse_client_burst(struct args *args, struct command *command,
			      const struct keyword *keyword)
{
	return take_burst(args, keyword, &command->service.client_rate_limit);
}

static int parse_client_prefix(struct args *args, struct command *command,
			       const struct keyword *keyword)
{
	uint64_t bits = nflb_address_bits(&command->service.key.address);
	uint64_t number;

	if (args_number(args, keyword->word.name, 1, bits, &number))
		return -EINVAL;
	command->service.client_rate_limit.prefix = (uint8_t)number;
	return 0;
}

const struct keyword rate_limit_options[] = {
	{ WORD("burst"), .parse = parse_burst },
	{ }
};

const struct keyword client_rate_limit_options[] = {
	{ WORD("burst"), .parse = parse_client_burst },
	{ WORD("prefix"), .parse = parse_client_prefix },
	{ }
};

/**
 * rate_limit_text() - a limit of rate as words of the command line
 * @name: its keyword
 * @rate: the limit; of a burst or prefix of 0 nothing is said
 * @default_prefix: a prefix that is left out, or 0; so is a burst of a second
 * @text: the words
 */
void rate_limit_text(const char *name, const struct nflb_rate *rate,
		     uint8_t default_prefix, char text[RATE_LIMIT_TEXT])
{
	int len = snprintf(text, RATE_LIMIT_TEXT, "%s %u/s", name,
			   rate->per_second);

	if (rate->burst && rate->burst != rate->per_second)
		len += snprintf(text + len, RATE_LIMIT_TEXT - len, " burst %u",
				rate->burst);
	if (rate->prefix && rate->prefix != default_prefix)
		snprintf(text + len, RATE_LIMIT_TEXT - len, " prefix %u",
			 rate->prefix);
}
