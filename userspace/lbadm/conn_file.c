// SPDX-License-Identifier: GPL-2.0
/*
 * lbadm connection save and restore: the table, and affinity, as lines of text
 *
 * A line is what it is about, the service, and names with values in any order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "conn_file.h"
#include "output.h"

#define WORDS_MAX	48

/* What names stand for. */
struct field {
	const char *name;
	int (*parse)(struct args *args, struct nflb_change *change);
	bool needed;
};

/* What the file says, all of it before the kernel hears of any. */
struct contents {
	const char *name;
	struct nflb_change *changes;
	size_t count;
	size_t room;
};

static void print_ends(FILE *stream, const char *what,
		       const struct nflb_key *service,
		       const struct nflb_address *backend, uint16_t port)
{
	char key[NFLB_KEY_LEN], end[NFLB_ENDPOINT_LEN];

	nflb_key_format(service, key);
	nflb_endpoint_format(backend, port, end);
	fprintf(stream, "%s %s backend %s", what, key, end);
}

static void print_endpoint(FILE *stream, const char *name,
			   const struct nflb_address *address, uint16_t port)
{
	char text[NFLB_ENDPOINT_LEN];

	nflb_endpoint_format(address, port, text);
	fprintf(stream, " %s %s", name, text);
}

static int print_connection(const struct nflb_connection *c, void *arg)
{
	FILE *stream = arg;

	print_ends(stream, "connection", &c->service, &c->backend,
		   c->backend_port);
	print_endpoint(stream, "client", &c->client, c->client_port);
	print_endpoint(stream, "destination", &c->destination,
		       c->destination_port);
	if (c->source.family != AF_UNSPEC)
		print_endpoint(stream, "source", &c->source, c->source_port);
	fprintf(stream, " protocol %s forward %s state %s expires %u",
		nflb_name(&nflb_protocols, c->protocol),
		nflb_name(&nflb_forwards, c->forward),
		nflb_name(&nflb_states, c->state), c->expires);
	if (c->flags)
		fprintf(stream, " flags %u", c->flags);
	if (c->protocol == IPPROTO_TCP)
		fprintf(stream, " seq %u ack %u", c->tcp_seq, c->tcp_ack);
	if (c->protocol == IPPROTO_SCTP)
		fprintf(stream, " tag %u reply-tag %u", c->sctp_tag[0],
			c->sctp_tag[1]);
	return fputc('\n', stream) == EOF ? -EIO : 0;
}

static int print_affinity(const struct nflb_affinity *affinity, void *arg)
{
	char client[NFLB_PREFIX_LEN];
	FILE *stream = arg;

	print_ends(stream, "affinity", &affinity->service, &affinity->backend,
		   affinity->backend_port);
	nflb_prefix_format(&affinity->client, client);
	fprintf(stream, " client %s expires %u", client, affinity->expires);
	return fputc('\n', stream) == EOF ? -EIO : 0;
}

/**
 * conn_file_write() - write a line of a file
 * @stream: the file
 * @change: what it says
 *
 * Return: 0 or -EIO.
 */
int conn_file_write(FILE *stream, const struct nflb_change *change)
{
	if (change->is_affinity)
		return print_affinity(&change->affinity, stream);
	return print_connection(&change->connection, stream);
}

int conn_file_save(struct session *session, const struct command *command)
{
	FILE *stream = session->output->stream;
	int err;

	err = nflb_connection_list(session->nflb, &command->filter,
				   print_connection, stream);
	if (!err)
		err = nflb_affinity_list(session->nflb, &command->filter,
					 print_affinity, stream);
	return err;
}

static int take_end(struct args *args, const char *what,
		    struct nflb_address *address, uint16_t *port)
{
	const char *word = args_take(args, "ADDRESS:PORT");
	const char *why;

	if (!word)
		return -EINVAL;
	if (nflb_endpoint_parse(word, address, port, &why))
		return args_refuse(args, "%s '%s': %s", what, word, why);
	return 0;
}

static int take_name(struct args *args, const char *what,
		     const struct nflb_names *names, uint8_t *value)
{
	int number = args_name(args, what, names, NULL);

	if (number >= 0)
		*value = (uint8_t)number;
	return number < 0 ? number : 0;
}

