// SPDX-License-Identifier: GPL-2.0
/*
 * Words of HTTP checks, and what their replies are compared with. With the
 * name of a configuration it makes its checks, for http.t.
 */
#include "../../lbd/check/http.h"
#include "../tap.h"
#include "probe.h"

static void test_status(void)
{
	static const char *const bad[] = {
		"", "20", "99", "1000", "200-", "-299", "299-200", "200,201",
		"2xx", "200-299-300", "99999999999999999999", "200 ",
	};
	struct status_set set = { 0 };
	char text[64];
	size_t i;

	ok(!status_set_add(&set, "200-299") && !status_set_add(&set, "404") &&
	   !status_set_add(&set, "100") && !status_set_add(&set, "999"),
	   "status codes and ranges are taken");
	ok(status_set_has(&set, 200) && status_set_has(&set, 299) &&
	   status_set_has(&set, 404) && status_set_has(&set, 999) &&
	   !status_set_has(&set, 199) && !status_set_has(&set, 300) &&
	   !status_set_has(&set, 0) && !status_set_has(&set, -1) &&
	   !status_set_has(&set, 1000), "they are in the set, others are not");
	status_set_write(&set, text, sizeof(text));
	is_text(text, "100 200-299 404 999", "and are written as they were");
	status_set_write(&set, text, 8);
	ok(strlen(text) < 8, "also where there is little room");
	memset(&set, 0, sizeof(set));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(status_set_add(&set, bad[i]), "status '%s' is refused", bad[i]);
	status_set_write(&set, text, sizeof(text));
	is_text(text, "", "and changes nothing");
}

static void test_digest(void)
{
	unsigned char digest[MD5_LEN];

	ok(!digest_parse("ff20ad2481F97B1754ef3e12ecd3a9cc", digest) &&
	   digest[0] == 0xff && digest[1] == 0x20 && digest[5] == 0xf9 &&
	   digest[15] == 0xcc, "a digest is read");
	ok(digest_parse("ff20ad2481f97b1754ef3e12ecd3a9c", digest),
	   "a short one is refused");
	ok(digest_parse("ff20ad2481f97b1754ef3e12ecd3a9ccc", digest),
	   "a long one is refused");
	ok(digest_parse("zf20ad2481f97b1754ef3e12ecd3a9cc", digest),
	   "one with a 'z' is refused");
	ok(digest_parse("\001f20ad2481f97b1754ef3e12ecd3a9cc", digest),
	   "one with a control character is refused");
}

