// SPDX-License-Identifier: GPL-2.0
/* Requests about services. */
#include <net/sock.h>

#include "net.h"
#include "netlink/attr.h"
#include "netlink/limit.h"
#include "netlink/netlink.h"
#include "netlink/sched.h"
#include "service.h"
#include "source.h"

static struct netlink_range_validation timeout_range = {
	.min = 1,
	.max = NFLB_TIMEOUT_MAX,
};

static struct netlink_range_validation affinity_range = {
	.max = NFLB_TIMEOUT_MAX,
};

static struct netlink_range_validation panic_range = {
	.min = 1,
	.max = NFLB_PANIC_MAX,
};

static const struct nla_policy service_policy[] = {
	[NFLB_SERVICE_PROTOCOL]		= { .type = NLA_U8 },
	[NFLB_SERVICE_ADDR4]		= { .type = NLA_U32 },
	[NFLB_SERVICE_ADDR6]		= NLA_POLICY_EXACT_LEN(16),
	[NFLB_SERVICE_PORT]		= { .type = NLA_U16 },
	[NFLB_SERVICE_SCHEDULER]	= { .type = NLA_NUL_STRING,
					    .len = NFLB_SCHED_NAME_LEN - 1 },
	[NFLB_SERVICE_SCHED_OPTIONS]	= { .type = NLA_NESTED },
	[NFLB_SERVICE_TIMEOUT_ESTABLISHED] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[NFLB_SERVICE_TIMEOUT_FIN] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[NFLB_SERVICE_TIMEOUT_SYN] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[NFLB_SERVICE_TIMEOUT_UDP] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[NFLB_SERVICE_PORT_LAST]	= { .type = NLA_U16 },
	[NFLB_SERVICE_PREFIX]		= { .type = NLA_U8 },
	[NFLB_SERVICE_MARK]		= { .type = NLA_U32 },
	[NFLB_SERVICE_FAMILY]		= { .type = NLA_U8 },
	[NFLB_SERVICE_PANIC] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &panic_range),
	[NFLB_SERVICE_SOURCE_POOL]	= { .type = NLA_NESTED },
	[NFLB_SERVICE_ONE_PACKET]	= NLA_POLICY_MAX(NLA_U8, 1),
	[NFLB_SERVICE_ICMP_REPLY]	= NLA_POLICY_MAX(NLA_U8, 1),
	[NFLB_SERVICE_NO_BACKEND] =
		NLA_POLICY_MAX(NLA_U8, NFLB_NO_BACKEND_MAX),
	[NFLB_SERVICE_BACKEND_DOWN] =
		NLA_POLICY_MAX(NLA_U8, NFLB_BACKEND_DOWN_MAX),
	[NFLB_SERVICE_MID_STREAM] =
		NLA_POLICY_MAX(NLA_U8, NFLB_MID_STREAM_MAX),
	[NFLB_SERVICE_AFFINITY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &affinity_range),
	[NFLB_SERVICE_AFFINITY_PREFIX]	= { .type = NLA_U8 },
	[NFLB_SERVICE_MAX_CONNECTIONS]	= { .type = NLA_U32 },
	[NFLB_SERVICE_MAX_HALF_OPEN]	= { .type = NLA_U32 },
	[NFLB_SERVICE_RATE_LIMIT]	= { .type = NLA_NESTED },
	[NFLB_SERVICE_CLIENT_RATE_LIMIT] = { .type = NLA_NESTED },
};

#define NFLB_SERVICE_SETTABLE	(ARRAY_SIZE(service_policy) - 1)

#define NFLB_PANIC_DEFAULT	1

static const struct nflb_timeouts default_timeouts = {
	.established	= 900,
	.fin		= 60,
	.syn		= 30,
	.udp		= 120,
};

static int no_service(struct netlink_ext_ack *extack)
{
	nflb_attr_refuse(extack, NULL, "no such service");
	return -ENOENT;
}

