// SPDX-License-Identifier: GPL-2.0
/* real_server and sorry_server */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "service_words.h"

#define AT(member)	offsetof(struct backend_draft, backend.member)
#define GIVEN		AT(backend.given)
#define HOST_MAX	253	/* characters of a name, RFC 1035 */

static int take_forward(struct config_context *context,
			const struct config_node *node, void *object)
{
	return forward_take(context, node,
			    &((struct backend_draft *)object)->backend.backend);
}

static int take_source_pool(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct nflb_backend *backend =
		&((struct backend_draft *)object)->backend.backend;

	backend->given |= NFLB_GIVEN_SOURCE_POOL;
	return forward_take_source_pool(context, node, &backend->source_pool);
}

/* checks all, any or a number */
static int take_compose(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct config_backend *backend =
		&((struct backend_draft *)object)->backend;
	const char *text;
	uint64_t need;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	if (!strcmp(text, "all")) {
		backend->compose = COMPOSE_ALL;
	} else if (!strcmp(text, "any")) {
		backend->compose = COMPOSE_ANY;
	} else {
		if (nflb_number_parse(text, &need) || !need || need > 1000)
			return config_error(context->report, &node->origin,
					    "checks '%s': this must be all, any or a number from 1",
					    text);
		backend->compose = COMPOSE_AT_LEAST;
		backend->need = (unsigned int)need;
	}
	return 0;
}

static int collect_check(struct config_context *context,
			 const struct config_node *node, void *object)
{
	return check_collect(context, node,
			     &((struct backend_draft *)object)->checkers);
}

static const struct config_word backend_words[] = {
	{ "weight", CONFIG_UINT, .offset = AT(backend.weight),
	  .max = NFLB_WEIGHT_MAX },
	{ "check", CONFIG_CALL, .fn = collect_check },
	{ "checks", CONFIG_CALL, .fn = take_compose },
	{ "inhibit_on_failure", CONFIG_SWITCH, .offset = AT(inhibit) },
	{ "notify_up", CONFIG_COMMAND, .offset = AT(notify_up) },
	{ "notify_down", CONFIG_COMMAND, .offset = AT(notify_down) },
	{ "virtualhost", CONFIG_STRING, .offset = AT(virtualhost) },
	{ "lvs_method", CONFIG_CALL, .fn = take_forward },
	{ "lb_kind", CONFIG_CALL, .fn = take_forward },
	{ "uthreshold", CONFIG_UINT, .offset = AT(backend.max_connections),
	  .max = UINT32_MAX, .given = GIVEN,
	  .bit = NFLB_GIVEN_MAX_CONNECTIONS },
	{ "max_connections", CONFIG_UINT, .offset = AT(backend.max_connections),
	  .max = UINT32_MAX, .given = GIVEN,
	  .bit = NFLB_GIVEN_MAX_CONNECTIONS },
	{ "slow_start", CONFIG_UINT, .offset = AT(backend.slow_start),
	  .max = NFLB_SLOW_START_MAX, .given = GIVEN,
	  .bit = NFLB_GIVEN_SLOW_START },
	{ "response_time", CONFIG_UINT, .offset = AT(backend.response_time),
	  .max = NFLB_RESPONSE_TIME_MAX, .given = GIVEN,
	  .bit = NFLB_GIVEN_RESPONSE_TIME },
	{ "tier", CONFIG_UINT, .offset = offsetof(struct backend_draft, tier),
	  .min = 1, .max = UINT8_MAX },
	{ "source_pool", CONFIG_CALL, .fn = take_source_pool },
	{ "lthreshold", CONFIG_IGNORED,
	  .why = "a real server gets connections again as soon as it has fewer than uthreshold" },
	{ "smtp_alert", CONFIG_IGNORED,
	  .why = "lbd sends no mail; notify scripts and FIFOs can" },
	{ "snmp_name", CONFIG_IGNORED,
	  .why = "lbd speaks no SNMP; see metrics { }" },
	{ }
};

