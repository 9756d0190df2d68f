/* SPDX-License-Identifier: GPL-2.0 */
/* What the unit tests have in common: cases and expectations. */
#ifndef _NFLB_TEST_H
#define _NFLB_TEST_H

#include <linux/kernel.h>

/* One line of the result. */
struct test_case {
	const char	*name;
	void		(*run)(void);
};

/* The cases of one file. */
struct test_suite {
	const char		*name;
	const struct test_case	*cases;
	unsigned int		count;
};

extern const struct test_suite packet_suite;
extern const struct test_suite quoted_suite;
extern const struct test_suite rewrite_suite;
extern const struct test_suite slots_suite;
extern const struct test_suite sched_suite;
extern const struct test_suite tournament_suite;
extern const struct test_suite share_suite;
extern const struct test_suite locality_suite;
extern const struct test_suite tier_suite;
extern const struct test_suite tcp_suite;
extern const struct test_suite index_suite;
extern const struct test_suite sctp_suite;
extern const struct test_suite ports_suite;
extern const struct test_suite bucket_suite;

bool test_expect(bool ok, const char *file, int line, const char *condition);
bool test_expect_equal(long long actual, long long wanted, const char *file,
		       int line, const char *what);
bool test_expect_bytes(const void *actual, const void *wanted, size_t size,
		       const char *file, int line, const char *what);
__printf(1, 2) void test_where(const char *format, ...);
__printf(1, 2) void test_comment(const char *format, ...);

/* The running case fails unless these hold. It goes on; they tell. */
#define expect(condition)						\
	test_expect(condition, __FILE__, __LINE__, #condition)
#define expect_equal(actual, wanted)					\
	test_expect_equal(actual, wanted, __FILE__, __LINE__, #actual)
#define expect_bytes(actual, wanted, size)				\
	test_expect_bytes(actual, wanted, size, __FILE__, __LINE__, #actual)

#endif /* _NFLB_TEST_H */
