// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exchange.h"
#include "match.h"
#include "multi.h"

/* How long certificates of a file are kept: it may be replaced. Seconds. */
#define CA_CACHE_TIME	60L

static bool fell_back(const struct exchange *exchange, long version)
{
	enum exchange_version asked = exchange->request->version;

	return (asked == EXCHANGE_2 || asked == EXCHANGE_2_PRIOR) &&
	       version != CURL_HTTP_VERSION_2_0;
}

static const char *why_failed(int code)
{
	/* libcurl's line buffer is bounded, and says so in this way alone. */
	if (code == CURLE_OUT_OF_MEMORY)
		return "no memory, or a header line is too long";
	return curl_easy_strerror(code);
}

static void transferred(void *easy, int code)
{
	struct exchange *exchange;
	long version = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &exchange);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &exchange->status);
	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	if (code && !*exchange->failure)
		exchange_fail(exchange, "%s", *exchange->error ?
			      exchange->error : why_failed(code));
	if (!*exchange->failure && fell_back(exchange, version))
		exchange_fail(exchange, "the server does not speak HTTP/2");
	exchange->ops->done(exchange, *exchange->failure ? exchange->failure : NULL);
}

static curl_socket_t give_socket(void *context, curlsocktype purpose,
				 struct curl_sockaddr *address)
{
	struct exchange *exchange = context;
	int fd = exchange->fd;

	(void)purpose;
	(void)address;
	exchange->fd = -1;
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int is_connected(void *context, curl_socket_t fd, curlsocktype purpose)
{
	(void)context;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static size_t take_header(char *data, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	size_t length = size * count;
	char line[1024];

	exchange->header_bytes += length;
	if (exchange->header_bytes > EXCHANGE_HEADERS_MAX) {
		exchange_fail(exchange, "headers are longer than %d bytes",
			      EXCHANGE_HEADERS_MAX);
		return CURL_WRITEFUNC_ERROR;
	}
	if (!exchange->ops->header || length >= sizeof(line))
		return length;
	memcpy(line, data, length);
	line[length] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	exchange->ops->header(exchange, line);
	return length;
}

static size_t take_data(char *data, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	size_t length = size * count;

	if (exchange->ops->data && !exchange->ops->data(exchange, data, length))
		return CURL_WRITEFUNC_ERROR;
	return length;
}

static const char *tls_name(const struct exchange_request *request)
{
	return request->tls->name ? request->tls->name : request->host;
}

/* A name to verify that the server is not told; libcurl cannot do that. */
static const char *silent_name(const struct exchange_request *request)
{
	return request->tls->sni ? NULL : tls_name(request);
}

static CURLcode set_up_tls(CURL *easy, void *ssl, void *context)
{
	const struct exchange *exchange = context;

	(void)easy;
	if (tls_limit(ssl, exchange->request->tls, silent_name(exchange->request)))
		return CURLE_SSL_CERTPROBLEM;
	return CURLE_OK;
}

static CURLcode set_tls(struct exchange *exchange)
{
	const struct tls_options *tls = exchange->request->tls;
	CURL *easy = exchange->easy;
	struct tls_files files;

	tls_files(tls, &files);
	/* A folder of certificates would forbid that they are kept. */
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, CA_CACHE_TIME);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, (long)tls->verify);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST,
			 tls->verify && !silent_name(exchange->request) ? 2L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, set_up_tls);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, exchange);
	if (files.ca && curl_easy_setopt(easy, CURLOPT_CAINFO, files.ca))
		return CURLE_OUT_OF_MEMORY;
	if (!files.certificate)
		return CURLE_OK;
	if (curl_easy_setopt(easy, CURLOPT_SSLCERT, files.certificate) ||
	    curl_easy_setopt(easy, CURLOPT_SSLKEY, files.key) ||
	    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, files.password))
		return CURLE_OUT_OF_MEMORY;
	return CURLE_OK;
}

static bool add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer)
		*list = longer;
	return longer;
}

__attribute__((format(printf, 2, 3)))
static bool add_header(struct exchange *exchange, const char *format, ...)
{
	char *line = NULL;
	va_list ap;
	bool added;

	va_start(ap, format);
	if (vasprintf(&line, format, ap) < 0)
		line = NULL;
	va_end(ap);
	added = line && add_line(&exchange->headers, line);
	free(line);
	return added;
}

