// SPDX-License-Identifier: GPL-2.0
/* Scripts: who runs them, what they get, how they end */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lbd/control/identity.h"
#include "../../lbd/control/queue.h"
#include "../../lbd/control/script.h"
#include "../tap.h"

static uv_loop_t loop;
static struct script_host *host;
static char dir[] = "/tmp/lbd-script.XXXXXX";
static char me[LOGIN_NAME_MAX];
static int last_code;
static unsigned int done_count;

static char *path_of(const char *name)
{
	static char path[4][128];
	static unsigned int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
	return path[next];
}

static char *read_file(const char *name)
{
	static char text[4096];
	FILE *file = fopen(path_of(name), "r");
	size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[length] = '\0';
	if (file)
		fclose(file);
	return text;
}

static void note_end(void *context, int code, uint32_t milliseconds)
{
	(void)context;
	(void)milliseconds;
	last_code = code;
	done_count++;
}

/* Runs a line of sh and waits for it. Return: as script_start(). */
static int run_as(const char *user, const char *line, uint64_t timeout)
{
	const char *argv[] = { "/bin/sh", "-c", line, NULL };
	struct config_command command = { .argv = argv, .user = user };
	struct script_order order = {
		.command = &command, .timeout = timeout, .done = note_end,
	};
	int err;

	last_code = -99;
	err = script_start(host, &order, NULL);
	if (!err)
		uv_run(&loop, UV_RUN_DEFAULT);
	return err;
}

static int run(const char *line)
{
	return run_as(me, line, 0);
}

static void test_codes(void)
{
	is_number(run("exit 0"), 0, "a script is run");
	is_number(last_code, 0, "its exit code");
	run("exit 7");
	is_number(last_code, 7, "another exit code");
	run("kill -KILL $$");
	ok(last_code == SCRIPT_KILLED, "killed by a signal");
}

static void test_missing(void)
{
	const char *argv[] = { "/no/such/program", NULL };
	struct config_command command = { .argv = argv, .user = me };
	struct script_order order = { .command = &command, .done = note_end };
	unsigned int before = done_count;

	ok(script_start(host, &order, NULL) == -ENOENT,
	   "a program that is not there is refused");
	command.user = "no-such-user";
	ok(script_start(host, &order, NULL) == -ENOENT,
	   "so is a user that is not there");
	command.user = me;
	command.group = "no-such-group";
	ok(script_start(host, &order, NULL) == -ESRCH,
	   "so is such a group");
	uv_run(&loop, UV_RUN_DEFAULT);
	is_number(done_count, before, "nobody is told of an end");
}

/* No process runs there; a dead one may not have been waited for yet. */
static bool gone(int pid)
{
	char path[64], state = 'X';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return true;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'X';
	fclose(file);
	return state == 'Z' || state == 'X';
}

/* It got its signal, but may not have had the time to obey. */
static bool goes(int pid)
{
	uint64_t deadline = uv_hrtime() + 2000000000ULL;

	while (!gone(pid) && uv_hrtime() < deadline)
		sched_yield();
	return gone(pid);
}

static void test_timeout(void)
{
	char line[256];
	uint64_t begin = uv_hrtime();

	snprintf(line, sizeof(line), "sleep 60 & echo $! >%s; wait",
		 path_of("child"));
	run_as(me, line, 200000);
	ok(last_code == SCRIPT_TIMEOUT, "a script that takes too long is ended");
	ok(uv_hrtime() - begin < 2000000000ULL, "by SIGTERM alone");
	ok(goes(atoi(read_file("child"))), "and so is what it started");
	begin = uv_hrtime();
	run_as(me, "trap '' TERM; while :; do sleep 0.1; done", 100000);
	ok(last_code == SCRIPT_TIMEOUT,
	   "one that does not care for SIGTERM is killed");
	ok(uv_hrtime() - begin >= 2000000000ULL, "after some grace");
}

