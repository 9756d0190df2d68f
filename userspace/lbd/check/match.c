// SPDX-License-Identifier: GPL-2.0
#define PCRE2_CODE_UNIT_WIDTH 8

#include <errno.h>
#include <jansson.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../config/config.h"
#include "match.h"

static bool parse_status(const char **text, unsigned int *status)
{
	const char *at = *text;

	for (*status = 0; *at >= '0' && *at <= '9' && *status <= STATUS_MAX; at++)
		*status = *status * 10 + (*at - '0');
	if (at == *text || *status < STATUS_MIN || *status > STATUS_MAX)
		return false;
	*text = at;
	return true;
}

/**
 * status_set_add() - put one more word of status_code into a set
 * @set: to be changed
 * @text: "200" or "200-299"
 *
 * Return: 0; -EINVAL when @text is neither, or has a code outside
 *	%STATUS_MIN to %STATUS_MAX. @set is then unchanged.
 */
int status_set_add(struct status_set *set, const char *text)
{
	unsigned int first, last;

	if (!parse_status(&text, &first))
		return -EINVAL;
	last = first;
	if (*text == '-') {
		text++;
		if (!parse_status(&text, &last))
			return -EINVAL;
	}
	if (*text || last < first)
		return -EINVAL;
	for (first -= STATUS_MIN, last -= STATUS_MIN; first <= last; first++)
		set->bits[first / 64] |= 1ULL << first % 64;
	return 0;
}

/**
 * status_set_has() - is a status code in a set?
 * @set: where to look
 * @status: any number
 *
 * Return: true if it is.
 */
bool status_set_has(const struct status_set *set, long status)
{
	if (status < STATUS_MIN || status > STATUS_MAX)
		return false;
	status -= STATUS_MIN;
	return set->bits[status / 64] >> status % 64 & 1;
}

/**
 * status_set_write() - a set as status_code has it
 * @set: what to write
 * @text: gets it, cut where there is no more room
 * @size: of @text, not 0
 */
void status_set_write(const struct status_set *set, char *text, size_t size)
{
	const char *between = "";
	int status, first, length;

	*text = '\0';
	for (status = STATUS_MIN; status <= STATUS_MAX; status++) {
		if (!status_set_has(set, status))
			continue;
		first = status;
		while (status_set_has(set, status + 1))
			status++;
		length = snprintf(text, size, first == status ? "%s%d" : "%s%d-%d",
				  between, first, status);
		if (length < 0 || (size_t)length >= size)
			return;
		text += length;
		size -= length;
		between = " ";
	}
}

/**
 * digest_parse() - read what genhash(1) prints
 * @text: 32 hexadecimal digits
 * @digest: gets the bytes
 *
 * Return: 0 or -EINVAL.
 */
int digest_parse(const char *text, unsigned char digest[MD5_LEN])
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	size_t i;

	if (strlen(text) != 2 * MD5_LEN)
		return -EINVAL;
	for (i = 0; i < 2 * MD5_LEN; i++) {
		digit = strchr(digits, text[i] | 0x20);
		if (!digit || !*digit)
			return -EINVAL;
		digest[i / 2] = digest[i / 2] << 4 | (digit - digits);
	}
	return 0;
}

