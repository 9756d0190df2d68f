// SPDX-License-Identifier: GPL-2.0
/*
 * The state machine by a simulated clock, on simulated networks
 *
 * A node has a machine for each network it is on. Networks deliver in order
 * after a millisecond, may be cut between any two nodes, and may lose packets.
 */
#include <stdlib.h>

#include "../../lbd/vrrp/fsm.h"
#include "../tap.h"

#define MS	1000ULL
#define S	1000000ULL
#define NODES	3
#define NETS	2
#define LATENCY	MS

struct node {
	struct vrrp_fsm fsm;
	struct config_vrrp_instance config;
	bool used;
	bool has_addresses;
	unsigned int announced;
	unsigned int extra;
	unsigned int heard_lower;
	unsigned int changes;
	uint64_t master_since;
};

struct flight {
	uint64_t at;
	unsigned int to;
	unsigned int net;
	struct vrrp_advert advert;
};

static struct node nodes[NODES][NETS];
static struct vrrp_fsm_group groups[NODES];
static struct vrrp_fsm *members[NODES][NETS];
static unsigned int group_changes[NODES];
static bool cut[NODES][NODES][NETS];
static unsigned int loss_percent;
static unsigned int masters_most;	/* at a time, of net 0 */
static uint64_t no_master;		/* how long there was none, net 0 */
static uint64_t two_masters;
#define FLIGHTS	256

static struct flight flights[FLIGHTS];
static size_t flight_count;
static uint64_t now;

static struct node *node_of(struct vrrp_fsm *fsm)
{
	return (struct node *)((char *)fsm - offsetof(struct node, fsm));
}

static void on_send(struct vrrp_fsm *fsm, uint8_t priority)
{
	unsigned int index = (unsigned int)(node_of(fsm) - &nodes[0][0]);
	unsigned int from = index / NETS, net = index % NETS, to;

	for (to = 0; to < NODES; to++) {
		if (to == from || !nodes[to][net].used || cut[from][to][net])
			continue;
		if (loss_percent && (unsigned int)(rand() % 100) < loss_percent)
			continue;
		if (flight_count == FLIGHTS)
			abort();
		flights[flight_count++] = (struct flight) {
			.at = now + LATENCY, .to = to, .net = net,
			.advert = { fsm->source, priority, fsm->config->interval },
		};
	}
}

static void on_set(struct vrrp_fsm *fsm, bool master)
{
	node_of(fsm)->has_addresses = master;
	node_of(fsm)->master_since = now;
}

static void on_announce(struct vrrp_fsm *fsm, unsigned int repeat)
{
	node_of(fsm)->announced += repeat;
}

static void on_extra(struct vrrp_fsm *fsm)
{
	node_of(fsm)->extra++;
}

static void on_changed(struct vrrp_fsm *fsm, enum vrrp_state before)
{
	if (before != fsm->state)
		node_of(fsm)->changes++;
}

static void on_lower(struct vrrp_fsm *fsm)
{
	node_of(fsm)->heard_lower++;
}

static void on_group(struct vrrp_fsm_group *group, enum vrrp_state before)
{
	if (before != group->state)
		group_changes[group - groups]++;
}

static const struct vrrp_fsm_ops ops = {
	.send = on_send,
	.set = on_set,
	.announce = on_announce,
	.announce_extra = on_extra,
	.changed = on_changed,
	.heard_lower = on_lower,
	.group_changed = on_group,
};

static void reset(void)
{
	memset(nodes, 0, sizeof(nodes));
	memset(groups, 0, sizeof(groups));
	memset(cut, 0, sizeof(cut));
	memset(group_changes, 0, sizeof(group_changes));
	flight_count = 0;
	loss_percent = 0;
	masters_most = 0;
	no_master = 0;
	two_masters = 0;
	srand(1);
}

static struct node *make_on(unsigned int index, unsigned int net, uint8_t priority)
{
	struct node *node = &nodes[index][net];

	memset(node, 0, sizeof(*node));
	node->used = true;
	node->config = (struct config_vrrp_instance) {
		.family = AF_INET, .version = 3, .vrid = 1,
		.priority = priority, .interval = S, .down_timer_adverts = 3,
		.garp = { .master_repeat = 5, .master_delay = 5 * S,
			  .lower_prio_repeat = 2, .lower_prio_delay = 5 * S },
	};
	vrrp_fsm_init(&node->fsm, &node->config, &ops);
	node->fsm.source.family = AF_INET;
	node->fsm.source.v4.s_addr = htonl(0x0a000001 + index);
	return node;
}

