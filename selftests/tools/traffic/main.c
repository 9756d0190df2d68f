// SPDX-License-Identifier: GPL-2.0
/* The command line. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traffic.h"

static const char usage_text[] =
	"Usage: traffic serve NAME PORT [--sctp ADDRESS]... [--daemon]\n"
	"       traffic echo tcp|udp|sctp ADDRESS PORT [OPTION]...\n"
	"       traffic hold tcp|udp|sctp ADDRESS PORT --report FILE [OPTION]...\n"
	"       traffic flood tcp ADDRESS PORT --source ADDRESS [OPTION]...\n"
	"\n"
	"serve  returns what it gets on TCP and UDP, IPv4 and IPv6, and says who it is;\n"
	"       on SCTP only at the addresses given, lest it tells clients of others\n"
	"echo   sends random data, checks that it comes back, prints key=value lines\n"
	"hold   opens flows and keeps them in the background with a ping now and then;\n"
	"       SIGTERM makes it write into FILE what became of them\n"
	"flood  sends --count SYNs and waits for no answer; the sources are nobody's\n"
	"\n"
	"  --bytes N         of each flow (default 1024)\n"
	"  --size N          data in a UDP datagram (default 1300)\n"
	"  --count N         flows (default 1)\n"
	"  --parallel N      of them at a time (echo; default 1)\n"
	"  --source ADDRESS  to bind to\n"
	"  --source-count N  use N addresses from there on, one flow each in turn\n"
	"  --source-port N   to bind to\n"
	"  --close client|server|reset  who ends a TCP connection, and how\n"
	"  --timeout MS      give a flow up after so long without progress (default 5000)\n"
	"  --resend MS       send a UDP datagram again after so long (default 500)\n"
	"  --period MS       between pings (hold; default 100, 0 only at the end)\n"
	"  --rate N          packets a second (flood; default as many as can be)\n"
	"  --dont-fragment   let UDP find the path's MTU instead of fragmenting\n"
	"  --list            a line for every flow, too\n"
	"\n"
	"Exit code: 0 all flows well, 1 some failed, 2 wrong usage.\n";

static void usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

enum option_id {
	OPT_BYTES, OPT_SIZE, OPT_COUNT, OPT_PARALLEL, OPT_SOURCE, OPT_SOURCE_COUNT,
	OPT_SOURCE_PORT, OPT_CLOSE, OPT_TIMEOUT, OPT_RESEND, OPT_PERIOD,
	OPT_DONT_FRAGMENT, OPT_LIST, OPT_REPORT, OPT_DAEMON, OPT_SCTP, OPT_RATE,
};

static const struct option long_options[] = {
	{ "bytes", required_argument, NULL, OPT_BYTES },
	{ "size", required_argument, NULL, OPT_SIZE },
	{ "count", required_argument, NULL, OPT_COUNT },
	{ "parallel", required_argument, NULL, OPT_PARALLEL },
	{ "source", required_argument, NULL, OPT_SOURCE },
	{ "source-count", required_argument, NULL, OPT_SOURCE_COUNT },
	{ "source-port", required_argument, NULL, OPT_SOURCE_PORT },
	{ "close", required_argument, NULL, OPT_CLOSE },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "resend", required_argument, NULL, OPT_RESEND },
	{ "period", required_argument, NULL, OPT_PERIOD },
	{ "dont-fragment", no_argument, NULL, OPT_DONT_FRAGMENT },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "report", required_argument, NULL, OPT_REPORT },
	{ "sctp", required_argument, NULL, OPT_SCTP },
	{ "daemon", no_argument, NULL, OPT_DAEMON },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ }
};

static unsigned long number(unsigned long min, unsigned long max)
{
	char *end;
	unsigned long value = strtoul(optarg, &end, 10);

	if (!*optarg || *end || value < min || value > max)
		errx(2, "'%s' is not from %lu to %lu", optarg, min, max);
	return value;
}

static enum closer closer(void)
{
	static const char * const names[] = {
		[CLOSE_CLIENT] = "client",
		[CLOSE_SERVER] = "server",
		[CLOSE_RESET] = "reset",
	};
	unsigned int i;

	for (i = 0; i <= CLOSE_RESET; i++)
		if (!strcmp(optarg, names[i]))
			return i;
	errx(2, "'%s' is none of client, server, reset", optarg);
}

/* Where traffic comes from; needs the server's family, so it is done last. */
static void set_source(struct options *options, const char *address,
		       const char *port)
{
	bool v4 = options->server.any.sa_family == AF_INET;

	if (address || port)
		parse_address(&options->source, address ?: v4 ? "0.0.0.0" : "::",
			      port ?: "0");
	if (address && options->source.any.sa_family != options->server.any.sa_family)
		errx(2, "source '%s' is of another family than the server", address);
}

