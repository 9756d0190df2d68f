/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between a file and the kernel, service by service */
#ifndef _LBADM_CHANGE_H
#define _LBADM_CHANGE_H

#include "plan.h"

/* Exit codes of lbadm diff, those of diff(1). */
#define DIFF_DIFFERENT	1
#define DIFF_TROUBLE	2

/* Each is one request: a service changes in one step or not at all. */
enum change_kind {
	CHANGE_ADD,
	CHANGE_REPLACE,
	CHANGE_SET,
	CHANGE_BACKEND_ADD,
	CHANGE_BACKEND_SET,
	CHANGE_BACKEND_DEL,
	CHANGE_DEL,
};

/**
 * struct change - one command that makes the kernel more like the file
 * @kind: what to do
 * @before: the service as it is; NULL: there is none
 * @after: the service as it shall be; NULL: none
 * @backend: the one that is concerned, of CHANGE_BACKEND_*
 * @line: of the file, with what the change is about; NULL: of none
 * @put_off: it was refused once and waits for the others
 * @verb: its object and verb
 * @text: all of the command
 */
struct change {
	enum change_kind kind;
	const struct nflb_pool *before;
	const struct nflb_pool *after;
	const struct nflb_backend *backend;
	const struct step *line;
	bool put_off;
	const char *verb;
	char *text;
};

struct changes {
	struct change *change;
	size_t count;
};

int changes_find(struct changes *changes, struct plan *plan,
		 const struct nflb_config *config);
void changes_free(struct changes *changes);

#endif /* _LBADM_CHANGE_H */
