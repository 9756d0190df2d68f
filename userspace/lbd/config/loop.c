// SPDX-License-Identifier: GPL-2.0
/* ~SEQ(), ~SEQx() and ~LST(): the rest of a line again and again */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

#define VALUES_MAX	4096	/* of one ~LST */
#define NAMES_MAX	32	/* that one ~LST sets */

bool loop_is(const char *text)
{
	return *text == '~' &&
	       (!strncmp(text, "~SEQ(", 5) || !strncmp(text, "~SEQx(", 6) ||
		!strncmp(text, "~LST(", 5));
}

/**
 * struct loop - a loop taken apart
 * @words: what is between the parentheses, NUL behind each; one in braces has
 *	the braces still
 * @names: of the variables
 * @rest: the line behind
 */
struct loop {
	struct source *source;
	const struct macro_line *line;
	unsigned int depth;
	char *words[VALUES_MAX + 1];
	size_t count;
	char *names[NAMES_MAX];
	size_t name_count;
	const char *rest;
};

static int refuse(const struct loop *loop, const char *why)
{
	return config_error(loop->source->report, &loop->line->origin,
			    "%.40s: %s", loop->line->text, why);
}

static char *trim(char *word)
{
	char *end;

	while (isspace((unsigned char)*word))
		word++;
	end = word + strlen(word);
	while (end > word && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return word;
}

/* Commas between @begin and its end; those in braces do not part. */
static int split(char *begin, char **words, size_t max, size_t *count)
{
	unsigned int depth = 0;
	char *at;
	size_t i;

	*count = 0;
	for (at = begin;; at++) {
		depth += *at == '{';
		depth -= *at == '}' && depth;
		if (*at && (*at != ',' || depth))
			continue;
		if (*count == max)
			return -E2BIG;
		words[(*count)++] = begin;
		if (!*at)
			break;
		*at = '\0';
		begin = at + 1;
	}
	for (i = 0; i < *count; i++)
		words[i] = trim(words[i]);
	return 0;
}

/* {a,b} or a alone. */
static int split_group(char *word, char **words, size_t *count)
{
	size_t length = strlen(word);

	if (*word == '{') {
		if (length < 2 || word[length - 1] != '}')
			return -EINVAL;
		word[length - 1] = '\0';
		word++;
	}
	return split(word, words, NAMES_MAX, count);
}

static int turn(struct loop *loop)
{
	struct macro_line line = {
		.text = loop->rest,
		.origin = loop->line->origin,
	};
	int err = source_line(loop->source, &line, loop->depth + 1);

	return err == -EINVAL ? 0 : err;
}

static int take_number(const char *word, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(word, &end, 0);
	return errno || end == word || *end ? -EINVAL : 0;
}

static int run_sequence(struct loop *loop, bool hex)
{
	long start, step, end, i;
	char value[24];
	int err = 0;

	if (loop->count < 2 || loop->count > 4)
		return refuse(loop, "needs (NAME, [START, [STEP,]] END)");
	if (take_number(loop->words[loop->count - 1], &end))
		return refuse(loop, "the end is no number");
	start = end < 0 ? -1 : 1;
	if (loop->count > 2 && take_number(loop->words[1], &start))
		return refuse(loop, "the start is no number");
	step = end < start ? -1 : 1;
	if (loop->count > 3 && take_number(loop->words[2], &step))
		return refuse(loop, "the step is no number");
	if (!step || (end > start && step < 0) || (end < start && step > 0))
		return refuse(loop, "this step never comes to the end");
	if (hex && (start < 0 || end < 0))
		return refuse(loop, "~SEQx is for numbers that are not negative");
	for (i = start; !err && (step > 0 ? i <= end : i >= end);) {
		snprintf(value, sizeof(value), hex ? "%lx" : "%ld", i);
		err = macro_set_text(&loop->source->macros,
				     loop->names[0], value);
		if (!err)
			err = turn(loop);
		if (__builtin_add_overflow(i, step, &i))
			break;
	}
	return err;
}

static int run_list(struct loop *loop)
{
	char *values[NAMES_MAX];
	size_t i, j, count;
	int err = 0;

	if (loop->count < 2)
		return refuse(loop, "needs (NAME, VALUE...)");
	for (i = 1; !err && i < loop->count; i++) {
		if (loop->name_count == 1 && *loop->words[i] != '{') {
			values[0] = loop->words[i];
			count = 1;
		} else if (split_group(loop->words[i], values, &count)) {
			return refuse(loop, "a '}' is missing, or there are too many values");
		}
		if (count != loop->name_count)
			return refuse(loop, "a value is not of as many parts as there are names");
		for (j = 0; !err && j < count; j++)
			err = macro_set_text(&loop->source->macros,
					     loop->names[j], values[j]);
		if (!err)
			err = turn(loop);
	}
	return err;
}

static int take_names(struct loop *loop)
{
	size_t i;

	if (split_group(loop->words[0], loop->names, &loop->name_count))
		return refuse(loop, "a '}' is missing, or there are too many names");
	for (i = 0; i < loop->name_count; i++) {
		const char *name = loop->names[i];

		if (!*name || macro_name_length(name) != strlen(name))
			return refuse(loop, "the first word must be the name of a variable");
	}
	return 0;
}

/* Its values may name definitions that were made before. */
static int expand_values(struct loop *loop, const char *begin, const char *end,
			 struct text *text)
{
	struct macros *macros = &loop->source->macros;
	const struct macro *macro;
	struct macro_use use;
	unsigned int uses = 0;
	int err = 0;

	err = text_add(text, begin, end - begin);
	for (begin = text->bytes; !err && (begin = strchr(begin, '$'));) {
		struct text next = { 0 };

		macro = macro_use(begin, &use) ?
			macro_find(macros, use.name, use.length) : NULL;
		if (!macro) {
			begin++;
			continue;
		}
		if (++uses > VALUES_MAX)
			return refuse(loop, "definitions name each other without end");
		if (macro->count != 1)
			return refuse(loop, "a definition of several lines is no value");
		err = text_add(&next, text->bytes, begin - text->bytes);
		if (!err)
			err = text_add_string(&next, macro->lines[0].text);
		if (!err)
			err = text_add_string(&next, use.end);
		text_free(text);
		*text = next;
		begin = text->bytes;
	}
	return err;
}

static int run(struct loop *loop, char *values)
{
	const char *text = loop->line->text;
	int err;

	if (split(values, loop->words, VALUES_MAX, &loop->count))
		return refuse(loop, "too many values");
	err = take_names(loop);
	if (err)
		return err;
	if (!strncmp(text, "~LST(", 5))
		return run_list(loop);
	if (loop->name_count != 1)
		return refuse(loop, "a sequence has one variable");
	return run_sequence(loop, text[4] == 'x');
}

/**
 * loop_run() - do what a line with a loop says
 * @source: where its lines go
 * @line: the line
 * @depth: definitions and loops it came from
 *
 * Return: 0 or a negative errno after config_error().
 */
int loop_run(struct source *source, const struct macro_line *line,
	     unsigned int depth)
{
	const char *begin = strchr(line->text, '(');
	const char *end = strchr(line->text, ')');
	struct text values = { 0 };
	struct loop *loop;
	int err;

	loop = calloc(1, sizeof(*loop));
	if (!loop)
		return -ENOMEM;
	loop->source = source;
	loop->line = line;
	loop->depth = depth;
	if (!end) {
		err = refuse(loop, "')' is missing");
	} else if (depth >= CONFIG_DEPTH_MAX) {
		err = refuse(loop, "definitions name each other without end");
	} else {
		loop->rest = end + 1;
		err = expand_values(loop, begin + 1, end, &values);
		if (!err)
			err = run(loop, values.bytes);
	}
	text_free(&values);
	free(loop);
	return err;
}
