/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A configuration as text with structure: lines of words, some with a block
 * of lines; includes, definitions, conditions and sequences are resolved
 */
#ifndef _LBD_CONFIG_TREE_H
#define _LBD_CONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where something was said. */
struct config_origin {
	const char *file;
	unsigned int line;
};

/**
 * struct config_node - a line
 * @word: the keyword, its first word
 * @argument: the words after it, unquoted
 * @count: length of @argument
 * @has_block: a block in braces belongs to it, which may be empty
 * @block: the first line of that
 * @next: the line after it in the same block
 * @origin: where it was said, or where the line was that made it
 */
struct config_node {
	const char *word;
	const char **argument;
	unsigned int count;
	bool has_block;
	struct config_node *block;
	struct config_node *next;
	struct config_origin origin;
};

struct config_arena;
struct config_report;

/* Blocks in blocks, and files that include files. */
#define CONFIG_DEPTH_MAX	32

/* So many lines make a configuration, once all is resolved. */
extern size_t config_lines_max;

/* tree.c */
int config_tree_read(const char *path, struct config_arena *arena,
		     struct config_report *report, struct config_node **tree);
int config_tree_parse(const char *text, size_t length,
		      struct config_arena *arena, struct config_report *report,
		      struct config_node **tree);
void config_tree_write(const struct config_node *tree, FILE *stream);
void config_tree_set_id(const char *id);

#endif /* _LBD_CONFIG_TREE_H */
