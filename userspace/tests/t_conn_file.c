// SPDX-License-Identifier: GPL-2.0
/* Lines of lbadm connection save, and what restore makes of them */
#include <stdlib.h>
#include <string.h>

#include "../lbadm/conn_file.h"
#include "tap.h"

/* As they are written, so that they come back the same. */
static const char *const whole[] = {
	"connection tcp 192.0.2.1:80 backend 198.51.100.1:8080 client 203.0.113.9:40000 destination 192.0.2.1:80 protocol tcp forward nat state established expires 899 seq 17 ack 255\n",
	"connection tcp [2001:db8::1]:443 backend [2001:db8::2]:443 client [2001:db8::9]:1 destination [2001:db8::1]:443 source [2001:db8::3]:61000 protocol tcp forward fullnat state fin-wait expires 1 flags 5 seq 0 ack 0\n",
	"connection udp 192.0.2.0/24:1000-2000 backend 198.51.100.1:1007 client 203.0.113.9:53 destination 192.0.2.7:1007 protocol udp forward gue state udp expires 30\n",
	"connection mark 7 backend 198.51.100.1:9 client 203.0.113.9:53 destination 192.0.2.7:9 protocol sctp forward dr state syn-recv expires 30 tag 4294967295 reply-tag 0\n",
	"affinity tcp 192.0.2.1:80 backend 198.51.100.1:8080 client 203.0.113.0/24 expires 300\n",
	"affinity mark 7 family 6 backend [2001:db8::2] client 2001:db8:1::/48 expires 0\n",
};

static const struct {
	const char *line;
	const char *error;
} bad[] = {
	{ "connexion tcp 192.0.2.1:80", "unknown 'connexion'" },
	{ "connection tcp", "ADDRESS:PORT is missing after 'tcp'" },
	{ "affinity tcp 192.0.2.1:80", "'backend' is missing" },
	{ "affinity tcp 192.0.2.1:80 backend 198.51.100.1:80 client 203.0.113.0/33 expires 1",
	  "client '203.0.113.0/33': " },
	{ "affinity tcp 192.0.2.1:80 expires 1 expires 2",
	  "'expires' is given twice" },
	{ "connection tcp 192.0.2.1:80 colour blue", "unknown 'colour'" },
	{ "connection tcp 192.0.2.1:80 seq 256",
	  "seq '256' is out of range, it must be 0 to 255" },
	{ "connection tcp 192.0.2.1:80 state open", "unknown state 'open', known are: " },
	{ "connection tcp 192.0.2.1:80 client", "ADDRESS:PORT is missing after 'client'" },
	{ "connection tcp 192.0.2.1:80 backend 198.51.100.1:8080 client 203.0.113.9:40000 destination 192.0.2.1:80 protocol tcp forward nat state established",
	  "'expires' is missing" },
};

static void test_round(const char *line)
{
	struct nflb_change change;
	char *text = strdup(line), *again = NULL;
	struct args args;
	size_t len;
	FILE *stream = open_memstream(&again, &len);

	ok(conn_file_line(&args, text, &change) == 1, "read: %.40s", line);
	conn_file_write(stream, &change);
	fclose(stream);
	is_text(again, line, "written again");
	free(again);
	free(text);
}

static void test_bad(const char *line, const char *error)
{
	struct nflb_change change;
	char *text = strdup(line);
	struct args args;

	if (!ok(conn_file_line(&args, text, &change) < 0 &&
		!strncmp(args.error, error, strlen(error)), "%s", error))
		printf("# got %s\n", args.error);
	free(text);
}

static void test_nothing(void)
{
	struct nflb_change change;
	char empty[] = " \n", comment[] = "# a word\n";
	struct args args;

	ok(!conn_file_line(&args, empty, &change), "an empty line");
	ok(!conn_file_line(&args, comment, &change), "a comment");
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		test_round(whole[i]);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		test_bad(bad[i].line, bad[i].error);
	test_nothing();
	return tap_end();
}
