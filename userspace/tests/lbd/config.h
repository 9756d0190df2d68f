/* SPDX-License-Identifier: GPL-2.0 */
/* Tests that read configurations: files that are there for one test */
#ifndef _TESTS_LBD_CONFIG_H
#define _TESTS_LBD_CONFIG_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lbd/config/config.h"
#include "../tap.h"

static char config_folder[64];

/* What a report said, paths without the folder. */
static char config_said[16384];

static inline void config_begin(void)
{
	snprintf(config_folder, sizeof(config_folder), "/tmp/lbd.XXXXXX");
	if (!mkdtemp(config_folder))
		abort();
}

static inline const char *config_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", config_folder, name);
	return path;
}

static inline void config_file(const char *name, const char *text)
{
	FILE *file = fopen(config_path(name), "w");

	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
}

static inline void config_end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", config_folder);
	if (system(command))
		abort();
}

static inline void config_say(char *text)
{
	size_t length = strlen(config_folder);
	char *to = config_said;

	while (*text && to < config_said + sizeof(config_said) - 1) {
		if (!strncmp(text, config_folder, length) && text[length] == '/')
			text += length + 1;
		else
			*to++ = *text++;
	}
	*to = '\0';
}

/* Return: the configuration that @text is, or NULL; see config_said. */
static inline struct config *config_of(const char *text)
{
	struct config_report report = { 0 };
	struct config *config = NULL;
	char *said = NULL;
	size_t length;

	config_file("main", text);
	report.stream = open_memstream(&said, &length);
	if (config_read(config_path("main"), &report, &config))
		config = NULL;
	fclose(report.stream);
	config_say(said);
	free(said);
	return config;
}

/* @text is refused, and this is all that is said. */
static inline void config_refused(const char *text, const char *said)
{
	struct config *config = config_of(text);

	if (ok(!config && !strcmp(config_said, said), "refused"))
		return;
	printf("# %s got:\n%s# expected:\n%s", config ? "taken;" : "", config_said,
	       said);
	config_free(config);
}

#endif /* _TESTS_LBD_CONFIG_H */