static void test_surroundings(void)
{
	int pid, group, session;
	char line[512];
	char *text;

	setenv("LBD_SECRET", "1", 1);
	snprintf(line, sizeof(line),
		 "env >%s; ls -l /proc/$$/fd >%s; pwd >%s; cut -d' ' -f1,5,6 /proc/$$/stat >%s; echo >>%s",
		 path_of("env"), path_of("fds"), path_of("pwd"),
		 path_of("sid"), path_of("sid"));
	open("/dev/zero", O_RDONLY | O_CLOEXEC);
	run(line);
	text = read_file("env");
	ok(!strstr(text, "LBD_SECRET"), "the environment is a new one");
	ok(strstr(text, "PATH=") && strstr(text, "HOME=") &&
	   strstr(text, "USER="), "with PATH, HOME and USER");
	ok(!strstr(read_file("fds"), "/dev/zero"),
	   "descriptors of ours are closed");
	ok(!strstr(read_file("fds"), "socket:"), "all of them");
	is_text(read_file("pwd"), "/\n", "it begins in /");
	ok(sscanf(read_file("sid"), "%d %d %d", &pid, &group, &session) == 3 &&
	   pid == group && pid == session, "in a session of its own");
}

static void test_more_arguments(void)
{
	const char *argv[] = {
		"/bin/sh", "-c", "printf '<%s>' \"$@\" >$0",
		path_of("arguments"), "a b", NULL
	};
	const char *more[] = { "INSTANCE", "VI 1", "MASTER", "100", NULL };
	struct config_command command = { .argv = argv, .user = me };
	struct script_order order = {
		.command = &command, .more = more, .done = note_end,
	};

	is_number(script_start(host, &order, NULL), 0, "with more arguments");
	uv_run(&loop, UV_RUN_DEFAULT);
	is_text(read_file("arguments"), "<a b><INSTANCE><VI 1><MASTER><100>",
		"they come after those of the command, nothing is split");
}

static void test_user(void)
{
	const struct passwd *user;
	char line[256], wanted[64];

	if (geteuid()) {
		ok(run_as("root", "true", 0) == -EPERM,
		   "without privileges nobody else's scripts are run");
		return;
	}
	chmod(dir, 0777);
	snprintf(line, sizeof(line), "id -u >%s; id -G >>%s; grep CapEff /proc/self/status >>%s",
		 path_of("id"), path_of("id"), path_of("id"));
	run_as(NULL, line, 0);
	user = getpwnam("keepalived_script");
	if (!user)
		user = getpwnam("nobody");
	snprintf(wanted, sizeof(wanted), "%u\n%u\nCapEff:\t0000000000000000\n",
		 user->pw_uid, user->pw_gid);
	is_text(read_file("id"), wanted,
		"without a user it is nobody, without other groups or capabilities");
	chmod(dir, 0755);
}

static void write_script(const char *name, mode_t mode)
{
	FILE *file = fopen(path_of(name), "w");

	fputs("#!/bin/sh\nexit 0\n", file);
	fclose(file);
	chmod(path_of(name), mode);
}

static void test_trust(void)
{
	struct config_globals globals = { .script_security = true };
	const char *argv[] = { NULL, NULL };
	struct config_command command = { .argv = argv, .user = "root" };
	struct script_order order = { .command = &command, .done = note_end };
	const char *why = "";

	if (geteuid())
		return;
	write_script("good", 0755);
	write_script("open", 0777);
	symlink(path_of("open"), path_of("link"));
	ok(identity_trusts(path_of("good")), "only root can change it");
	ok(!identity_trusts(path_of("open")), "all can change it");
	ok(!identity_trusts(path_of("link")), "all can change what it leads to");
	ok(!identity_trusts("good"), "a path that is not absolute");
	argv[0] = path_of("open");
	is_number(script_start(host, &order, NULL), 0,
		  "without enable_script_security root runs it");
	uv_run(&loop, UV_RUN_DEFAULT);
	script_host_configure(host, &globals);
	ok(script_start(host, &order, NULL) == -EPERM, "with it root does not");
	ok(script_check(&globals, &command, &why) == -EPERM, "%s", why);
	command.user = "nobody";
	is_number(script_start(host, &order, NULL), 0, "others do");
	uv_run(&loop, UV_RUN_DEFAULT);
	globals.script_security = false;
	script_host_configure(host, &globals);
}

