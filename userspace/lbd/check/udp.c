// SPDX-License-Identifier: GPL-2.0
/*
 * UDP_CHECK: a datagram is answered, or at least nobody says that it cannot
 * be delivered
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "checker.h"
#include "hex.h"

#define UDP_MAX	65507

/**
 * struct udp_options - config_check.options of checker_udp
 * @payload: is sent; random bytes if it is empty
 * @require_reply: silence is a failure
 * @reply: how an answer begins
 * @min_reply: and @max_reply: length of an answer
 */
struct udp_options {
	struct hex payload;
	bool require_reply;
	struct hex reply;
	unsigned int min_reply;
	unsigned int max_reply;
};

static int take_payload(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct udp_options *options = object;
	int err = hex_take(context, node, false, &options->payload);

	if (!err && !options->payload.length)
		return config_error(context->report, &node->origin,
				    "payload takes hexadecimal digits");
	if (!err && options->payload.length > UDP_MAX)
		return config_error(context->report, &node->origin,
				    "payload is longer than a datagram");
	return err;
}

static int take_reply(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct udp_options *options = object;

	options->require_reply = true;
	return hex_take(context, node, true, &options->reply);
}

static const struct config_word words[] = {
	{ "payload", CONFIG_CALL, .fn = take_payload },
	{ "require_reply", CONFIG_CALL, .fn = take_reply },
	{ "min_reply_length", CONFIG_UINT,
	  .offset = offsetof(struct udp_options, min_reply), .max = UDP_MAX },
	{ "max_reply_length", CONFIG_UINT,
	  .offset = offsetof(struct udp_options, max_reply), .max = UDP_MAX },
	{ 0 }
};

static void prepare(struct config_check *check)
{
	struct udp_options *options = check->options;

	options->max_reply = 255;
}

static int settle(struct config_context *context,
		  const struct config_node *node, struct config_check *check)
{
	const struct udp_options *options = check->options;

	if (options->min_reply > options->max_reply)
		return config_error(context->report, &node->origin,
				    "min_reply_length is more than max_reply_length");
	return 0;
}

static void judge(struct probe *probe, const uint8_t *data, size_t length)
{
	const struct udp_options *options = probe_check(probe)->options;

	if (options->require_reply &&
	    (length < options->min_reply || length > options->max_reply))
		probe_done(probe, &VERDICT_FAILED, "reply of %zu bytes",
			   length);
	else if (options->require_reply &&
		 !hex_matches(&options->reply, data, length))
		probe_done(probe, &VERDICT_FAILED,
			   "reply is not the one expected");
	else
		probe_done(probe, &VERDICT_PASSED, "reply of %zu bytes",
			   length);
}

static void readable(struct probe *probe, int events)
{
	static uint8_t data[UDP_MAX + 1];
	int fd = *(int *)probe_state(probe);
	ssize_t length = recv(fd, data, sizeof(data), MSG_DONTWAIT);

	(void)events;
	if (length >= 0)
		judge(probe, data, length);
	else if (errno != EAGAIN && errno != EINTR)
		probe_done(probe, &VERDICT_FAILED, "%s", strerror(errno));
}

/* Random bytes unlike any protocol keep servers from answering by chance. */
static ssize_t say(int fd, const struct udp_options *options)
{
	uint8_t random[16];

	if (options->payload.length)
		return send(fd, options->payload.byte, options->payload.length,
			    0);
	if (getrandom(random, sizeof(random), 0) < 0)
		return -1;
	return send(fd, random, sizeof(random), 0);
}

/* Not only a closed port counts: a dead host or route does too. */
static int want_errors(int fd, sa_family_t family)
{
	int one = 1;

	if (family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one,
				  sizeof(one));
	return setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof(one));
}

static void udp_start(struct probe *probe)
{
	const struct config_check *check = probe_check(probe);
	int fd = probe_connect(probe, SOCK_DGRAM);

	*(int *)probe_state(probe) = fd;
	if (fd < 0)
		probe_done(probe, &VERDICT_FAILED, "connect: %s", strerror(-fd));
	else if (probe_watch(probe, fd, UV_READABLE, readable))
		probe_done(probe, &VERDICT_FAILED, "no memory");
	else if (want_errors(fd, check->target.address.family) ||
		 say(fd, check->options) < 0)
		probe_done(probe, &VERDICT_FAILED, "send: %s", strerror(errno));
}

static void udp_expired(struct probe *probe)
{
	const struct udp_options *options = probe_check(probe)->options;

	if (options->require_reply)
		probe_done(probe, &VERDICT_FAILED, "no reply");
	else
		probe_done(probe, &VERDICT_PASSED, "no error");
}

const struct checker checker_udp = {
	.keyword = "UDP_CHECK",
	.protocol = IPPROTO_UDP,
	.words = words,
	.options_size = sizeof(struct udp_options),
	.retry = 1,
	.delay_before_retry = 1000000,
	.prepare = prepare,
	.settle = settle,
	.probe_size = sizeof(int),
	.start = udp_start,
	.expired = udp_expired,
};
