/* SPDX-License-Identifier: GPL-2.0 */
/* Unit tests that speak TAP: one line per check, the plan last */
#ifndef _TESTS_TAP_H
#define _TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned int tap_count;
static unsigned int tap_failed;

__attribute__((format(printf, 2, 3)))
static inline bool ok(bool passed, const char *format, ...)
{
	va_list ap;

	tap_count++;
	if (!passed)
		tap_failed++;
	printf("%sok %u - ", passed ? "" : "not ", tap_count);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	return passed;
}

static inline void is_number(uint64_t got, uint64_t expected, const char *name)
{
	if (!ok(got == expected, "%s", name))
		printf("# got %ju, expected %ju\n", (uintmax_t)got,
		       (uintmax_t)expected);
}

static inline void is_text(const char *got, const char *expected,
			   const char *name)
{
	if (!ok(!strcmp(got, expected), "%s", name))
		printf("# got:\n%s\n# expected:\n%s\n", got, expected);
}

/* Return: exit code for main(). */
static inline int tap_end(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif /* _TESTS_TAP_H */
