// SPDX-License-Identifier: GPL-2.0
/*
 * Would a request change anything?
 *
 * What a request does not give has its default, and an answer of the kernel
 * gives everything. So two settings are the same when they are after defaults
 * were filled in.
 */
#include <string.h>

#include <nflb/nflb.h>

/* What was given of two settings, and their values; else the default. */
static bool same(const unsigned int given[2], unsigned int bit, uint64_t a,
		 uint64_t b, uint64_t fallback)
{
	return (given[0] & bit ? a : fallback) ==
	       (given[1] & bit ? b : fallback);
}

static const char *scheduler_of(const struct nflb_service *service)
{
	return service->given & NFLB_GIVEN_SCHEDULER ? service->scheduler :
						       NFLB_SCHEDULER_DEFAULT;
}

/* Return: whether the option has a value. */
static bool get_option(const struct nflb_service *service, unsigned int option,
		       uint64_t *value)
{
	if (service->options.given & NFLB_OPTION(option)) {
		*value = service->options.value[option];
		return true;
	}
	*value = 0;
	return nflb_option_default(scheduler_of(service), option, value);
}

static bool same_scheduler(const struct nflb_service *a,
			   const struct nflb_service *b)
{
	uint64_t value_a, value_b;
	unsigned int i;

	if (strcmp(scheduler_of(a), scheduler_of(b)))
		return false;
	for (i = 1; i <= NFLB_SCHED_OPTION_MAX; i++) {
		if (get_option(a, i, &value_a) != get_option(b, i, &value_b) ||
		    value_a != value_b)
			return false;
	}
	return true;
}

static bool same_timeouts(const struct nflb_service *a,
			  const struct nflb_service *b)
{
	const unsigned int given[2] = { a->given, b->given };
	int i;

	for (i = 0; i < NFLB_TIMEOUTS; i++) {
		if (!same(given, NFLB_GIVEN_TIMEOUT(i), a->timeout[i],
			  b->timeout[i], nflb_default_timeout[i]))
			return false;
	}
	return true;
}

static bool same_policies(const struct nflb_service *a,
			  const struct nflb_service *b)
{
	const unsigned int given[2] = { a->given, b->given };
	int i;

	for (i = 0; i < NFLB_POLICIES; i++) {
		if (!same(given, NFLB_GIVEN_POLICY(i), a->policy[i],
			  b->policy[i], 0))
			return false;
	}
	return true;
}

static bool same_affinity(const struct nflb_service *a,
			  const struct nflb_service *b)
{
	const unsigned int given[2] = { a->given, b->given };

	if (!same(given, NFLB_GIVEN_AFFINITY, a->affinity, b->affinity, 0))
		return false;
	return !(a->given & NFLB_GIVEN_AFFINITY) || !a->affinity ||
	       same(given, NFLB_GIVEN_AFFINITY_PREFIX, a->affinity_prefix,
		    b->affinity_prefix, nflb_address_bits(&a->key.address));
}

static bool same_rate(const struct nflb_rate *a, const struct nflb_rate *b,
		      uint8_t prefix)
{
	if (!a || !a->per_second)
		return !b || !b->per_second;
	return b && a->per_second == b->per_second &&
	       (a->burst ? a->burst : a->per_second) ==
	       (b->burst ? b->burst : b->per_second) &&
	       (a->prefix ? a->prefix : prefix) ==
	       (b->prefix ? b->prefix : prefix);
}

static const struct nflb_rate *rate_of(const struct nflb_service *service)
{
	return service->given & NFLB_GIVEN_RATE_LIMIT ? &service->rate_limit :
							NULL;
}

static const struct nflb_rate *
client_rate_of(const struct nflb_service *service)
{
	return service->given & NFLB_GIVEN_CLIENT_RATE_LIMIT ?
	       &service->client_rate_limit : NULL;
}

static bool same_limits(const struct nflb_service *a,
			const struct nflb_service *b)
{
	const unsigned int given[2] = { a->given, b->given };

	return same(given, NFLB_GIVEN_MAX_CONNECTIONS, a->max_connections,
		    b->max_connections, 0) &&
	       same(given, NFLB_GIVEN_MAX_HALF_OPEN, a->max_half_open,
		    b->max_half_open, nflb_default_half_open) &&
	       same_rate(rate_of(a), rate_of(b), 0) &&
	       same_rate(client_rate_of(a), client_rate_of(b),
			 nflb_default_client_prefix(&a->key.address));
}

static bool same_prefix(const struct nflb_prefix *a,
			const struct nflb_prefix *b)
{
	return a->length == b->length &&
	       nflb_address_equal(&a->address, &b->address);
}

/* What a member that is not given has: no pool. */
static bool same_source_pool(const struct nflb_source_pool *a,
			     const struct nflb_source_pool *b)
{
	unsigned int i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++) {
		if (!same_prefix(&a->prefix[i], &b->prefix[i]))
			return false;
	}
	return !a->count || (a->port_min == b->port_min &&
			     a->port_max == b->port_max);
}

/**
 * nflb_service_same() - would nflb_pool_replace() change a service?
 * @a: settings as requested, or as the kernel reports them
 * @b: the same
 *
 * Keys are not looked at.
 *
 * Return: whether it has the same settings either way.
 */
