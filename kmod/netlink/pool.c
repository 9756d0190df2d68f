// SPDX-License-Identifier: GPL-2.0
/* Requests about a service with all of its backends. */
#include <linux/slab.h>
#include <linux/sort.h>

#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"
#include "pool.h"
#include "source.h"

/**
 * struct pool_request - what a request says of a pool
 * @pool: all of it
 * @backends: its backends, as @pool has them
 * @nests: where in the request they stand
 */
struct pool_request {
	struct nflb_pool_config		pool;
	struct nflb_backend_config	*backends;
	const struct nlattr		**nests;
};

static void free_backends(struct pool_request *req)
{
	unsigned int i;

	for (i = 0; i < req->pool.count; i++)
		nflb_source_pool_put(req->backends[i].source_pool);
	kvfree(req->backends);
	kvfree(req->nests);
}

/* NFLB_A_BACKEND comes as often as there are backends: a nest around them all
 * could not be longer than 64 KiB.
 */
static int alloc_backends(struct pool_request *req, struct genl_info *info)
{
	const struct nlattr *attr;
	unsigned int count = 0;
	int rest;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest)
		count += nla_type(attr) == NFLB_A_BACKEND;
	req->backends = kvcalloc(count, sizeof(*req->backends), GFP_KERNEL);
	req->nests = kvmalloc_array(count, sizeof(*req->nests), GFP_KERNEL);
	if (!req->backends || !req->nests)
		return -ENOMEM;

	req->pool.backends = req->backends;
	req->pool.count = count;
	count = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest)
		if (nla_type(attr) == NFLB_A_BACKEND)
			req->nests[count++] = attr;
	return 0;
}

static int compare_configs(const void *a, const void *b)
{
	const struct nflb_backend_config *const *ca = a, *const *cb = b;

	return nflb_backend_order((*ca)->addr, (*ca)->family, (*ca)->port,
				  (*cb)->addr, (*cb)->family, (*cb)->port);
}

static int refuse_twin(const struct pool_request *req,
		       const struct nflb_backend_config *a,
		       const struct nflb_backend_config *b,
		       struct netlink_ext_ack *extack)
{
	const struct nflb_backend_config *later = a > b ? a : b;

	return nflb_attr_refuse(extack, req->nests[later - req->backends],
				"backend is given twice");
}

static int check_twins(const struct pool_request *req,
		       struct netlink_ext_ack *extack)
{
	const struct nflb_backend_config **sorted;
	unsigned int i, count = req->pool.count;
	int err = 0;

	sorted = kvmalloc_array(count, sizeof(*sorted), GFP_KERNEL);
	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		sorted[i] = &req->backends[i];
	sort(sorted, count, sizeof(*sorted), compare_configs, NULL);
	for (i = 1; i < count && !err; i++)
		if (!compare_configs(&sorted[i - 1], &sorted[i]))
			err = refuse_twin(req, sorted[i - 1], sorted[i],
					  extack);
	kvfree(sorted);
	return err;
}

/* A refusal always says which backend it is about. */
static int get_backends(struct pool_request *req,
			struct netlink_ext_ack *extack)
{
	unsigned int i;
	int err;

	for (i = 0; i < req->pool.count; i++) {
		err = nflb_netlink_get_backend(&req->backends[i],
					       &req->pool.service.key,
					       req->nests[i], extack);
		if (!err)
			continue;
		if (extack && !extack->bad_attr)
			NL_SET_BAD_ATTR(extack, req->nests[i]);
		return err;
	}
	return check_twins(req, extack);
}

static int refuse_existing(struct netlink_ext_ack *extack)
{
	nflb_attr_refuse(extack, NULL, "service exists already");
	return -EEXIST;
}

static int pool_apply(struct nflb_net *nn, const struct nflb_pool_config *pool,
		      bool may_exist, struct netlink_ext_ack *extack)
{
	struct nflb_service *service;
	int err;

	mutex_lock(&nn->lock);
	service = nflb_service_find(nn, &pool->service.key);
	if (!service)
		err = nflb_pool_create(nn, pool, extack);
	else if (may_exist)
		err = nflb_pool_replace(service, pool, extack);
	else
		err = refuse_existing(extack);
	mutex_unlock(&nn->lock);
	return err;
}

static int with_pool(struct genl_info *info, bool may_exist)
{
	struct pool_request req = {};
	int err;

	err = nflb_netlink_get_service(&req.pool.service, info);
	if (err)
		return err;
	err = alloc_backends(&req, info);
	if (!err)
		err = get_backends(&req, info->extack);
	if (!err)
		err = pool_apply(nflb_net(genl_info_net(info)), &req.pool,
				 may_exist, info->extack);
	if (err)
		nflb_sched_put(req.pool.service.sched_ops);
	nflb_source_pool_put(req.pool.service.source_pool);
	free_backends(&req);
	return err;
}

int nflb_netlink_service_new(struct sk_buff *skb, struct genl_info *info)
{
	return with_pool(info, false);
}

int nflb_netlink_service_replace(struct sk_buff *skb, struct genl_info *info)
{
	return with_pool(info, true);
}
