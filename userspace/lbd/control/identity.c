// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "identity.h"

/* Who runs scripts when nothing is said; the first that the host has. */
static const char *const usual[] = { "keepalived_script", "nobody" };

static const struct passwd *find_user(const char *user)
{
	const struct passwd *entry = NULL;
	size_t i;

	if (user)
		return getpwnam(user);
	for (i = 0; i < sizeof(usual) / sizeof(*usual) && !entry; i++)
		entry = getpwnam(usual[i]);
	return entry;
}

/**
 * identity_find() - look up who runs a script
 * @user: name, or NULL for keepalived_script or else nobody
 * @group: name, or NULL for the group of the user
 * @identity: the result
 *
 * Return: 0; -ENOENT when there is no such user, -ESRCH no such group.
 */
int identity_find(const char *user, const char *group,
		  struct identity *identity)
{
	const struct passwd *entry = find_user(user);
	const struct group *other;

	if (!entry)
		return -ENOENT;
	identity->uid = entry->pw_uid;
	identity->gid = entry->pw_gid;
	strncpy(identity->name, entry->pw_name, sizeof(identity->name) - 1);
	identity->name[sizeof(identity->name) - 1] = '\0';
	strncpy(identity->home, entry->pw_dir, sizeof(identity->home) - 1);
	identity->home[sizeof(identity->home) - 1] = '\0';
	if (!group)
		return 0;
	other = getgrnam(group);
	if (!other)
		return -ESRCH;
	identity->gid = other->gr_gid;
	return 0;
}

/* Only root can change what is at this path, or put something in its place. */
static bool only_root_changes(const char *path)
{
	mode_t others = 0002;
	struct stat stat_;

	if (stat(path, &stat_) || stat_.st_uid)
		return false;
	if (stat_.st_gid)
		others |= 0020;
	/* In a sticky directory nobody can replace what is root's. */
	return !(stat_.st_mode & others) ||
	       (S_ISDIR(stat_.st_mode) && (stat_.st_mode & S_ISVTX));
}

/* The path and all directories above it. */
static bool whole_path(const char *path)
{
	char prefix[PATH_MAX];
	const char *slash;

	for (slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t length = slash == path ? 1 : (size_t)(slash - path);

		if (length >= sizeof(prefix))
			return false;
		memcpy(prefix, path, length);
		prefix[length] = '\0';
		if (!only_root_changes(prefix))
			return false;
	}
	return only_root_changes(path);
}

/**
 * identity_trusts() - see whether root may run a program
 * @program: its absolute path
 *
 * Return: whether nobody but root can change the program, or what its path
 *	leads to.
 */
bool identity_trusts(const char *program)
{
	char real[PATH_MAX];

	return program[0] == '/' && whole_path(program) &&
	       realpath(program, real) && whole_path(real);
}

/**
 * identity_can_run() - see whether a program can be started
 * @identity: who wants to
 * @program: its path
 *
 * The directories on the way are not looked at.
 *
 * Return: 0, -EACCES or what is wrong with the path, a negative errno.
 */
int identity_can_run(const struct identity *identity, const char *program)
{
	struct stat stat_;
	mode_t bit;

	if (stat(program, &stat_))
		return -errno;
	if (!S_ISREG(stat_.st_mode))
		return -EACCES;
	if (!identity->uid)
		bit = 0111;
	else if (stat_.st_uid == identity->uid)
		bit = 0100;
	else
		bit = stat_.st_gid == identity->gid ? 0010 : 0001;
	return stat_.st_mode & bit ? 0 : -EACCES;
}
