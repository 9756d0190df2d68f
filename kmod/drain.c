// SPDX-License-Identifier: GPL-2.0
/*
 * Draining. A backend that drains is in no scheduler's table, so nothing has to
 * be done but to notice its deadline, and that it has become empty. One worker
 * per namespace looks after all of them, and runs only while there are some.
 */
#include <linux/jiffies.h>

#include "backend.h"
#include "conn.h"
#include "drain.h"
#include "event.h"
#include "net.h"
#include "service.h"

/* How soon an empty backend is noticed. */
#define NFLB_DRAIN_INTERVAL	HZ

static void drain_start(struct nflb_net *nn, unsigned long delay)
{
	mod_delayed_work(system_power_efficient_wq, &nn->drain, delay);
}

/* Its connections are dealt with as @fate says. */
static void take_down(struct nflb_backend *backend, u8 fate)
{
	WRITE_ONCE(backend->state, NFLB_BACKEND_STATE_DOWN);
	WRITE_ONCE(backend->fate, fate);
	WRITE_ONCE(backend->dead, true);
	nflb_conn_sweep_now(backend->service->nn);
}

/**
 * nflb_drain_enter - a backend enters the state of a request
 * @backend: backend; its namespace's lock is held, and the scheduler's table
 *	is that of the new state already
 * @config: the request
 *
 * Context: process.
 */
void nflb_drain_enter(struct nflb_backend *backend,
		      const struct nflb_backend_config *config)
{
	lockdep_assert_held(&backend->service->nn->lock);
	backend->deadline = 0;
	backend->drained = false;
	if (config->state == NFLB_BACKEND_STATE_DOWN) {
		take_down(backend, NFLB_FATE_SERVICE);
		return;
	}
	WRITE_ONCE(backend->fate, NFLB_FATE_SERVICE);
	WRITE_ONCE(backend->dead, false);
	if (config->state != NFLB_BACKEND_STATE_DRAINING)
		return;
	if (config->drain_timeout) {
		backend->deadline = get_jiffies_64() +
				    (u64)config->drain_timeout * HZ;
		backend->drain_then = config->drain_then;
	}
	drain_start(backend->service->nn, 0);
}

/**
 * nflb_drain_left - time to a backend's deadline
 * @backend: backend; its namespace's lock is held
 *
 * Return: seconds, at least 1; 0 without a deadline.
 */
u32 nflb_drain_left(const struct nflb_backend *backend)
{
	u64 now = get_jiffies_64();

	lockdep_assert_held(&backend->service->nn->lock);
	if (!backend->deadline)
		return 0;
	if (backend->deadline <= now)
		return 1;
	return DIV_ROUND_UP_ULL(backend->deadline - now, HZ);
}

static void reach_deadline(struct nflb_backend *backend)
{
	bool tcp = backend->service->key.protocol == IPPROTO_TCP;

	backend->deadline = 0;
	if (backend->drain_then == NFLB_DRAIN_THEN_RESET)
		take_down(backend, tcp ? NFLB_BACKEND_DOWN_RESET :
					 NFLB_BACKEND_DOWN_RESCHEDULE);
	nflb_net_changed(backend->service->nn);
	nflb_event_backend(backend, NFLB_EVENT_BACKEND_SET);
}

static bool is_empty(const struct nflb_backend *backend)
{
	return !atomic_read(&backend->active) &&
	       !atomic_read(&backend->inactive);
}

/* Jiffies until @backend has to be looked at again; @later if it need not. */
static u64 visit(struct nflb_backend *backend, u64 now, u64 later)
{
	if (backend->state != NFLB_BACKEND_STATE_DRAINING)
		return later;
	if (!backend->drained && is_empty(backend)) {
		backend->drained = true;
		nflb_event_backend(backend, NFLB_EVENT_BACKEND_SET);
	}
	if (!backend->drained)
		later = min_t(u64, later, NFLB_DRAIN_INTERVAL);
	if (!backend->deadline)
		return later;
	if (backend->deadline > now)
		return min(later, backend->deadline - now);
	reach_deadline(backend);
	return later;
}

static void drain_work(struct work_struct *work)
{
	struct nflb_net *nn = container_of(to_delayed_work(work),
					   struct nflb_net, drain);
	u64 now = get_jiffies_64(), next = U64_MAX;
	struct nflb_service *service;
	struct nflb_backend *backend;

	mutex_lock(&nn->lock);
	list_for_each_entry(service, &nn->service_list, list)
		list_for_each_entry(backend, &service->backends, list)
			next = visit(backend, now, next);
	if (next != U64_MAX)
		drain_start(nn, min_t(u64, next, MAX_JIFFY_OFFSET));
	mutex_unlock(&nn->lock);
}

void nflb_drain_init(struct nflb_net *nn)
{
	INIT_DELAYED_WORK(&nn->drain, drain_work);
}

/* No services any more. */
void nflb_drain_stop(struct nflb_net *nn)
{
	cancel_delayed_work_sync(&nn->drain);
}
