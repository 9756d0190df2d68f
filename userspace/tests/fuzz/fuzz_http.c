// SPDX-License-Identifier: GPL-2.0
/*
 * Replies of servers that are checked. The first byte says to whom: a checker,
 * which gets the rest from its connection, or a parser. Last come words of the
 * configuration.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../lbd/check/dns.h"
#include "../../lbd/check/grpc.h"
#include "../../lbd/check/http.h"
#include "../../lbd/check/smtp.h"
#include "../lbd/probe.h"

#define URL(words)	"HTTP_GET 127.0.0.1 80 {\n url {\n" words "}\n}\n"

/* In place of the engine: what a checker needs of a probe. */
struct probe {
	const struct config_check *check;
	const uint8_t *data;
	size_t length;
	int peer;
	bool done;
	uv_poll_t *poll;
	void (*fn)(struct probe *probe, int events);
	int fd;
	unsigned char state[65536] __attribute__((aligned(16)));
};

static uv_loop_t loop;

const struct config_check *probe_check(const struct probe *probe)
{
	return probe->check;
}

void *probe_state(struct probe *probe)
{
	return probe->state;
}

uv_loop_t *probe_loop(const struct probe *probe)
{
	(void)probe;
	return &loop;
}

static void free_poll(uv_handle_t *handle)
{
	free(handle);
}

static void end(struct probe *probe)
{
	probe->done = true;
	if (probe->check->checker->stop)
		probe->check->checker->stop(probe);
	if (probe->poll) {
		uv_close((uv_handle_t *)probe->poll, free_poll);
		close(probe->fd);
	}
	probe->poll = NULL;
	if (probe->peer >= 0)
		close(probe->peer);
	probe->peer = -1;
}

void probe_done(struct probe *probe, const struct verdict *verdict,
		const char *reason, ...)
{
	char text[HEALTH_REASON_LEN];
	const char *at;
	va_list ap;

	(void)verdict;
	va_start(ap, reason);
	vsnprintf(text, sizeof(text), reason, ap);
	va_end(ap);
	for (at = text; *at; at++) {
		if (*at < ' ' || *at > '~')
			abort();
	}
	end(probe);
}

int probe_connect(struct probe *probe, int type)
{
	int fd[2];

	if (probe->peer >= 0)
		close(probe->peer);
	if (socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, fd))
		abort();
	probe->peer = fd[1];
	if (send(fd[1], probe->data, probe->length, MSG_NOSIGNAL) < 0)
		probe->length = 0;
	shutdown(fd[1], SHUT_WR);
	return fd[0];
}

int probe_socket(struct probe *probe, int type, int protocol)
{
	(void)protocol;
	return probe_connect(probe, type);
}

int probe_connect_with(struct probe *probe, int fd)
{
	(void)probe;
	return fd;
}

int probe_error(int fd)
{
	(void)fd;
	return 0;
}

static void ready(uv_poll_t *poll, int status, int events)
{
	struct probe *probe = poll->data;

	(void)status;
	probe->fn(probe, events);
}

int probe_watch(struct probe *probe, int fd, int events,
		void (*fn)(struct probe *probe, int events))
{
	if (!probe->poll) {
		probe->poll = calloc(1, sizeof(*probe->poll));
		if (!probe->poll || uv_poll_init(&loop, probe->poll, fd))
			abort();
		probe->poll->data = probe;
	}
	probe->fd = fd;
	probe->fn = fn;
	uv_poll_start(probe->poll, events, ready);
	return 0;
}

int probe_run_script(struct probe *probe,
		     void (*fn)(struct probe *probe, int code))
{
	(void)probe;
	(void)fn;
	return -1;
}

bool probe_file(const struct probe *probe, const char *name, int *value)
{
	(void)probe;
	(void)name;
	(void)value;
	return false;
}

static struct config *config_of(const char *text, size_t length)
{
	struct config_arena *arena = config_arena_new();
	struct config_report report = { .stream = fopen("/dev/null", "w") };
	struct config *config = NULL;
	struct config_node *tree;

	if (!config_tree_parse(text, length, arena, &report, &tree))
		config = probing_read(tree, arena, &report);
	fclose(report.stream);
	if (!config)
		config_arena_free(arena);
	return config;
}

