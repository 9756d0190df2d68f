// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: loading this module runs them. The kernel log gets their results
 * as TAP, each line with the prefix "nflb_test: "; loading fails if one failed.
 */
#define pr_fmt(fmt) "nflb_test: " fmt

#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "test.h"

/* One broken loop must not push all else out of the log. */
#define TEST_FAILURES_TOLD	8

static const struct test_suite *const suites[] = {
	&packet_suite,
	&quoted_suite,
	&rewrite_suite,
	&slots_suite,
	&sched_suite,
	&tournament_suite,
	&share_suite,
	&locality_suite,
	&tier_suite,
	&tcp_suite,
	&index_suite,
	&sctp_suite,
	&ports_suite,
	&bucket_suite,
};

/* Of the running case. */
static unsigned int failures;
static char where[128];

static bool tell_failure(void)
{
	return failures++ < TEST_FAILURES_TOLD;
}

/* Names what the expectations that follow are about. */
void test_where(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(where, sizeof(where), format, args);
	va_end(args);
}

void test_comment(const char *format, ...)
{
	struct va_format text = { .fmt = format };
	va_list args;

	va_start(args, format);
	text.va = &args;
	pr_info("# %pV\n", &text);
	va_end(args);
}

bool test_expect(bool ok, const char *file, int line, const char *condition)
{
	if (!ok && tell_failure())
		test_comment("%s:%d: not so: %s [%s]", kbasename(file), line,
			     condition, where);
	return ok;
}

bool test_expect_equal(long long actual, long long wanted, const char *file,
		       int line, const char *what)
{
	bool ok = actual == wanted;

	if (!ok && tell_failure())
		test_comment("%s:%d: %s is %lld instead of %lld [%s]",
			     kbasename(file), line, what, actual, wanted,
			     where);
	return ok;
}

bool test_expect_bytes(const void *actual, const void *wanted, size_t size,
		       const char *file, int line, const char *what)
{
	const u8 *a = actual, *w = wanted;
	size_t i;

	for (i = 0; i < size; i++)
		if (a[i] != w[i])
			break;
	if (i < size && tell_failure())
		test_comment("%s:%d: %s: byte %zu is %02x instead of %02x [%s]",
			     kbasename(file), line, what, i, a[i], w[i],
			     where);
	return i == size;
}

static unsigned int run_suite(const struct test_suite *suite,
			      unsigned int *number)
{
	unsigned int i, failed = 0;

	for (i = 0; i < suite->count; i++) {
		failures = 0;
		test_where("%s", suite->cases[i].name);
		suite->cases[i].run();
		pr_info("%s %u - %s: %s\n", failures ? "not ok" : "ok",
			++*number, suite->name, suite->cases[i].name);
		failed += failures > 0;
		cond_resched();
	}
	return failed;
}

static unsigned int count_cases(void)
{
	unsigned int i, count = 0;

	for (i = 0; i < ARRAY_SIZE(suites); i++)
		count += suites[i]->count;
	return count;
}

static int __init nflb_test_init(void)
{
	unsigned int i, number = 0, failed = 0;

	pr_info("1..%u\n", count_cases());
	for (i = 0; i < ARRAY_SIZE(suites); i++)
		failed += run_suite(suites[i], &number);
	return failed ? -EINVAL : 0;
}

static void __exit nflb_test_exit(void)
{
}

module_init(nflb_test_init);
module_exit(nflb_test_exit);

MODULE_DESCRIPTION("Unit tests of nflb");
MODULE_LICENSE("GPL");