static const struct {
	const char *word;
	uint32_t option;
} pattern_options[] = {
	{ "allow_empty_class", PCRE2_ALLOW_EMPTY_CLASS },
	{ "alt_bsux", PCRE2_ALT_BSUX },
	{ "alt_circumflex", PCRE2_ALT_CIRCUMFLEX },
	{ "alt_verbnames", PCRE2_ALT_VERBNAMES },
	{ "auto_callout", PCRE2_AUTO_CALLOUT },
	{ "caseless", PCRE2_CASELESS },
	{ "dollar_endonly", PCRE2_DOLLAR_ENDONLY },
	{ "dotall", PCRE2_DOTALL },
	{ "dupnames", PCRE2_DUPNAMES },
	{ "extended", PCRE2_EXTENDED },
	{ "firstline", PCRE2_FIRSTLINE },
	{ "match_unset_backref", PCRE2_MATCH_UNSET_BACKREF },
	{ "multiline", PCRE2_MULTILINE },
	{ "never_backslash_c", PCRE2_NEVER_BACKSLASH_C },
	{ "never_ucp", PCRE2_NEVER_UCP },
	{ "never_utf", PCRE2_NEVER_UTF },
	{ "no_auto_capture", PCRE2_NO_AUTO_CAPTURE },
	{ "no_auto_possess", PCRE2_NO_AUTO_POSSESS },
	{ "no_dotstar_anchor", PCRE2_NO_DOTSTAR_ANCHOR },
	{ "no_start_optimize", PCRE2_NO_START_OPTIMIZE },
	{ "ucp", PCRE2_UCP },
	{ "ungreedy", PCRE2_UNGREEDY },
	{ "use_offset_limit", PCRE2_USE_OFFSET_LIMIT },
	/* A reply that is no UTF-8 is searched all the same. */
	{ "utf", PCRE2_UTF | PCRE2_MATCH_INVALID_UTF },
};

/**
 * pattern_option() - a word of regex_options
 * @word: its name
 * @options: gets the option besides those it has
 *
 * Return: 0 or -ENOENT.
 */
int pattern_option(const char *word, uint32_t *options)
{
	size_t i;

	for (i = 0; i < sizeof(pattern_options) / sizeof(*pattern_options); i++) {
		if (!strcmp(pattern_options[i].word, word)) {
			*options |= pattern_options[i].option;
			return 0;
		}
	}
	return -ENOENT;
}

static void *arena_malloc(size_t size, void *arena)
{
	return config_alloc(arena, size);
}

static void arena_free(void *memory, void *arena)
{
	(void)memory;
	(void)arena;
}

/**
 * pattern_compile() - take a regular expression
 * @arena: where the compiled one lives
 * @text: as written
 * @options: of pattern_option()
 * @pattern: gets the code, and offsets that allow all
 * @error: gets what is wrong with @text
 * @error_size: of @error
 *
 * Automatic callouts are what bounds the time of a search.
 *
 * Return: 0, -EINVAL with @error, or -ENOMEM.
 */
int pattern_compile(struct config_arena *arena, const char *text,
		    uint32_t options, struct pattern *pattern,
		    char *error, size_t error_size)
{
	pcre2_general_context *general;
	pcre2_compile_context *compile;
	PCRE2_SIZE offset;
	char why[160];
	int code;

	general = pcre2_general_context_create(arena_malloc, arena_free, arena);
	compile = general ? pcre2_compile_context_create(general) : NULL;
	if (!compile)
		return -ENOMEM;
	pattern->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
				      options | PCRE2_AUTO_CALLOUT |
				      PCRE2_USE_OFFSET_LIMIT,
				      &code, &offset, compile);
	if (!pattern->code) {
		pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
		snprintf(error, error_size, "%s at character %zu", why,
			 (size_t)offset + 1);
		return -EINVAL;
	}
	pattern->min_offset = 0;
	pattern->max_offset = SIZE_MAX;
	return 0;
}

/* CPU time that a search may take, and how often the clock is read. */
#define SEARCH_NANOSECONDS	100000000ULL
#define SEARCH_STEPS		64
#define SEARCH_HEAP_KIB		16384

struct search {
	unsigned int steps;
	uint64_t until;
};

static uint64_t cpu_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static int search_step(pcre2_callout_block *block, void *data)
{
	struct search *search = data;

	(void)block;
	if (++search->steps % SEARCH_STEPS)
		return 0;
	return cpu_time() > search->until ? PCRE2_ERROR_CALLOUT : 0;
}

static enum pattern_result search_result(int code)
{
	if (code >= 0)
		return PATTERN_FOUND;
	if (code == PCRE2_ERROR_NOMATCH)
		return PATTERN_NOT_FOUND;
	return code == PCRE2_ERROR_NOMEMORY ? PATTERN_NO_MEMORY : PATTERN_TOO_COSTLY;
}

