// SPDX-License-Identifier: GPL-2.0
/*
 * Affinity. Nothing of an entry but its expiry ever changes: a client that goes
 * elsewhere gets another entry. One that does not lead anywhere any more is
 * replaced when its client comes, or removed by the sweeper.
 *
 * The first packet of a connection that has to be opened proves nothing, so the
 * entry it makes lasts as long as the opening may, and prolongs none that is
 * there. What was said of the full time is done when the connection is
 * established. So forged requests cannot keep the table full, and a client
 * whose backend does not answer is not tied to it for longer.
 */
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "affinity.h"
#include "backend.h"
#include "conn.h"
#include "net.h"
#include "service.h"
#include "walk.h"

static struct kmem_cache *nflb_affinity_cache __read_mostly;
static hsiphash_key_t nflb_affinity_secret __read_mostly;

/* A client must not be able to choose where it hashes to. */
static u32 key_hash(const void *data, u32 len, u32 seed)
{
	return hsiphash(data, len, &nflb_affinity_secret) ^ seed;
}

static const struct rhashtable_params nflb_affinity_params = {
	.head_offset		= offsetof(struct nflb_affinity, node),
	.key_offset		= offsetof(struct nflb_affinity, key),
	.key_len		= sizeof(struct nflb_affinity_key),
	.hashfn			= key_hash,
	.automatic_shrinking	= true,
};

static u32 now(void)
{
	return ktime_get_seconds();
}

static void entry_free(struct nflb_affinity *entry)
{
	nflb_backend_put(entry->backend);
	kmem_cache_free(nflb_affinity_cache, entry);
}

static void entry_free_rcu(struct rcu_head *rcu)
{
	entry_free(container_of(rcu, struct nflb_affinity, rcu));
}

/* Nobody finds it any more; those that have it may go on for a while. */
void nflb_affinity_free_rcu(struct nflb_affinity *entry)
{
	call_rcu(&entry->rcu, entry_free_rcu);
}

/**
 * nflb_affinity_end - remove an entry
 * @entry: entry; of several callers one removes it
 *
 * Context: any, RCU read side.
 * Return: true if this caller removed it.
 */
bool nflb_affinity_end(struct nflb_affinity *entry)
{
	struct nflb_net *nn = entry->key.service->nn;

	if (rhashtable_remove_fast(&nn->affinities, &entry->node,
				   nflb_affinity_params))
		return false;
	/* Elsewhere it expires as well. */
	if (!nflb_sync_release(nn, NFLB_SYNC_AFFINITY, &entry->queued,
			       &entry->status, false))
		nflb_affinity_free_rcu(entry);
	return true;
}

/**
 * nflb_affinity_valid - does an entry count?
 * @entry: entry
 *
 * It may be that its backend is given no new connections at present.
 *
 * Context: RCU read side.
 */
bool nflb_affinity_valid(const struct nflb_affinity *entry)
{
	const struct nflb_affinity_setting *setting;

	setting = &entry->key.service->affinity;
	return READ_ONCE(setting->seconds) &&
	       READ_ONCE(setting->id) == entry->setting &&
	       (s32)(now() - READ_ONCE(entry->expires)) <= 0 &&
	       !nflb_backend_dead(entry->backend);
}

/* How many bits of the client's address count. */
u8 nflb_affinity_prefix(const struct nflb_affinity *entry)
{
	return entry->setting & NFLB_AFFINITY_PREFIX;
}

/* Seconds; 0 in the last one. */
u32 nflb_affinity_left(const struct nflb_affinity *entry)
{
	s32 left = READ_ONCE(entry->expires) - now();

	return left > 0 ? left : 0;
}

static bool entry_leads(const struct nflb_affinity *entry)
{
	return nflb_affinity_valid(entry) &&
	       nflb_backend_due(entry->backend) &&
	       nflb_backend_has_room(entry->backend);
}

/* Returns the setting that was in force, which says the prefix. */
static u32 make_key(struct nflb_affinity_key *key,
		    const struct nflb_service *service,
		    const struct nflb_tuple *tuple)
{
	u32 setting = READ_ONCE(service->affinity.id);

	*key = (struct nflb_affinity_key){ .service = service };
	memcpy(key->client, nflb_tuple_src(tuple),
	       nflb_addr_size(tuple->family));
	nflb_addr_mask(key->client, setting & NFLB_AFFINITY_PREFIX,
		       tuple->family);
	return setting;
}

static struct nflb_affinity *find(const struct nflb_affinity_key *key)
{
	return rhashtable_lookup(&key->service->nn->affinities, key,
				 nflb_affinity_params);
}

static struct nflb_affinity *find_leading(const struct nflb_service *service,
					  const struct nflb_tuple *tuple)
{
	struct nflb_affinity_key key;
	struct nflb_affinity *entry;

	make_key(&key, service, tuple);
	entry = find(&key);
	return entry && entry_leads(entry) ? entry : NULL;
}

