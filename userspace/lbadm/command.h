/* SPDX-License-Identifier: GPL-2.0 */
/* A command: what the grammar is made of, and what a command line says in it */
#ifndef _LBADM_COMMAND_H
#define _LBADM_COMMAND_H

#include "args.h"

struct plan;
struct output;

/* A command line, read and found good. */
struct command {
	const struct object *object;
	const struct verb *verb;
	struct nflb_service service;
	struct nflb_backend backend;
	struct nflb_filter filter;
	struct nflb_flow flow;	/* explain */
	struct nflb_settings settings;	/* set */
	struct {
		unsigned int count;	/* of rounds; 0: no end */
		unsigned int interval;	/* seconds */
	} top;
	unsigned int events;	/* monitor: NFLB_EVENTS_* */
	struct nflb_backend *backends;	/* service replace: all of them */
	size_t backend_count;
	const char *file;	/* import: what to read, or NULL */
	struct {
		char service[NFLB_KEY_LEN + 256];
		const char *backend;
		const char *instance;
	} daemon;
	struct plan *plan;	/* restore, apply, diff: what the file says */
};

/* Room for a message with a file name and words of the user in it. */
#define MESSAGE_LEN	1024

/**
 * struct session - what a verb runs with
 * @nflb: the kernel
 * @output: takes what the verb prints
 * @socket: of lbd
 * @code: exit code of a verb that does not fail
 * @error: a verb that fails may leave the whole message here; otherwise that
 *	is made of the command and nflb_error()
 */
struct session {
	struct nflb *nflb;
	struct output *output;
	const char *socket;
	int code;
	char error[MESSAGE_LEN];
};

/* Exit codes of lbadm. */
enum {
	EXIT_DONE,
	EXIT_REFUSED,	/* by the kernel or by the system */
	EXIT_USAGE,	/* the command line is wrong, nothing was sent */
};

/**
 * struct verb - what can be done with an object
 * @word: its name
 * @parse: reads the words after the verb into the command
 * @run: does it. Return: 0 or a negative errno
 * @undo: takes back what @run did; only for what a file of `restore` may hold
 * @refused: exit code when @run fails; 0: EXIT_REFUSED
 * @offline: @run does without the kernel
 */
struct verb {
	struct word word;
	int (*parse)(struct args *args, struct command *command);
	int (*run)(struct session *session, const struct command *command);
	int (*undo)(struct session *session, const struct command *command);
	int refused;
	bool offline;
};

/**
 * struct object - the first word of a command
 * @word: its name
 * @verbs: what follows, ended by one without name
 * @only: the verb that goes without saying, when there are no @verbs
 * @usage: lines for -h
 */
struct object {
	struct word word;
	const struct verb *verbs;
	const struct verb *only;
	const char *usage;
};

/**
 * struct keyword - a setting: a word and its value
 * @word: its name
 * @parse: reads the value into the command
 * @value: tells @parse which of several keywords it reads
 * @options: keywords that may follow at once, ended by one without name
 * @group: has no value of its own, one of @options must follow
 */
struct keyword {
	struct word word;
	int (*parse)(struct args *args, struct command *command,
		     const struct keyword *keyword);
	unsigned int value;
	const struct keyword *options;
	bool group;
};

#define COMMAND_LEN	(2 * NFLB_KEY_LEN + 32)

/* command.c */
int command_verb(struct args *args, struct command *command);
int command_parse(struct args *args, struct command *command);
int command_settings(struct args *args, const struct keyword *keywords,
		     struct command *command);
int command_settings_until(struct args *args, const struct keyword *keywords,
			   const struct keyword *last, struct command *command);
int command_no_settings(struct args *args, struct command *command);
void command_name(const struct command *command, char text[COMMAND_LEN]);
void command_free(struct command *command);
void command_usage(void);

/* one file per object */
extern const struct verb service_verbs[];
extern const struct verb backend_verbs[];
extern const struct verb connection_verbs[];
extern const struct verb affinity_verbs[];
extern const struct verb stats_verb;
extern const struct verb save_verb;
extern const struct verb restore_verb;
extern const struct verb apply_verb;
extern const struct verb diff_verb;
extern const struct verb monitor_verb;
extern const struct verb import_verbs[];
extern const struct verb explain_verb;
extern const struct verb top_verb;
extern const struct verb set_verb;
extern const struct verb show_verbs[];
extern const struct verb daemon_verbs[];
extern const struct verb reload_verb;
extern const struct verb sync_verbs[];
extern const struct keyword backend_keywords[];
extern const char service_usage[];
extern const char backend_usage[];
extern const char connection_usage[];
extern const char affinity_usage[];
extern const char stats_usage[];
extern const char save_usage[];
extern const char restore_usage[];
extern const char apply_usage[];
extern const char diff_usage[];
extern const char monitor_usage[];
extern const char import_usage[];
extern const char explain_usage[];
extern const char top_usage[];
extern const char set_usage[];
extern const char show_usage[];
extern const char daemon_usage[];
extern const char reload_usage[];
extern const char sync_usage[];

#endif /* _LBADM_COMMAND_H */
