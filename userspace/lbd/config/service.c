// SPDX-License-Identifier: GPL-2.0
/* virtual_server */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "describe.h"
#include "section.h"
#include "service_words.h"

#define AT(member)	offsetof(struct service_draft, service.member)

static int take_forward(struct config_context *context,
			const struct config_node *node, void *object)
{
	return forward_take(context, node,
			    &((struct service_draft *)object)->defaults);
}

static int take_sorry_forward(struct config_context *context,
			      const struct config_node *node, void *object)
{
	struct service_draft *draft = object;

	draft->sorry_forward_given = true;
	return forward_take(context, node, &draft->sorry_forward);
}

static int take_protocol(struct config_context *context,
			 const struct config_node *node, void *object)
{
	static const struct {
		const char *word;
		uint8_t protocol;
	} protocols[] = {
		{ "TCP", IPPROTO_TCP },
		{ "UDP", IPPROTO_UDP },
		{ "SCTP", IPPROTO_SCTP },
	};
	struct service_draft *draft = object;
	const char *text;
	size_t i;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (!strcasecmp(text, protocols[i].word)) {
			draft->protocol = protocols[i].protocol;
			return 0;
		}
	}
	return config_error(context->report, &node->origin,
			    "protocol '%s': known are TCP, UDP, SCTP", text);
}

static int take_family(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct service_draft *draft = object;
	const char *text;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	if (strcmp(text, "inet") && strcmp(text, "inet6"))
		return config_error(context->report, &node->origin,
				    "ip_family '%s': this must be inet or inet6",
				    text);
	draft->family = strcmp(text, "inet") ? AF_INET6 : AF_INET;
	return 0;
}

static int collect_backend(struct config_context *context,
			   const struct config_node *node, void *object)
{
	return check_collect(context, node,
			     &((struct service_draft *)object)->backends);
}

static int take_sorry(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct service_draft *draft = object;

	if (draft->sorry)
		return config_error(context->report, &node->origin,
				    "there is a sorry_server already, at %s:%u",
				    draft->sorry->origin.file,
				    draft->sorry->origin.line);
	draft->sorry = node;
	return 0;
}

static const struct config_word service_words[] = {
	{ "real_server", CONFIG_CALL, .fn = collect_backend },
	{ "sorry_server", CONFIG_CALL, .fn = take_sorry },
	{ "sorry_server_inhibit", CONFIG_SWITCH, .offset = AT(sorry_inhibit) },
	{ "sorry_server_lvs_method", CONFIG_CALL, .fn = take_sorry_forward },
	{ "sorry_server_lb_kind", CONFIG_CALL, .fn = take_sorry_forward },
	{ "lvs_sched", CONFIG_CALL, .fn = schedule_take },
	{ "lb_algo", CONFIG_CALL, .fn = schedule_take },
	{ "lvs_method", CONFIG_CALL, .fn = take_forward },
	{ "lb_kind", CONFIG_CALL, .fn = take_forward },
	{ "protocol", CONFIG_CALL, .fn = take_protocol },
	{ "ip_family", CONFIG_CALL, .fn = take_family },
	{ "weight", CONFIG_UINT,
	  .offset = offsetof(struct service_draft, defaults.weight),
	  .max = NFLB_WEIGHT_MAX },
	{ "slow_start", CONFIG_UINT,
	  .offset = offsetof(struct service_draft, defaults.slow_start),
	  .max = NFLB_SLOW_START_MAX,
	  .given = offsetof(struct service_draft, defaults.given),
	  .bit = NFLB_GIVEN_SLOW_START },
	{ "inhibit_on_failure", CONFIG_SWITCH,
	  .offset = offsetof(struct service_draft, inhibit) },
	{ "quorum", CONFIG_UINT, .offset = AT(quorum), .min = 1,
	  .max = INT32_MAX },
	{ "hysteresis", CONFIG_UINT, .offset = AT(hysteresis),
	  .max = INT32_MAX },
	{ "quorum_up", CONFIG_COMMAND, .offset = AT(quorum_up) },
	{ "quorum_down", CONFIG_COMMAND, .offset = AT(quorum_down) },
	{ "omega", CONFIG_SWITCH, .offset = AT(omega) },
	{ "ha_suspend", CONFIG_IGNORED,
	  .why = "checks go on, so that who becomes master knows whom to use" },
	{ "virtualhost", CONFIG_STRING, .offset = AT(virtualhost) },
	{ "sh-port", CONFIG_CALL, .fn = schedule_take_flag },
	{ "sh-fallback", CONFIG_CALL, .fn = schedule_take_flag },
	{ "mh-port", CONFIG_CALL, .fn = schedule_take_flag },
	{ "mh-fallback", CONFIG_CALL, .fn = schedule_take_flag },
	{ "flag-1", CONFIG_CALL, .fn = schedule_take_flag },
	{ "flag-2", CONFIG_CALL, .fn = schedule_take_flag },
	{ "flag-3", CONFIG_CALL, .fn = schedule_take_flag },
	{ "hashed", CONFIG_CALL, .fn = schedule_take_flag },
	{ "smtp_alert", CONFIG_IGNORED,
	  .why = "lbd sends no mail; notify scripts and FIFOs can" },
	{ "snmp_name", CONFIG_IGNORED,
	  .why = "lbd speaks no SNMP; see metrics { }" },
	{ }
};

