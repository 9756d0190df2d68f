// SPDX-License-Identifier: GPL-2.0
/*
 * What share of the new connections each backend of a service is due: whether
 * it takes part at all, which is a matter of its state and its tier, and how
 * much of its weight is in effect, which is a matter of slow start.
 */
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "backend.h"
#include "net.h"
#include "sched.h"
#include "service.h"
#include "share.h"

/* A slow start begins here, in percent, and takes so many steps. */
#define NFLB_RAMP_FIRST		5
#define NFLB_RAMP_STEPS		20
/* No more than so many times a second is a table made anew. */
#define NFLB_RAMP_RATE		4

/* The least tier above @tier that has backends, or 0. */
static unsigned int next_tier(const struct nflb_service *service,
			      unsigned int tier)
{
	const struct nflb_backend *backend;
	unsigned int next = 0;

	list_for_each_entry(backend, &service->backends, list)
		if (backend->tier > tier && (!next || backend->tier < next))
			next = backend->tier;
	return next;
}

static u64 tier_weight(const struct nflb_service *service, unsigned int tier,
		       bool available_only)
{
	const struct nflb_backend *backend;
	u64 sum = 0;

	list_for_each_entry(backend, &service->backends, list)
		if (backend->tier == tier &&
		    (!available_only || nflb_backend_available(backend)))
			sum += backend->weight;
	return sum;
}

/*
 * Tiers are taken in order until the weight available in them is as much of
 * that of the first as the service's panic threshold says.
 */
static unsigned int last_tier(const struct nflb_service *service)
{
	unsigned int tier = next_tier(service, 0), last = tier;
	u64 wanted = tier_weight(service, tier, false) * service->panic;
	u64 available = 0;

	for (; tier; tier = next_tier(service, tier)) {
		last = tier;
		available += tier_weight(service, tier, true);
		if (available && available * 100 >= wanted)
			break;
	}
	return last;
}

/* Ends a slow start that is over. */
static u32 ramp_percent(struct nflb_backend *backend)
{
	unsigned long elapsed = jiffies - backend->ramp_since;
	unsigned long whole = (unsigned long)backend->slow_start * HZ;

	if (!backend->ramping)
		return 100;
	if (elapsed >= whole) {
		backend->ramping = false;
		return 100;
	}
	return max_t(u32, NFLB_RAMP_FIRST, (u64)elapsed * 100 / whole);
}

static void set_percents(struct nflb_service *service)
{
	unsigned int last = last_tier(service);
	struct nflb_backend *backend;

	list_for_each_entry(backend, &service->backends, list) {
		u32 percent = ramp_percent(backend);
		bool takes_part = nflb_backend_available(backend) &&
				  backend->tier <= last;

		WRITE_ONCE(backend->percent, takes_part ? percent : 0);
	}
}

/* The time between steps; 0 if nobody starts slowly. */
static unsigned long ramp_step(const struct nflb_service *service)
{
	const struct nflb_backend *backend;
	unsigned long step = 0, own;

	list_for_each_entry(backend, &service->backends, list) {
		if (!backend->ramping)
			continue;
		own = max_t(unsigned long, HZ / NFLB_RAMP_RATE,
			    (unsigned long)backend->slow_start * HZ /
			    NFLB_RAMP_STEPS);
		step = step ? min(step, own) : own;
	}
	return step;
}

static void plan_next_step(struct nflb_service *service)
{
	service->ramp_step = ramp_step(service);
	if (!service->ramp_step)
		return;
	service->ramp_due = jiffies + service->ramp_step;
	queue_delayed_work(system_power_efficient_wq, &service->nn->ramps,
			   HZ / NFLB_RAMP_RATE);
}

/**
 * nflb_share_ramp - a backend begins to get new connections
 * @backend: backend; its namespace's lock is held
 *
 * If it starts slowly, it does so from now on.
 */
void nflb_share_ramp(struct nflb_backend *backend)
{
	lockdep_assert_held(&backend->service->nn->lock);
	backend->ramping = backend->slow_start;
	backend->ramp_since = jiffies;
}

/**
 * nflb_share_collect - who gets new connections, and with what weight
 * @service: service; its namespace's lock is held
 * @members: result, room for all backends of the service
 * @scale: result: weights are in units of 1 / @scale
 *
 * Context: process.
 * Return: number of members.
 */
unsigned int nflb_share_collect(struct nflb_service *service,
				struct nflb_sched_member *members, u32 *scale)
{
	struct nflb_backend *backend;
	unsigned int count = 0;

	lockdep_assert_held(&service->nn->lock);
	set_percents(service);
	plan_next_step(service);
	*scale = service->ramp_step ? 100 : 1;
	list_for_each_entry(backend, &service->backends, list) {
		if (!backend->percent)
			continue;
		members[count].backend = backend;
		members[count].weight = backend->weight;
		if (service->ramp_step)
			members[count].weight *= backend->percent;
		count++;
	}
	return count;
}

/* Without memory the weights stay for another step. */
static void ramp_service(struct nflb_service *service)
{
	if (!service->ramp_step || time_before(jiffies, service->ramp_due))
		return;
	service->ramp_due = jiffies + service->ramp_step;
	nflb_sched_rebuild(service, NULL);
}

static void ramps_work(struct work_struct *work)
{
	struct nflb_net *nn = container_of(to_delayed_work(work),
					   struct nflb_net, ramps);
	struct nflb_service *service;
	bool more = false;

	mutex_lock(&nn->lock);
	list_for_each_entry(service, &nn->service_list, list) {
		ramp_service(service);
		more |= service->ramp_step;
		cond_resched();
	}
	if (more)
		queue_delayed_work(system_power_efficient_wq, &nn->ramps,
				   HZ / NFLB_RAMP_RATE);
	mutex_unlock(&nn->lock);
}

void nflb_share_init(struct nflb_net *nn)
{
	INIT_DELAYED_WORK(&nn->ramps, ramps_work);
}

/* No services any more: nothing queues the work again. */
void nflb_share_stop(struct nflb_net *nn)
{
	cancel_delayed_work_sync(&nn->ramps);
}
