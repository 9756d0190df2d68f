// SPDX-License-Identifier: GPL-2.0
/* Conditions and definitions of a line */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

/* Longer lines come from definitions that name each other again and again. */
#define LINE_MAX_LEN	65536

static const char *skip_space(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/**
 * source_condition() - take the conditions at the begin of a line
 * @source: whose id they compare with
 * @text: the line; is moved behind them
 *
 * Return: whether they hold.
 */
bool source_condition(struct source *source, const char **text)
{
	size_t length;
	bool not, same;

	while (**text == '@') {
		not = (*text)[1] == '^';
		*text += 1 + not;
		length = strcspn(*text, " \t");
		same = length == strlen(source->id) &&
		       !strncmp(*text, source->id, length);
		if (same == not)
			return false;
		*text = skip_space(*text + length);
	}
	return true;
}

/**
 * source_definition() - whether a line defines something
 * @text: the line
 *
 * Return: length of the name, which is behind the '$'; 0: it does not.
 */
size_t source_definition(const char *text)
{
	size_t length = *text == '$' ? macro_name_length(text + 1) : 0;

	return length && text[1 + length] == '=' ? length : 0;
}

static int define(struct source *source, const struct macro_line *line,
		  const char *text)
{
	struct config_arena *arena = source->macros.arena;
	size_t name = source_definition(text);
	struct macro_line *value;

	value = config_alloc(arena, sizeof(*value));
	if (!value)
		return -ENOMEM;
	value->origin = line->origin;
	value->text = config_strdup(arena, text + 1 + name + 1);
	if (!value->text ||
	    !macro_set(&source->macros, text + 1, name, value, 1))
		return -ENOMEM;
	return 0;
}

/* What has been put together so far, and where the rest of the line is. */
struct expansion {
	struct source *source;
	struct macro_line line;
	struct text text;
	unsigned int depth;
	bool changed;
};

static int flush_line(struct expansion *expansion, const struct config_origin *origin)
{
	struct macro_line line = {
		.text = expansion->text.bytes,
		.origin = *origin,
	};
	int err = source_line(expansion->source, &line, expansion->depth + 1);

	expansion->text.length = 0;
	return err == -EINVAL ? 0 : err;
}

/* All lines but the last one are complete; more may follow the last one. */
static int add_macro(struct expansion *expansion, const struct macro *macro)
{
	int err = 0;
	size_t i;

	for (i = 0; !err && i < macro->count; i++) {
		err = text_add_string(&expansion->text, macro->lines[i].text);
		if (err || i + 1 == macro->count)
			break;
		err = flush_line(expansion, &macro->lines[i].origin);
	}
	if (macro->count > 1)
		expansion->line.origin = macro->lines[macro->count - 1].origin;
	return err;
}

/* Return: 0, or a negative errno; *@at is moved on. */
static int expand_one(struct expansion *expansion, const char **at)
{
	struct source *source = expansion->source;
	const struct macro *macro;
	struct macro_use use;
	int err;

	if (!macro_use(*at, &use))
		return text_add(&expansion->text, (*at)++, 1);
	macro = macro_find(&source->macros, use.name, use.length);
	if (macro) {
		expansion->changed = true;
		*at = use.end;
		return add_macro(expansion, macro);
	}
	err = macro_builtin(&source->macros, &use, &expansion->text);
	if (err == -EINVAL)
		return config_error(source->report, &expansion->line.origin,
				    "'%.*s': these are no arguments of it",
				    (int)(use.end - use.begin), use.begin);
	if (err < 0)
		return err;
	expansion->changed |= err;
	if (err) {
		*at = use.end;
		return 0;
	}
	err = text_add(&expansion->text, *at, use.end - *at);
	*at = use.end;
	return err;
}

static int expand(struct expansion *expansion, const char *text)
{
	size_t length;
	int err = 0;

	while (!err && *text) {
		length = strcspn(text, "$");
		err = text_add(&expansion->text, text, length);
		text += length;
		if (!err && *text)
			err = expand_one(expansion, &text);
		if (!err && expansion->text.length > LINE_MAX_LEN)
			err = config_error(expansion->source->report,
					   &expansion->line.origin,
					   "definitions make a line longer than %d bytes",
					   LINE_MAX_LEN);
	}
	return err;
}

/* What comes out may be a condition, or a definition, or name others. */
static int expand_line(struct source *source, const struct macro_line *line,
		       const char *text, unsigned int depth)
{
	struct expansion expansion = {
		.source = source,
		.line = *line,
		.depth = depth,
	};
	int err;

	if (depth == CONFIG_DEPTH_MAX)
		return config_error(source->report, &line->origin,
				    "definitions name each other without end");
	err = expand(&expansion, text);
	expansion.line.text = expansion.text.bytes;
	if (!err && expansion.text.length)
		err = expansion.changed ?
		      source_line(source, &expansion.line, depth + 1) :
		      source_emit(source, &expansion.line);
	text_free(&expansion.text);
	return err;
}

/**
 * source_emit() - a line in which nothing is left to resolve
 * @source: where it goes
 * @line: the line
 *
 * Return: 0 or a negative errno.
 */
int source_emit(struct source *source, const struct macro_line *line)
{
	if (*line->text == 'i' && source_is_include(line->text))
		return source_include(source, line);
	if (*line->text == 'i' && source_word(line->text, "include_check"))
		return source_include_check(source, line);
	if (*line->text == 'r' && source_word(line->text, "random_seed"))
		source->macros.random = strtoull(line->text +
						 strlen("random_seed"), NULL, 0);
	return source->take(source->builder, line);
}

/**
 * source_line() - resolve a line
 * @source: where it goes
 * @line: the line
 * @depth: definitions and loops it came from
 *
 * Return: 0 or a negative errno; after -EINVAL other lines can be read.
 */
int source_line(struct source *source, const struct macro_line *line,
		unsigned int depth)
{
	const char *text = skip_space(line->text);
	struct macro_line rest = *line;

	if (++source->lines > config_lines_max) {
		config_error(source->report, &line->origin,
			     "more than %zu lines", config_lines_max);
		return -E2BIG;
	}
	if (!source_condition(source, &text) || !*text)
		return 0;
	rest.text = text;
	if (loop_is(text))
		return loop_run(source, &rest, depth);
	if (source_definition(text))
		return define(source, &rest, text);
	if (strchr(text, '$'))
		return expand_line(source, &rest, text, depth);
	return source_emit(source, &rest);
}
