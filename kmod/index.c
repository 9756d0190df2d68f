// SPDX-License-Identifier: GPL-2.0
/*
 * Services by prefix, port range and any port: a search through the prefix
 * lengths in use, longest first, each of which costs a lookup or three however
 * many services there are.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "index.h"
#include "net.h"
#include "route.h"
#include "service.h"

/* Where port ranges are: the key of their services without the ports. */
struct nflb_ranges_key {
	__be32	addr[4];
	u8	protocol;
	u8	family;
	u8	prefix;
	u8	pad;
};

/* Ports in host byte order. @service is NULL once that is removed. */
struct nflb_range {
	u16			first;
	u16			last;
	struct nflb_service	*service;
};

/**
 * struct nflb_ranges - port ranges of one address or prefix
 * @node: in nflb_index.ranges
 * @key: identity; constant
 * @rcu: readers may be in it when it is replaced
 * @count: entries of @range; constant
 * @live: those that still have a service (namespace's lock)
 * @range: sorted; they do not overlap
 *
 * A new range makes a new object. One that goes leaves its entry empty, so
 * that removal needs no memory.
 */
struct nflb_ranges {
	struct rhash_head	node;
	struct nflb_ranges_key	key;
	struct rcu_head		rcu;
	unsigned int		count;
	unsigned int		live;
	struct nflb_range	range[];
};

static const struct rhashtable_params nflb_ranges_params = {
	.head_offset		= offsetof(struct nflb_ranges, node),
	.key_offset		= offsetof(struct nflb_ranges, key),
	.key_len		= sizeof(struct nflb_ranges_key),
	.automatic_shrinking	= true,
};

static struct nflb_ranges_key ranges_key(const struct nflb_service_key *from)
{
	struct nflb_ranges_key key = {
		.protocol = from->protocol,
		.family = from->family,
		.prefix = from->prefix,
	};

	memcpy(key.addr, from->addr, sizeof(key.addr));
	return key;
}

/* The entry a port would be in: the last that does not begin after it. */
static const struct nflb_range *find_range(const struct nflb_ranges *ranges,
					   u16 port)
{
	unsigned int low = 0, high = ranges->count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (ranges->range[middle].first <= port)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &ranges->range[low - 1] : NULL;
}

static struct nflb_service *lookup_range(const struct nflb_net *nn,
					 const struct nflb_service_key *at,
					 u16 port)
{
	struct nflb_ranges_key key = ranges_key(at);
	const struct nflb_ranges *ranges;
	const struct nflb_range *range;

	ranges = rhashtable_lookup((struct rhashtable *)&nn->index.ranges,
				   &key, nflb_ranges_params);
	range = ranges ? find_range(ranges, port) : NULL;
	return range && port <= range->last ? READ_ONCE(range->service) : NULL;
}

/* At one prefix: exact port, then range, then any port. */
static struct nflb_service *lookup_at(struct nflb_net *nn,
				      struct nflb_service_key *key, __be16 port)
{
	struct nflb_service *service;

	key->port = port;
	key->port_last = port;
	service = nflb_service_get_exact(nn, key);
	if (service)
		return service;
	service = lookup_range(nn, key, ntohs(port));
	if (service)
		return service;
	key->port = 0;
	key->port_last = 0;
	return nflb_service_get_exact(nn, key);
}

/**
 * nflb_index_lookup - find the service of a packet that none names exactly
 * @nn: namespace
 * @tuple: of the packet
 *
 * The director's own addresses are never part of a prefix: whoever balances
 * one of them says so with a service of that address.
 *
 * Context: RCU read side.
 * Return: the service, valid until the RCU read side ends, or NULL.
 */
struct nflb_service *nflb_index_lookup(struct nflb_net *nn,
				       const struct nflb_tuple *tuple)
{
	const unsigned long *lengths =
		nn->index.lengths[nflb_family_index(tuple->family)];
	const unsigned int whole = nflb_addr_bits(tuple->family);
	struct nflb_service_key key = {
		.protocol = tuple->protocol,
		.family = tuple->family,
	};
	struct nflb_service *service;
	unsigned int length;

	memcpy(key.addr, nflb_tuple_dst(tuple), nflb_addr_size(tuple->family));
	nflb_for_each_prefix_length(length, lengths) {
		nflb_addr_mask(key.addr, length, key.family);
		key.prefix = length;
		service = lookup_at(nn, &key, tuple->dport);
		if (service && length < whole &&
		    nflb_route_is_local(nn->net, nflb_tuple_dst(tuple),
					key.family))
			return NULL;
		if (service)
			return service;
	}
	return NULL;
}

