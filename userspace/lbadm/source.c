// SPDX-License-Identifier: GPL-2.0
/* Pools of source addresses: keywords of services and backends */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "source.h"

static struct nflb_source_pool *pool_of(struct command *command,
					const struct keyword *keyword)
{
	return keyword->value == SOURCE_OF_SERVICE ?
	       &command->service.source_pool : &command->backend.source_pool;
}

int parse_source_pool(struct args *args, struct command *command,
		      const struct keyword *keyword)
{
	const char *word = args_take(args, "ADDRESS[/LENGTH],... or 'none'");
	const char *why;

	if (!word)
		return -EINVAL;
	if (nflb_source_pool_parse(word, pool_of(command, keyword), &why))
		return args_refuse(args, "source-pool '%s': %s", word, why);
	if (keyword->value == SOURCE_OF_SERVICE)
		command->service.given |= NFLB_GIVEN_SOURCE_POOL;
	else
		command->backend.given |= NFLB_GIVEN_SOURCE_POOL;
	return 0;
}

static int parse_port(const char *text, size_t len, uint16_t *port)
{
	char word[sizeof("65535")];
	uint64_t number;

	if (!len || len >= sizeof(word))
		return -EINVAL;
	memcpy(word, text, len);
	word[len] = '\0';
	if (nflb_number_parse(word, &number) || !number || number > UINT16_MAX)
		return -EINVAL;
	*port = (uint16_t)number;
	return 0;
}

int parse_source_ports(struct args *args, struct command *command,
		       const struct keyword *keyword)
{
	struct nflb_source_pool *pool = pool_of(command, keyword);
	const char *word = args_take(args, "MIN-MAX");
	size_t len;

	if (!word)
		return -EINVAL;
	len = strcspn(word, "-");
	if (!word[len] || parse_port(word, len, &pool->port_min) ||
	    parse_port(word + len + 1, strlen(word + len + 1),
		       &pool->port_max) || pool->port_min > pool->port_max)
		return args_refuse(args, "ports '%s': this is not MIN-MAX, from 1 to 65535",
				   word);
	return 0;
}

/**
 * source_pool_text() - a pool as words of the command line
 * @pool: the pool
 * @text: keyword and value; default ports are left out
 */
void source_pool_text(const struct nflb_source_pool *pool,
		      char text[SOURCE_POOL_TEXT])
{
	char addresses[NFLB_SOURCE_POOL_LEN];
	int len;

	nflb_source_pool_format(pool, addresses);
	len = snprintf(text, SOURCE_POOL_TEXT, "source-pool %s", addresses);
	if (pool->count && (pool->port_min != NFLB_SOURCE_PORT_MIN ||
			    pool->port_max != NFLB_SOURCE_PORT_MAX))
		snprintf(text + len, SOURCE_POOL_TEXT - len, " ports %u-%u",
			 pool->port_min, pool->port_max);
}
