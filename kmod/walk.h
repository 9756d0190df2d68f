/* SPDX-License-Identifier: GPL-2.0 */
/* Every object of a table that packets change meanwhile. */
#ifndef _NFLB_WALK_H
#define _NFLB_WALK_H

#include <linux/rhashtable-types.h>

/**
 * typedef nflb_visit_fn - looks at one object
 * @object: object of the table; may be removed here
 * @arg: what nflb_walk() was given
 *
 * Context: RCU read side.
 */
typedef void (*nflb_visit_fn)(void *object, void *arg);

/* Process context. */
void nflb_walk(struct rhashtable *table, nflb_visit_fn visit, void *arg);

#endif /* _NFLB_WALK_H */