static void test_check(void)
{
	struct config_globals globals = { .script_user = me };
	const char *argv[] = { "/bin/true", NULL };
	struct config_command command = { .argv = argv };
	const char *why = "";

	is_number(script_check(&globals, &command, &why), 0, "nothing to say");
	argv[0] = "/etc/passwd";
	ok(script_check(&globals, &command, &why) == -EACCES, "%s", why);
	argv[0] = "/no/such/program";
	ok(script_check(&globals, &command, &why) == -EACCES, "not there");
	command.user = "no-such-user";
	ok(script_check(&globals, &command, &why) == -ENOENT, "%s", why);
	command.user = me;
	command.group = "no-such-group";
	ok(script_check(&globals, &command, &why) == -ESRCH, "%s", why);
}

static void test_end(void)
{
	const char *argv[] = { "/bin/sleep", "60", NULL };
	struct config_command command = { .argv = argv, .user = me };
	struct script_order order = { .command = &command, .done = note_end };
	unsigned int before = done_count;
	struct script *script;

	is_number(script_start(host, &order, &script), 0, "a long one");
	script_end(script);
	uv_run(&loop, UV_RUN_DEFAULT);
	is_number(done_count, before, "nobody is told when it is not wanted");
}

static void empty(void *context)
{
	*(bool *)context = true;
}

static void add(struct script_queue *queue, const char *object, const char *line)
{
	const char *argv[] = { "/bin/sh", "-c", line, NULL };
	struct config_command command = { .argv = argv, .user = me };

	script_queue_add(queue, object, &command, NULL);
}

static void test_queue(void)
{
	struct script_queue *queue = script_queue_open(host, 4, 500000);
	const struct config_command none = { 0 };
	const char *argv[] = { "/no/such/program", NULL };
	const struct config_command missing = { .argv = argv, .user = me };
	char line[256];
	bool is_empty = false;
	unsigned int i;

	script_queue_add(queue, "A", &none, NULL);
	script_queue_when_empty(queue, empty, &is_empty);
	ok(is_empty, "a command that is not there takes no turn");
	is_empty = false;
	for (i = 0; i < 5; i++) {
		snprintf(line, sizeof(line), "echo +%u >>%s; sleep 0.0%u; echo -%u >>%s",
			 i, path_of("A"), 5 - i, i, path_of("A"));
		add(queue, "A", line);
		snprintf(line, sizeof(line), "echo %u >>%s", i, path_of("B"));
		add(queue, "B", line);
	}
	script_queue_add(queue, "A", &missing, NULL);
	add(queue, "A", "sleep 60");
	snprintf(line, sizeof(line), "echo last >>%s", path_of("A"));
	add(queue, "A", line);
	script_queue_when_empty(queue, empty, &is_empty);
	ok(!is_empty, "there is something to run");
	uv_run(&loop, UV_RUN_DEFAULT);
	ok(is_empty, "all of it was run");
	is_text(read_file("A"), "+0\n-0\n+1\n-1\n+2\n-2\n+3\n-3\n+4\n-4\nlast\n",
		"in order, never two of them, past one that fails and one that hangs");
	is_text(read_file("B"), "0\n1\n2\n3\n4\n", "another object beside");
	add(queue, "C", "sleep 60");
	add(queue, "C", "sleep 60");
	script_queue_close(queue);
	uv_run(&loop, UV_RUN_DEFAULT);
	ok(true, "what is left is ended with the queue");
}

int main(void)
{
	char command[64];

	snprintf(me, sizeof(me), "%s", getpwuid(geteuid())->pw_name);
	uv_loop_init(&loop);
	host = script_host_open(&loop);
	if (!mkdtemp(dir))
		return 1;
	chmod(dir, 0755);
	test_codes();
	test_missing();
	test_timeout();
	test_surroundings();
	test_more_arguments();
	test_user();
	test_trust();
	test_check();
	test_end();
	test_queue();
	script_host_close(host);
	uv_run(&loop, UV_RUN_DEFAULT);
	ok(!uv_loop_close(&loop), "nothing is left open");
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		return 1;
	return tap_end();
}
