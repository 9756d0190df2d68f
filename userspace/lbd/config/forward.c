// SPDX-License-Identifier: GPL-2.0
/* lb_kind: how packets reach a real server */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "service_words.h"

static int set_checksum(struct config_context *context,
			const struct config_node *node,
			struct nflb_backend *backend, const char *word)
{
	if (!strcmp(word, "remcsum"))
		return config_error(context->report, &node->origin,
				    "'remcsum' is not supported: the kernel offers nflb no remote checksums");
	backend->tunnel.checksum = !strcmp(word, "csum");
	backend->given |= NFLB_GIVEN_CHECKSUM;
	return 0;
}

static int take_type(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     struct nflb_backend *backend)
{
	const char *type;

	if (config_take_text(context, node, argument, &type))
		return -EINVAL;
	if (!strcasecmp(type, "ipip"))
		backend->forward = NFLB_FORWARD_IPIP;
	else if (!strcasecmp(type, "gre"))
		backend->forward = NFLB_FORWARD_GRE;
	else if (!strcasecmp(type, "gue"))
		backend->forward = NFLB_FORWARD_GUE;
	else
		return config_error(context->report, &node->origin,
				    "type '%s': known are ipip, gre, gue", type);
	return 0;
}

static int take_source(struct config_context *context,
		       const struct config_node *node, unsigned int argument,
		       struct nflb_backend *backend)
{
	struct nflb_tunnel *tunnel = &backend->tunnel;
	const char *text, *why;

	if (config_take_text(context, node, argument, &text))
		return -EINVAL;
	if (nflb_prefix_parse(text, &tunnel->source, &tunnel->source_prefix,
			      &why))
		return config_error(context->report, &node->origin,
				    "source '%s': %s", text, why);
	backend->given |= NFLB_GIVEN_SOURCE;
	return 0;
}

static int take_port(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     struct nflb_backend *backend)
{
	uint64_t port;

	if (config_take_uint(context, node, argument, 1, UINT16_MAX, &port))
		return -EINVAL;
	backend->tunnel.port = (uint16_t)port;
	backend->given |= NFLB_GIVEN_TUNNEL_PORT;
	return 0;
}

static int take_key(struct config_context *context,
		    const struct config_node *node, unsigned int argument,
		    struct nflb_backend *backend)
{
	uint64_t key;

	if (config_take_uint(context, node, argument, 0, UINT32_MAX, &key))
		return -EINVAL;
	backend->tunnel.key = (uint32_t)key;
	backend->given |= NFLB_GIVEN_TUNNEL_KEY;
	return 0;
}

/* Options behind the method; *@argument is moved behind the one taken. */
static int take_option(struct config_context *context,
		       const struct config_node *node, unsigned int *argument,
		       struct nflb_backend *backend)
{
	const char *word = node->argument[(*argument)++];

	if (!strcmp(word, "csum") || !strcmp(word, "nocsum") ||
	    !strcmp(word, "remcsum"))
		return set_checksum(context, node, backend, word);
	if (!strcmp(word, "toa")) {
		backend->toa = true;
		backend->given |= NFLB_GIVEN_TOA;
		return 0;
	}
	if (!strcmp(word, "type"))
		return take_type(context, node, (*argument)++, backend);
	if (!strcmp(word, "port"))
		return take_port(context, node, (*argument)++, backend);
	if (!strcmp(word, "key"))
		return take_key(context, node, (*argument)++, backend);
	if (!strcmp(word, "source"))
		return take_source(context, node, (*argument)++, backend);
	return config_error(context->report, &node->origin,
			    "'%s' is no option of %s", word, node->argument[0]);
}

