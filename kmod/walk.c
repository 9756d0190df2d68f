// SPDX-License-Identifier: GPL-2.0
#include <linux/rhashtable.h>
#include <linux/sched.h>

#include "walk.h"

/* Objects looked at before others may run. */
#define NFLB_WALK_CHUNK	1024

/* False at the end of the table. */
static bool walk_chunk(struct rhashtable_iter *iter, nflb_visit_fn visit,
		       void *arg)
{
	unsigned int i;
	void *object;

	for (i = 0; i < NFLB_WALK_CHUNK; i++) {
		object = rhashtable_walk_next(iter);
		if (!object)
			return false;
		/* The table is being resized: the walk starts again. */
		if (!IS_ERR(object))
			visit(object, arg);
	}
	return true;
}

/**
 * nflb_walk - visit every object of a table
 * @table: table
 * @visit: called for each; one that comes, goes or moves meanwhile may be
 *	missed or met twice
 * @arg: passed on
 *
 * Context: process, may sleep.
 */
void nflb_walk(struct rhashtable *table, nflb_visit_fn visit, void *arg)
{
	struct rhashtable_iter iter;
	bool more;

	rhashtable_walk_enter(table, &iter);
	do {
		rhashtable_walk_start(&iter);
		more = walk_chunk(&iter, visit, arg);
		rhashtable_walk_stop(&iter);
		cond_resched();
	} while (more);
	rhashtable_walk_exit(&iter);
}
