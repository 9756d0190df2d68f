// SPDX-License-Identifier: GPL-2.0
/* Masks of prefixes, and the sorted ranges of ports. */
#include "test.h"

#include "../index.c"

/* The table of all services is not under test, nor are the host's addresses. */
struct nflb_service *nflb_service_get_exact(struct nflb_net *nn,
					    const struct nflb_service_key *key)
{
	return NULL;
}

bool nflb_route_is_local(struct net *net, const __be32 *addr, u8 family)
{
	return false;
}

static bool bit_of(const __be32 *addr, unsigned int bit)
{
	return ((const u8 *)addr)[bit / 8] & (0x80 >> bit % 8);
}

static void mask_family(u8 family)
{
	unsigned int bits = nflb_addr_bits(family), prefix, bit;

	for (prefix = 0; prefix <= bits; prefix++) {
		__be32 addr[4];

		test_where("family %u, prefix %u", family, prefix);
		memset(addr, 0xff, sizeof(addr));
		nflb_addr_mask(addr, prefix, family);
		for (bit = 0; bit < bits; bit++)
			expect_equal(bit_of(addr, bit), bit < prefix);
	}
}

static void test_mask(void)
{
	mask_family(NFPROTO_IPV4);
	mask_family(NFPROTO_IPV6);
}

/* Inserted in this order, they must come out sorted. */
static const struct {
	u16 first, last;
} order[] = {
	{ 8000, 8100 }, { 1, 79 }, { 65535, 65535 }, { 443, 444 },
	{ 8101, 8101 }, { 100, 200 },
};

static struct nflb_service services[ARRAY_SIZE(order)];

static struct nflb_ranges *make_ranges(void)
{
	struct nflb_ranges *ranges = NULL, *next;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		services[i].key.port = htons(order[i].first);
		services[i].key.port_last = htons(order[i].last);
		next = ranges_with(ranges, &services[i]);
		kfree(ranges);
		if (!expect(next))
			return NULL;
		ranges = next;
	}
	return ranges;
}

static const struct nflb_service *wanted(unsigned int port)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		if (order[i].first <= port && port <= order[i].last)
			return &services[i];
	return NULL;
}

static void expect_all_ports(const struct nflb_ranges *ranges)
{
	unsigned int port;

	for (port = 0; port <= U16_MAX; port++) {
		const struct nflb_range *range = find_range(ranges, port);
		const struct nflb_service *found;

		found = range && port <= range->last ? range->service : NULL;
		if (found == wanted(port))
			continue;
		test_where("port %u", port);
		expect(found == wanted(port));
	}
}

static void test_ranges(void)
{
	struct nflb_ranges *ranges = make_ranges();

	if (!ranges)
		return;
	expect_equal(ranges->count, ARRAY_SIZE(order));
	expect_all_ports(ranges);
	expect(overlaps(ranges, 79, 79));
	expect(overlaps(ranges, 80, 100));
	expect(overlaps(ranges, 1, 65535));
	expect(overlaps(ranges, 8050, 8060));
	expect(!overlaps(ranges, 80, 99));
	expect(!overlaps(ranges, 8102, 65534));
	kfree(ranges);
}

static void test_empty_entries(void)
{
	struct nflb_ranges *ranges = make_ranges(), *next;
	unsigned int i;

	if (!ranges)
		return;
	for (i = 0; i < ranges->count; i++)
		if (ranges->range[i].first == 8000)
			ranges->range[i].service = NULL;
	ranges->live--;
	expect(!overlaps(ranges, 8000, 8100));
	next = ranges_with(ranges, &services[0]);
	if (expect(next)) {
		expect_equal(next->count, ARRAY_SIZE(order));
		expect_equal(next->live, ARRAY_SIZE(order));
		expect_all_ports(next);
	}
	kfree(next);
	kfree(ranges);
}

static const struct test_case cases[] = {
	{ "prefixes mask the bits beyond them", test_mask },
	{ "ranges are found by every port of theirs", test_ranges },
	{ "a range that goes makes room", test_empty_entries },
};

const struct test_suite index_suite = { "index", cases, ARRAY_SIZE(cases) };
