// SPDX-License-Identifier: GPL-2.0
/*
 * Services of the kernel belong to lbd when the configuration has them, or
 * when lbd made them (see state.h); others are left alone. What belongs to lbd
 * is compared with what lbd last put there, from time to time, and repaired.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "kernel.h"
#include "known.h"
#include "pool.h"
#include "state.h"

/* Comparing takes at most one part in so many of the time. */
#define SHARE	100

#define INTERVAL_DEFAULT	5000000		/* microseconds */

static struct {
	struct nflb *nflb;
	uv_timer_t timer;
	bool owners_changed;
	uint64_t interval;	/* milliseconds */
	uint64_t operations;
	uint64_t failures;
	uint64_t drift;
	uint64_t comparisons;
	uint64_t duration;	/* of the last one, nanoseconds */
	bool silent;		/* was said already: there is no kernel side */
	bool taken_over;	/* whose services are whose is known */
} kernel;

static void set_pool(struct known_service *service, struct nflb_pool *pool)
{
	free(service->pool.backends);
	service->pool = *pool;
	service->present = true;
	*pool = (struct nflb_pool){ 0 };
}

static void set_gone(struct known_service *service)
{
	free(service->pool.backends);
	service->pool.backends = NULL;
	service->pool.count = 0;
	service->present = false;
}

const struct nflb_pool *kernel_pool(const struct nflb_key *key)
{
	const struct known_service *service = known_find(key);

	return service && service->present ? &service->pool : NULL;
}

uint64_t kernel_operations(void)
{
	return kernel.operations;
}

static void begin_service(struct known_service *service, void *context)
{
	(void)context;
	service->wanted = false;
}

/**
 * kernel_begin() - no service is wanted
 */
void kernel_begin(void)
{
	known_each(begin_service, NULL);
}

/**
 * kernel_want() - but this one is
 * @key: a key of the configuration
 */
void kernel_want(const struct nflb_key *key)
{
	struct known_service *service = known_make(key);

	if (!service) {
		log_error("%s", strerror(ENOMEM));
		return;
	}
	service->wanted = true;
	if (service->owned)
		return;
	service->owned = true;
	kernel.owners_changed = true;
}

static void write_owners(void)
{
	if (kernel.owners_changed)
		state_write();
	kernel.owners_changed = false;
}

static void note_trouble(struct known_service *service,
			 const struct nflb_pool *wanted, size_t refused)
{
	char key[NFLB_KEY_LEN], endpoint[NFLB_ENDPOINT_LEN] = "";
	const char *why = nflb_error(kernel.nflb);

	kernel.failures++;
	if (service->trouble && !strcmp(service->trouble, why))
		return;
	nflb_key_format(&wanted->service.key, key);
	if (refused < wanted->count)
		nflb_endpoint_format(&wanted->backends[refused].address,
				     wanted->backends[refused].port, endpoint);
	log_error("the kernel refuses %s%s%s: %s", key,
		  *endpoint ? ", backend " : "", endpoint, why);
	free(service->trouble);
	service->trouble = strdup(why);
}

static void replace(struct known_service *service, struct nflb_pool *wanted)
{
	size_t refused;

	kernel.operations++;
	if (nflb_pool_replace(kernel.nflb, wanted, &refused)) {
		note_trouble(service, wanted, refused);
		return;
	}
	free(service->trouble);
	service->trouble = NULL;
	set_pool(service, wanted);
}

/**
 * kernel_put() - make a service in the kernel what it is to be
 * @wanted: that; its backends are kernel_put()'s from now on
 *
 * Nothing is sent when nothing differs.
 */
void kernel_put(struct nflb_pool *wanted)
{
	struct known_service *service = known_find(&wanted->service.key);

	write_owners();
	if (service && kernel.nflb &&
	    !(service->present && nflb_pool_same(wanted, &service->pool)))
		replace(service, wanted);
	free(wanted->backends);
	wanted->backends = NULL;
}

static bool is_left_over(const struct known_service *service)
{
	return service->owned && !service->wanted;
}