static struct node *make(unsigned int index, uint8_t priority)
{
	return make_on(index, 0, priority);
}

static void start(struct node *node)
{
	vrrp_fsm_start(&node->fsm, node->config.startup_delay, now);
}

static void deliver(void)
{
	struct flight flight;
	size_t i;

	for (i = 0; i < flight_count; ) {
		if (flights[i].at > now) {
			i++;
			continue;
		}
		flight = flights[i];
		memmove(&flights[i], &flights[i + 1],
			(--flight_count - i) * sizeof(flights[0]));
		vrrp_fsm_advert(&nodes[flight.to][flight.net].fsm,
				&flight.advert, now);
	}
}

static struct node *node_at(size_t i)
{
	return &nodes[i / NETS][i % NETS];
}

static uint64_t next_time(void)
{
	uint64_t next = VRRP_NEVER, due;
	size_t i;

	for (i = 0; i < flight_count; i++)
		next = flights[i].at < next ? flights[i].at : next;
	for (i = 0; i < NODES * NETS; i++) {
		due = vrrp_fsm_due(&node_at(i)->fsm);
		if (node_at(i)->used && due < next)
			next = due;
	}
	return next;
}

static unsigned int masters(unsigned int net)
{
	unsigned int i, count = 0;

	for (i = 0; i < NODES; i++)
		count += nodes[i][net].used && nodes[i][net].has_addresses;
	return count;
}

static void count_masters(uint64_t passed)
{
	unsigned int count = masters(0);

	if (count > masters_most)
		masters_most = count;
	if (!count)
		no_master += passed;
	if (count > 1)
		two_masters += passed;
}

static void run(uint64_t time)
{
	uint64_t end = now + time, next;
	size_t i;

	while ((next = next_time()) <= end) {
		count_masters(next - now);
		now = next;
		deliver();
		for (i = 0; i < NODES * NETS; i++) {
			if (node_at(i)->used)
				vrrp_fsm_expire(&node_at(i)->fsm, now);
		}
	}
	count_masters(end - now);
	now = end;
}

static bool in_state(const struct node *node, enum vrrp_state state)
{
	return node->fsm.state == state &&
	       node->has_addresses == (state == VRRP_MASTER);
}

static void kill_node(struct node *node)
{
	node->used = false;
	node->has_addresses = false;
}

static void test_timers(void)
{
	struct node *a;

	reset();
	a = make(0, 100);
	is_number(vrrp_fsm_skew(&a->fsm), 156 * S / 256, "skew of version 3");
	is_number(vrrp_fsm_down_interval(&a->fsm), 3 * S + 156 * S / 256,
		  "down interval of version 3");
	a->config.interval = 10 * MS;
	vrrp_fsm_init(&a->fsm, &a->config, &ops);
	is_number(vrrp_fsm_skew(&a->fsm), 1560 * MS / 256, "skew at 10 ms");
	a->config.version = 2;
	a->config.interval = 2 * S;
	vrrp_fsm_init(&a->fsm, &a->config, &ops);
	is_number(vrrp_fsm_skew(&a->fsm), 156 * S / 256, "skew of version 2");
	is_number(vrrp_fsm_down_interval(&a->fsm), 6 * S + 156 * S / 256,
		  "down interval of version 2");
	a->config.down_timer_adverts = 5;
	is_number(vrrp_fsm_down_interval(&a->fsm), 10 * S + 156 * S / 256,
		  "down_timer_adverts");
}

static void test_alone(void)
{
	struct node *a;

	reset();
	a = make(0, 100);
	start(a);
	ok(in_state(a, VRRP_BACKUP), "starts as backup");
	run(vrrp_fsm_down_interval(&a->fsm) - 1);
	ok(in_state(a, VRRP_BACKUP), "waits for the down timer");
	run(1 + VRRP_CONFIRM);
	ok(in_state(a, VRRP_MASTER), "and is master then");
	is_number(a->announced, 5, "announces its addresses");
	is_number(a->fsm.stats.sent, 1, "and advertises");
	run(10 * S);
	is_number(a->fsm.stats.sent, 11, "each interval");
	is_number(a->announced, 10, "announces a second time, not more often");
	vrrp_fsm_stop(&a->fsm, now);
	ok(in_state(a, VRRP_STOP), "gives up when stopped");
	is_number(a->fsm.stats.sent_priority_zero, 1, "and says so");
	is_number(vrrp_fsm_due(&a->fsm), VRRP_NEVER, "without timers");
}

