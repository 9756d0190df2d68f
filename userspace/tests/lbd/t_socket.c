// SPDX-License-Identifier: GPL-2.0
/* The control socket: who may ask, and what comes of bad requests */
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lbd/control/request.h"
#include "../../lbd/control/socket.h"
#include "../../lbadm/daemon.h"
#include "../tap.h"

static uv_loop_t loop;
static struct config config;
static char dir[] = "/tmp/lbd-socket.XXXXXX";
static struct control_options options = { .run_directory = dir };
static char path[64];

const struct config *control_config(void)
{
	return &config;
}

const struct control_options *control_options(void)
{
	return &options;
}

/* Answers later, as one that asks roles does. */
struct later {
	uv_timer_t timer;
	json_t *answer;
	void (*done)(void *context, json_t *answer);
	void *context;
};

static void freed(uv_handle_t *handle)
{
	free(handle->data);
}

static void answer(uv_timer_t *timer)
{
	struct later *later = timer->data;

	later->done(later->context, later->answer);
	uv_close((uv_handle_t *)timer, freed);
}

void request_run(const json_t *request,
		 void (*done)(void *context, json_t *answer), void *context)
{
	struct later *later = calloc(1, sizeof(*later));

	later->answer = json_pack("{s:O}", "request", (json_t *)request);
	later->done = done;
	later->context = context;
	later->timer.data = later;
	uv_timer_init(&loop, &later->timer);
	uv_timer_start(&later->timer, answer, 30, 0);
}

static int open_client(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	return fd;
}

/* Says @text in pieces of @piece bytes. Return: all that is answered. */
static const char *exchange(const char *text, size_t length, size_t piece)
{
	static char got[4096];
	size_t done = 0, sent = 0;
	int fd = open_client(), i;
	ssize_t some;

	for (i = 0; i < 10000; i++) {
		if (sent < length) {
			some = send(fd, text + sent,
				    piece < length - sent ? piece :
				    length - sent, MSG_NOSIGNAL);
			sent += some > 0 ? (size_t)some : 0;
		}
		uv_run(&loop, UV_RUN_NOWAIT);
		some = read(fd, got + done, sizeof(got) - 1 - done);
		if (!some)
			break;
		done += some > 0 ? (size_t)some : 0;
		if (some < 0)
			usleep(100);
	}
	close(fd);
	got[done] = '\0';
	return got;
}

static void test_requests(void)
{
	char *big = malloc(70000);

	is_text(exchange("{\"a\":1}\n", 8, 8), "{\"request\":{\"a\":1}}\n",
		"a request and its answer");
	is_text(exchange("{\"a\":1}\n", 8, 1), "{\"request\":{\"a\":1}}\n",
		"byte by byte");
	is_text(exchange("garbage\n", 8, 8), "{\"error\":\"this is no JSON\"}\n",
		"garbage");
	is_text(exchange("\n", 1, 1), "{\"error\":\"this is no JSON\"}\n",
		"nothing");
	memset(big, ' ', 70000);
	is_text(exchange(big, 70000, 70000),
		"{\"error\":\"the request is too long\"}\n", "too much");
	memset(big, '[', 60000);
	big[60000] = '\n';
	is_text(exchange(big, 60001, 70000),
		"{\"error\":\"this is no JSON\"}\n", "too deep");
	free(big);
}

static void test_gone(void)
{
	int fd = open_client(), i;

	if (write(fd, "{}\n", 3) != 3)
		return;
	for (i = 0; i < 10; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
	close(fd);
	for (i = 0; i < 100; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	is_text(exchange("{}\n", 3, 3), "{\"request\":{}}\n",
		"who asks and goes does no harm");
	fd = open_client();
	close(fd);
	is_text(exchange("{}\n", 3, 3), "{\"request\":{}}\n",
		"nor who says nothing");
}

/* lbadm's side, as another user. Return: exit code of the child. */
static int ask_as(uid_t uid, gid_t gid)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		json_t *request = json_pack("{s:s}", "command", "x");
		char error[256] = "";
		json_t *got;

		if (uid && (setresgid(gid, gid, gid) ||
			    setresuid(uid, uid, uid)))
			_exit(3);
		if (!daemon_ask(path, request, &got, error, sizeof(error)))
			_exit(0);
		_exit(strstr(error, "only root") ? 1 : 2);
	}
	while (!waitpid(pid, &status, WNOHANG)) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_peers(void)
{
	is_number(ask_as(0, 0), 0, "who runs lbd may ask");
	if (geteuid())
		return;
	chmod(dir, 0755);
	is_number(ask_as(65534, 65534), 1, "others may not, and are told so");
	config.globals.control_group = "nogroup";
	is_number(ask_as(65534, 65534), 0, "members of control_group may");
	is_number(ask_as(65534, 65533), 1, "those of other groups may not");
	config.globals.control_group = "no-such-group";
	is_number(ask_as(65534, 65534), 1, "a group that is not there has none");
}

static void test_many(void)
{
	int fds[80], i, refused = 0;
	char text[128];

	for (i = 0; i < 80; i++) {
		fds[i] = open_client();
		uv_run(&loop, UV_RUN_NOWAIT);
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	for (i = 0; i < 80; i++) {
		ssize_t length = fds[i] < 0 ? -1 :
				 read(fds[i], text, sizeof(text) - 1);

		text[length > 0 ? length : 0] = '\0';
		refused += !!strstr(text, "too many");
		if (fds[i] >= 0)
			close(fds[i]);
	}
	ok(refused == 16, "64 may ask at the same time, %d more were refused",
	   refused);
	for (i = 0; i < 200; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
	is_text(exchange("{}\n", 3, 3), "{\"request\":{}}\n",
		"and others after them");
}

int main(void)
{
	if (!mkdtemp(dir))
		return 1;
	signal(SIGPIPE, SIG_IGN);
	snprintf(path, sizeof(path), "%s/" SOCKET_NAME, dir);
	uv_loop_init(&loop);
	is_number(socket_part.start(&loop), 0, "the socket");
	test_requests();
	test_gone();
	test_peers();
	test_many();
	socket_part.stop();
	while (uv_loop_alive(&loop))
		uv_run(&loop, UV_RUN_ONCE);
	ok(!uv_loop_close(&loop), "nothing is left open");
	ok(access(path, F_OK), "nor is the socket left");
	rmdir(dir);
	return tap_end();
}
