// SPDX-License-Identifier: GPL-2.0
/* Schedulers, from the list of a service's backends to their picks. */
#include "../sched.c"
#include "../share.c"
#include "../sched/dh.c"
#include "../sched/maglev.c"
#include "../sched/rr.c"
#include "../sched/sh.c"
#include "../sched/tournament.h"
#include "craft.h"
#include "test.h"

#define MEMBERS	10

/* Made up: only what schedulers look at. */
static struct nflb_service service;
static struct nflb_net nn = { .lock = __MUTEX_INITIALIZER(nn.lock) };
static struct nflb_backend backends[MEMBERS];

static void set_up(struct nflb_sched_ops *ops, u8 family)
{
	unsigned int i;

	memset(&service, 0, sizeof(service));
	memset(backends, 0, sizeof(backends));
	service.sched_ops = ops;
	service.panic = 50;
	service.nn = &nn;
	service.sched_options = ops->defaults;
	service.sched_options.table_size = 1021;
	INIT_LIST_HEAD(&service.backends);
	for (i = 0; i < MEMBERS; i++) {
		/* pairs with one address, to be told apart by port */
		backends[i].addr[0] = htonl(0x0a0000fa + i / 2);
		backends[i].service = &service;
		backends[i].port = htons(0x00fe + i % 2 * 3);
		backends[i].family = family;
		backends[i].weight = 1 + i % 3;
		backends[i].tier = 1;
		if (family == NFPROTO_IPV6)
			backends[i].addr[3] = htonl(i / 2);
	}
}

/* In the order 0, step, 2 * step...: @step has no divisor with MEMBERS. */
static void add_all(unsigned int step)
{
	unsigned int i;

	INIT_LIST_HEAD(&service.backends);
	for (i = 0; i < MEMBERS; i++)
		list_add_tail(&backends[i * step % MEMBERS].list,
			      &service.backends);
	service.backend_count = MEMBERS;
}

static int build_locked(struct nflb_sched_table **table)
{
	int err;

	mutex_lock(&nn.lock);
	err = sched_build(&service, table);
	mutex_unlock(&nn.lock);
	return err;
}

static struct nflb_sched_table *build(void)
{
	struct nflb_sched_table *table;

	if (!expect_equal(build_locked(&table), 0) || !expect(table))
		return NULL;
	expect(table->ops == service.sched_ops);
	if (table->ops->published)
		table->ops->published(table);
	return table;
}

static void expect_same_owners(const struct nflb_slots *a,
			       const struct nflb_slots *b)
{
	u32 slot;

	for (slot = 0; slot < a->size; slot++)
		expect(a->members[a->owner[slot]].backend ==
		       b->members[b->owner[slot]].backend);
}

/* Services keep their backends in the order of creation. */
static void order_of_adding(u8 family)
{
	static const unsigned int steps[] = { 3, 7, 9 };
	struct nflb_sched_table *first, *table;
	unsigned int i;

	set_up(&nflb_sched_maglev, family);
	add_all(1);
	first = build();
	for (i = 0; first && i < ARRAY_SIZE(steps); i++) {
		test_where("family %u, step %u", family, steps[i]);
		add_all(steps[i]);
		table = build();
		if (!table)
			break;
		expect_same_owners(nflb_slots(first), nflb_slots(table));
		kvfree(table);
	}
	kvfree(first);
}

static void test_order(void)
{
	order_of_adding(NFPROTO_IPV4);
	order_of_adding(NFPROTO_IPV6);
}

static void expect_never_picked(struct nflb_sched_ops *ops,
				const struct nflb_backend *never)
{
	struct nflb_sched_table *table = build();
	struct nflb_packet pkt = { .tuple = { .family = NFPROTO_IPV4 } };
	unsigned int i;

	test_where("%s", ops->name);
	for (i = 0; table && i < 1000; i++) {
		pkt.tuple.addr[0] = htonl(i);
		expect(ops->pick(table, &pkt) != never);
	}
	kvfree(table);
}

static void test_weight_zero(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(built_in); i++) {
		set_up(built_in[i], NFPROTO_IPV4);
		add_all(1);
		backends[4].weight = 0;
		expect_never_picked(built_in[i], &backends[4]);
	}
}

/* No table, and no error either. */
static void test_nobody(void)
{
	struct nflb_sched_table *table;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(built_in); i++) {
		test_where("%s", built_in[i]->name);
		set_up(built_in[i], NFPROTO_IPV4);
		expect_equal(build_locked(&table), 0);
		expect(!table);
		add_all(1);
		for (j = 0; j < MEMBERS; j++)
			backends[j].weight = 0;
		expect_equal(build_locked(&table), 0);
		expect(!table);
	}
}

static void test_rr(void)
{
	struct nflb_sched_table *table;
	struct nflb_packet pkt = {};
	unsigned int picks[MEMBERS] = {}, i;

	set_up(&nflb_sched_rr, NFPROTO_IPV4);
	add_all(1);
	table = build();
	if (!table)
		return;
	for (i = 0; i < 5 * MEMBERS; i++)
		picks[rr_pick(table, &pkt) - backends]++;
	for (i = 0; i < MEMBERS; i++)
		expect_equal(picks[i], 5);
	kvfree(table);
}

