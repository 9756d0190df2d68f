// SPDX-License-Identifier: GPL-2.0
/* Requests that change backends. */
#include <linux/slab.h>

#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"
#include "source.h"

static struct netlink_range_validation weight_range = {
	.max = NFLB_WEIGHT_MAX,
};

static struct netlink_range_validation slow_start_range = {
	.max = NFLB_SLOW_START_MAX,
};

static struct netlink_range_validation response_time_range = {
	.max = NFLB_RESPONSE_TIME_MAX,
};

static struct netlink_range_validation drain_range = {
	.min = 1,
	.max = NFLB_TIMEOUT_MAX,
};

static const struct nla_policy backend_policy[] = {
	[NFLB_BACKEND_ADDR4]	= { .type = NLA_U32 },
	[NFLB_BACKEND_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_BACKEND_PORT]	= { .type = NLA_U16 },
	[NFLB_BACKEND_FORWARD]	= NLA_POLICY_MAX(NLA_U8, NFLB_FORWARD_MAX),
	[NFLB_BACKEND_WEIGHT]	= NLA_POLICY_FULL_RANGE(NLA_U32, &weight_range),
	[NFLB_BACKEND_MAX_CONNECTIONS] = { .type = NLA_U32 },
	[NFLB_BACKEND_SLOW_START] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &slow_start_range),
	[NFLB_BACKEND_TIER]	= NLA_POLICY_MIN(NLA_U8, 1),
	[NFLB_BACKEND_FORWARD_OPTIONS] = { .type = NLA_NESTED },
	[NFLB_BACKEND_SOURCE_POOL] = { .type = NLA_NESTED },
	[NFLB_BACKEND_RESPONSE_TIME] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &response_time_range),
	[NFLB_BACKEND_STATE]	= NLA_POLICY_MAX(NLA_U8,
						 NFLB_BACKEND_STATE_MAX),
	[NFLB_BACKEND_DRAIN_TIMEOUT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &drain_range),
	[NFLB_BACKEND_DRAIN_THEN] =
		NLA_POLICY_MAX(NLA_U8, NFLB_DRAIN_THEN_MAX),
};

#define NFLB_BACKEND_SETTABLE	(ARRAY_SIZE(backend_policy) - 1)

/**
 * struct backend_request - what a request about a backend says
 * @service_key: its service
 * @key: the backend
 * @tb: attributes of the backend
 * @source_pool: pool among them; the request holds a reference
 * @extack: told why not
 */
struct backend_request {
	struct nflb_service_key	service_key;
	struct nflb_backend_key	key;
	struct nlattr		*tb[NFLB_BACKEND_SETTABLE + 1];
	struct nflb_source_pool	*source_pool;
	struct netlink_ext_ack	*extack;
};

typedef int (*backend_action)(struct nflb_service *service,
			      struct nflb_backend *backend,
			      const struct backend_request *req);

/* @req has its service and extack. */
static int parse_backend(struct backend_request *req, const struct nlattr *nest)
{
	int err;

	err = nla_parse_nested(req->tb, NFLB_BACKEND_SETTABLE, nest,
			       backend_policy, req->extack);
	if (err)
		return err;
	err = nflb_attr_get_backend_key(&req->key, req->tb, req->extack);
	if (err)
		return err;
	if (!req->key.port)
		req->key.port = nflb_service_key_port(&req->service_key);
	if (!req->tb[NFLB_BACKEND_SOURCE_POOL])
		return 0;
	return nflb_attr_get_source_pool(&req->source_pool,
					 req->tb[NFLB_BACKEND_SOURCE_POOL],
					 req->key.family, req->extack);
}

static int parse_request(struct backend_request *req, struct genl_info *info)
{
	const struct nlattr *nest = info->attrs[NFLB_A_BACKEND];
	int err;

	req->extack = info->extack;
	err = nflb_attr_parse_service_key(&req->service_key,
					  info->attrs[NFLB_A_SERVICE],
					  info->extack);
	if (err)
		return err;
	if (!nest)
		return nflb_attr_refuse(info->extack, NULL,
					"backend is missing");
	return parse_backend(req, nest);
}

static int get_forward(struct nflb_backend_config *config,
		       const struct backend_request *req)
{
	const struct nlattr *options = req->tb[NFLB_BACKEND_FORWARD_OPTIONS];
	const struct nlattr *forward = req->tb[NFLB_BACKEND_FORWARD];
	int err;

	if (forward)
		config->forward = nla_get_u8(forward);
	if (forward || options) {
		err = nflb_attr_get_forward(config, options, req->extack);
		if (err)
			return err;
	}
	if (config->toa && req->service_key.protocol &&
	    req->service_key.protocol != IPPROTO_TCP)
		return nflb_attr_refuse(req->extack, options,
					"toa is an option of TCP");
	if (config->family != req->service_key.family &&
	    !nflb_forward_is_tunnel(config->forward))
		return nflb_attr_refuse(req->extack, forward,
					"only forward ipip, gre and gue reach a backend of the other address family");
	if (!nflb_forward_translates(config->forward) &&
	    config->port != nflb_service_key_port(&req->service_key))
		return nflb_attr_refuse(req->extack, req->tb[NFLB_BACKEND_PORT],
					"only forward nat and fullnat can change the port");
	return 0;
}

