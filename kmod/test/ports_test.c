// SPDX-License-Identifier: GPL-2.0
/* Source ports: all of them, each once, late again, and at a bounded cost. */
#include <linux/slab.h>

#include "../ports.c"
#include "test.h"

#define KEY	0x9e3779b9

static const struct {
	u16	min;
	u16	max;
} ranges[] = {
	{ 1024, 65535 }, { 1, 65535 }, { 32768, 60999 }, { 5000, 5063 },
	{ 5000, 5064 }, { 7, 9 }, { 80, 81 }, { 65535, 65535 },
};

static struct nflb_ports *make(u16 min, u16 max)
{
	struct nflb_ports *ports;

	ports = kzalloc(nflb_ports_size(max - min + 1), GFP_KERNEL);
	if (expect(ports))
		nflb_ports_init(ports, min, max, KEY);
	return ports;
}

/* Every port of the range comes out once, then none. */
static void test_all(void)
{
	unsigned long *seen = bitmap_zalloc(65536, GFP_KERNEL);
	struct nflb_ports *ports;
	u32 i, n;
	u16 port;

	if (!expect(seen))
		return;
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		test_where("%u-%u", ranges[i].min, ranges[i].max);
		bitmap_zero(seen, 65536);
		ports = make(ranges[i].min, ranges[i].max);
		for (n = 0; ports && n < ports->count; n++) {
			port = nflb_ports_port(ports, nflb_ports_take(ports));
			expect(port >= ranges[i].min && port <= ranges[i].max);
			expect(!test_and_set_bit(port, seen));
		}
		expect_equal(ports ? nflb_ports_take(ports) : 0, -1);
		kfree(ports);
	}
	bitmap_free(seen);
}

/* The order is not that of the numbers, and another with another key. */
static void test_secret(void)
{
	struct nflb_ports *a = make(1024, 65535), *b = make(1024, 65535);
	u32 slot, next = 0, equal = 0;

	if (a && b) {
		b->key++;
		for (slot = 0; slot < 10000; slot++) {
			next += nflb_ports_port(a, slot) + 1 ==
				nflb_ports_port(a, slot + 1);
			equal += nflb_ports_port(a, slot) ==
				 nflb_ports_port(b, slot);
		}
		expect(next < 20);
		expect(equal < 20);
	}
	kfree(a);
	kfree(b);
}

/* What was given back is taken after all that was free before. */
static void test_late(void)
{
	struct nflb_ports *ports = make(1024, 65535);
	u32 n, first;

	if (!ports)
		return;
	first = nflb_ports_take(ports);
	nflb_ports_give(ports, first);
	for (n = 1; n < ports->count; n++)
		expect(nflb_ports_take(ports) != first);
	expect_equal(nflb_ports_take(ports), first);
	expect_equal(nflb_ports_take(ports), -1);
	kfree(ports);
}

/* Some number, the same in every run. */
static u32 random_of(u32 *state, u32 limit)
{
	*state = *state * 1664525 + 1013904223;
	return (u64)*state * limit >> 32;
}

/*
 * With a part of the range in use, and for each one taken a random one given
 * back: slots that the search passes on the way, the most and the mean.
 */
static void search_cost(struct nflb_ports *ports, u32 used, u32 *most,
			u32 *mean)
{
	u32 *taken = kvmalloc_array(used, sizeof(*taken), GFP_KERNEL);
	u32 i, from, at, state = 1, passed;
	u64 sum = 0;

	*most = U32_MAX;
	*mean = U32_MAX;
	if (!expect(taken))
		return;
	*most = 0;
	for (i = 0; i < used; i++)
		taken[i] = nflb_ports_take(ports);
	for (i = 0; i < 4 * ports->count; i++) {
		at = random_of(&state, used);
		nflb_ports_give(ports, taken[at]);
		from = ports->next;
		taken[at] = nflb_ports_take(ports);
		passed = (taken[at] + ports->count - from) % ports->count;
		*most = max(*most, passed);
		sum += passed;
	}
	*mean = sum / (4 * ports->count);
	kvfree(taken);
}

static void test_cost(void)
{
	static const struct {
		u32	percent;
		u32	mean;
	} cases[] = { { 50, 16 }, { 90, 64 }, { 99, 512 } };
	u32 i, most, mean;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct nflb_ports *ports = make(1024, 65535);

		test_where("%u %% in use", cases[i].percent);
		if (!ports)
			return;
		search_cost(ports, ports->count * cases[i].percent / 100, &most,
			    &mean);
		test_comment("%u %% in use: a search passes %u slots (mean), %u (most)",
			     cases[i].percent, mean, most);
		expect(mean <= cases[i].mean);
		kfree(ports);
	}
}

/* One free among all: found wherever it is. */
static void test_last(void)
{
	struct nflb_ports *ports = make(1024, 65535);
	u32 n, slot;

	if (!ports)
		return;
	for (n = 0; n < ports->count; n++)
		nflb_ports_take(ports);
	for (n = 0; n < 1000; n++) {
		slot = n * 40503 % ports->count;
		nflb_ports_give(ports, slot);
		expect_equal(nflb_ports_take(ports), slot);
		expect_equal(nflb_ports_take(ports), -1);
	}
	kfree(ports);
}

/* A port leads to the slot that it was made of. */
static void test_claim(void)
{
	u32 i, slot;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		u16 min = ranges[i].min;
		struct nflb_ports *ports = make(min, ranges[i].max);

		test_where("%u-%u", min, ranges[i].max);
		if (!ports)
			return;
		for (slot = 0; slot < ports->count; slot++)
			if (nflb_ports_claim(ports, nflb_ports_port(ports, slot)) !=
			    slot)
				break;
		expect_equal(slot, ports->count);
		expect_equal(nflb_ports_claim(ports, min), -1);
		expect_equal(nflb_ports_claim(ports, min - 1), -1);
		expect_equal(nflb_ports_take(ports), -1);
		nflb_ports_give(ports, ports->count - 1);
		expect_equal(nflb_ports_claim(ports, nflb_ports_port(ports, ports->count - 1)),
			     ports->count - 1);
		kfree(ports);
	}
}

static const struct test_case cases[] = {
	{ "every port once, then none", test_all },
	{ "the order is a secret", test_secret },
	{ "a port that was given back comes last", test_late },
	{ "a search is short when 90 % are in use", test_cost },
	{ "the last free port is found", test_last },
	{ "a certain port", test_claim },
};

const struct test_suite ports_suite = {
	.name	= "ports",
	.cases	= cases,
	.count	= ARRAY_SIZE(cases),
};
