// SPDX-License-Identifier: GPL-2.0
/* lbadm daemon, lbadm reload, lbadm sync */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "daemon.h"
#include "output.h"

const char daemon_usage[] =
	"lbadm daemon status|services|checks|vrrp|tracked\n"
	"lbadm daemon up|down|drain|clear|recheck SERVICE BACKEND\n"
	"lbadm daemon release INSTANCE        a VRRP master becomes backup\n"
	"lbadm daemon reload\n";
const char reload_usage[] =
	"lbadm reload                         lbd reads its configuration again\n";
const char sync_usage[] =
	"lbadm sync show\n";

static int parse_nothing(struct args *args, struct command *command)
{
	(void)args;
	(void)command;
	return 0;
}

/* SERVICE is a name in one word, or protocol and address as elsewhere. */
static int parse_backend(struct args *args, struct command *command)
{
	const char *first = args_take(args, "a virtual server");
	const char *second = first ? args_take(args, "a real server") : NULL;

	if (!second)
		return -EINVAL;
	if (!args_left(args)) {
		snprintf(command->daemon.service,
			 sizeof(command->daemon.service), "%s", first);
		command->daemon.backend = second;
		return 0;
	}
	snprintf(command->daemon.service, sizeof(command->daemon.service),
		 "%s %s", first, second);
	command->daemon.backend = args_take(args, "a real server");
	return 0;
}

static int parse_instance(struct args *args, struct command *command)
{
	command->daemon.instance = args_take(args, "a vrrp_instance");
	return command->daemon.instance ? 0 : -EINVAL;
}

/* @request belongs to this. */
static int ask(struct session *session, json_t *request, json_t **answer)
{
	int err;

	if (!request)
		return -ENOMEM;
	err = daemon_ask(session->socket, request, answer, session->error,
			 sizeof(session->error));
	json_decref(request);
	return err;
}

static int show(struct session *session, json_t *request, const char *member,
		void (*text)(const json_t *status, FILE *stream))
{
	struct output *output = session->output;
	json_t *answer, *part;
	int err = ask(session, request, &answer);

	if (err)
		return err;
	if (output->ops != &output_json) {
		text(answer, output->stream);
		json_decref(answer);
		return 0;
	}
	part = member ? json_object_get(answer, member) : answer;
	if (part)
		json_dumpf(part, output->stream, JSON_ENCODE_ANY |
			   (output->json.pretty ? JSON_INDENT(2) :
						  JSON_COMPACT));
	else
		fputs("null", output->stream);
	putc('\n', output->stream);
	json_decref(answer);
	return 0;
}

static json_t *status_of(const char *only)
{
	return json_pack("{s:s, s:s*}", "command", "status", "only", only);
}

static int run_status(struct session *session, const struct command *command)
{
	(void)command;
	return show(session, status_of(NULL), NULL, daemon_text_overview);
}

static int run_services(struct session *session, const struct command *command)
{
	(void)command;
	return show(session, status_of("control"), "services",
		    daemon_text_services);
}

/* The names of services and backends are known to control. */
static int run_checks(struct session *session, const struct command *command)
{
	(void)command;
	return show(session, status_of(NULL), "checkers", daemon_text_checks);
}

static int run_vrrp(struct session *session, const struct command *command)
{
	(void)command;
	return show(session, status_of("vrrp"), "vrrp", daemon_text_vrrp);
}

static int run_tracked(struct session *session, const struct command *command)
{
	(void)command;
	return show(session, status_of("control"), "tracked",
		    daemon_text_tracked);
}

static int run_sync(struct session *session, const struct command *command)
{
	(void)command;
	return show(session, status_of("sync"), "sync", daemon_text_sync);
}

/* There is nothing to say but that it was done. */
static int order(struct session *session, json_t *request)
{
	json_t *answer;
	int err = ask(session, request, &answer);

	if (!err)
		json_decref(answer);
	return err;
}

static int run_reload(struct session *session, const struct command *command)
{
	(void)command;
	return order(session, json_pack("{s:s}", "command", "reload"));
}

/* The name of the verb is what lbd is asked for. */
static int run_backend(struct session *session, const struct command *command)
{
	return order(session, json_pack("{s:s, s:s, s:s, s:s}",
					"command", "backend",
					"action", command->verb->word.name,
					"service", command->daemon.service,
					"backend", command->daemon.backend));
}

static int run_release(struct session *session, const struct command *command)
{
	return order(session, json_pack("{s:s, s:s}", "command", "release",
					"instance", command->daemon.instance));
}

#define SHOWS(fn) .parse = parse_nothing, .run = (fn), .offline = true
#define CHANGES .parse = parse_backend, .run = run_backend, .offline = true

const struct verb daemon_verbs[] = {
	{ WORD("status"), SHOWS(run_status) },
	{ WORD("services"), SHOWS(run_services) },
	{ WORD("checks"), SHOWS(run_checks) },
	{ WORD("vrrp"), SHOWS(run_vrrp) },
	{ WORD("tracked"), SHOWS(run_tracked) },
	{ WORD("up"), CHANGES },
	{ WORD("down"), CHANGES },
	{ WORD("drain"), CHANGES },
	{ WORD("clear"), CHANGES },
	{ WORD("recheck"), CHANGES },
	{ WORD("release"), .parse = parse_instance, .run = run_release,
	  .offline = true },
	{ WORD("reload"), SHOWS(run_reload) },
	{ }
};

const struct verb reload_verb = { SHOWS(run_reload) };

const struct verb sync_verbs[] = {
	{ WORD("show"), SHOWS(run_sync) },
	{ }
};
