/* SPDX-License-Identifier: GPL-2.0 */
/* What a reply is compared with */
#ifndef _LBD_CHECK_MATCH_H
#define _LBD_CHECK_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATUS_MIN	100
#define STATUS_MAX	999

/* Status codes of HTTP. */
struct status_set {
	uint64_t bits[(STATUS_MAX - STATUS_MIN) / 64 + 1];
};

int status_set_add(struct status_set *set, const char *text);
bool status_set_has(const struct status_set *set, long status);
void status_set_write(const struct status_set *set, char *text, size_t size);

#define MD5_LEN		16

int digest_parse(const char *text, unsigned char digest[MD5_LEN]);

struct pcre2_real_code_8;
struct config_arena;

/**
 * struct pattern - a regular expression for a reply
 * @code: compiled; lives as long as the arena
 * @min_offset: bytes before are not searched
 * @max_offset: a match must begin there or before
 */
struct pattern {
	struct pcre2_real_code_8 *code;
	size_t min_offset;
	size_t max_offset;
};

enum pattern_result {
	PATTERN_FOUND,
	PATTERN_NOT_FOUND,
	PATTERN_TOO_COSTLY,
	PATTERN_NO_MEMORY,
};

int pattern_option(const char *word, uint32_t *options);
int pattern_compile(struct config_arena *arena, const char *text,
		    uint32_t options, struct pattern *pattern,
		    char *error, size_t error_size);
enum pattern_result pattern_search(const struct pattern *pattern,
				   const char *text, size_t length);

bool json_field_is(const char *text, size_t length, const char *path,
		   const char *expected, char *failure, size_t size);
int weight_parse(const char *text);
char *text_printable(char *text);

#endif /* _LBD_CHECK_MATCH_H */
