/* SPDX-License-Identifier: GPL-2.0 */
/* Pools of source addresses: keywords of services and backends */
#ifndef _LBADM_SOURCE_H
#define _LBADM_SOURCE_H

#include <stdio.h>

#include <nflb/nflb.h>

struct args;
struct command;
struct keyword;

/* Values of the keywords: whose pool it is. */
enum source_owner {
	SOURCE_OF_SERVICE,
	SOURCE_OF_BACKEND,
};

#define SOURCE_POOL_TEXT	(NFLB_SOURCE_POOL_LEN + 40)

int parse_source_pool(struct args *args, struct command *command,
		      const struct keyword *keyword);
int parse_source_ports(struct args *args, struct command *command,
		       const struct keyword *keyword);
void source_pool_text(const struct nflb_source_pool *pool,
		      char text[SOURCE_POOL_TEXT]);

#endif /* _LBADM_SOURCE_H */
