// SPDX-License-Identifier: GPL-2.0
/* Words of a url block */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "http.h"

#define REGEX_GIVEN_TEXT	0x1
#define REGEX_GIVEN_MIN		0x2
#define REGEX_GIVEN_MAX		0x4

static const char *value_of(struct config_context *context,
			    const struct config_node *node)
{
	if (node->count == 1 && *node->argument[0])
		return node->argument[0];
	config_error(context->report, &node->origin, "%s takes one value",
		     node->word);
	return NULL;
}

/* RFC 9110, 5.6.2 */
static bool is_token(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) ||
	       (text[length] && strchr("!#$%&'*+-.^_`|~", text[length])))
		length++;
	return length && !text[length];
}

static bool is_one_line(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' && *text != '\t')
			return false;
		if (*text == 0x7f)
			return false;
	}
	return true;
}

static int take_path(struct config_context *context,
		     const struct config_node *node, void *object)
{
	const char *path = value_of(context, node);
	struct http_url *url = object;

	if (!path)
		return -EINVAL;
	if (strpbrk(path, " \t") || !is_one_line(path))
		return config_error(context->report, &node->origin,
				    "path '%s' has a blank; write %%20", path);
	if (*path != '/' && strcmp(path, "*"))
		return config_error(context->report, &node->origin,
				    "path '%s' does not begin with '/'", path);
	url->path = config_strdup(context->arena, path);
	return url->path ? 0 : -ENOMEM;
}

static int take_method(struct config_context *context,
		       const struct config_node *node, void *object)
{
	const char *method = value_of(context, node);
	struct http_url *url = object;

	if (!method)
		return -EINVAL;
	if (!is_token(method) || !strcmp(method, "CONNECT"))
		return config_error(context->report, &node->origin,
				    "method '%s' cannot be used", method);
	url->method = config_strdup(context->arena, method);
	return url->method ? 0 : -ENOMEM;
}

static int take_digest(struct config_context *context,
		       const struct config_node *node, void *object)
{
	const char *text = value_of(context, node);
	struct http_url *url = object;

	if (!text)
		return -EINVAL;
	if (digest_parse(text, url->digest))
		return config_error(context->report, &node->origin,
				    "digest '%s' is not 32 hexadecimal digits",
				    text);
	url->digested = true;
	return 0;
}

static int take_status(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct http_url *url = object;
	unsigned int i;

	if (!node->count)
		return config_error(context->report, &node->origin,
				    "status_code needs a code");
	for (i = 0; i < node->count; i++) {
		if (status_set_add(&url->status, node->argument[i]))
			return config_error(context->report, &node->origin,
					    "status_code '%s' is neither a code from %d to %d nor a range of them",
					    node->argument[i], STATUS_MIN,
					    STATUS_MAX);
	}
	url->status_given = true;
	return 0;
}

static int take_regex(struct config_context *context,
		      const struct config_node *node, void *object)
{
	const char *text = value_of(context, node);
	struct http_url *url = object;

	if (!text)
		return -EINVAL;
	url->regex_given |= REGEX_GIVEN_TEXT;
	url->regex = config_strdup(context->arena, text);
	return url->regex ? 0 : -ENOMEM;
}

static int take_regex_options(struct config_context *context,
			      const struct config_node *node, void *object)
{
	struct http_url *url = object;
	unsigned int i;

	for (i = 0; i < node->count; i++) {
		if (pattern_option(node->argument[i], &url->regex_options))
			return config_error(context->report, &node->origin,
					    "regex_options: '%s' is unknown",
					    node->argument[i]);
	}
	return 0;
}

/* These would make another request of it than meant, or are made by HTTP. */
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = {
		"Host", "Connection", "Content-Length", "Transfer-Encoding",
		"Upgrade", "TE", "Expect",
	};
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if (!strcasecmp(reserved[i], name))
			return true;
	}
	return false;
}

static int check_header(struct config_context *context,
			const struct config_node *node)
{
	if (node->count != 2)
		return config_error(context->report, &node->origin,
				    "header takes a name and a value");
	if (!is_token(node->argument[0]))
		return config_error(context->report, &node->origin,
				    "header name '%s' has a character that names cannot have",
				    node->argument[0]);
	if (is_reserved(node->argument[0]))
		return config_error(context->report, &node->origin,
				    "header %s cannot be set%s",
				    node->argument[0],
				    strcasecmp(node->argument[0], "Host") ? "" :
				    "; see virtualhost");
	if (!is_one_line(node->argument[1]))
		return config_error(context->report, &node->origin,
				    "header %s has a control character in its value",
				    node->argument[0]);
	return 0;
}

static int take_header(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct exchange_header *header;
	struct http_url *url = object;
	int err = check_header(context, node);

	if (err)
		return err;
	header = config_grow(context->arena, &url->headers, url->header_count,
			     sizeof(*header));
	if (!header)
		return -ENOMEM;
	header->name = config_strdup(context->arena, node->argument[0]);
	header->value = config_strdup(context->arena, node->argument[1]);
	if (!header->name || !header->value)
		return -ENOMEM;
	url->header_count++;
	return 0;
}

static int take_field(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct http_url *url = object;
	struct http_field *field;

	if (node->count != 2 || !*node->argument[0])
		return config_error(context->report, &node->origin,
				    "json_field takes the path of a field and its value");
	field = config_grow(context->arena, &url->fields, url->field_count,
			    sizeof(*field));
	if (!field)
		return -ENOMEM;
	field->path = config_strdup(context->arena, node->argument[0]);
	field->value = config_strdup(context->arena, node->argument[1]);
	if (!field->path || !field->value)
		return -ENOMEM;
	url->field_count++;
	return 0;
}

