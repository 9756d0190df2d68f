/* SPDX-License-Identifier: GPL-2.0 */
/* Draw backends at random by weight. */
#ifndef _NFLB_SCHED_DRAW_H
#define _NFLB_SCHED_DRAW_H

#include "backend.h"
#include "sched.h"

/**
 * struct nflb_draw_column - two members that share a column of equal size
 * @own: part of the column that is the member's own, in 2^-32
 * @other: index of the member that has the rest
 */
struct nflb_draw_column {
	u32	own;
	u32	other;
};

/**
 * struct nflb_draw - an alias table
 * @head: for the core
 * @count: length of @columns and @members
 * @columns: a column per member
 * @members: the pool
 */
struct nflb_draw {
	struct nflb_sched_table		head;
	unsigned int			count;
	struct nflb_draw_column		*columns;
	struct nflb_sched_member	members[];
};

static inline struct nflb_draw *nflb_draw(struct nflb_sched_table *head)
{
	return container_of(head, struct nflb_draw, head);
}

/* Packet path. @random: 64 bits. Return: an index into @draw->members. */
static inline u32 nflb_draw_one(const struct nflb_draw *draw, u64 random)
{
	u32 i = reciprocal_scale((u32)random, draw->count);
	const struct nflb_draw_column *column = &draw->columns[i];

	return (u32)(random >> 32) <= column->own ? i : column->other;
}

/* Process context. */
struct nflb_sched_table *nflb_draw_build(const struct nflb_sched_pool *pool);

#endif /* _NFLB_SCHED_DRAW_H */
