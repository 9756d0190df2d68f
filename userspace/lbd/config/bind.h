/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of keywords: what may stand in a block, and where its value goes
 *
 * Every keyword of keepalived 2.2 is in some table: with an effect, as one
 * that is accepted with a warning because it cannot matter here (why says the
 * reason), or as one that is refused (the same). A word in no table is an
 * error that names the nearest one.
 */
#ifndef _LBD_CONFIG_BIND_H
#define _LBD_CONFIG_BIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nflb/nflb.h>

#include "tree.h"

struct config;
struct config_later;

/* Memory that lives as long as a configuration. */
struct config_arena *config_arena_new(void);
void config_arena_free(struct config_arena *arena);
void config_arena_lean(struct config_arena *arena, struct config_arena *base);
void *config_alloc(struct config_arena *arena, size_t size);	/* zeroed */
char *config_strdup(struct config_arena *arena, const char *text);
char *config_strndup(struct config_arena *arena, const char *text,
		     size_t length);
/* Room for one more at the end of an array of @count; sets *@array. */
void *config_grow(struct config_arena *arena, void *array, size_t count,
		  size_t size);

/* What was found wrong, in order; an error leaves the configuration unused. */
struct config_report {
	unsigned int errors;
	unsigned int warnings;
	FILE *stream;		/* where the lines go; NULL: to the log */
	bool quiet;		/* warnings are counted only */
};

__attribute__((format(printf, 3, 4)))
int config_error(struct config_report *report,
		 const struct config_origin *origin, const char *format, ...);
__attribute__((format(printf, 3, 4)))
void config_warning(struct config_report *report,
		    const struct config_origin *origin, const char *format, ...);

/* What the functions of a table work with. */
struct config_context {
	struct config *config;
	struct config_arena *arena;
	struct config_report *report;
	struct config_later *later;	/* see config_later() */
};

enum config_kind {
	CONFIG_FLAG,		/* bool: the word alone sets it */
	CONFIG_SWITCH,		/* bool: the word alone or on|true|yes, off|false|no */
	CONFIG_UINT,		/* unsigned int from min to max */
	CONFIG_TIME,		/* uint64_t microseconds; written as seconds with
				 * a fraction; min and max in microseconds
				 */
	CONFIG_STRING,		/* const char *: one word */
	CONFIG_COMMAND,		/* struct config_command */
	CONFIG_ADDRESS,		/* struct nflb_address */
	CONFIG_BLOCK,		/* the words of another table, the same object */
	CONFIG_CALL,		/* fn does it all, block included */
	CONFIG_IGNORED,		/* a warning with why */
	CONFIG_REFUSED,		/* an error with why */
};

/**
 * struct config_word - a keyword
 * @word: its name; NULL ends a table
 * @kind: what follows it
 * @offset: of the member of the object that it sets
 * @min: and @max: of numbers
 * @given: offset of an unsigned int in the object that gets @bit, or 0 with @bit 0
 * @bit: says that the word was given
 * @block: of %CONFIG_BLOCK
 * @fn: of %CONFIG_CALL. Return: 0 or a negative errno after config_error().
 * @why: of %CONFIG_IGNORED and %CONFIG_REFUSED
 */
struct config_word {
	const char *word;
	enum config_kind kind;
	size_t offset;
	uint64_t min;
	uint64_t max;
	size_t given;
	unsigned int bit;
	const struct config_word *block;
	int (*fn)(struct config_context *context,
		  const struct config_node *node, void *object);
	const char *why;
};

/* A program with its arguments, and who runs it. */
struct config_command {
	const char **argv;	/* ends with NULL; NULL: none */
	const char *user;	/* NULL: script_user */
	const char *group;
};

/* Words that may stand in a block, and what they set. */
struct config_set {
	const struct config_word *words;
	void *object;
};

int config_bind(struct config_context *context, const struct config_node *block,
		const struct config_word *words, void *object);
int config_bind_sets(struct config_context *context,
		     const struct config_node *block,
		     const struct config_set *sets, size_t count);
int config_later(struct config_context *context, const struct config_node *node,
		 int (*fn)(struct config_context *context,
			   const struct config_node *node));
int config_run_later(struct config_context *context);
int config_no_memory(struct config_context *context,
		     const struct config_node *node);

/* What a function of a table needs again and again. */
int config_take_uint(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     uint64_t min, uint64_t max, uint64_t *value);
int config_take_time(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     uint64_t min, uint64_t max, uint64_t *microseconds);
int config_take_address(struct config_context *context,
			const struct config_node *node, unsigned int argument,
			struct nflb_address *address);
int config_take_command(struct config_context *context,
			const struct config_node *node, unsigned int argument,
			struct config_command *command);
int config_take_text(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     const char **text);
void config_end_arguments(struct config_context *context,
			  const struct config_node *node, unsigned int count);
const char *config_nearest(const char *word, const char *const *words,
			   size_t count);

#endif /* _LBD_CONFIG_BIND_H */
