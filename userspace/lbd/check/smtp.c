// SPDX-License-Identifier: GPL-2.0
/*
 * SMTP_CHECK: a mail server greets, says hello, begins TLS if asked to, and
 * says goodbye
 *
 * libcurl would do, but for the goodbye: it blocks until that is answered.
 */
#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "match.h"
#include "smtp.h"
#include "tls.h"

struct smtp_options {
	struct tls_options tls;
	bool starttls;
	const char *helo;	/* NULL: the name of this host */
};

enum smtp_stage {
	SMTP_CONNECT,
	SMTP_GREETING,
	SMTP_HELLO,
	SMTP_STARTTLS,
	SMTP_HANDSHAKE,
	SMTP_HELLO_AGAIN,
	SMTP_QUIT,
};

static const char *const stage_names[] = {
	[SMTP_CONNECT] = "connection",
	[SMTP_GREETING] = "greeting",
	[SMTP_HELLO] = "reply to HELO",
	[SMTP_STARTTLS] = "reply to STARTTLS",
	[SMTP_HANDSHAKE] = "TLS",
	[SMTP_HELLO_AGAIN] = "reply to EHLO",
	[SMTP_QUIT] = "reply to QUIT",
};

struct smtp_probe {
	enum smtp_stage stage;
	int fd;
	SSL *ssl;
	struct smtp_reply reply;
};

/* Return: 1 with a whole line in @reply->text, else 0, or -EMSGSIZE. */
static int take_line(struct smtp_reply *reply, char byte)
{
	if (byte != '\n') {
		if (reply->length == sizeof(reply->text) - 1)
			return -EMSGSIZE;
		reply->text[reply->length++] = byte;
		return 0;
	}
	reply->text[reply->length] = '\0';
	reply->text[strcspn(reply->text, "\r")] = '\0';
	reply->length = 0;
	return ++reply->lines > SMTP_LINES_MAX ? -EMSGSIZE : 1;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Return: 1 if @text is the last line of a reply, 0, or -EBADMSG. */
static int judge_line(struct smtp_reply *reply)
{
	const char *text = reply->text;
	int code;

	if (!is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2]))
		return -EBADMSG;
	code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + text[2] - '0';
	if (reply->code && reply->code != code)
		return -EBADMSG;
	reply->code = code;
	if (text[3] && text[3] != '-' && text[3] != ' ')
		return -EBADMSG;
	if (text[3] && !strcasecmp(text + 4, "STARTTLS"))
		reply->starttls = true;
	return text[3] != '-';
}

/**
 * smtp_reply_add() - some more bytes of a reply
 * @reply: all zero at the begin of a reply
 * @data: what has come
 * @length: of @data
 * @used: set to the bytes of @data that belong to the reply
 *
 * Return: 1 when the reply is whole, 0 when it is not, -EBADMSG when it is
 *	none, -EMSGSIZE when it is too long.
 */
int smtp_reply_add(struct smtp_reply *reply, const char *data, size_t length,
		   size_t *used)
{
	int result = 0;

	for (*used = 0; *used < length && !result;) {
		result = take_line(reply, data[(*used)++]);
		if (result > 0)
			result = judge_line(reply);
	}
	return result;
}

static void fail(struct probe *probe, const char *what)
{
	const struct smtp_probe *smtp = probe_state(probe);

	probe_done(probe, &VERDICT_FAILED, "%s: %s", stage_names[smtp->stage],
		   what);
}

/* So little always fits into the buffers of socket and TLS. */
__attribute__((format(printf, 3, 4)))
static bool say(struct probe *probe, enum smtp_stage stage,
		const char *format, ...)
{
	struct smtp_probe *smtp = probe_state(probe);
	char line[512];
	int length, sent;
	va_list ap;

	va_start(ap, format);
	length = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	smtp->stage = stage;
	memset(&smtp->reply, 0, sizeof(smtp->reply));
	if (smtp->ssl)
		sent = SSL_write(smtp->ssl, line, length);
	else
		sent = send(smtp->fd, line, length, MSG_NOSIGNAL);
	if (sent == length)
		return true;
	fail(probe, "it cannot be sent");
	return false;
}

static bool say_hello(struct probe *probe, const char *hello,
		      enum smtp_stage stage)
{
	const struct smtp_options *options = probe_check(probe)->options;
	char host[256] = "localhost";

	if (!options->helo)
		gethostname(host, sizeof(host) - 1);
	return say(probe, stage, "%s %s\r\n", hello,
		   options->helo ? options->helo : host);
}

