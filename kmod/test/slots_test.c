// SPDX-License-Identifier: GPL-2.0
/* Maglev's table: shares, disruption, and what it depends on. */
#include <linux/ktime.h>
#include <linux/prandom.h>

#include "../sched/slots.c"
#include "../sched/slots_pick.c"
#include "test.h"

static const u32 sizes[] = { 251, 1021, 4093, 65537, 655373 };

/* A pool of made-up backends, sorted as sched.c hands them over. */
struct pool {
	struct nflb_backend		*backends;
	struct nflb_sched_member	*members;
	struct nflb_sched_pool		pool;
};

static void pool_free(struct pool *p)
{
	kvfree(p->backends);
	kvfree(p->members);
}

/* Backends 10.0.x.y:80 with weight 1. */
static bool pool_init(struct pool *p, unsigned int count, u32 table_size)
{
	unsigned int i;

	p->backends = kvcalloc(count, sizeof(*p->backends), GFP_KERNEL);
	p->members = kvcalloc(count, sizeof(*p->members), GFP_KERNEL);
	if (!expect(p->backends && p->members)) {
		pool_free(p);
		return false;
	}
	for (i = 0; i < count; i++) {
		p->backends[i].addr[0] = htonl(0x0a000001 + i);
		p->backends[i].port = htons(80);
		p->backends[i].family = NFPROTO_IPV4;
		p->members[i].backend = &p->backends[i];
		p->members[i].weight = 1;
	}
	p->pool = (struct nflb_sched_pool){
		.members = p->members,
		.count = count,
		.options = { .table_size = table_size },
	};
	return true;
}

static struct nflb_slots *pool_build(const struct pool *p)
{
	struct nflb_sched_table *table = nflb_slots_build(&p->pool);

	return expect(table) ? nflb_slots(table) : NULL;
}

static const struct nflb_backend *owner_of(const struct nflb_slots *slots,
					   u32 slot)
{
	return slots->members[slots->owner[slot]].backend;
}

/* Slots by member; false if one belongs to nobody. */
static bool count_slots(const struct nflb_slots *slots, unsigned int members,
			u32 *counts)
{
	u32 slot;

	memset(counts, 0, members * sizeof(*counts));
	for (slot = 0; slot < slots->size; slot++) {
		if (!expect(slots->owner[slot] < members))
			return false;
		counts[slots->owner[slot]]++;
	}
	return true;
}

static void expect_between(u32 value, u32 least, u32 most)
{
	if (value < least || value > most)
		test_comment("%u is not in %u-%u", value, least, most);
	expect(value >= least && value <= most);
}

static void test_sizes(void)
{
	const u32 limit = NFLB_TABLE_SIZE_MAX + 1000;
	unsigned long *composite = bitmap_zalloc(limit, GFP_KERNEL);
	u32 n, multiple;

	if (!expect(composite))
		return;
	for (n = 2; n * n < limit; n++)
		if (!test_bit(n, composite))
			for (multiple = n * n; multiple < limit; multiple += n)
				__set_bit(multiple, composite);

	for (n = 0; n < limit; n++) {
		bool valid = n >= 251 && n <= 655373 && !test_bit(n, composite);

		test_where("%u slots", n);
		expect_equal(nflb_slots_size_valid(n), valid);
	}
	bitmap_free(composite);
	test_where("most slots");
	expect(!nflb_slots_size_valid(U32_MAX));
}

/* Those the documentation names; the sieve above could be wrong as well. */
static void test_known_sizes(void)
{
	static const u32 refused[] = {
		0, 1, 2, 241, 250, 252, 253, 1022, 4095, 65535, 65536, 65538,
		66049, 654481, 655371, 655374, 655379
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		test_where("%u slots", sizes[i]);
		expect(nflb_slots_size_valid(sizes[i]));
	}
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		test_where("%u slots", refused[i]);
		expect(!nflb_slots_size_valid(refused[i]));
	}
}

static void equal_shares(unsigned int members, u32 size)
{
	struct nflb_slots *slots;
	struct pool p;
	u32 counts[100];
	unsigned int i;

	test_where("%u members, %u slots", members, size);
	if (!pool_init(&p, members, size))
		return;
	slots = pool_build(&p);
	if (slots && count_slots(slots, members, counts))
		for (i = 0; i < members; i++)
			expect_between(counts[i], size / members,
				       DIV_ROUND_UP(size, members));
	kvfree(slots);
	pool_free(&p);
}

/* Which also says that every slot has an owner. */
static void test_equal_shares(void)
{
	static const unsigned int members[] = { 1, 2, 3, 10, 100 };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (j = 0; j < ARRAY_SIZE(members); j++)
			equal_shares(members[j], sizes[i]);
}

static void test_crowd(void)
{
	struct nflb_slots *slots;
	struct pool p;
	u32 counts[300];
	unsigned int i;

	if (!pool_init(&p, ARRAY_SIZE(counts), 251))
		return;
	slots = pool_build(&p);
	if (slots && count_slots(slots, ARRAY_SIZE(counts), counts))
		for (i = 0; i < ARRAY_SIZE(counts); i++)
			expect_between(counts[i], 0, 1);
	kvfree(slots);
	pool_free(&p);
}