/**
 * nflb_affinity_find - the entry that decides about a new flow
 * @service: service
 * @tuple: of the flow's first packet
 *
 * Context: RCU read side.
 * Return: the entry, valid until the RCU read side ends; NULL if it is up to the
 * scheduler.
 */
const struct nflb_affinity *
nflb_affinity_find(const struct nflb_service *service,
		   const struct nflb_tuple *tuple)
{
	return find_leading(service, tuple);
}

static void changed(struct nflb_affinity *entry)
{
	struct nflb_net *nn = entry->key.service->nn;

	if (unlikely(nflb_sync_on(nn)))
		nflb_sync_queue(nn, NFLB_SYNC_AFFINITY, &entry->queued,
				&entry->status);
}

/* Never shorter. Clients that come often write once a second. */
static bool prolong(struct nflb_affinity *entry, u32 seconds)
{
	u32 expires = now() + seconds;

	if ((s32)(expires - READ_ONCE(entry->expires)) <= 0)
		return false;
	WRITE_ONCE(entry->expires, expires);
	return true;
}

/* It is a connection to come: whether one is meant, others will show. */
static bool opens(const struct nflb_packet *pkt)
{
	return nflb_packet_is_syn(pkt);
}

/**
 * nflb_affinity_lookup - where is a client to go?
 * @service: service with affinity
 * @pkt: first packet of a flow
 *
 * Context: softirq, RCU read side.
 * Return: a backend that is due new connections and has room, valid until the
 * RCU read side ends; NULL if it is up to the scheduler.
 */
struct nflb_backend *nflb_affinity_lookup(const struct nflb_service *service,
					  const struct nflb_packet *pkt)
{
	struct nflb_affinity *entry = find_leading(service, &pkt->tuple);

	if (!entry)
		return NULL;
	if (!opens(pkt) &&
	    prolong(entry, READ_ONCE(service->affinity.seconds)))
		changed(entry);
	return entry->backend;
}

static struct nflb_affinity *entry_alloc(const struct nflb_affinity_key *key,
					 struct nflb_backend *backend)
{
	const struct nflb_net *nn = key->service->nn;
	struct nflb_affinity *entry;

	if (nflb_affinity_count(nn) >=
	    nflb_setting(nn, NFLB_SETTINGS_MAX_AFFINITY) ||
	    !nflb_backend_get(backend))
		return NULL;
	entry = kmem_cache_alloc(nflb_affinity_cache,
				 GFP_ATOMIC | __GFP_NOWARN);
	if (!entry) {
		nflb_backend_put(backend);
		return NULL;
	}
	entry->key = *key;
	entry->backend = backend;
	atomic_set(&entry->status, 0);
	return entry;
}

/* NULL without room; else the backend of the entry that is there now. */
static struct nflb_backend *insert(const struct nflb_affinity_key *key,
				   struct nflb_backend *backend, u32 setting,
				   u32 seconds, bool tell)
{
	struct nflb_affinity *entry = entry_alloc(key, backend), *there;

	if (!entry)
		return NULL;
	entry->setting = setting;
	entry->expires = now() + seconds;
	there = rhashtable_lookup_get_insert_fast(&key->service->nn->affinities,
						  &entry->node,
						  nflb_affinity_params);
	if (!there) {
		if (tell)
			changed(entry);
		return backend;
	}
	entry_free(entry);
	if (IS_ERR(there))
		return NULL;
	/* Another CPU was first. */
	return entry_leads(there) ? there->backend : backend;
}

/*
 * A client has been given a backend. Returns that of its entry, which may be
 * another one if two of its connections came at once; NULL without an entry.
 */
static struct nflb_backend *keep(const struct nflb_service *service,
				 const struct nflb_tuple *tuple,
				 struct nflb_backend *backend, u32 seconds)
{
	struct nflb_affinity_key key;
	struct nflb_affinity *entry;
	u32 setting;

	setting = make_key(&key, service, tuple);
	entry = find(&key);
	if (entry && nflb_affinity_valid(entry) && entry->backend == backend) {
		if (prolong(entry, seconds))
			changed(entry);
		return backend;
	}
	if (entry && entry_leads(entry))
		return entry->backend;
	if (entry)
		nflb_affinity_end(entry);
	return insert(&key, backend, setting, seconds, true);
}

/**
 * nflb_affinity_import - another director says where a client was last
 * @service: service with affinity
 * @client: tuple with the client as its source
 * @backend: the backend
 * @seconds: how long the client is remembered for that
 *
 * Context: BH off, RCU read side.
 * Return: true if anything has changed.
 */
bool nflb_affinity_import(const struct nflb_service *service,
			  const struct nflb_tuple *client,
			  struct nflb_backend *backend, u32 seconds)
{
	struct nflb_affinity_key key;
	struct nflb_affinity *entry;
	u32 setting;

