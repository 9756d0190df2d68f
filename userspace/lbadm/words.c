// SPDX-License-Identifier: GPL-2.0
/*
 * Words that may be abbreviated
 *
 * A word in full always means itself. Any other must begin exactly one name of
 * all the sets that are possible at that place.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"

#define NAME_MAX_LEN	32

/* All names that are possible at one place. */
#define NAMES_MAX_LEN	512

/* A slip of the finger: one mistake in three letters, at most two. */
#define SLIP(len)	((len) < 6 ? 1U : 2U)

struct search {
	const char *word;
	const struct word *exact;
	const struct word *begun;	/* the last that the word begins */
	unsigned int candidates;
	const struct word *nearest;
	unsigned int distance;
};

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Insertions, deletions, replacements and swaps of neighbours between both. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int d[NAME_MAX_LEN + 1][NAME_MAX_LEN + 1];
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return ~0U;
	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				       d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = min3(d[i][j], d[i - 2][j - 2] + 1,
					       d[i][j]);
		}
	}
	return d[la][lb];
}

static const struct word *next_word(const struct words *set,
				    const struct word *word)
{
	word = word ? (const struct word *)((const char *)word + set->stride) :
		      set->first;
	return word && word->name ? word : NULL;
}

static void consider(struct search *search, const struct word *word)
{
	unsigned int far = distance(search->word, word->name);

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
	} else if (search->distance <= SLIP(strlen(search->word))) {
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
