// SPDX-License-Identifier: GPL-2.0
/*
 * Draw by weight in constant time: M. D. Vose, "A linear algorithm for
 * generating random numbers with a given distribution", IEEE Transactions on
 * Software Engineering 17 (9), 1991.
 *
 * As many columns of equal size as there are members; each holds a member and,
 * where its weight is less than the average, a part of one other whose weight
 * is more.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include "sched/draw.h"

/**
 * struct draw_work - what building needs and the table does not
 * @left: weight not yet in a column, in units of 1 / count
 * @stack: members lighter than the average grow from the left, others from the
 *	right
 */
struct draw_work {
	u64	*left;
	u32	*stack;
};

/* Columns have the size of @sum, the average in the units of @left. */
static void fill_columns(struct nflb_draw *draw, struct draw_work *work,
			 u64 sum)
{
	unsigned int light = 0, heavy = draw->count, i;

	for (i = 0; i < draw->count; i++) {
		if (work->left[i] < sum)
			work->stack[light++] = i;
		else
			work->stack[--heavy] = i;
	}
	while (light && heavy < draw->count) {
		u32 small = work->stack[--light], great = work->stack[heavy];

		draw->columns[small].own =
			mul_u64_u64_div_u64(work->left[small], 1ULL << 32, sum);
		draw->columns[small].other = great;
		work->left[great] -= sum - work->left[small];
		if (work->left[great] < sum) {
			work->stack[light++] = great;
			heavy++;
		}
	}
}

static void draw_fill(struct nflb_draw *draw, struct draw_work *work)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < draw->count; i++) {
		draw->columns[i].own = U32_MAX;
		draw->columns[i].other = i;
		work->left[i] = (u64)draw->members[i].weight * draw->count;
		sum += draw->members[i].weight;
	}
	fill_columns(draw, work, sum);
}

static struct nflb_draw *draw_alloc(const struct nflb_sched_pool *pool)
{
	size_t head = struct_size_t(struct nflb_draw, members, pool->count);
	struct nflb_draw *draw;

	draw = kvzalloc(size_add(head, array_size(pool->count,
						  sizeof(*draw->columns))),
			GFP_KERNEL_ACCOUNT);
	if (!draw)
		return NULL;
	draw->count = pool->count;
	draw->columns = (void *)draw + head;
	memcpy(draw->members, pool->members,
	       flex_array_size(draw, members, pool->count));
	return draw;
}

/**
 * nflb_draw_build - make an alias table
 * @pool: pool
 *
 * Context: process, may sleep.
 * Return: the table, or NULL without memory.
 */
struct nflb_sched_table *nflb_draw_build(const struct nflb_sched_pool *pool)
{
	struct draw_work work = {
		.left = kvmalloc_array(pool->count, sizeof(u64), GFP_KERNEL),
		.stack = kvmalloc_array(pool->count, sizeof(u32), GFP_KERNEL),
	};
	struct nflb_draw *draw = NULL;

	if (work.left && work.stack)
		draw = draw_alloc(pool);
	if (draw)
		draw_fill(draw, &work);
	kvfree(work.stack);
	kvfree(work.left);
	return draw ? &draw->head : NULL;
}
