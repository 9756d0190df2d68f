/* SPDX-License-Identifier: GPL-2.0 */
/* Who runs a script, and whether others could change what is run */
#ifndef _LBD_CONTROL_IDENTITY_H
#define _LBD_CONTROL_IDENTITY_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct identity {
	uid_t uid;
	gid_t gid;
	char name[LOGIN_NAME_MAX];
	char home[PATH_MAX];
};

int identity_find(const char *user, const char *group,
		  struct identity *identity);
bool identity_trusts(const char *program);
int identity_can_run(const struct identity *identity, const char *program);

#endif /* _LBD_CONTROL_IDENTITY_H */
