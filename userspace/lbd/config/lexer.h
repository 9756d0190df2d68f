/* SPDX-License-Identifier: GPL-2.0 */
/* Words and braces of a line */
#ifndef _LBD_CONFIG_LEXER_H
#define _LBD_CONFIG_LEXER_H

#include <stddef.h>

enum token {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_OPEN,		/* { */
	TOKEN_CLOSE,		/* } */
	TOKEN_BAD,		/* see why */
};

/**
 * struct lexer - where in a line it is
 * @at: the text that is not read yet
 * @word: room for a word, as long as the line with its NUL
 * @why: what is wrong, after %TOKEN_BAD
 */
struct lexer {
	const char *at;
	char *word;
	const char *why;
};

enum token lexer_next(struct lexer *lexer);
size_t lexer_strip(const char *line, size_t length);

#endif /* _LBD_CONFIG_LEXER_H */