/* Only what is given changes. */
static void get_timeouts(struct nflb_timeouts *timeouts, struct nlattr **tb)
{
	const struct {
		int	type;
		u32	*seconds;
	} map[] = {
		{ NFLB_SERVICE_TIMEOUT_ESTABLISHED, &timeouts->established },
		{ NFLB_SERVICE_TIMEOUT_FIN, &timeouts->fin },
		{ NFLB_SERVICE_TIMEOUT_SYN, &timeouts->syn },
		{ NFLB_SERVICE_TIMEOUT_UDP, &timeouts->udp },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (tb[map[i].type])
			*map[i].seconds = nla_get_u32(tb[map[i].type]);
}

static int get_switches(struct nflb_service_config *config,
			struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct nlattr *one_packet = tb[NFLB_SERVICE_ONE_PACKET];
	const struct nlattr *icmp_reply = tb[NFLB_SERVICE_ICMP_REPLY];

	if (one_packet)
		config->one_packet = nla_get_u8(one_packet);
	if (config->one_packet && config->key.protocol != IPPROTO_UDP)
		return nflb_attr_refuse(extack, one_packet,
					"one-packet needs a UDP service");
	if (icmp_reply)
		config->icmp_reply = nla_get_u8(icmp_reply);
	if (config->icmp_reply && nflb_service_key_is_mark(&config->key))
		return nflb_attr_refuse(extack, icmp_reply,
					"icmp-reply needs a service with an address");
	return 0;
}

/* A mark's packets are of any protocol. */
static bool serves_tcp(const struct nflb_service_key *key)
{
	return nflb_service_key_is_mark(key) || key->protocol == IPPROTO_TCP;
}

static int get_policy(struct nflb_policy *policy, struct nlattr **tb,
		      const struct nflb_service_key *key,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *mid_stream = tb[NFLB_SERVICE_MID_STREAM];

	if (mid_stream && !serves_tcp(key))
		return nflb_attr_refuse(extack, mid_stream,
					"only TCP services have a mid-stream policy");
	if (mid_stream)
		policy->mid_stream = nla_get_u8(mid_stream);
	if (tb[NFLB_SERVICE_NO_BACKEND])
		policy->no_backend = nla_get_u8(tb[NFLB_SERVICE_NO_BACKEND]);
	if (tb[NFLB_SERVICE_BACKEND_DOWN])
		policy->backend_down =
			nla_get_u8(tb[NFLB_SERVICE_BACKEND_DOWN]);
	return 0;
}

/* What every request may change beside the scheduler; only what is given does. */
static int get_settings(struct nflb_service_config *config, struct nlattr **tb,
			struct netlink_ext_ack *extack)
{
	int err;

	get_timeouts(&config->timeouts, tb);
	if (tb[NFLB_SERVICE_PANIC])
		config->panic = nla_get_u32(tb[NFLB_SERVICE_PANIC]);
	err = get_switches(config, tb, extack) ?:
	      nflb_attr_get_affinity(config, tb, extack);
	return err ?: get_policy(&config->policy, tb, &config->key, extack) ?:
		      nflb_netlink_get_limits(&config->limits, tb,
					      &config->key, extack);
}

static int parse_service(struct nlattr **tb, struct nflb_service_key *key,
			 struct genl_info *info)
{
	const struct nlattr *nest = info->attrs[NFLB_A_SERVICE];
	int err;

	if (!nest)
		return nflb_attr_refuse(info->extack, NULL,
					"service is missing");
	err = nla_parse_nested(tb, NFLB_SERVICE_SETTABLE, nest, service_policy,
			       info->extack);
	return err ?: nflb_attr_get_service_key(key, tb, info->extack);
}

/**
 * nflb_netlink_get_service - read what a request says of a whole service
 * @config: result; settings that are absent have their defaults. On success
 *	it has a reference to the scheduler, and to its source pool if it has
 *	one.
 * @info: the request
 *
 * Context: process, no lock held: may load a module.
 * Return: 0 or a negative errno.
 */
int nflb_netlink_get_service(struct nflb_service_config *config,
			     struct genl_info *info)
{
	struct nlattr *tb[NFLB_SERVICE_SETTABLE + 1], *name;
	int err;

	*config = (struct nflb_service_config){
		.timeouts = default_timeouts,
		.panic = NFLB_PANIC_DEFAULT,
	};
	err = parse_service(tb, &config->key, info);
	if (err)
		return err;
	config->limits = nflb_netlink_default_limits(config->key.family);
	err = get_settings(config, tb, info->extack);
	if (err)
		return err;
	name = tb[NFLB_SERVICE_SCHEDULER];
	err = nflb_netlink_sched_get(&config->sched_ops,
				     name ? nla_data(name) : "wlc", name,
				     info->extack);
	if (err)
		return err;
	err = nflb_netlink_sched_options(&config->sched_options,
					 config->sched_ops,
					 tb[NFLB_SERVICE_SCHED_OPTIONS],
					 info->extack);
	if (!err && tb[NFLB_SERVICE_SOURCE_POOL])
		err = nflb_attr_get_source_pool(&config->source_pool,
						tb[NFLB_SERVICE_SOURCE_POOL],
						config->key.family,
						info->extack);
	if (err) {
		nflb_sched_put(config->sched_ops);
		return err;
	}
	return 0;
}

/* @ops is the scheduler asked for, or NULL; its reference is passed on. */
static int service_set(struct nflb_service *service,
		       const struct nflb_sched_ops *ops, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *nest = tb[NFLB_SERVICE_SCHED_OPTIONS];
	struct nflb_service_config config = {
		.key = service->key,
		.sched_ops = ops,
		.sched_options = service->sched_options,
		.timeouts = service->timeouts,
		.panic = service->panic,
		.source_pool = nflb_source_pool_get(service->source_pool),
		.one_packet = service->one_packet,
		.icmp_reply = service->icmp_reply,
		.policy = service->policy,
		.affinity = service->affinity.seconds,
		.affinity_prefix = service->affinity.id & NFLB_AFFINITY_PREFIX,
		.limits = service->limiter.limits,
	};
	int err;

	if (!ops) {
		config.sched_ops = service->sched_ops;
		__module_get(config.sched_ops->owner);
	}
	err = get_settings(&config, tb, extack);
	if (!err && (ops || nest))
		err = nflb_netlink_sched_options(&config.sched_options,
						 config.sched_ops, nest,
						 extack);
	if (!err && tb[NFLB_SERVICE_SOURCE_POOL]) {
		nflb_source_pool_put(config.source_pool);
		err = nflb_attr_get_source_pool(&config.source_pool,
						tb[NFLB_SERVICE_SOURCE_POOL],
						service->key.family, extack);
	}
	if (!err)
		err = nflb_service_set(service, &config, extack);
	nflb_source_pool_put(config.source_pool);
	if (err)
		nflb_sched_put(config.sched_ops);
	return err;
}

int nflb_netlink_service_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[NFLB_SERVICE_SETTABLE + 1], *name;
	struct nflb_net *nn = nflb_net(genl_info_net(info));
	const struct nflb_sched_ops *ops = NULL;
	struct nflb_service_key key;
	struct nflb_service *service;
	int err;

	err = parse_service(tb, &key, info);
	if (err)
		return err;
	name = tb[NFLB_SERVICE_SCHEDULER];
	if (name) {
		err = nflb_netlink_sched_get(&ops, nla_data(name), name,
					     info->extack);
		if (err)
			return err;
	}

	mutex_lock(&nn->lock);
	service = nflb_service_find(nn, &key);
	if (service) {
		err = service_set(service, ops, tb, info->extack);
	} else {
		nflb_sched_put(ops);
		err = no_service(info->extack);
	}
	mutex_unlock(&nn->lock);
	return err;
}

