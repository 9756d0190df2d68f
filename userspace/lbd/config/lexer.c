// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "lexer.h"

/* Those with a meaning of their own behind a backslash. */
static const char escapes[] = "abEefnrtv";
static const char escaped[] = "\a\b\033\033\f\n\r\t\v";

/**
 * lexer_strip() - leave out a comment and white space at the end
 * @line: a line, without newline
 * @length: its length
 *
 * Return: length of what is left.
 */
size_t lexer_strip(const char *line, size_t length)
{
	char quote = '\0';
	size_t i;

	for (i = 0; i < length; i++) {
		if (isalnum((unsigned char)line[i]))
			continue;
		if (line[i] == '\\')
			i++;
		else if (quote)
			quote = line[i] == quote ? '\0' : quote;
		else if (line[i] == '"' || line[i] == '\'')
			quote = line[i];
		else if (line[i] == '#' || line[i] == '!')
			break;
	}
	if (i < length)
		length = i;
	while (length && isspace((unsigned char)line[length - 1]))
		length--;
	return length;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* @at is behind "\x". Return: the byte; -1 when there is none that fits. */
static int take_hex(const char **at)
{
	const char *begin = *at;
	int value = 0;

	for (; hex_digit(**at) >= 0; (*at)++) {
		value = value * 16 + hex_digit(**at);
		if (value > 255)
			return -1;
	}
	return *at == begin ? -1 : value;
}

static int take_octal(const char **at)
{
	int value = 0, i;

	for (i = 0; i < 3 && **at >= '0' && **at <= '7'; i++)
		value = value * 8 + *(*at)++ - '0';
	return value > 255 ? -1 : value;
}

/* @at is behind the backslash. Return: the byte; -1 when it makes none. */
static int take_escape(const char **at)
{
	char c = **at;
	const char *known;

	if (!c)
		return -1;
	if (c >= '0' && c <= '7')
		return take_octal(at);
	(*at)++;
	if (c == 'x')
		return take_hex(at);
	if (c == 'c')
		return **at ? *(*at)++ & 0x1f : -1;
	known = strchr(escapes, c);
	return known ? escaped[known - escapes] : (unsigned char)c;
}

static enum token bad(struct lexer *lexer, const char *why)
{
	lexer->why = why;
	return TOKEN_BAD;
}

/* ${NAME} of no definition stays as it is: its braces are no block. */
static size_t name_length(const char *at)
{
	size_t length;

	if (at[0] != '$' || at[1] != '{')
		return 0;
	length = 2 + strcspn(at + 2, "{} \t\"'");
	return at[length] == '}' ? length + 1 : 0;
}

/* Bytes from @at that stand for themselves. */
static size_t plain_length(const char *at, char quote)
{
	if (quote == '"')
		return strcspn(at, "\\\"");
	if (quote == '\'')
		return strcspn(at, "\\'");
	return strcspn(at, " \t\n\v\f\r\\\"'{}$");
}

static enum token take_word(struct lexer *lexer)
{
	const char *at = lexer->at;
	char *to = lexer->word;
	char quote = '\0';
	size_t plain;
	int c;

	for (;;) {
		plain = plain_length(at, quote);
		if (!quote && at[plain] == '$')
			plain += name_length(at + plain) ?: 1;
		memcpy(to, at, plain);
		to += plain;
		at += plain;
		if (plain)
			continue;
		if (*at == '\\') {
			at++;
			c = take_escape(&at);
			if (c <= 0)
				return bad(lexer, "a backslash with nothing that it could escape");
			*to++ = (char)c;
		} else if (*at == '"' || *at == '\'') {
			quote = quote ? '\0' : *at;
			at++;
		} else {
			break;
		}
	}
	if (quote)
		return bad(lexer, "a quoted string does not end");
	*to = '\0';
	lexer->at = at;
	return TOKEN_WORD;
}

/**
 * lexer_next() - take the next word or brace of a line
 * @lexer: begins with @at at the line, without comment
 *
 * Return: what it is; a word is in lexer->word, unquoted.
 */
enum token lexer_next(struct lexer *lexer)
{
	while (isspace((unsigned char)*lexer->at))
		lexer->at++;
	switch (*lexer->at) {
	case '\0':
		return TOKEN_END;
	case '{':
		lexer->at++;
		return TOKEN_OPEN;
	case '}':
		lexer->at++;
		return TOKEN_CLOSE;
	default:
		return take_word(lexer);
	}
}
