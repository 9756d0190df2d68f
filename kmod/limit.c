// SPDX-License-Identifier: GPL-2.0
/*
 * Limits on new connections. Nothing is written per packet, and nothing here
 * locks or allocates in the packet path: counters are per CPU and change with
 * the state of a connection, buckets change when a connection begins.
 *
 * A counter may be off by a 32nd of its limit: what a processor keeps to itself
 * is that much, shared by all of them. A limit of less than 64 for each
 * processor is exact, but for those connections that begin on several
 * processors at the same moment.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

#include "clients.h"
#include "limit.h"
#include "net.h"
#include "service.h"

/* A limit is known to one part in so many. */
#define NFLB_LIMIT_PARTS	32

/* What a processor keeps to itself where there is no limit. */
#define NFLB_UNLIMITED_BATCH	64

/* The part of a namespace's table that handshakes may fill. */
#define NFLB_HALF_OPEN_SHARE	2

/* How much a processor may keep to itself. */
static s32 batch(u64 limit)
{
	u32 parts = NFLB_LIMIT_PARTS * num_online_cpus();

	if (!limit)
		return NFLB_UNLIMITED_BATCH;
	return clamp_t(u64, div_u64(limit, parts), 1, S32_MAX);
}

static void count(struct percpu_counter *counter, int change, u64 limit)
{
	percpu_counter_add_batch(counter, change, batch(limit));
}

/* Reading does not change it, whatever the function's type says. */
static bool reached(const struct percpu_counter *counter, u64 limit)
{
	return limit &&
	       percpu_counter_read_positive((struct percpu_counter *)counter) >=
	       limit;
}

static u64 half_open_limit_of_all(const struct nflb_net *nn)
{
	u32 table = nflb_setting(nn, NFLB_SETTINGS_MAX_CONNECTIONS);

	return max(table / NFLB_HALF_OPEN_SHARE, 1U);
}

/**
 * nflb_limit_full - does a service have as many connections as it may?
 * @service: service
 *
 * Context: RCU read side.
 */
bool nflb_limit_full(const struct nflb_service *service)
{
	const struct nflb_limiter *limiter = &service->limiter;

	return reached(&limiter->active,
		       READ_ONCE(limiter->limits.max_connections));
}

/* Those of one service, and of all: the rest of the table is for others. */
static bool too_many_half_open(const struct nflb_service *service)
{
	const struct nflb_limiter *limiter = &service->limiter;

	return reached(&limiter->half_open,
		       READ_ONCE(limiter->limits.max_half_open)) ||
	       reached(&service->nn->half_open,
		       half_open_limit_of_all(service->nn));
}

static struct nflb_rate read_rate(const struct nflb_rate *rate)
{
	return (struct nflb_rate){
		.per_second = READ_ONCE(rate->per_second),
		.burst = READ_ONCE(rate->burst),
	};
}

/* The client's own bucket first: who asks too often takes nothing of others. */
static enum nflb_drop take_tokens(struct nflb_limiter *limiter,
				  const struct nflb_tuple *tuple)
{
	struct nflb_clients *clients = rcu_dereference(limiter->clients);
	struct nflb_rate of_client = read_rate(&limiter->limits.client_rate);
	struct nflb_rate of_all = read_rate(&limiter->limits.rate);
	s64 now;

	if (likely(!of_all.per_second && !clients))
		return NFLB_DROP_UNSPEC;
	now = ktime_get_ns();
	if (clients && of_client.per_second &&
	    !nflb_bucket_take(nflb_clients_get(clients, tuple), of_client, now))
		return NFLB_DROP_CLIENT_RATE_LIMIT;
	if (of_all.per_second &&
	    !nflb_bucket_take(&limiter->bucket, of_all, now))
		return NFLB_DROP_RATE_LIMIT;
	return NFLB_DROP_UNSPEC;
}

