// SPDX-License-Identifier: GPL-2.0
/* lblc and lblcr: where destinations go, and when they go elsewhere. */
#include "../sched/lblc.c"
#include "../sched/lblcr.c"
#include "../sched/locality.c"
#include "craft.h"
#include "test.h"

#define MEMBERS	4
#define SIZE	251

static struct nflb_backend backends[MEMBERS];

static struct nflb_sched_table *build(const struct nflb_sched_ops *ops,
				      struct nflb_sched_table *old,
				      unsigned int first, u64 seed)
{
	struct nflb_sched_member members[MEMBERS];
	struct nflb_sched_pool pool = {
		.members = members,
		.scale = 1,
		.options = { .table_size = SIZE, .seed = seed },
		.old = old,
	};
	struct nflb_sched_table *table;
	unsigned int i;

	for (i = first; i < MEMBERS; i++) {
		members[pool.count].backend = &backends[i];
		members[pool.count++].weight = 2;
	}
	table = ops->build(&pool);
	if (!expect(!IS_ERR_OR_NULL(table)))
		return NULL;
	ops->published(table);
	return table;
}

static struct nflb_sched_table *set_up(const struct nflb_sched_ops *ops)
{
	test_where("%s", ops->name);
	memset(backends, 0, sizeof(backends));
	return build(ops, NULL, 0, 0);
}

static void destination(struct nflb_packet *pkt, u32 n)
{
	memset(pkt, 0, sizeof(*pkt));
	pkt->tuple.family = NFPROTO_IPV4;
	pkt->tuple.addr[1] = htonl(n);
}

static unsigned int pick(const struct nflb_sched_ops *ops,
			 struct nflb_sched_table *table, u32 n)
{
	struct nflb_backend *backend;
	struct nflb_packet pkt;

	destination(&pkt, n);
	backend = ops->pick(table, &pkt);
	return backend ? backend - backends : MEMBERS;
}

static void set_load(const struct nflb_sched_ops *ops,
		     struct nflb_sched_table *table, unsigned int i, int active)
{
	atomic_set(&backends[i].active, active);
	ops->load(table, &backends[i], 0);
}

/* A connection that stays. */
static unsigned int open_one(const struct nflb_sched_ops *ops,
			     struct nflb_sched_table *table, u32 n)
{
	unsigned int i = pick(ops, table, n);

	if (i < MEMBERS)
		set_load(ops, table, i, atomic_read(&backends[i].active) + 1);
	return i;
}

/* What was used or changed was so a day ago. */
static void grow_old(struct nflb_sched_table *table)
{
	struct nflb_locality *locality = nflb_locality(nflb_tournament(table));
	union nflb_places places;
	unsigned int i;

	for (i = 0; i < SIZE; i++) {
		places.word = atomic64_read(&locality->buckets[i]);
		places.minute -= NFLB_LOCALITY_EXPIRES;
		atomic64_set(&locality->buckets[i], places.word);
	}
}

/*
 * One destination fills one backend after the other: it leaves when that has
 * more than its weight and another has less than half.
 */
static void fills(const struct nflb_sched_ops *ops)
{
	static const unsigned int wanted[] = {
		0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3
	};
	struct nflb_sched_table *table = set_up(ops);
	unsigned int i, last;

	for (i = 0; table && i < ARRAY_SIZE(wanted); i++)
		expect_equal(open_one(ops, table, 7), wanted[i]);
	/* Nobody has less than half: no reason to go. */
	last = table ? open_one(ops, table, 7) : 0;
	expect(last < MEMBERS);
	kvfree(table);
}

static void test_fills(void)
{
	fills(&nflb_sched_lblc);
	fills(&nflb_sched_lblcr);
}

/* Least connections would go elsewhere. */
static void test_stays(void)
{
	struct nflb_sched_table *table = set_up(&nflb_sched_lblc);

	if (!table)
		return;
	expect_equal(open_one(&nflb_sched_lblc, table, 7), 0);
	expect_equal(open_one(&nflb_sched_lblc, table, 7), 0);
	/* A destination in another bucket; whoever shares one, shares this. */
	expect_equal(open_one(&nflb_sched_lblc, table, 8), 1);
	expect_equal(open_one(&nflb_sched_lblc, table, 7), 0);
	/* A day later where there is least to do. */
	grow_old(table);
	expect_equal(pick(&nflb_sched_lblc, table, 7), 2);
	kvfree(table);
}

static void test_replicas(void)
{
	const struct nflb_sched_ops *ops = &nflb_sched_lblcr;
	struct nflb_sched_table *table = set_up(ops);
	unsigned int i;

	if (!table)
		return;
	for (i = 0; i < 4; i++)
		open_one(ops, table, 7);
	/* Both are its own now: it goes to the one with less to do. */
	set_load(ops, table, 0, 0);
	expect_equal(pick(ops, table, 7), 0);
	set_load(ops, table, 0, 2);
	expect_equal(pick(ops, table, 7), 1);
	/* A day later the one with more to do is not its own any more. */
	grow_old(table);
	expect_equal(pick(ops, table, 7), 1);
	set_load(ops, table, 0, 0);
	expect_equal(pick(ops, table, 7), 1);
	kvfree(table);
}

static void full(const struct nflb_sched_ops *ops)
{
	struct nflb_sched_table *table = set_up(ops);
	unsigned int i;

	if (!table)
		return;
	expect_equal(pick(ops, table, 7), 0);
	backends[0].max_connections = 1;
	set_load(ops, table, 0, 1);
	expect_equal(pick(ops, table, 7), 1);
	for (i = 1; i < MEMBERS; i++) {
		backends[i].max_connections = 1;
		set_load(ops, table, i, 1);
	}
	expect_equal(pick(ops, table, 7), MEMBERS);
	kvfree(table);
}

static void test_full(void)
{
	full(&nflb_sched_lblc);
	full(&nflb_sched_lblcr);
}

/* Expect where destination 7 goes, of which the old table says 2. */
static void rebuilt(const struct nflb_sched_ops *ops, unsigned int first,
		    u64 seed, unsigned int wanted)
{
	struct nflb_sched_table *old = set_up(ops), *now;

	if (!old)
		return;
	set_load(ops, old, 0, 1);
	set_load(ops, old, 1, 1);
	expect_equal(pick(ops, old, 7), 2);
	set_load(ops, old, 2, 1);
	now = build(ops, old, first, seed);
	if (now)
		expect_equal(pick(ops, now, 7), wanted);
	kvfree(now);
	kvfree(old);
}

static void test_rebuilt(void)
{
	rebuilt(&nflb_sched_lblc, 0, 0, 2);
	/* Other places, the same backend. */
	rebuilt(&nflb_sched_lblc, 1, 0, 2);
	rebuilt(&nflb_sched_lblcr, 2, 0, 2);
	/* Gone, or another hash: nothing is known. */
	rebuilt(&nflb_sched_lblc, 3, 0, 3);
	rebuilt(&nflb_sched_lblc, 0, 1, 3);
}

static const struct test_case cases[] = {
	{ "leave what is overloaded", test_fills },
	{ "lblc stays, for a day", test_stays },
	{ "lblcr has replicas, for a day", test_replicas },
	{ "full backends are passed over", test_full },
	{ "a new table knows what the old one did", test_rebuilt },
};

const struct test_suite locality_suite = {
	"locality", cases, ARRAY_SIZE(cases)
};
