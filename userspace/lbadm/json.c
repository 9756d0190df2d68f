// SPDX-License-Identifier: GPL-2.0
/*
 * Writes JSON as it goes
 *
 * A library that builds documents in memory would have to hold a million
 * connections, and none at hand writes an unsigned number of 64 bits.
 */
#include <string.h>

#include "json.h"

static void new_line(struct json *json)
{
	if (json->pretty)
		fprintf(json->stream, "\n%*s", (int)json->depth * 2, "");
}

static size_t plain_length(const char *string)
{
	const char *p;

	for (p = string; (unsigned char)*p >= ' ' && *p != '"' && *p != '\\'; p++)
		;
	return p - string;
}

static void write_string(struct json *json, const char *string)
{
	size_t length;

	putc('"', json->stream);
	while (true) {
		length = plain_length(string);
		fwrite(string, 1, length, json->stream);
		string += length;
		if (!*string)
			break;
		if (*string == '"' || *string == '\\')
			fprintf(json->stream, "\\%c", *string);
		else
			fprintf(json->stream, "\\u%04x", *string);
		string++;
	}
	putc('"', json->stream);
}

/* What stands before a value: comma, new line, name. */
static void lead_in(struct json *json, const char *name)
{
	if (json->filled)
		putc(',', json->stream);
	if (json->depth)
		new_line(json);
	json->filled = true;
	if (!name)
		return;
	write_string(json, name);
	fputs(json->pretty ? ": " : ":", json->stream);
}

static void begin(struct json *json, const char *name, char bracket)
{
	lead_in(json, name);
	putc(bracket, json->stream);
	json->depth++;
	json->filled = false;
}

static void end(struct json *json, char bracket)
{
	json->depth--;
	if (json->filled)
		new_line(json);
	putc(bracket, json->stream);
	json->filled = true;
	if (!json->depth)
		putc('\n', json->stream);
}

void json_begin_object(struct json *json, const char *name)
{
	begin(json, name, '{');
}

void json_end_object(struct json *json)
{
	end(json, '}');
}

void json_begin_array(struct json *json, const char *name)
{
	begin(json, name, '[');
}

void json_end_array(struct json *json)
{
	end(json, ']');
}

void json_number(struct json *json, const char *name, uint64_t number)
{
	lead_in(json, name);
	fprintf(json->stream, "%ju", (uintmax_t)number);
}

void json_bool(struct json *json, const char *name, bool value)
{
	lead_in(json, name);
	fputs(value ? "true" : "false", json->stream);
}

void json_text(struct json *json, const char *name, const char *string)
{
	lead_in(json, name);
	write_string(json, string);
}
