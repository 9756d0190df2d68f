// SPDX-License-Identifier: GPL-2.0
/* Requests about backends. */
#include <linux/slab.h>
#include <net/sock.h>

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
	return get_forward(config, req);
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

/**
 * struct backend_dump - a dump in progress
 * @key: the service asked for
 * @one_service: only that one
 * @service_id: service reached
 * @backend_id: backend of it sent last
 */
struct backend_dump {
	struct nflb_service_key	key;
	bool			one_service;
	u32			service_id;
	u32			backend_id;
};

static int parse_dump(struct backend_dump *dump, struct netlink_callback *cb)
{
	struct nlattr *tb[ARRAY_SIZE(nflb_policy_service)];
	int err;

	err = genlmsg_parse(cb->nlh, &nflb_genl_family, tb,
			    ARRAY_SIZE(nflb_policy_service) - 1,
			    nflb_policy_service, cb->extack);
	if (err || !tb[NFLB_A_SERVICE])
		return err;
	dump->one_service = true;
	return nflb_attr_parse_service_key(&dump->key, tb[NFLB_A_SERVICE],
					   cb->extack);
}

/* The first call of a dump; nflb_netlink_backend_done() frees. */
static int begin_dump(struct netlink_callback *cb)
{
	struct backend_dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL);

	if (!dump)
		return -ENOMEM;
	cb->args[0] = (long)dump;
	return parse_dump(dump, cb);
}

int nflb_netlink_backend_done(struct netlink_callback *cb)
{
	kfree((struct backend_dump *)cb->args[0]);
	return 0;
}

static int put_backend_nest(struct sk_buff *skb, struct nflb_backend *backend)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_A_BACKEND);
	struct nflb_stats_sum sum;

	nflb_stats_read(&sum, backend->stats, &backend->zero);
	if (!nest ||
	    nflb_attr_put_addr(skb, NFLB_BACKEND_ADDR4, NFLB_BACKEND_ADDR6,
			       backend->addr, backend->family) ||
	    (backend->port &&
	     nla_put_be16(skb, NFLB_BACKEND_PORT, backend->port)) ||
	    nla_put_u8(skb, NFLB_BACKEND_FORWARD, backend->forward) ||
	    nflb_attr_put_forward(skb, backend) ||
	    nla_put_u32(skb, NFLB_BACKEND_WEIGHT, backend->weight) ||
	    nflb_attr_put_source_pool(skb, NFLB_BACKEND_SOURCE_POOL,
				      backend->source_pool) ||
	    nla_put_u32(skb, NFLB_BACKEND_CONNECTIONS_ACTIVE,
			atomic_read(&backend->active)) ||
	    nla_put_u32(skb, NFLB_BACKEND_MAX_CONNECTIONS,
			backend->max_connections) ||
	    nla_put_u32(skb, NFLB_BACKEND_SLOW_START, backend->slow_start) ||
	    nla_put_u8(skb, NFLB_BACKEND_TIER, backend->tier) ||
	    nla_put_u32(skb, NFLB_BACKEND_WEIGHT_PERCENT, backend->percent) ||
	    nla_put_u32(skb, NFLB_BACKEND_RESPONSE_TIME,
			backend->response_time) ||
	    nla_put_u32(skb, NFLB_BACKEND_RESPONSE_MEASURED,
			READ_ONCE(backend->response_measured)) ||
	    nla_put_u32(skb, NFLB_BACKEND_CONNECTIONS_INACTIVE,
			atomic_read(&backend->inactive)) ||
	    nflb_attr_put_stats(skb, NFLB_BACKEND_STATS, &sum))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * nflb_netlink_put_backend - put a backend and the key of its service
 * @skb: message
 * @backend: backend; its namespace's lock is held
 *
 * Return: 0 or -EMSGSIZE.
 */
int nflb_netlink_put_backend(struct sk_buff *skb, struct nflb_backend *backend)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_A_SERVICE);

	if (!nest || nflb_attr_put_service_key(skb, &backend->service->key))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return put_backend_nest(skb, backend);
}

static int dump_backend(struct sk_buff *skb, struct netlink_callback *cb,
			struct nflb_backend *backend)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				   cb->nlh->nlmsg_seq, &nflb_genl_family,
				   NLM_F_MULTI, NFLB_CMD_BACKEND_GET);

	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (nflb_netlink_put_backend(skb, backend)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Backends of one service from where the dump stands. */
static int dump_service_backends(struct sk_buff *skb,
				 struct netlink_callback *cb,
				 const struct nflb_service *service)
{
	struct backend_dump *dump = (struct backend_dump *)cb->args[0];
	struct nflb_backend *backend;

	if (service->id != dump->service_id) {
		dump->service_id = service->id;
		dump->backend_id = 0;
	}
	list_for_each_entry(backend, &service->backends, list) {
		if (backend->id <= dump->backend_id)
			continue;
		if (dump_backend(skb, cb, backend))
			return -EMSGSIZE;
		dump->backend_id = backend->id;
	}
	return 0;
}

static void dump_all(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct nflb_net *nn)
{
	const struct backend_dump *dump = (struct backend_dump *)cb->args[0];
	const struct nflb_service *service;

	list_for_each_entry(service, &nn->service_list, list)
		if (service->id >= dump->service_id &&
		    dump_service_backends(skb, cb, service))
			return;
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		    struct nflb_net *nn)
{
	const struct backend_dump *dump = (struct backend_dump *)cb->args[0];
	const struct nflb_service *service;

	service = nflb_service_find(nn, &dump->key);
	if (!service) {
		nflb_attr_refuse(cb->extack, NULL, "no such service");
		return -ENOENT;
	}
	dump_service_backends(skb, cb, service);
	return 0;
}

int nflb_netlink_backend_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nflb_net *nn = nflb_net(sock_net(skb->sk));
	const struct backend_dump *dump;
	int err = 0;

	if (!cb->args[0])
		err = begin_dump(cb);
	if (err)
		return err;
	dump = (const struct backend_dump *)cb->args[0];

	mutex_lock(&nn->lock);
	cb->seq = nn->generation;
	if (dump->one_service)
		err = dump_one(skb, cb, nn);
	else
		dump_all(skb, cb, nn);
	mutex_unlock(&nn->lock);
	return err ?: skb->len;
}