static int take_number(struct args *args, const char *what, uint32_t max,
		       uint32_t *value)
{
	uint64_t number;
	int err = args_number(args, what, 0, max, &number);

	if (!err)
		*value = (uint32_t)number;
	return err;
}

static int take_byte(struct args *args, const char *what, uint8_t *value)
{
	uint32_t number;
	int err = take_number(args, what, UINT8_MAX, &number);

	if (!err)
		*value = (uint8_t)number;
	return err;
}

static int parse_backend(struct args *args, struct nflb_change *change)
{
	return args_backend(args, &change->connection.backend,
			    &change->connection.backend_port);
}

static int parse_client(struct args *args, struct nflb_change *change)
{
	return take_end(args, "client", &change->connection.client,
			&change->connection.client_port);
}

static int parse_destination(struct args *args, struct nflb_change *change)
{
	return take_end(args, "destination", &change->connection.destination,
			&change->connection.destination_port);
}

static int parse_source(struct args *args, struct nflb_change *change)
{
	return take_end(args, "source", &change->connection.source,
			&change->connection.source_port);
}

static int parse_protocol(struct args *args, struct nflb_change *change)
{
	return take_name(args, "protocol", &nflb_protocols,
			 &change->connection.protocol);
}

static int parse_forward(struct args *args, struct nflb_change *change)
{
	return take_name(args, "forward", &nflb_forwards,
			 &change->connection.forward);
}

static int parse_state(struct args *args, struct nflb_change *change)
{
	return take_name(args, "state", &nflb_states,
			 &change->connection.state);
}

static int parse_expires(struct args *args, struct nflb_change *change)
{
	return take_number(args, "expires", UINT32_MAX,
			   &change->connection.expires);
}

static int parse_flags(struct args *args, struct nflb_change *change)
{
	return take_byte(args, "flags", &change->connection.flags);
}

static int parse_seq(struct args *args, struct nflb_change *change)
{
	return take_byte(args, "seq", &change->connection.tcp_seq);
}

static int parse_ack(struct args *args, struct nflb_change *change)
{
	return take_byte(args, "ack", &change->connection.tcp_ack);
}

static int parse_tag(struct args *args, struct nflb_change *change)
{
	return take_number(args, "tag", UINT32_MAX,
			   &change->connection.sctp_tag[0]);
}

static int parse_reply_tag(struct args *args, struct nflb_change *change)
{
	return take_number(args, "reply-tag", UINT32_MAX,
			   &change->connection.sctp_tag[1]);
}

static const struct field connection_fields[] = {
	{ "backend", parse_backend, true },
	{ "client", parse_client, true },
	{ "destination", parse_destination, true },
	{ "source", parse_source, false },
	{ "protocol", parse_protocol, true },
	{ "forward", parse_forward, true },
	{ "state", parse_state, true },
	{ "expires", parse_expires, true },
	{ "flags", parse_flags, false },
	{ "seq", parse_seq, false },
	{ "ack", parse_ack, false },
	{ "tag", parse_tag, false },
	{ "reply-tag", parse_reply_tag, false },
	{ NULL, NULL, false }
};

static int parse_affinity_backend(struct args *args, struct nflb_change *change)
{
	return args_backend(args, &change->affinity.backend,
			    &change->affinity.backend_port);
}

static int parse_affinity_client(struct args *args, struct nflb_change *change)
{
	struct nflb_prefix *client = &change->affinity.client;

	return args_prefix(args, "client", &client->address, &client->length);
}

static int parse_affinity_expires(struct args *args, struct nflb_change *change)
{
	return take_number(args, "expires", UINT32_MAX,
			   &change->affinity.expires);
}

static const struct field affinity_fields[] = {
	{ "backend", parse_affinity_backend, true },
	{ "client", parse_affinity_client, true },
	{ "expires", parse_affinity_expires, true },
	{ NULL, NULL, false }
};

static int take_field(struct args *args, const struct field *fields,
		      struct nflb_change *change, unsigned int *given)
{
	const char *name = args_take(args, "a name");
	unsigned int i;

	for (i = 0; fields[i].name; i++) {
		if (strcmp(fields[i].name, name))
			continue;
		if (*given & 1U << i)
			return args_refuse(args, "'%s' is given twice", name);
		*given |= 1U << i;
		return fields[i].parse(args, change);
	}
	return args_refuse(args, "unknown '%s'", name);
}