static void ready(struct probe *probe, int events);

/* Return: whether the handshake is over and was good. */
static bool shake_hands(struct probe *probe)
{
	struct smtp_probe *smtp = probe_state(probe);
	int code = SSL_do_handshake(smtp->ssl);
	long verified;

	if (code == 1) {
		probe_watch(probe, smtp->fd, UV_READABLE, ready);
		return true;
	}
	switch (SSL_get_error(smtp->ssl, code)) {
	case SSL_ERROR_WANT_READ:
		probe_watch(probe, smtp->fd, UV_READABLE, ready);
		return false;
	case SSL_ERROR_WANT_WRITE:
		probe_watch(probe, smtp->fd, UV_WRITABLE, ready);
		return false;
	}
	verified = SSL_get_verify_result(smtp->ssl);
	if (verified != X509_V_OK)
		fail(probe, X509_verify_cert_error_string(verified));
	else
		fail(probe, "the handshake fails");
	ERR_clear_error();
	return false;
}

static void begin_tls(struct probe *probe)
{
	const struct config_check *check = probe_check(probe);
	const struct smtp_options *options = check->options;
	struct smtp_probe *smtp = probe_state(probe);
	char address[NFLB_ADDRESS_LEN];
	const char *failure;

	inet_ntop(check->target.address.family, &check->target.address.v4,
		  address, sizeof(address));
	smtp->stage = SMTP_HANDSHAKE;
	smtp->ssl = tls_client(&options->tls, options->tls.name ?
			       options->tls.name : address, &failure);
	if (!smtp->ssl || SSL_set_fd(smtp->ssl, smtp->fd) != 1) {
		fail(probe, failure ? failure : "no memory");
		return;
	}
	if (shake_hands(probe))
		say_hello(probe, "EHLO", SMTP_HELLO_AGAIN);
}

static void after_hello(struct probe *probe)
{
	const struct smtp_options *options = probe_check(probe)->options;
	const struct smtp_probe *smtp = probe_state(probe);

	if (!options->starttls)
		say(probe, SMTP_QUIT, "QUIT\r\n");
	else if (smtp->reply.starttls)
		say(probe, SMTP_STARTTLS, "STARTTLS\r\n");
	else
		fail(probe, "STARTTLS is not offered");
}

static int expected_code(enum smtp_stage stage)
{
	switch (stage) {
	case SMTP_GREETING:
	case SMTP_STARTTLS:
		return 220;
	case SMTP_QUIT:
		return 221;
	default:
		return 250;
	}
}

static void next(struct probe *probe)
{
	const struct smtp_options *options = probe_check(probe)->options;
	struct smtp_probe *smtp = probe_state(probe);

	if (smtp->reply.code != expected_code(smtp->stage)) {
		fail(probe, text_printable(smtp->reply.text));
		return;
	}
	switch (smtp->stage) {
	case SMTP_GREETING:
		say_hello(probe, options->starttls ? "EHLO" : "HELO", SMTP_HELLO);
		break;
	case SMTP_HELLO:
		after_hello(probe);
		break;
	case SMTP_STARTTLS:
		begin_tls(probe);
		break;
	case SMTP_HELLO_AGAIN:
		say(probe, SMTP_QUIT, "QUIT\r\n");
		break;
	default:
		probe_done(probe, &VERDICT_PASSED, "SMTP");
	}
}

static void take(struct probe *probe, const char *data, size_t length)
{
	struct smtp_probe *smtp = probe_state(probe);
	size_t used;

	switch (smtp_reply_add(&smtp->reply, data, length, &used)) {
	case 0:
		break;
	case 1:
		/* Text before TLS must not be taken for text within (RFC 3207). */
		if (used < length)
			fail(probe, "more than one reply");
		else
			next(probe);
		break;
	case -EMSGSIZE:
		fail(probe, "the reply is too long");
		break;
	default:
		fail(probe, "the reply is not SMTP");
	}
}

/* Return: bytes, 0 at the end, -EAGAIN when there are none yet, or an error. */
static int receive(struct smtp_probe *smtp, char *data, size_t size)
{
	int some;

	if (!smtp->ssl) {
		some = recv(smtp->fd, data, size, MSG_DONTWAIT);
		return some < 0 ? -errno : some;
	}
	some = SSL_read(smtp->ssl, data, size);
	if (some > 0)
		return some;
	switch (SSL_get_error(smtp->ssl, some)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	}
	ERR_clear_error();
	return -EPROTO;
}