static struct nflb_ranges *find_ranges(struct nflb_net *nn,
				       const struct nflb_service_key *at)
{
	struct nflb_ranges_key key = ranges_key(at);

	lockdep_assert_held(&nn->lock);
	return rhashtable_lookup_fast(&nn->index.ranges, &key,
				      nflb_ranges_params);
}

static bool overlaps(const struct nflb_ranges *ranges, u16 first, u16 last)
{
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		if (ranges->range[i].service &&
		    ranges->range[i].first <= last &&
		    ranges->range[i].last >= first)
			return true;
	return false;
}

/* A copy of @old, which may be NULL, with one entry more and no empty ones. */
static struct nflb_ranges *ranges_with(const struct nflb_ranges *old,
				       struct nflb_service *service)
{
	struct nflb_range added = {
		.first = ntohs(service->key.port),
		.last = ntohs(service->key.port_last),
		.service = service,
	};
	unsigned int live = old ? old->live : 0, i, n = 0;
	struct nflb_ranges *ranges;

	ranges = kzalloc(struct_size(ranges, range, live + 1),
			 GFP_KERNEL_ACCOUNT);
	if (!ranges)
		return NULL;
	ranges->key = ranges_key(&service->key);
	for (i = 0; old && i < old->count; i++) {
		if (!old->range[i].service)
			continue;
		if (added.service && added.first < old->range[i].first) {
			ranges->range[n++] = added;
			added.service = NULL;
		}
		ranges->range[n++] = old->range[i];
	}
	if (added.service)
		ranges->range[n++] = added;
	ranges->count = n;
	ranges->live = n;
	return ranges;
}

static int insert_range(struct nflb_net *nn, struct nflb_service *service,
			struct netlink_ext_ack *extack)
{
	struct nflb_ranges *old = find_ranges(nn, &service->key), *ranges;
	int err;

	if (old && overlaps(old, ntohs(service->key.port),
			    ntohs(service->key.port_last))) {
		NL_SET_ERR_MSG(extack,
			       "port range overlaps that of another service");
		return -EEXIST;
	}
	ranges = ranges_with(old, service);
	if (!ranges)
		return -ENOMEM;
	if (old)
		err = rhashtable_replace_fast(&nn->index.ranges, &old->node,
					      &ranges->node,
					      nflb_ranges_params);
	else
		err = rhashtable_insert_fast(&nn->index.ranges, &ranges->node,
					     nflb_ranges_params);
	if (err)
		kfree(ranges);
	else if (old)
		kfree_rcu(old, rcu);
	return err;
}

static void take_range(struct nflb_net *nn, struct nflb_service *service)
{
	struct nflb_ranges *ranges = find_ranges(nn, &service->key);
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		if (ranges->range[i].service == service)
			WRITE_ONCE(ranges->range[i].service, NULL);
	if (--ranges->live)
		return;
	rhashtable_remove_fast(&nn->index.ranges, &ranges->node,
			       nflb_ranges_params);
	kfree_rcu(ranges, rcu);
}

/**
 * nflb_index_add - let packets find a service that is not exact
 * @nn: namespace; its lock is held
 * @service: service; for an exact one and one of a mark there is nothing to do
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: 0; -EEXIST or -ENOMEM, with nothing changed, for port ranges only.
 */
int nflb_index_add(struct nflb_net *nn, struct nflb_service *service,
		   struct netlink_ext_ack *extack)
{
	const struct nflb_service_key *key = &service->key;
	unsigned int i = nflb_family_index(key->family);
	int err;

	lockdep_assert_held(&nn->lock);
	if (nflb_service_key_exact(key) || nflb_service_key_is_mark(key))
		return 0;
	if (key->port != key->port_last) {
		err = insert_range(nn, service, extack);
		if (err)
			return err;
	}
	if (!nn->index.services[i][key->prefix]++)
		set_bit(key->prefix, nn->index.lengths[i]);
	return 0;
}

/**
 * nflb_index_remove - packets no longer find a service
 * @nn: namespace; its lock is held
 * @service: service that nflb_index_add() was called for
 *
 * Context: process. Packets may use the service for a grace period.
 */
void nflb_index_remove(struct nflb_net *nn, struct nflb_service *service)
{
	const struct nflb_service_key *key = &service->key;
	unsigned int i = nflb_family_index(key->family);

	lockdep_assert_held(&nn->lock);
	if (nflb_service_key_exact(key) || nflb_service_key_is_mark(key))
		return;
	if (key->port != key->port_last)
		take_range(nn, service);
	if (!--nn->index.services[i][key->prefix])
		clear_bit(key->prefix, nn->index.lengths[i]);
}

int nflb_index_init(struct nflb_net *nn)
{
	return rhashtable_init(&nn->index.ranges, &nflb_ranges_params);
}

/* No services any more. */
void nflb_index_destroy(struct nflb_net *nn)
{
	rhashtable_destroy(&nn->index.ranges);
}
