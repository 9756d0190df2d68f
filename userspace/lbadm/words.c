// SPDX-License-Identifier: GPL-2.0
/*
 * Words that may be abbreviated
 *
 * A word in full always means itself. Any other must begin exactly one name of
 * all the sets that are possible at that place.
 */
#include <stdio.h>
#include <string.h>

#include <nflb/nflb.h>

#include "args.h"

/* All names that are possible at one place. */
#define NAMES_MAX_LEN	512

struct search {
	const char *word;
	const struct word *exact;
	const struct word *begun;	/* the last that the word begins */
	unsigned int candidates;
	const struct word *nearest;
	unsigned int distance;
};

static const struct word *next_word(const struct words *set,
				    const struct word *word)
{
	word = word ? (const struct word *)((const char *)word + set->stride) :
		      set->first;
	return word && word->name ? word : NULL;
}

static void consider(struct search *search, const struct word *word)
{
	unsigned int far = nflb_word_distance(search->word, word->name);

	if (!strcmp(search->word, word->name))
		search->exact = word;
	if (!strncmp(search->word, word->name, strlen(search->word))) {
		search->begun = word;
		search->candidates++;
	}
	if (far < search->distance) {
		search->nearest = word;
		search->distance = far;
	}
}

/* Names of the sets, with commas: those a word begins, or those not reserved. */
static void list(const struct words *sets, size_t count, const char *begin,
		 char *text, size_t size)
{
	const struct word *word;
	size_t i, len = 0;

	text[0] = '\0';
	for (i = 0; i < count; i++) {
		for (word = next_word(&sets[i], NULL); word && len < size;
		     word = next_word(&sets[i], word)) {
			if (begin ? !!strncmp(begin, word->name, strlen(begin)) :
				    word->reserved)
				continue;
			len += snprintf(text + len, size - len, "%s%s",
					len ? ", " : "", word->name);
		}
	}
}

static void refuse(struct args *args, const char *what,
		   const struct search *search, const struct words *sets,
		   size_t count)
{
	char names[NAMES_MAX_LEN];

	if (search->candidates > 1) {
		list(sets, count, search->word, names, sizeof(names));
		args_refuse(args, "%s '%s' is ambiguous: %s", what,
			    search->word, names);
	} else if (search->distance <= NFLB_WORD_SLIP(strlen(search->word))) {
		args_refuse(args, "unknown %s '%s', did you mean '%s'?", what,
			    search->word, search->nearest->name);
	} else {
		list(sets, count, NULL, names, sizeof(names));
		args_refuse(args, "unknown %s '%s', known are: %s", what,
			    search->word, names);
	}
}

static void refuse_missing(struct args *args, const char *what,
			   const struct words *sets, size_t count)
{
	char names[NAMES_MAX_LEN];

	list(sets, count, NULL, names, sizeof(names));
	args_refuse(args, "%s is missing after '%s', one of: %s", what,
		    args->next ? args->word[args->next - 1] : "lbadm", names);
}

/**
 * args_choose() - take a word that may be abbreviated
 * @args: the words of the command
 * @what: what it is, for the error
 * @sets: the sets of names that are possible here
 * @count: number of sets
 *
 * Return: what the word stands for; NULL when there is no such name or it is
 * reserved.
 */
const struct word *args_choose(struct args *args, const char *what,
			       const struct words *sets, size_t count)
{
	struct search search = { .distance = ~0U };
	const struct word *word;
	size_t i;

	if (!args_left(args)) {
		refuse_missing(args, what, sets, count);
		return NULL;
	}
	search.word = args_take(args, what);
	for (i = 0; i < count; i++) {
		for (word = next_word(&sets[i], NULL); word;
		     word = next_word(&sets[i], word))
			consider(&search, word);
	}
	word = search.exact;
	if (!word && search.candidates == 1)
		word = search.begun;
	if (!word) {
		refuse(args, what, &search, sets, count);
		return NULL;
	}
	if (word->reserved) {
		args_refuse(args, "'%s' is not supported by this version",
			    word->name);
		return NULL;
	}
	return word;
}