static void test_weight(void)
{
	static const struct {
		const char *text;
		int weight;
	} cases[] = {
		{ "0", 0 }, { " 10", 10 }, { "65535 \r\n", 65535 },
		{ "65536", -1 }, { "", -1 }, { "-1", -1 }, { "1 2", -1 },
		{ "0x10", -1 }, { "99999999999999999999", -1 }, { "ten", -1 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(weight_parse(cases[i].text) == cases[i].weight,
		   "weight '%s'", cases[i].text);
}

static void test_json(void)
{
	static const struct {
		const char *text;
		const char *path;
		const char *value;
		bool same;
	} cases[] = {
		{ "{\"status\":\"ok\"}", "status", "ok", true },
		{ "{\"status\":\"ok\"}", "status", "OK", false },
		{ "{\"a\":{\"b\":{\"c\":true}}}", "a.b.c", "true", true },
		{ "{\"a\":{\"b\":{\"c\":1}}}", "a.b.c", "1", true },
		{ "{\"a\":{\"b\":{\"c\":1}}}", "a.b", "{\"c\":1}", true },
		{ "{\"a\":[1]}", "a.b", "1", false },
		{ "{\"a\":null}", "a", "null", true },
		{ "{\"a\":\"x\\u0000y\"}", "a", "x", false },
		{ "{}", "status", "ok", false },
		{ "", "status", "ok", false },
		{ "{\"status\":\"ok\"", "status", "ok", false },
		{ "<html>", "status", "ok", false },
	};
	char why[256];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		*why = '\0';
		ok(json_field_is(cases[i].text, strlen(cases[i].text),
				 cases[i].path, cases[i].value, why,
				 sizeof(why)) == cases[i].same &&
		   cases[i].same == !*why, "field %s of %s", cases[i].path,
		   cases[i].text);
	}
}

static enum pattern_result search(const char *regex, uint32_t options,
				  size_t min, size_t max, const char *text,
				  size_t length)
{
	struct config_arena *arena = config_arena_new();
	enum pattern_result result = PATTERN_NO_MEMORY;
	struct pattern pattern;
	char error[256];

	if (!pattern_compile(arena, regex, options, &pattern, error,
			     sizeof(error))) {
		pattern.min_offset = min;
		pattern.max_offset = max;
		result = pattern_search(&pattern, text, length);
	}
	config_arena_free(arena);
	return result;
}

static void test_regex(void)
{
	const char *text = "one two three";
	struct config_arena *arena = config_arena_new();
	struct pattern pattern;
	char many[20000], error[256];
	uint32_t options = 0;

	ok(search("t[wh]", 0, 0, SIZE_MAX, text, 13) == PATTERN_FOUND,
	   "a regex is found");
	ok(search("four", 0, 0, SIZE_MAX, text, 13) == PATTERN_NOT_FOUND,
	   "one that is not there is not");
	ok(search("one", 0, 1, SIZE_MAX, text, 13) == PATTERN_NOT_FOUND,
	   "nothing before regex_min_offset counts");
	ok(search("three", 0, 0, 8, text, 13) == PATTERN_FOUND &&
	   search("three", 0, 0, 7, text, 13) == PATTERN_NOT_FOUND,
	   "a match begins at regex_max_offset or before");
	ok(search("x", 0, 14, SIZE_MAX, text, 13) == PATTERN_NOT_FOUND,
	   "an offset beyond the body finds nothing");
	ok(!pattern_option("caseless", &options) &&
	   search("TWO", options, 0, SIZE_MAX, text, 13) == PATTERN_FOUND,
	   "caseless is taken");
	ok(pattern_option("caselless", &options), "an unknown option is not");
	options = 0;
	ok(!pattern_option("utf", &options) &&
	   search("\xc3\xa4", options, 0, SIZE_MAX, "\xff\xc3\xa4", 3) ==
	   PATTERN_FOUND, "bytes that are no UTF-8 do not hide what is");
	memset(many, 'a', sizeof(many));
	ok(search("(a+)+[bc]", 0, 0, SIZE_MAX, many, sizeof(many)) ==
	   PATTERN_TOO_COSTLY, "a search that would take for ever is ended");
	ok(search("(a*)*(a*)*(a*)*b", 0, 0, SIZE_MAX, many, sizeof(many)) !=
	   PATTERN_FOUND, "so is another");
	ok(pattern_compile(arena, "a(b", 0, &pattern, error, sizeof(error)) &&
	   strstr(error, "parenthesis"), "what is wrong with a regex is said");
	config_arena_free(arena);
}

static void test_printable(void)
{
	char text[] = "a\tb\033[1m\xff~";

	is_text(text_printable(text), "a?b?[1m?~", "text is made harmless");
}

/* @block is of HTTP_GET or SSL_GET. */
static void refused(const char *checker, const char *block, const char *why)
{
	struct config_arena *arena = config_arena_new();
	struct config_report report = { 0 };
	struct config_node *tree;
	char text[2048], *said = NULL;
	size_t length;
	int err;

	report.stream = open_memstream(&said, &length);
	snprintf(text, sizeof(text), "%s 10.0.0.1 80 {\n%s\n}\n", checker, block);
	err = config_tree_parse(text, strlen(text), arena, &report, &tree) ||
	      !probing_read(tree, arena, &report);
	fclose(report.stream);
	if (!ok(err && strstr(said, why), "refused: %s", why))
		printf("# %s\n", said);
	config_arena_free(arena);
	free(said);
}

static void test_refused(void)
{
	static const struct {
		const char *checker;
		const char *block;
		const char *why;
	} cases[] = {
		{ "HTTP_GET", "url { path index.html }", "does not begin with '/'" },
		{ "HTTP_GET", "url { path \"/a b\" }", "has a blank" },
		{ "HTTP_GET", "url { path }", "path takes one value" },
		{ "HTTP_GET", "url { status_code 200-2 }", "status_code '200-2'" },
		{ "HTTP_GET", "url { status_code }", "status_code needs a code" },
		{ "HTTP_GET", "url { digest 1234 }", "digest '1234'" },
		{ "HTTP_GET", "url { regex a(b }", "regex 'a(b': missing" },
		{ "HTTP_GET", "url { regex_min_offset 3 }", "without regex" },
		{ "HTTP_GET", "url { regex_no_match }", "without regex" },
		{ "HTTP_GET", "url { regex a\nregex_options big }", "'big' is unknown" },
		{ "HTTP_GET", "url { regex a\nregex_min_offset 3\nregex_max_offset 2 }",
		  "regex_min_offset is beyond" },
		{ "HTTP_GET", "url { method \"GET /\" }", "method 'GET /'" },
		{ "HTTP_GET", "url { method HEAD\nregex a }", "HEAD has no body" },
		{ "HTTP_GET", "url { header Host x }", "see virtualhost" },
		{ "HTTP_GET", "url { header Content-Length 5 }", "cannot be set" },
		{ "HTTP_GET", "url { header A:B c }", "header name 'A:B'" },
		{ "HTTP_GET", "url { header A }", "a name and a value" },
		{ "HTTP_GET", "url { json_field status }", "json_field takes" },
		{ "HTTP_GET", "url { virtualhost a/b }", "'a/b' is not a host" },
		{ "HTTP_GET", "url", "url needs a block" },
		{ "HTTP_GET", "url { pth / }", "path" },
		{ "HTTP_GET", "http_protocol 2", "http_protocol is" },
		{ "HTTP_GET", "http2 maybe", "http2 is on, off or prior" },
		{ "HTTP_GET", "http2 on\nhttp_protocol 1.1", "exclude each other" },
		{ "HTTP_GET", "max_body 0", "max_body" },
		{ "HTTP_GET", "verify off", "HTTP_GET has no TLS" },
		{ "HTTP_GET", "enable_sni", "HTTP_GET has no TLS" },
		{ "SSL_GET", "key /x", "key is given without its certificate" },
		{ "SSL_GET", "verify off\nca /x", "verify is off" },
		{ "SSL_GET", "sni_name 10.0.0.1", "is an address" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		refused(cases[i].checker, cases[i].block, cases[i].why);
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return probing_run(argv[1]);
	test_status();
	test_digest();
	test_weight();
	test_json();
	test_regex();
	test_printable();
	test_refused();
	return tap_end();
}
