// SPDX-License-Identifier: GPL-2.0
/* Lines become nodes, and nodes lines */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "lexer.h"
#include "source.h"
#include "tree.h"

size_t config_lines_max = 16 * 1000 * 1000;

static const char *tree_id;

/* A block that is open: where its next line goes. */
struct open_block {
	struct config_node *node;
	struct config_node **tail;
	struct config_node *last;
};

/**
 * struct builder - a tree while it is built
 * @open: blocks that are open; the first is the tree itself
 * @depth: index of the innermost
 * @words: of the line that is read, each ended by a NUL
 * @count: of @words
 * @scratch: room for a word of it
 */
struct builder {
	struct config_arena *arena;
	struct config_report *report;
	struct open_block open[CONFIG_DEPTH_MAX + 1];
	unsigned int depth;
	struct text words;
	size_t count;
	struct text scratch;
};

static int add_word(struct builder *builder, const char *word)
{
	builder->count++;
	return text_add(&builder->words, word, strlen(word) + 1);
}

/* The words so far are a line. */
static int end_line(struct builder *builder, const struct config_origin *origin)
{
	struct open_block *open = &builder->open[builder->depth];
	size_t count = builder->count, i;
	struct config_node *node;
	char *words;

	if (!count)
		return 0;
	/* In one piece: the node, its arguments, the text of all words. */
	node = config_alloc(builder->arena, sizeof(*node) +
			    (count - 1) * sizeof(*node->argument) +
			    builder->words.length);
	if (!node)
		return -ENOMEM;
	node->argument = (const char **)(node + 1);
	node->count = count - 1;
	node->origin = *origin;
	words = (char *)(node->argument + node->count);
	memcpy(words, builder->words.bytes, builder->words.length);
	node->word = words;
	for (i = 0; i < node->count; i++) {
		words += strlen(words) + 1;
		node->argument[i] = words;
	}
	builder->words.length = 0;
	*open->tail = node;
	open->tail = &node->next;
	open->last = node;
	builder->count = 0;
	return 0;
}

static int open_block(struct builder *builder,
		      const struct config_origin *origin)
{
	struct config_node *node;
	struct open_block *open;
	int err = end_line(builder, origin);

	if (err)
		return err;
	node = builder->open[builder->depth].last;
	if (!node || node->has_block)
		return config_error(builder->report, origin,
				    "'{' without a word before it");
	if (builder->depth == CONFIG_DEPTH_MAX) {
		config_error(builder->report, origin, "blocks in blocks %u deep",
			     CONFIG_DEPTH_MAX);
		return -E2BIG;
	}
	node->has_block = true;
	open = &builder->open[++builder->depth];
	open->node = node;
	open->tail = &node->block;
	open->last = NULL;
	return 0;
}

static int close_block(struct builder *builder,
		       const struct config_origin *origin)
{
	int err = end_line(builder, origin);

	if (err)
		return err;
	if (!builder->depth)
		return config_error(builder->report, origin,
				    "'}' without a block that it could end");
	builder->depth--;
	return 0;
}

static int take_token(struct builder *builder, enum token token,
		      const struct lexer *lexer,
		      const struct config_origin *origin)
{
	switch (token) {
	case TOKEN_WORD:
		return add_word(builder, lexer->word);
	case TOKEN_OPEN:
		return open_block(builder, origin);
	case TOKEN_CLOSE:
		return close_block(builder, origin);
	case TOKEN_BAD:
		builder->count = 0;
		builder->words.length = 0;
		return config_error(builder->report, origin, "%s", lexer->why);
	default:
		return end_line(builder, origin);
	}
}

static int take_line(void *data, const struct macro_line *line)
{
	struct builder *builder = data;
	struct lexer lexer = { .at = line->text };
	enum token token;
	int err;

	/* A word is not longer than its line. */
	builder->scratch.length = 0;
	if (text_add_string(&builder->scratch, line->text))
		return -ENOMEM;
	lexer.word = builder->scratch.bytes;
	do {
		token = lexer_next(&lexer);
		err = take_token(builder, token, &lexer, &line->origin);
	} while (!err && token != TOKEN_END);
	return err;
}

static void begin(struct builder *builder, struct config_arena *arena,
		  struct config_report *report, struct config_node **tree)
{
	*tree = NULL;
	*builder = (struct builder){ .arena = arena, .report = report };
	builder->open[0].tail = tree;
}

