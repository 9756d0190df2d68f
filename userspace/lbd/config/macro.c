// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "macro.h"

#define RANDOM_MAX	32767

/**
 * macro_name_length() - how much of a text is a name
 * @text: the text
 *
 * Return: bytes; 0 when it begins with no name.
 */
size_t macro_name_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)*text))
		return 0;
	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

/**
 * macro_use() - take ${NAME}, or $NAME with white space or the end behind it
 * @at: text that begins with a '$'
 * @use: what it names
 *
 * Return: whether it is one of them.
 */
bool macro_use(const char *at, struct macro_use *use)
{
	bool braced = at[1] == '{';
	const char *end;

	use->begin = at;
	use->name = at + 1 + braced;
	use->length = macro_name_length(use->name);
	use->arguments = use->name + use->length;
	if (!use->length)
		return false;
	if (!braced) {
		use->end = use->arguments;
		return !*use->end || isspace((unsigned char)*use->end);
	}
	if (*use->arguments != '}' && !isspace((unsigned char)*use->arguments))
		return false;
	end = strchr(use->arguments, '}');
	use->end = end ? end + 1 : NULL;
	return end;
}

static struct macro **bucket_of(const struct macros *macros, const char *name,
				size_t length)
{
	uint32_t hash = 2166136261U;
	size_t i;

	for (i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619U;
	return (struct macro **)&macros->bucket[hash % MACRO_BUCKETS];
}

struct macro *macro_find(const struct macros *macros, const char *name,
			 size_t length)
{
	struct macro *macro = *bucket_of(macros, name, length);

	while (macro && (strncmp(macro->name, name, length) ||
			 macro->name[length]))
		macro = macro->next;
	return macro;
}

/**
 * macro_set() - define, or define anew
 * @macros: all of them
 * @name: not ended by a NUL
 * @length: of @name
 * @lines: the value, which stays the caller's
 * @count: length of @lines
 *
 * Return: the definition, or NULL without memory.
 */
struct macro *macro_set(struct macros *macros, const char *name, size_t length,
			struct macro_line *lines, size_t count)
{
	struct macro *macro = macro_find(macros, name, length);
	struct macro **bucket;

	if (!macro) {
		macro = config_alloc(macros->arena, sizeof(*macro));
		if (!macro)
			return NULL;
		macro->name = config_strndup(macros->arena, name, length);
		if (!macro->name)
			return NULL;
		bucket = bucket_of(macros, name, length);
		macro->next = *bucket;
		*bucket = macro;
	}
	macro->lines = lines;
	macro->count = count;
	return macro;
}

/**
 * macro_set_text() - define as a copy of a text
 * @macros: all of them
 * @name: what is defined
 * @value: a line
 *
 * Return: 0 or -ENOMEM.
 */
int macro_set_text(struct macros *macros, const char *name, const char *value)
{
	struct macro *macro = macro_set(macros, name, strlen(name), NULL, 0);
	size_t length = strlen(value);

	if (!macro)
		return -ENOMEM;
	macro->own.text = macro->bytes;
	if (length < sizeof(macro->bytes))
		memcpy(macro->bytes, value, length + 1);
	else
		macro->own.text = config_strdup(macros->arena, value);
	if (!macro->own.text)
		macro->own.text = "";
	macro->lines = &macro->own;
	macro->count = 1;
	return length && !*macro->own.text ? -ENOMEM : 0;
}

/* splitmix64: a configuration needs no secret, but the same from a seed. */
static uint64_t next_random(struct macros *macros)
{
	uint64_t z = macros->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* ${_RANDOM [MIN [MAX]]} */
static int add_random(struct macros *macros, const struct macro_use *use,
		      struct text *text)
{
	unsigned long min = 0, max = RANDOM_MAX;
	char *end = (char *)use->arguments, *behind;
	char number[32];

	min = strtoul(end, &behind, 10);
	if (behind != end) {
		end = behind;
		max = strtoul(end, &behind, 10);
		if (behind == end)
			max = RANDOM_MAX;
	}
	if (strspn(behind, " \t") != strcspn(behind, "}") || max < min ||
	    max > UINT32_MAX)
		return -EINVAL;
	snprintf(number, sizeof(number), "%lu",
		 min + next_random(macros) % (max - min + 1));
	return text_add_string(text, number);
}

/* ${_ENV NAME}: what is not set is empty. */
static int add_environment(const struct macro_use *use, struct text *text)
{
	const char *at = use->arguments + strspn(use->arguments, " \t");
	size_t length = strcspn(at, " \t}");
	const char *value;
	char name[256];

	if (!length || length >= sizeof(name) ||
	    at[length + strspn(at + length, " \t")] != '}')
		return -EINVAL;
	memcpy(name, at, length);
	name[length] = '\0';
	value = getenv(name);
	return text_add_string(text, value ? value : "");
}

static bool is(const struct macro_use *use, const char *name)
{
	return strlen(name) == use->length &&
	       !memcmp(name, use->name, use->length);
}

/**
 * macro_builtin() - append the value of a definition that is always there
 * @macros: all of them
 * @use: which
 * @text: gets it
 *
 * Return: 1; 0 when there is no such definition; -EINVAL when its arguments
 * are wrong, -ENOMEM.
 */
int macro_builtin(struct macros *macros, const struct macro_use *use,
		  struct text *text)
{
	int err;

	if (*use->name != '_')
		return 0;
	if (is(use, "_PWD"))
		err = text_add_string(text, macros->directory);
	else if (is(use, "_INSTANCE"))
		err = text_add_string(text, macros->instance);
	else if (is(use, "_HASH"))
		err = text_add_string(text, "#");
	else if (is(use, "_BANG"))
		err = text_add_string(text, "!");
	else if (is(use, "_RANDOM"))
		err = add_random(macros, use, text);
	else if (is(use, "_ENV"))
		err = add_environment(use, text);
	else
		return 0;
	return err ? err : 1;
}
