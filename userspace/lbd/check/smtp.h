/* SPDX-License-Identifier: GPL-2.0 */
/* Replies of SMTP servers (RFC 5321, 4.2) */
#ifndef _LBD_CHECK_SMTP_H
#define _LBD_CHECK_SMTP_H

#include <stdbool.h>
#include <stddef.h>

#define SMTP_LINE_LEN	1024
#define SMTP_LINES_MAX	128

/**
 * struct smtp_reply - what has come of a reply
 * @code: of it; 0: not known yet
 * @lines: that have come
 * @starttls: one of them offers it
 * @text: what is no whole line yet; in the end the last line
 * @length: of @text
 */
struct smtp_reply {
	int code;
	unsigned int lines;
	bool starttls;
	size_t length;
	char text[SMTP_LINE_LEN];
};

int smtp_reply_add(struct smtp_reply *reply, const char *data, size_t length,
		   size_t *used);

#endif /* _LBD_CHECK_SMTP_H */