static void write_address(const struct config_target *target, char *text,
			  size_t size)
{
	char address[NFLB_ADDRESS_LEN];

	inet_ntop(target->address.family, &target->address.v4, address,
		  sizeof(address));
	snprintf(text, size, target->address.family == AF_INET6 ? "[%s]" : "%s",
		 address);
}

static bool add_host(struct exchange *exchange, const char *address)
{
	const struct exchange_request *request = exchange->request;
	uint16_t port = probe_check(exchange->probe)->target.port;

	if (request->host)
		return add_header(exchange, "Host: %s", request->host);
	if (port == (request->tls ? 443 : 80))
		return add_header(exchange, "Host: %s", address);
	return add_header(exchange, "Host: %s:%u", address, port);
}

/* Headers that libcurl would make up are dropped by an empty value. */
static CURLcode set_headers(struct exchange *exchange, const char *address)
{
	const struct exchange_request *request = exchange->request;
	bool fine = add_host(exchange, address);
	size_t i;

	if (request->version == EXCHANGE_1_1 ||
	    request->version == EXCHANGE_1_0_CLOSE)
		fine = fine && add_header(exchange, "Connection: close");
	if (request->body)
		fine = fine && add_header(exchange, "Expect:") &&
		       add_header(exchange, "Content-Type:");
	for (i = 0; fine && i < request->header_count; i++)
		fine = add_header(exchange, *request->headers[i].value ?
				  "%s: %s" : "%s;%s", request->headers[i].name,
				  request->headers[i].value);
	if (!fine)
		return CURLE_OUT_OF_MEMORY;
	return curl_easy_setopt(exchange->easy, CURLOPT_HTTPHEADER,
				exchange->headers);
}

/*
 * The host of the URL is what TLS takes for the name; where the connection
 * goes is settled already, and the address only keeps names from being looked
 * up.
 */
static CURLcode set_url(struct exchange *exchange, const char *address)
{
	const struct tls_options *tls = exchange->request->tls;
	const char *name = NULL;
	char to[NFLB_ENDPOINT_LEN + sizeof("::[]:65535")];
	char url[512];
	int length;

	if (tls && tls->sni)
		name = tls_name(exchange->request);
	length = snprintf(url, sizeof(url), "http%s://%s/", tls ? "s" : "",
			  name ? name : address);
	if (length < 0 || (size_t)length >= sizeof(url))
		return CURLE_URL_MALFORMAT;
	snprintf(to, sizeof(to), "::%s:%u", address,
		 probe_check(exchange->probe)->target.port);
	if (!add_line(&exchange->connect_to, to) ||
	    curl_easy_setopt(exchange->easy, CURLOPT_CONNECT_TO,
			     exchange->connect_to))
		return CURLE_OUT_OF_MEMORY;
	return curl_easy_setopt(exchange->easy, CURLOPT_URL, url);
}

static CURLcode set_method(struct exchange *exchange)
{
	const struct exchange_request *request = exchange->request;
	CURL *easy = exchange->easy;
	CURLcode code = CURLE_OK;

	if (request->body) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body_length);
		code = curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
	}
	if (request->method && !strcmp(request->method, "HEAD"))
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else if (!code && request->method)
		code = curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
					request->method);
	if (!code)
		code = curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET,
					request->path);
	return code;
}

static long curl_version_of(const struct exchange_request *request)
{
	switch (request->version) {
	case EXCHANGE_1_0:
	case EXCHANGE_1_0_CLOSE:
		return CURL_HTTP_VERSION_1_0;
	case EXCHANGE_2:
		return request->tls ? CURL_HTTP_VERSION_2TLS :
				      CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
	case EXCHANGE_2_PRIOR:
		return CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
	default:
		return CURL_HTTP_VERSION_1_1;
	}
}

/* The environment has no say: no proxy, no netrc; and no other host has. */
static void set_limits(struct exchange *exchange)
{
	CURL *easy = exchange->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->error);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "lbd/" NFLB_VERSION);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			 curl_version_of(exchange->request));
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, give_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, is_connected);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_data);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
}