static int take_fields(struct args *args, const struct field *fields,
		       struct nflb_change *change)
{
	unsigned int given = 0, i;

	while (args_left(args)) {
		if (take_field(args, fields, change, &given))
			return -EINVAL;
	}
	for (i = 0; fields[i].name; i++) {
		if (fields[i].needed && !(given & 1U << i))
			return args_refuse(args, "'%s' is missing",
					   fields[i].name);
	}
	return 0;
}

/* Return: number of words. */
static int split(char *text, char **words)
{
	char *rest, *word;
	int count = 0;

	for (word = strtok_r(text, " \t\r\n", &rest);
	     word && *word != '#' && count < WORDS_MAX;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		words[count++] = word;
	return count;
}

/**
 * conn_file_line() - read a line of a file
 * @args: gets the error
 * @text: the line, which is changed
 * @change: what it says
 *
 * Return: 1; 0 for a line that says nothing; -EINVAL.
 */
int conn_file_line(struct args *args, char *text, struct nflb_change *change)
{
	char *words[WORDS_MAX];
	const char *what;
	int err;

	memset(change, 0, sizeof(*change));
	*args = (struct args){ .word = words, .count = split(text, words) };
	if (!args->count)
		return 0;
	what = args_take(args, "a line");
	change->is_affinity = !strcmp(what, "affinity");
	if (!change->is_affinity && strcmp(what, "connection"))
		return args_refuse(args, "unknown '%s'", what);
	if (change->is_affinity)
		err = args_key(args, &change->affinity.service);
	else
		err = args_key(args, &change->connection.service);
	if (!err)
		err = take_fields(args, change->is_affinity ? affinity_fields :
				  connection_fields, change);
	return err ? err : 1;
}

static struct nflb_change *next_change(struct contents *contents)
{
	size_t room = contents->room ? contents->room * 2 : 1024;
	struct nflb_change *changes;

	if (contents->count == contents->room) {
		changes = reallocarray(contents->changes, room,
				       sizeof(*changes));
		if (!changes)
			return NULL;
		contents->changes = changes;
		contents->room = room;
	}
	return &contents->changes[contents->count];
}

static int fail(struct session *session, const struct contents *contents,
		unsigned int number, const char *why)
{
	if (number)
		snprintf(session->error, sizeof(session->error), "%s:%u: %.800s",
			 contents->name, number, why);
	else
		snprintf(session->error, sizeof(session->error), "%s: %.800s",
			 contents->name, why);
	return -EINVAL;
}

static int read_lines(struct session *session, struct contents *contents,
		      FILE *stream)
{
	struct nflb_change *change;
	unsigned int number = 0;
	struct args args;
	char *text = NULL;
	size_t size = 0;
	int err = 0;

	while (err >= 0 && getline(&text, &size, stream) >= 0) {
		number++;
		change = next_change(contents);
		if (!change) {
			err = fail(session, contents, number, "out of memory");
			break;
		}
		err = conn_file_line(&args, text, change);
		if (err < 0)
			fail(session, contents, number, args.error);
		else
			contents->count += err;
	}
	free(text);
	if (err >= 0 && ferror(stream))
		err = fail(session, contents, 0, "cannot be read");
	return err < 0 ? err : 0;
}

static int read_file(struct session *session, struct contents *contents)
{
	bool is_stdin = !strcmp(contents->name, "-");
	FILE *stream = is_stdin ? stdin : fopen(contents->name, "re");
	int err;

	if (!stream)
		return fail(session, contents, 0, strerror(errno));
	err = read_lines(session, contents, stream);
	if (!is_stdin)
		fclose(stream);
	return err;
}

int conn_file_parse_restore(struct args *args, struct command *command)
{
	command->file = args_take(args, "FILE");
	return command->file ? 0 : -EINVAL;
}

int conn_file_restore(struct session *session, const struct command *command)
{
	struct contents contents = { .name = command->file };
	struct nflb_imported imported = { 0 };
	int err = read_file(session, &contents);

	if (!err)
		err = nflb_import(session->nflb, contents.changes,
				  contents.count, &imported);
	if (!err)
		session->output->ops->imported(session->output, &imported);
	if (imported.count[NFLB_IMPORT_UNKNOWN] ||
	    imported.count[NFLB_IMPORT_REFUSED])
		session->code = EXIT_REFUSED;
	free(contents.changes);
	return err;
}
