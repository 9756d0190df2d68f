// SPDX-License-Identifier: GPL-2.0
/*
 * Random data to send: a pool with a prime length, at a place in it that
 * depends on the flow, so that misplaced data differs.
 */
#include <err.h>
#include <string.h>
#include <sys/random.h>

#include "traffic.h"

#define POOL_SIZE	131071

static char pool[POOL_SIZE];

void data_init(void)
{
	size_t filled = 0;
	ssize_t n;

	while (filled < sizeof(pool)) {
		n = getrandom(pool + filled, sizeof(pool) - filled, 0);
		if (n < 0)
			err(1, "getrandom");
		filled += n;
	}
}

/* Data of @flow at @offset; shortens @length to what lies in one piece. */
const char *data_at(uint64_t flow, uint64_t offset, size_t *length)
{
	size_t at = (flow % POOL_SIZE + offset % POOL_SIZE) % POOL_SIZE;

	if (*length > POOL_SIZE - at)
		*length = POOL_SIZE - at;
	return pool + at;
}

bool data_equal(uint64_t flow, uint64_t offset, const char *got, size_t length)
{
	const char *expected;
	size_t piece;

	while (length) {
		piece = length;
		expected = data_at(flow, offset, &piece);
		if (memcmp(expected, got, piece))
			return false;
		offset += piece;
		got += piece;
		length -= piece;
	}
	return true;
}
