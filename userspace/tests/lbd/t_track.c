// SPDX-License-Identifier: GPL-2.0
/* Values that others follow: scripts, files, processes, services */
#include <pwd.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lbd/control/script_part.h"
#include "../../lbd/control/track.h"
#include "../tap.h"

#define MS	1000ULL

static uv_loop_t loop;
static struct script_host *host;
static struct config config = { .generation = 1 };
static char dir[] = "/tmp/lbd-track.XXXXXX";
static char me[64];
static char said[4096];		/* messages to vrrp */

/* What control is for the parts. */
const struct config *control_config(void)
{
	return &config;
}

struct script_host *script_part_host(void)
{
	return host;
}

int roles_send(enum role_id role, enum message_type type, const void *data)
{
	const struct msg_tracked *msg = data;
	size_t length = strlen(said);

	if (role == ROLE_VRRP && type == MSG_TRACKED)
		snprintf(said + length, sizeof(said) - length, "%c%u=%d ",
			 "sfpv"[msg->kind], msg->index, msg->value);
	return 0;
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
}

static unsigned int count_lines(const char *name, const char *wanted)
{
	char path[128], line[64];
	unsigned int count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		count += !strcmp(line, wanted);
	if (file)
		fclose(file);
	return count;
}

static void tick(uv_timer_t *timer)
{
	(void)timer;
}

/* Runs until @wanted was said, or for too long. */
static void expect(const char *wanted, const char *name)
{
	uint64_t end = uv_hrtime() + 3000000000ULL;
	uv_timer_t timer;

	uv_timer_init(&loop, &timer);
	uv_timer_start(&timer, tick, 5, 5);
	while (strcmp(said, wanted) && uv_hrtime() < end)
		uv_run(&loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&loop, UV_RUN_NOWAIT);
	is_text(said, wanted, name);
	said[0] = '\0';
}

/* Nothing is said for so long. */
static void silence(unsigned int milliseconds, const char *name)
{
	uint64_t end = uv_hrtime() + milliseconds * 1000000ULL;
	uv_timer_t timer;

	uv_timer_init(&loop, &timer);
	uv_timer_start(&timer, tick, 5, 5);
	while (uv_hrtime() < end)
		uv_run(&loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&loop, UV_RUN_NOWAIT);
	is_text(said, "", name);
}

static struct config_vrrp_instance instance;

/* An instance that follows the first @count things of a kind. */
static void follow(enum config_vrrp_track_kind kind, size_t count)
{
	static struct config_vrrp_track tracks[8];
	size_t i;

	for (i = 0; i < count; i++)
		tracks[i] = (struct config_vrrp_track){
			.kind = kind, .index = (uint32_t)i,
		};
	instance.tracks = tracks;
	instance.track_count = count;
	config.vrrp.instances = &instance;
	config.vrrp.instance_count = 1;
}

static void configure(void)
{
	track_part.configure(&config, NULL);
}

static void test_script(void)
{
	char line[256];
	const char *argv[] = { "/bin/sh", "-c", line, NULL };
	struct config_script scripts[] = {
		{
			.name = "one", .interval = 20 * MS,
			.timeout = 1000 * MS, .rise = 2, .fall = 3,
			.command = { .argv = argv, .user = me },
		}, {
			.name = "unused", .interval = 20 * MS,
			.timeout = 1000 * MS, .rise = 1, .fall = 1,
			.command = { .argv = argv, .user = me },
		},
	};

	snprintf(line, sizeof(line),
		 "code=$(cat %s/code); echo $code >>%s/runs; exit $code", dir,
		 dir);
	write_file("code", "0");
	config.scripts = scripts;
	config.script_count = 2;
	follow(VRRP_TRACK_SCRIPT, 1);
	configure();
	expect("s0=0 ", "the first run decides, one that nobody follows is not run");
	silence(100, "what stays is told once");
	write_file("code", "3");
	expect("s0=3 ", "bad after some runs, with the exit code");
	ok(count_lines("runs", "3\n") >= 3, "after no less than fall of them");
	track_part.role_ready(ROLE_VRRP);
	expect("s0=3 ", "vrrp is told again when it was started again");
	config.generation++;
	scripts[0].interval = 25 * MS;
	configure();
	silence(60, "a reload says nothing new");
	write_file("code", "0");
	expect("s0=0 ", "good again");
	config.script_count = 0;
	follow(VRRP_TRACK_SCRIPT, 0);
	configure();
	write_file("code", "1");
	silence(60, "what is gone from the configuration is not run");
}

static void test_init_fail(void)
{
	const char *argv[] = { "/bin/true", NULL };
	struct config_script script = {
		.name = "two", .interval = 20 * MS, .timeout = 1000 * MS,
		.rise = 2, .fall = 1, .init_fail = true,
		.command = { .argv = argv, .user = me },
	};

	config.scripts = &script;
	config.script_count = 1;
	follow(VRRP_TRACK_SCRIPT, 1);
	configure();
	track_part.role_ready(ROLE_VRRP);
	expect("s0=-1 s0=0 ", "with init_fail it begins bad");
	argv[0] = "/no/such/program";
	expect("s0=-1 ", "what cannot be run is bad");
	config.script_count = 0;
	follow(VRRP_TRACK_SCRIPT, 0);
	configure();
}