	setting = make_key(&key, service, client);
	seconds = min(seconds, READ_ONCE(service->affinity.seconds));
	entry = find(&key);
	if (entry && nflb_affinity_valid(entry) && entry->backend == backend)
		return seconds > nflb_affinity_left(entry) + seconds / 16 &&
		       prolong(entry, seconds);
	if (entry)
		nflb_affinity_end(entry);
	return insert(&key, backend, setting, seconds, false) == backend;
}

/**
 * nflb_affinity_remember - the scheduler has chosen a backend for a client
 * @service: service with affinity
 * @pkt: first packet of a flow
 * @backend: backend that it gets
 *
 * Context: softirq, RCU read side.
 * Return: @backend, or where another connection of the client goes that came at
 * the same moment.
 */
struct nflb_backend *nflb_affinity_remember(const struct nflb_service *service,
					    const struct nflb_packet *pkt,
					    struct nflb_backend *backend)
{
	u32 seconds = READ_ONCE(service->affinity.seconds);
	struct nflb_backend *kept;

	if (opens(pkt))
		seconds = min(seconds, READ_ONCE(service->timeouts.syn));
	kept = keep(service, &pkt->tuple, backend, seconds);
	if (kept)
		return kept;
	this_cpu_inc(*service->nn->affinity_refused);
	return backend;
}

/**
 * nflb_affinity_confirm - a connection is established
 * @conn: connection
 *
 * Its client is remembered for the full time from now on.
 *
 * Context: softirq, RCU read side.
 */
void nflb_affinity_confirm(const struct nflb_conn *conn)
{
	const struct nflb_service *service = conn->backend->service;
	u32 seconds = READ_ONCE(service->affinity.seconds);

	if (unlikely(seconds) && nflb_backend_due(conn->backend))
		keep(service, &conn->request.tuple, conn->backend, seconds);
}

/**
 * nflb_affinity_set - change the setting of a service
 * @service: service; its namespace's lock is held, or nobody else knows it
 * @seconds: how long clients are remembered; 0: not at all
 * @prefix: how many bits of their addresses count
 *
 * Without affinity, and with another prefix, the entries there are count no
 * more: they have another setting.
 */
void nflb_affinity_set(struct nflb_service *service, u32 seconds, u8 prefix)
{
	u32 id = service->affinity.id;

	if (!seconds || prefix != (id & NFLB_AFFINITY_PREFIX))
		WRITE_ONCE(service->affinity.id,
			   (id & ~NFLB_AFFINITY_PREFIX) +
			   NFLB_AFFINITY_PREFIX + 1 + prefix);
	WRITE_ONCE(service->affinity.seconds, seconds);
}

/* A time that was shortened holds for the entries there are, from now on. */
static void sweep_one(void *object, void *arg)
{
	struct nflb_affinity *entry = object;
	u32 seconds;

	if (!nflb_affinity_valid(entry)) {
		nflb_affinity_end(entry);
		return;
	}
	seconds = READ_ONCE(entry->key.service->affinity.seconds);
	if (nflb_affinity_left(entry) > seconds)
		WRITE_ONCE(entry->expires, now() + seconds);
}

/* Entries that do not count any more go, and with them their backends. */
void nflb_affinity_sweep(struct nflb_net *nn)
{
	if (nflb_affinity_count(nn))
		nflb_walk(&nn->affinities, sweep_one, NULL);
}

u32 nflb_affinity_count(const struct nflb_net *nn)
{
	return atomic_read(&nn->affinities.nelems);
}

/* Clients that could not be remembered. */
u64 nflb_affinity_refused(const struct nflb_net *nn)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(nn->affinity_refused, cpu));
	return sum;
}

int nflb_affinity_table_init(struct nflb_net *nn)
{
	int err;

	nn->affinity_refused = alloc_percpu_gfp(u64, GFP_KERNEL_ACCOUNT);
	if (!nn->affinity_refused)
		return -ENOMEM;
	err = rhashtable_init(&nn->affinities, &nflb_affinity_params);
	if (err)
		free_percpu(nn->affinity_refused);
	return err;
}

static void destroy_one(void *object, void *nn)
{
	struct nflb_affinity *entry = object;

	if (!nflb_sync_release(nn, NFLB_SYNC_AFFINITY, &entry->queued,
			       &entry->status, false))
		entry_free(entry);
}

/* No hooks and no sweeper any more: nobody looks at the table. */
void nflb_affinity_table_destroy(struct nflb_net *nn)
{
	rhashtable_free_and_destroy(&nn->affinities, destroy_one, nn);
	free_percpu(nn->affinity_refused);
}

int __init nflb_affinity_cache_init(void)
{
	get_random_bytes(&nflb_affinity_secret, sizeof(nflb_affinity_secret));
	nflb_affinity_cache = kmem_cache_create("nflb_affinity",
						sizeof(struct nflb_affinity), 0,
						SLAB_ACCOUNT, NULL);
	return nflb_affinity_cache ? 0 : -ENOMEM;
}

/* All RCU callbacks have run. */
void nflb_affinity_cache_exit(void)
{
	kmem_cache_destroy(nflb_affinity_cache);
}