static void read_reply(struct probe *probe)
{
	struct smtp_probe *smtp = probe_state(probe);
	char data[SSL3_RT_MAX_PLAIN_LENGTH];	/* a record leaves no rest */
	int some = receive(smtp, data, sizeof(data));

	if (some == -EAGAIN || some == -EINTR)
		return;
	if (some > 0)
		take(probe, data, some);
	else if (!some && smtp->stage == SMTP_QUIT)
		probe_done(probe, &VERDICT_PASSED, "SMTP");
	else
		fail(probe, some ? strerror(-some) : "the connection is closed");
}

static void ready(struct probe *probe, int events)
{
	struct smtp_probe *smtp = probe_state(probe);
	int err;

	(void)events;
	switch (smtp->stage) {
	case SMTP_CONNECT:
		err = probe_error(smtp->fd);
		if (err) {
			fail(probe, strerror(-err));
			return;
		}
		smtp->stage = SMTP_GREETING;
		probe_watch(probe, smtp->fd, UV_READABLE, ready);
		break;
	case SMTP_HANDSHAKE:
		if (shake_hands(probe))
			say_hello(probe, "EHLO", SMTP_HELLO_AGAIN);
		break;
	default:
		read_reply(probe);
	}
}

static void smtp_start(struct probe *probe)
{
	struct smtp_probe *smtp = probe_state(probe);

	smtp->fd = probe_connect(probe, SOCK_STREAM);
	if (smtp->fd < 0)
		fail(probe, strerror(-smtp->fd));
	else if (probe_watch(probe, smtp->fd, UV_WRITABLE, ready))
		fail(probe, "no memory");
}

static void smtp_stop(struct probe *probe)
{
	struct smtp_probe *smtp = probe_state(probe);

	SSL_free(smtp->ssl);
	smtp->ssl = NULL;
}

static void smtp_expired(struct probe *probe)
{
	const struct smtp_probe *smtp = probe_state(probe);

	probe_done(probe, &VERDICT_FAILED, "timed out, no %s",
		   stage_names[smtp->stage]);
}

static int take_helo(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct smtp_options *options = object;
	const char *at = node->count == 1 ? node->argument[0] : "";

	/* RFC 5321, 4.1.2: a domain or an address literal */
	while (*at > ' ' && *at < 0x7f)
		at++;
	if (node->count != 1 || *at || at == node->argument[0] ||
	    at - node->argument[0] > 255)
		return config_error(context->report, &node->origin,
				    "helo_name takes the name of a host");
	options->helo = config_strdup(context->arena, node->argument[0]);
	return options->helo ? 0 : -ENOMEM;
}

static const struct config_word words[] = {
	{ "helo_name", CONFIG_CALL, .fn = take_helo },
	{ "starttls", CONFIG_SWITCH,
	  .offset = offsetof(struct smtp_options, starttls) },
	TLS_WORD(struct smtp_options, "verify", CONFIG_SWITCH, verify, VERIFY),
	TLS_WORD(struct smtp_options, "ca", CONFIG_STRING, ca, CA),
	TLS_WORD(struct smtp_options, "certificate", CONFIG_STRING, certificate,
		 CERTIFICATE),
	TLS_WORD(struct smtp_options, "key", CONFIG_STRING, key, KEY),
	TLS_WORD(struct smtp_options, "sni_name", CONFIG_STRING, name, NAME),
	{ 0 }
};

static void smtp_prepare(struct config_check *check)
{
	struct smtp_options *options = check->options;

	tls_prepare(&options->tls);
}

static int smtp_settle(struct config_context *context,
		       const struct config_node *node,
		       struct config_check *check)
{
	struct smtp_options *options = check->options;

	if (!options->starttls && options->tls.given)
		return config_error(context->report, &node->origin,
				    "SMTP_CHECK has no TLS unless starttls is on");
	return tls_settle(context, node, &options->tls);
}

const struct checker checker_smtp = {
	.keyword = "SMTP_CHECK",
	.protocol = IPPROTO_TCP,
	.words = words,
	.options_size = sizeof(struct smtp_options),
	.retry = 1,
	.delay_before_retry = 1000000,
	.prepare = smtp_prepare,
	.settle = smtp_settle,
	.probe_size = sizeof(struct smtp_probe),
	.start = smtp_start,
	.expired = smtp_expired,
	.stop = smtp_stop,
};
