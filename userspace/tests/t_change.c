// SPDX-License-Identifier: GPL-2.0
/* What apply would do about the difference between two files */
#include <stdlib.h>

#include "../lbadm/change.h"
#include "tap.h"

#define A	"tcp 192.0.2.1:80"
#define B	"udp [2001:db8::1]:53"
#define A1	A " 198.51.100.1:80"
#define B1	" backend 198.51.100.1:80 forward nat"
#define A2	A " 198.51.100.2:80"

static const struct {
	const char *name;
	const char *before;
	const char *after;
	const char *commands;
} cases[] = {
	{ "nothing", "", "", "" },
	{ "the same", "service add " A "\nbackend add " A1 "\n",
	  "service add " A "\nbackend add " A1 "\n", "" },
	{ "defaults that are given", "service add " A "\nbackend add " A1 "\n",
	  "service add " A " scheduler wlc timeout fin 60\n"
	  "backend add " A " 198.51.100.1 weight 1 forward nat\n", "" },
	{ "another order", "service add " A "\nservice add " B "\n"
	  "backend add " A1 "\nbackend add " A2 "\n",
	  "service add " B "\nservice add " A "\n"
	  "backend add " A2 "\nbackend add " A1 "\n", "" },
	{ "a new service", "",
	  "service add " A " timeout fin 3\nbackend add " A1 " weight 3\n",
	  "service replace " A " scheduler wlc timeout fin 3" B1 " weight 3\n" },
	{ "a service that goes", "service add " A "\nbackend add " A1 "\n", "",
	  "service del " A "\n" },
	{ "one for another, the old one last", "service add " A "\n",
	  "service add " B " scheduler rr\n",
	  "service replace " B " scheduler rr\nservice del " A "\n" },
	{ "a new backend", "service add " A "\nbackend add " A1 "\n",
	  "service add " A "\nbackend add " A2 "\nbackend add " A1 "\n",
	  "backend add " A2 " forward nat weight 1\n" },
	{ "a backend that goes",
	  "service add " A "\nbackend add " A1 "\nbackend add " A2 " weight 9\n",
	  "service add " A "\nbackend add " A1 "\n", "backend del " A2 "\n" },
	{ "a weight", "service add " A "\nbackend add " A1 "\n",
	  "service add " A "\nbackend add " A1 " weight 0\n",
	  "backend set " A1 " forward nat weight 0\n" },
	{ "a forward", "service add " A "\nbackend add " A1 "\n",
	  "service add " A "\nbackend add " A1 " forward dr\n",
	  "service replace " A " scheduler wlc backend 198.51.100.1:80 forward dr weight 1\n" },
	{ "two backends",
	  "service add " A "\nbackend add " A1 "\n",
	  "service add " A "\nbackend add " A2 "\n",
	  "service replace " A " scheduler wlc backend 198.51.100.2:80 forward nat weight 1\n" },
	{ "a timeout", "service add " A " timeout fin 5\nbackend add " A1 "\n",
	  "service add " A " timeout fin 6\nbackend add " A1 "\n",
	  "service set " A " scheduler wlc timeout fin 6\n" },
	{ "a timeout that returns to its default",
	  "service add " A " timeout fin 5\nbackend add " A1 "\n",
	  "service add " A "\nbackend add " A1 "\n",
	  "service replace " A " scheduler wlc backend 198.51.100.1:80 forward nat weight 1\n" },
	{ "a scheduler", "service add " A " scheduler sh seed 5\n",
	  "service add " A " scheduler maglev seed 5\n",
	  "service replace " A " scheduler maglev seed 5\n" },
	{ "service and backend",
	  "service add " A " timeout fin 5\nbackend add " A1 "\n",
	  "service add " A " timeout fin 6\nbackend add " A1 " weight 5\n",
	  "service replace " A " scheduler wlc timeout fin 6" B1 " weight 5\n" },
};

static struct plan *read_text(const char *text)
{
	FILE *stream = *text ? fmemopen((void *)text, strlen(text), "r") :
			       fopen("/dev/null", "r");
	struct args args = { 0 };
	struct plan *plan = plan_read(&args, stream, "f");

	fclose(stream);
	return plan;
}

/* What the kernel would answer when it had been told of a file. */
static void as_kernel(struct plan *plan, struct nflb_config *config)
{
	static const struct nflb_config empty;
	struct changes changes;
	size_t i;

	changes_find(&changes, plan, &empty);
	changes_free(&changes);
	config->pools = calloc(plan->pool_count + 1, sizeof(*config->pools));
	config->count = plan->pool_count;
	for (i = 0; i < config->count; i++)
		config->pools[i] = plan->pools[i].pool;
}

static char *commands(const char *before, const char *after)
{
	struct plan *old = read_text(before), *new = read_text(after);
	struct nflb_config config;
	struct changes changes;
	char *text = NULL;
	FILE *stream;
	size_t i, len;

	as_kernel(old, &config);
	stream = open_memstream(&text, &len);
	if (changes_find(&changes, new, &config))
		fputs("error", stream);
	for (i = 0; i < changes.count; i++)
		fprintf(stream, "%s\n", changes.change[i].text);
	fclose(stream);
	changes_free(&changes);
	free(config.pools);
	plan_free(new);
	plan_free(old);
	return text;
}

/* The line that the kernel's refusal would be told of. */
static void test_line(void)
{
	struct plan *old = read_text("service add " A "\n");
	struct plan *new = read_text("# a comment\nservice add " A "\n\n"
				     "backend add " A1 "\n");
	struct nflb_config config;
	struct changes changes;

	as_kernel(old, &config);
	changes_find(&changes, new, &config);
	is_number(changes.count, 1, "one change");
	is_number(changes.change[0].line->line, 4, "of the backend's line");
	changes_free(&changes);
	free(config.pools);
	plan_free(new);
	plan_free(old);
}

/* A service cannot be two things. */
static void test_twin(void)
{
	struct plan *plan = read_text("service add " A "\nservice add " B "\n"
				      "service add " A " scheduler rr\n");

	is_number(plan->twin->line, 3, "a service that is made twice");
	plan_free(plan);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = commands(cases[i].before, cases[i].after);

		is_text(text, cases[i].commands, cases[i].name);
		free(text);
		text = commands(cases[i].after, cases[i].after);
		is_text(text, "", "and then nothing more");
		free(text);
	}
	test_line();
	test_twin();
	return tap_end();
}