static void test_weights(void)
{
	static const u32 weights[] = { 2, 13, 111, 10 };
	static const u32 least[] = { 15, 97, 831, 74 };
	static const u32 most[] = { 17, 99, 833, 76 };
	struct nflb_slots *slots;
	u32 counts[4];
	struct pool p;
	unsigned int i;

	if (!pool_init(&p, ARRAY_SIZE(weights), 1021))
		return;
	for (i = 0; i < ARRAY_SIZE(weights); i++)
		p.members[i].weight = weights[i];
	slots = pool_build(&p);
	if (slots && count_slots(slots, ARRAY_SIZE(weights), counts)) {
		for (i = 0; i < ARRAY_SIZE(weights); i++)
			expect_between(counts[i], least[i], most[i]);
		test_comment("weights 2/13/111/10 have %u/%u/%u/%u of 1021 slots",
			     counts[0], counts[1], counts[2], counts[3]);
	}
	kvfree(slots);
	pool_free(&p);
}

/*
 * Rounding costs each member at most half a slot, and what they gain or lose
 * together by it changes when the table is full.
 */
static void check_weighted_shares(const struct pool *p,
				  const struct nflb_slots *slots)
{
	unsigned int members = p->pool.count, i;
	u64 total = 0, share;
	u32 counts[20];

	if (!count_slots(slots, members, counts))
		return;
	for (i = 0; i < members; i++)
		total += p->members[i].weight;
	for (i = 0; i < members; i++) {
		share = div64_u64((u64)slots->size * p->members[i].weight,
				  total);
		expect_between(counts[i],
			       max_t(int, share - 1 - members / 2, 0),
			       share + 2 + members / 2);
	}
}

static void test_random_weights(void)
{
	struct rnd_state random = { 1000003, 1000033, 1000037, 1000039 };
	struct nflb_slots *slots;
	unsigned int members, i;
	struct pool p;

	for (members = 2; members <= 20; members++) {
		test_where("%u members", members);
		if (!pool_init(&p, members, 4093))
			return;
		for (i = 0; i < members; i++)
			p.members[i].weight =
				1 + prandom_u32_state(&random) % 100;
		slots = pool_build(&p);
		if (slots)
			check_weighted_shares(&p, slots);
		kvfree(slots);
		pool_free(&p);
	}
}

static void test_extreme_weights(void)
{
	struct nflb_slots *slots;
	struct pool p;
	u32 counts[2];

	if (!pool_init(&p, 2, 65537))
		return;
	p.members[1].weight = NFLB_WEIGHT_MAX;
	slots = pool_build(&p);
	if (slots && count_slots(slots, 2, counts))
		expect_between(counts[0], 1, 2);
	kvfree(slots);
	pool_free(&p);
}

/*
 * Slots of survivors that change hands when member @gone goes: its own slots
 * must, and @moved counts the others.
 */
static bool remove_member(const struct pool *p, const struct nflb_slots *full,
			  unsigned int gone, u32 *moved)
{
	struct pool rest = *p;
	struct nflb_slots *slots;
	u32 slot;

	rest.members = kvcalloc(p->pool.count, sizeof(*rest.members),
				GFP_KERNEL);
	if (!expect(rest.members))
		return false;
	memcpy(rest.members, p->members, gone * sizeof(*rest.members));
	memcpy(rest.members + gone, p->members + gone + 1,
	       (p->pool.count - gone - 1) * sizeof(*rest.members));
	rest.pool.members = rest.members;
	rest.pool.count--;
	slots = pool_build(&rest);
	*moved = 0;
	for (slot = 0; slots && slot < full->size; slot++)
		*moved += owner_of(full, slot) != &p->backends[gone] &&
			  owner_of(full, slot) != owner_of(slots, slot);
	kvfree(rest.members);
	kvfree(slots);
	return slots;
}

/* Survivors have 90 % of the slots; less than 1 % of those may move. */
static void test_disruption(void)
{
	u32 moved, worst = 0, limit = 65537 / 10 * 9 / 100;
	struct nflb_slots *slots;
	unsigned int gone;
	struct pool p;

	if (!pool_init(&p, 10, 65537))
		return;
	slots = pool_build(&p);
	for (gone = 0; slots && gone < 10; gone++) {
		test_where("member %u goes", gone);
		if (!remove_member(&p, slots, gone, &moved))
			break;
		expect_between(moved, 0, limit);
		worst = max(worst, moved);
	}
	if (slots)
		test_comment("at most %u of the survivors' 58983 slots move",
			     worst);
	kvfree(slots);
	pool_free(&p);
}

/* Slots in which two tables agree, by index of the owner. */
static u32 agreement(const struct pool *a, const struct pool *b)
{
	struct nflb_slots *one = pool_build(a), *other = pool_build(b);
	u32 slot, same = 0;

	for (slot = 0; one && other && slot < one->size; slot++)
		same += one->owner[slot] == other->owner[slot];
	kvfree(one);
	kvfree(other);
	return same;
}

