// SPDX-License-Identifier: GPL-2.0
/* What scripts and FIFOs are told */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lbd/control/fifo.h"
#include "../../lbd/control/notify.h"
#include "../tap.h"

static uv_loop_t loop;
static struct script_host *host;
static struct notify *notify;
static char dir[] = "/tmp/lbd-notify.XXXXXX";
static char me[64];
static char all[128], vrrp[128], lvs[128], out[128];

static char *drain(const char *path)
{
	static char text[8192];
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

static void run_all(void)
{
	while (uv_loop_alive(&loop))
		uv_run(&loop, UV_RUN_ONCE);
}

static const char **words(const char *name)
{
	static const char *sets[16][6];
	static unsigned int next;
	const char **argv = sets[next++ % 16];

	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = "echo \"$1 $0: $*\" >>\"$OUT\"";
	argv[3] = name;
	argv[4] = NULL;
	return argv;
}

/* A script that says which one it is and what it was given. */
static struct config_command says(const char *name)
{
	static char text[16][256];
	static unsigned int next;
	char *line = text[next++ % 16];
	struct config_command command = { .argv = words(name), .user = me };

	snprintf(line, 256, "echo \"$0: $*\" >>%s", out);
	command.argv[2] = line;
	return command;
}

static void test_lvs(void)
{
	struct config_backend backend = { .name = "[10.0.0.1]:tcp:80" };
	struct config_service service = { .name = "[192.0.2.1]:tcp:80" };

	backend.notify_up = says("up");
	backend.notify_down = says("down");
	service.quorum_up = says("quorum up");
	service.quorum_down = says("quorum down");
	notify_backend(notify, &service, &backend, false);
	notify_quorum(notify, &service, false);
	notify_backend(notify, &service, &backend, true);
	notify_quorum(notify, &service, true);
	is_text(drain(lvs),
		"RS [10.0.0.1]:tcp:80 [192.0.2.1]:tcp:80 DOWN\n"
		"VS [192.0.2.1]:tcp:80 DOWN\n"
		"RS [10.0.0.1]:tcp:80 [192.0.2.1]:tcp:80 UP\n"
		"VS [192.0.2.1]:tcp:80 UP\n", "lines of lvs_notify_fifo");
	is_text(drain(vrrp), "", "none of them is for vrrp_notify_fifo");
	ok(strstr(drain(all), "VS [192.0.2.1]:tcp:80 DOWN\n"),
	   "notify_fifo has them too");
	run_all();
	ok(strstr(drain(out), "quorum up: \n"),
	   "scripts of virtual servers get no arguments");
	unlink(out);
}

static void tell(struct notify_vrrp *change, enum vrrp_state state)
{
	change->state = state;
	notify_vrrp_state(notify, change);
}

static void test_vrrp(void)
{
	struct config_vrrp_notify scripts = { 0 };
	struct notify_vrrp change = {
		.name = "VI_1", .notify = &scripts, .priority = 150,
	};

	scripts.master = says("master");
	scripts.backup = says("backup");
	scripts.fault = says("fault");
	scripts.stop = says("stop");
	scripts.any = says("any");
	tell(&change, VRRP_INIT);
	tell(&change, VRRP_BACKUP);
	tell(&change, VRRP_MASTER);
	tell(&change, VRRP_FAULT);
	tell(&change, VRRP_STOP);
	is_text(drain(vrrp),
		"INSTANCE \"VI_1\" BACKUP 150\nINSTANCE \"VI_1\" MASTER 150\n"
		"INSTANCE \"VI_1\" FAULT 150\nINSTANCE \"VI_1\" STOP 150\n",
		"lines of vrrp_notify_fifo");
	run_all();
	is_text(drain(out),
		"backup: \nany: INSTANCE VI_1 BACKUP 150\n"
		"master: \nany: INSTANCE VI_1 MASTER 150\n"
		"fault: \nany: INSTANCE VI_1 FAULT 150\n"
		"stop: \nany: INSTANCE VI_1 STOP 150\n",
		"the script of a state, then the one for all, in order");
	unlink(out);
}

static void test_vrrp_rest(void)
{
	struct config_vrrp_notify scripts = { 0 };
	struct notify_vrrp change = {
		.name = "VG 1", .notify = &scripts, .priority = 150,
		.group = true,
	};

	drain(all);
	tell(&change, VRRP_MASTER);
	tell(&change, VRRP_DELETED);
	scripts.say_deleted = true;
	tell(&change, VRRP_DELETED);
	change.group = false;
	change.state = VRRP_MASTER;
	notify_vrrp_priority(notify, &change);
	scripts.priority_changes = true;
	notify_vrrp_priority(notify, &change);
	change.state = VRRP_BACKUP;
	change.priority = 90;
	notify_vrrp_priority(notify, &change);
	scripts.master_rx_lower_pri = says("lower");
	notify_vrrp_lower(notify, &change);
	is_text(drain(all),
		"GROUP \"VG 1\" MASTER 0\nGROUP \"VG 1\" FAULT 0\n"
		"GROUP \"VG 1\" DELETED 0\nINSTANCE \"VG 1\" MASTER_PRIORITY 150\n"
		"INSTANCE \"VG 1\" BACKUP_PRIORITY 90\n"
		"INSTANCE \"VG 1\" MASTER_RX_LOWER_PRI 90\n",
		"groups, deletion, priorities and lower priorities");
	run_all();
	is_text(drain(out), "lower: \n", "a script for lower priorities");
	unlink(out);
}

/* More than a pipe takes: nothing may be lost or change places. */
static void test_full(void)
{
	struct fifo_config config = { .path = lvs };
	char line[64], wanted[64];
	unsigned int i, good = 0;
	struct fifo *fifo;
	FILE *reader;
	int fd;

	is_number(fifo_open(&loop, host, &config, &fifo), 0, "a FIFO");
	for (i = 0; i < 10000; i++) {
		snprintf(line, sizeof(line), "line %u\n", i);
		if (fifo_write(fifo, line))
			break;
	}
	is_number(i, 10000, "it takes more lines than a pipe");
	fd = open(lvs, O_RDONLY | O_NONBLOCK);
	reader = fdopen(fd, "r");
	for (i = 0; i < 10000; ) {
		if (!fgets(line, sizeof(line), reader)) {
			clearerr(reader);
			uv_run(&loop, UV_RUN_NOWAIT);
			continue;
		}
		snprintf(wanted, sizeof(wanted), "line %u\n", i++);
		good += !strcmp(line, wanted);
	}
	is_number(good, 10000, "and all come out in order");
	fclose(reader);
	memset(all, 'x', sizeof(all) - 1);
	fifo_close(fifo);
	run_all();
	ok(access(lvs, F_OK), "a FIFO that was made is removed");
}

static void test_not_a_fifo(void)
{
	struct fifo_config config = { .path = out };
	struct fifo *fifo;
	FILE *file = fopen(out, "w");

	fclose(file);
	ok(fifo_open(&loop, host, &config, &fifo) == -EEXIST,
	   "a file is no FIFO");
	ok(!access(out, F_OK), "and stays");
	config.path = "/no/such/directory/fifo";
	ok(fifo_open(&loop, host, &config, &fifo) == -ENOENT,
	   "a path that leads nowhere");
	unlink(out);
}

static bool has_lines(const char *path)
{
	struct stat stat_;

	return !stat(path, &stat_) && stat_.st_size > 0;
}

static void tick(uv_timer_t *timer)
{
	(void)timer;
}

static void test_reader(void)
{
	const char *argv[] = {
		"/bin/sh", "-c", "read line <$1; echo \"$0 $line\" >>",
		"reader", NULL
	};
	struct config_command command = { .argv = argv, .user = me };
	struct fifo_config config = { .path = vrrp, .script = &command };
	char line[256];
	struct fifo *fifo;
	uv_timer_t timer;
	int i;

	snprintf(line, sizeof(line), "%s%s", argv[2], out);
	argv[2] = line;
	is_number(fifo_open(&loop, host, &config, &fifo), 0,
		  "a FIFO with a script");
	ok(fifo_is(fifo, &config), "it may stay");
	argv[3] = "other";
	ok(!fifo_is(fifo, &config), "not with other arguments");
	fifo_write(fifo, "hello\n");
	uv_timer_init(&loop, &timer);
	uv_timer_start(&timer, tick, 5, 5);
	for (i = 0; i < 1000 && !has_lines(out); i++)
		uv_run(&loop, UV_RUN_ONCE);
	is_text(drain(out), "reader hello\n",
		"the script gets the path as its last argument");
	unlink(out);
	fifo_write(fifo, "again\n");
	for (i = 0; i < 1000 && !has_lines(out); i++)
		uv_run(&loop, UV_RUN_ONCE);
	is_text(drain(out), "reader again\n",
		"a script that ends is run again and misses nothing");
	uv_close((uv_handle_t *)&timer, NULL);
	fifo_close(fifo);
	run_all();
}

static void test_configure(void)
{
	struct config_globals globals = {
		.notify_fifo = all, .vrrp_notify_fifo = vrrp,
		.lvs_notify_fifo = lvs,
	};
	struct stat before, after;

	notify_configure(notify, &globals);
	is_number(stat(all, &before), 0, "the FIFOs are made");
	is_number(before.st_mode & 0777, 0600, "for nobody else");
	notify_configure(notify, &globals);
	stat(all, &after);
	is_number(after.st_ino, before.st_ino, "a reload leaves them alone");
}

int main(void)
{
	struct config_globals none = { 0 };
	char command[64];

	snprintf(me, sizeof(me), "%s", getpwuid(geteuid())->pw_name);
	if (!mkdtemp(dir))
		return 1;
	snprintf(all, sizeof(all), "%s/all", dir);
	snprintf(vrrp, sizeof(vrrp), "%s/vrrp", dir);
	snprintf(lvs, sizeof(lvs), "%s/lvs", dir);
	snprintf(out, sizeof(out), "%s/out", dir);
	uv_loop_init(&loop);
	host = script_host_open(&loop);
	notify = notify_open(&loop, host);
	test_configure();
	test_lvs();
	test_vrrp();
	test_vrrp_rest();
	notify_configure(notify, &none);
	run_all();
	ok(access(vrrp, F_OK), "a reload without them removes them");
	test_full();
	test_not_a_fifo();
	test_reader();
	notify_close(notify);
	script_host_close(host);
	run_all();
	ok(!uv_loop_close(&loop), "nothing is left open");
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		return 1;
	return tap_end();
}
