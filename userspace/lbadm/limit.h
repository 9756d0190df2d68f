/* SPDX-License-Identifier: GPL-2.0 */
/* Limits of a service: keywords and how they are written */
#ifndef _LBADM_LIMIT_H
#define _LBADM_LIMIT_H

#include "command.h"

/* Room for "client-rate-limit 1000000/s burst 1000000 prefix 128". */
#define RATE_LIMIT_TEXT	64

extern const struct keyword rate_limit_options[];
extern const struct keyword client_rate_limit_options[];

int parse_max_half_open(struct args *args, struct command *command,
			const struct keyword *keyword);
int parse_service_max_connections(struct args *args, struct command *command,
				  const struct keyword *keyword);
int parse_rate_limit(struct args *args, struct command *command,
		     const struct keyword *keyword);
int parse_client_rate_limit(struct args *args, struct command *command,
			    const struct keyword *keyword);
void rate_limit_text(const char *name, const struct nflb_rate *rate,
		     uint8_t default_prefix, char text[RATE_LIMIT_TEXT]);

#endif /* _LBADM_LIMIT_H */
