// SPDX-License-Identifier: GPL-2.0
/*
 * Buckets of client prefixes. A bucket that is full again says nothing any
 * more, so it can be anybody's: who is not in his set takes the bucket that is
 * nearest to full. Those who asked for the most are forgotten last, and nobody
 * is refused for what others did.
 *
 * Two processors that look for a bucket at the same moment may choose the same
 * one. Then two clients share it for a while, or one has two: a few tokens
 * too many or too few.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "clients.h"

static u64 client_hash(const struct nflb_clients *clients,
		       const struct nflb_tuple *tuple)
{
	unsigned int size = nflb_addr_size(tuple->family);
	__be32 addr[4];

	memcpy(addr, nflb_tuple_src(tuple), size);
	nflb_addr_mask(addr, clients->prefix, tuple->family);
	/* Not 0, which is nobody. */
	return siphash(addr, size, &clients->key) | BIT_ULL(63);
}

static struct nflb_client *set_of(struct nflb_clients *clients, u64 who)
{
	return clients->client[who % NFLB_CLIENTS_SETS];
}

static struct nflb_client *find(struct nflb_client *set, u64 who)
{
	unsigned int i;

	for (i = 0; i < NFLB_CLIENTS_WAYS; i++)
		if (READ_ONCE(set[i].who) == who)
			return &set[i];
	return NULL;
}

static struct nflb_client *replace(struct nflb_client *set, u64 who)
{
	struct nflb_client *fullest = &set[0];
	unsigned int i;

	for (i = 1; i < NFLB_CLIENTS_WAYS; i++)
		if (atomic64_read(&set[i].bucket.full_at) <
		    atomic64_read(&fullest->bucket.full_at))
			fullest = &set[i];
	WRITE_ONCE(fullest->who, who);
	atomic64_set(&fullest->bucket.full_at, 0);
	return fullest;
}

/**
 * nflb_clients_find - the bucket of a client, if it has one
 * @clients: buckets
 * @tuple: of a request
 *
 * Context: RCU read side.
 * Return: the bucket; NULL stands for a full one.
 */
const struct nflb_bucket *nflb_clients_find(struct nflb_clients *clients,
					    const struct nflb_tuple *tuple)
{
	u64 who = client_hash(clients, tuple);
	struct nflb_client *client = find(set_of(clients, who), who);

	return client ? &client->bucket : NULL;
}

/**
 * nflb_clients_get - the bucket of a client, who gets one if need be
 * @clients: buckets
 * @tuple: of a request
 *
 * Context: RCU read side.
 * Return: the bucket.
 */
struct nflb_bucket *nflb_clients_get(struct nflb_clients *clients,
				     const struct nflb_tuple *tuple)
{
	u64 who = client_hash(clients, tuple);
	struct nflb_client *set = set_of(clients, who);
	struct nflb_client *client = find(set, who);

	if (!client)
		client = replace(set, who);
	return &client->bucket;
}

/**
 * nflb_clients_alloc - full buckets for everybody
 * @prefix: how many bits of an address make a client
 *
 * Context: process, may sleep.
 * Return: the buckets, for kvfree() once no packet can be in them, or NULL.
 */
struct nflb_clients *nflb_clients_alloc(u8 prefix)
{
	struct nflb_clients *clients;

	BUILD_BUG_ON(sizeof(clients->client[0]) != 64);

	clients = kvzalloc(sizeof(*clients), GFP_KERNEL_ACCOUNT);
	if (!clients)
		return NULL;
	get_random_bytes(&clients->key, sizeof(clients->key));
	clients->prefix = prefix;
	return clients;
}
