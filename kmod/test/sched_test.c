// SPDX-License-Identifier: GPL-2.0
/* Schedulers, from the list of a service's backends to their picks. */
#include "../sched.c"
#include "../sched/maglev.c"
#include "../sched/rr.c"
#include "../sched/sh.c"
#include "../sched/tournament.h"
#include "craft.h"
#include "test.h"

#define MEMBERS	10

/* Made up: only what schedulers look at. */
static struct nflb_service service;
static struct nflb_backend backends[MEMBERS];

static void set_up(struct nflb_sched_ops *ops, u8 family)
{
	unsigned int i;

	memset(&service, 0, sizeof(service));
	memset(backends, 0, sizeof(backends));
	service.sched_ops = ops;
	service.sched_options.table_size = 1021;
	INIT_LIST_HEAD(&service.backends);
	for (i = 0; i < MEMBERS; i++) {
		/* pairs with one address, to be told apart by port */
		backends[i].addr[0] = htonl(0x0a0000fa + i / 2);
		backends[i].service = &service;
		backends[i].port = htons(0x00fe + i % 2 * 3);
		backends[i].family = family;
		backends[i].weight = 1 + i % 3;
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

static struct nflb_sched_table *build(void)
{
	struct nflb_sched_table *table;

	if (!expect_equal(sched_build(&service, &table), 0) || !expect(table))
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
		expect(a->backends[a->owner[slot]] ==
		       b->backends[b->owner[slot]]);
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

static struct nflb_sched_ops *const schedulers[] = {
	&nflb_sched_rr, &nflb_sched_wrr,
	&nflb_sched_lc, &nflb_sched_wlc, &nflb_sched_sed, &nflb_sched_nq,
	&nflb_sched_fo, &nflb_sched_ovf,
	&nflb_sched_random, &nflb_sched_p2c,
	&nflb_sched_sh, &nflb_sched_maglev,
};

static void test_weight_zero(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(schedulers); i++) {
		set_up(schedulers[i], NFPROTO_IPV4);
		add_all(1);
		backends[4].weight = 0;
		expect_never_picked(schedulers[i], &backends[4]);
	}
}

/* No table, and no error either. */
static void test_nobody(void)
{
	struct nflb_sched_table *table;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(schedulers); i++) {
		test_where("%s", schedulers[i]->name);
		set_up(schedulers[i], NFPROTO_IPV4);
		expect_equal(sched_build(&service, &table), 0);
		expect(!table);
		add_all(1);
		for (j = 0; j < MEMBERS; j++)
			backends[j].weight = 0;
		expect_equal(sched_build(&service, &table), 0);
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
		picks[maglev_pick(table, &pkt) - backends]++;
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
		picked = sh_pick(table, &pkt);
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

static const struct test_case cases[] = {
	{ "order of adding does not matter", test_order },
	{ "weight 0 is never picked", test_weight_zero },
	{ "nobody to pick", test_nobody },
	{ "rr takes turns", test_rr },
	{ "wlc follows weights", test_wlc },
	{ "wlc and closing connections", test_wlc_inactive },
	{ "maglev spreads flows", test_maglev },
	{ "sh keeps clients together", test_sh },
};

const struct test_suite sched_suite = {
	"scheduler", cases, ARRAY_SIZE(cases)
};
