// SPDX-License-Identifier: GPL-2.0
/* What backends are: in dumps, events and answers. */
#include <linux/slab.h>
#include <net/sock.h>

#include "drain.h"
#include "failure.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"

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

static int put_state(struct sk_buff *skb, const struct nflb_backend *backend)
{
	u32 left = nflb_drain_left(backend);

	if (nla_put_u8(skb, NFLB_BACKEND_STATE, backend->state))
		return -EMSGSIZE;
	if (!left)
		return 0;
	return nla_put_u32(skb, NFLB_BACKEND_DRAIN_TIMEOUT, left) ?:
	       nla_put_u8(skb, NFLB_BACKEND_DRAIN_THEN, backend->drain_then);
}

static int put_failures(struct sk_buff *skb, const struct nflb_backend *backend)
{
	struct nlattr *nest = nla_nest_start(skb, NFLB_BACKEND_FAILURES);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = NFLB_FAILURES_UNSPEC + 1; i < NFLB_FAILURES_COUNT; i++) {
		u64 sum = nflb_failures_read(backend, i) -
			  backend->zero_failures[i];

		if (nla_put_u64_64bit(skb, i, sum, NFLB_FAILURES_PAD))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
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
	    nflb_attr_put_stats(skb, NFLB_BACKEND_STATS, &sum) ||
	    put_failures(skb, backend) ||
	    put_state(skb, backend))
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
	return nflb_attr_put_service(skb, &backend->service->key) ?:
	       put_backend_nest(skb, backend);
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
