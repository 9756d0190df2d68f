// SPDX-License-Identifier: GPL-2.0
/* include and its variants */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lexer.h"
#include "source.h"

#define FILE_SIZE_MAX	(256 * 1024 * 1024)

static const struct {
	const char *word;
	unsigned int checks;
} includes[] = {
	{ "include", 0 },
	{ "includer", INCLUDE_READABLE },
	{ "includem", INCLUDE_READABLE | INCLUDE_MATCH },
	{ "includew", INCLUDE_READABLE | INCLUDE_WILDCARD },
	{ "includeb", INCLUDE_READABLE | INCLUDE_BRACE },
	{ "includea", INCLUDE_ALL },
	{ }
};

static const struct {
	const char *word;
	unsigned int checks;
} check_names[] = {
	{ "readable", INCLUDE_READABLE },
	{ "match", INCLUDE_READABLE | INCLUDE_MATCH },
	{ "wildcard_match", INCLUDE_READABLE | INCLUDE_WILDCARD },
	{ "brace_match", INCLUDE_READABLE | INCLUDE_BRACE },
	{ }
};

bool source_is_include(const char *text)
{
	size_t i;

	for (i = 0; includes[i].word; i++) {
		if (source_word(text, includes[i].word))
			return true;
	}
	return false;
}

/* Return: all of a file, or NULL with errno. */
static char *read_all(int fd, size_t *length)
{
	struct text text = { 0 };
	char buffer[65536];
	ssize_t got;

	while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
		if (text.length + got > FILE_SIZE_MAX)
			errno = EFBIG;
		else if (text_add(&text, buffer, got))
			errno = ENOMEM;
		else
			continue;
		got = -1;
		break;
	}
	if (got < 0 || text_add(&text, "", 0)) {
		text_free(&text);
		return NULL;
	}
	*length = text.length;
	return text.bytes;
}

static const char *directory_of(struct config_arena *arena, const char *path)
{
	char *real = realpath(path, NULL), *slash;
	const char *copy;

	slash = real ? strrchr(real, '/') : NULL;
	if (!slash)
		copy = config_strdup(arena, ".");
	else
		copy = config_strndup(arena, real, slash == real ? 1 :
				      (size_t)(slash - real));
	free(real);
	return copy;
}

/* A file that includes itself would never end. */
static int refuse_loop(struct source *source, const char *path,
		       const struct stat *st, const struct config_origin *origin)
{
	const struct source_file *file;
	unsigned int depth = 0;

	for (file = source->file; file; file = file->includer) {
		if (file->device == st->st_dev && file->inode == st->st_ino)
			return config_error(source->report, origin,
					    "'%s' includes itself", path);
		depth++;
	}
	if (depth < CONFIG_DEPTH_MAX)
		return 0;
	return config_error(source->report, origin,
			    "'%s': files include files %u deep", path, depth);
}

static int read_file(struct source *source, struct source_file *file, int fd,
		     const struct config_origin *origin)
{
	const char *directory = source->macros.directory;
	size_t length;
	char *text;
	int err;

	text = read_all(fd, &length);
	if (!text)
		return config_error(source->report, origin, "%s: %s",
				    file->path, strerror(errno));
	file->at = text;
	file->end = text + length;
	file->line = 1;
	source->file = file;
	source->macros.directory = file->directory;
	err = source_file_lines(source);
	source->macros.directory = directory;
	source->file = file->includer;
	free(text);
	return err;
}

/* What it says is done with privileges: scripts are run. */
static int check_owner(struct source *source, const char *path,
		       const struct stat *st, const struct config_origin *origin)
{
	if (!S_ISREG(st->st_mode))
		return 0;
	if (st->st_mode & 0002)
		return config_error(source->report, origin,
				    "'%s' can be written by anybody", path);
	if (st->st_uid && st->st_uid != geteuid())
		config_warning(source->report, origin,
			       "'%s' belongs to user %u", path, st->st_uid);
	return 0;
}

static int open_file(struct source *source, const char *path, int fd,
		     const struct config_origin *origin)
{
	struct source_file file = { .includer = source->file };
	struct stat st;

	if (fstat(fd, &st))
		return config_error(source->report, origin, "%s: %s", path,
				    strerror(errno));
	/* Reading a device or a pipe may never end. */
	if (source->file && !S_ISREG(st.st_mode))
		return config_error(source->report, origin,
				    "'%s' is no regular file", path);
	if (check_owner(source, path, &st, origin) ||
	    refuse_loop(source, path, &st, origin))
		return -EINVAL;
	file.path = config_strdup(source->arena, path);
	file.directory = directory_of(source->macros.arena, path);
	if (!file.path || !file.directory)
		return -ENOMEM;
	file.device = st.st_dev;
	file.inode = st.st_ino;
	file.checks = source->file ? source->file->checks : 0;
	return read_file(source, &file, fd, origin);
}

/**
 * source_open() - read a file from its begin to its end
 * @source: where its lines go
 * @path: the file
 * @origin: who wants it
 *
 * Return: 0 or a negative errno after config_error().
 */
