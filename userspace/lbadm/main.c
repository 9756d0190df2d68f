// SPDX-License-Identifier: GPL-2.0
/* lbadm: configures and shows what nflb does in this network namespace */
#include <errno.h>
#include <stdlib.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "daemon.h"
#include "output.h"

static void complain(const char *text)
{
	fprintf(stderr, "lbadm: %s\n", text);
}

static void usage(void)
{
	puts("lbadm [-jpn] [-s SOCKET] OBJECT VERB ...");
	puts("lbadm -V | -h");
	puts("  -j  print JSON         -p  print JSON, indented");
	puts("  -n  look up no names (there is nothing else yet)");
	puts("  -s  control socket of lbd, if not " DAEMON_SOCKET);
	puts("  -V  print the version  -h  print this text");
	putchar('\n');
	command_usage();
	puts("\nObjects, verbs and keywords may be abbreviated. See lbadm(8).");
}

/* Return: whether there is a command to run; otherwise *code is the exit code. */
static bool parse_options(int argc, char **argv, struct session *session,
			  int *code)
{
	struct output *output = session->output;
	int option;

	*code = EXIT_DONE;
	while ((option = getopt(argc, argv, "+jpns:Vh")) != -1) {
		switch (option) {
		case 'p':
			output->json.pretty = true;
			output->ops = &output_json;
			break;
		case 'j':
			output->ops = &output_json;
			break;
		case 'n':
			break;
		case 's':
			session->socket = optarg;
			break;
		case 'V':
			puts("lbadm " NFLB_VERSION);
			return false;
		case 'h':
			usage();
			return false;
		default:
			*code = EXIT_USAGE;
			return false;
		}
	}
	return true;
}

static void complain_open(int err)
{
	char text[MESSAGE_LEN];

	if (err == -ENOENT) {
		complain("nflb is not loaded (modprobe nflb)");
		return;
	}
	snprintf(text, sizeof(text), "cannot talk to the kernel: %s",
		 strerror(-err));
	complain(text);
}

static void complain_refused(const struct session *session,
			     const struct command *command)
{
	char text[MESSAGE_LEN];
	char name[COMMAND_LEN];

	if (session->error[0]) {
		complain(session->error);
		return;
	}
	command_name(command, name);
	snprintf(text, sizeof(text), "%s: %s", name,
		 nflb_error(session->nflb));
	complain(text);
}

static int run(struct session *session, const struct command *command)
{
	int err = command->verb->offline ? 0 : nflb_open(&session->nflb);
	int refused = command->verb->refused ? command->verb->refused :
		      EXIT_REFUSED;

	if (err) {
		complain_open(err);
		return refused;
	}
	err = command->verb->run(session, command);
	if (err)
		complain_refused(session, command);
	nflb_close(session->nflb);
	return err ? refused : session->code;
}

static int parse_and_run(struct session *session, struct args *args)
{
	struct command command;
	int code = EXIT_USAGE;

	if (!args->count)
		complain("no command is given, 'lbadm -h' lists them");
	else if (command_parse(args, &command))
		complain(args->error);
	else
		code = run(session, &command);
	if (args->count)
		command_free(&command);
	return code;
}

/* A full disk must not pass for success. */
static int close_stdout(int code)
{
	if (!ferror(stdout) && !fclose(stdout))
		return code;
	complain("the output could not be written");
	return code ? code : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
	struct output output = {
		.ops = &output_text,
		.stream = stdout,
		.json = { .stream = stdout },
	};
	struct session session = { .output = &output, .socket = DAEMON_SOCKET };
	struct args args = { 0 };
	int code;

	/* There is one thread; a lock for each piece of a long list adds up. */
	__fsetlocking(stdout, FSETLOCKING_BYCALLER);
	if (parse_options(argc, argv, &session, &code)) {
		args.word = argv + optind;
		args.count = argc - optind;
		code = parse_and_run(&session, &args);
	}
	return close_stdout(code);
}