bool nflb_service_same(const struct nflb_service *a,
		       const struct nflb_service *b)
{
	const unsigned int given[2] = { a->given, b->given };

	return same_scheduler(a, b) && same_timeouts(a, b) &&
	       same_policies(a, b) && same_affinity(a, b) &&
	       same_limits(a, b) &&
	       same_source_pool(&a->source_pool, &b->source_pool) &&
	       same(given, NFLB_GIVEN_PANIC, a->panic, b->panic,
		    nflb_default_panic) &&
	       same(given, NFLB_GIVEN_ONE_PACKET, a->one_packet,
		    b->one_packet, false) &&
	       same(given, NFLB_GIVEN_ICMP_REPLY, a->icmp_reply,
		    b->icmp_reply, false);
}

static bool same_source(const struct nflb_backend *a,
			const struct nflb_backend *b)
{
	if ((a->given ^ b->given) & NFLB_GIVEN_SOURCE)
		return false;
	return !(a->given & NFLB_GIVEN_SOURCE) ||
	       (a->tunnel.source_prefix == b->tunnel.source_prefix &&
		nflb_address_equal(&a->tunnel.source, &b->tunnel.source));
}

static uint8_t forward_of(const struct nflb_backend *backend)
{
	return backend->given & NFLB_GIVEN_FORWARD ? backend->forward :
						     NFLB_FORWARD_NAT;
}

/* Options of a method that it does not have are given by nobody. */
static bool same_forward(const struct nflb_backend *a,
			 const struct nflb_backend *b)
{
	const unsigned int given[2] = { a->given, b->given };
	uint8_t forward = forward_of(a);

	return forward == forward_of(b) && same_source(a, b) &&
	       !((a->given ^ b->given) & NFLB_GIVEN_TUNNEL_KEY) &&
	       same(given, NFLB_GIVEN_TUNNEL_KEY, a->tunnel.key,
		    b->tunnel.key, 0) &&
	       same(given, NFLB_GIVEN_TUNNEL_PORT, a->tunnel.port,
		    b->tunnel.port, NFLB_GUE_PORT) &&
	       same(given, NFLB_GIVEN_CHECKSUM, a->tunnel.checksum,
		    b->tunnel.checksum, forward == NFLB_FORWARD_GUE) &&
	       same(given, NFLB_GIVEN_TOA, a->toa, b->toa, false);
}

static uint8_t state_of(const struct nflb_backend *backend)
{
	return backend->given & NFLB_GIVEN_STATE ? backend->state :
						   NFLB_BACKEND_STATE_UP;
}

/*
 * How much of a drain is left makes no difference, and a backend whose
 * deadline has come is where it was to be.
 */
static bool same_state(const struct nflb_backend *wanted,
		       const struct nflb_backend *have)
{
	bool deadline = wanted->given & NFLB_GIVEN_DRAIN_TIMEOUT;
	bool keep = wanted->given & NFLB_GIVEN_DRAIN_THEN &&
		    wanted->drain_then == NFLB_DRAIN_THEN_KEEP;
	uint8_t state = state_of(have);

	if (state_of(wanted) != NFLB_BACKEND_STATE_DRAINING)
		return state_of(wanted) == state;
	if (state == NFLB_BACKEND_STATE_DRAINING)
		return deadline == !!(have->given & NFLB_GIVEN_DRAIN_TIMEOUT);
	return state == NFLB_BACKEND_STATE_DOWN && deadline && !keep;
}

/**
 * nflb_backend_same() - would a request change a backend?
 * @wanted: settings as requested
 * @have: those it has, as requested before or as the kernel reports them
 *
 * Addresses and ports are not looked at.
 *
 * Return: whether it has the same settings either way.
 */
bool nflb_backend_same(const struct nflb_backend *wanted,
		       const struct nflb_backend *have)
{
	const unsigned int given[2] = { wanted->given, have->given };

	return same_forward(wanted, have) && same_state(wanted, have) &&
	       same_source_pool(&wanted->source_pool, &have->source_pool) &&
	       same(given, NFLB_GIVEN_WEIGHT, wanted->weight, have->weight,
		    1) &&
	       same(given, NFLB_GIVEN_TIER, wanted->tier, have->tier, 1) &&
	       same(given, NFLB_GIVEN_MAX_CONNECTIONS,
		    wanted->max_connections, have->max_connections, 0) &&
	       same(given, NFLB_GIVEN_SLOW_START, wanted->slow_start,
		    have->slow_start, 0) &&
	       same(given, NFLB_GIVEN_RESPONSE_TIME, wanted->response_time,
		    have->response_time, 0);
}

/**
 * nflb_pool_same() - would nflb_pool_replace() change anything?
 * @wanted: the request; ports of backends must be there where the service has
 *	one
 * @have: the service as requested before or as the kernel reports it
 *
 * The order of backends is not looked at.
 *
 * Return: whether it would not.
 */
bool nflb_pool_same(const struct nflb_pool *wanted,
		    const struct nflb_pool *have)
{
	const struct nflb_backend *backend;
	size_t i;

	if (wanted->count != have->count ||
	    !nflb_service_same(&wanted->service, &have->service))
		return false;
	for (i = 0; i < wanted->count; i++) {
		backend = nflb_pool_find(have, &wanted->backends[i], i);
		if (!backend || !nflb_backend_same(&wanted->backends[i],
						   backend))
			return false;
	}
	return true;
}
