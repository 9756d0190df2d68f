/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a command, taken one after the other */
#ifndef _LBADM_ARGS_H
#define _LBADM_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nflb/nflb.h>

struct args {
	char *const *word;
	int count;
	int next;		/* index of the word that is taken next */
	char error[1024];	/* set when a function below fails */
};

/**
 * struct word - a word that may be abbreviated
 * @name: the word in full; NULL ends an array
 * @reserved: belongs to the grammar, but this version cannot do it. It takes
 *	part in abbreviations all the same, so that an abbreviation that is
 *	accepted today will not become ambiguous.
 *
 * It is the first member of objects, verbs and keywords.
 */
struct word {
	const char *name;
	bool reserved;
};

#define WORD(text)	.word = { .name = (text) }
#define RESERVED(text)	.word = { .name = (text), .reserved = true }

/**
 * struct words - an array of structures that begin with a struct word
 * @first: the first one, or NULL: none
 * @stride: size of the structure
 */
struct words {
	const struct word *first;
	size_t stride;
};

static inline struct words words_of(const void *array, size_t stride)
{
	return (struct words){ .first = array, .stride = stride };
}

bool args_left(const struct args *args);
const char *args_take(struct args *args, const char *what);
int args_end(struct args *args);
int args_number(struct args *args, const char *what, uint64_t min, uint64_t max,
		uint64_t *number);
int args_name(struct args *args, const char *what,
	      const struct nflb_names *names, const char *const *reserved);
int args_on_off(struct args *args, const char *what, bool *on);
int args_key(struct args *args, struct nflb_key *key);
int args_backend(struct args *args, struct nflb_address *address,
		 uint16_t *port);
int args_prefix(struct args *args, const char *what,
		struct nflb_address *address, uint8_t *prefix);
__attribute__((format(printf, 2, 3)))
int args_refuse(struct args *args, const char *format, ...);

/* words.c */
const struct word *args_choose(struct args *args, const char *what,
			       const struct words *sets, size_t count);

#endif /* _LBADM_ARGS_H */
