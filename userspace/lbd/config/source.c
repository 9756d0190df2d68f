// SPDX-License-Identifier: GPL-2.0
/* Lines of files */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lexer.h"
#include "source.h"

bool source_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(text, word, length) &&
	       (!text[length] || isspace((unsigned char)text[length]));
}

static const char *skip_space(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/*
 * Take the next line that is not empty, without comment and white space around.
 *
 * Return: 1, 0 at the end, or a negative errno.
 */
static int take_physical(struct source *source, struct text *text,
			 unsigned int *number)
{
	struct source_file *file = source->file;
	struct config_origin origin = { .file = file->path };
	const char *newline, *begin;
	size_t length;

	while (file->at < file->end) {
		begin = file->at;
		newline = memchr(begin, '\n', file->end - begin);
		file->at = newline ? newline + 1 : file->end;
		length = (newline ? newline : file->end) - begin;
		*number = origin.line = file->line++;
		if (memchr(begin, '\0', length))
			return config_error(source->report, &origin,
					    "a byte that is zero: this is no text");
		length = lexer_strip(begin, length);
		while (length && isspace((unsigned char)*begin)) {
			begin++;
			length--;
		}
		text->length = 0;
		if (length)
			return text_add(text, begin, length) ? -ENOMEM : 1;
	}
	return 0;
}

/* A backslash at the end, which is not itself escaped. */
static bool cut_continuation(struct text *text)
{
	size_t backslashes = 0;

	while (backslashes < text->length &&
	       text->bytes[text->length - 1 - backslashes] == '\\')
		backslashes++;
	if (!(backslashes & 1))
		return false;
	text->bytes[--text->length] = '\0';
	while (text->length && isspace((unsigned char)text->bytes[text->length - 1]))
		text->bytes[--text->length] = '\0';
	return true;
}

static int define_lines(struct source *source, const char *text,
			struct macro_line *lines, size_t count)
{
	size_t name = source_definition(text);
	size_t first;

	lines[0].text = skip_space(text + 1 + name + 1);
	first = *lines[0].text ? 0 : 1;
	return macro_set(&source->macros, text + 1, name, lines + first,
			 count - first) ? 0 : -ENOMEM;
}

static int join_lines(struct source *source, const struct macro_line *lines,
		      size_t count)
{
	struct macro_line joined = { .origin = lines[0].origin };
	struct text text = { 0 };
	int err = 0;
	size_t i;

	for (i = 0; !err && i < count; i++) {
		err = i ? text_add(&text, " ", 1) : 0;
		if (!err)
			err = text_add_string(&text, lines[i].text);
	}
	joined.text = text.bytes;
	if (!err)
		err = source_line(source, &joined, 0);
	text_free(&text);
	return err;
}

/* Lines that are joined by a backslash: a definition keeps them apart. */
static int take_joined(struct source *source, struct macro_line *lines,
		       size_t count)
{
	const char *text = lines[0].text;

	if (count > 1 && !source_condition(source, &text))
		return 0;
	if (count > 1 && source_definition(text))
		return define_lines(source, text, lines, count);
	lines[0].text = text;
	return join_lines(source, lines, count);
}

/* A line with those that continue it. Return: 1, 0 at the end, an error. */
static int take_logical(struct source *source, struct text *text)
{
	struct config_arena *arena = source->macros.arena;
	struct macro_line *lines = NULL, *line, one;
	unsigned int number;
	bool more = true;
	size_t count = 0;
	int err;

	while (more) {
		err = take_physical(source, text, &number);
		if (err < 0 || (!err && !count))
			return err;
		if (!err)
			break;
		more = cut_continuation(text);
		if (!count && !more) {
			one.text = text->bytes;
			one.origin.file = source->file->path;
			one.origin.line = number;
			err = source_line(source, &one, 0);
			return err ? err : 1;
		}
		line = config_grow(arena, &lines, count, sizeof(*lines));
		if (!line)
			return -ENOMEM;
		line->origin.file = source->file->path;
		line->origin.line = number;
		line->text = config_strdup(arena, text->bytes);
		if (!line->text)
			return -ENOMEM;
		count++;
	}
	err = take_joined(source, lines, count);
	return err ? err : 1;
}

/**
 * source_read() - read a file, and what it includes
 * @source: where it all goes
 * @path: the file
 *
 * Return: 0 or a negative errno. What is wrong in a single line is reported,
 * and reading goes on.
 */
int source_read(struct source *source, const char *path)
{
	struct config_origin origin = { .file = path };
	int err;

	source->macros.arena = config_arena_new();
	if (!source->macros.arena)
		return -ENOMEM;
	source->macros.instance = source->id;
	if (getrandom(&source->macros.random, sizeof(source->macros.random),
		      GRND_NONBLOCK) < 0)
		source->macros.random = 1;
	err = source_open(source, path, &origin);
	config_arena_free(source->macros.arena);
	return err;
}

/* Called by source_open() with a file in place. */
int source_file_lines(struct source *source)
{
	struct text text = { 0 };
	int err;

	do
		err = take_logical(source, &text);
	while (err > 0 || err == -EINVAL);
	text_free(&text);
	return err;
}