static int finish(struct builder *builder, int err)
{
	const struct config_node *node = builder->open[builder->depth].node;

	if (!err && builder->depth)
		err = config_error(builder->report, &node->origin,
				   "the block of '%s' does not end", node->word);
	text_free(&builder->words);
	text_free(&builder->scratch);
	return err;
}

/**
 * config_tree_set_id() - say what @conditions compare with
 * @id: not copied; NULL: the name of the host up to the first dot
 */
void config_tree_set_id(const char *id)
{
	tree_id = id;
}

/**
 * config_tree_read() - read a file
 * @path: the file
 * @arena: where the tree lives
 * @report: what is wrong
 * @tree: the first line
 *
 * Return: 0 or a negative errno; all of it was reported.
 */
int config_tree_read(const char *path, struct config_arena *arena,
		     struct config_report *report, struct config_node **tree)
{
	unsigned int errors = report->errors;
	struct utsname host = { 0 };
	struct builder builder;
	struct source source = {
		.arena = arena,
		.report = report,
		.id = tree_id,
		.take = take_line,
		.builder = &builder,
	};
	int err;

	uname(&host);
	host.nodename[strcspn(host.nodename, ".")] = '\0';
	if (!source.id)
		source.id = host.nodename;
	begin(&builder, arena, report, tree);
	err = source_read(&source, path);
	if (err == -ENOMEM)
		config_error(report, &(struct config_origin){ .file = path },
			     "out of memory");
	err = finish(&builder, err);
	return !err && report->errors != errors ? -EINVAL : err;
}

/**
 * config_tree_parse() - read what config_tree_write() has written
 * @text: not ended by a NUL; nothing in it is resolved
 * @length: of @text
 * @arena: where the tree lives
 * @report: what is wrong
 * @tree: the first line
 *
 * Return: 0 or a negative errno.
 */
int config_tree_parse(const char *text, size_t length,
		      struct config_arena *arena, struct config_report *report,
		      struct config_node **tree)
{
	struct macro_line line = { .origin.file = "configuration" };
	const char *end = text + length, *newline;
	unsigned int errors = report->errors;
	struct text copy = { 0 };
	struct builder builder;
	int err = 0;

	begin(&builder, arena, report, tree);
	while ((!err || err == -EINVAL) && text < end) {
		newline = memchr(text, '\n', end - text);
		length = (newline ? newline : end) - text;
		line.origin.line++;
		copy.length = 0;
		err = text_add(&copy, text, lexer_strip(text, length));
		line.text = copy.bytes;
		if (!err)
			err = take_line(&builder, &line);
		text += length + 1;
	}
	text_free(&copy);
	err = finish(&builder, err == -EINVAL ? 0 : err);
	return !err && report->errors != errors ? -EINVAL : err;
}

static bool is_plain(const char *word)
{
	const char *at;

	for (at = word; *at; at++) {
		if (isspace((unsigned char)*at) || iscntrl((unsigned char)*at) ||
		    strchr("\"'\\#!{}", *at))
			return false;
	}
	return at != word;
}

static void write_word(const char *word, FILE *stream)
{
	if (is_plain(word)) {
		fputs(word, stream);
		return;
	}
	putc('"', stream);
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			fprintf(stream, "\\%c", *word);
		else if (iscntrl((unsigned char)*word))
			fprintf(stream, "\\%03o", (unsigned char)*word);
		else
			putc(*word, stream);
	}
	putc('"', stream);
}

static void write_block(const struct config_node *node, unsigned int depth,
			FILE *stream)
{
	unsigned int i;

	for (; node; node = node->next) {
		for (i = 0; i < depth; i++)
			putc('\t', stream);
		write_word(node->word, stream);
		for (i = 0; i < node->count; i++) {
			putc(' ', stream);
			write_word(node->argument[i], stream);
		}
		if (node->has_block) {
			fputs(" {\n", stream);
			write_block(node->block, depth + 1, stream);
			for (i = 0; i < depth; i++)
				putc('\t', stream);
			putc('}', stream);
		}
		putc('\n', stream);
	}
}

/**
 * config_tree_write() - write a tree as text
 * @tree: the first line
 * @stream: where to
 */
void config_tree_write(const struct config_node *tree, FILE *stream)
{
	write_block(tree, 0, stream);
}
