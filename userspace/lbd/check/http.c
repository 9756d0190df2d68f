// SPDX-License-Identifier: GPL-2.0
/*
 * HTTP_GET and SSL_GET: requests are answered as expected
 *
 * All urls are asked for in a probe, one after the other, each over a
 * connection of its own.
 */
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

#define MAX_BODY	1048576

/**
 * struct http_probe - a probe
 * @exchange: the one of the moment
 * @request: of @exchange
 * @url: index of the one asked for
 * @weight: the lowest that a reply asked for, or -1
 * @asked: what the reply of the moment asks for, or -1
 * @digest: of the body so far, or NULL
 * @body: so far, if anything needs it, or NULL
 * @length: of the body
 * @room: in @body
 */
struct http_probe {
	struct exchange exchange;
	struct exchange_request request;
	size_t url;
	int weight;
	int asked;
	EVP_MD_CTX *digest;
	char *body;
	size_t length;
	size_t room;
};

static const struct http_options *options_of(const struct probe *probe)
{
	return probe_check(probe)->options;
}

static const struct http_url *url_of(struct probe *probe)
{
	const struct http_probe *http = probe_state(probe);

	return &options_of(probe)->urls[http->url];
}

/**
 * http_header_value() - is this a header of that name?
 * @line: a header line
 * @name: in any case
 *
 * Return: its value with the blanks around it, or NULL.
 */
const char *http_header_value(const char *line, const char *name)
{
	size_t length = strlen(name);

	if (strncasecmp(line, name, length) || line[length] != ':')
		return NULL;
	return line + length + 1;
}

static void http_header(struct exchange *exchange, const char *line)
{
	struct http_probe *http = probe_state(exchange->probe);
	const char *value;

	/* What an interim reply had does not count. */
	if (!strncmp(line, "HTTP/", 5))
		http->asked = -1;
	value = http_header_value(line, "X-Load-Balancing-Endpoint-Weight");
	if (value)
		http->asked = weight_parse(value);
}

static bool keep_body(struct http_probe *http, const char *data, size_t length)
{
	size_t room = http->room ? http->room : 4096;
	char *body;

	while (room < http->length + length)
		room *= 2;
	if (room != http->room) {
		body = realloc(http->body, room);
		if (!body)
			return false;
		http->body = body;
		http->room = room;
	}
	memcpy(http->body + http->length, data, length);
	return true;
}

static bool http_data(struct exchange *exchange, const char *data, size_t length)
{
	struct http_probe *http = probe_state(exchange->probe);
	const struct http_options *options = options_of(exchange->probe);
	const struct http_url *url = url_of(exchange->probe);

	if (length > options->max_body - http->length) {
		exchange_fail(exchange, "body is longer than %u bytes",
			      options->max_body);
		return false;
	}
	if ((url->regex || url->field_count) && !keep_body(http, data, length)) {
		exchange_fail(exchange, "no memory for the body");
		return false;
	}
	if (http->digest)
		EVP_DigestUpdate(http->digest, data, length);
	http->length += length;
	return true;
}

static void check_status(struct exchange *exchange, const struct http_url *url)
{
	char expected[64];

	if (status_set_has(&url->status, exchange->status))
		return;
	status_set_write(&url->status, expected, sizeof(expected));
	exchange_fail(exchange, "status %ld, expected %s", exchange->status,
		      expected);
}

