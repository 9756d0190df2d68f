/* SPDX-License-Identifier: GPL-2.0 */
/* Writes JSON as it goes: nothing is kept, however long the document gets */
#ifndef _LBADM_JSON_H
#define _LBADM_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *stream;
	bool pretty;
	bool filled;		/* the innermost object or array has members */
	unsigned int depth;
};

/* @name is NULL for elements of an array and for the outermost value. */
void json_begin_object(struct json *json, const char *name);
void json_end_object(struct json *json);
void json_begin_array(struct json *json, const char *name);
void json_end_array(struct json *json);
void json_number(struct json *json, const char *name, uint64_t number);
void json_bool(struct json *json, const char *name, bool value);
void json_text(struct json *json, const char *name, const char *string);

#endif /* _LBADM_JSON_H */
