// SPDX-License-Identifier: GPL-2.0
/*
 * The tournament tree and the schedulers made of it, against a plain search of
 * the whole pool.
 */
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "../sched/tournament.c"
#include "../sched/fo.c"
#include "../sched/lc.c"
#include "../sched/lrt.c"
#include "../sched/nq.c"
#include "../sched/ovf.c"
#include "../sched/sed.c"
#include "../sched/wlc.c"
#include "test.h"

#define GREATEST_POOL	1000
#define GREATEST_LOAD	8

static struct nflb_backend *backends;
static struct nflb_sched_member *members;

static void set_weight(unsigned int i, u32 weight)
{
	backends[i].weight = weight;
	members[i].weight = weight;
}

static bool set_up(unsigned int count)
{
	unsigned int i;

	backends = kvcalloc(count, sizeof(*backends), GFP_KERNEL);
	members = kvcalloc(count, sizeof(*members), GFP_KERNEL);
	if (!expect(backends && members))
		return false;
	for (i = 0; i < count; i++) {
		backends[i].addr[0] = htonl(i);
		members[i].backend = &backends[i];
		set_weight(i, 1 + i % 7);
	}
	return true;
}

static void tear_down(void)
{
	kvfree(members);
	kvfree(backends);
}

static struct nflb_tournament *build(const struct nflb_sched_ops *ops,
				     unsigned int count)
{
	struct nflb_sched_pool pool = {
		.members = members, .count = count, .scale = 1
	};
	struct nflb_sched_table *table = ops->build(&pool);

	if (!expect(table))
		return NULL;
	ops->published(table);
	return nflb_tournament(table);
}

/* The first of those that nobody beats, by looking at each. */
static u32 search(const struct nflb_tournament *t)
{
	u32 best = 0, i;

	for (i = 1; i < t->count; i++)
		best = play(t, best, i);
	return best;
}

static void expect_best(const struct nflb_tournament *t)
{
	expect_equal(nflb_tournament_best(t) - t->members, search(t));
}

/* One connection more or less somewhere, of one kind or the other. */
static void change_load(struct nflb_backend *backend)
{
	u32 random = get_random_u32();
	atomic_t *counter = random & 1 ? &backend->active : &backend->inactive;
	int more = random & 2 ? 1 : -1, now = atomic_read(counter);

	if (now + more >= 0 && now + more < GREATEST_LOAD)
		atomic_add(more, counter);
}

static void change_somewhere(struct nflb_tournament *t)
{
	u32 random = get_random_u32();
	struct nflb_backend *backend = t->members[random % t->count].backend;

	change_load(backend);
	nflb_tournament_load(&t->head, backend, 0);
}

static const struct nflb_sched_ops *const schedulers[] = {
	&nflb_sched_lc, &nflb_sched_wlc, &nflb_sched_sed, &nflb_sched_nq,
	&nflb_sched_fo, &nflb_sched_ovf, &nflb_sched_lrt,
};

static const unsigned int sizes[] = { 1, 2, 3, 4, 5, 33, 100 };

static void exact(const struct nflb_sched_ops *ops, unsigned int count)
{
	struct nflb_tournament *t;
	unsigned int i;

	test_where("%s of %u", ops->name, count);
	if (!set_up(count))
		return tear_down();
	/* Some have a limit, and meet it. */
	for (i = 0; i < count; i += 3)
		backends[i].max_connections = 1 + i % GREATEST_LOAD;
	t = build(ops, count);
	for (i = 0; t && i < 2000; i++) {
		change_somewhere(t);
		expect_best(t);
	}
	kvfree(t);
	tear_down();
}

static void test_exact(void)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(schedulers); i++) {
		for (j = 0; j < ARRAY_SIZE(sizes); j++)
			exact(schedulers[i], sizes[j]);
		cond_resched();
	}
}

/*
 * Another processor, at the worst of moments: between the reading of a node
 * and its replacement.
 */
static struct nflb_tournament *interrupted;
static unsigned int interruptions;

static bool wlc_beats_interrupted(const struct nflb_sched_member *a,
				  const struct nflb_sched_member *b)
{
	bool beats = nflb_wlc_beats(a, b);

	if (interruptions && get_random_u32() % 4 == 0) {
		interruptions--;
		change_somewhere(interrupted);
	}
	return beats;
}

static void interrupt(struct nflb_tournament *t)
{
	unsigned int i;

	interrupted = t;
	t->beats = wlc_beats_interrupted;
	for (i = 0; i < 5000; i++) {
		interruptions = 1 + i % 6;
		change_somewhere(t);
		interruptions = 0;
		expect_best(t);
	}
}

static void test_interrupted(void)
{
	struct nflb_tournament *t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		test_where("%u backends", sizes[i]);
		if (set_up(sizes[i])) {
			t = build(&nflb_sched_wlc, sizes[i]);
			if (t)
				interrupt(t);
			kvfree(t);
		}
		tear_down();
		cond_resched();
	}
}

/* A table that is being replaced gets loads of backends it does not have. */
static void test_strangers(void)
{
	struct nflb_tournament *old, *now;

	if (set_up(4)) {
		old = build(&nflb_sched_wlc, 4);
		now = build(&nflb_sched_wlc, 2);
		if (old && now) {
			atomic_set(&backends[0].active, 5);
			nflb_tournament_load(&now->head, &backends[0], 1);
			expect_best(now);
			/* not in it, with an index that is or is not */
			nflb_tournament_load(&now->head, &backends[3], 1);
			backends[3].sched_index = 1;
			nflb_tournament_load(&now->head, &backends[3], 1);
			expect_best(now);
		}
		kvfree(now);
		kvfree(old);
	}
	tear_down();
}