static int take_virtualhost(struct config_context *context,
			    const struct config_node *node, void *object)
{
	return http_take_host(context, node, &((struct http_url *)object)->virtualhost);
}

static const struct config_word url_words[] = {
	{ "path", CONFIG_CALL, .fn = take_path },
	{ "method", CONFIG_CALL, .fn = take_method },
	{ "header", CONFIG_CALL, .fn = take_header },
	{ "body", CONFIG_STRING, .offset = offsetof(struct http_url, body) },
	{ "virtualhost", CONFIG_CALL, .fn = take_virtualhost },
	{ "status_code", CONFIG_CALL, .fn = take_status },
	{ "digest", CONFIG_CALL, .fn = take_digest },
	{ "regex", CONFIG_CALL, .fn = take_regex },
	{ "regex_no_match", CONFIG_FLAG,
	  .offset = offsetof(struct http_url, regex_no_match) },
	{ "regex_options", CONFIG_CALL, .fn = take_regex_options },
	{ "regex_min_offset", CONFIG_UINT,
	  .offset = offsetof(struct http_url, regex_min_offset), .max = UINT_MAX,
	  .given = offsetof(struct http_url, regex_given),
	  .bit = REGEX_GIVEN_MIN },
	{ "regex_max_offset", CONFIG_UINT,
	  .offset = offsetof(struct http_url, regex_max_offset), .max = UINT_MAX,
	  .given = offsetof(struct http_url, regex_given),
	  .bit = REGEX_GIVEN_MAX },
	{ "regex_stack", CONFIG_IGNORED,
	  .why = "matching takes no stack; its time is limited" },
	{ "json_field", CONFIG_CALL, .fn = take_field },
	{ "tls_compliant", CONFIG_FLAG,
	  .offset = offsetof(struct http_url, tls_compliant) },
	{ 0 }
};

static int settle_regex(struct config_context *context,
			const struct config_node *node, struct http_url *url)
{
	char error[256];
	int err;

	if (!url->regex) {
		if (url->regex_given || url->regex_no_match || url->regex_options)
			return config_error(context->report, &node->origin,
					    "a word of regex is given without regex");
		return 0;
	}
	if ((url->regex_given & REGEX_GIVEN_MAX) &&
	    url->regex_max_offset < url->regex_min_offset)
		return config_error(context->report, &node->origin,
				    "regex_min_offset is beyond regex_max_offset");
	err = pattern_compile(context->arena, url->regex, url->regex_options,
			      &url->pattern, error, sizeof(error));
	if (err == -EINVAL)
		return config_error(context->report, &node->origin,
				    "regex '%s': %s", url->regex, error);
	url->pattern.min_offset = url->regex_min_offset;
	if (url->regex_given & REGEX_GIVEN_MAX)
		url->pattern.max_offset = url->regex_max_offset;
	return err;
}

static int settle_url(struct config_context *context,
		      const struct config_node *node, struct http_url *url)
{
	if (!url->path)
		url->path = "/";
	if (!url->status_given)
		status_set_add(&url->status, "200-299");
	if (url->method && !strcmp(url->method, "HEAD") &&
	    (url->digested || url->regex || url->field_count || url->body))
		return config_error(context->report, &node->origin,
				    "HEAD has no body to send or to look at");
	return settle_regex(context, node, url);
}

/**
 * http_take_host() - a virtualhost
 * @context: of the reading
 * @node: its line
 * @host: set to the host
 *
 * Return: 0 or a negative errno after config_error().
 */
int http_take_host(struct config_context *context,
		   const struct config_node *node, const char **host)
{
	const char *text = value_of(context, node);

	if (!text)
		return -EINVAL;
	if (strpbrk(text, " \t/\\@?#") || !is_one_line(text))
		return config_error(context->report, &node->origin,
				    "virtualhost '%s' is not a host", text);
	*host = config_strdup(context->arena, text);
	return *host ? 0 : -ENOMEM;
}

/**
 * http_take_url() - a url block, for a table of words
 * @context: of the reading
 * @node: the block
 * @object: struct http_options, which gets one more url
 *
 * Return: 0 or a negative errno after config_error().
 */
int http_take_url(struct config_context *context,
		  const struct config_node *node, void *object)
{
	struct http_options *options = object;
	struct http_url *url;
	int err;

	if (!node->has_block)
		return config_error(context->report, &node->origin,
				    "url needs a block");
	url = config_grow(context->arena, &options->urls, options->url_count,
			  sizeof(*url));
	if (!url)
		return -ENOMEM;
	memset(url, 0, sizeof(*url));
	err = config_bind(context, node->block, url_words, url);
	if (!err)
		err = settle_url(context, node, url);
	if (!err)
		options->url_count++;
	return err;
}

/**
 * http_url_default() - the url of a check that has none
 * @context: of the reading
 * @node: the check
 * @options: gets a url for '/'
 *
 * Return: 0 or -ENOMEM.
 */
int http_url_default(struct config_context *context,
		     const struct config_node *node,
		     struct http_options *options)
{
	struct http_url *url = config_grow(context->arena, &options->urls, 0,
					   sizeof(*url));

	if (!url)
		return -ENOMEM;
	memset(url, 0, sizeof(*url));
	options->url_count = 1;
	return settle_url(context, node, url);
}
