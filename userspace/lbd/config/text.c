// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/**
 * text_add() - append
 * @text: to this
 * @bytes: what
 * @length: of it
 *
 * Return: 0 or -ENOMEM, and the text as it was.
 */
int text_add(struct text *text, const char *bytes, size_t length)
{
	size_t room = text->room ? text->room : 128;
	char *more;

	while (text->length + length >= room) {
		if (room > SIZE_MAX / 4)
			return -ENOMEM;
		room *= 2;
	}
	if (room != text->room) {
		more = realloc(text->bytes, room);
		if (!more)
			return -ENOMEM;
		text->bytes = more;
		text->room = room;
	}
	if (length)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
	return 0;
}

int text_add_string(struct text *text, const char *string)
{
	return text_add(text, string, strlen(string));
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}
