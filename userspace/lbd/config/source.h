/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the lines of a configuration come from: files, and files that these
 * include, with definitions, conditions, sequences and lists resolved
 */
#ifndef _LBD_CONFIG_SOURCE_H
#define _LBD_CONFIG_SOURCE_H

#include <sys/types.h>

#include "macro.h"

/* Which missing files are errors: include_check. */
#define INCLUDE_READABLE	0x1
#define INCLUDE_MATCH		0x2
#define INCLUDE_WILDCARD	0x4
#define INCLUDE_BRACE		0x8
#define INCLUDE_ALL		0xf

/* A file that is being read. */
struct source_file {
	struct source_file *includer;
	const char *path;
	const char *directory;
	dev_t device;
	ino_t inode;
	const char *at;		/* what is left of its text */
	const char *end;
	unsigned int line;	/* of @at */
	unsigned int checks;	/* INCLUDE_* */
};

/**
 * struct source - a configuration that is being read
 * @arena: of the configuration: paths are kept there
 * @id: what conditions compare with
 * @file: the innermost
 * @lines: that were made so far
 * @take: gets a line that is resolved. Return: 0 or a negative errno, which
 *	ends it all.
 */
struct source {
	struct config_arena *arena;
	struct config_report *report;
	const char *id;
	struct source_file *file;
	struct macros macros;
	size_t lines;
	int (*take)(void *builder, const struct macro_line *line);
	void *builder;
};

int source_read(struct source *source, const char *path);
int source_file_lines(struct source *source);

/* include.c */
int source_open(struct source *source, const char *path,
		const struct config_origin *origin);
int source_include(struct source *source, const struct macro_line *line);
int source_include_check(struct source *source, const struct macro_line *line);
bool source_is_include(const char *text);

/* expand.c */
int source_line(struct source *source, const struct macro_line *line,
		unsigned int depth);
int source_emit(struct source *source, const struct macro_line *line);
bool source_condition(struct source *source, const char **text);
size_t source_definition(const char *text);

/* loop.c */
bool loop_is(const char *text);
int loop_run(struct source *source, const struct macro_line *line,
	     unsigned int depth);

/* Its first word is @word. */
bool source_word(const char *text, const char *word);

#endif /* _LBD_CONFIG_SOURCE_H */
