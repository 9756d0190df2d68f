// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "state.h"

const char *const state_overrides[] = {
	[POOL_OVERRIDE_NONE] = "none",
	[POOL_OVERRIDE_UP] = "up",
	[POOL_OVERRIDE_DOWN] = "down",
	[POOL_OVERRIDE_DRAIN] = "drain",
};

/* Lines as they were found at start, sorted. */
static struct {
	char **line;
	size_t count;
} found;

static const char *path_of(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s", control_options()->run_directory,
		 name);
	return path;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool keep(char *line)
{
	char **lines = reallocarray(found.line, found.count + 1,
				    sizeof(*lines));

	if (!lines)
		return false;
	found.line = lines;
	found.line[found.count++] = line;
	return true;
}

static void read_lines(FILE *file)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!keep(line))
			break;
		line = NULL;
		size = 0;
	}
	free(line);
	qsort(found.line, found.count, sizeof(*found.line), compare_lines);
}

/**
 * state_read() - take in what an earlier lbd left
 *
 * No file is as good as an empty one.
 */
void state_read(void)
{
	char path[PATH_MAX];
	FILE *file = fopen(path_of(path, "state"), "re");

	if (file) {
		read_lines(file);
		fclose(file);
	} else if (errno != ENOENT) {
		log_warning("%s: %s", path, strerror(errno));
	}
}

static void forget(const char *word)
{
	size_t i, left = 0;

	for (i = 0; i < found.count; i++) {
		if (strncmp(found.line[i], word, strlen(word)))
			found.line[left++] = found.line[i];
		else
			free(found.line[i]);
	}
	found.count = left;
}

/**
 * state_forget_services() - the kernel was asked for them
 *
 * One that is seen later was made by somebody else.
 */
void state_forget_services(void)
{
	forget("service ");
}

/**
 * state_forget_overrides() - the backends that were found have them
 */
void state_forget_overrides(void)
{
	forget("override ");
}

/**
 * state_any_service() - did an earlier lbd make services?
 */
bool state_any_service(void)
{
	size_t i;

	for (i = 0; i < found.count; i++) {
		if (!strncmp(found.line[i], "service ", strlen("service ")))
			return true;
	}
	return false;
}

static bool has_line(const char *line)
{
	return found.count && bsearch(&line, found.line, found.count,
				      sizeof(*found.line), compare_lines);
}

/**
 * state_has_service() - did an earlier lbd make a service?
 * @key: which
 */
bool state_has_service(const struct nflb_key *key)
{
	char line[NFLB_KEY_LEN + sizeof("service ")] = "service ";

	nflb_key_format(key, line + strlen(line));
	return has_line(line);
}

/**
 * state_override() - what did an operator want of a backend?
 * @service: name of its service
 * @backend: its name
 *
 * Return: that, or POOL_OVERRIDE_NONE.
 */
enum pool_override state_override(const char *service, const char *backend)
{
	enum pool_override override;
	char line[1024];

	for (override = POOL_OVERRIDE_UP; override <= POOL_OVERRIDE_DRAIN;
	     override++) {
		snprintf(line, sizeof(line), "override %s %s %s",
			 state_overrides[override], service, backend);
		if (has_line(line))
			return override;
	}
	return POOL_OVERRIDE_NONE;
}

static int write_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int err;

	if (!file) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	kernel_write_state(file);
	pool_write_state(file);
	err = ferror(file) ? -EIO : 0;
	if (fclose(file) && !err)
		err = -errno;
	return err;
}

/**
 * state_write() - remember what there is now
 *
 * The file is always whole. That it cannot be written is no reason to stop.
 */
void state_write(void)
{
	char path[PATH_MAX], draft[PATH_MAX];
	int err = write_file(path_of(draft, "state.new"));

	if (!err && rename(draft, path_of(path, "state")))
		err = -errno;
	if (err)
		log_error("%s: %s", draft, strerror(-err));
}
