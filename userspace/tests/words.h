/* SPDX-License-Identifier: GPL-2.0 */
/* A command written as one text, for tests */
#ifndef _TESTS_WORDS_H
#define _TESTS_WORDS_H

#include <stdio.h>
#include <string.h>

#include "../lbadm/command.h"

struct words_buffer {
	char text[2048];
	char *word[64];
};

static inline void split_words(const char *line, struct words_buffer *buffer,
			       struct args *args)
{
	char *rest, *word;

	*args = (struct args){ .word = buffer->word };
	snprintf(buffer->text, sizeof(buffer->text), "%s", line);
	for (word = strtok_r(buffer->text, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		buffer->word[args->count++] = word;
}

/* Return: "" when the line is a good command, otherwise the error. */
static inline const char *parse_text(const char *line, struct command *command)
{
	static struct words_buffer buffer;
	static struct args args;

	split_words(line, &buffer, &args);
	return command_parse(&args, command) ? args.error : "";
}

#endif /* _TESTS_WORDS_H */