static bool remove_service(struct known_service *service)
{
	char key[NFLB_KEY_LEN];
	int err = 0;

	if (service->present) {
		kernel.operations++;
		err = nflb_service_del(kernel.nflb, &service->pool.service.key);
	}
	if (err && err != -ENOENT) {
		kernel.failures++;
		nflb_key_format(&service->pool.service.key, key);
		log_error("the kernel does not remove %s: %s", key,
			  nflb_error(kernel.nflb));
		return false;
	}
	kernel.owners_changed = true;
	known_drop(service);
	return true;
}

static bool remove_all(bool (*fits)(const struct known_service *service))
{
	bool removed = false;
	struct known_list list;
	size_t i;

	if (!kernel.nflb || !known_list(&list, fits))
		return false;
	for (i = 0; i < list.count; i++)
		removed = remove_service(list.service[i]) || removed;
	free(list.service);
	write_owners();
	return removed;
}

/**
 * kernel_end() - remove what is lbd's and not wanted any more
 *
 * Return: whether something went, so that what was refused because it stood in
 * the way may now be taken.
 */
bool kernel_end(void)
{
	return remove_all(is_left_over);
}

static void write_service(struct known_service *service, void *context)
{
	char key[NFLB_KEY_LEN];

	if (!service->owned)
		return;
	nflb_key_format(&service->pool.service.key, key);
	fprintf(context, "service %s\n", key);
}

void kernel_write_state(FILE *stream)
{
	known_each(write_service, stream);
}

static void begin_reading(struct known_service *service, void *context)
{
	(void)context;
	service->seen = false;
}

static void note_drift(const struct known_service *service, const char *what)
{
	char key[NFLB_KEY_LEN];

	kernel.drift++;
	nflb_key_format(&service->pool.service.key, key);
	log_warning("%s was %s by somebody else", key, what);
}

/* What the kernel says of a service. Return: whether that is a surprise. */
static bool take_service(struct nflb_pool *pool)
{
	struct known_service *service = known_make(&pool->service.key);
	bool drift;

	if (!service) {
		log_error("%s", strerror(ENOMEM));
		return false;
	}
	drift = service->owned && service->wanted && service->present &&
		!nflb_pool_same(&service->pool, pool);
	if (drift)
		note_drift(service, "changed");
	service->seen = true;
	set_pool(service, pool);
	return drift;
}

static bool is_missing(const struct known_service *service)
{
	return !service->seen;
}

static bool lose_missing(void)
{
	bool drift = false;
	struct known_list list;
	size_t i;

	if (!known_list(&list, is_missing))
		return false;
	for (i = 0; i < list.count; i++) {
		struct known_service *service = list.service[i];

		if (service->present && service->wanted) {
			note_drift(service, "removed");
			drift = true;
		}
		set_gone(service);
		if (!service->owned)
			known_drop(service);
	}
	free(list.service);
	return drift;
}

/* Return: whether the kernel was found to be other than it was left; or a
 * negative errno.
 */
static int read_kernel(void)
{
	struct nflb_config config;
	bool drift = false;
	size_t i;
	int err;

	err = nflb_config_read(kernel.nflb, NULL, &config);
	if (err)
		return err;
	known_each(begin_reading, NULL);
	for (i = 0; i < config.count; i++)
		drift = take_service(&config.pools[i]) || drift;
	nflb_config_free(&config);
	return lose_missing() || drift;
}

/* What was made by an earlier lbd, or with lvs_flush by anybody. */
static void own_left(struct known_service *service, void *context)
{
	const struct config *config = context;

	if (config->globals.flush ||
	    state_has_service(&service->pool.service.key))
		service->owned = true;
}

static void take_over(void)
{
	kernel.silent = false;
	if (!kernel.taken_over)
		known_each(own_left, (void *)control_config());
	kernel.taken_over = true;
	state_forget_services();
}

