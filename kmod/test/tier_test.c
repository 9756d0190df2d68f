// SPDX-License-Identifier: GPL-2.0
/* Who takes part in a pool, and with what weight: tiers and slow start. */
#include <linux/mutex.h>

#include "../backend.h"
#include "../net.h"
#include "../sched.h"
#include "../service.h"
#include "../share.h"
#include "test.h"

#define BACKENDS	5

static struct nflb_net nn = { .lock = __MUTEX_INITIALIZER(nn.lock) };
static struct nflb_service service;
static struct nflb_backend backends[BACKENDS];
static struct nflb_sched_member members[BACKENDS];

/* Weights 10 and 10 in tier 1, 10 in tier 3, 5 and 5 in tier 7. */
static void set_up(u32 panic)
{
	static const u8 tiers[BACKENDS] = { 7, 1, 3, 1, 7 };
	unsigned int i;

	memset(&service, 0, sizeof(service));
	memset(backends, 0, sizeof(backends));
	INIT_LIST_HEAD(&service.backends);
	INIT_LIST_HEAD(&nn.service_list);
	service.nn = &nn;
	service.panic = panic;
	for (i = 0; i < BACKENDS; i++) {
		backends[i].service = &service;
		backends[i].tier = tiers[i];
		backends[i].weight = tiers[i] == 7 ? 5 : 10;
		list_add_tail(&backends[i].list, &service.backends);
	}
}

static unsigned int collect(u32 *scale)
{
	unsigned int count;

	mutex_lock(&nn.lock);
	count = nflb_share_collect(&service, members, scale);
	mutex_unlock(&nn.lock);
	return count;
}

/* The backends that take part, as bits; each with its whole weight. */
static unsigned int part(void)
{
	unsigned int bits = 0, count, i;
	u32 scale;

	count = collect(&scale);
	expect_equal(scale, 1);
	for (i = 0; i < count; i++) {
		bits |= BIT(members[i].backend - backends);
		expect_equal(members[i].weight, members[i].backend->weight);
		expect_equal(members[i].backend->percent, 100);
	}
	return bits;
}

static void test_tiers(void)
{
	set_up(1);
	expect_equal(part(), BIT(1) | BIT(3));
	backends[1].weight = 0;
	expect_equal(part(), BIT(3));
	expect_equal(backends[1].percent, 0);
	expect_equal(backends[2].percent, 0);
	backends[3].weight = 0;
	expect_equal(part(), BIT(2));
	list_del(&backends[2].list);
	expect_equal(part(), BIT(0) | BIT(4));
	backends[1].weight = 1;
	expect_equal(part(), BIT(1));
}

/* What is not available counts in what was to be, and not in what is. */
static void test_panic(void)
{
	set_up(50);
	backends[1].state = NFLB_BACKEND_STATE_DRAINING;
	/* 10 of 20: just enough */
	expect_equal(part(), BIT(3));
	service.panic = 51;
	expect_equal(part(), BIT(2) | BIT(3));
	/* 10 of tier 3 are enough again, whoever is left in tier 1 */
	service.panic = 100;
	expect_equal(part(), BIT(2) | BIT(3));
	backends[2].state = NFLB_BACKEND_STATE_DRAINING;
	expect_equal(part(), BIT(0) | BIT(3) | BIT(4));
	service.panic = 1;
	expect_equal(part(), BIT(3));
	backends[3].state = NFLB_BACKEND_STATE_DRAINING;
	expect_equal(part(), BIT(0) | BIT(4));
	backends[0].state = NFLB_BACKEND_STATE_DRAINING;
	backends[4].state = NFLB_BACKEND_STATE_DRAINING;
	expect_equal(part(), 0);
}

/* @seconds into a slow start of 100: what is in effect of weight 10. */
static void ramp_at(unsigned int seconds, u32 percent)
{
	u32 scale = 0;

	backends[1].ramp_since = jiffies - seconds * HZ;
	test_where("after %u seconds", seconds);
	expect_equal(collect(&scale), 2);
	expect_equal(scale, 100);
	expect_equal(backends[1].percent, percent);
	expect_equal(members[0].weight, 10 * percent);
	expect_equal(members[1].weight, 1000);
}

static void ramp(void)
{
	u32 scale;

	set_up(1);
	backends[1].slow_start = 100;
	mutex_lock(&nn.lock);
	nflb_share_ramp(&backends[1]);
	nflb_share_ramp(&backends[3]);
	mutex_unlock(&nn.lock);
	ramp_at(0, 5);
	ramp_at(4, 5);
	ramp_at(20, 20);
	ramp_at(99, 99);
	expect_equal(service.ramp_step, 5 * HZ);

	backends[1].ramp_since = jiffies - 100 * HZ;
	expect_equal(collect(&scale), 2);
	expect_equal(scale, 1);
	expect_equal(service.ramp_step, 0);
	/* and not again when jiffies come round */
	backends[1].ramp_since = jiffies;
	expect_equal(part(), BIT(1) | BIT(3));
}

static void test_ramp(void)
{
	nflb_share_init(&nn);
	ramp();
	nflb_share_stop(&nn);
}

static const struct test_case cases[] = {
	{ "in order", test_tiers },
	{ "panic", test_panic },
	{ "slow start", test_ramp },
};

const struct test_suite tier_suite = {
	"tiers", cases, ARRAY_SIZE(cases)
};
