/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration of IPVS as commands of lbadm */
#ifndef _LBADM_IMPORT_H
#define _LBADM_IMPORT_H

#include <stddef.h>

#define IMPORT_LEN	512

/**
 * struct import - a line of `ipvsadm -Sn` in other words
 * @verb: object and verb of the command; NULL: the line says nothing
 * @text: the command
 * @lost: what of the line has no equivalent; empty: nothing
 */
struct import {
	const char *verb;
	char text[IMPORT_LEN];
	char lost[IMPORT_LEN];
};

int import_line(char *line, struct import *import);

#endif /* _LBADM_IMPORT_H */