/* Which options suit which forward: as the kernel has it. */
static int check_options(struct config_context *context,
			 const struct config_node *node,
			 const struct nflb_backend *backend)
{
	static const unsigned int allowed[] = {
		[NFLB_FORWARD_IPIP] = NFLB_GIVEN_SOURCE,
		[NFLB_FORWARD_GRE] = NFLB_GIVEN_SOURCE | NFLB_GIVEN_CHECKSUM |
				     NFLB_GIVEN_TUNNEL_KEY,
		[NFLB_FORWARD_GUE] = NFLB_GIVEN_SOURCE | NFLB_GIVEN_CHECKSUM |
				     NFLB_GIVEN_TUNNEL_PORT,
		[NFLB_FORWARD_FULLNAT] = NFLB_GIVEN_TOA,
	};
	static const struct {
		unsigned int bit;
		const char *name;
	} options[] = {
		{ NFLB_GIVEN_SOURCE, "source" },
		{ NFLB_GIVEN_CHECKSUM, "csum" },
		{ NFLB_GIVEN_TUNNEL_KEY, "key" },
		{ NFLB_GIVEN_TUNNEL_PORT, "port" },
		{ NFLB_GIVEN_TOA, "toa" },
	};
	unsigned int wrong = backend->given & NFLB_GIVEN_FORWARD_OPTIONS &
			     ~allowed[backend->forward];
	size_t i;

	/* The word of IPVS says that there is none, where there is none. */
	if (!backend->tunnel.checksum)
		wrong &= ~NFLB_GIVEN_CHECKSUM;
	for (i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (wrong & options[i].bit)
			return config_error(context->report, &node->origin,
					    "'%s' is no option of %s",
					    options[i].name,
					    nflb_name(&nflb_forwards,
						      backend->forward));
	}
	return 0;
}

static int forward_of(const char *word)
{
	int forward;
	char name[16];
	size_t i;

	if (!strcasecmp(word, "TUN"))
		return NFLB_FORWARD_IPIP;
	if (strlen(word) >= sizeof(name))
		return -1;
	for (i = 0; word[i]; i++)
		name[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ?
				 word[i] | 0x20 : word[i]);
	name[i] = '\0';
	forward = nflb_value(&nflb_forwards, name);
	return forward;
}

/**
 * forward_take() - read lb_kind METHOD [OPTION]...
 * @context: where words are bound
 * @node: the line
 * @backend: the backend, or the defaults of backends, that it is for
 *
 * Return: 0 or a negative errno.
 */
int forward_take(struct config_context *context, const struct config_node *node,
		 struct nflb_backend *backend)
{
	unsigned int argument = 1;
	const char *method;
	int forward;

	if (config_take_text(context, node, 0, &method))
		return -EINVAL;
	forward = forward_of(method);
	if (forward < 0)
		return config_error(context->report, &node->origin,
				    "%s '%s': known are NAT, DR, TUN, FULLNAT, IPIP, GRE, GUE",
				    node->word, method);
	backend->given &= ~NFLB_GIVEN_FORWARD_OPTIONS;
	backend->tunnel = (struct nflb_tunnel){ 0 };
	backend->toa = false;
	backend->forward = (uint8_t)forward;
	backend->given |= NFLB_GIVEN_FORWARD;
	while (argument < node->count) {
		if (take_option(context, node, &argument, backend))
			return -EINVAL;
	}
	if (check_options(context, node, backend))
		return -EINVAL;
	/* As with IPVS a tunnel has no checksum that is not asked for. */
	if (backend->forward == NFLB_FORWARD_GUE && !strcasecmp(method, "TUN"))
		backend->given |= NFLB_GIVEN_CHECKSUM;
	else if (backend->forward == NFLB_FORWARD_IPIP)
		backend->given &= ~NFLB_GIVEN_CHECKSUM;
	return 0;
}

static int take_ports(struct config_context *context,
		      const struct config_node *node, const char *text,
		      struct nflb_source_pool *pool)
{
	unsigned int min, max;
	char behind;

	if (sscanf(text, "%5u-%5u%c", &min, &max, &behind) != 2 || !min ||
	    min > max || max > UINT16_MAX)
		return config_error(context->report, &node->origin,
				    "ports '%s': this is not MIN-MAX, from 1 to 65535",
				    text);
	pool->port_min = (uint16_t)min;
	pool->port_max = (uint16_t)max;
	return 0;
}

/**
 * forward_take_source_pool() - read source_pool ADDRESS[/LENGTH],... [ports A-B]
 * @context: where words are bound
 * @node: the line
 * @pool: the pool
 *
 * Return: 0 or -EINVAL.
 */
int forward_take_source_pool(struct config_context *context,
			     const struct config_node *node,
			     struct nflb_source_pool *pool)
{
	const char *text, *why;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	if (nflb_source_pool_parse(text, pool, &why))
		return config_error(context->report, &node->origin,
				    "source_pool '%s': %s", text, why);
	if (node->count == 1)
		return 0;
	if (strcmp(node->argument[1], "ports"))
		return config_error(context->report, &node->origin,
				    "'%s': only ports MIN-MAX may follow",
				    node->argument[1]);
	config_end_arguments(context, node, 3);
	if (config_take_text(context, node, 2, &text))
		return -EINVAL;
	return take_ports(context, node, text, pool);
}
