// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bind.h"

#define WORDS_MAX	512	/* that may stand in one block */

/* What waits until all words of the top level are bound. */
struct config_later {
	struct config_later *next;
	const struct config_node *node;
	int (*fn)(struct config_context *context,
		  const struct config_node *node);
};

/**
 * config_later() - put something off until the top level is known
 * @context: where words are bound
 * @node: what it is about
 * @fn: is called with both. Return: 0 or a negative errno after config_error().
 *
 * Calls come in the order of the file; so what a line names may stand behind
 * it.
 *
 * Return: 0 or -ENOMEM.
 */
int config_later(struct config_context *context, const struct config_node *node,
		 int (*fn)(struct config_context *context,
			   const struct config_node *node))
{
	struct config_later *later;

	later = config_alloc(context->arena, sizeof(*later));
	if (!later)
		return config_no_memory(context, node);
	later->node = node;
	later->fn = fn;
	/* A ring, of which the last is known: its next one is the first. */
	if (context->later) {
		later->next = context->later->next;
		context->later->next = later;
	} else {
		later->next = later;
	}
	context->later = later;
	return 0;
}

/**
 * config_run_later() - do what config_later() has put off
 * @context: where words are bound
 *
 * Return: 0 or -ENOMEM; what is wrong in a line is reported, and the others
 * are done.
 */
int config_run_later(struct config_context *context)
{
	struct config_later *last = context->later, *later;
	int err = 0;

	if (!last)
		return 0;
	context->later = NULL;
	for (later = last->next; err != -ENOMEM; later = later->next) {
		err = later->fn(context, later->node);
		if (later == last)
			break;
	}
	return err == -ENOMEM ? err : 0;
}

/**
 * config_nearest() - the word that somebody may have meant
 * @word: what was written
 * @words: what is known
 * @count: of @words
 *
 * Return: one of @words, or NULL when none is near.
 */
const char *config_nearest(const char *word, const char *const *words,
			   size_t count)
{
	unsigned int best = NFLB_WORD_SLIP(strlen(word)) + 1, distance;
	const char *nearest = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		distance = nflb_word_distance(word, words[i]);
		if (distance < best) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}

/**
 * config_end_arguments() - say that words behind the value mean nothing
 * @context: where words are bound
 * @node: the line
 * @count: of words that mean something
 *
 * As keepalived reads such a line, it is no error.
 */
void config_end_arguments(struct config_context *context,
			  const struct config_node *node, unsigned int count)
{
	if (node->count > count)
		config_warning(context->report, &node->origin,
			       "'%s' means nothing behind '%s'",
			       node->argument[count],
			       count ? node->argument[count - 1] : node->word);
}

static int bind_switch(struct config_context *context,
		       const struct config_node *node, bool *value)
{
	static const char *const names[] = {
		"off", "on", "false", "true", "no", "yes",
	};
	size_t i;

	*value = true;
	if (!node->count)
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcasecmp(node->argument[0], names[i])) {
			*value = i & 1;
			config_end_arguments(context, node, 1);
			return 0;
		}
	}
	return config_error(context->report, &node->origin,
			    "%s '%s': this must be on or off, true or false, yes or no",
			    node->word, node->argument[0]);
}

static int bind_uint(struct config_context *context,
		     const struct config_node *node,
		     const struct config_word *word, unsigned int *value)
{
	uint64_t number;

	if (config_take_uint(context, node, 0, word->min, word->max, &number))
		return -EINVAL;
	*value = (unsigned int)number;
	config_end_arguments(context, node, 1);
	return 0;
}

