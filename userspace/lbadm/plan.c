// SPDX-License-Identifier: GPL-2.0
/*
 * Files of commands
 *
 * They are read and checked while the command line is parsed, so a mistake in
 * one is found before the kernel hears of anything.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* More than the longest command has. */
#define WORDS_MAX	128

/* Return: number of words, or -EINVAL. A word that begins with # ends the line. */
static int split(struct args *args, char *text, char **words)
{
	static const char blank[] = " \t\r\n";
	char *rest, *word;
	int count = 0;

	for (word = strtok_r(text, blank, &rest); word && *word != '#';
	     word = strtok_r(NULL, blank, &rest)) {
		if (count == WORDS_MAX)
			return args_refuse(args, "too many words");
		words[count++] = word;
	}
	return count;
}

static int parse_line(struct args *args, char *text, struct command *command)
{
	char *words[WORDS_MAX];
	int count = split(args, text, words);

	if (count <= 0)
		return count;
	args->word = words;
	args->count = count;
	if (command_verb(args, command))
		return -EINVAL;
	if (!command->verb->undo && command->verb != &set_verb)
		return args_refuse(args,
				   "only 'service add', 'backend add' and 'set' can be restored");
	if (command->verb->parse(args, command) || args_end(args))
		return -EINVAL;
	return count;
}

static struct step *add_step(struct plan *plan)
{
	size_t count = plan->count;
	struct step *steps;

	if (!(count & (count - 1))) {
		steps = reallocarray(plan->steps, count ? count * 2 : 1,
				     sizeof(*steps));
		if (!steps)
			return NULL;
		plan->steps = steps;
	}
	return &plan->steps[plan->count++];
}

/* Settings are no steps: they are sent all at once. */
static int take_settings(struct args *args, struct plan *plan,
			 const struct step *step)
{
	const struct nflb_settings *new = &step->command.settings;
	struct nflb_settings *all = &plan->settings;
	unsigned int i;

	for (i = 1; i <= NFLB_SETTINGS_MAX; i++) {
		if (!(new->given & NFLB_SETTING(i)))
			continue;
		if (all->given & NFLB_SETTING(i))
			return args_refuse(args, "%s:%u: '%s' is set twice",
					   plan->name, step->line,
					   nflb_name(&nflb_setting_names, i));
		all->value[i] = new->value[i];
	}
	all->given |= new->given;
	plan->settings_line = step->line;
	return 0;
}

static int take_line(struct args *args, struct plan *plan, unsigned int number,
		     char *text, size_t len)
{
	struct step step = { .line = number };
	struct args words = { 0 };
	struct step *place;
	int count;

	if (strlen(text) != len)
		count = args_refuse(&words, "a NUL byte");
	else
		count = parse_line(&words, text, &step.command);
	if (count < 0)
		return args_refuse(args, "%s:%u: %s", plan->name, number,
				   words.error);
	if (!count)
		return 0;
	if (step.command.verb == &set_verb)
		return take_settings(args, plan, &step);
	place = add_step(plan);
	if (!place)
		return args_refuse(args, "out of memory");
	*place = step;
	return 0;
}

static int read_lines(struct args *args, struct plan *plan, FILE *stream)
{
	unsigned int number = 0;
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	int err = 0;

	while (!err && (len = getline(&text, &size, stream)) >= 0)
		err = take_line(args, plan, ++number, text, len);
	free(text);
	if (!err && ferror(stream))
		return args_refuse(args, "%s: %s", plan->name, strerror(errno));
	return err;
}

static bool is_service(const struct step *step)
{
	return step->command.backend.address.family == AF_UNSPEC;
}

/* Pools by key. */
struct by_key {
	char key[NFLB_KEY_LEN];
	struct plan_pool *pool;
};

static int compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct by_key *)a)->key,
		      ((const struct by_key *)b)->key);
}