static CURLcode ask(struct exchange *exchange)
{
	char address[NFLB_ADDRESS_LEN + 2];
	CURLcode code;

	exchange->easy = curl_easy_init();
	if (!exchange->easy)
		return CURLE_OUT_OF_MEMORY;
	write_address(&probe_check(exchange->probe)->target, address,
		      sizeof(address));
	set_limits(exchange);
	code = set_url(exchange, address);
	if (!code)
		code = set_method(exchange);
	if (!code)
		code = set_headers(exchange, address);
	if (!code && exchange->request->tls)
		code = set_tls(exchange);
	if (!code && multi_add(exchange->easy))
		code = CURLE_OUT_OF_MEMORY;
	exchange->added = !code;
	return code;
}

static void free_handle_data(uv_handle_t *handle)
{
	free(handle->data);
}

static void stop_connecting(struct exchange *exchange)
{
	if (exchange->connecting)
		uv_close((uv_handle_t *)exchange->connecting, free_handle_data);
	exchange->connecting = NULL;
}

static void connected(uv_poll_t *poll, int status, int events)
{
	struct exchange *exchange = uv_handle_get_data((uv_handle_t *)poll);
	CURLcode code;
	int err;

	(void)events;
	err = probe_error(exchange->fd);
	if (!err && status < 0)
		err = status;
	poll->data = poll;
	stop_connecting(exchange);
	if (err)
		exchange_fail(exchange, "connect: %s", strerror(-err));
	code = err ? CURLE_OK : ask(exchange);
	if (code)
		exchange_fail(exchange, "%s", curl_easy_strerror(code));
	if (*exchange->failure)
		exchange->ops->done(exchange, exchange->failure);
}

static int wait_for_connection(struct exchange *exchange)
{
	uv_poll_t *poll = malloc(sizeof(*poll));

	if (!poll || uv_poll_init(probe_loop(exchange->probe), poll, exchange->fd)) {
		free(poll);
		return -ENOMEM;
	}
	exchange->connecting = poll;
	poll->data = exchange;
	return uv_poll_start(poll, UV_WRITABLE, connected);
}

/**
 * exchange_start() - ask, without blocking
 * @exchange: all zero, or ended; stays the caller's
 * @probe: says where to connect to
 * @request: must stay until the exchange is ended
 * @ops: what is called; ops->done may be called from here
 */
void exchange_start(struct exchange *exchange, struct probe *probe,
		    const struct exchange_request *request,
		    const struct exchange_ops *ops)
{
	int err = multi_open(probe_loop(probe), transferred);

	exchange->probe = probe;
	exchange->request = request;
	exchange->ops = ops;
	exchange->fd = err ? err : probe_connect(probe, SOCK_STREAM);
	if (exchange->fd < 0)
		err = exchange->fd;
	else
		err = wait_for_connection(exchange);
	if (!err)
		return;
	exchange_fail(exchange, "connect: %s", strerror(-err));
	exchange->ops->done(exchange, exchange->failure);
}

/**
 * exchange_end() - close what is open
 * @exchange: in any state, also all zero; is all zero afterwards. Not from
 *	ops->header and ops->data.
 */
void exchange_end(struct exchange *exchange)
{
	/* Zeroed, so a descriptor is there only after exchange_start(). */
	if (!exchange->probe)
		return;
	if (exchange->connecting)
		exchange->connecting->data = exchange->connecting;
	stop_connecting(exchange);
	if (exchange->added)
		multi_remove(exchange->easy);
	curl_easy_cleanup(exchange->easy);
	curl_slist_free_all(exchange->headers);
	curl_slist_free_all(exchange->connect_to);
	if (exchange->fd >= 0)
		close(exchange->fd);
	memset(exchange, 0, sizeof(*exchange));
}

/**
 * exchange_stage() - how far an exchange has come
 * @exchange: begun
 *
 * Return: what it waits for.
 */
const char *exchange_stage(const struct exchange *exchange)
{
	if (!exchange->easy)
		return "connection";
	return exchange->header_bytes ? "end of the reply" : "reply";
}

/**
 * exchange_fail() - say why there is no whole reply
 * @exchange: which; its first failure counts
 * @format: as for printf()
 */
void exchange_fail(struct exchange *exchange, const char *format, ...)
{
	va_list ap;

	if (*exchange->failure)
		return;
	va_start(ap, format);
	vsnprintf(exchange->failure, sizeof(exchange->failure), format, ap);
	va_end(ap);
	text_printable(exchange->failure);
}
