// SPDX-License-Identifier: GPL-2.0
/* lbadm import */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import.h"
#include "output.h"

const char import_usage[] =
	"lbadm import ipvs [FILE]             output of ipvsadm -Sn; - is the standard input\n";

static int parse_ipvs(struct args *args, struct command *command)
{
	if (args_left(args))
		command->file = args_take(args, "FILE");
	return 0;
}

/* What cannot be said in other words is told, and the rest goes on. */
static void take_line(struct output *output, const char *name,
		      unsigned int number, char *line, unsigned int *lost)
{
	struct import import;

	if (import_line(line, &import) || *import.lost) {
		fprintf(stderr, "lbadm: %s:%u: %s\n", name, number,
			import.lost);
		++*lost;
	}
	if (import.verb && *import.text)
		output->ops->change(output, import.verb, import.text);
}

static int read_all(struct session *session, FILE *stream, const char *name)
{
	struct output *output = session->output;
	unsigned int number = 0, lost = 0;
	char *line = NULL;
	size_t size = 0;

	output->ops->changes_begin(output);
	while (getline(&line, &size, stream) >= 0)
		take_line(output, name, ++number, line, &lost);
	free(line);
	output->ops->changes_end(output);
	if (lost)
		session->code = EXIT_REFUSED;
	return ferror(stream) ? -EIO : 0;
}

static int fail(struct session *session, const char *name, const char *why)
{
	snprintf(session->error, sizeof(session->error), "%s: %s", name, why);
	return -EIO;
}

static int read_running(struct session *session)
{
	FILE *stream = popen("ipvsadm -S -n", "re");
	int err;

	if (!stream)
		return fail(session, "ipvsadm", strerror(errno));
	err = read_all(session, stream, "ipvsadm -Sn");
	if (pclose(stream) || err)
		return fail(session, "ipvsadm -Sn", "failed");
	return 0;
}

static int run_ipvs(struct session *session, const struct command *command)
{
	const char *name = command->file;
	FILE *stream;
	int err;

	if (!name)
		return read_running(session);
	if (!strcmp(name, "-"))
		return read_all(session, stdin, "stdin");
	stream = fopen(name, "re");
	if (!stream)
		return fail(session, name, strerror(errno));
	err = read_all(session, stream, name);
	if (err)
		fail(session, name, strerror(errno));
	fclose(stream);
	return err;
}

const struct verb import_verbs[] = {
	{ WORD("ipvs"), .parse = parse_ipvs, .run = run_ipvs, .offline = true },
	{ }
};
