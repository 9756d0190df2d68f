// SPDX-License-Identifier: GPL-2.0
/* lbd(8): the command line, and how the process becomes a daemon */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "control/control.h"
#include "control/roles.h"

#define CONFIG_PATH	"/etc/lbd/lbd.conf"
#define RUN_DIRECTORY	"/run/lbd"

/* Exit codes. */
#define EXIT_CONFIG	1	/* the configuration is not valid */
#define EXIT_USAGE	2

/* How long the processes of an lbd that was killed may take to end. */
#define LOCK_PATIENCE	10000	/* milliseconds */

static const char usage[] =
	"usage: lbd [-nd] [-f FILE] [-i ID] [-p PIDFILE] [-r DIRECTORY]\n"
	"       lbd [-i ID] -t FILE\n"
	"       lbd -V | -h\n"
	"  -f FILE       configuration, default " CONFIG_PATH "\n"
	"  -i ID         what @ID in the configuration compares with, default the name\n"
	"                of the host\n"
	"  -n            stay in the foreground and log to the terminal\n"
	"  -d            log more\n"
	"  -p PIDFILE    write the process number there\n"
	"  -r DIRECTORY  run directory, default " RUN_DIRECTORY "\n"
	"  -t FILE       check the file and say what it means\n";

struct command_line {
	struct control_options options;
	const char *test;
};

static int complain(const char *what)
{
	fprintf(stderr, "lbd: %s: %s\n", what, strerror(errno));
	return -errno;
}

/* Become a role. Control alone calls this: what is wrong is its mistake. */
static int run_role(int argc, char **argv)
{
	int i;

	for (i = 0; argc == 5 && i < ROLES; i++) {
		if (strcmp(argv[2], roles_all[i]->name))
			continue;
		log_open(roles_all[i]->name, !strcmp(argv[4], "terminal"),
			 atoi(argv[3]));
		return role_run(roles_all[i], ROLE_FD_LINK);
	}
	fputs("lbd: --role is for lbd itself\n", stderr);
	return EXIT_USAGE;
}

static int test_config(const char *path)
{
	struct config_report report = { .stream = stderr };
	struct config *config;
	int err;

	err = config_read(path, &report, &config);
	if (err) {
		if (!report.errors)
			fprintf(stderr, "lbd: %s: %s\n", path, strerror(-err));
		return EXIT_CONFIG;
	}
	config_describe(config, stdout);
	config_free(config);
	return fflush(stdout) ? EXIT_CONFIG : EXIT_SUCCESS;
}

/* Return: whether the program goes on; if not, @code is its end. */
static bool parse_options(int argc, char **argv, struct command_line *line,
			  int *code)
{
	int c;

	while ((c = getopt(argc, argv, "f:i:np:r:t:dVh")) >= 0) {
		switch (c) {
		case 'f':
			line->options.path = optarg;
			break;
		case 'i':
			config_tree_set_id(optarg);
			break;
		case 'n':
			line->options.terminal = true;
			break;
		case 'p':
			line->options.pid_file = optarg;
			break;
		case 'r':
			line->options.run_directory = optarg;
			break;
		case 't':
			line->test = optarg;
			break;
		case 'd':
			line->options.level = LOG_LEVEL_DEBUG;
			break;
		case 'V':
			puts("lbd " NFLB_VERSION);
			*code = EXIT_SUCCESS;
			return false;
		case 'h':
			fputs(usage, stdout);
			*code = EXIT_SUCCESS;
			return false;
		default:
			*code = EXIT_USAGE;
			return false;
		}
	}
	if (optind == argc)
		return true;
	fprintf(stderr, "lbd: unknown argument '%s'\n", argv[optind]);
	*code = EXIT_USAGE;
	return false;
}

/* Where it is, if the command line does not say. */
static char *default_directory(const struct config *config)
{
	const char *base = getenv("RUNTIME_DIRECTORY");
	char *path = NULL;

	if (!base || !*base)
		base = RUN_DIRECTORY;
	if (!config->globals.instance)
		return strdup(base);
	if (mkdir(base, 0755) && errno != EEXIST)
		return NULL;
	if (asprintf(&path, "%s/%s", base, config->globals.instance) < 0)
		return NULL;
	return path;
}

/* Control alone has a lock of this kind, which children do not inherit. */
static bool is_controlled(int fd)
{
	struct flock lock = { .l_type = F_WRLCK };

	return !fcntl(fd, F_GETLK, &lock) && lock.l_type != F_UNLCK;
}

/*
 * All processes of an lbd share a lock as long as any of them lives. When
 * control is gone the others end, and that is waited for: vrrp may be giving
 * up the very addresses that are to be taken.
 *
 * Return: the descriptor of the lock, or a negative errno.
 */