static void parse_options(struct options *options, int argc, char **argv)
{
	const char *source = NULL, *port = NULL;
	int id;

	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (id) {
		case OPT_BYTES:
			options->bytes = number(0, UINT32_MAX);
			break;
		case OPT_SIZE:
			options->size = number(1, MAX_DATAGRAM - NAME_SIZE -
					       sizeof(struct udp_header));
			break;
		case OPT_COUNT:
			options->count = number(1, 1000000);
			break;
		case OPT_PARALLEL:
			options->parallel = number(1, 100000);
			break;
		case OPT_SOURCE:
			source = optarg;
			break;
		case OPT_SOURCE_COUNT:
			options->source_count = number(1, 1 << 24);
			break;
		case OPT_SOURCE_PORT:
			port = optarg;
			break;
		case OPT_CLOSE:
			options->closer = closer();
			break;
		case OPT_TIMEOUT:
			options->timeout_ms = number(1, 3600000);
			break;
		case OPT_RESEND:
			options->resend_ms = number(1, 3600000);
			break;
		case OPT_PERIOD:
			options->period_ms = number(0, 3600000);
			break;
		case OPT_DONT_FRAGMENT:
			options->dont_fragment = true;
			break;
		case OPT_LIST:
			options->list = true;
			break;
		case OPT_REPORT:
			options->report = optarg;
			break;
		case OPT_SCTP:
			if (options->sctp_count == SCTP_MAX)
				errx(2, "more than %d addresses", SCTP_MAX);
			options->sctp[options->sctp_count++] = optarg;
			break;
		case OPT_RATE:
			options->rate = number(0, 1000000);
			break;
		case OPT_DAEMON:
			options->daemonise = true;
			break;
		default:
			exit(2);
		}
	}
	set_source(options, source, port);
}

static int protocol(const char *name)
{
	if (!strcmp(name, "tcp"))
		return IPPROTO_TCP;
	if (!strcmp(name, "udp"))
		return IPPROTO_UDP;
	if (!strcmp(name, "sctp"))
		return IPPROTO_SCTP;
	errx(2, "'%s' is none of tcp, udp, sctp", name);
}

int main(int argc, char **argv)
{
	struct options options = {
		.bytes = 1024, .size = 1300, .count = 1, .parallel = 1,
		.source_count = 1, .timeout_ms = 5000, .resend_ms = 500,
		.period_ms = 100,
	};

	if (argc >= 4 && !strcmp(argv[1], "serve")) {
		options.name = argv[2];
		parse_address(&options.server, "::", argv[3]);
		parse_options(&options, argc - 3, argv + 3);
		return serve(&options);
	}
	if (argc < 5)
		usage();
	options.protocol = protocol(argv[2]);
	parse_address(&options.server, argv[3], argv[4]);
	parse_options(&options, argc - 4, argv + 4);
	data_init();
	if (!strcmp(argv[1], "echo") && !options.report)
		return echo(&options);
	if (!strcmp(argv[1], "hold") && options.report)
		return hold(&options);
	if (!strcmp(argv[1], "flood") && options.protocol == IPPROTO_TCP)
		return flood(&options);
	usage();
}
