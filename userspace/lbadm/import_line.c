// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of `ipvsadm -Sn` as commands of lbadm
 *
 * The words are those of the whole grammar; whether this version of lbadm and
 * of the kernel know them all, restore will say.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nflb/nflb.h>

#include "import.h"

#define WORDS_MAX	64

/* What a line has said. NULL and false: not given. */
struct ipvs_line {
	char command;		/* 'A' or 'a' */
	const char *protocol;	/* "mark" for a firewall mark */
	const char *address;
	bool ipv6;		/* -6 */
	const char *scheduler;
	const char *flags;
	const char *timeout;
	const char *netmask;
	bool persistent;
	bool one_packet;
	const char *engine;
	const char *server;
	char method;		/* 'g', 'i', 'm' */
	const char *weight;
	const char *upper;
	const char *lower;
	const char *tunnel;
	const char *tunnel_port;
	const char *checksum;	/* --tun-csum and the like */
};

__attribute__((format(printf, 3, 4)))
static void append(char *text, size_t size, const char *format, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + len, size - len, format, ap);
	va_end(ap);
}

#define ADD(import, ...) append((import)->text, IMPORT_LEN, __VA_ARGS__)

static void lose(struct import *import, const char *what, const char *value)
{
	append(import->lost, IMPORT_LEN, "%s%s%s%s has no equivalent",
	       *import->lost ? ", " : "", what, value ? " " : "",
	       value ? value : "");
}

static int refuse(struct import *import, const char *what, const char *word)
{
	import->lost[0] = '\0';
	append(import->lost, IMPORT_LEN, "%s '%s'", what, word);
	return -EINVAL;
}

/* Options of ipvsadm: short and long name, where the value goes. */
struct option_of {
	const char *brief;
	const char *full;
	size_t offset;		/* of a const char * in struct ipvs_line */
	bool optional;		/* the value may be missing */
};

#define VALUE(member)	offsetof(struct ipvs_line, member)

static const struct option_of value_options[] = {
	{ "-s", "--scheduler", VALUE(scheduler), false },
	{ "-b", "--sched-flags", VALUE(flags), false },
	{ "-p", "--persistent", VALUE(timeout), true },
	{ "-M", "--netmask", VALUE(netmask), false },
	{ "--pe", "--pe", VALUE(engine), false },
	{ "-r", "--real-server", VALUE(server), false },
	{ "-w", "--weight", VALUE(weight), false },
	{ "-x", "--u-threshold", VALUE(upper), false },
	{ "-y", "--l-threshold", VALUE(lower), false },
	{ "--tun-type", "--tun-type", VALUE(tunnel), false },
	{ "--tun-port", "--tun-port", VALUE(tunnel_port), false },
	{ }
};

static const struct {
	const char *brief;
	const char *full;
	const char *protocol;
} service_options[] = {
	{ "-t", "--tcp-service", "tcp" },
	{ "-u", "--udp-service", "udp" },
	{ "--sctp-service", "--sctp-service", "sctp" },
	{ "-f", "--fwmark-service", "mark" },
	{ }
};

/* Options without a value. Return: whether the word is one. */
static bool take_flag(struct ipvs_line *line, const char *word)
{
	static const struct {
		const char *brief;
		const char *full;
		char method;
	} methods[] = {
		{ "-g", "--gatewaying", 'g' },
		{ "-i", "--ipip", 'i' },
		{ "-m", "--masquerading", 'm' },
	};
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		if (!strcmp(word, methods[i].brief) ||
		    !strcmp(word, methods[i].full)) {
			line->method = methods[i].method;
			return true;
		}
	}
	if (!strcmp(word, "-o") || !strcmp(word, "--ops"))
		line->one_packet = true;
	else if (!strcmp(word, "-6") || !strcmp(word, "--ipv6"))
		line->ipv6 = true;
	else if (!strcmp(word, "--tun-csum") || !strcmp(word, "--tun-nocsum") ||
		 !strcmp(word, "--tun-remcsum"))
		line->checksum = word;
	else
		return false;
	return true;
}

static bool is(const char *word, const char *brief, const char *full)
{
	return !strcmp(word, brief) || !strcmp(word, full);
}