/* Two directors: equal backends, but nothing else in common. */
static void test_determinism(void)
{
	struct pool p, q;

	if (!pool_init(&p, 10, 65537))
		return;
	if (pool_init(&q, 10, 65537)) {
		expect_equal(agreement(&p, &q), 65537);
		pool_free(&q);
	}
	pool_free(&p);
}

/* Unrelated tables agree by chance in a tenth. */
static void test_seed(void)
{
	struct pool p, q;

	if (!pool_init(&p, 10, 65537))
		return;
	q = p;
	q.pool.options.seed = 1;
	expect_between(agreement(&p, &q), 65537 / 20, 65537 / 7);
	q.pool.options.seed = 1ULL << 63;
	expect_between(agreement(&p, &q), 65537 / 20, 65537 / 7);
	pool_free(&p);
}

static void test_names(void)
{
	const struct nflb_sched_options options = { .table_size = 655373 };
	struct nflb_backend *name;
	struct nflb_slots_turn turn, other;
	struct pool p;
	unsigned int i;

	if (!pool_init(&p, 1, 655373))
		return;
	name = &p.backends[0];
	turn_init(&turn, &p.members[0], &options);
	for (i = 0; i < 5; i++) {
		test_where("byte %u", i);
		if (i < 4)
			name->addr[i] ^= htonl(1);
		else
			name->port ^= htons(1);
		turn_init(&other, &p.members[0], &options);
		expect(other.offset != turn.offset || other.skip != turn.skip);
		turn = other;
	}
	pool_free(&p);
}

/* The paper's pseudocode: permutations in full, one slot a turn. */
static void populate_as_published(u16 *owner, u32 size,
				  const struct nflb_slots_turn *turns,
				  unsigned int count, u32 *next)
{
	u32 filled = 0, slot;
	unsigned int i;

	memset(owner, 0xff, size * sizeof(*owner));
	memset(next, 0, count * sizeof(*next));
	for (i = 0; filled < size; i = (i + 1) % count) {
		do {
			slot = (turns[i].offset + turns[i].skip * next[i]++) %
			       size;
		} while (owner[slot] != U16_MAX);
		owner[slot] = i;
		filled++;
	}
}

static void test_published(void)
{
	struct rnd_state random = { 1000003, 1000033, 1000037, 1000039 };
	static u16 owner[1021], published[1021];
	struct nflb_slots_turn turns[7] = {};
	unsigned int round, i;
	u32 next[7];

	for (round = 0; round < 20; round++) {
		for (i = 0; i < ARRAY_SIZE(turns); i++) {
			turns[i].offset = prandom_u32_state(&random) % 1021;
			turns[i].skip = prandom_u32_state(&random) % 1020 + 1;
			turns[i].weight = 1 + round;
		}
		test_where("round %u", round);
		populate_as_published(published, 1021, turns,
				      ARRAY_SIZE(turns), next);
		nflb_slots_populate(owner, 1021, turns, ARRAY_SIZE(turns));
		expect_bytes(owner, published, sizeof(owner));
	}
}

/* The whole table is used, and nothing beyond. */
static void test_slot_of(void)
{
	struct nflb_slots *slots;
	struct pool p;

	if (!pool_init(&p, 10, 251))
		return;
	slots = pool_build(&p);
	if (slots) {
		expect_equal(slot_of(slots, 0), 0);
		expect_equal(slot_of(slots, U32_MAX), 250);
		expect_equal(slot_of(slots, U64_MAX), 250);
	}
	kvfree(slots);
	pool_free(&p);
}

/* How long, for the record. */
static void test_build_time(void)
{
	static const u32 large[] = { 65537, 655373 };
	struct nflb_slots *slots;
	struct pool p;
	unsigned int i;
	ktime_t start;

	for (i = 0; i < ARRAY_SIZE(large); i++) {
		if (!pool_init(&p, 1000, large[i]))
			return;
		start = ktime_get();
		slots = pool_build(&p);
		test_comment("1000 backends in %u slots: %lld us", large[i],
			     ktime_us_delta(ktime_get(), start));
		kvfree(slots);
		pool_free(&p);
	}
}

static const struct test_case cases[] = {
	{ "table sizes", test_sizes },
	{ "table sizes by name", test_known_sizes },
	{ "equal shares", test_equal_shares },
	{ "more members than slots", test_crowd },
	{ "weights", test_weights },
	{ "random weights", test_random_weights },
	{ "least and greatest weight", test_extreme_weights },
	{ "disruption", test_disruption },
	{ "directors agree", test_determinism },
	{ "seed", test_seed },
	{ "address and port make the name", test_names },
	{ "equal weights as published", test_published },
	{ "pick", test_slot_of },
	{ "1000 backends", test_build_time },
};

const struct test_suite slots_suite = { "slots", cases, ARRAY_SIZE(cases) };
