/* SPDX-License-Identifier: GPL-2.0 */
/* Schedulers and their options as words of the command line */
#ifndef _LBADM_SCHEDULER_H
#define _LBADM_SCHEDULER_H

#include "command.h"

/* Room for the longest option with its value. */
#define SCHEDULER_OPTION_LEN	64

extern const struct keyword scheduler_options[];

int scheduler_parse(struct args *args, struct command *command,
		    const struct keyword *keyword);
bool scheduler_option(const struct nflb_options *options, unsigned int option,
		      char text[SCHEDULER_OPTION_LEN]);
bool scheduler_option_is_default(const struct nflb_service *service,
				 unsigned int option);

#endif /* _LBADM_SCHEDULER_H */
