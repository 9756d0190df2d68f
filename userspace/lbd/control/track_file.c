// SPDX-License-Identifier: GPL-2.0
/* track_file: the number that a file holds */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "track.h"

/* Who writes a file empties it first: it is read after that time. */
#define FILE_SETTLE	10	/* milliseconds */

/* A directory that is not there is looked for that often. */
#define FILE_RETRY	500

/**
 * struct tracked_file - a file that somebody follows
 * @next: in the list of all
 * @tracked: the number; 0 when there is no file
 * @path: of the file
 * @wanted: the configuration has it
 * @event: on its directory, so that a file may come in place of another one
 * @timer: to read it, or to look for the directory
 * @watched: @event is active
 * @handles: open ones
 */
struct tracked_file {
	struct tracked_file *next;
	struct tracked tracked;
	char *path;
	bool wanted;
	uv_fs_event_t event;
	uv_timer_t timer;
	bool watched;
	unsigned int handles;
};

static struct tracked_file *files;

/* A number with spaces around; nothing at all is 0. Return: 0 or -EINVAL. */
static int parse_number(const char *text, int32_t *value)
{
	long long number;
	char *end;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno)
		return -EINVAL;
	end += strspn(end, " \t\r\n");
	if (*end)
		return -EINVAL;
	if (number > INT32_MAX)
		number = INT32_MAX;
	if (number < INT32_MIN)
		number = INT32_MIN;
	*value = (int32_t)number;
	return 0;
}

static void read_file(struct tracked_file *file)
{
	int fd = open(file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char text[64] = "";
	int32_t value = 0;
	ssize_t length = 0;

	if (fd >= 0) {
		length = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[length > 0 ? length : 0] = '\0';
	if (parse_number(text, &value)) {
		log_warning("track_file %s: %s holds no number; its value stays",
			    file->tracked.name, file->path);
		if (file->tracked.known)
			return;
	}
	track_set(&file->tracked, value);
}

static void file_event(uv_fs_event_t *event, const char *name, int events,
		       int status);

static void watch(struct tracked_file *file)
{
	char *copy = strdup(file->path);

	file->watched = copy && !uv_fs_event_start(&file->event, file_event,
						   dirname(copy), 0);
	free(copy);
}

static void file_timer(uv_timer_t *timer)
{
	struct tracked_file *file = timer->data;

	if (!file->watched)
		watch(file);
	read_file(file);
	if (!file->watched)
		uv_timer_start(timer, file_timer, FILE_RETRY, 0);
}

/* What libuv says when the directory itself is gone. */
static bool is_directory(const struct tracked_file *file, const char *name)
{
	char *copy = strdup(file->path);
	bool same = copy && !strcmp(basename(dirname(copy)), name);

	free(copy);
	return same;
}

static void file_event(uv_fs_event_t *event, const char *name, int events,
		       int status)
{
	struct tracked_file *file = event->data;

	(void)events;
	if (status || (name && is_directory(file, name))) {
		uv_fs_event_stop(event);
		file->watched = false;
	} else if (name && strcmp(name, strrchr(file->path, '/') + 1)) {
		return;
	}
	uv_timer_start(&file->timer, file_timer, FILE_SETTLE, 0);
}

static void write_initial(const struct config_file *config)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	char text[16];
	int fd, length;

	flags |= config->overwrite ? O_TRUNC : O_EXCL;
	fd = open(config->path, flags, 0644);
	if (fd < 0) {
		if (errno != EEXIST)
			log_error("track_file %s: cannot make %s: %s",
				  config->name, config->path, strerror(errno));
		return;
	}
	length = snprintf(text, sizeof(text), "%d\n", config->init_value);
	if (write(fd, text, length) != length)
		log_error("track_file %s: cannot write %s: %s", config->name,
			  config->path, strerror(errno));
	close(fd);
}

static void file_closed(uv_handle_t *handle)
{
	struct tracked_file *file = handle->data;

	if (--file->handles)
		return;
	free(file->path);
	free(file);
}

static struct tracked_file *make_file(uv_loop_t *loop,
				      const struct config_file *config)
{
	struct tracked_file *file = calloc(1, sizeof(*file));

	if (file)
		file->path = strdup(config->path);
	if (!file || !file->path ||
	    track_add(&file->tracked, TRACKED_FILE, config->name)) {
		free(file ? file->path : NULL);
		free(file);
		return NULL;
	}
	uv_timer_init(loop, &file->timer);
	uv_fs_event_init(loop, &file->event);
	file->handles = 2;
	file->timer.data = file;
	file->event.data = file;
	file->next = files;
	files = file;
	if (config->init)
		write_initial(config);
	return file;
}

/* The value is there at once, so that nobody acts without it. */
static void begin_file(struct tracked_file *file, uint32_t index)
{
	file->tracked.index = index;
	file->wanted = true;
	watch(file);
	read_file(file);
	if (!file->watched)
		uv_timer_start(&file->timer, file_timer, FILE_RETRY, 0);
}

static struct tracked_file *find_file(const struct config_file *config)
{
	struct tracked_file *file = files;

	while (file && (strcmp(file->tracked.name, config->name) ||
			strcmp(file->path, config->path)))
		file = file->next;
	return file;
}

static void drop_unwanted(void)
{
	struct tracked_file **at = &files;
	struct tracked_file *file;

	while ((file = *at)) {
		if (file->wanted) {
			at = &file->next;
			continue;
		}
		*at = file->next;
		track_del(&file->tracked);
		uv_close((uv_handle_t *)&file->timer, file_closed);
		uv_close((uv_handle_t *)&file->event, file_closed);
	}
}

static void want_none(void)
{
	struct tracked_file *file;

	for (file = files; file; file = file->next)
		file->wanted = false;
}

/**
 * track_files_configure() - follow the files of a configuration
 * @loop: where they are watched
 * @config: the configuration
 */
void track_files_configure(uv_loop_t *loop, const struct config *config)
{
	struct tracked_file *file;
	uint32_t i;

	want_none();
	for (i = 0; i < config->file_count; i++) {
		file = find_file(&config->files[i]);
		if (file) {
			file->wanted = true;
			file->tracked.index = i;
			continue;
		}
		file = make_file(loop, &config->files[i]);
		if (file)
			begin_file(file, i);
		else
			log_error("no memory to follow %s",
				  config->files[i].path);
	}
	drop_unwanted();
}

/**
 * track_files_end() - follow no file any more
 */
void track_files_end(void)
{
	want_none();
	drop_unwanted();
}