static void test_pair(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	b = make(1, 200);
	start(a);
	start(b);
	run(10 * S);
	ok(in_state(b, VRRP_MASTER) && in_state(a, VRRP_BACKUP),
	   "the higher priority is master");
	is_number(masters_most, 1, "never both");
	is_number(a->fsm.master_priority, 200, "whose priority is known");

	kill_node(b);
	no_master = 0;
	run(5 * S);
	ok(in_state(a, VRRP_MASTER), "the other takes over when it dies");
	ok(no_master <= vrrp_fsm_down_interval(&a->fsm) + VRRP_CONFIRM, "in time");

	b = make(1, 200);
	start(b);
	run(5 * S);
	ok(in_state(b, VRRP_MASTER) && in_state(a, VRRP_BACKUP),
	   "it is master again when it comes back");

	no_master = 0;
	vrrp_fsm_stop(&b->fsm, now);
	run(2 * S);
	ok(in_state(a, VRRP_MASTER), "the other takes over when it stops");
	ok(no_master <= vrrp_fsm_skew(&a->fsm) + VRRP_CONFIRM + LATENCY,
	   "after the skew time and not the down interval");
}

static void test_nopreempt(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	start(a);
	run(5 * S);
	b = make(1, 200);
	b->config.nopreempt = true;
	start(b);
	run(20 * S);
	ok(in_state(a, VRRP_MASTER), "nopreempt: who is master stays so");
	kill_node(a);
	run(5 * S);
	ok(in_state(b, VRRP_MASTER), "until it is gone");
}

static void test_preempt_delay(void)
{
	struct node *a, *b;
	uint64_t began;

	reset();
	a = make(0, 100);
	start(a);
	run(5 * S);
	b = make(1, 200);
	b->config.preempt_delay = 30 * S;
	began = now;
	start(b);
	run(29 * S);
	ok(in_state(a, VRRP_MASTER), "preempt_delay: not before");
	run(6 * S);
	ok(in_state(b, VRRP_MASTER), "but after it");
	ok(b->master_since >= began + 30 * S &&
	   b->master_since <= began + 30 * S + S + vrrp_fsm_down_interval(&b->fsm) +
	   VRRP_CONFIRM,
	   "by an interval and the down interval at most");

	reset();
	a = make(0, 100);
	start(a);
	run(5 * S);
	b = make(1, 200);
	b->config.preempt_delay = 30 * S;
	start(b);
	run(5 * S);
	kill_node(a);
	run(4 * S);
	ok(in_state(b, VRRP_MASTER), "a master that dies is not waited for");
}

static void test_owner(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 255);
	a->config.initial_master = true;
	start(a);
	ok(in_state(a, VRRP_MASTER), "an address owner is master at once");
	vrrp_fsm_set_priority(&a->fsm, 10, now);
	is_number(a->fsm.priority, 255, "and keeps its priority");
	b = make(1, 255);
	b->config.initial_master = true;
	start(b);
	run(5 * S);
	ok(in_state(b, VRRP_MASTER) && in_state(a, VRRP_BACKUP),
	   "of two the higher address wins");
}

static void test_equal(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	b = make(1, 100);
	start(a);
	start(b);
	run(10 * S);
	ok(in_state(b, VRRP_MASTER) && in_state(a, VRRP_BACKUP),
	   "equal priorities: the higher address is master");
	kill_node(b);
	run(5 * S);
	b = make(1, 100);
	start(b);
	run(10 * S);
	ok(in_state(a, VRRP_MASTER), "but it does not preempt");
}