static int take_lock(const char *directory)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	char path[PATH_MAX];
	int fd, tries;

	if (mkdir(directory, 0755) && errno != EEXIST)
		return complain(directory);
	snprintf(path, sizeof(path), "%s/lock", directory);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return complain(path);
	for (tries = 0; flock(fd, LOCK_EX | LOCK_NB); tries++) {
		if (errno != EWOULDBLOCK || is_controlled(fd) ||
		    tries == LOCK_PATIENCE / 20) {
			fprintf(stderr, "lbd: %s: another lbd runs\n", path);
			close(fd);
			return -EBUSY;
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

static int enter_namespace(const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (!name)
		return 0;
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		complain(path);
		if (fd >= 0)
			close(fd);
		return -EINVAL;
	}
	close(fd);
	return 0;
}

static int write_pid(const char *path)
{
	FILE *file;

	if (!path)
		return 0;
	file = fopen(path, "we");
	if (!file)
		return complain(path);
	fprintf(file, "%d\n", getpid());
	return fclose(file) ? complain(path) : 0;
}

/* Names of files stay good in another directory. */
static int make_absolute(const char **path)
{
	char here[PATH_MAX], *whole;

	if (!*path || **path == '/')
		return 0;
	if (!getcwd(here, sizeof(here)) ||
	    asprintf(&whole, "%s/%s", here, *path) < 0)
		return complain(*path);
	*path = whole;
	return 0;
}

/*
 * The first process waits for the second to say that it runs, so that who
 * started lbd finds its number in the file, or sees it fail.
 *
 * Return: 0 in the second process, with @ready_end where it says so; or a negative
 * errno.
 */
static int leave_terminal(int *ready_end)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int ready[2];
	char said;
	pid_t pid;

	if (null < 0 || pipe2(ready, O_CLOEXEC))
		return complain("/dev/null");
	pid = fork();
	if (pid < 0)
		return complain("fork");
	if (pid) {
		close(ready[1]);
		_exit(read(ready[0], &said, 1) == 1 ? EXIT_SUCCESS :
						      EXIT_FAILURE);
	}
	close(ready[0]);
	setsid();
	if (chdir("/") || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		return complain("/");
	close(null);
	*ready_end = ready[1];
	return 0;
}

/* What is wrong until then is still said to the terminal. */
static int say_ready(int ready)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int err = 0;

	if (null < 0 || dup2(null, STDERR_FILENO) < 0 ||
	    write(ready, "", 1) != 1)
		err = complain("/dev/null");
	close(null);
	close(ready);
	return err;
}

static int become_daemon(struct control_options *options, int lock)
{
	struct flock control = { .l_type = F_WRLCK };
	int err = 0, ready = -1;

	if (!options->terminal)
		err = leave_terminal(&ready);
	if (err)
		return err;
	if (fcntl(lock, F_SETLK, &control))
		return complain(options->run_directory);
	log_open("control", options->terminal, options->level);
	err = write_pid(options->pid_file);
	return err || ready < 0 ? err : say_ready(ready);
}

static int run_control(struct control_options *options, struct config *config)
{
	int lock, err;

	if (!options->run_directory)
		options->run_directory = default_directory(config);
	if (!options->run_directory)
		return complain("run directory");
	if (make_absolute(&options->run_directory) ||
	    make_absolute(&options->pid_file) || make_absolute(&options->path))
		return -EINVAL;
	lock = take_lock(options->run_directory);
	if (lock < 0)
		return lock;
	err = enter_namespace(config->globals.net_namespace);
	if (!err)
		err = become_daemon(options, lock);
	if (err)
		return err;
	err = control_run(options, config, lock);
	if (options->pid_file)
		unlink(options->pid_file);
	return err;
}

int main(int argc, char **argv)
{
	struct command_line line = {
		.options.path = CONFIG_PATH,
		.options.level = LOG_LEVEL_INFO,
	};
	struct config_report report = { .stream = stderr };
	struct config *config;
	int code, err;

	if (argc > 1 && !strcmp(argv[1], "--role"))
		return run_role(argc, argv);
	if (!parse_options(argc, argv, &line, &code))
		return code;
	if (line.test)
		return test_config(line.test);
	err = config_read(line.options.path, &report, &config);
	if (err) {
		if (!report.errors)
			fprintf(stderr, "lbd: %s: %s\n", line.options.path,
				strerror(-err));
		return EXIT_CONFIG;
	}
	return run_control(&line.options, config) ? EXIT_FAILURE : EXIT_SUCCESS;
}
