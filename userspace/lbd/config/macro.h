/* SPDX-License-Identifier: GPL-2.0 */
/* Definitions: $NAME=VALUE, and those that are always there */
#ifndef _LBD_CONFIG_MACRO_H
#define _LBD_CONFIG_MACRO_H

#include <stdbool.h>
#include <stdint.h>

#include "bind.h"
#include "text.h"

#define MACRO_BUCKETS	256
#define MACRO_SHORT	32	/* bytes of a value that needs no memory */

/* A line of text that comes from somewhere. */
struct macro_line {
	const char *text;
	struct config_origin origin;
};

/**
 * struct macro - a definition
 * @lines: its value; one that has a single line is put into the line that
 *	names it, one of several takes the place of that
 * @own: and @bytes: a value of macro_set_text(), which loops call often
 */
struct macro {
	struct macro *next;	/* in its bucket */
	const char *name;
	struct macro_line *lines;
	size_t count;
	struct macro_line own;
	char bytes[MACRO_SHORT];
};

/**
 * struct macros - all definitions that are there now
 * @arena: where they live
 * @directory: ${_PWD}
 * @instance: ${_INSTANCE}
 * @random: state of ${_RANDOM}
 */
struct macros {
	struct config_arena *arena;
	struct macro *bucket[MACRO_BUCKETS];
	const char *directory;
	const char *instance;
	uint64_t random;
};

/* What a '$' begins. */
struct macro_use {
	const char *begin;	/* the '$' */
	const char *end;
	const char *name;
	size_t length;
	const char *arguments;	/* behind the name, up to the brace */
};

bool macro_use(const char *at, struct macro_use *use);
struct macro *macro_find(const struct macros *macros, const char *name,
			 size_t length);
struct macro *macro_set(struct macros *macros, const char *name, size_t length,
			struct macro_line *lines, size_t count);
int macro_set_text(struct macros *macros, const char *name, const char *value);
size_t macro_name_length(const char *text);
int macro_builtin(struct macros *macros, const struct macro_use *use,
		  struct text *text);

#endif /* _LBD_CONFIG_MACRO_H */