static void test_files(void)
{
	char path[2][128], fresh[160];
	struct config_file files[] = {
		{ .name = "a", .path = path[0] },
		{ .name = "b", .path = path[1], .init = true,
		  .init_value = -7 },
	};

	snprintf(path[0], sizeof(path[0]), "%s/a", dir);
	snprintf(path[1], sizeof(path[1]), "%s/b", dir);
	config.files = files;
	config.file_count = 2;
	configure();
	expect("f0=0 f1=-7 ", "no file is 0; one is made with its value");
	write_file("a", "5\n");
	expect("f0=5 ", "a file that comes");
	write_file("new", " 12 ");
	snprintf(fresh, sizeof(fresh), "%s/new", dir);
	if (rename(fresh, path[0]))
		return;
	expect("f0=12 ", "a file that takes its place");
	write_file("a", "what?");
	silence(100, "no number: the value stays");
	unlink(path[0]);
	expect("f0=0 ", "a file that goes");
	write_file("other", "9");
	silence(50, "another file in the same directory");
	write_file("a", "99999999999");
	expect("f0=2147483647 ", "a number is at most what fits");
	config.file_count = 0;
	configure();
	write_file("a", "1");
	silence(50, "a file that nobody follows any more");
}

static void test_directory(void)
{
	char path[128], sub[64];
	struct config_file file = { .name = "c", .path = path };

	snprintf(sub, sizeof(sub), "%s/sub", dir);
	snprintf(path, sizeof(path), "%s/c", sub);
	config.files = &file;
	config.file_count = 1;
	configure();
	expect("f0=0 ", "a directory that is not there");
	mkdir(sub, 0755);
	write_file("sub/c", "3");
	expect("f0=3 ", "comes");
	unlink(path);
	rmdir(sub);
	expect("f0=0 ", "goes");
	mkdir(sub, 0755);
	write_file("sub/c", "4");
	expect("f0=4 ", "and comes again");
	config.file_count = 0;
	configure();
}

static pid_t start_process(const char *name, const char *argument)
{
	char path[128], link[128];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	snprintf(link, sizeof(link), "/bin/sleep");
	symlink(link, path);
	pid = fork();
	if (!pid) {
		execl(path, path, argument, (char *)NULL);
		_exit(1);
	}
	return pid;
}

static void test_match(pid_t pid)
{
	const char *parameters[] = { "61", NULL };
	char path[128];
	struct config_process process = { .process = "lbd-sleeper-pro" };

	(void)pid;
	snprintf(path, sizeof(path), "%s/lbd-sleeper-process", dir);
	is_number(track_count_processes(&process), 1, "by its name");
	process.process = "lbd-sleeper-process";
	is_number(track_count_processes(&process), 1,
		  "of which the kernel keeps 15 characters");
	process.process = "lbd-sleeper";
	is_number(track_count_processes(&process), 0, "not by a part of it");
	process.process = path;
	process.full_command = true;
	is_number(track_count_processes(&process), 1, "by its command");
	process.match = PARAM_EXACT;
	is_number(track_count_processes(&process), 0,
		  "not when it is to have no parameters");
	process.parameters = parameters;
	process.parameter_count = 1;
	is_number(track_count_processes(&process), 1, "by all its parameters");
	parameters[0] = "6";
	is_number(track_count_processes(&process), 0, "not by a part of one");
	process.match = PARAM_PARTIAL;
	is_number(track_count_processes(&process), 0, "nor with 'partial'");
	process.match = PARAM_INITIAL;
	is_number(track_count_processes(&process), 1, "but with 'initial'");
}

static void test_processes(void)
{
	struct config_process process = {
		.name = "sleeper", .process = "lbd-sleeper-process",
		.quorum = 1, .quorum_max = UINT32_MAX,
	};
	pid_t pid;

	config.processes = &process;
	config.process_count = 1;
	follow(VRRP_TRACK_PROCESS, 1);
	configure();
	expect("p0=0 ", "no such process");
	pid = start_process("lbd-sleeper-process", "61");
	expect("p0=1 ", "it comes");
	test_match(pid);
	process.quorum = 0;
	process.quorum_max = 0;
	expect("p0=0 ", "more than quorum_max");
	process.quorum = 1;
	process.quorum_max = 1;
	process.fork_delay = 600 * MS;
	silence(500, "fork_delay waits");
	expect("p0=1 ", "for some time");
	kill(pid, SIGKILL);
	expect("p0=0 ", "a zombie does not count");
	waitpid(pid, NULL, 0);
	config.process_count = 0;
	follow(VRRP_TRACK_PROCESS, 0);
	configure();
}

static void test_services(void)
{
	struct config_service services[] = {
		{ .name = "[192.0.2.1]:tcp:80" },
		{ .name = "[192.0.2.2]:tcp:80" },
	};
	struct control_quorum_change change = {
		.service = &services[0], .service_index = 0, .up = true,
	};

	config.services = services;
	config.service_count = 2;
	follow(VRRP_TRACK_SERVICE, 1);
	configure();
	track_part.quorum_changed(&change);
	expect("v0=1 ", "a service that has quorum");
	change.service = &services[1];
	change.service_index = 1;
	track_part.quorum_changed(&change);
	silence(10, "one that nobody follows");
	follow(VRRP_TRACK_SERVICE, 2);
	track_part.role_ready(ROLE_VRRP);
	expect("v0=1 v1=1 ", "until a reload says otherwise");
	change.up = false;
	track_part.quorum_changed(&change);
	expect("v1=0 ", "one that lost it");
	config.service_count = 0;
	follow(VRRP_TRACK_SERVICE, 0);
}

int main(void)
{
	char command[64];

	snprintf(me, sizeof(me), "%s", getpwuid(geteuid())->pw_name);
	if (!mkdtemp(dir))
		return 1;
	uv_loop_init(&loop);
	host = script_host_open(&loop);
	track_part.start(&loop);
	test_script();
	test_init_fail();
	test_files();
	test_directory();
	test_processes();
	test_services();
	track_part.stop();
	script_host_close(host);
	while (uv_loop_alive(&loop))
		uv_run(&loop, UV_RUN_ONCE);
	ok(!uv_loop_close(&loop), "nothing is left open");
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		return 1;
	return tap_end();
}