/* The service a request names, and nothing but names. */
static int with_service(struct genl_info *info,
			void (*action)(struct nflb_service *service))
{
	struct nflb_net *nn = nflb_net(genl_info_net(info));
	struct nflb_service_key key;
	struct nflb_service *service;
	int err;

	err = nflb_attr_parse_service_key(&key, info->attrs[NFLB_A_SERVICE],
					  info->extack);
	if (err)
		return err;
	mutex_lock(&nn->lock);
	service = nflb_service_find(nn, &key);
	if (service)
		action(service);
	else
		err = no_service(info->extack);
	mutex_unlock(&nn->lock);
	return err;
}

int nflb_netlink_service_del(struct sk_buff *skb, struct genl_info *info)
{
	return with_service(info, nflb_service_del);
}

int nflb_netlink_service_zero(struct sk_buff *skb, struct genl_info *info)
{
	return with_service(info, nflb_service_zero);
}

static int put_timeouts(struct sk_buff *skb, const struct nflb_timeouts *t)
{
	return nla_put_u32(skb, NFLB_SERVICE_TIMEOUT_ESTABLISHED,
			   t->established) ?:
	       nla_put_u32(skb, NFLB_SERVICE_TIMEOUT_FIN, t->fin) ?:
	       nla_put_u32(skb, NFLB_SERVICE_TIMEOUT_SYN, t->syn) ?:
	       nla_put_u32(skb, NFLB_SERVICE_TIMEOUT_UDP, t->udp);
}

