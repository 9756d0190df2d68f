// SPDX-License-Identifier: GPL-2.0
/* Token buckets: how many tokens, how soon, and whose they are. */
#include "../clients.c"
#include "test.h"

/* Any time will do that is not the very beginning. */
#define START	(5 * NSEC_PER_SEC)

static const struct nflb_rate rates[] = {
	{ 1, 1 }, { 1, 5 }, { 3, 3 }, { 7, 100 }, { 1000, 1 }, { 1000, 1000 },
	{ 999999, 7 }, { NFLB_RATE_MAX, 1 }, { NFLB_RATE_MAX, NFLB_BURST_MAX },
};

static u32 take_all(struct nflb_bucket *bucket, struct nflb_rate rate, s64 now)
{
	u32 taken = 0;

	while (taken <= NFLB_BURST_MAX && nflb_bucket_take(bucket, rate, now))
		taken++;
	return taken;
}

static void test_burst(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		struct nflb_bucket bucket = {};
		s64 full_at;

		test_where("%u/s burst %u", rates[i].per_second,
			   rates[i].burst);
		expect(!nflb_bucket_empty(&bucket, rates[i], START));
		expect_equal(take_all(&bucket, rates[i], START),
			     rates[i].burst);
		expect(nflb_bucket_empty(&bucket, rates[i], START));
		full_at = atomic64_read(&bucket.full_at);
		expect(!nflb_bucket_take(&bucket, rates[i], START));
		expect_equal(atomic64_read(&bucket.full_at), full_at);
	}
}

/* One token each time that one is due, and none a moment earlier. */
static void test_refill(void)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		s64 interval = nflb_rate_interval(rates[i]);
		struct nflb_bucket bucket = {};
		s64 now = START;

		test_where("%u/s burst %u", rates[i].per_second,
			   rates[i].burst);
		take_all(&bucket, rates[i], now);
		for (n = 0; n < 100; n++) {
			now += interval;
			expect(!nflb_bucket_take(&bucket, rates[i], now - 1));
			expect(nflb_bucket_take(&bucket, rates[i], now));
			expect(!nflb_bucket_take(&bucket, rates[i], now));
		}
	}
}

/* Whoever waits gets no more than a full bucket. */
static void test_idle(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		struct nflb_bucket bucket = {};
		s64 fill = nflb_rate_interval(rates[i]) * rates[i].burst;

		test_where("%u/s burst %u", rates[i].per_second,
			   rates[i].burst);
		take_all(&bucket, rates[i], START);
		expect_equal(take_all(&bucket, rates[i], START + fill),
			     rates[i].burst);
		expect_equal(take_all(&bucket, rates[i], START + 1000 * fill),
			     rates[i].burst);
	}
}

/* The slowest rate with the greatest burst takes twelve days to fill. */
static void test_slowest(void)
{
	const struct nflb_rate rate = { 1, NFLB_BURST_MAX };
	s64 fill = NFLB_BURST_MAX * (s64)NSEC_PER_SEC;
	struct nflb_bucket bucket = {};

	atomic64_set(&bucket.full_at, START + fill - NSEC_PER_SEC);
	expect(nflb_bucket_take(&bucket, rate, START));
	expect(!nflb_bucket_take(&bucket, rate, START));
	expect(nflb_bucket_take(&bucket, rate, START + NSEC_PER_SEC));
	expect(!nflb_bucket_take(&bucket, rate, START + NSEC_PER_SEC));
}

/* Asked all the time, it gives the burst and then what comes in. */
static void test_long_run(void)
{
	const struct nflb_rate rate = { 700, 50 };
	struct nflb_bucket bucket = {};
	u32 taken = 0;
	s64 now;

	for (now = START; now < START + 10 * NSEC_PER_SEC; now += 10007)
		taken += nflb_bucket_take(&bucket, rate, now);
	expect(taken >= 7000 + 50 - 1 && taken <= 7000 + 50 + 1);
}

static struct nflb_tuple tuple_of(u8 family, u32 word, u32 last)
{
	struct nflb_tuple tuple = { .family = family };

	tuple.addr[0] = htonl(word);
	tuple.addr[nflb_addr_words(family) - 1] ^= htonl(last);
	return tuple;
}