/* Checks that look at all of a reply. */
static const char checks[] =
	URL("status_code 200-404\n digest 00000000000000000000000000000000\n")
	URL("regex \"a(b|c)*d\"\n regex_options caseless utf\n"
	    "json_field a.b true\n status_code 100-999\n")
	"HTTP_GET 127.0.0.1 80 {\n url {\n method HEAD\n }\n}\n"
	"HTTP_GET 127.0.0.1 80 {\n dynamic_weight\n http2 prior\n max_body 50\n}\n"
	"GRPC_CHECK 127.0.0.1 80 {\n service a\n}\n"
	"SMTP_CHECK 127.0.0.1 25 {\n}\n"
	"SMTP_CHECK 127.0.0.1 25 {\n starttls\n}\n"
	"DNS_CHECK 127.0.0.1 53 {\n type ANY\n answer x\n}\n"
	"AGENT_CHECK 127.0.0.1 80 {\n}\n";

static void give_up(uv_timer_t *timer)
{
	struct probe *probe = timer->data;

	if (!probe->done)
		end(probe);
}

static void fuzz_check(const struct config_check *check, const uint8_t *data,
		       size_t length)
{
	struct probe *probe = calloc(1, sizeof(*probe));
	uv_timer_t timer;

	if (check->checker->probe_size > sizeof(probe->state))
		abort();
	probe->check = check;
	probe->data = data;
	probe->length = length;
	probe->peer = -1;
	uv_timer_init(&loop, &timer);
	timer.data = probe;
	uv_timer_start(&timer, give_up, 200, 0);
	check->checker->start(probe);
	while (!probe->done)
		uv_run(&loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&loop, UV_RUN_NOWAIT);
	free(probe);
}

static void fuzz_dns(const uint8_t *data, size_t length)
{
	char text[DNS_TEXT_LEN];
	struct dns_message message;
	struct dns_record record;
	struct dns_srv srv;

	if (dns_open(&message, data, length))
		return;
	dns_question_is(&message, data, length);
	while (dns_next(&message, &record) == 1) {
		if (!dns_record_write(&message, &record, text))
			dns_text_is(record.type, text, text);
		dns_srv_read(&message, &record, &srv);
	}
}

static void fuzz_smtp(const uint8_t *data, size_t length)
{
	struct smtp_reply reply = { 0 };
	size_t used;

	while (length) {
		if (smtp_reply_add(&reply, (const char *)data,
				   length < 7 ? length : 7, &used))
			memset(&reply, 0, sizeof(reply));
		data += used;
		length -= used;
	}
}

static void fuzz_text(const char *text)
{
	unsigned char digest[MD5_LEN];
	struct status_set set = { 0 };
	char small[8];

	status_set_add(&set, text);
	status_set_write(&set, small, sizeof(small));
	digest_parse(text, digest);
	weight_parse(text);
	http_header_value(text, "content-type");
	dns_text_is(DNS_AAAA, text, text);
	dns_text_is(DNS_MX, text, text);
}

static void fuzz_parser(unsigned int which, const uint8_t *data, size_t length)
{
	char why[64], *text = strndup((const char *)data, length);
	struct config *config;
	uint64_t status;

	switch (which % 6) {
	case 0:
		fuzz_dns(data, length);
		break;
	case 1:
		fuzz_smtp(data, length);
		break;
	case 2:
		fuzz_text(text);
		break;
	case 3:
		grpc_reply_read(data, length, &status);
		break;
	case 4:
		json_field_is((const char *)data, length, "a.b", "true", why,
			      sizeof(why));
		break;
	case 5:
		config = config_of((const char *)data, length);
		config_free(config);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static struct config *config;

	if (!config) {
		uv_loop_init(&loop);
		config = config_of(checks, strlen(checks));
		if (!config)
			abort();
	}
	if (!length)
		return 0;
	if (*data < 2 * config->check_count)
		fuzz_check(&config->checks[*data / 2], data + 1, length - 1);
	else
		fuzz_parser(*data, data + 1, length - 1);
	return 0;
}