static int put_policy(struct sk_buff *skb, const struct nflb_service *service)
{
	const struct nflb_policy *policy = &service->policy;

	if (nla_put_u8(skb, NFLB_SERVICE_NO_BACKEND, policy->no_backend) ||
	    nla_put_u8(skb, NFLB_SERVICE_BACKEND_DOWN, policy->backend_down))
		return -EMSGSIZE;
	if (!serves_tcp(&service->key))
		return 0;
	return nla_put_u8(skb, NFLB_SERVICE_MID_STREAM, policy->mid_stream);
}

/**
 * nflb_netlink_put_service - put a service with settings and counters
 * @skb: message
 * @service: service; its namespace's lock is held
 *
 * Return: 0 or -EMSGSIZE.
 */
int nflb_netlink_put_service(struct sk_buff *skb,
			     const struct nflb_service *service)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_A_SERVICE);
	struct nflb_stats_sum sum;

	nflb_stats_read(&sum, service->stats, &service->zero);
	if (!nest ||
	    nflb_attr_put_service_key(skb, &service->key) ||
	    nflb_netlink_sched_put(skb, service->sched_ops,
				   &service->sched_options) ||
	    put_timeouts(skb, &service->timeouts) ||
	    nla_put_u32(skb, NFLB_SERVICE_PANIC, service->panic) ||
	    nla_put_u8(skb, NFLB_SERVICE_ONE_PACKET, service->one_packet) ||
	    nla_put_u8(skb, NFLB_SERVICE_ICMP_REPLY, service->icmp_reply) ||
	    put_policy(skb, service) ||
	    nflb_attr_put_affinity(skb, service) ||
	    nflb_netlink_put_limits(skb, service) ||
	    nla_put_u32(skb, NFLB_SERVICE_BACKENDS, service->backend_count) ||
	    nflb_attr_put_source_pool(skb, NFLB_SERVICE_SOURCE_POOL,
				      service->source_pool) ||
	    nflb_attr_put_stats(skb, NFLB_SERVICE_STATS, &sum))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * struct service_request - which service is asked for
 * @nn: namespace
 * @key: key
 * @extack: told why not
 */
struct service_request {
	struct nflb_net		*nn;
	struct nflb_service_key	key;
	struct netlink_ext_ack	*extack;
};

static int put_requested(struct sk_buff *msg, void *arg)
{
	const struct service_request *req = arg;
	const struct nflb_service *service;
	int err;

	mutex_lock(&req->nn->lock);
	service = nflb_service_find(req->nn, &req->key);
	err = service ? nflb_netlink_put_service(msg, service) :
			no_service(req->extack);
	mutex_unlock(&req->nn->lock);
	return err;
}

int nflb_netlink_service_get(struct sk_buff *skb, struct genl_info *info)
{
	struct service_request req = {
		.nn = nflb_net(genl_info_net(info)),
		.extack = info->extack,
	};
	int err;

	err = nflb_attr_parse_service_key(&req.key, info->attrs[NFLB_A_SERVICE],
					  info->extack);
	return err ?: nflb_netlink_answer(info, put_requested, &req);
}

static int dump_service(struct sk_buff *skb, struct netlink_callback *cb,
			const struct nflb_service *service)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				   cb->nlh->nlmsg_seq, &nflb_genl_family,
				   NLM_F_MULTI, NFLB_CMD_SERVICE_GET);

	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (nflb_netlink_put_service(skb, service)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Resumes after the identity in cb->args[0]. */
int nflb_netlink_service_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nflb_net *nn = nflb_net(sock_net(skb->sk));
	const struct nflb_service *service;

	if (nlmsg_attrlen(cb->nlh, GENL_HDRLEN))
		return nflb_attr_refuse(cb->extack, NULL,
					"a dump of services takes no attributes");

	mutex_lock(&nn->lock);
	cb->seq = nn->generation;
	list_for_each_entry(service, &nn->service_list, list) {
		if (service->id <= cb->args[0])
			continue;
		if (dump_service(skb, cb, service))
			break;
		cb->args[0] = service->id;
	}
	mutex_unlock(&nn->lock);
	return skb->len;
}