/* The same, but that nothing is taken. */
static enum nflb_drop look_for_tokens(const struct nflb_limiter *limiter,
				      const struct nflb_tuple *tuple)
{
	struct nflb_clients *clients = rcu_dereference(limiter->clients);
	struct nflb_rate of_client = read_rate(&limiter->limits.client_rate);
	struct nflb_rate of_all = read_rate(&limiter->limits.rate);
	const struct nflb_bucket *bucket = NULL;
	s64 now = ktime_get_ns();

	if (clients && of_client.per_second)
		bucket = nflb_clients_find(clients, tuple);
	if (bucket && nflb_bucket_empty(bucket, of_client, now))
		return NFLB_DROP_CLIENT_RATE_LIMIT;
	if (of_all.per_second &&
	    nflb_bucket_empty(&limiter->bucket, of_all, now))
		return NFLB_DROP_RATE_LIMIT;
	return NFLB_DROP_UNSPEC;
}

/**
 * nflb_limit_admit - may there be one more connection?
 * @service: service
 * @pkt: first packet that is seen of the flow
 *
 * Who is in the middle of a flow was admitted at its beginning, perhaps by
 * another director: rates and handshakes are about beginnings.
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_DROP_UNSPEC if it may, else the reason why not.
 */
enum nflb_drop nflb_limit_admit(struct nflb_service *service,
				const struct nflb_packet *pkt)
{
	enum nflb_drop reason;

	if (nflb_limit_full(service))
		return NFLB_DROP_SERVICE_FULL;
	if (!nflb_packet_begins(pkt))
		return NFLB_DROP_UNSPEC;
	reason = take_tokens(&service->limiter, &pkt->tuple);
	if (!reason && nflb_packet_is_syn(pkt) && too_many_half_open(service))
		return NFLB_DROP_HALF_OPEN;
	return reason;
}

/**
 * nflb_limit_explain - what would nflb_limit_admit() say?
 * @service: service
 * @pkt: first packet of a flow
 *
 * Context: RCU read side.
 * Return: as nflb_limit_admit(), with nothing changed.
 */
enum nflb_drop nflb_limit_explain(const struct nflb_service *service,
				  const struct nflb_packet *pkt)
{
	enum nflb_drop reason;

	if (nflb_limit_full(service))
		return NFLB_DROP_SERVICE_FULL;
	reason = look_for_tokens(&service->limiter, &pkt->tuple);
	if (!reason && nflb_packet_is_syn(pkt) && too_many_half_open(service))
		return NFLB_DROP_HALF_OPEN;
	return reason;
}

/**
 * nflb_limit_count - connections have opened, changed state or ended
 * @service: service
 * @active: how many more are active
 * @half_open: how many more are in their handshake
 *
 * Context: RCU read side.
 */
void nflb_limit_count(struct nflb_service *service, int active, int half_open)
{
	struct nflb_limiter *limiter = &service->limiter;
	const struct nflb_limits *limits = &limiter->limits;

	if (active)
		count(&limiter->active, active,
		      READ_ONCE(limits->max_connections));
	if (!half_open)
		return;
	count(&limiter->half_open, half_open, READ_ONCE(limits->max_half_open));
	count(&service->nn->half_open, half_open,
	      half_open_limit_of_all(service->nn));
}

