// SPDX-License-Identifier: GPL-2.0
/* What the sync role asks of the module: changes, everything, imports */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "../log.h"
#include "exchange.h"
#include "held.h"

/* Milliseconds until everything is asked for again, doubled each time. */
#define ASK_FIRST	5000
#define ASK_MOST	5	/* times */

static struct {
	struct nflb *nflb;
	struct held *held;
	bool silent;		/* what is wrong has been said */
	bool udp;
	bool affinity;
	uint64_t min_age;	/* milliseconds */
	uint64_t now;		/* of the reading under way */

	struct nflb_change waiting[NFLB_IMPORT_BATCH];
	size_t count;
	struct nflb_imported imported;
	uint64_t failed;	/* batches */
	uint64_t lost;		/* times that changes were missing */
	uint64_t ask_at;	/* 0: nothing was unknown */
	unsigned int asked;
} kernel;

static int fail(int err)
{
	if (!kernel.silent)
		log_error("sync: the kernel: %s", err == -ENOENT ?
			  "the module nflb is not loaded" :
			  kernel.nflb ? nflb_error(kernel.nflb) :
			  strerror(-err));
	kernel.silent = true;
	exchange_kernel_close();
	return err;
}

static int open_kernel(void)
{
	int err = kernel.nflb ? 0 : nflb_open(&kernel.nflb);

	if (err)
		return fail(err);
	return 0;
}

void exchange_kernel_close(void)
{
	nflb_close(kernel.nflb);
	kernel.nflb = NULL;
}

void exchange_kernel_configure(const struct config_sync *config)
{
	kernel.udp = config->udp;
	kernel.affinity = config->affinity;
	kernel.min_age = config->min_age / 1000;
	kernel.asked = 0;
	kernel.ask_at = 0;
	if (!kernel.held)
		kernel.held = held_new();
}

/**
 * exchange_kept() - is a change one that the peers are told of?
 * @change: the change
 *
 * Return: whether the configuration says so.
 */
bool exchange_kept(const struct nflb_change *change)
{
	const struct nflb_connection *connection = &change->connection;

	if (change->is_affinity)
		return kernel.affinity;
	return connection->state >= NFLB_STATE_ESTABLISHED ||
	       (connection->state == NFLB_STATE_UDP && kernel.udp);
}

static int take_change(const struct nflb_change *change, void *arg)
{
	(void)arg;
	if (!exchange_active() || !exchange_kept(change))
		return 0;
	if (!change->is_affinity && kernel.min_age && kernel.held &&
	    held_put(kernel.held, change, kernel.now + kernel.min_age))
		return 0;
	exchange_tell(change, kernel.now);
	return 0;
}

static void tell_grown(uint64_t now)
{
	const struct nflb_change *change;

	while (kernel.held && (change = held_next(kernel.held, now))) {
		if (exchange_active())
			exchange_tell(change, now);
	}
}

/**
 * exchange_read() - read what has changed, and tell the peers
 * @now: milliseconds
 *
 * Who is not active reads, too: else the queue would fill.
 *
 * Return: 0 or a negative errno.
 */
int exchange_read(uint64_t now)
{
	int err = open_kernel();

	if (err)
		return err;
	kernel.now = now;
	err = nflb_changes(kernel.nflb, take_change, NULL);
	if (err == -ENOBUFS) {
		kernel.lost++;
		exchange_tell_all();
		err = 0;
	}
	if (err)
		return fail(err);
	kernel.silent = false;
	tell_grown(now);
	return 0;
}

static int list_connection(const struct nflb_connection *connection, void *arg)
{
	struct nflb_change change = { .connection = *connection };

	(void)arg;
	if (exchange_kept(&change))
		exchange_list_add(&change);
	return 0;
}

static int list_affinity(const struct nflb_affinity *affinity, void *arg)
{
	struct nflb_change change = {
		.is_affinity = true, .affinity = *affinity,
	};

	(void)arg;
	exchange_list_add(&change);
	return 0;
}

/**
 * exchange_list() - list everything there is to tell
 *
 * Return: 0 or a negative errno.
 */
int exchange_list(void)
{
	struct nflb_filter all = { 0 };
	int err = open_kernel();

	if (!err)
		err = nflb_connection_list(kernel.nflb, &all, list_connection,
					   NULL);
	if (!err && kernel.affinity)
		err = nflb_affinity_list(kernel.nflb, &all, list_affinity,
					 NULL);
	return err ? fail(err) : 0;
}

/* A peer's services may be there before ours: it is asked to say it again. */
static void ask_again(uint64_t unknown, uint64_t now)
{
	if (unknown == kernel.imported.count[NFLB_IMPORT_UNKNOWN] ||
	    kernel.ask_at || kernel.asked == ASK_MOST)
		return;
	kernel.ask_at = now + (ASK_FIRST << kernel.asked);
	kernel.asked++;
}

static void import_waiting(uint64_t now)
{
	uint64_t unknown = kernel.imported.count[NFLB_IMPORT_UNKNOWN];
	int err = open_kernel();

	if (!err)
		err = nflb_import(kernel.nflb, kernel.waiting, kernel.count,
				  &kernel.imported);
	kernel.count = 0;
	if (err) {
		kernel.failed++;
		if (kernel.nflb)
			fail(err);
		return;
	}
	ask_again(unknown, now);
}

/**
 * exchange_import() - a peer tells of changes
 * @changes: the changes
 * @count: how many
 */
void exchange_import(const struct nflb_change *changes, size_t count)
{
	for (; count; count--, changes++) {
		if (!exchange_kept(changes))
			continue;
		kernel.waiting[kernel.count++] = *changes;
		if (kernel.count == NFLB_IMPORT_BATCH)
			import_waiting(kernel.now);
	}
}

/* What came since the last time goes into the kernel. */
void exchange_import_flush(uint64_t now)
{
	kernel.now = now;
	if (kernel.count)
		import_waiting(now);
	if (kernel.ask_at && now >= kernel.ask_at) {
		kernel.ask_at = 0;
		exchange_ask_all();
	}
}

void exchange_kernel_status(json_t *json)
{
	json_t *imported = json_object();
	unsigned int i;

	for (i = 1; i <= NFLB_IMPORT_MAX; i++)
		json_object_set_new(imported, nflb_name(&nflb_imports, i),
				    json_integer((json_int_t)kernel.imported.count[i]));
	json_object_set_new(json, "imported", imported);
	json_object_set_new(json, "import_failures",
			    json_integer((json_int_t)kernel.failed));
	json_object_set_new(json, "changes_lost",
			    json_integer((json_int_t)kernel.lost));
	json_object_set_new(json, "too_young", json_integer(kernel.held ?
			    (json_int_t)held_count(kernel.held) : 0));
}
