// SPDX-License-Identifier: GPL-2.0
/*
 * GRPC_CHECK: grpc.health.v1.Health/Check says SERVING
 *
 * A message is protobuf in a frame: a byte that says whether it is compressed,
 * and its length in four bytes (gRPC over HTTP/2, Length-Prefixed-Message).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "exchange.h"
#include "grpc.h"
#include "http.h"

#define FRAME_LEN	5
#define FIELD_SERVICE	0x0a	/* number 1, bytes */
#define FIELD_STATUS	0x08	/* number 1, varint */
#define STATUS_SERVING	1

struct grpc_options {
	struct tls_options tls;
	bool secure;
	const char *service;
	const char *virtualhost;
};

/**
 * struct grpc_probe - a probe
 * @exchange: the call
 * @http: the same as an HTTP request
 * @request: body of that
 * @reply: body of the reply so far
 * @length: of @reply
 * @status: grpc-status; empty: not seen yet
 * @message: grpc-message
 * @is_grpc: the reply says it is
 */
struct grpc_probe {
	struct exchange exchange;
	struct exchange_request http;
	uint8_t request[GRPC_REQUEST_LEN];
	uint8_t reply[GRPC_REPLY_LEN];
	size_t length;
	char status[4];
	char message[80];
	bool is_grpc;
};

/**
 * grpc_request_write() - a framed HealthCheckRequest
 * @service: up to %GRPC_SERVICE_LEN bytes; empty: the server as a whole
 * @request: gets it
 *
 * Return: its length.
 */
size_t grpc_request_write(const char *service, uint8_t request[GRPC_REQUEST_LEN])
{
	size_t length = strnlen(service, GRPC_SERVICE_LEN);

	memset(request, 0, FRAME_LEN);
	if (!length)
		return FRAME_LEN;
	request[FRAME_LEN - 1] = 2 + length;
	request[FRAME_LEN] = FIELD_SERVICE;
	request[FRAME_LEN + 1] = length;
	memcpy(request + FRAME_LEN + 2, service, length);
	return FRAME_LEN + 2 + length;
}

static int take_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
	unsigned int shift;

	*value = 0;
	for (shift = 0; shift < 64; shift += 7) {
		if (*at == end)
			return -EBADMSG;
		*value |= (uint64_t)(**at & 0x7f) << shift;
		if (!(*(*at)++ & 0x80))
			return 0;
	}
	return -EBADMSG;
}

/* Fields of other numbers may come with later versions of the protocol. */
static int skip_field(const uint8_t **at, const uint8_t *end, unsigned int type)
{
	uint64_t length;

	switch (type) {
	case 0:
		return take_varint(at, end, &length);
	case 1:
		length = 8;
		break;
	case 2:
		if (take_varint(at, end, &length))
			return -EBADMSG;
		break;
	case 5:
		length = 4;
		break;
	default:
		return -EBADMSG;
	}
	if (length > (uint64_t)(end - *at))
		return -EBADMSG;
	*at += length;
	return 0;
}

/**
 * grpc_reply_read() - take a framed HealthCheckResponse
 * @data: any bytes
 * @length: of @data
 * @status: set to its status; 0 if it has none, as protobuf has it
 *
 * Return: 0; -EBADMSG when it is none, or more than one, or compressed.
 */
int grpc_reply_read(const uint8_t *data, size_t length, uint64_t *status)
{
	const uint8_t *at = data + FRAME_LEN, *end = data + length;
	uint64_t tag;

	if (length < FRAME_LEN || data[0] ||
	    ((uint32_t)data[1] << 24 | data[2] << 16 | data[3] << 8 | data[4]) !=
	    length - FRAME_LEN)
		return -EBADMSG;
	*status = 0;
	while (at < end) {
		if (take_varint(&at, end, &tag))
			return -EBADMSG;
		if (tag == FIELD_STATUS ? take_varint(&at, end, status) :
					  skip_field(&at, end, tag & 7))
			return -EBADMSG;
	}
	return 0;
}

static void take_value(const char *line, const char *name, char *value,
		       size_t size)
{
	const char *text = http_header_value(line, name);

	if (text)
		snprintf(value, size, "%s", text + strspn(text, " \t"));
}

/* The status is in the trailers, or in the headers of a reply without body. */
static void grpc_header(struct exchange *exchange, const char *line)
{
	struct grpc_probe *grpc = probe_state(exchange->probe);
	const char *type = http_header_value(line, "content-type");

	if (type)
		grpc->is_grpc = !strncmp(type + strspn(type, " \t"),
					 "application/grpc", 16);
	take_value(line, "grpc-status", grpc->status, sizeof(grpc->status));
	take_value(line, "grpc-message", grpc->message, sizeof(grpc->message));
}

static bool grpc_data(struct exchange *exchange, const char *data, size_t length)
{
	struct grpc_probe *grpc = probe_state(exchange->probe);

	if (length > sizeof(grpc->reply) - grpc->length) {
		exchange_fail(exchange, "reply is longer than %zu bytes",
			      sizeof(grpc->reply));
		return false;
	}
	memcpy(grpc->reply + grpc->length, data, length);
	grpc->length += length;
	return true;
}

static bool refused(const struct grpc_probe *grpc)
{
	return *grpc->status && strcmp(grpc->status, "0");
}

