// SPDX-License-Identifier: GPL-2.0
/*
 * Configurations: the language, the words, and the text that goes to the
 * roles, which must be read again as it was meant
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../lbd/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FILE *nowhere;

static struct config_report quiet(void)
{
	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	return (struct config_report){ .stream = nowhere, .quiet = true };
}

/* What control writes, a role reads: with the same indices, or all is lost. */
static void write_and_parse(const struct config *config)
{
	struct config_report report = quiet();
	struct config *again;
	char *text = NULL;
	size_t length;
	FILE *stream;

	stream = open_memstream(&text, &length);
	if (!stream || config_write(config, stream) || fclose(stream))
		abort();
	if (config_parse(text, length, &report, &again))
		abort();
	if (again->service_count != config->service_count ||
	    again->check_count != config->check_count ||
	    again->script_count != config->script_count ||
	    again->vrrp.instance_count != config->vrrp.instance_count)
		abort();
	config_describe(again, nowhere);
	config_free(again);
	free(text);
}

static void read_file(const uint8_t *data, size_t size)
{
	struct config_report report = quiet();
	struct config *config;
	char path[64];
	int fd;

	fd = memfd_create("config", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!config_read(path, &report, &config)) {
		write_and_parse(config);
		config_free(config);
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_report report = quiet();
	struct config *config;

	config_lines_max = 500;
	if (!config_parse((const char *)data, size, &report, &config))
		config_free(config);
	/* Not the files of whoever runs this. */
	if (!memmem(data, size, "include", strlen("include")))
		read_file(data, size);
	return 0;
}