/* A table of a block is bound to the same object. */
static int bind_value(struct config_context *context,
		      const struct config_node *node,
		      const struct config_word *word, void *object)
{
	void *member = (char *)object + word->offset;

	switch (word->kind) {
	case CONFIG_FLAG:
		*(bool *)member = true;
		config_end_arguments(context, node, 0);
		return 0;
	case CONFIG_SWITCH:
		return bind_switch(context, node, member);
	case CONFIG_UINT:
		return bind_uint(context, node, word, member);
	case CONFIG_TIME:
		config_end_arguments(context, node, 1);
		return config_take_time(context, node, 0, word->min, word->max,
					member);
	case CONFIG_STRING:
		config_end_arguments(context, node, 1);
		return config_take_text(context, node, 0, member);
	case CONFIG_COMMAND:
		return config_take_command(context, node, 0, member);
	case CONFIG_ADDRESS:
		config_end_arguments(context, node, 1);
		return config_take_address(context, node, 0, member);
	case CONFIG_BLOCK:
		config_end_arguments(context, node, 0);
		return config_bind(context, node->block, word->block, object);
	case CONFIG_CALL:
		return word->fn(context, node, object);
	case CONFIG_IGNORED:
		config_warning(context->report, &node->origin,
			       "'%s' has no effect: %s", node->word, word->why);
		return 0;
	case CONFIG_REFUSED:
		return config_error(context->report, &node->origin,
				    "'%s' is not supported: %s", node->word,
				    word->why);
	}
	return -EINVAL;
}

static int bind_word(struct config_context *context,
		     const struct config_node *node,
		     const struct config_word *word, void *object)
{
	bool may_have = word->kind == CONFIG_BLOCK ||
			word->kind == CONFIG_CALL ||
			word->kind == CONFIG_IGNORED ||
			word->kind == CONFIG_REFUSED;
	int err;

	if (node->has_block && !may_have)
		return config_error(context->report, &node->origin,
				    "'%s' has no block", node->word);
	if (!node->has_block && word->kind == CONFIG_BLOCK)
		return config_error(context->report, &node->origin,
				    "the block of '%s' is missing", node->word);
	err = bind_value(context, node, word, object);
	if (!err && word->bit)
		*(unsigned int *)((char *)object + word->given) |= word->bit;
	return err;
}

static int refuse_unknown(struct config_context *context,
			  const struct config_node *node,
			  const struct config_set *sets, size_t count)
{
	const char *known[WORDS_MAX], *nearest;
	const struct config_word *word;
	size_t words = 0, i;

	for (i = 0; i < count; i++) {
		word = sets[i].words;
		for (; word && word->word && words < WORDS_MAX; word++)
			known[words++] = word->word;
	}
	nearest = config_nearest(node->word, known, words);
	if (nearest)
		return config_error(context->report, &node->origin,
				    "unknown word '%s', did you mean '%s'?",
				    node->word, nearest);
	return config_error(context->report, &node->origin,
			    "unknown word '%s'", node->word);
}

static const struct config_word *find(const struct config_word *words,
				      const char *name)
{
	const struct config_word *word = words;

	for (; word && word->word; word++) {
		if (*word->word == *name && !strcmp(word->word, name))
			return word;
	}
	return NULL;
}

static int bind_node(struct config_context *context,
		     const struct config_node *node,
		     const struct config_set *sets, size_t count)
{
	const struct config_word *word;
	size_t i;

	for (i = 0; i < count; i++) {
		word = find(sets[i].words, node->word);
		if (word)
			return bind_word(context, node, word, sets[i].object);
	}
	return refuse_unknown(context, node, sets, count);
}

/**
 * config_bind_sets() - do what the lines of a block say
 * @context: where words are bound
 * @block: the first line, or NULL
 * @sets: tables of words, each with its own object; the first that has a word
 *	has it
 * @count: of @sets
 *
 * Return: 0; -EINVAL when a line is wrong, the others being done all the same;
 * -ENOMEM.
 */
int config_bind_sets(struct config_context *context,
		     const struct config_node *block,
		     const struct config_set *sets, size_t count)
{
	int result = 0, err;

	for (; block; block = block->next) {
		err = bind_node(context, block, sets, count);
		if (err == -ENOMEM)
			return err;
		if (err)
			result = -EINVAL;
	}
	return result;
}

/**
 * config_bind() - the same with one table
 * @context: where words are bound
 * @block: the first line, or NULL
 * @words: what may stand there
 * @object: what they set
 *
 * Return: as config_bind_sets().
 */
int config_bind(struct config_context *context, const struct config_node *block,
		const struct config_word *words, void *object)
{
	const struct config_set set = { .words = words, .object = object };

	return config_bind_sets(context, block, &set, 1);
}
