/* SPDX-License-Identifier: GPL-2.0 */
/* Options of HTTP_GET and SSL_GET */
#ifndef _LBD_CHECK_HTTP_H
#define _LBD_CHECK_HTTP_H

#include "exchange.h"
#include "match.h"

struct http_field {
	const char *path;
	const char *value;
};

/**
 * struct http_url - a url block: a request, and what its reply must be
 * @method: NULL: GET, or POST with a body
 * @path: with the query
 * @virtualhost: for the Host header; NULL: that of the check
 * @body: NULL: none
 * @headers: besides those that HTTP needs
 * @status: codes that are good
 * @digested: @digest must be that of the body
 * @regex: must be found in the body, or must not with @regex_no_match;
 *	NULL: none
 * @fields: must all be in the body, which is JSON
 * @tls_compliant: see tls_options.compliant; one url says it for all
 */
struct http_url {
	const char *method;
	const char *path;
	const char *virtualhost;
	const char *body;
	struct exchange_header *headers;
	size_t header_count;
	struct status_set status;
	bool status_given;
	bool digested;
	unsigned char digest[MD5_LEN];
	const char *regex;
	bool regex_no_match;
	uint32_t regex_options;
	unsigned int regex_min_offset;
	unsigned int regex_max_offset;
	unsigned int regex_given;
	struct pattern pattern;
	struct http_field *fields;
	size_t field_count;
	bool tls_compliant;
};

/**
 * struct http_options - of a check
 * @tls: of SSL_GET
 * @urls: all must have good replies; at least one
 * @virtualhost: of urls that have none; NULL: that of the backend, then that of
 *	the service
 * @secure: with TLS
 * @version: of HTTP
 * @version_given: by http_protocol
 * @http2: what http2 says; %EXCHANGE_1_1: off
 * @max_body: longer ones are failures; bytes
 * @dynamic_weight: a header of the reply says what weight the backend asks for
 */
struct http_options {
	struct tls_options tls;
	struct http_url *urls;
	size_t url_count;
	const char *virtualhost;
	bool secure;
	enum exchange_version version;
	bool version_given;
	enum exchange_version http2;
	unsigned int max_body;
	bool dynamic_weight;
};

/* http.c */
const char *http_header_value(const char *line, const char *name);

/* url.c */
int http_take_host(struct config_context *context,
		   const struct config_node *node, const char **host);
int http_take_url(struct config_context *context,
		  const struct config_node *node, void *object);
int http_url_default(struct config_context *context,
		     const struct config_node *node,
		     struct http_options *options);

#endif /* _LBD_CHECK_HTTP_H */