/* As a new connection does, and as one that begins to close. */
static void load_changes(struct nflb_sched_table *table,
			 struct nflb_backend *backend, int active, int inactive)
{
	atomic_add(active, &backend->active);
	atomic_add(inactive, &backend->inactive);
	service.sched = (struct nflb_sched_table __force __rcu *)table;
	nflb_sched_load(backend, active);
}

/* Connections that stay: loads end up as the weights are, 1, 2, 3, 1... */
static void test_wlc(void)
{
	struct nflb_sched_table *table;
	struct nflb_packet pkt = {};
	unsigned int i;

	set_up(&nflb_sched_wlc, NFPROTO_IPV4);
	add_all(1);
	table = build();
	if (!table)
		return;
	rcu_read_lock();
	for (i = 0; i < 50 * 19; i++)
		load_changes(table, nflb_tournament_pick(table, &pkt), 1, 0);
	rcu_read_unlock();
	for (i = 0; i < MEMBERS; i++)
		expect_equal(atomic_read(&backends[i].active),
			     50 * backends[i].weight);
	kvfree(table);
}

/* A closing connection is less than an open one, and more than none. */
static void test_wlc_inactive(void)
{
	struct nflb_sched_table *table;
	struct nflb_packet pkt = {};
	unsigned int i;

	set_up(&nflb_sched_wlc, NFPROTO_IPV4);
	add_all(1);
	for (i = 0; i < MEMBERS; i++) {
		backends[i].weight = 1;
		atomic_set(&backends[i].active, 1);
	}
	table = build();
	if (!table)
		return;
	rcu_read_lock();
	load_changes(table, &backends[7], -1, 1);
	expect_equal(nflb_tournament_pick(table, &pkt) - backends, 7);
	load_changes(table, &backends[7], 1, 0);
	expect(nflb_tournament_pick(table, &pkt) != &backends[7]);
	rcu_read_unlock();
	kvfree(table);
}

/* Flow @n: 64 ports of one client, then the next client. */
static void flow_tuple(struct nflb_tuple *tuple, u8 family, u32 n)
{
	unsigned int words = nflb_addr_words(family);

	memset(tuple, 0, sizeof(*tuple));
	tuple->family = family;
	tuple->protocol = IPPROTO_TCP;
	tuple->addr[words - 1] = htonl(0xc0000200 + n / 64);
	tuple->addr[2 * words - 1] = htonl(0xc6336401);
	tuple->sport = htons(1024 + n % 64);
	tuple->dport = htons(80);
}

/* Equal weights and 20 000 flows: 2 000 each, 5 standard deviations allowed. */
static void maglev_spreads(u8 family)
{
	struct nflb_sched_table *table;
	unsigned int picks[MEMBERS] = {}, i;
	struct nflb_packet pkt;

	set_up(&nflb_sched_maglev, family);
	service.sched_options.table_size = 65537;
	add_all(1);
	for (i = 0; i < MEMBERS; i++)
		backends[i].weight = 1;
	table = build();
	if (!table)
		return;
	for (i = 0; i < 20000; i++) {
		flow_tuple(&pkt.tuple, family, i);
		picks[nflb_sched_maglev.pick(table, &pkt) - backends]++;
	}
	for (i = 0; i < MEMBERS; i++) {
		test_where("family %u, %u flows at member %u", family, picks[i],
			   i);
		expect(picks[i] > 1788 && picks[i] < 2212);
	}
	kvfree(table);
}

static void test_maglev(void)
{
	maglev_spreads(NFPROTO_IPV4);
	maglev_spreads(NFPROTO_IPV6);
}

/* One client, many ports: one backend. Many clients: all of them. */
static void sh_keeps(u8 family)
{
	unsigned int i, met = 0;
	struct nflb_backend *first = NULL, *picked;
	struct nflb_sched_table *table;
	struct nflb_packet pkt;

	set_up(&nflb_sched_sh, family);
	add_all(1);
	table = build();
	test_where("family %u", family);
	for (i = 0; table && i < 200 * 64; i++) {
		flow_tuple(&pkt.tuple, family, i);
		picked = nflb_sched_sh.pick(table, &pkt);
		if (i % 64 == 0)
			first = picked;
		expect(picked == first);
		met |= 1U << (picked - backends);
	}
	expect_equal(met, (1U << MEMBERS) - 1);
	kvfree(table);
}

static void test_sh(void)
{
	sh_keeps(NFPROTO_IPV4);
	sh_keeps(NFPROTO_IPV6);
}

/* How many of 200 flows of @clients change hands without their own port. */
static unsigned int same_picks(struct nflb_sched_ops *ops, u32 hash, u8 family)
{
	struct nflb_sched_table *table;
	struct nflb_packet pkt;
	unsigned int same = 0, i;

	set_up(ops, family);
	service.sched_options.hash = hash;
	add_all(1);
	table = build();
	for (i = 0; table && i < 200; i++) {
		struct nflb_backend *first, *second;

		flow_tuple(&pkt.tuple, family, i);
		first = ops->pick(table, &pkt);
		pkt.tuple.sport = htons(60000 + i);
		second = ops->pick(table, &pkt);
		same += first == second;
	}
	kvfree(table);
	return same;
}