static void check_digest(struct exchange *exchange, const struct http_url *url)
{
	struct http_probe *http = probe_state(exchange->probe);
	unsigned char digest[EVP_MAX_MD_SIZE];
	char text[2 * MD5_LEN + 1];
	int i;

	if (!url->digested)
		return;
	if (!EVP_DigestFinal_ex(http->digest, digest, NULL)) {
		exchange_fail(exchange, "MD5 cannot be computed");
		return;
	}
	if (!memcmp(digest, url->digest, MD5_LEN))
		return;
	for (i = 0; i < MD5_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	exchange_fail(exchange, "digest of the body is %s", text);
}

static void check_regex(struct exchange *exchange, const struct http_url *url)
{
	struct http_probe *http = probe_state(exchange->probe);

	if (!url->regex)
		return;
	switch (pattern_search(&url->pattern, http->body ? http->body : "",
			       http->length)) {
	case PATTERN_FOUND:
		if (url->regex_no_match)
			exchange_fail(exchange, "regex is found in the body");
		break;
	case PATTERN_NOT_FOUND:
		if (!url->regex_no_match)
			exchange_fail(exchange, "regex is not found in the body");
		break;
	case PATTERN_TOO_COSTLY:
		exchange_fail(exchange, "regex takes too long on this body");
		break;
	case PATTERN_NO_MEMORY:
		exchange_fail(exchange, "no memory to search for the regex");
	}
}

static void check_fields(struct exchange *exchange, const struct http_url *url)
{
	struct http_probe *http = probe_state(exchange->probe);
	char why[EXCHANGE_FAILURE_LEN];
	size_t i;

	for (i = 0; i < url->field_count; i++) {
		if (!json_field_is(http->body ? http->body : "", http->length,
				   url->fields[i].path, url->fields[i].value,
				   why, sizeof(why)))
			exchange_fail(exchange, "json_field %.60s %s",
				      url->fields[i].path, why);
	}
}

/* The probe's, of the reply that has just been taken. */
static void reset_reply(struct http_probe *http)
{
	EVP_MD_CTX_free(http->digest);
	free(http->body);
	http->digest = NULL;
	http->body = NULL;
	http->length = 0;
	http->room = 0;
	http->asked = -1;
}

static void ask(struct probe *probe);

static void http_passed(struct probe *probe, long status)
{
	struct http_probe *http = probe_state(probe);
	struct verdict verdict = VERDICT_PASSED;

	if (http->asked >= 0 && (http->weight < 0 || http->asked < http->weight))
		http->weight = http->asked;
	if (++http->url < options_of(probe)->url_count) {
		ask(probe);
		return;
	}
	if (options_of(probe)->dynamic_weight)
		verdict.weight = http->weight;
	probe_done(probe, &verdict, "status %ld", status);
}

static void http_done(struct exchange *exchange, const char *failure)
{
	struct probe *probe = exchange->probe;
	const struct http_url *url = url_of(probe);
	long status = exchange->status;

	if (!failure) {
		check_status(exchange, url);
		check_digest(exchange, url);
		check_regex(exchange, url);
		check_fields(exchange, url);
		failure = *exchange->failure ? exchange->failure : NULL;
	}
	if (failure) {
		probe_done(probe, &VERDICT_FAILED, "%.60s: %s", url->path, failure);
		return;
	}
	exchange_end(exchange);
	http_passed(probe, status);
}

static const struct exchange_ops ops = {
	.header = http_header,
	.data = http_data,
	.done = http_done,
};

static const char *virtualhost(struct probe *probe, const struct http_url *url)
{
	const struct http_options *options = options_of(probe);

	if (url->virtualhost)
		return url->virtualhost;
	return options->virtualhost ? options->virtualhost :
				      probe_check(probe)->virtualhost;
}

static void ask(struct probe *probe)
{
	const struct http_options *options = options_of(probe);
	struct http_probe *http = probe_state(probe);
	const struct http_url *url = url_of(probe);

	reset_reply(http);
	if (url->digested) {
		http->digest = EVP_MD_CTX_new();
		if (!http->digest ||
		    !EVP_DigestInit_ex(http->digest, EVP_md5(), NULL)) {
			probe_done(probe, &VERDICT_FAILED,
				   "MD5 cannot be computed");
			return;
		}
	}
	http->request = (struct exchange_request){
		.tls = options->secure ? &options->tls : NULL,
		.version = options->version,
		.method = url->method,
		.host = virtualhost(probe, url),
		.path = url->path,
		.headers = url->headers,
		.header_count = url->header_count,
		.body = url->body,
		.body_length = url->body ? strlen(url->body) : 0,
	};
	exchange_start(&http->exchange, probe, &http->request, &ops);
}

static void http_start(struct probe *probe)
{
	struct http_probe *http = probe_state(probe);

	http->weight = -1;
	ask(probe);
}

static void http_stop(struct probe *probe)
{
	struct http_probe *http = probe_state(probe);

	exchange_end(&http->exchange);
	reset_reply(http);
}

static void http_expired(struct probe *probe)
{
	const struct http_probe *http = probe_state(probe);

	probe_done(probe, &VERDICT_FAILED, "%.60s: timed out, no %s",
		   url_of(probe)->path, exchange_stage(&http->exchange));
}

static int take_protocol(struct config_context *context,
			 const struct config_node *node, void *object)
{
	static const struct {
		const char *word;
		enum exchange_version version;
	} versions[] = {
		{ "1.0", EXCHANGE_1_0 },
		{ "1.0C", EXCHANGE_1_0_CLOSE },
		{ "1.0c", EXCHANGE_1_0_CLOSE },
		{ "1.1", EXCHANGE_1_1 },
	};
	struct http_options *options = object;
	size_t i;

	for (i = 0; node->count == 1 && i < sizeof(versions) / sizeof(*versions); i++) {
		if (strcmp(node->argument[0], versions[i].word))
			continue;
		options->version = versions[i].version;
		options->version_given = true;
		return 0;
	}
	return config_error(context->report, &node->origin,
			    "http_protocol is 1.0, 1.0C or 1.1; for HTTP/2 see http2");
}

static int take_http2(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct http_options *options = object;

	if (!node->count || (node->count == 1 && !strcmp(node->argument[0], "on")))
		options->http2 = EXCHANGE_2;
	else if (node->count == 1 && !strcmp(node->argument[0], "prior"))
		options->http2 = EXCHANGE_2_PRIOR;
	else if (node->count == 1 && !strcmp(node->argument[0], "off"))
		options->http2 = EXCHANGE_1_1;
	else
		return config_error(context->report, &node->origin,
				    "http2 is on, off or prior");
	return 0;
}

static int take_virtualhost(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct http_options *options = object;

	return http_take_host(context, node, &options->virtualhost);
}

static const struct config_word words[] = {
	{ "url", CONFIG_CALL, .fn = http_take_url },
	{ "http_protocol", CONFIG_CALL, .fn = take_protocol },
	{ "http2", CONFIG_CALL, .fn = take_http2 },
	{ "virtualhost", CONFIG_CALL, .fn = take_virtualhost },
	{ "max_body", CONFIG_UINT, .offset = offsetof(struct http_options, max_body),
	  .min = 1, .max = 64 * MAX_BODY },
	{ "dynamic_weight", CONFIG_SWITCH,
	  .offset = offsetof(struct http_options, dynamic_weight) },
	{ "fast_recovery", CONFIG_IGNORED,
	  .why = "all urls are asked for in each probe" },
	TLS_WORD(struct http_options, "verify", CONFIG_SWITCH, verify, VERIFY),
	TLS_WORD(struct http_options, "ca", CONFIG_STRING, ca, CA),
	TLS_WORD(struct http_options, "certificate", CONFIG_STRING, certificate,
		 CERTIFICATE),
	TLS_WORD(struct http_options, "key", CONFIG_STRING, key, KEY),
	TLS_WORD(struct http_options, "enable_sni", CONFIG_SWITCH, sni, SNI),
	TLS_WORD(struct http_options, "sni_name", CONFIG_STRING, name, NAME),
	TLS_WORD(struct http_options, "tls_compliant", CONFIG_SWITCH, compliant,
		 COMPLIANT),
	{ 0 }
};

static void http_prepare(struct config_check *check)
{
	struct http_options *options = check->options;

	tls_prepare(&options->tls);
	options->max_body = MAX_BODY;
	options->http2 = EXCHANGE_1_1;
}

static void ssl_prepare(struct config_check *check)
{
	struct http_options *options = check->options;

	http_prepare(check);
	options->secure = true;
}

static int settle_tls(struct config_context *context,
		      const struct config_node *node,
		      struct http_options *options)
{
	size_t i;

	for (i = 0; i < options->url_count; i++)
		options->tls.compliant |= options->urls[i].tls_compliant;
	if (!options->secure && (options->tls.given || options->tls.compliant))
		return config_error(context->report, &node->origin,
				    "%s has no TLS; SSL_GET has", node->word);
	if (!options->secure)
		return 0;
	if (!(options->tls.given & ~(TLS_GIVEN_SNI | TLS_GIVEN_COMPLIANT)))
		config_warning(context->report, &node->origin,
			       "%s verifies the certificate and its name, which keepalived does not; say verify on or verify off",
			       node->word);
	return tls_settle(context, node, &options->tls);
}

static int http_settle(struct config_context *context,
		       const struct config_node *node,
		       struct config_check *check)
{
	struct http_options *options = check->options;

	if (options->http2 != EXCHANGE_1_1) {
		if (options->version_given)
			return config_error(context->report, &node->origin,
					    "http2 and http_protocol exclude each other");
		options->version = options->http2;
	}
	if (!options->url_count) {
		config_warning(context->report, &node->origin,
			       "%s has no url; it asks for /", node->word);
		if (http_url_default(context, node, options))
			return -ENOMEM;
	}
	return settle_tls(context, node, options);
}

const struct checker checker_http = {
	.keyword = "HTTP_GET",
	.protocol = IPPROTO_TCP,
	.words = words,
	.options_size = sizeof(struct http_options),
	.retry = 1,
	.delay_before_retry = 3000000,
	.prepare = http_prepare,
	.settle = http_settle,
	.probe_size = sizeof(struct http_probe),
	.start = http_start,
	.expired = http_expired,
	.stop = http_stop,
};

const struct checker checker_ssl = {
	.keyword = "SSL_GET",
	.protocol = IPPROTO_TCP,
	.words = words,
	.options_size = sizeof(struct http_options),
	.retry = 1,
	.delay_before_retry = 3000000,
	.prepare = ssl_prepare,
	.settle = http_settle,
	.probe_size = sizeof(struct http_probe),
	.start = http_start,
	.expired = http_expired,
	.stop = http_stop,
};