/* virtual_server fwmark N */
static int take_mark(struct config_context *context,
		     const struct config_node *node,
		     struct service_draft *draft)
{
	struct nflb_key *key = config_alloc(context->arena, sizeof(*key));
	uint64_t mark;

	if (!key)
		return config_no_memory(context, node);
	if (config_take_uint(context, node, 1, 1, UINT32_MAX, &mark))
		return -EINVAL;
	config_end_arguments(context, node, 2);
	key->mark = (uint32_t)mark;
	draft->service.keys = key;
	draft->service.key_count = 1;
	return 0;
}

/* virtual_server group NAME: each virtual server has keys of its own. */
static int take_group(struct config_context *context,
		      const struct config_node *node,
		      struct service_draft *draft)
{
	struct config_service *service = &draft->service;
	const char *name;

	if (config_take_text(context, node, 1, &name))
		return -EINVAL;
	config_end_arguments(context, node, 2);
	draft->group = group_find(context->config, name);
	if (!draft->group)
		return config_error(context->report, &node->origin,
				    "there is no virtual_server_group '%s'",
				    name);
	if (!draft->group->key_count)
		return -EINVAL;	/* its lines were refused */
	service->group = name;
	service->key_count = draft->group->key_count;
	service->keys = config_alloc(context->arena, service->key_count *
				     sizeof(*service->keys));
	if (!service->keys)
		return config_no_memory(context, node);
	memcpy(service->keys, draft->group->keys,
	       service->key_count * sizeof(*service->keys));
	return 0;
}

static int take_keys(struct config_context *context,
		     const struct config_node *node,
		     struct service_draft *draft)
{
	struct nflb_key *key;
	const char *text;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	if (!strcmp(text, "fwmark"))
		return take_mark(context, node, draft);
	if (!strcmp(text, "group"))
		return take_group(context, node, draft);
	config_end_arguments(context, node, 2);
	key = config_alloc(context->arena, sizeof(*key));
	if (!key)
		return config_no_memory(context, node);
	draft->service.keys = key;
	draft->service.key_count = 1;
	return group_parse_key(context, node, text,
			       node->count > 1 ? node->argument[1] : NULL, key);
}

/* Family of a mark: as it says, or that of its first real server. */
static sa_family_t family_of_mark(const struct service_draft *draft)
{
	struct nflb_address address;
	size_t i;

	if (draft->family)
		return draft->family;
	for (i = 0; i < draft->backends.count; i++) {
		const struct config_node *node = draft->backends.nodes[i];

		if (node->count &&
		    !nflb_address_parse(node->argument[0], &address))
			return address.family;
	}
	return AF_INET;
}