/**
 * pattern_search() - look for a regular expression
 * @pattern: what to look for
 * @text: any bytes
 * @length: of @text
 *
 * Takes about 0.1 s of CPU time at most, whatever the pattern and the text are.
 *
 * Return: what came of it.
 */
enum pattern_result pattern_search(const struct pattern *pattern,
				   const char *text, size_t length)
{
	struct search search = { .until = cpu_time() + SEARCH_NANOSECONDS };
	pcre2_match_context *context;
	pcre2_match_data *match;
	int code = PCRE2_ERROR_NOMEMORY;

	if (pattern->min_offset > length)
		return PATTERN_NOT_FOUND;
	context = pcre2_match_context_create(NULL);
	match = pcre2_match_data_create(1, NULL);
	if (context && match) {
		pcre2_set_callout(context, search_step, &search);
		pcre2_set_heap_limit(context, SEARCH_HEAP_KIB);
		pcre2_set_offset_limit(context, pattern->max_offset);
		code = pcre2_match(pattern->code, (PCRE2_SPTR)text, length,
				   pattern->min_offset, 0, match, context);
	}
	pcre2_match_data_free(match);
	pcre2_match_context_free(context);
	return search_result(code);
}

/* @path is keys with dots between them. */
static const json_t *json_walk(const json_t *json, const char *path)
{
	size_t length;
	char key[128];

	while (json && *path) {
		length = strcspn(path, ".");
		if (length >= sizeof(key))
			return NULL;
		memcpy(key, path, length);
		key[length] = '\0';
		json = json_object_get(json, key);
		path += length + (path[length] == '.');
	}
	return json;
}

static bool json_is(const json_t *json, const char *expected, char *failure,
		    size_t size)
{
	char *text;
	bool same;

	if (json_is_string(json))
		text = strndup(json_string_value(json), json_string_length(json));
	else
		text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	same = text && !strcmp(text, expected);
	if (!same)
		snprintf(failure, size, "is '%.60s', not '%.60s'",
			 text ? text : "?", expected);
	free(text);
	return same;
}

/**
 * json_field_is() - compare a field of a JSON text
 * @text: any bytes
 * @length: of @text
 * @path: keys from the outermost in, with dots between them
 * @expected: the value: a string without quotes, anything else as JSON has it
 * @failure: gets why not
 * @size: of @failure
 *
 * Return: true if it has that value.
 */
bool json_field_is(const char *text, size_t length, const char *path,
		   const char *expected, char *failure, size_t size)
{
	const json_t *field;
	json_error_t error;
	json_t *json;
	bool same = false;

	json = json_loadb(text, length, 0, &error);
	if (!json) {
		snprintf(failure, size, "cannot be found: the body is not JSON, line %d: %.80s",
			 error.line, error.text);
		return false;
	}
	field = json_walk(json, path);
	if (field)
		same = json_is(field, expected, failure, size);
	else
		snprintf(failure, size, "is missing");
	json_decref(json);
	return same;
}

/**
 * weight_parse() - read the weight that a backend asks for
 * @text: blanks before and after the number do not matter
 *
 * Return: 0 to %NFLB_WEIGHT_MAX; -1 when @text is none of these numbers.
 */
int weight_parse(const char *text)
{
	unsigned long weight = 0;
	const char *at;

	text += strspn(text, " \t");
	for (at = text; *at >= '0' && *at <= '9' && weight <= NFLB_WEIGHT_MAX; at++)
		weight = weight * 10 + (*at - '0');
	if (at == text || weight > NFLB_WEIGHT_MAX || at[strspn(at, " \t\r\n")])
		return -1;
	return weight;
}

/**
 * text_printable() - make text of the other end fit for a log
 * @text: what is no printable ASCII becomes '?'
 *
 * Return: @text.
 */
char *text_printable(char *text)
{
	char *at;

	for (at = text; *at; at++) {
		if (*at < ' ' || *at > '~')
			*at = '?';
	}
	return text;
}
