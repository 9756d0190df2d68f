// SPDX-License-Identifier: GPL-2.0
/*
 * Connections wait here until they are old enough, in the order in which they
 * began; one that ends before is forgotten, and nobody hears of it.
 */
#include <stdlib.h>
#include <string.h>

#include "held.h"

#define BUCKETS		65536	/* a power of two */

struct item {
	struct item *chain;
	struct item *later;
	uint64_t due;
	bool over;		/* forgotten, but still in its turn */
	struct nflb_change change;
};

struct held {
	struct item *buckets[BUCKETS];
	struct item *first;
	struct item **last;
	size_t count;
	struct nflb_change given;
};

struct held *held_new(void)
{
	struct held *held = calloc(1, sizeof(*held));

	if (held)
		held->last = &held->first;
	return held;
}

static uint32_t mix(uint32_t hash, const void *data, size_t length)
{
	const uint8_t *bytes = data;

	while (length--)
		hash = (hash ^ *bytes++) * 16777619;
	return hash;
}

static size_t bucket_of(const struct nflb_connection *c)
{
	size_t size = c->client.family == AF_INET ? 4 : 16;
	uint32_t hash = mix(2166136261u, &c->client.v6, size);

	hash = mix(hash, &c->client_port, sizeof(c->client_port));
	hash = mix(hash, &c->destination.v6, size);
	hash = mix(hash, &c->destination_port, sizeof(c->destination_port));
	return (hash ^ hash >> 16) % BUCKETS;
}

static bool same(const struct nflb_connection *a,
		 const struct nflb_connection *b)
{
	return a->protocol == b->protocol && a->client_port == b->client_port &&
	       a->destination_port == b->destination_port &&
	       nflb_address_equal(&a->client, &b->client) &&
	       nflb_address_equal(&a->destination, &b->destination);
}

static struct item **find(struct held *held, const struct nflb_connection *c)
{
	struct item **at = &held->buckets[bucket_of(c)];

	while (*at && !same(&(*at)->change.connection, c))
		at = &(*at)->chain;
	return at;
}

static bool add(struct held *held, struct item **at,
		const struct nflb_change *change, uint64_t due)
{
	struct item *item = malloc(sizeof(*item));

	if (!item)
		return false;
	*item = (struct item){ .due = due, .change = *change };
	*at = item;
	*held->last = item;
	held->last = &item->later;
	held->count++;
	return true;
}

/**
 * held_put() - a connection has changed
 * @held: those that wait
 * @change: what it is now
 * @due: when it is old enough, if it has just begun
 *
 * Return: false if it does not wait: it is to be told of at once.
 */
bool held_put(struct held *held, const struct nflb_change *change, uint64_t due)
{
	struct item **at = find(held, &change->connection), *item = *at;
	uint8_t state = change->connection.state;

	if (!item && (change->end || state > NFLB_STATE_ESTABLISHED))
		return false;
	if (!item)
		return add(held, at, change, due);
	item->change = *change;
	if (!change->end)
		return true;
	item->over = true;
	*at = item->chain;
	return true;
}

/**
 * held_next() - the next connection that is old enough
 * @held: those that wait
 * @now: in what @due was
 *
 * Return: what it is, until the next call; NULL if there is none.
 */
const struct nflb_change *held_next(struct held *held, uint64_t now)
{
	struct item *item;
	bool over = true;

	while (over) {
		item = held->first;
		if (!item || item->due > now)
			return NULL;
		held->first = item->later;
		if (!held->first)
			held->last = &held->first;
		over = item->over;
		if (!over)
			*find(held, &item->change.connection) = item->chain;
		held->given = item->change;
		held->count--;
		free(item);
	}
	return &held->given;
}

size_t held_count(const struct held *held)
{
	return held->count;
}

void held_free(struct held *held)
{
	if (!held)
		return;
	while (held_next(held, UINT64_MAX))
		;
	free(held);
}