static int get_state(struct nflb_backend_config *config,
		     const struct backend_request *req)
{
	const struct nlattr *timeout = req->tb[NFLB_BACKEND_DRAIN_TIMEOUT];
	const struct nlattr *state = req->tb[NFLB_BACKEND_STATE];
	const struct nlattr *then = req->tb[NFLB_BACKEND_DRAIN_THEN];

	if (timeout &&
	    (!state || nla_get_u8(state) != NFLB_BACKEND_STATE_DRAINING))
		return nflb_attr_refuse(req->extack, timeout,
					"a drain timeout needs the state draining");
	if (then && !timeout)
		return nflb_attr_refuse(req->extack, then,
					"what follows a drain needs a drain timeout");
	config->enter = state;
	if (state)
		config->state = nla_get_u8(state);
	config->drain_timeout = timeout ? nla_get_u32(timeout) : 0;
	config->drain_then = then ? nla_get_u8(then) : NFLB_DRAIN_THEN_RESET;
	return 0;
}

/* Only what is given changes. */
static int get_config(struct nflb_backend_config *config,
		      const struct backend_request *req)
{
	struct nlattr *const *tb = req->tb;

	memcpy(config->addr, req->key.addr, sizeof(config->addr));
	config->family = req->key.family;
	config->port = req->key.port;
	if (tb[NFLB_BACKEND_WEIGHT])
		config->weight = nla_get_u32(tb[NFLB_BACKEND_WEIGHT]);
	if (tb[NFLB_BACKEND_MAX_CONNECTIONS])
		config->max_connections =
			nla_get_u32(tb[NFLB_BACKEND_MAX_CONNECTIONS]);
	if (tb[NFLB_BACKEND_SLOW_START])
		config->slow_start = nla_get_u32(tb[NFLB_BACKEND_SLOW_START]);
	if (tb[NFLB_BACKEND_TIER])
		config->tier = nla_get_u8(tb[NFLB_BACKEND_TIER]);
	if (tb[NFLB_BACKEND_SOURCE_POOL])
		config->source_pool = req->source_pool;
	if (tb[NFLB_BACKEND_RESPONSE_TIME])
		config->response_time =
			nla_get_u32(tb[NFLB_BACKEND_RESPONSE_TIME]);
	return get_forward(config, req) ?: get_state(config, req);
}

static const struct nflb_backend_config default_backend = {
	.forward	= NFLB_FORWARD_NAT,
	.weight		= 1,
	.tier		= 1,
};

/**
 * nflb_netlink_get_backend - read what a request says of a whole backend
 * @config: result; settings that are absent have their defaults. On success
 *	it has a reference to its source pool, if it has one.
 * @service: its service
 * @nest: of the request, NFLB_A_BACKEND
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_netlink_get_backend(struct nflb_backend_config *config,
			     const struct nflb_service_key *service,
			     const struct nlattr *nest,
			     struct netlink_ext_ack *extack)
{
	struct backend_request req = {
		.service_key = *service,
		.extack = extack,
	};
	int err;

	*config = default_backend;
	err = parse_backend(&req, nest) ?: get_config(config, &req);
	if (err) {
		nflb_source_pool_put(req.source_pool);
		config->source_pool = NULL;
	}
	return err;
}

static int backend_new(struct nflb_service *service,
		       struct nflb_backend *backend,
		       const struct backend_request *req)
{
	struct nflb_backend_config config = default_backend;

	if (backend) {
		nflb_attr_refuse(req->extack, NULL, "backend exists already");
		return -EEXIST;
	}
	return get_config(&config, req) ?:
	       nflb_backend_add(service, &config, req->extack);
}

static int no_backend(const struct backend_request *req)
{
	nflb_attr_refuse(req->extack, NULL, "no such backend");
	return -ENOENT;
}

static int backend_set(struct nflb_service *service,
		       struct nflb_backend *backend,
		       const struct backend_request *req)
{
	struct nflb_backend_config config = {};

	if (!backend)
		return no_backend(req);
	nflb_backend_config(backend, &config);
	return get_config(&config, req) ?:
	       nflb_backend_set(backend, &config, req->extack);
}

static bool has_settings(const struct backend_request *req)
{
	unsigned int i;

	for (i = NFLB_BACKEND_PORT + 1; i <= NFLB_BACKEND_SETTABLE; i++)
		if (req->tb[i])
			return true;
	return false;
}

static int backend_del(struct nflb_service *service,
		       struct nflb_backend *backend,
		       const struct backend_request *req)
{
	if (!backend)
		return no_backend(req);
	if (has_settings(req))
		return nflb_attr_refuse(req->extack, NULL,
					"deleting takes address and port only");
	return nflb_backend_del(backend, req->extack);
}

static int with_backend(struct genl_info *info, backend_action action)
{
	struct nflb_net *nn = nflb_net(genl_info_net(info));
	struct backend_request req = {};
	struct nflb_service *service;
	int err;

	err = parse_request(&req, info);
	if (err)
		return err;
	mutex_lock(&nn->lock);
	service = nflb_service_find(nn, &req.service_key);
	if (service) {
		err = action(service,
			     nflb_backend_find(service, req.key.addr,
					       req.key.family, req.key.port),
			     &req);
	} else {
		nflb_attr_refuse(info->extack, NULL, "no such service");
		err = -ENOENT;
	}
	mutex_unlock(&nn->lock);
	nflb_source_pool_put(req.source_pool);
	return err;
}

int nflb_netlink_backend_new(struct sk_buff *skb, struct genl_info *info)
{
	return with_backend(info, backend_new);
}

int nflb_netlink_backend_set(struct sk_buff *skb, struct genl_info *info)
{
	return with_backend(info, backend_set);
}

int nflb_netlink_backend_del(struct sk_buff *skb, struct genl_info *info)
{
	return with_backend(info, backend_del);
}