/* Another source port is another flow only to who looks at ports. */
static void test_hash(void)
{
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		u8 family = families[i];

		test_where("family %u", family);
		expect_equal(same_picks(&nflb_sched_sh, NFLB_HASH_ADDRESS,
					family), 200);
		expect(same_picks(&nflb_sched_sh, NFLB_HASH_ADDRESS_PORT,
				  family) < 60);
		expect(same_picks(&nflb_sched_maglev, NFLB_HASH_FLOW,
				  family) < 60);
		expect_equal(same_picks(&nflb_sched_maglev, NFLB_HASH_ADDRESS,
					family), 200);
		expect_equal(same_picks(&nflb_sched_dh, NFLB_HASH_ADDRESS_PORT,
					family), 200);
		expect(same_picks(&nflb_sched_dh, NFLB_HASH_FLOW, family) < 60);
	}
}

static void test_fallback(void)
{
	struct nflb_sched_table *table;
	struct nflb_backend *first;
	struct nflb_packet pkt;
	unsigned int i;

	set_up(&nflb_sched_sh, NFPROTO_IPV4);
	add_all(1);
	flow_tuple(&pkt.tuple, NFPROTO_IPV4, 1);
	table = build();
	if (!table)
		return;
	first = nflb_sched_sh.pick(table, &pkt);
	first->max_connections = 1;
	expect(nflb_sched_sh.pick(table, &pkt) == first);
	atomic_set(&first->active, 1);
	expect(nflb_sched_sh.pick(table, &pkt) != first);
	expect(nflb_sched_sh.pick(table, &pkt));
	nflb_slots(table)->fallback = false;
	expect(!nflb_sched_sh.pick(table, &pkt));
	nflb_slots(table)->fallback = true;
	for (i = 0; i < MEMBERS; i++) {
		backends[i].max_connections = 1;
		atomic_set(&backends[i].active, 1);
	}
	expect(!nflb_sched_sh.pick(table, &pkt));
	atomic_set(&backends[8].active, 0);
	expect(nflb_sched_sh.pick(table, &pkt) == &backends[8]);
	kvfree(table);
}

/* All flows of one client; nobody may have more than its bound. */
static void bounded(u32 max_load)
{
	struct nflb_sched_table *table;
	struct nflb_packet pkt;
	unsigned int i, j, most;

	set_up(&nflb_sched_maglev, NFPROTO_IPV4);
	service.sched_options.hash = NFLB_HASH_ADDRESS;
	service.sched_options.max_load = max_load;
	add_all(1);
	flow_tuple(&pkt.tuple, NFPROTO_IPV4, 1);
	table = build();
	rcu_read_lock();
	for (i = 1; table && i <= 190; i++) {
		load_changes(table, nflb_sched_maglev.pick(table, &pkt), 1, 0);
		expect_equal(atomic_read(&nflb_slots(table)->total), i);
		for (j = 0; j < MEMBERS; j++) {
			most = DIV_ROUND_UP(i * max_load * backends[j].weight,
					    19 * 100);
			test_where("max-load %u, connection %u, member %u",
				   max_load, i, j);
			expect(atomic_read(&backends[j].active) <= most);
		}
	}
	rcu_read_unlock();
	kvfree(table);
}

static void test_bounded(void)
{
	bounded(100);
	bounded(125);
	bounded(300);
}

/* The sum of a new table has what opened before it and what closes after. */
static void test_bounded_rebuild(void)
{
	struct nflb_sched_table *table;

	set_up(&nflb_sched_maglev, NFPROTO_IPV4);
	service.sched_options.max_load = 125;
	add_all(1);
	atomic_set(&backends[2].active, 7);
	table = build();
	if (!table)
		return;
	expect_equal(atomic_read(&nflb_slots(table)->total), 7);
	rcu_read_lock();
	load_changes(table, &backends[2], -3, 3);
	load_changes(table, &backends[5], 1, 0);
	rcu_read_unlock();
	expect_equal(atomic_read(&nflb_slots(table)->total), 5);
	kvfree(table);
}

static const struct test_case cases[] = {
	{ "order of adding does not matter", test_order },
	{ "weight 0 is never picked", test_weight_zero },
	{ "nobody to pick", test_nobody },
	{ "rr takes turns", test_rr },
	{ "wlc follows weights", test_wlc },
	{ "wlc and closing connections", test_wlc_inactive },
	{ "maglev spreads flows", test_maglev },
	{ "sh keeps clients together", test_sh },
	{ "what is hashed", test_hash },
	{ "fallback", test_fallback },
	{ "bounded loads", test_bounded },
	{ "bounded loads of a new table", test_bounded_rebuild },
};

const struct test_suite sched_suite = {
	"scheduler", cases, ARRAY_SIZE(cases)
};