/* A pool for each service of the file, at the step that makes it. */
static void collect_services(struct plan *plan, struct by_key *index)
{
	size_t i;

	for (i = 0; i < plan->count; i++) {
		struct step *step = &plan->steps[i];
		struct plan_pool *pool = &plan->pools[plan->pool_count];

		if (!is_service(step))
			continue;
		pool->pool.service = step->command.service;
		pool->service = step;
		step->pool = pool;
		nflb_key_format(&step->command.service.key,
				index[plan->pool_count].key);
		index[plan->pool_count++].pool = pool;
	}
	qsort(index, plan->pool_count, sizeof(*index), compare_keys);
	for (i = 1; i < plan->pool_count && !plan->twin; i++) {
		const struct step *a = index[i - 1].pool->service;
		const struct step *b = index[i].pool->service;

		if (!compare_keys(&index[i - 1], &index[i]))
			plan->twin = a > b ? a : b;
	}
}

static int add_backend(struct plan_pool *pool, struct step *step)
{
	size_t count = pool->pool.count;

	if (!(count & (count - 1))) {
		size_t room = count ? count * 2 : 1;
		struct nflb_backend *backends;
		const struct step **steps;

		backends = reallocarray(pool->pool.backends, room,
					sizeof(*backends));
		if (backends)
			pool->pool.backends = backends;
		steps = reallocarray(pool->backends, room, sizeof(*steps));
		if (steps)
			pool->backends = steps;
		if (!backends || !steps)
			return -ENOMEM;
	}
	pool->pool.backends[count] = step->command.backend;
	pool->backends[count] = step;
	pool->pool.count++;
	step->pool = pool;
	return 0;
}

/* A backend belongs to its service if that stands before it. */
static int collect_backends(struct plan *plan, const struct by_key *index)
{
	const struct by_key *found;
	struct by_key wanted = { 0 };
	int err = 0;
	size_t i;

	for (i = 0; i < plan->count && !err; i++) {
		struct step *step = &plan->steps[i];

		if (is_service(step))
			continue;
		nflb_key_format(&step->command.service.key, wanted.key);
		found = bsearch(&wanted, index, plan->pool_count,
				sizeof(*index), compare_keys);
		if (found && found->pool->service < step)
			err = add_backend(found->pool, step);
	}
	return err;
}

/* Services with their backends: the kernel takes them as one. */
static int group(struct plan *plan)
{
	struct by_key *index = calloc(plan->count + 1, sizeof(*index));
	int err = -ENOMEM;

	plan->pools = calloc(plan->count + 1, sizeof(*plan->pools));
	if (index && plan->pools) {
		collect_services(plan, index);
		err = collect_backends(plan, index);
	}
	free(index);
	return err;
}

/**
 * plan_read() - read a file of commands and check all of it
 * @args: gets the error
 * @stream: the file
 * @name: its name
 *
 * Return: the commands, for plan_free(); NULL on failure.
 */
struct plan *plan_read(struct args *args, FILE *stream, const char *name)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (plan)
		plan->name = strdup(name);
	if (!plan || !plan->name) {
		args_refuse(args, "out of memory");
		goto free;
	}
	if (read_lines(args, plan, stream))
		goto free;
	if (group(plan)) {
		args_refuse(args, "out of memory");
		goto free;
	}
	return plan;

free:
	plan_free(plan);
	return NULL;
}

/**
 * plan_free() - give back the memory of plan_read()
 * @plan: what it returned
 */
void plan_free(struct plan *plan)
{
	size_t i;

	if (!plan)
		return;
	for (i = 0; i < plan->pool_count; i++) {
		free(plan->pools[i].pool.backends);
		free(plan->pools[i].backends);
	}
	free(plan->pools);
	free(plan->steps);
	free(plan->name);
	free(plan);
}

/**
 * plan_parse() - read the file that a command names
 * @args: the words: FILE, or - for the standard input
 * @command: gets the commands
 *
 * Return: 0 or -EINVAL.
 */
int plan_parse(struct args *args, struct command *command)
{
	const char *name = args_take(args, "FILE");
	FILE *stream;

	if (!name)
		return -EINVAL;
	if (!strcmp(name, "-")) {
		command->plan = plan_read(args, stdin, "stdin");
		return command->plan ? 0 : -EINVAL;
	}
	stream = fopen(name, "re");
	if (!stream)
		return args_refuse(args, "%s: %s", name, strerror(errno));
	command->plan = plan_read(args, stream, name);
	fclose(stream);
	return command->plan ? 0 : -EINVAL;
}