int source_open(struct source *source, const char *path,
		const struct config_origin *origin)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
		      (source->file ? O_NONBLOCK : 0));
	int err;

	if (fd < 0)
		return config_error(source->report, origin, "cannot read '%s': %s",
				    path, strerror(errno));
	err = open_file(source, path, fd, origin);
	close(fd);
	return err;
}

/* Files that are not there: an error, or only a warning, or nothing. */
static int nothing_found(struct source *source, const char *pattern,
			 unsigned int checks,
			 const struct config_origin *origin)
{
	bool wildcard = strpbrk(pattern, "*?[");
	bool brace = strchr(pattern, '{');

	if ((checks & INCLUDE_WILDCARD) ||
	    ((checks & INCLUDE_MATCH) && !wildcard) ||
	    ((checks & INCLUDE_BRACE) && brace))
		return config_error(source->report, origin,
				    "no file matches '%s'", pattern);
	if (!wildcard)
		config_warning(source->report, origin, "no file matches '%s'",
			       pattern);
	return 0;
}

static int include_one(struct source *source, const char *path,
		       unsigned int checks, const struct config_origin *origin)
{
	if (!(checks & INCLUDE_READABLE) && access(path, R_OK)) {
		config_warning(source->report, origin, "cannot read '%s': %s",
			       path, strerror(errno));
		return 0;
	}
	return source_open(source, path, origin);
}

static int include_pattern(struct source *source, const char *pattern,
			   unsigned int checks,
			   const struct config_origin *origin)
{
	glob_t found = { 0 };
	int err = 0;
	size_t i;

	switch (glob(pattern, GLOB_BRACE | GLOB_MARK, NULL, &found)) {
	case 0:
		break;
	case GLOB_NOMATCH:
		return nothing_found(source, pattern, checks, origin);
	case GLOB_NOSPACE:
		return -ENOMEM;
	default:
		return config_error(source->report, origin, "cannot read '%s'",
				    pattern);
	}
	for (i = 0; (!err || err == -EINVAL) && i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];

		if (path[strlen(path) - 1] != '/')
			err = include_one(source, path, checks, origin);
	}
	globfree(&found);
	return err;
}

/* Braces are for glob(), so these are no words of the lexer. */
static char *pattern_of(struct source *source, const char *text)
{
	struct text path = { 0 };
	char *copy = NULL;
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	if (length >= 2 && (*text == '"' || *text == '\'') &&
	    text[length - 1] == *text) {
		text++;
		length -= 2;
	}
	if (*text != '/' && (text_add_string(&path, source->file->directory) ||
			     text_add(&path, "/", 1)))
		goto out;
	if (!text_add(&path, text, length))
		copy = config_strdup(source->macros.arena, path.bytes);
out:
	text_free(&path);
	return copy;
}

/**
 * source_include() - do what a line with an include says
 * @source: where the lines go
 * @line: the line
 *
 * Return: 0 or a negative errno after config_error().
 */
int source_include(struct source *source, const struct macro_line *line)
{
	size_t length = strcspn(line->text, " \t");
	unsigned int checks = source->file->checks;
	char *pattern;
	size_t i;

	if (!line->text[length])
		return config_error(source->report, &line->origin,
				    "'%s' needs the name of a file", line->text);
	for (i = 0; includes[i].word; i++) {
		if (source_word(line->text, includes[i].word))
			checks |= includes[i].checks;
	}
	pattern = pattern_of(source, line->text + length);
	if (!pattern)
		return -ENOMEM;
	return include_pattern(source, pattern, checks, &line->origin);
}

static int one_check(struct source *source, const char *word,
		     const struct config_origin *origin)
{
	unsigned int *checks = &source->file->checks;
	char sign = *word == '+' || *word == '-' ? *word++ : '\0';
	size_t i;

	for (i = 0; check_names[i].word; i++) {
		if (strcmp(word, check_names[i].word))
			continue;
		if (sign == '-')
			*checks &= ~check_names[i].checks |
				   (i ? INCLUDE_READABLE : 0);
		else
			*checks |= check_names[i].checks;
		return 0;
	}
	return config_error(source->report, origin,
			    "include_check '%s': known are readable, match, wildcard_match, brace_match",
			    word);
}

/* include_check [[+|-]CHECK...]: holds for this file and those it includes. */
int source_include_check(struct source *source, const struct macro_line *line)
{
	struct lexer lexer = { .at = line->text };
	unsigned int count = 0;
	enum token token;
	int err = 0;

	lexer.word = malloc(strlen(line->text) + 1);
	if (!lexer.word)
		return -ENOMEM;
	lexer_next(&lexer);
	while (!err && (token = lexer_next(&lexer)) == TOKEN_WORD) {
		if (!count++ && *lexer.word != '+' && *lexer.word != '-')
			source->file->checks = 0;
		err = one_check(source, lexer.word, &line->origin);
	}
	if (!count)
		source->file->checks = INCLUDE_ALL;
	free(lexer.word);
	return err;
}
