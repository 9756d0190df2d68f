/* SPDX-License-Identifier: GPL-2.0 */
/* Per-network-namespace state. */
#ifndef _NFLB_NET_H
#define _NFLB_NET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/percpu_counter.h>
#include <linux/rhashtable.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "filter.h"
#include "index.h"
#include "settings.h"
#include "sync.h"

struct nflb_answerers;
struct nflb_echoes;

#define NFLB_FAMILIES	2	/* index: nflb_family_index() */
#define NFLB_HOOKS	2	/* PRE_ROUTING and LOCAL_OUT */

/**
 * struct nflb_net - everything nflb keeps for one network namespace
 * @conns: connection nodes, both directions (packet path, RCU)
 * @conn_count: connections
 * @affinities: affinity entries by service and client (packet path, RCU)
 * @affinity_refused: clients that could not be remembered, per CPU
 * @sync: what changed, for other directors
 * @half_open: connections in their handshake
 * @sources: source addresses by key and server (those of pools are added under
 *	@lock, those of hairpins in the packet path; the last user of one
 *	removes it)
 * @services: services by key (read under RCU, written under @lock)
 * @index: services whose key is not exact
 * @answerers: backends of one-packet services by NAT (RCU, written under @lock);
 *	NULL: none
 * @echoes: services that answer pings (RCU, written under @lock); NULL: none
 * @filter: which addresses can concern us at all (read anywhere, written
 *	under @lock)
 * @settings: limits (written by netlink, read anywhere, a word each)
 * @drops: counters per enum nflb_drop, per CPU
 * @net: the namespace, which outlives this
 * @lock: serialises configuration: services, backends, tables, hooks
 * @service_list: services in the order of creation (@lock)
 * @removed: backends that only connections still know (nflb_removed_lock)
 * @next_id: identity of the next service or backend (@lock)
 * @generation: changes with every configuration change (@lock)
 * @hook_users: services per family, and backends of another family than their
 *	service; hooks exist while not 0 (@lock)
 * @hook_ops: hooks of each family, registered while @hook_users says so
 * @mark_users: mark services among them (@lock)
 * @mark_ops: the second hook of each family, for @mark_users
 * @ramps: lets weights grow; runs while a backend starts slowly
 * @exhaustion: tells that source pools had no free port
 * @drain: looks after draining backends; runs while there are some
 * @sweeper: removes finished connections; runs while there is something to
 *	sweep or to serve
 */
struct nflb_net {
	struct rhashtable		conns;
	struct percpu_counter		conn_count;
	struct rhashtable		affinities;
	u64 __percpu			*affinity_refused;
	struct nflb_sync		sync;
	struct percpu_counter		half_open;
	struct rhashtable		services;
	struct nflb_index		index;
	struct rhashtable		sources;
	struct nflb_answerers __rcu	*answerers;
	struct nflb_echoes __rcu	*echoes;
	struct nflb_filter		filter;
	struct nflb_settings		settings;
	u64 __percpu			*drops;
	struct net			*net;

	struct mutex			lock;	/* configuration */
	struct list_head		service_list;
	struct list_head		removed;
	u32				next_id;
	u32				generation;
	unsigned int			hook_users[NFLB_FAMILIES];
	struct nf_hook_ops		hook_ops[NFLB_FAMILIES][NFLB_HOOKS];
	unsigned int			mark_users[NFLB_FAMILIES];
	struct nf_hook_ops		mark_ops[NFLB_FAMILIES];

	struct delayed_work		ramps;
	struct delayed_work		exhaustion;
	struct delayed_work		drain;
	struct delayed_work		sweeper;
};

static inline unsigned int nflb_family_index(u8 family)
{
	return family == NFPROTO_IPV6;
}

/* Does somebody read what changes? */
static inline bool nflb_sync_on(const struct nflb_net *nn)
{
	return READ_ONCE(nn->sync.on);
}

struct nflb_net *nflb_net(const struct net *net);
u32 nflb_net_new_id(struct nflb_net *nn);
void nflb_net_changed(struct nflb_net *nn);

/* Process context: module init and exit. */
int nflb_net_init(void);
void nflb_net_exit(void);

#endif /* _NFLB_NET_H */
