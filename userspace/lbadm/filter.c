// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "filter.h"

int filter_service(struct args *args, struct command *command,
		   const struct keyword *keyword)
{
	(void)keyword;
	return args_key(args, &command->filter.service);
}

int filter_backend(struct args *args, struct command *command,
		   const struct keyword *keyword)
{
	struct nflb_filter *filter = &command->filter;

	(void)keyword;
	return args_backend(args, &filter->backend, &filter->backend_port);
}

int filter_client(struct args *args, struct command *command,
		  const struct keyword *keyword)
{
	struct nflb_filter *filter = &command->filter;

	return args_prefix(args, keyword->word.name, &filter->client,
			   &filter->client_prefix);
}

int filter_all(struct args *args, struct command *command,
	       const struct keyword *keyword)
{
	(void)args;
	(void)keyword;
	command->filter.all = true;
	return 0;
}

/**
 * filter_check() - check that the parts of a filter go together
 * @args: gets the error
 * @filter: the filter
 *
 * Return: 0 or -EINVAL.
 */
int filter_check(struct args *args, const struct nflb_filter *filter)
{
	sa_family_t service = filter->service.address.family;
	sa_family_t client = filter->client.family;

	if (service != AF_UNSPEC && client != AF_UNSPEC && service != client)
		return args_refuse(args, "service and client are of different families");
	return 0;
}

/**
 * filter_parse_del() - read 'all' or a filter that is not empty
 * @args: the words
 * @command: gets the filter
 * @what: what is to be removed
 * @keywords: of the filter, and 'all'
 *
 * Return: 0 or -EINVAL.
 */
int filter_parse_del(struct args *args, struct command *command,
		     const char *what, const struct keyword *keywords)
{
	int words = args->count - args->next;

	if (!words)
		return args_refuse(args, "which %s? 'all' or a filter is missing",
				   what);
	if (command_settings(args, keywords, command))
		return -EINVAL;
	if (command->filter.all && words > 1)
		return args_refuse(args, "'all' takes no filter");
	return filter_check(args, &command->filter);
}