static void settle_keys(struct config_context *context,
			struct service_draft *draft)
{
	struct config_service *service = &draft->service;
	bool marks = true;
	size_t i;

	for (i = 0; i < service->key_count; i++)
		marks = marks && service->keys[i].mark;
	if (marks && draft->protocol)
		config_warning(context->report, &draft->node->origin,
			       "protocol has no effect: a firewall mark is of all protocols");
	if (marks)
		draft->protocol = 0;
	else if (!draft->protocol)
		draft->protocol = IPPROTO_TCP;
	for (i = 0; i < service->key_count; i++) {
		struct nflb_key *key = &service->keys[i];

		if (!key->mark)
			key->protocol = draft->protocol;
		else if (!draft->group || draft->family)
			key->address.family = family_of_mark(draft);
	}
}

static const char *make_name(struct config_arena *arena,
			     const struct service_draft *draft)
{
	const struct config_service *service = &draft->service;
	const struct nflb_key *key = &service->keys[0];
	char address[NFLB_ADDRESS_LEN], name[512];

	if (service->group) {
		snprintf(name, sizeof(name), "[%s]:0", service->group);
	} else if (key->mark) {
		snprintf(name, sizeof(name), "FWM %u", key->mark);
	} else {
		nflb_address_format(&key->address, address);
		snprintf(name, sizeof(name), "[%s]:%s:%u", address,
			 nflb_name(&nflb_protocols, key->protocol), key->port);
	}
	return config_strdup(arena, name);
}

static void settle_timeouts(const struct config_globals *globals,
			    struct nflb_service *service)
{
	unsigned int i;

	for (i = 0; i < NFLB_TIMEOUTS; i++) {
		if (!globals->timeout[i] ||
		    (service->given & NFLB_GIVEN_TIMEOUT(i)))
			continue;
		service->timeout[i] = globals->timeout[i];
		service->given |= NFLB_GIVEN_TIMEOUT(i);
	}
}

/* Bits of a client's address, where the family is not IPv6. */
static int check_bits(struct config_context *context,
		      const struct service_draft *draft)
{
	const struct nflb_service *service = &draft->service.service;
	size_t i;

	for (i = 0; i < draft->service.key_count; i++) {
		int bits = nflb_address_bits(&draft->service.keys[i].address);

		if (service->affinity_prefix > bits ||
		    service->client_rate_limit.prefix > bits)
			return config_error(context->report,
					    &draft->node->origin,
					    "clients of '%s' have addresses of %d bits only",
					    draft->service.name, bits);
	}
	return 0;
}

/* What keepalived puts right is put right here, too. */
static void settle_service(struct config_context *context,
			   struct service_draft *draft)
{
	const struct config_origin *origin = &draft->node->origin;
	struct nflb_service *service = &draft->service.service;

	if (service->one_packet && draft->protocol != IPPROTO_UDP &&
	    draft->protocol) {
		config_warning(context->report, origin,
			       "ops has no effect: it is for UDP");
		service->one_packet = false;
		service->given &= ~NFLB_GIVEN_ONE_PACKET;
	}
	if ((service->given & NFLB_GIVEN_AFFINITY_PREFIX) &&
	    !(service->given & NFLB_GIVEN_AFFINITY)) {
		config_warning(context->report, origin,
			       "persistence_granularity has no effect without persistence_timeout");
		service->given &= ~NFLB_GIVEN_AFFINITY_PREFIX;
	}
	if (draft->service.hysteresis >= draft->service.quorum &&
	    draft->service.hysteresis) {
		config_warning(context->report, origin,
			       "hysteresis %u is not less than quorum %u: it is %u",
			       draft->service.hysteresis, draft->service.quorum,
			       draft->service.quorum - 1);
		draft->service.hysteresis = draft->service.quorum - 1;
	}
	settle_timeouts(&context->config->globals, service);
}

