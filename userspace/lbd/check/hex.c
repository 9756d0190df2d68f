// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "hex.h"

/* Return: 0 to 15, 16 for a wild card, -1 for none of both. */
static int nibble(char c)
{
	static const char digits[] = "0123456789abcdefx";
	const char *found = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return found ? found - digits : -1;
}

static void append(struct hex *hex, int digit)
{
	size_t at = hex->length - 1;

	hex->byte[at] = hex->byte[at] << 4 | (digit & 15);
	hex->mask[at] = hex->mask[at] << 4 | (digit == 16 ? 0 : 15);
}

/*
 * Digits are paired from the left of each group; one that is left over is a
 * byte of its own.
 */
static int take_group(struct hex *hex, const char *text, bool wild)
{
	bool half = false;
	int digit;

	for (; *text; text++) {
		if (isspace((unsigned char)*text)) {
			half = false;
			continue;
		}
		digit = nibble(*text);
		if (digit < 0 || (digit == 16 && !wild))
			return -EINVAL;
		if (!half) {
			hex->length++;
			hex->mask[hex->length - 1] = 15;
		}
		append(hex, digit);
		half = !half;
	}
	return 0;
}

/**
 * hex_take() - the bytes that the arguments of a line say
 * @context: where errors go and memory comes from
 * @node: the line
 * @wild: X stands for any four bits
 * @hex: set to the bytes
 *
 * Return: 0 or a negative errno after config_error().
 */
int hex_take(struct config_context *context, const struct config_node *node,
	     bool wild, struct hex *hex)
{
	size_t room = 0;
	unsigned int i;

	for (i = 0; i < node->count; i++)
		room += strlen(node->argument[i]);
	*hex = (struct hex){ 0 };
	hex->byte = config_alloc(context->arena, room + 1);
	hex->mask = config_alloc(context->arena, room + 1);
	if (!hex->byte || !hex->mask)
		return -ENOMEM;
	for (i = 0; i < node->count; i++) {
		if (take_group(hex, node->argument[i], wild))
			return config_error(context->report, &node->origin,
					    "%s: %s is not hexadecimal",
					    node->word, node->argument[i]);
	}
	return 0;
}

/* Return: @data is the same as far as both go. */
bool hex_matches(const struct hex *hex, const uint8_t *data, size_t length)
{
	size_t i;

	for (i = 0; i < hex->length && i < length; i++) {
		if ((data[i] ^ hex->byte[i]) & hex->mask[i])
			return false;
	}
	return true;
}
