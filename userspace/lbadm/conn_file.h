/* SPDX-License-Identifier: GPL-2.0 */
/* The connection table as a file */
#ifndef _LBADM_CONN_FILE_H
#define _LBADM_CONN_FILE_H

#include "command.h"

int conn_file_save(struct session *session, const struct command *command);
int conn_file_parse_restore(struct args *args, struct command *command);
int conn_file_restore(struct session *session, const struct command *command);
int conn_file_write(FILE *stream, const struct nflb_change *change);
int conn_file_line(struct args *args, char *text, struct nflb_change *change);

#endif /* _LBADM_CONN_FILE_H */