static void test_split(void)
{
	struct node *a, *b, *c;

	reset();
	a = make(0, 100);
	b = make(1, 150);
	c = make(2, 200);
	start(a);
	start(b);
	start(c);
	run(10 * S);
	ok(in_state(c, VRRP_MASTER) && masters(0) == 1, "three nodes, one master");
	cut[0][2][0] = true;
	cut[2][0][0] = true;
	cut[1][2][0] = true;
	cut[2][1][0] = true;
	run(10 * S);
	ok(in_state(c, VRRP_MASTER) && in_state(b, VRRP_MASTER) &&
	   in_state(a, VRRP_BACKUP), "split: each side has one");
	memset(cut, 0, sizeof(cut));
	c->announced = 0;
	two_masters = 0;
	run(2 * S);
	ok(in_state(c, VRRP_MASTER) && masters(0) == 1, "healed: one again");
	ok(two_masters <= S + LATENCY, "within an interval");
	ok(c->heard_lower > 0 || b->fsm.stats.sent > 0, "who heard the other");
	if (c->heard_lower)
		is_number(c->announced, 2 * c->heard_lower,
			  "and says whose the addresses are");
	run(10 * S);
	is_number(masters(0), 1, "and stays so");
}

/* Only one direction is broken: the master cannot be heard by one. */
static void test_one_way(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	b = make(1, 200);
	start(a);
	start(b);
	run(10 * S);
	cut[1][0][0] = true;
	run(10 * S);
	ok(in_state(a, VRRP_MASTER) && in_state(b, VRRP_MASTER),
	   "who hears no master becomes one");
	cut[1][0][0] = false;
	run(2 * S);
	ok(in_state(a, VRRP_BACKUP) && in_state(b, VRRP_MASTER),
	   "and stops when it hears it again");
}

static void test_loss(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	b = make(1, 200);
	a->config.interval = 10 * MS;
	b->config.interval = 10 * MS;
	vrrp_fsm_init(&a->fsm, &a->config, &ops);
	vrrp_fsm_init(&b->fsm, &b->config, &ops);
	a->fsm.source = (struct nflb_address) { .family = AF_INET };
	b->fsm.source = (struct nflb_address) { .family = AF_INET,
						.v4.s_addr = htonl(1) };
	start(a);
	start(b);
	run(S);
	loss_percent = 20;
	two_masters = 0;
	run(60 * S);
	ok(two_masters < 60 * S / 20, "20 percent lost: rarely two masters");
	is_number(a->has_addresses && !b->has_addresses, 0,
		  "never the lower alone");
	loss_percent = 0;
	run(S);
	ok(in_state(b, VRRP_MASTER) && in_state(a, VRRP_BACKUP),
	   "and all is well after");
	ok(b->fsm.stats.sent >= 6200, "at 10 ms each is sent");
}

static void test_lower_prio(void)
{
	struct vrrp_advert lower = { .priority = 50, .interval = S };
	struct vrrp_advert higher = { .priority = 150, .interval = 5 * S };
	struct node *a;
	uint64_t sent;

	reset();
	a = make(0, 100);
	start(a);
	run(5 * S);
	sent = a->fsm.stats.sent;
	a->announced = 0;
	vrrp_fsm_advert(&a->fsm, &lower, now);
	is_number(a->fsm.stats.sent, sent + 1, "a lower priority is answered");
	is_number(a->announced, 2, "addresses are announced");
	is_number(a->heard_lower, 1, "and it is told");
	a->config.lower_prio_no_advert = true;
	vrrp_fsm_advert(&a->fsm, &lower, now);
	is_number(a->fsm.stats.sent, sent + 1,
		  "lower_prio_no_advert: not answered");
	a->config.higher_prio_send_advert = true;
	vrrp_fsm_advert(&a->fsm, &higher, now);
	is_number(a->fsm.stats.sent, sent + 2,
		  "higher_prio_send_advert: answered once more");
	ok(in_state(a, VRRP_BACKUP), "before it gives up");
	is_number(a->fsm.master_interval, 5 * S,
		  "the master's interval is the one to wait for");
	run(15 * S);
	ok(in_state(a, VRRP_BACKUP), "three times");
	run(3 * S + S);
	ok(in_state(a, VRRP_MASTER), "and the skew time of it");
}

static void test_refresh(void)
{
	struct node *a;

	reset();
	a = make(0, 100);
	a->config.garp.master_refresh = 10 * S;
	a->config.garp.master_refresh_repeat = 3;
	a->config.garp.extra_if = 4 * S;
	start(a);
	run(vrrp_fsm_down_interval(&a->fsm) + VRRP_CONFIRM);
	run(36 * S);
	is_number(a->announced, 5 + 5 + 3 * 3, "garp_master_refresh");
	is_number(a->extra, 9, "garp_extra_if");
}

