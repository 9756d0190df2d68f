// SPDX-License-Identifier: GPL-2.0
/* lbadm import */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import.h"
#include "output.h"

const char import_usage[] =
	"lbadm import ipvs [FILE]             the running IPVS, or output of ipvsadm -Sn\n";

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

/* The lines that ipvsadm would print. */
static char *ask_ipvs(struct session *session)
{
	struct nflb *ipvs;
	char *text = NULL;
	FILE *stream;
	size_t len;
	int err;

	err = nflb_ipvs_open(&ipvs);
	if (err) {
		fail(session, "IPVS", err == -ENOENT ? "is not loaded" :
						       strerror(-err));
		return NULL;
	}
	stream = open_memstream(&text, &len);
	err = stream ? nflb_ipvs_write(ipvs, stream) : -ENOMEM;
	if (err)
		fail(session, "IPVS", stream ? nflb_error(ipvs) :
					       strerror(ENOMEM));
	nflb_close(ipvs);
	if ((stream && fclose(stream)) || err) {
		free(text);
		return NULL;
	}
	return text;
}

static int read_running(struct session *session)
{
	char *text = ask_ipvs(session);
	FILE *stream;
	int err;

	if (!text)
		return -EIO;
	/* Nothing can be read from a memory of no length. */
	stream = *text ? fmemopen(text, strlen(text), "r") :
			 fopen("/dev/null", "re");
	err = stream ? read_all(session, stream, "IPVS") :
		       fail(session, "IPVS", strerror(errno));
	if (stream)
		fclose(stream);
	free(text);
	return err;
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
