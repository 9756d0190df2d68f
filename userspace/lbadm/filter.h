/* SPDX-License-Identifier: GPL-2.0 */
/* Which connections, or which affinity, as words of the command line */
#ifndef _LBADM_FILTER_H
#define _LBADM_FILTER_H

#include "command.h"

int filter_service(struct args *args, struct command *command,
		   const struct keyword *keyword);
int filter_backend(struct args *args, struct command *command,
		   const struct keyword *keyword);
int filter_client(struct args *args, struct command *command,
		  const struct keyword *keyword);
int filter_all(struct args *args, struct command *command,
	       const struct keyword *keyword);
int filter_check(struct args *args, const struct nflb_filter *filter);
int filter_parse_del(struct args *args, struct command *command,
		     const char *what, const struct keyword *keywords);

#endif /* _LBADM_FILTER_H */