static const struct option_of *find_option(const char *word)
{
	const struct option_of *option;

	for (option = value_options; option->brief; option++) {
		if (is(word, option->brief, option->full))
			return option;
	}
	return NULL;
}

static const char *find_protocol(const char *word)
{
	size_t i;

	for (i = 0; service_options[i].brief; i++) {
		if (is(word, service_options[i].brief, service_options[i].full))
			return service_options[i].protocol;
	}
	return NULL;
}

static int take_words(struct ipvs_line *line, char **words, int count,
		      struct import *import)
{
	int i;

	for (i = 1; i < count; i++) {
		const char *protocol = find_protocol(words[i]);
		const struct option_of *option = find_option(words[i]);
		bool has_value = i + 1 < count &&
				 (words[i + 1][0] != '-' || !words[i + 1][1]);
		const char *value = has_value ? words[i + 1] : NULL;

		if (take_flag(line, words[i]))
			continue;
		if (!protocol && !option)
			return refuse(import, "unknown option", words[i]);
		if (!value && (protocol || !option->optional))
			return refuse(import, "a value is missing after",
				      words[i]);
		if (protocol) {
			line->protocol = protocol;
			line->address = value;
		} else {
			memcpy((char *)line + option->offset, &value,
			       sizeof(value));
			if (option->optional)
				line->persistent = true;
		}
		i += has_value;
	}
	if (!line->protocol)
		return refuse(import, "no service in", words[0]);
	return 0;
}

/* Port 0 is that of a service for all ports. */
static void add_key(struct import *import, const struct ipvs_line *line)
{
	const char *colon = strrchr(line->address, ':');

	ADD(import, " %s ", line->protocol);
	if (!strcmp(line->protocol, "mark"))
		ADD(import, "%s family %c", line->address,
		    line->ipv6 ? '6' : '4');
	else if (colon && !strcmp(colon, ":0"))
		ADD(import, "%.*s:any", (int)(colon - line->address),
		    line->address);
	else
		ADD(import, "%s", line->address);
}

/* Flags are given by name, or by number for all schedulers alike. */
static void add_flags(struct import *import, const char *flags)
{
	char copy[IMPORT_LEN], *rest, *flag;

	snprintf(copy, sizeof(copy), "%s", flags);
	for (flag = strtok_r(copy, ",", &rest); flag;
	     flag = strtok_r(NULL, ",", &rest)) {
		if (!strcmp(flag, "sh-fallback") ||
		    !strcmp(flag, "mh-fallback") || !strcmp(flag, "flag-1"))
			ADD(import, " fallback on");
		else if (!strcmp(flag, "sh-port") || !strcmp(flag, "mh-port") ||
			 !strcmp(flag, "flag-2"))
			ADD(import, " hash address-port");
		else
			lose(import, "flag", flag);
	}
}

static void add_scheduler(struct import *import, const struct ipvs_line *line)
{
	const char *wanted = line->scheduler ? line->scheduler : "wlc";
	const char *name = nflb_ipvs_scheduler(wanted);

	if (!name) {
		lose(import, "scheduler", wanted);
		return;
	}
	ADD(import, " scheduler %s", name);
	/* maglev hashes the whole flow unless it is told otherwise. */
	if (!strcmp(name, "maglev") &&
	    !(line->flags && (strstr(line->flags, "port") ||
			      strstr(line->flags, "flag-2"))))
		ADD(import, " hash address");
	if (line->flags)
		add_flags(import, line->flags);
}

/* Length of a netmask such as 255.255.255.0, or of a prefix; -1: neither. */
static int mask_length(const char *text)
{
	struct in_addr mask;
	uint32_t bits;
	char *end;
	long length = strtol(text, &end, 10);

	if (!*end && length >= 0 && length <= 128)
		return (int)length;
	if (inet_pton(AF_INET, text, &mask) != 1)
		return -1;
	bits = ntohl(mask.s_addr);
	if (~bits & (~bits + 1))
		return -1;
	return __builtin_popcount(bits);
}

