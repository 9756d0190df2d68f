/* SPDX-License-Identifier: GPL-2.0 */
/* A real server of one service. */
#ifndef _NFLB_BACKEND_H
#define _NFLB_BACKEND_H

#include <linux/atomic.h>
#include <linux/nflb.h>
#include <linux/refcount.h>
#include <linux/string.h>

#include "forward/options.h"
#include "route.h"
#include "stats.h"

struct nflb_net;
struct nflb_service;
struct nflb_source;
struct nflb_source_pool;

/* nflb_backend.fate: none of its own. */
#define NFLB_FATE_SERVICE	0xff

/**
 * struct nflb_backend - a real server of one service
 * @service: the service; the backend holds a reference
 * @addr: address, as many words as the family needs; constant
 * @port: port; 0: that of the packet; constant
 * @family: that of @addr, for tunnels not always that of the service; constant
 * @forward: enum nflb_forward for new connections (written under the
 *	namespace's lock, read anywhere)
 * @dead: removed or down; @fate says what becomes of its connections
 * @fate: enum nflb_backend_down, or NFLB_FATE_SERVICE: the service's policy
 * @toa: full NAT tells it who the client is (written under the namespace's lock,
 *	read anywhere)
 * @tunnel: options of the tunnel to it; not NULL once @forward was a tunnel
 *	(RCU; replaced under the namespace's lock)
 * @max_connections: is full with so many active ones; 0: never (written under
 *	the namespace's lock, read anywhere)
 * @sched_index: its place in the table of a scheduler that keeps loads, which
 *	checks it (written under the namespace's lock, read anywhere)
 * @stats: traffic
 * @routes: cached routes to it, per CPU
 * @active: connections opening or established
 * @inactive: connections closing or closed
 * @probe: connection whose response is being timed, or 0
 * @probe_start: nanoseconds when it opened; its own
 * @response_measured: microseconds, smoothed; 0: not known (written by whom
 *	@probe belongs to, read anywhere)
 * @response_time: microseconds, as configured; 0: not known (written under the
 *	namespace's lock, read anywhere)
 * @refs: one of the service's list, one per connection
 * @exhausted: a connection found no free port of @source, and that is yet to be
 *	told
 * @source: what full NAT takes from; NULL without a pool (RCU, written under
 *	the namespace's lock)
 * @weight: share of new connections (namespace's lock)
 * @slow_start: seconds until the weight is in full effect (namespace's lock)
 * @ramp_since: jiffies when that began, if @ramping (namespace's lock)
 * @percent: part of the weight that is in effect; 0: gets no new connections
 *	(written under the namespace's lock, read anywhere)
 * @tier: which backends go first (namespace's lock)
 * @ramping: starts slowly at present (namespace's lock)
 * @next_source: prepared to become @source (namespace's lock)
 * @source_pool: pool of its own, or NULL: that of the service (namespace's
 *	lock)
 * @state: enum nflb_backend_state (written under the namespace's lock, read
 *	anywhere)
 * @drain_then: enum nflb_drain_then, at the deadline (namespace's lock)
 * @drained: it drains and has no connection left (namespace's lock)
 * @deadline: of draining in 64-bit jiffies, 0 if there is none (namespace's
 *	lock)
 * @id: identity for dumps, ascending in the list (namespace's lock)
 * @next_forward: what @forward is, or is about to become (namespace's lock)
 * @list: in nflb_service.backends (namespace's lock)
 * @removed: in nflb_net.removed (nflb_removed_lock)
 * @zero: counters when they were last zeroed (namespace's lock)
 * @failures: what went wrong, by enum nflb_failures_attr, per CPU
 * @zero_failures: as @zero (namespace's lock)
 * @rcu: the packet path may hold the last pointers to it
 */
struct nflb_backend {
	struct nflb_service		*service;
	__be32				addr[4];
	__be16				port;
	u8				family;
	u8				forward;
	bool				dead;
	u8				fate;
	bool				toa;
	u32				max_connections;
	u32				sched_index;
	struct nflb_tunnel __rcu	*tunnel;
	struct nflb_stats __percpu	*stats;
	struct nflb_backend_routes __percpu *routes;

	atomic_t			active ____cacheline_aligned_in_smp;
	atomic_t			inactive;
	atomic_long_t			probe;
	u64				probe_start;
	u32				response_measured;
	u32				response_time;
	refcount_t			refs;
	bool				exhausted;

	struct nflb_source __rcu	*source;
	u32				weight;
	u32				slow_start;
	unsigned long			ramp_since;
	u32				percent;
	u8				tier;
	bool				ramping;
	struct nflb_source		*next_source;
	struct nflb_source_pool		*source_pool;
	u8				state;
	u8				drain_then;
	bool				drained;
	u64				deadline;
	u32				id;
	u8				next_forward;
	struct list_head		list;
	struct list_head		removed;
	struct nflb_stats_sum		zero;
	u64 __percpu			*failures;
	u64				zero_failures[NFLB_FAILURES_MAX + 1];
	struct rcu_head			rcu;
};

