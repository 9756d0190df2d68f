// SPDX-License-Identifier: GPL-2.0
/*
 * lbadm restore
 *
 * The file is read and checked while the command line is parsed, so a mistake
 * in it is found before the kernel hears of anything.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "restore.h"

const char restore_usage[] =
	"lbadm restore FILE                   - is the standard input\n";

/* More than the longest command has. */
#define WORDS_MAX	32

struct step {
	unsigned int line;
	struct command command;
};

struct plan {
	char *name;		/* of the file */
	struct step *steps;
	size_t count;
};

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
	if (!command->verb->undo)
		return args_refuse(args, "only 'service add' and 'backend add' can be restored");
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
	if (!plan)
		return;
	free(plan->steps);
	free(plan->name);
	free(plan);
}

static int parse(struct args *args, struct command *command)
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

static void describe(struct session *session, const struct plan *plan,
		     const struct step *step)
{
	char name[COMMAND_LEN];

	command_name(&step->command, name);
	snprintf(session->error, sizeof(session->error), "%s:%u: %s: %s",
		 plan->name, step->line, name, nflb_error(session->nflb));
}

/* What somebody else has removed meanwhile is as good as taken back. */
static void take_back(struct session *session, const struct plan *plan,
		      size_t count)
{
	size_t left = 0;

	while (count--) {
		const struct command *command = &plan->steps[count].command;
		int err = command->verb->undo(session, command);

		if (err && err != -ENOENT)
			left++;
	}
	if (left) {
		size_t len = strlen(session->error);

		snprintf(session->error + len, sizeof(session->error) - len,
			 "; %zu earlier lines could not be taken back: %s",
			 left, nflb_error(session->nflb));
	}
}

static int run(struct session *session, const struct command *command)
{
	const struct plan *plan = command->plan;
	size_t i;

	for (i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		int err;

		err = step->command.verb->run(session, &step->command);
		if (err) {
			describe(session, plan, step);
			take_back(session, plan, i);
			return err;
		}
	}
	return 0;
}

const struct verb restore_verb = { .parse = parse, .run = run };
