// SPDX-License-Identifier: GPL-2.0
/*
 * One bug of every class that the sanitizer kernel is there to find, on
 * demand: insmod buggy.ko bug=NAME. selftests/uml/selftest loads it to prove
 * that each of them fails a run.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static char *bug = "none";
module_param(bug, charp, 0);
MODULE_PARM_DESC(bug, "which bug to commit");

struct item {
	struct list_head node;
	char name[32];
};

static LIST_HEAD(items);
static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

/* The compiler, were it to know the pointer, would warn and drop the misuse. */
static struct item *item_alloc(void)
{
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(item);
	return item;
}

static void no_bug(void)
{
	kfree(item_alloc());
}

static void use_after_free(void)
{
	struct item *item = item_alloc();

	if (!item)
		return;
	kfree(item);
	WRITE_ONCE(item->name[0], 'x');
}

static void out_of_bounds(void)
{
	struct item *item = item_alloc();

	if (!item)
		return;
	WRITE_ONCE(*(char *)(item + 1), 'x');
	kfree(item);
}

static void lock_inversion(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void rcu_without_lock(void)
{
	struct item *item;

	list_for_each_entry_rcu(item, &items, node)
		pr_info("%s\n", item->name);
}

static void sleep_in_atomic(void)
{
	struct item *item;

	spin_lock(&lock);
	item = item_alloc();
	spin_unlock(&lock);
	kfree(item);
}

static void leak(void)
{
	struct item *item = item_alloc();

	if (item)
		strscpy(item->name, "leaked", sizeof(item->name));
}

static void index_out_of_range(void)
{
	int slots[4] = {};
	int i = ARRAY_SIZE(slots);

	OPTIMIZER_HIDE_VAR(i);
	pr_info("%d\n", slots[i]);
}

static void null_dereference(void)
{
	struct item *item = NULL;

	OPTIMIZER_HIDE_VAR(item);
	WRITE_ONCE(item->name[0], 'x');
}

static const struct {
	const char *name;
	void (*commit)(void);
} bugs[] = {
	{ "none", no_bug },
	{ "use-after-free", use_after_free },
	{ "out-of-bounds", out_of_bounds },
	{ "lock-inversion", lock_inversion },
	{ "rcu-without-lock", rcu_without_lock },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "leak", leak },
	{ "index-out-of-range", index_out_of_range },
	{ "null-dereference", null_dereference },
};

static int __init buggy_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (strcmp(bug, bugs[i].name))
			continue;
		bugs[i].commit();
		return 0;
	}
	pr_err("buggy: no bug is called %s\n", bug);
	return -EINVAL;
}

static void __exit buggy_exit(void)
{
}

module_init(buggy_init);
module_exit(buggy_exit);
MODULE_DESCRIPTION("Deliberate bugs for the sanitizer kernel's self-test");
MODULE_LICENSE("GPL");