static int take_backends(struct config_context *context,
			 struct service_draft *draft,
			 struct config_service *service)
{
	size_t count = draft->backends.count, i;
	int result = 0, err;

	service->backends = config_alloc(context->arena,
					 count * sizeof(*service->backends));
	if (!service->backends)
		return config_no_memory(context, draft->node);
	service->backend_count = count;
	for (i = 0; i < count; i++) {
		err = backend_take(context, draft->backends.nodes[i], draft,
				   &service->backends[i], (uint32_t)i);
		if (err == -ENOMEM)
			return err;
		if (err)
			result = err;
	}
	if (draft->sorry) {
		service->sorry = config_alloc(context->arena,
					      sizeof(*service->sorry));
		if (!service->sorry)
			return config_no_memory(context, draft->node);
		err = backend_take(context, draft->sorry, draft, service->sorry,
				   (uint32_t)count);
		if (err)
			return err;
	}
	return result ? result : twins_of_backends(context, service);
}

static void begin(struct service_draft *draft, const struct config_node *node,
		  const struct config *config)
{
	*draft = (struct service_draft){
		.service = {
			.origin = node->origin,
			.quorum = 1,
			.service.scheduler = NFLB_SCHEDULER_DEFAULT,
		},
		.node = node,
		.pace = {
			.delay = 60 * CONFIG_SECOND,
			.timeout = 5 * CONFIG_SECOND,
			.rise = 1,
			.jitter = 5,
			.log_all_failures = config->globals.log_all_failures,
		},
		.defaults = { .weight = 1, .forward = NFLB_FORWARD_NAT },
		.index = (uint32_t)config->service_count,
	};
}

/* All of a virtual server but its real servers. */
static int read_service(struct config_context *context,
			struct service_draft *draft)
{
	const struct config_set sets[] = {
		{ service_words, draft },
		{ policy_words, draft },
		{ pace_words, &draft->pace },
	};
	int err = take_keys(context, draft->node, draft);

	if (!draft->node->has_block)
		err = config_error(context->report, &draft->node->origin,
				   "the block of virtual_server is missing");
	if (!err)
		err = config_bind_sets(context, draft->node->block, sets, 3);
	if (err)
		return err;
	pace_end(&draft->pace);
	draft->service.alpha = draft->pace.alpha;
	settle_keys(context, draft);
	draft->service.name = make_name(context->arena, draft);
	if (!draft->service.name)
		return config_no_memory(context, draft->node);
	settle_service(context, draft);
	err = check_bits(context, draft);
	return err ? err : schedule_settle(context, draft);
}

static int take_service(struct config_context *context,
			const struct config_node *node)
{
	struct config *config = context->config;
	struct service_draft draft;
	struct config_service *slot;
	int err;

	begin(&draft, node, config);
	err = read_service(context, &draft);
	if (err)
		return err;
	slot = config_grow(context->arena, &config->services,
			   config->service_count, sizeof(*slot));
	if (!slot)
		return config_no_memory(context, node);
	*slot = draft.service;
	config->service_count++;
	err = take_backends(context, &draft, slot);
	if (!err && !slot->backend_count)
		config_warning(context->report, &node->origin,
			       "virtual_server %s has no real server",
			       slot->name);
	return err;
}

/* Groups, checks and the like that it names may come behind it. */
static int put_off(struct config_context *context,
		   const struct config_node *node, void *object)
{
	(void)object;
	return config_later(context, node, take_service);
}

static const struct config_word top_words[] = {
	{ "virtual_server", CONFIG_CALL, .fn = put_off },
	{ "virtual_server_group", CONFIG_CALL, .fn = group_take },
	{ "check", CONFIG_CALL, .fn = check_define },
	{ }
};

const struct config_section config_section_service = {
	.words = top_words,
	.settle = twins_of_services,
	.describe = service_describe,
};
