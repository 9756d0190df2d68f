// SPDX-License-Identifier: GPL-2.0
/* Abbreviations */
#include "../lbadm/args.h"
#include "tap.h"

struct thing {
	struct word word;
	int number;
};

static const struct thing first[] = {
	{ WORD("scheduler"), 1 },
	{ WORD("timeout"), 2 },
	{ WORD("time"), 3 },
	{ RESERVED("affinity"), 4 },
	{ RESERVED("tier"), 5 },
	{ }
};

static const struct thing second[] = {
	{ WORD("syn"), 6 },
	{ WORD("established"), 7 },
	{ }
};

static int choose(char *text, size_t sets, struct args *args)
{
	const struct words words[] = {
		words_of(first, sizeof(*first)),
		words_of(second, sizeof(*second)),
	};
	const struct word *word;

	*args = (struct args){ .word = &text, .count = 1 };
	word = args_choose(args, "word", words, sets);
	return word ? ((const struct thing *)word)->number : 0;
}

static void check(char *text, size_t sets, int number, const char *error)
{
	struct args args;

	is_number((uint64_t)choose(text, sets, &args), (uint64_t)number, text);
	is_text(args.error, error, text);
}

static void test_nothing(void)
{
	struct words none = words_of(NULL, sizeof(*first));
	struct words some = words_of(second, sizeof(*second));
	char *text = (char[]){ "syn" };
	struct args args = { .word = &text, .count = 1 };

	ok(!args_choose(&args, "word", &none, 1), "a set may be empty");
	args = (struct args){ 0 };
	ok(!args_choose(&args, "word", &some, 1), "no word is left");
	is_text(args.error, "word is missing after 'lbadm', one of: syn, established",
		"the error lists what is possible");
}

int main(void)
{
	check((char[]){ "scheduler" }, 1, 1, "");
	check((char[]){ "sch" }, 1, 1, "");
	check((char[]){ "s" }, 1, 1, "");
	check((char[]){ "s" }, 2, 0, "word 's' is ambiguous: scheduler, syn");
	check((char[]){ "sc" }, 2, 1, "");
	check((char[]){ "e" }, 2, 7, "");
	check((char[]){ "e" }, 1, 0,
	      "unknown word 'e', known are: scheduler, timeout, time");
	check((char[]){ "timeo" }, 1, 2, "");
	check((char[]){ "time" }, 1, 3, "");
	check((char[]){ "tim" }, 1, 0, "word 'tim' is ambiguous: timeout, time");
	check((char[]){ "t" }, 1, 0,
	      "word 't' is ambiguous: timeout, time, tier");
	check((char[]){ "tie" }, 1, 0, "'tier' is not supported by this version");
	check((char[]){ "a" }, 1, 0,
	      "'affinity' is not supported by this version");
	check((char[]){ "shceduler" }, 1, 0,
	      "unknown word 'shceduler', did you mean 'scheduler'?");
	check((char[]){ "tmeout" }, 1, 0,
	      "unknown word 'tmeout', did you mean 'timeout'?");
	check((char[]){ "sy" }, 2, 6, "");
	check((char[]){ "sxn" }, 2, 0, "unknown word 'sxn', did you mean 'syn'?");
	check((char[]){ "SYN" }, 2, 0,
	      "unknown word 'SYN', known are: scheduler, timeout, time, syn, established");
	check((char[]){ "schedulers" }, 1, 0,
	      "unknown word 'schedulers', did you mean 'scheduler'?");
	check((char[]){ "a-word-that-is-longer-than-every-name-of-the-grammar" },
	      2, 0,
	      "unknown word 'a-word-that-is-longer-than-every-name-of-the-grammar', known are: scheduler, timeout, time, syn, established");
	check((char[]){ "\033[2J" }, 2, 0,
	      "unknown word '?[2J', known are: scheduler, timeout, time, syn, established");
	test_nothing();
	return tap_end();
}
