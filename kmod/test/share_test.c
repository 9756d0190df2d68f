// SPDX-License-Identifier: GPL-2.0
/* Schedulers that share by weight: wrr in turn, random and p2c by lot. */
#include "../sched/draw.c"
#include "../sched/p2c.c"
#include "../sched/random.c"
#include "../sched/wrr.c"
#include "test.h"

#define MEMBERS	5

static struct nflb_backend backends[MEMBERS];

static struct nflb_sched_table *build(const struct nflb_sched_ops *ops,
				      const u32 *weights)
{
	struct nflb_sched_member members[MEMBERS];
	struct nflb_sched_pool pool = { .members = members, .scale = 1 };
	struct nflb_sched_table *table;
	unsigned int i;

	memset(backends, 0, sizeof(backends));
	for (i = 0; i < MEMBERS; i++) {
		if (!weights[i])
			continue;
		members[pool.count].backend = &backends[i];
		members[pool.count++].weight = weights[i];
	}
	table = ops->build(&pool);
	return expect(!IS_ERR_OR_NULL(table)) ? table : NULL;
}

static unsigned int pick(const struct nflb_sched_ops *ops,
			 struct nflb_sched_table *table)
{
	struct nflb_backend *backend = ops->pick(table, NULL);

	return backend ? backend - backends : MEMBERS;
}

/* In every round each has as many turns as its weight, from wherever on. */
static void wrr_is_exact(const u32 *weights, u32 round)
{
	unsigned int picks[MEMBERS + 1], i, r;
	struct nflb_sched_table *table = build(&nflb_sched_wrr, weights);
	struct wrr_table *wrr;

	if (!table)
		return;
	wrr = container_of(table, struct wrr_table, head);
	expect_equal(wrr->length, round);
	for (r = 0; r < 3; r++) {
		memset(picks, 0, sizeof(picks));
		for (i = 0; i < round; i++)
			picks[pick(&nflb_sched_wrr, table)]++;
		for (i = 0; i < MEMBERS; i++)
			expect_equal(picks[i] * (u64)weights[0],
				     picks[0] * (u64)weights[i]);
		/* from the middle of a round */
		pick(&nflb_sched_wrr, table);
	}
	kvfree(table);
}

static void test_wrr_exact(void)
{
	wrr_is_exact((u32[]){ 1, 1, 1, 1, 1 }, 5);
	wrr_is_exact((u32[]){ 1, 2, 3, 4, 5 }, 15);
	wrr_is_exact((u32[]){ 100, 300, 0, 200, 0 }, 6);
	wrr_is_exact((u32[]){ 65535, 0, 0, 0, 0 }, 1);
	wrr_is_exact((u32[]){ 6553, 6553, 13107, 19660, 19661 }, 65534);
}

/* Turns of one backend do not follow each other when others could come in. */
static void test_wrr_smooth(void)
{
	struct nflb_sched_table *table;
	unsigned int i, gap = 0, longest = 0, run = 0;

	table = build(&nflb_sched_wrr, (u32[]){ 50, 20, 10, 10, 10 });
	for (i = 0; table && i < 200; i++) {
		if (pick(&nflb_sched_wrr, table) == 0) {
			gap = 0;
			run++;
		} else {
			gap++;
			run = 0;
		}
		longest = max(longest, max(gap, run));
	}
	/* half of all turns: every second one, give or take two */
	expect(longest <= 3);
	kvfree(table);
}

/* More turns than a round can have: rounded, but nobody is left out. */
static void test_wrr_rounded(void)
{
	static const u32 weights[] = { 1, 65535, 65534, 65533, 65531 };
	struct nflb_sched_table *table = build(&nflb_sched_wrr, weights);
	unsigned int picks[MEMBERS + 1] = {}, i;

	if (!table)
		return;
	for (i = 0; i < container_of(table, struct wrr_table, head)->length; i++)
		picks[pick(&nflb_sched_wrr, table)]++;
	expect_equal(picks[0], 1);
	for (i = 1; i < MEMBERS; i++)
		expect(picks[i] > 16380 && picks[i] < 16390);
	kvfree(table);
}

