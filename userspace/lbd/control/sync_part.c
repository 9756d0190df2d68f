// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "sync_part.h"

/* Bytes of a key file: less could be guessed. */
#define KEY_MIN		32
#define KEY_MAX		4096

static const char *check_file(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "is not a regular file";
	if (status.st_uid != geteuid())
		return "belongs to somebody else";
	if (status.st_mode & 077)
		return "can be read or written by others than its owner";
	return NULL;
}

/* A line's end is no part of a key. */
static const char *read_key(int fd, uint8_t key[MSG_SYNC_KEY_SIZE])
{
	uint8_t bytes[KEY_MAX];
	ssize_t length = read(fd, bytes, sizeof(bytes));

	if (length < 0)
		return strerror(errno);
	while (length && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
		length--;
	if (length < KEY_MIN)
		return "is too short: 32 characters are needed";
	if (sodium_init() < 0)
		return "cannot be used: no randomness";
	crypto_generichash(key, MSG_SYNC_KEY_SIZE, bytes, length, NULL, 0);
	sodium_memzero(bytes, sizeof(bytes));
	return NULL;
}

/**
 * sync_part_key() - make the key of a file
 * @path: of the file
 * @key: the result
 * @why: set to what is wrong with the file
 *
 * Return: 0 or -EINVAL.
 */
int sync_part_key(const char *path, uint8_t key[MSG_SYNC_KEY_SIZE],
		  const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		*why = strerror(errno);
		return -EINVAL;
	}
	*why = check_file(fd);
	if (!*why)
		*why = read_key(fd, key);
	close(fd);
	return *why ? -EINVAL : 0;
}

static void tell_key(const struct config_sync *sync)
{
	struct msg_sync_key msg = { .known = true };
	const char *why;

	if (sync_part_key(sync->key_file, msg.key, &why)) {
		log_error("sync: key_file %s %s: nothing is sent or taken",
			  sync->key_file, why);
		msg.known = false;
	}
	roles_send(ROLE_SYNC, MSG_SYNC_KEY, &msg);
	sodium_memzero(&msg, sizeof(msg));
}

static void sync_part_ready(enum role_id role)
{
	const struct config_sync *sync = &control_config()->sync;

	if (role == ROLE_SYNC && sync->enabled)
		tell_key(sync);
}

const struct control_part sync_part = {
	.name = "sync_key",
	.role_ready = sync_part_ready,
};
