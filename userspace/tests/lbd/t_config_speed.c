// SPDX-License-Identifier: GPL-2.0
/* A configuration as large as the largest that is known is read at once */
#include <time.h>

#include "config.h"

#define SERVICES	2277
#define BACKENDS	37205
#define LIMIT		0.5	/* seconds, on a busy machine, by an old one */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void write_large(FILE *file)
{
	unsigned int service, backend, count;

	for (service = 0; service < SERVICES; service++) {
		fprintf(file, "virtual_server 10.%u.%u.1 80 {\n"
			"\tdelay_loop 10\n\tlb_algo wrr\n\tlb_kind NAT\n"
			"\tprotocol TCP\n\tpersistence_timeout 50\n",
			service >> 8, service & 255);
		count = BACKENDS / SERVICES + (service < BACKENDS % SERVICES);
		for (backend = 0; backend < count; backend++)
			fprintf(file, "\treal_server 172.%u.%u.%u 8080 {\n"
				"\t\tweight %u\n\t\tinhibit_on_failure\n"
				"\t\tTCP_CHECK {\n\t\t\tconnect_timeout 3\n"
				"\t\t\tretry 2\n\t\t\tdelay_before_retry 1\n"
				"\t\t}\n\t}\n",
				16 + (service >> 8), service & 255, backend + 1,
				backend % 5 + 1);
		fputs("}\n", file);
	}
}

int main(void)
{
	struct config_report report = { .stream = stderr };
	struct config *config = NULL, *again = NULL;
	double begin, read, parsed;
	size_t length;
	FILE *stream;
	char *text;

	config_begin();
	stream = fopen(config_path("large"), "w");
	write_large(stream);
	fclose(stream);
	begin = now();
	ok(!config_read(config_path("large"), &report, &config), "read");
	read = now() - begin;
	if (config) {
		is_number(config->service_count, SERVICES, "services");
		is_number(config->check_count, BACKENDS, "checks");
		stream = open_memstream(&text, &length);
		config_write(config, stream);
		fclose(stream);
		begin = now();
		ok(!config_parse(text, length, &report, &again), "parsed");
		parsed = now() - begin;
		printf("# read in %.3f s, parsed in %.3f s\n", read, parsed);
		ok(getenv("ASAN_OPTIONS") || read < LIMIT, "read at once");
		ok(getenv("ASAN_OPTIONS") || parsed < LIMIT, "parsed at once");
		free(text);
	}
	config_free(config);
	config_free(again);
	config_end();
	return tap_end();
}