/* The columns hold exactly what the weights say, to 2^-32 each. */
static void alias_is_exact(const u32 *weights)
{
	u64 parts[MEMBERS] = {}, sum = 0, wanted;
	struct nflb_sched_table *table = build(&nflb_sched_random, weights);
	struct nflb_draw *draw;
	unsigned int i, n;

	if (!table)
		return;
	draw = nflb_draw(table);
	n = draw->count;
	for (i = 0; i < n; i++) {
		parts[i] += (u64)draw->columns[i].own + 1;
		parts[draw->columns[i].other] +=
			U32_MAX - draw->columns[i].own;
		sum += draw->members[i].weight;
	}
	for (i = 0; i < n; i++) {
		wanted = mul_u64_u64_div_u64((u64)n << 32,
					     draw->members[i].weight, sum);
		test_where("member %u of %u: %llu, wanted %llu", i, n,
			   parts[i], wanted);
		expect(parts[i] + n >= wanted && parts[i] <= wanted + n);
	}
	kvfree(table);
}

static void test_alias(void)
{
	alias_is_exact((u32[]){ 1, 0, 0, 0, 0 });
	alias_is_exact((u32[]){ 1, 1, 1, 1, 1 });
	alias_is_exact((u32[]){ 1, 2, 3, 4, 5 });
	alias_is_exact((u32[]){ 1, 65535, 0, 7, 300 });
	alias_is_exact((u32[]){ 65535, 65535, 65535, 65535, 1 });
}

/* 15 000 draws at 1:2:3:4:5, 6 standard deviations allowed. */
static void test_random(void)
{
	static const u32 weights[] = { 1, 2, 3, 4, 5 };
	struct nflb_sched_table *table = build(&nflb_sched_random, weights);
	unsigned int picks[MEMBERS + 1] = {}, i;

	if (!table)
		return;
	for (i = 0; i < 15000; i++)
		picks[pick(&nflb_sched_random, table)]++;
	for (i = 0; i < MEMBERS; i++) {
		test_where("%u picks of member %u", picks[i], i);
		expect(picks[i] > weights[i] * 1000 - 350 &&
		       picks[i] < weights[i] * 1000 + 350);
	}
	kvfree(table);
}

/* Connections that stay, at 1:2:3:4:5: loads follow weights much closer. */
static void test_p2c(void)
{
	static const u32 weights[] = { 1, 2, 3, 4, 5 };
	struct nflb_sched_table *table = build(&nflb_sched_p2c, weights);
	unsigned int i, active;

	if (!table)
		return;
	for (i = 0; i < 15000; i++)
		atomic_inc(&backends[pick(&nflb_sched_p2c, table)].active);
	for (i = 0; i < MEMBERS; i++) {
		active = atomic_read(&backends[i].active);
		test_where("%u connections at member %u", active, i);
		expect(active > weights[i] * 1000 - 20 &&
		       active < weights[i] * 1000 + 20);
	}
	kvfree(table);
}

static void full_are_passed_over(const struct nflb_sched_ops *ops)
{
	static const u32 weights[] = { 9, 1, 9, 1, 9 };
	struct nflb_sched_table *table = build(ops, weights);
	unsigned int i;

	test_where("%s", ops->name);
	for (i = 0; i < MEMBERS; i++) {
		backends[i].max_connections = 4;
		atomic_set(&backends[i].active, 4);
	}
	atomic_set(&backends[3].active, 3);
	for (i = 0; table && i < 100; i++)
		expect_equal(pick(ops, table), 3);
	atomic_set(&backends[3].active, 5);
	for (i = 0; table && i < 100; i++)
		expect_equal(pick(ops, table), MEMBERS);
	kvfree(table);
}

static void test_full(void)
{
	full_are_passed_over(&nflb_sched_rr);
	full_are_passed_over(&nflb_sched_wrr);
	full_are_passed_over(&nflb_sched_random);
	full_are_passed_over(&nflb_sched_p2c);
}

static const struct test_case cases[] = {
	{ "wrr is exact", test_wrr_exact },
	{ "wrr is smooth", test_wrr_smooth },
	{ "wrr rounds", test_wrr_rounded },
	{ "draws are as weighted", test_alias },
	{ "random follows weights", test_random },
	{ "p2c follows weights closely", test_p2c },
	{ "full backends are passed over", test_full },
};

const struct test_suite share_suite = {
	"shares", cases, ARRAY_SIZE(cases)
};
