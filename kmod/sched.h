/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Schedulers: which backend a new connection gets.
 *
 * When a pool changes, process context builds an immutable table from the
 * backends that may get connections; the packet path reads it under RCU.
 */
#ifndef _NFLB_SCHED_H
#define _NFLB_SCHED_H

#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/nflb.h>

#include "packet.h"

struct nflb_backend;
struct nflb_service;

/**
 * struct nflb_sched_options - options that a scheduler can have
 * @seed: keys every hash of the table
 * @table_size: slots, a prime
 * @max_load: percent of its fair share that a backend may have; 0: any load
 * @hash: enum nflb_hash
 * @fallback: 1 if whoever meets a full backend goes on to another, else 0
 *
 * Compared as bytes: without gaps.
 */
struct nflb_sched_options {
	u64	seed;
	u32	table_size;
	u32	max_load;
	u32	hash;
	u32	fallback;
};

/* A bit of nflb_sched_ops.takes. */
#define NFLB_SCHED_TAKES(option)	BIT(NFLB_SCHED_OPTION_##option)

/**
 * struct nflb_sched_member - a backend that may get new connections
 * @backend: the backend
 * @weight: what its weight is at the moment, never 0
 */
struct nflb_sched_member {
	struct nflb_backend	*backend;
	u32			weight;
};

struct nflb_sched_ops;
struct nflb_sched_table;

/**
 * struct nflb_sched_pool - what a table is built from
 * @members: sorted by address and port, so that a table does not depend on
 *	the order in which backends were added
 * @count: their number, never 0
 * @scale: weights are in units of 1 / @scale, which is 1 unless a backend
 *	starts slowly
 * @options: of the service
 * @old: table that the new one replaces, or NULL; made by the same scheduler
 */
struct nflb_sched_pool {
	const struct nflb_sched_member	*members;
	unsigned int			count;
	u32				scale;
	struct nflb_sched_options	options;
	struct nflb_sched_table		*old;
};

/**
 * struct nflb_sched_table - head of every scheduler's table
 * @ops: its scheduler, set by the core; the service keeps its module loaded
 * @rcu: readers may be in it when it is replaced
 *
 * The first member of the scheduler's own structure, which is one kvmalloc()
 * allocation: the core frees it with kvfree_rcu().
 */
struct nflb_sched_table {
	const struct nflb_sched_ops	*ops;
	struct rcu_head			rcu;
};

/**
 * struct nflb_sched_ops - a scheduler
 * @name: what users call it
 * @takes: NFLB_SCHED_TAKES() of each option it has
 * @defaults: of those options; the others are 0
 * @measures: goes by response times, which are measured only then
 * @build: make a table from a pool. Process context, may sleep, namespace's
 *	lock held. Returns the table, NULL without memory, or
 *	ERR_PTR(-E2BIG) for more backends than it can tell apart.
 * @published: packets see the table now. Process context, namespace's lock
 *	held. Optional: for those that keep what they know of loads.
 * @steady: asking @pick changes nothing, and asking again gives the same
 * @home: the backend that the table alone gives to a packet, be it full or not:
 *	every packet of a flow gets the same while the table stays. As @pick.
 *	Optional: flows can do without a connection where it is there.
 * @pick: choose a backend for the first packet of a flow. Softirq, RCU read
 *	side: no allocation, no lock, no sleep. NULL if none will do; never one
 *	that is full, see nflb_sched_has_room().
 * @load: connections of a backend have opened, begun to close or ended, see
 *	nflb_sched_load(); the backend need not be in the table. Any context,
 *	RCU read side; as @pick. Optional.
 * @owner: module of the scheduler; NULL for one that is part of nflb, which
 *	must not hold itself loaded
 * @list: in the registry
 */
struct nflb_sched_ops {
	char			name[NFLB_SCHED_NAME_LEN];
	u32			takes;
	bool			steady;
	struct nflb_sched_options defaults;
	bool			measures;
	struct nflb_sched_table	*(*build)(const struct nflb_sched_pool *pool);
	void			(*published)(struct nflb_sched_table *table);
	struct nflb_backend	*(*pick)(struct nflb_sched_table *table,
					 const struct nflb_packet *pkt);
	struct nflb_backend	*(*home)(struct nflb_sched_table *table,
					 const struct nflb_packet *pkt);
	void			(*load)(struct nflb_sched_table *table,
					struct nflb_backend *backend,
					int change);
	struct module		*owner;
	struct list_head	list;
};

static inline bool nflb_sched_takes(const struct nflb_sched_ops *ops,
				    enum nflb_sched_option option)
{
	return ops->takes & BIT(option);
}

/* Any process context. */
int nflb_sched_register(struct nflb_sched_ops *ops);
void nflb_sched_unregister(struct nflb_sched_ops *ops);
const struct nflb_sched_ops *nflb_sched_get(const char *name);
void nflb_sched_put(const struct nflb_sched_ops *ops);
int nflb_sched_init(void);

/* Process context, namespace's lock held. */
int nflb_sched_rebuild(struct nflb_service *service,
		       struct netlink_ext_ack *extack);
void nflb_sched_clear(struct nflb_service *service);

/* Packet path, RCU. */
struct nflb_backend *nflb_sched_pick(const struct nflb_service *service,
				     const struct nflb_packet *pkt);
struct nflb_backend *nflb_sched_home(const struct nflb_service *service,
				     const struct nflb_packet *pkt);

/* Packet path and sweeper, RCU. */
void nflb_sched_load(struct nflb_backend *backend, int change);

/*
 * For schedulers. Those in modules of their own see nothing of a backend but
 * what these tell.
 */

/* How often to choose anew before nflb_sched_next_with_room(). */
#define NFLB_SCHED_TRIES	8

bool nflb_sched_has_room(const struct nflb_backend *backend);
u32 nflb_sched_active(const struct nflb_backend *backend);
u32 nflb_sched_inactive(const struct nflb_backend *backend);
int nflb_sched_member_compare(const void *a, const void *b);
void nflb_sched_number(const struct nflb_sched_member *members,
		       unsigned int count);
struct nflb_backend *nflb_sched_next_with_room(const struct nflb_sched_member *members,
					       unsigned int count,
					       unsigned int first);

/* The built-in schedulers. */
extern struct nflb_sched_ops nflb_sched_rr;
extern struct nflb_sched_ops nflb_sched_wrr;
extern struct nflb_sched_ops nflb_sched_lc;
extern struct nflb_sched_ops nflb_sched_wlc;
extern struct nflb_sched_ops nflb_sched_sed;
extern struct nflb_sched_ops nflb_sched_nq;
extern struct nflb_sched_ops nflb_sched_fo;
extern struct nflb_sched_ops nflb_sched_ovf;
extern struct nflb_sched_ops nflb_sched_random;
extern struct nflb_sched_ops nflb_sched_p2c;
extern struct nflb_sched_ops nflb_sched_sh;
extern struct nflb_sched_ops nflb_sched_dh;
extern struct nflb_sched_ops nflb_sched_lblc;
extern struct nflb_sched_ops nflb_sched_lblcr;
extern struct nflb_sched_ops nflb_sched_lrt;
extern struct nflb_sched_ops nflb_sched_maglev;

#endif /* _NFLB_SCHED_H */