static bool is_host(const char *text)
{
	bool letter = false;
	size_t length = 0;

	for (; text[length]; length++) {
		if (!isalnum((unsigned char)text[length]) &&
		    !strchr("-_.", text[length]))
			return false;
		letter |= isalpha((unsigned char)text[length]) != 0;
	}
	return letter && length <= HOST_MAX && *text != '-' && *text != '.';
}

static int take_port(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     struct backend_draft *draft)
{
	uint64_t port;

	config_end_arguments(context, node, argument + 1);
	if (argument >= node->count)
		return 0;
	if (config_take_uint(context, node, argument, 0, UINT16_MAX, &port))
		return -EINVAL;
	draft->backend.backend.port = (uint16_t)port;
	return 0;
}

/* srv NAME, or ADDRESS or HOST with or without PORT */
static int take_place(struct config_context *context,
		      const struct config_node *node,
		      struct backend_draft *draft)
{
	struct config_backend *backend = &draft->backend;
	const char *text;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	backend->host_srv = !strcmp(text, "srv") && node->count > 1;
	if (backend->host_srv)
		text = node->argument[1];
	else if (!nflb_address_parse(text, &backend->backend.address))
		return take_port(context, node, 1, draft);
	if (!is_host(text))
		return config_error(context->report, &node->origin,
				    "%s '%s': this is neither an address nor the name of a host",
				    node->word, text);
	backend->host = text;
	if (!backend->host_srv)
		return take_port(context, node, 1, draft);
	config_end_arguments(context, node, 2);
	return 0;
}

static const char *make_name(struct config_arena *arena,
			     const struct backend_draft *draft)
{
	const struct config_backend *backend = &draft->backend;
	const char *protocol = nflb_name(&nflb_protocols,
					 draft->service->protocol);
	char address[NFLB_ADDRESS_LEN], name[HOST_MAX + 64];

	if (!backend->host)
		nflb_address_format(&backend->backend.address, address);
	snprintf(name, sizeof(name), "[%s]:%s:%u",
		 backend->host ? backend->host : address,
		 protocol ? protocol : "none", draft->port);
	return config_strdup(arena, name);
}

/* Only nat and fullnat change ports: IPVS ignores that of all others. */
static int settle_port(struct config_context *context,
		       const struct config_node *node,
		       struct backend_draft *draft, const struct nflb_key *key)
{
	struct nflb_backend *backend = &draft->backend.backend;
	bool translates = backend->forward == NFLB_FORWARD_NAT ||
			  backend->forward == NFLB_FORWARD_FULLNAT;

	draft->port = backend->port ? backend->port : key->port;
	if (translates)
		return 0;
	if (backend->port && key->port && !key->port_last &&
	    backend->port != key->port)
		config_warning(context->report, &node->origin,
			       "port %u is for checks only: packets by %s keep port %u",
			       backend->port,
			       nflb_name(&nflb_forwards, backend->forward),
			       key->port);
	backend->port = 0;
	return 0;
}

static int check_family(struct config_context *context,
			const struct config_node *node,
			const struct backend_draft *draft,
			const struct nflb_key *key)
{
	const struct nflb_backend *backend = &draft->backend.backend;
	bool tunnel = backend->forward == NFLB_FORWARD_IPIP ||
		      backend->forward == NFLB_FORWARD_GRE ||
		      backend->forward == NFLB_FORWARD_GUE;

	if (draft->backend.host || tunnel ||
	    backend->address.family == key->address.family)
		return 0;
	return config_error(context->report, &node->origin,
			    "%s '%s' is of the other address family than its virtual server: only tunnels reach it",
			    node->word, node->argument[0]);
}

static int check_forward(struct config_context *context,
			 const struct config_node *node,
			 const struct backend_draft *draft)
{
	const struct nflb_backend *backend = &draft->backend.backend;
	const struct nflb_service *service = &draft->service->service.service;

	if (backend->forward == NFLB_FORWARD_FULLNAT &&
	    !backend->source_pool.count && !service->source_pool.count)
		return config_error(context->report, &node->origin,
				    "%s '%s': FULLNAT needs a source_pool here or in its virtual server",
				    node->word, node->argument[0]);
	if (backend->toa && draft->service->protocol != IPPROTO_TCP &&
	    draft->service->protocol)
		return config_error(context->report, &node->origin,
				    "%s '%s': toa is an option of TCP",
				    node->word, node->argument[0]);
	return 0;
}