static int init_counters(struct nflb_limiter *limiter)
{
	int err;

	err = percpu_counter_init(&limiter->active, 0, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	err = percpu_counter_init(&limiter->half_open, 0, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_active;
	err = percpu_counter_init(&limiter->stateless, 0, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_half_open;
	return 0;

err_half_open:
	percpu_counter_destroy(&limiter->half_open);
err_active:
	percpu_counter_destroy(&limiter->active);
	return err;
}

/**
 * nflb_limit_init - the limiter of a service that nobody can find yet
 * @limiter: limiter, all zero
 * @limits: its limits
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int nflb_limit_init(struct nflb_limiter *limiter,
		    const struct nflb_limits *limits)
{
	struct nflb_clients *clients = NULL;
	int err;

	if (limits->client_rate.per_second) {
		clients = nflb_clients_alloc(limits->client_prefix);
		if (!clients)
			return -ENOMEM;
	}
	err = init_counters(limiter);
	if (err) {
		kvfree(clients);
		return err;
	}
	RCU_INIT_POINTER(limiter->clients, clients);
	limiter->limits = *limits;
	limiter->stateless_until = jiffies;
	return 0;
}

void nflb_limit_destroy(struct nflb_limiter *limiter)
{
	kvfree(rcu_access_pointer(limiter->clients));
	percpu_counter_destroy(&limiter->stateless);
	percpu_counter_destroy(&limiter->half_open);
	percpu_counter_destroy(&limiter->active);
}

static struct nflb_clients *clients_now(const struct nflb_service *service)
{
	return rcu_dereference_protected(service->limiter.clients,
					 lockdep_is_held(&service->nn->lock));
}

static bool same_rate(const struct nflb_rate *a, const struct nflb_rate *b)
{
	return a->per_second == b->per_second && a->burst == b->burst;
}

/**
 * nflb_limit_prepare - make what new limits need
 * @service: service; its namespace's lock is held
 * @limits: new limits
 *
 * Buckets that are filled at another rate are full again: what they say is
 * time, which means another number of tokens then.
 *
 * Context: process, may sleep.
 * Return: what is to be given to nflb_limit_commit() or nflb_limit_abort();
 * NULL is valid; -ENOMEM.
 */
struct nflb_clients *nflb_limit_prepare(const struct nflb_service *service,
					const struct nflb_limits *limits)
{
	struct nflb_clients *clients = clients_now(service);

	if (!limits->client_rate.per_second)
		return NULL;
	if (clients && clients->prefix == limits->client_prefix &&
	    same_rate(&service->limiter.limits.client_rate,
		      &limits->client_rate))
		return clients;
	return nflb_clients_alloc(limits->client_prefix) ?: ERR_PTR(-ENOMEM);
}

void nflb_limit_abort(const struct nflb_service *service,
		      struct nflb_clients *clients)
{
	if (clients != clients_now(service))
		kvfree(clients);
}

static void set_rate(struct nflb_rate *to, const struct nflb_rate *rate)
{
	WRITE_ONCE(to->per_second, rate->per_second);
	WRITE_ONCE(to->burst, rate->burst);
}

static void sync_counters(void *arg)
{
	struct nflb_limiter *limiter = arg;

	percpu_counter_sync(&limiter->active);
	percpu_counter_sync(&limiter->half_open);
}

/**
 * nflb_limit_commit - set the limits of a service
 * @service: service; its namespace's lock is held
 * @limits: new limits; connections there are stay
 * @clients: what nflb_limit_prepare() made for them
 *
 * Context: process, may sleep.
 */
void nflb_limit_commit(struct nflb_service *service,
		       const struct nflb_limits *limits,
		       struct nflb_clients *clients)
{
	struct nflb_limiter *limiter = &service->limiter;
	struct nflb_limits *now = &limiter->limits;
	struct nflb_clients *old = clients_now(service);
	bool counted = now->max_connections != limits->max_connections ||
		       now->max_half_open != limits->max_half_open;

	WRITE_ONCE(now->max_connections, limits->max_connections);
	WRITE_ONCE(now->max_half_open, limits->max_half_open);
	if (!same_rate(&now->rate, &limits->rate)) {
		set_rate(&now->rate, &limits->rate);
		atomic64_set(&limiter->bucket.full_at, 0);
	}
	set_rate(&now->client_rate, &limits->client_rate);
	now->client_prefix = limits->client_prefix;
	rcu_assign_pointer(limiter->clients, clients);
	if (old && old != clients)
		kvfree_rcu(old, rcu);
	/* A processor may have kept more to itself than it may now. */
	if (counted)
		on_each_cpu(sync_counters, limiter, true);
}

int nflb_limit_net_init(struct nflb_net *nn)
{
	return percpu_counter_init(&nn->half_open, 0, GFP_KERNEL_ACCOUNT);
}

/* No connections any more. */
void nflb_limit_net_destroy(struct nflb_net *nn)
{
	percpu_counter_destroy(&nn->half_open);
}