static unsigned int comparisons;

static bool wlc_beats_counted(const struct nflb_sched_member *a,
			      const struct nflb_sched_member *b)
{
	comparisons++;
	return nflb_wlc_beats(a, b);
}

/* A connection that opens: pick, one more, the tree knows. */
static u64 open_connections(struct nflb_tournament *t, unsigned int count)
{
	u64 start = ktime_get_ns();
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct nflb_backend *backend;

		backend = nflb_tournament_pick(&t->head, NULL);
		atomic_inc(&backend->active);
		nflb_tournament_load(&t->head, backend, 1);
	}
	return ktime_get_ns() - start;
}

static u64 open_by_search(struct nflb_tournament *t, unsigned int count)
{
	u64 start = ktime_get_ns();
	unsigned int i;

	for (i = 0; i < count; i++)
		atomic_inc(&t->members[search(t)].backend->active);
	return ktime_get_ns() - start;
}

static void cost(unsigned int size)
{
	struct nflb_tournament *t;
	u64 tree, plain;

	if (!set_up(size))
		return tear_down();
	t = build(&nflb_sched_wlc, size);
	if (t) {
		tree = open_connections(t, 2000);
		plain = open_by_search(t, 2000);
		test_comment("wlc of %u backends: %llu ns a connection, %llu by plain search",
			     size, tree / 2000, plain / 2000);
		t->beats = wlc_beats_counted;
		comparisons = 0;
		open_connections(t, 2000);
		test_where("%u backends", size);
		expect(comparisons <= 2000 * ilog2(t->leaves));
	}
	kvfree(t);
	tear_down();
}

static void test_cost(void)
{
	cost(10);
	cost(100);
	cost(GREATEST_POOL);
}

static void expect_picks(const struct nflb_sched_ops *ops,
			 const unsigned int *wanted, unsigned int count)
{
	struct nflb_tournament *t = build(ops, 3);
	unsigned int i;

	for (i = 0; t && i < count; i++) {
		struct nflb_backend *backend = ops->pick(&t->head, NULL);

		test_where("%s, connection %u", ops->name, i);
		expect_equal(backend ? backend - backends : 3, wanted[i]);
		if (!backend)
			continue;
		atomic_inc(&backend->active);
		ops->load(&t->head, backend, 1);
	}
	kvfree(t);
}

/* Three backends of weights 1, 4, 2 and connections that stay; 3 is nobody. */
static void picks(const struct nflb_sched_ops *ops, const unsigned int *wanted,
		  unsigned int count)
{
	if (set_up(3)) {
		set_weight(1, 4);
		set_weight(2, 2);
		expect_picks(ops, wanted, count);
	}
	tear_down();
}

static void test_picks(void)
{
	static const unsigned int lc[] = { 0, 1, 2, 0, 1, 2 };
	static const unsigned int wlc[] = { 0, 1, 2, 1, 1, 2, 1, 0 };
	static const unsigned int sed[] = { 1, 1, 2, 1, 0, 1, 2 };
	static const unsigned int nq[] = { 0, 1, 2, 1, 1, 1 };
	static const unsigned int fo[] = { 1, 1, 1, 1, 1, 1 };
	static const unsigned int ovf[] = { 1, 1, 1, 1, 2, 2, 0, 3 };

	picks(&nflb_sched_lc, lc, ARRAY_SIZE(lc));
	picks(&nflb_sched_wlc, wlc, ARRAY_SIZE(wlc));
	picks(&nflb_sched_sed, sed, ARRAY_SIZE(sed));
	picks(&nflb_sched_nq, nq, ARRAY_SIZE(nq));
	picks(&nflb_sched_fo, fo, ARRAY_SIZE(fo));
	picks(&nflb_sched_ovf, ovf, ARRAY_SIZE(ovf));
}

/* Twice the time, half the connections; what is measured is what counts. */
static void test_response(void)
{
	static const unsigned int wanted[] = { 2, 1, 2, 2, 1, 2 };

	if (set_up(3)) {
		set_weight(1, 1);
		set_weight(2, 1);
		backends[0].response_time = 1;
		backends[0].response_measured = NFLB_RESPONSE_TIME_MAX;
		backends[1].response_time = 2000;
		expect_picks(&nflb_sched_lrt, wanted, ARRAY_SIZE(wanted));
	}
	tear_down();
}

static void test_full(void)
{
	static const unsigned int fo[] = { 1, 1, 2, 0, 3 };

	if (set_up(3)) {
		set_weight(1, 4);
		set_weight(2, 2);
		backends[0].max_connections = 1;
		backends[1].max_connections = 2;
		backends[2].max_connections = 1;
		expect_picks(&nflb_sched_fo, fo, ARRAY_SIZE(fo));
	}
	tear_down();
}

static const struct test_case cases[] = {
	{ "as exact as a plain search", test_exact },
	{ "other processors in between", test_interrupted },
	{ "backends of other tables", test_strangers },
	{ "cost grows with the logarithm", test_cost },
	{ "lc, wlc, sed, nq, fo, ovf", test_picks },
	{ "lrt", test_response },
	{ "full backends are passed over", test_full },
};

const struct test_suite tournament_suite = {
	"tournament", cases, ARRAY_SIZE(cases)
};
