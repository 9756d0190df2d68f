// SPDX-License-Identifier: GPL-2.0
/* A scheduler outside the tree: the last backend of the pool that has room. */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>

#include "sched.h"

/**
 * struct last_table - the pool
 * @head: for nflb, which frees the table with kvfree_rcu()
 * @count: length of @members
 * @members: the pool, by address and port
 */
struct last_table {
	struct nflb_sched_table		head;
	unsigned int			count;
	struct nflb_sched_member	members[];
};

static struct nflb_sched_table *last_build(const struct nflb_sched_pool *pool)
{
	struct last_table *table;

	table = kvzalloc(struct_size(table, members, pool->count),
			 GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->count = pool->count;
	memcpy(table->members, pool->members,
	       flex_array_size(table, members, pool->count));
	return &table->head;
}

static struct nflb_backend *last_pick(struct nflb_sched_table *head,
				      const struct nflb_packet *pkt)
{
	struct last_table *table = container_of(head, struct last_table, head);

	return nflb_sched_next_with_room(table->members, table->count,
					 table->count - 1);
}

static struct nflb_sched_ops last = {
	.name	= "last",
	.build	= last_build,
	.pick	= last_pick,
	.owner	= THIS_MODULE,
};

static int __init last_init(void)
{
	return nflb_sched_register(&last);
}

static void __exit last_exit(void)
{
	nflb_sched_unregister(&last);
}

module_init(last_init);
module_exit(last_exit);

MODULE_DESCRIPTION("nflb scheduler: the last backend");
MODULE_LICENSE("GPL");