static void test_fault(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	b = make(1, 200);
	start(a);
	start(b);
	run(10 * S);
	no_master = 0;
	vrrp_fsm_fault(&b->fsm, true, now);
	ok(in_state(b, VRRP_FAULT), "fault: gives up");
	run(S);
	ok(in_state(a, VRRP_MASTER), "the other takes over");
	ok(no_master <= vrrp_fsm_skew(&a->fsm) + VRRP_CONFIRM + LATENCY, "after the skew time");
	run(20 * S);
	vrrp_fsm_fault(&b->fsm, false, now);
	ok(in_state(b, VRRP_BACKUP), "repaired: backup");
	run(5 * S);
	ok(in_state(b, VRRP_MASTER) && in_state(a, VRRP_BACKUP), "and master");

	reset();
	a = make(0, 100);
	a->fsm.fault = true;
	start(a);
	run(10 * S);
	ok(in_state(a, VRRP_FAULT), "starts in fault");
}

static void test_priority(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	b = make(1, 200);
	start(a);
	start(b);
	run(10 * S);
	no_master = 0;
	vrrp_fsm_set_priority(&b->fsm, 50, now);
	run(5 * S);
	ok(in_state(a, VRRP_MASTER) && in_state(b, VRRP_BACKUP),
	   "who loses priority loses the addresses");
	ok(no_master <= LATENCY, "with the other there at once");
	vrrp_fsm_set_priority(&b->fsm, 200, now);
	run(5 * S);
	ok(in_state(b, VRRP_MASTER), "and gets them back with it");
}

static void test_release(void)
{
	struct node *a, *b;

	reset();
	a = make(0, 100);
	b = make(1, 200);
	start(a);
	start(b);
	run(10 * S);
	no_master = 0;
	vrrp_fsm_release(&b->fsm, now);
	run(20 * S);
	ok(in_state(a, VRRP_MASTER) && in_state(b, VRRP_BACKUP),
	   "release: the other has it and is left alone");
	ok(no_master <= vrrp_fsm_skew(&a->fsm) + VRRP_CONFIRM + LATENCY, "after the skew time");
	kill_node(a);
	run(5 * S);
	ok(in_state(b, VRRP_MASTER), "until it is gone");
	a = make(0, 100);
	start(a);
	run(10 * S);
	ok(in_state(b, VRRP_MASTER) && in_state(a, VRRP_BACKUP),
	   "then all is as before");
}

static void test_startup_delay(void)
{
	struct node *a;

	reset();
	a = make(0, 255);
	a->config.initial_master = true;
	a->config.startup_delay = 7 * S;
	start(a);
	run(7 * S - 1);
	ok(in_state(a, VRRP_INIT), "vrrp_startup_delay");
	run(1);
	ok(in_state(a, VRRP_MASTER), "is over");
}

static void test_late(void)
{
	struct node *a;

	reset();
	a = make(0, 100);
	start(a);
	run(5 * S);
	now += 2 * S + S / 2;
	vrrp_fsm_expire(&a->fsm, now);
	is_number(a->fsm.stats.missed_deadlines, 1, "a missed deadline counts");
	ok(in_state(a, VRRP_MASTER), "and is no reason to give up");
	ok(vrrp_fsm_due(&a->fsm) > now, "the next is in the future");
	a->config.timer_expired_backup = 254;
	now += 10 * S;
	vrrp_fsm_expire(&a->fsm, now);
	ok(in_state(a, VRRP_BACKUP),
	   "timer_expired_backup: unless another must be master by then");
}

/* The backup's machine stands still, and its master is alive. */
static void test_stall(void)
{
	struct vrrp_advert advert = { .priority = 200, .interval = 10 * MS };
	struct node *a;

	reset();
	a = make(0, 100);
	a->config.interval = 10 * MS;
	vrrp_fsm_init(&a->fsm, &a->config, &ops);
	start(a);
	now += 200 * MS;
	vrrp_fsm_expire(&a->fsm, now);
	ok(in_state(a, VRRP_BACKUP), "a backup that comes late looks again");
	is_number(vrrp_fsm_due(&a->fsm), now + 10 * MS, "after an interval");
	vrrp_fsm_advert(&a->fsm, &advert, now);
	run(30 * MS);
	ok(in_state(a, VRRP_BACKUP), "and has heard its master by then");
	run(20 * MS);
	ok(in_state(a, VRRP_MASTER), "or not");
}