static inline bool nflb_backend_dead(const struct nflb_backend *backend)
{
	return READ_ONCE(backend->dead);
}

/*
 * May it get one more connection? Processors that ask at the same moment get
 * the same answer: the limit may be passed by as many connections.
 */
static inline bool nflb_backend_has_room(const struct nflb_backend *backend)
{
	u32 limit = READ_ONCE(backend->max_connections);

	return !limit || atomic_read(&backend->active) < limit;
}

/*
 * What schedulers compare. A connection that is closing still costs a little,
 * so it counts, but a 256th of one that is open.
 */
static inline u64 nflb_backend_load(const struct nflb_backend *backend)
{
	return ((u64)atomic_read(&backend->active) << 8) +
	       atomic_read(&backend->inactive);
}

/* May it get new connections? */
static inline bool nflb_backend_up(const struct nflb_backend *backend)
{
	return READ_ONCE(backend->state) == NFLB_BACKEND_STATE_UP;
}

/* Does it take part in scheduling, if its tier does? Namespace's lock. */
static inline bool nflb_backend_available(const struct nflb_backend *backend)
{
	return backend->weight && nflb_backend_up(backend);
}

/* Is it one of those that schedulers choose from? */
static inline bool nflb_backend_due(const struct nflb_backend *backend)
{
	return READ_ONCE(backend->percent);
}

/* Where a packet to @port of the service goes. */
static inline struct nflb_endpoint
nflb_backend_end(const struct nflb_backend *backend, __be16 port)
{
	return (struct nflb_endpoint){ backend->addr, backend->port ?: port };
}

/* Order of backends by family, address, port; 0 for the same backend. */
static inline int nflb_backend_order(const __be32 *addr_a, u8 family_a,
				     __be16 port_a, const __be32 *addr_b,
				     u8 family_b, __be16 port_b)
{
	if (family_a != family_b)
		return family_a - family_b;
	return memcmp(addr_a, addr_b, 4 * sizeof(*addr_a)) ?:
	       memcmp(&port_a, &port_b, sizeof(port_a));
}

/**
 * struct nflb_backend_config - what a configuration message says of a backend
 * @addr: address
 * @port: port
 * @forward: enum nflb_forward
 * @weight: weight
 * @source_pool: pool of its own, or NULL; the backend takes a reference
 */
struct nflb_backend_config {
	__be32			addr[4];
	__be16			port;
	u8			family;
	u8			forward;
	u32			weight;
	u32			max_connections;
	u32			slow_start;
	u32			response_time;
	u8			tier;
	struct nflb_tunnel	tunnel;
	bool			toa;
	struct nflb_source_pool	*source_pool;
	bool			enter;	/* the state below is to be entered */
	u8			state;
	u8			drain_then;
	u32			drain_timeout;	/* seconds; 0: no deadline */
};

/* Both address translation: replies come back through here. */
static inline bool nflb_forward_translates(enum nflb_forward forward)
{
	return forward == NFLB_FORWARD_NAT || forward == NFLB_FORWARD_FULLNAT;
}

/* Any context. */
bool nflb_backend_get(struct nflb_backend *backend);
void nflb_backend_put(struct nflb_backend *backend);

/* User context, namespace's lock held. */
struct nflb_backend *nflb_backend_find(const struct nflb_service *service,
				       const __be32 *addr, u8 family,
				       __be16 port);
void nflb_backend_config(const struct nflb_backend *backend,
			 struct nflb_backend_config *config);
const struct nflb_tunnel *nflb_backend_tunnel(const struct nflb_backend *backend);
void nflb_backend_apply(struct nflb_backend *backend,
			const struct nflb_backend_config *config);
struct nflb_tunnel *
nflb_backend_options(const struct nflb_backend_config *config);
void nflb_backend_finish(struct nflb_backend *backend,
			 const struct nflb_backend_config *config,
			 struct nflb_tunnel *tunnel);
void nflb_backend_revert(struct nflb_backend *backend,
			 const struct nflb_backend_config *old);
struct nflb_backend *nflb_backend_create(struct nflb_service *service,
					 const struct nflb_backend_config *config,
					 struct netlink_ext_ack *extack);
void nflb_backend_discard(struct nflb_backend *backend);
int nflb_backend_add(struct nflb_service *service,
		     const struct nflb_backend_config *config,
		     struct netlink_ext_ack *extack);
int nflb_backend_set(struct nflb_backend *backend,
		     const struct nflb_backend_config *config,
		     struct netlink_ext_ack *extack);
int nflb_backend_del(struct nflb_backend *backend,
		     struct netlink_ext_ack *extack);
void nflb_backend_unlink(struct nflb_backend *backend);
void nflb_backend_zero(struct nflb_backend *backend);

#endif /* _NFLB_BACKEND_H */
