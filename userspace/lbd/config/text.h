/* SPDX-License-Identifier: GPL-2.0 */
/* Text that grows */
#ifndef _LBD_CONFIG_TEXT_H
#define _LBD_CONFIG_TEXT_H

#include <stddef.h>

/* All zero is empty text. Bytes are ended by a NUL once there is any. */
struct text {
	char *bytes;
	size_t length;
	size_t room;
};

int text_add(struct text *text, const char *bytes, size_t length);
int text_add_string(struct text *text, const char *string);
void text_free(struct text *text);

#endif /* _LBD_CONFIG_TEXT_H */