/* Without the module, or the right to use it, lbd still does all the rest. */
static bool open_kernel(void)
{
	int err;

	if (kernel.nflb)
		return true;
	err = nflb_open(&kernel.nflb);
	if (!err)
		err = read_kernel();
	if (err >= 0) {
		take_over();
		return true;
	}
	if (!kernel.silent)
		log_error("the kernel cannot be told of services: %s",
			  kernel.nflb ? nflb_error(kernel.nflb) :
					strerror(-err));
	kernel.silent = true;
	nflb_close(kernel.nflb);
	kernel.nflb = NULL;
	return false;
}

/**
 * kernel_import() - tell the kernel of a connection
 * @change: that
 *
 * Return: 0 or a negative errno.
 */
int kernel_import(const struct nflb_change *change)
{
	struct nflb_imported imported = { 0 };
	int err;

	if (!open_kernel())
		return -ENOTCONN;
	err = nflb_import(kernel.nflb, change, 1, &imported);
	if (err)
		return err;
	if (imported.count[NFLB_IMPORT_UNKNOWN])
		return -ENOENT;
	return imported.count[NFLB_IMPORT_REFUSED] ? -EBUSY : 0;
}

static void is_troubled(struct known_service *service, void *context)
{
	bool *found = context;

	*found = *found || (service->wanted &&
			    (service->trouble || !service->present));
}

/* The module may have been removed, and be there again. */
static void lose_kernel(void)
{
	log_error("the kernel does not answer: %s", nflb_error(kernel.nflb));
	nflb_close(kernel.nflb);
	kernel.nflb = NULL;
	kernel.silent = true;
}

static void compare_all(void)
{
	bool again = !kernel.nflb;
	int found;

	if (!open_kernel())
		return;
	found = again ? 0 : read_kernel();
	if (found < 0) {
		lose_kernel();
		return;
	}
	kernel.comparisons++;
	pool_passive();
	known_each(is_troubled, &again);
	if (pool_expire() || found || again)
		pool_apply_all();
}

static void compare_later(void);

static void compare(uv_timer_t *timer)
{
	uint64_t begin = uv_hrtime();

	(void)timer;
	compare_all();
	kernel.duration = uv_hrtime() - begin;
	compare_later();
}

static void compare_later(void)
{
	uint64_t least = kernel.duration * SHARE / 1000000;

	uv_timer_start(&kernel.timer, compare,
		       kernel.interval > least ? kernel.interval : least, 0);
}

static int kernel_start(uv_loop_t *loop)
{
	return uv_timer_init(loop, &kernel.timer);
}

static void kernel_configure(const struct config *config,
			     const struct config *before)
{
	uint64_t interval = config->globals.reconcile_interval;

	kernel.interval = (interval ? interval : INTERVAL_DEFAULT) / 1000;
	if (!before)
		state_read();
	if (!config->service_count && !known_count() &&
	    !config->globals.flush && !state_any_service())
		return;
	open_kernel();
	compare_later();
}

static bool is_owned(const struct known_service *service)
{
	return service->owned;
}

static void kernel_stop(void)
{
	uv_timer_stop(&kernel.timer);
	if (control_config()->globals.flush_on_stop)
		remove_all(is_owned);
	nflb_close(kernel.nflb);
	kernel.nflb = NULL;
}

static void count_foreign(struct known_service *service, void *context)
{
	size_t *foreign = context;

	*foreign += !service->owned;
}

static json_t *kernel_status(void)
{
	size_t foreign = 0;

	known_each(count_foreign, &foreign);
	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:f}",
			 "connected", !!kernel.nflb,
			 "services", (json_int_t)(known_count() - foreign),
			 "foreign_services", (json_int_t)foreign,
			 "operations", (json_int_t)kernel.operations,
			 "refusals", (json_int_t)kernel.failures,
			 "drift", (json_int_t)kernel.drift,
			 "comparisons", (json_int_t)kernel.comparisons,
			 "comparison_seconds", kernel.duration / 1e9);
}

const struct control_part kernel_part = {
	.name = "kernel",
	.start = kernel_start,
	.configure = kernel_configure,
	.status = kernel_status,
	.stop = kernel_stop,
};
