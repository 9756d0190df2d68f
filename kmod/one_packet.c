// SPDX-License-Identifier: GPL-2.0
/*
 * A datagram from the address and port of a listed backend answers one of the
 * service it is listed for: nothing else is known of it. So a backend can be
 * listed for one service only, which must have one address.
 */
#include <linux/bsearch.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "backend.h"
#include "net.h"
#include "one_packet.h"
#include "service.h"

static int compare_answerers(const void *a, const void *b)
{
	const struct nflb_answerer *aa = a, *ab = b;

	return nflb_backend_order(aa->addr, aa->family, aa->port,
				  ab->addr, ab->family, ab->port);
}

static struct nflb_backend *find(const struct nflb_answerers *answerers,
				 const struct nflb_tuple *reply, __be16 port)
{
	struct nflb_answerer wanted = {
		.port = port,
		.family = reply->family,
	};
	const struct nflb_answerer *found;

	memcpy(wanted.addr, nflb_tuple_src(reply),
	       nflb_addr_size(reply->family));
	found = bsearch(&wanted, answerers->list, answerers->count,
			sizeof(wanted), compare_answerers);
	return found ? READ_ONCE(found->backend) : NULL;
}

/* Does the service have this port? Its backend then answers from it. */
static bool service_has_port(const struct nflb_service *service, __be16 port)
{
	const struct nflb_service_key *key = &service->key;

	return !key->port || (ntohs(key->port) <= ntohs(port) &&
			      ntohs(port) <= ntohs(key->port_last));
}

/**
 * nflb_one_packet_lookup - who sent this answer to a datagram?
 * @nn: namespace
 * @reply: tuple of a packet that is of no connection and to no service
 *
 * Context: RCU read side.
 * Return: the backend, valid until the RCU read side ends, or NULL if it is no
 * such answer.
 */
struct nflb_backend *nflb_one_packet_lookup(const struct nflb_net *nn,
					    const struct nflb_tuple *reply)
{
	const struct nflb_answerers *answerers =
		rcu_dereference(nn->answerers);
	struct nflb_backend *backend;

	if (likely(!answerers) || reply->protocol != IPPROTO_UDP)
		return NULL;
	backend = find(answerers, reply, reply->sport);
	if (backend)
		return backend;
	backend = find(answerers, reply, 0);
	if (backend && service_has_port(backend->service, reply->sport))
		return backend;
	return NULL;
}

static bool answers(const struct nflb_backend *backend)
{
	return backend->next_forward == NFLB_FORWARD_NAT;
}

static unsigned int count_answerers(const struct nflb_service *service)
{
	const struct nflb_backend *backend;
	unsigned int count = 0;

	if (!service->one_packet)
		return 0;
	list_for_each_entry(backend, &service->backends, list)
		count += answers(backend);
	return count;
}

static void collect(struct nflb_answerers *answerers,
		    struct nflb_service *service)
{
	struct nflb_backend *backend;

	if (!service->one_packet)
		return;
	list_for_each_entry(backend, &service->backends, list) {
		struct nflb_answerer *to;

		if (!answers(backend))
			continue;
		to = &answerers->list[answerers->count++];
		to->backend = backend;
		memcpy(to->addr, backend->addr, sizeof(to->addr));
		to->port = backend->port;
		to->family = backend->family;
	}
}

/* At one address, port 0 sorts first: it is like all others. */
static bool alike(const struct nflb_answerer *a, const struct nflb_answerer *b)
{
	return a->family == b->family &&
	       nflb_addr_equal(a->addr, b->addr, a->family) &&
	       (!a->port || a->port == b->port);
}

