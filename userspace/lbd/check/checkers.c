// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "checker.h"

static const struct checker *const checkers[] = {
	&checker_tcp,
	&checker_udp,
	&checker_ping,
	&checker_file,
	&checker_misc,
	&checker_agent,
	&checker_http,
	&checker_ssl,
	&checker_grpc,
	&checker_smtp,
	&checker_dns,
};

/**
 * checker_find() - the checker a keyword names
 * @keyword: as in the configuration
 *
 * Return: it, or NULL.
 */
const struct checker *checker_find(const char *keyword)
{
	size_t i;

	for (i = 0; i < sizeof(checkers) / sizeof(*checkers); i++) {
		if (!strcmp(checkers[i]->keyword, keyword))
			return checkers[i];
	}
	return NULL;
}