static void judge(struct exchange *exchange)
{
	static const char *const names[] = { "UNKNOWN", "SERVING", "NOT_SERVING",
					     "SERVICE_UNKNOWN" };
	struct grpc_probe *grpc = probe_state(exchange->probe);
	uint64_t status;

	if (exchange->status != 200)
		exchange_fail(exchange, "HTTP status %ld", exchange->status);
	else if (!grpc->is_grpc)
		exchange_fail(exchange, "the reply is not gRPC");
	else if (!*grpc->status)
		exchange_fail(exchange, "the reply has no grpc-status");
	else if (refused(grpc))
		exchange_fail(exchange, "grpc-status %s: %s", grpc->status,
			      grpc->message);
	else if (grpc_reply_read(grpc->reply, grpc->length, &status))
		exchange_fail(exchange, "the reply is not a HealthCheckResponse");
	else if (status != STATUS_SERVING)
		exchange_fail(exchange, "the service is %s", status < 4 ?
			      names[status] : "in a state that is unknown");
}

static void grpc_done(struct exchange *exchange, const char *failure)
{
	struct grpc_probe *grpc = probe_state(exchange->probe);

	/* Who refuses may reset the stream at once, RFC 9113 section 8.1. */
	if (failure && refused(grpc))
		snprintf(exchange->failure, sizeof(exchange->failure),
			 "grpc-status %.16s: %.100s", grpc->status,
			 grpc->message);
	else if (!failure)
		judge(exchange);
	if (*exchange->failure)
		probe_done(exchange->probe, &VERDICT_FAILED, "%s",
			   exchange->failure);
	else
		probe_done(exchange->probe, &VERDICT_PASSED, "SERVING");
}

static const struct exchange_ops ops = {
	.header = grpc_header,
	.data = grpc_data,
	.done = grpc_done,
};

static void grpc_start(struct probe *probe)
{
	static const struct exchange_header headers[] = {
		{ "content-type", "application/grpc" },
		{ "te", "trailers" },
	};
	const struct config_check *check = probe_check(probe);
	const struct grpc_options *options = check->options;
	struct grpc_probe *grpc = probe_state(probe);

	grpc->http = (struct exchange_request){
		.tls = options->secure ? &options->tls : NULL,
		.version = EXCHANGE_2,
		.host = options->virtualhost ? options->virtualhost :
					       check->virtualhost,
		.path = "/grpc.health.v1.Health/Check",
		.headers = headers,
		.header_count = sizeof(headers) / sizeof(*headers),
		.body = grpc->request,
		.body_length = grpc_request_write(options->service, grpc->request),
	};
	exchange_start(&grpc->exchange, probe, &grpc->http, &ops);
}

static void grpc_stop(struct probe *probe)
{
	struct grpc_probe *grpc = probe_state(probe);

	exchange_end(&grpc->exchange);
}

static void grpc_expired(struct probe *probe)
{
	const struct grpc_probe *grpc = probe_state(probe);

	probe_done(probe, &VERDICT_FAILED, "timed out, no %s",
		   exchange_stage(&grpc->exchange));
}

static int take_service(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct grpc_options *options = object;

	if (node->count != 1 || strlen(node->argument[0]) > GRPC_SERVICE_LEN)
		return config_error(context->report, &node->origin,
				    "service takes a name of up to %d bytes",
				    GRPC_SERVICE_LEN);
	options->service = config_strdup(context->arena, node->argument[0]);
	return options->service ? 0 : -ENOMEM;
}

static int take_virtualhost(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct grpc_options *options = object;

	return http_take_host(context, node, &options->virtualhost);
}

static const struct config_word words[] = {
	{ "service", CONFIG_CALL, .fn = take_service },
	{ "virtualhost", CONFIG_CALL, .fn = take_virtualhost },
	{ "tls", CONFIG_SWITCH, .offset = offsetof(struct grpc_options, secure) },
	TLS_WORD(struct grpc_options, "verify", CONFIG_SWITCH, verify, VERIFY),
	TLS_WORD(struct grpc_options, "ca", CONFIG_STRING, ca, CA),
	TLS_WORD(struct grpc_options, "certificate", CONFIG_STRING, certificate,
		 CERTIFICATE),
	TLS_WORD(struct grpc_options, "key", CONFIG_STRING, key, KEY),
	TLS_WORD(struct grpc_options, "sni_name", CONFIG_STRING, name, NAME),
	{ 0 }
};

static void grpc_prepare(struct config_check *check)
{
	struct grpc_options *options = check->options;

	tls_prepare(&options->tls);
	options->service = "";
}

static int grpc_settle(struct config_context *context,
		       const struct config_node *node,
		       struct config_check *check)
{
	struct grpc_options *options = check->options;

	if (!options->secure && options->tls.given)
		return config_error(context->report, &node->origin,
				    "GRPC_CHECK has no TLS unless tls is on");
	return tls_settle(context, node, &options->tls);
}

const struct checker checker_grpc = {
	.keyword = "GRPC_CHECK",
	.protocol = IPPROTO_TCP,
	.words = words,
	.options_size = sizeof(struct grpc_options),
	.retry = 1,
	.delay_before_retry = 1000000,
	.prepare = grpc_prepare,
	.settle = grpc_settle,
	.probe_size = sizeof(struct grpc_probe),
	.start = grpc_start,
	.expired = grpc_expired,
	.stop = grpc_stop,
};