static int add_affinity(struct import *import, const struct ipvs_line *line)
{
	int length;

	if (!line->persistent)
		return 0;
	ADD(import, " affinity %s", line->timeout ? line->timeout : "300");
	if (!line->netmask)
		return 0;
	length = mask_length(line->netmask);
	if (length < 0)
		return refuse(import, "bad netmask", line->netmask);
	ADD(import, " mask %d", length);
	return 0;
}

static int service_line(const struct ipvs_line *line, struct import *import)
{
	import->verb = "service add";
	ADD(import, "%s", import->verb);
	add_key(import, line);
	add_scheduler(import, line);
	if (add_affinity(import, line))
		return -EINVAL;
	if (line->one_packet)
		ADD(import, " one-packet on");
	if (line->engine)
		lose(import, "persistence engine", line->engine);
	return 0;
}

static int add_tunnel(struct import *import, const struct ipvs_line *line)
{
	const char *type = line->tunnel ? line->tunnel : "ipip";

	if (strcmp(type, "ipip") && strcmp(type, "gre") && strcmp(type, "gue"))
		return refuse(import, "unknown tunnel type", type);
	ADD(import, " forward %s", type);
	if (line->tunnel_port)
		ADD(import, " port %s", line->tunnel_port);
	/* That of gue is on here unless it is told otherwise. */
	if (line->checksum && !strcmp(line->checksum, "--tun-csum"))
		ADD(import, " checksum on");
	else if (line->checksum && !strcmp(line->checksum, "--tun-remcsum"))
		lose(import, line->checksum, NULL);
	else if (!strcmp(type, "gue"))
		ADD(import, " checksum off");
	return 0;
}

/* Only nat changes ports: IPVS ignores that of the server for all others. */
static void add_server(struct import *import, const struct ipvs_line *line)
{
	const char *server = line->server;
	const char *end = server + strlen(server);
	const char *colon = strrchr(server, ':');
	const char *bracket = strrchr(server, ']');

	if (colon && (bracket ? colon > bracket :
				strchr(server, ':') == colon) &&
	    (line->method != 'm' || !strcmp(colon, ":0")))
		end = colon;
	ADD(import, " %.*s", (int)(end - server), server);
}

static int backend_line(const struct ipvs_line *line, struct import *import)
{
	if (!line->server)
		return refuse(import, "no server in", "-a");
	import->verb = "backend add";
	ADD(import, "%s", import->verb);
	add_key(import, line);
	add_server(import, line);
	if (line->method == 'i') {
		if (add_tunnel(import, line))
			return -EINVAL;
	} else {
		ADD(import, " forward %s", line->method == 'm' ? "nat" : "dr");
	}
	ADD(import, " weight %s", line->weight ? line->weight : "1");
	if (line->upper && strcmp(line->upper, "0"))
		ADD(import, " max-connections %s", line->upper);
	if (line->lower && strcmp(line->lower, "0"))
		lose(import, "lower threshold", line->lower);
	return 0;
}

/* Return: number of words, or -1 when there are too many. */
static int split(char *text, char **words)
{
	char *rest, *word;
	int count = 0;

	for (word = strtok_r(text, " \t\r\n", &rest); word && *word != '#';
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (count == WORDS_MAX)
			return -1;
		words[count++] = word;
	}
	return count;
}

/**
 * import_line() - say a line of `ipvsadm -Sn` in other words
 * @text: the line, taken apart here
 * @import: the result
 *
 * Return: 0, perhaps with something lost; -EINVAL when nothing can be made of
 * the line, with the reason in import->lost.
 */
int import_line(char *text, struct import *import)
{
	struct ipvs_line line = { .method = 'g' };
	char *words[WORDS_MAX];
	int count = split(text, words);

	*import = (struct import){ 0 };
	if (count < 0)
		return refuse(import, "too many words after", words[0]);
	if (!count)
		return 0;
	if (is(words[0], "-A", "--add-service"))
		line.command = 'A';
	else if (is(words[0], "-a", "--add-server"))
		line.command = 'a';
	else
		return refuse(import, "neither -A nor -a:", words[0]);
	if (take_words(&line, words, count, import))
		return -EINVAL;
	return line.command == 'A' ? service_line(&line, import) :
				     backend_line(&line, import);
}