static int settle_backend(struct config_context *context,
			  const struct config_node *node,
			  struct backend_draft *draft)
{
	const struct config_service *service = &draft->service->service;
	struct config_backend *backend = &draft->backend;
	const struct nflb_key *key = &service->keys[0];

	pace_end(&draft->pace);
	backend->alpha = draft->pace.alpha;
	backend->backend.given |= NFLB_GIVEN_FORWARD | NFLB_GIVEN_WEIGHT;
	if (draft->tier) {
		backend->backend.tier = (uint8_t)draft->tier;
		backend->backend.given |= NFLB_GIVEN_TIER;
	}
	if (settle_port(context, node, draft, key) ||
	    check_family(context, node, draft, key) ||
	    check_forward(context, node, draft))
		return -EINVAL;
	backend->name = make_name(context->arena, draft);
	return backend->name ? 0 : config_no_memory(context, node);
}

static int bind_backend(struct config_context *context,
			const struct config_node *node,
			struct backend_draft *draft)
{
	const struct config_set sets[] = {
		{ backend_words, draft },
		{ checker_words, &draft->checkers },
		{ pace_words, &draft->pace },
	};

	return config_bind_sets(context, node->block, sets, 3);
}

static int take_checks(struct config_context *context,
		       struct backend_draft *draft)
{
	struct config_backend *backend = &draft->backend;
	const struct config_node *node;
	int result = 0, err;
	size_t i;

	for (i = 0; i < draft->checkers.count; i++) {
		node = draft->checkers.nodes[i];
		err = strcmp(node->word, "check") ?
		      check_take(context, node, NULL, draft, &draft->pace) :
		      check_take_named(context, node, draft);
		if (err == -ENOMEM)
			return err;
		if (err)
			result = err;
	}
	if (result || backend->compose != COMPOSE_AT_LEAST ||
	    backend->need <= backend->check_count)
		return result;
	return config_error(context->report, &backend->origin,
			    "checks %u: there are only %zu", backend->need,
			    backend->check_count);
}

/**
 * backend_take() - read real_server or sorry_server
 * @context: where words are bound
 * @node: the line
 * @service: its virtual server, which is known but for backends
 * @slot: where the backend goes; it is there before its checks are settled
 * @index: of the backend in the service
 *
 * Return: 0 or a negative errno.
 */
int backend_take(struct config_context *context,
		 const struct config_node *node, struct service_draft *service,
		 struct config_backend *slot, uint32_t index)
{
	struct backend_draft draft = {
		.backend = {
			.origin = node->origin,
			.backend = service->defaults,
			.inhibit = service->inhibit,
			.virtualhost = service->service.virtualhost,
		},
		.service = service,
		.index = index,
	};
	int err;

	if (node == service->sorry && service->sorry_forward_given) {
		draft.backend.backend.forward = service->sorry_forward.forward;
		draft.backend.backend.tunnel = service->sorry_forward.tunnel;
		draft.backend.backend.toa = service->sorry_forward.toa;
		draft.backend.backend.given &= ~NFLB_GIVEN_FORWARD_OPTIONS;
		draft.backend.backend.given |= service->sorry_forward.given;
	}
	pace_begin(&draft.pace, &service->pace);
	err = take_place(context, node, &draft);
	if (!err)
		err = bind_backend(context, node, &draft);
	if (!err)
		err = settle_backend(context, node, &draft);
	if (err)
		return err;
	*slot = draft.backend;
	err = take_checks(context, &draft);
	slot->checks = draft.backend.checks;
	slot->check_count = draft.backend.check_count;
	slot->inhibit = draft.backend.inhibit;
	return err;
}