static void test_config(void)
{
	struct config_vrrp_instance faster;
	struct node *a;

	reset();
	a = make(0, 100);
	a->config.interval = 40 * S;
	vrrp_fsm_init(&a->fsm, &a->config, &ops);
	start(a);
	run(200 * S);
	ok(in_state(a, VRRP_MASTER), "slow");
	faster = a->config;
	faster.interval = 100 * MS;
	vrrp_fsm_set_config(&a->fsm, &faster, now);
	ok(in_state(a, VRRP_MASTER), "a reload keeps the state");
	a->fsm.stats.sent = 0;
	run(10 * S);
	is_number(a->fsm.stats.sent, 100, "and has its effect at once");
	is_number(a->changes, 2, "without a change of state");
}

static void group(unsigned int index)
{
	members[index][0] = &nodes[index][0].fsm;
	members[index][1] = &nodes[index][1].fsm;
	groups[index].members = members[index];
	groups[index].count = 2;
	nodes[index][0].fsm.group = &groups[index];
	nodes[index][1].fsm.group = &groups[index];
}

static void start_groups(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		make_on(i, 0, 100 + 50 * i);
		make_on(i, 1, 100 + 50 * i);
		group(i);
		start(&nodes[i][0]);
		start(&nodes[i][1]);
	}
	run(10 * S);
}

static bool all(unsigned int index, enum vrrp_state state)
{
	return in_state(&nodes[index][0], state) &&
	       in_state(&nodes[index][1], state) && groups[index].state == state;
}

static void test_group(void)
{
	reset();
	start_groups();
	ok(all(1, VRRP_MASTER) && all(0, VRRP_BACKUP), "a group is master");
	is_number(group_changes[1], 2, "and says so: backup, master");

	vrrp_fsm_fault(&nodes[1][0].fsm, true, now);
	ok(all(1, VRRP_FAULT), "one in fault takes the others along");
	run(2 * S);
	ok(all(0, VRRP_MASTER), "the other group takes over");
	vrrp_fsm_fault(&nodes[1][1].fsm, true, now);
	vrrp_fsm_fault(&nodes[1][0].fsm, false, now);
	ok(all(1, VRRP_FAULT), "all must be repaired");
	vrrp_fsm_fault(&nodes[1][1].fsm, false, now);
	ok(all(1, VRRP_BACKUP), "then it is backup");
	run(5 * S);
	ok(all(1, VRRP_MASTER) && all(0, VRRP_BACKUP), "and master");

	vrrp_fsm_release(&nodes[1][1].fsm, now);
	run(20 * S);
	ok(all(0, VRRP_MASTER) && all(1, VRRP_BACKUP), "release of a member");
}

static void test_group_split(void)
{
	reset();
	start_groups();
	cut[1][0][0] = true;
	cut[0][1][0] = true;
	run(30 * S);
	ok(all(1, VRRP_MASTER) && all(0, VRRP_BACKUP),
	   "one network is cut: the group stays backup for the other's sake");
	cut[1][0][1] = true;
	cut[0][1][1] = true;
	run(10 * S);
	ok(all(1, VRRP_MASTER) && all(0, VRRP_MASTER), "both are cut");
	cut[1][0][1] = false;
	cut[0][1][1] = false;
	run(5 * S);
	ok(all(1, VRRP_MASTER) && all(0, VRRP_BACKUP),
	   "one is healed: all of the lower group give up");
	memset(cut, 0, sizeof(cut));
	run(10 * S);
	ok(all(1, VRRP_MASTER) && all(0, VRRP_BACKUP), "and both");
}

int main(void)
{
	test_timers();
	test_alone();
	test_pair();
	test_nopreempt();
	test_preempt_delay();
	test_owner();
	test_equal();
	test_split();
	test_one_way();
	test_loss();
	test_lower_prio();
	test_refresh();
	test_fault();
	test_priority();
	test_release();
	test_startup_delay();
	test_late();
	test_stall();
	test_config();
	test_group();
	test_group_split();
	return tap_end();
}
