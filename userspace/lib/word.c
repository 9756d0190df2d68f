// SPDX-License-Identifier: GPL-2.0
/* How far words are from each other, for "did you mean" */
#include <string.h>

#include <nflb/nflb.h>

#define WORD_MAX_LEN	32

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/**
 * nflb_word_distance() - mistakes that make one word of another
 * @a: one
 * @b: the other
 *
 * Return: insertions, deletions, replacements and swaps of neighbours; ~0 when
 * a word is too long to be compared.
 */
unsigned int nflb_word_distance(const char *a, const char *b)
{
	unsigned int d[WORD_MAX_LEN + 1][WORD_MAX_LEN + 1];
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > WORD_MAX_LEN || lb > WORD_MAX_LEN)
		return ~0U;
	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				       d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = min3(d[i][j], d[i - 2][j - 2] + 1,
					       d[i][j]);
		}
	}
	return d[la][lb];
}