static void prefixes(u8 family, u8 prefix, u32 inside, u32 outside)
{
	struct nflb_clients *clients = nflb_clients_alloc(prefix);
	struct nflb_tuple one = tuple_of(family, 0x0a010000, 0);
	struct nflb_tuple same = tuple_of(family, 0x0a010000, inside);
	struct nflb_tuple other = tuple_of(family, 0x0a010000 ^ outside, 0);
	struct nflb_bucket *bucket;

	test_where("family %u, prefix %u", family, prefix);
	if (!expect(clients))
		return;
	expect(!nflb_clients_find(clients, &one));
	bucket = nflb_clients_get(clients, &one);
	expect(nflb_clients_find(clients, &one) == bucket);
	expect(nflb_clients_find(clients, &same) == bucket);
	expect(nflb_clients_get(clients, &same) == bucket);
	expect(!nflb_clients_find(clients, &other));
	expect(nflb_clients_get(clients, &other) != bucket);
	kvfree(clients);
}

static void test_prefixes(void)
{
	prefixes(NFPROTO_IPV4, 32, 0, 1);
	prefixes(NFPROTO_IPV4, 24, 0xff, 0x100);
	prefixes(NFPROTO_IPV4, 1, 0x7fffffff, 0x80000000);
	prefixes(NFPROTO_IPV6, 64, 0xffffffff, 1);
	prefixes(NFPROTO_IPV6, 128, 0, 1);
	prefixes(NFPROTO_IPV6, 1, 0xffffffff, 0x80000000);
}

/* The next client after @from that falls into the set of @like. */
static u32 of_same_set(struct nflb_clients *clients, u32 like, u32 from)
{
	struct nflb_tuple tuple = tuple_of(NFPROTO_IPV4, like, 0);
	struct nflb_client *set = set_of(clients, client_hash(clients, &tuple));
	u32 i;

	for (i = from + 1; i < from + 100 * NFLB_CLIENTS_SETS; i++) {
		tuple = tuple_of(NFPROTO_IPV4, i, 0);
		if (set_of(clients, client_hash(clients, &tuple)) == set)
			return i;
	}
	return 0;
}

/* Who asks for much is remembered however many ask for little. */
static void test_greedy(void)
{
	const struct nflb_rate rate = { 1, 4 };
	struct nflb_clients *clients = nflb_clients_alloc(32);
	struct nflb_tuple greedy = tuple_of(NFPROTO_IPV4, 1, 0);
	u32 who = 1, i;

	if (!expect(clients))
		return;
	take_all(nflb_clients_get(clients, &greedy), rate, START);
	for (i = 0; i < 5 * NFLB_CLIENTS_WAYS; i++) {
		struct nflb_bucket *bucket;
		struct nflb_tuple tuple;

		who = of_same_set(clients, 1, who);
		if (!expect(who))
			break;
		tuple = tuple_of(NFPROTO_IPV4, who, 0);
		bucket = nflb_clients_get(clients, &tuple);
		expect(nflb_bucket_take(bucket, rate, START + i));
	}
	expect(nflb_clients_find(clients, &greedy) &&
	       nflb_bucket_empty(nflb_clients_find(clients, &greedy), rate,
				 START + i));
	kvfree(clients);
}

/* Many more clients than buckets share buckets and are all admitted once. */
static void test_many(void)
{
	const struct nflb_rate rate = { 1, 1 };
	struct nflb_clients *clients = nflb_clients_alloc(32);
	u32 i, refused = 0;

	if (!expect(clients))
		return;
	for (i = 0; i < 200000; i++) {
		struct nflb_tuple tuple = tuple_of(NFPROTO_IPV4, i, 0);

		refused += !nflb_bucket_take(nflb_clients_get(clients, &tuple),
					     rate, START + i);
	}
	expect_equal(refused, 0);
	kvfree(clients);
}

static const struct test_case cases[] = {
	{ "a full bucket holds a burst", test_burst },
	{ "tokens come at their time", test_refill },
	{ "a bucket does not overflow", test_idle },
	{ "a bucket may take days to fill", test_slowest },
	{ "the rate holds in the long run", test_long_run },
	{ "a bucket is that of a prefix", test_prefixes },
	{ "the greedy are not forgotten", test_greedy },
	{ "nobody is refused for others", test_many },
};

const struct test_suite bucket_suite = {
	.name	= "bucket",
	.cases	= cases,
	.count	= ARRAY_SIZE(cases),
};
