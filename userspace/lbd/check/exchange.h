/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An exchange is an HTTP request and its reply, over a connection of its own
 *
 * libcurl speaks the protocol; the connection is the engine's, so that it goes
 * where the target of the check says. What comes from the other end is bounded:
 * headers here, the body by who takes it, time by the engine.
 */
#ifndef _LBD_CHECK_EXCHANGE_H
#define _LBD_CHECK_EXCHANGE_H

#include <curl/curl.h>

#include "checker.h"
#include "tls.h"

/* Of all headers of a reply, interim replies and trailers included. */
#define EXCHANGE_HEADERS_MAX	65536
#define EXCHANGE_FAILURE_LEN	256

enum exchange_version {
	EXCHANGE_1_1,
	EXCHANGE_1_0,
	EXCHANGE_1_0_CLOSE,	/* 1.0 with "Connection: close" */
	EXCHANGE_2,		/* with TLS by ALPN, else from the first byte */
	EXCHANGE_2_PRIOR,	/* from the first byte, whatever ALPN says */
};

struct exchange_header {
	const char *name;
	const char *value;
};

/**
 * struct exchange_request - what is asked
 * @tls: NULL: in the clear
 * @version: of HTTP; the reply must have it if it is 2
 * @method: NULL: GET, or POST with a body
 * @host: for the Host header; NULL: the address
 * @path: with the query
 * @headers: besides those that HTTP needs
 * @header_count: length of @headers
 * @body: NULL: none
 * @body_length: in bytes
 */
struct exchange_request {
	const struct tls_options *tls;
	enum exchange_version version;
	const char *method;
	const char *host;
	const char *path;
	const struct exchange_header *headers;
	size_t header_count;
	const void *body;
	size_t body_length;
};

struct exchange;

/**
 * struct exchange_ops - what becomes of the reply
 * @header: a header line without its end; @line ends with a NUL. A status line
 *	begins a reply: there may be interim ones before the last. NULL: unused.
 * @data: some of the body. Return: false after exchange_fail(). NULL: unused.
 * @done: the end; @failure says why there is no whole reply, or is NULL. The
 *	exchange may be ended here, and another begun.
 */
struct exchange_ops {
	void (*header)(struct exchange *exchange, const char *line);
	bool (*data)(struct exchange *exchange, const char *data, size_t length);
	void (*done)(struct exchange *exchange, const char *failure);
};

struct exchange {
	struct probe *probe;
	const struct exchange_request *request;
	const struct exchange_ops *ops;
	long status;
	/* exchange.c only */
	CURL *easy;
	bool added;
	struct curl_slist *headers;
	struct curl_slist *connect_to;
	uv_poll_t *connecting;
	int fd;
	size_t header_bytes;
	char failure[EXCHANGE_FAILURE_LEN];
	char error[CURL_ERROR_SIZE];
};

void exchange_start(struct exchange *exchange, struct probe *probe,
		    const struct exchange_request *request,
		    const struct exchange_ops *ops);
void exchange_end(struct exchange *exchange);
const char *exchange_stage(const struct exchange *exchange);
__attribute__((format(printf, 2, 3)))
void exchange_fail(struct exchange *exchange, const char *format, ...);

#endif /* _LBD_CHECK_EXCHANGE_H */