static int check(const struct nflb_answerers *answerers,
		 struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 0; i < answerers->count; i++) {
		const struct nflb_answerer *at = &answerers->list[i];
		const struct nflb_service *service = at->backend->service;

		if (service->key.prefix != nflb_addr_bits(service->key.family)) {
			NL_SET_ERR_MSG(extack,
				       "one-packet by nat needs a service of one address");
			return -EINVAL;
		}
		if (at->port && !nflb_service_key_port(&service->key)) {
			NL_SET_ERR_MSG(extack,
				       "one-packet by nat cannot change the ports of a service that has many");
			return -EINVAL;
		}
		if (i && alike(at - 1, at)) {
			NL_SET_ERR_MSG(extack,
				       "another one-packet service has this backend by nat: their answers are alike");
			return -EEXIST;
		}
	}
	return 0;
}

/* What comes back to a source of the director's is told by its connection. */
static bool needs_connections(const struct nflb_service *service)
{
	const struct nflb_backend *backend;

	list_for_each_entry(backend, &service->backends, list)
		if (backend->next_forward == NFLB_FORWARD_FULLNAT)
			return true;
	return false;
}

/**
 * nflb_one_packet_prepare - list the backends that answer, as they are now
 * @service: service that changed, or a new one that is not among the others of
 *	its namespace yet; the namespace's lock is held
 * @extack: told why not
 *
 * Context: process, may sleep.
 * Return: what is to be given to nflb_one_packet_publish(), or kvfree()d; NULL
 * is a valid list; -ENOMEM, -EINVAL or -EEXIST.
 */
struct nflb_answerers *nflb_one_packet_prepare(struct nflb_service *service,
					       struct netlink_ext_ack *extack)
{
	struct nflb_net *nn = service->nn;
	struct nflb_answerers *answerers;
	unsigned int count = count_answerers(service);
	struct nflb_service *other;
	int err;

	lockdep_assert_held(&nn->lock);
	if (service->one_packet && needs_connections(service)) {
		NL_SET_ERR_MSG(extack,
			       "one-packet cannot forward by fullnat, which needs connections");
		return ERR_PTR(-EINVAL);
	}
	if (!count && !rcu_access_pointer(nn->answerers))
		return NULL;
	list_for_each_entry(other, &nn->service_list, list)
		if (other != service)
			count += count_answerers(other);
	if (!count)
		return NULL;
	answerers = kvzalloc(struct_size(answerers, list, count),
			     GFP_KERNEL_ACCOUNT);
	if (!answerers)
		return ERR_PTR(-ENOMEM);
	collect(answerers, service);
	list_for_each_entry(other, &nn->service_list, list)
		if (other != service)
			collect(answerers, other);
	sort(answerers->list, answerers->count, sizeof(*answerers->list),
	     compare_answerers, NULL);
	err = check(answerers, extack);
	if (!err)
		return answerers;
	kvfree(answerers);
	return ERR_PTR(err);
}

/**
 * nflb_one_packet_publish - have packets go by a list
 * @nn: namespace; its lock is held
 * @answerers: what nflb_one_packet_prepare() made under the same lock
 *
 * Context: process.
 */
void nflb_one_packet_publish(struct nflb_net *nn,
			     struct nflb_answerers *answerers)
{
	struct nflb_answerers *old;

	old = rcu_replace_pointer(nn->answerers, answerers,
				  lockdep_is_held(&nn->lock));
	if (old)
		kvfree_rcu(old, rcu);
}

/**
 * nflb_one_packet_forget - a backend goes, and needs no memory for that
 * @backend: backend, listed or not; the namespace's lock is held
 *
 * Context: process.
 */
void nflb_one_packet_forget(struct nflb_backend *backend)
{
	struct nflb_net *nn = backend->service->nn;
	struct nflb_answerers *answerers;
	unsigned int i, left = 0;

	answerers = rcu_dereference_protected(nn->answerers,
					      lockdep_is_held(&nn->lock));
	if (!answerers)
		return;
	for (i = 0; i < answerers->count; i++) {
		if (answerers->list[i].backend == backend)
			WRITE_ONCE(answerers->list[i].backend, NULL);
		left += !!answerers->list[i].backend;
	}
	if (!left)
		nflb_one_packet_publish(nn, NULL);
}
