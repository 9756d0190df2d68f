// SPDX-License-Identifier: GPL-2.0
/* The language: words, blocks, files, definitions, conditions, loops */
#include "config.h"

static char *written(const struct config_node *tree)
{
	FILE *stream;
	char *text;
	size_t length;

	stream = open_memstream(&text, &length);
	config_tree_write(tree, stream);
	fclose(stream);
	return text;
}

static char *resolve(const char *text)
{
	struct config_arena *arena = config_arena_new();
	struct config_report report = { 0 };
	struct config_node *tree = NULL;
	char *said, *out = NULL;
	size_t length;

	config_file("main", text);
	report.stream = open_memstream(&said, &length);
	if (!config_tree_read(config_path("main"), arena, &report, &tree))
		out = written(tree);
	fclose(report.stream);
	config_say(said);
	free(said);
	config_arena_free(arena);
	return out;
}

/* @text says the same as @expected; read again it does so still. */
static void becomes(const char *name, const char *text, const char *expected)
{
	struct config_arena *arena = config_arena_new();
	struct config_report report = { 0 };
	struct config_node *tree = NULL;
	char *out = resolve(text), *again;

	is_text(out ? out : config_said, expected, name);
	if (out && !config_tree_parse(out, strlen(out), arena, &report, &tree)) {
		again = written(tree);
		is_text(again, out, "written, read and written again");
		free(again);
	} else {
		ok(false, "what was written is read again: %s", name);
	}
	free(out);
	config_arena_free(arena);
}

static void refused(const char *text, const char *said)
{
	char *out = resolve(text);

	ok(!out, "refused");
	is_text(config_said, said, "it says why");
	free(out);
}

static void test_words(void)
{
	becomes("comments", "a b # c\n! d\n  e ! f { }\n", "a b\ne\n");
	becomes("a comment in a word", "a b#c\n", "a b\n");
	becomes("quotes keep spaces", "a \"b  c\" 'd # e' f\" g \"h\n",
		"a \"b  c\" \"d # e\" \"f g h\"\n");
	becomes("quotes in quotes", "a \"it's\" '\"'\n", "a \"it's\" \"\\\"\"\n");
	becomes("empty words", "a \"\" ''\n", "a \"\" \"\"\n");
	becomes("escapes", "a \"\\x41\\101\\tb\\\"\\\\\" c\\ d \\cA\n",
		"a \"AA\\011b\\\"\\\\\" \"c d\" \"\\001\"\n");
	becomes("braces in quotes", "a \"{\" '}'\n", "a \"{\" \"}\"\n");
	becomes("carriage returns", "a b\r\nc {\r\n}\r\n", "a b\nc {\n}\n");
	refused("\n a \"b\n", "main:2: a quoted string does not end\n");
	refused("a b\\x\n",
		"main:1: a backslash with nothing that it could escape\n");
	refused("a \"\\x100\"\n",
		"main:1: a backslash with nothing that it could escape\n");
	refused("a \"\\000\"\n",
		"main:1: a backslash with nothing that it could escape\n");
}

static void test_blocks(void)
{
	becomes("on the same line", "a b {\nc\n}\n", "a b {\n\tc\n}\n");
	becomes("on the next line", "a b\n# x\n{\nc\n}\n", "a b {\n\tc\n}\n");
	becomes("in one line", "a{ b { c 1 } d }\n",
		"a {\n\tb {\n\t\tc 1\n\t}\n\td\n}\n");
	becomes("empty", "a {\n}\nb\n", "a {\n}\nb\n");
	becomes("lines go on", "a b \\\n  c \\\n\n d\ne\n", "a b c d\ne\n");
	refused("{\n}\n", "main:1: '{' without a word before it\n"
		"main:2: '}' without a block that it could end\n");
	refused("a {\n}\n{\n}\n", "main:3: '{' without a word before it\n"
		"main:4: '}' without a block that it could end\n");
	refused("a\n}\n", "main:2: '}' without a block that it could end\n");
	refused("a\nb {\n c {\n }\n", "main:2: the block of 'b' does not end\n");
}

static void test_definitions(void)
{
	becomes("a value", "$A=1 2\na $A\nb \"x${A}y\"\n",
		"a 1 2\nb \"x1 2y\"\n");
	becomes("only where a word ends", "$A=1\na $Ab $A.c \"$A\"\n",
		"a $Ab $A.c $A\n");
	becomes("resolved where it is used",
		"$B=10.2.${S}\n$S=0\na ${B}.1\n$S=10\na ${B}.1\n",
		"a 10.2.0.1\na 10.2.10.1\n");
	becomes("empty", "$A=\na ${A} b\n", "a b\n");
	becomes("unknown ones stay", "a ${B} $B\n", "a \"${B}\" $B\n");
	becomes("of several lines",
		"$I= \\\nvrrp V${N} { \\\n x ${N} \\\n\n }\n"
		"\n$N=1\n$I\n$N=2\n$I\n",
		"vrrp V1 {\n\tx 1\n}\nvrrp V2 {\n\tx 2\n}\n");
	becomes("that name others",
		"$R= \\\nrs ${V}.${K} { \\\n w 1 \\\n}\n"
		"$V= \\\nvs ${X} { \\\n $K=1 \\\n $R \\\n $K=2 \\\n $R \\\n}\n"
		"$X=9\n$V=8\nvs {\n $K=7\n $R\n}\n",
		"vs {\n\trs 8.7 {\n\t\tw 1\n\t}\n}\n");
	becomes("what is always there", "a ${_HASH}1 ${_BANG} \"${_ENV LBD_T}\" "
		"${_RANDOM 5 5}\n", "a \"#1\" \"!\" \"x y\" 5\n");
	refused("$A=${A}\na ${A}\n",
		"main:2: definitions name each other without end\n");
	refused("a ${_RANDOM 5 x}\n",
		"main:1: '${_RANDOM 5 x}': these are no arguments of it\n");
	refused("$A=${B}${B}${B}${B}\n$B=${C}${C}${C}${C}\n$C=${D}${D}${D}${D}\n"
		"$D=${E}${E}${E}${E}\n$E=${F}${F}${F}${F}\n"
		"$F=${G}${G}${G}${G}\n$G=${H}${H}${H}${H}\n"
		"$H=0123456789abcdef0123456789abcdef\na ${A}\n",
		"main:9: definitions make a line longer than 65536 bytes\n");
}

static void test_conditions(void)
{
	config_tree_set_id("main");
	becomes("that hold", "@main a 1\n@other a 2\n@^main a 3\n@^other a 4\n",
		"a 1\na 4\n");
	becomes("around definitions", "@main $P=240\n@other $P=200\np $P\n",
		"p 240\n");
	becomes("around those of several lines",
		"@other $P= \\\n a \\\n b\n@main $P= \\\n c \\\n d\n$P\n",
		"c\nd\n");
	becomes("by definition", "$IF=@main\n$IF a\n$IF=@other\n$IF b\n", "a\n");
	becomes("the id", "a ${_INSTANCE}\n", "a main\n");
	config_tree_set_id(NULL);
}

static void test_loops(void)
{
	becomes("sequences", "~SEQ(N, 0, 3) ip 10.0.${N}.1\n",
		"ip 10.0.0.1\nip 10.0.1.1\nip 10.0.2.1\nip 10.0.3.1\n");
	becomes("defaults", "~SEQ(N, 2) a ${N}\n~SEQ(N, -2) b ${N}\n",
		"a 1\na 2\nb -1\nb -2\n");
	becomes("down", "~SEQ(N, 3, 1) a ${N}\n", "a 3\na 2\na 1\n");
	becomes("hexadecimal", "~SEQx(N, 0x90, 0x10, 0xa0) ~SEQx(M, 2, -1, 1) "
		"a fe80::${N}:${M}\n",
		"a fe80::90:2\na fe80::90:1\na fe80::a0:2\na fe80::a0:1\n");
	becomes("lists", "~LST(I, 1, two) ~LST(J, 5,6) a ${I}.${J}\n",
		"a 1.5\na 1.6\na two.5\na two.6\n");
	becomes("lists of groups", "~LST({I, J}, {10,1},{20,4}) a ${I}.${J}\n",
		"a 10.1\na 20.4\n");
	becomes("around definitions",
		"$V= \\\nv ${I} { \\\n n ${J} \\\n}\n~SEQ(I,1,2) ~LST(J,x) $V\n",
		"v 1 {\n\tn x\n}\nv 2 {\n\tn x\n}\n");
	becomes("with definitions", "$N=2\n~SEQ(I, ${N}) a ${I}\n", "a 1\na 2\n");
	refused("~SEQ(N, 1, 0, 5) a\n",
		"main:1: ~SEQ(N, 1, 0, 5) a: this step never comes to the end\n");
	refused("~SEQ(N, 1, 5\n", "main:1: ~SEQ(N, 1, 5: ')' is missing\n");
	refused("~SEQ(N, x) a\n", "main:1: ~SEQ(N, x) a: the end is no number\n");
	refused("~SEQ(1, 5) a\n",
		"main:1: ~SEQ(1, 5) a: the first word must be the name of a variable\n");
	refused("~SEQx(N, -1, 5) a\n",
		"main:1: ~SEQx(N, -1, 5) a: ~SEQx is for numbers that are not negative\n");
	refused("~LST({I,J}, {1}) a\n",
		"main:1: ~LST({I,J}, {1}) a: a value is not of as many parts as there are names\n");
	refused("~LST(I) a\n", "main:1: ~LST(I) a: needs (NAME, VALUE...)\n");
	config_lines_max = 1000;
	refused("~SEQ(A,1000)~SEQ(B,1000) a\n", "main:1: more than 1000 lines\n");
	config_lines_max = 16 * 1000 * 1000;
}

static void test_includes(void)
{
	char text[256];

	mkdir(config_path("sub"), 0700);
	config_file("sub/one", "one ${_PWD}\ninclude two\n");
	config_file("sub/two", "two {\n");
	config_file("loop", "a\ninclude loop\n");
	config_file("bad", "\nx {\n \"y\n}\n");
	snprintf(text, sizeof(text), "one %s/sub\ntwo {\n\tx\n}\n", config_folder);
	becomes("relative to the file", "include sub/one\nx\n}\n", text);
	becomes("patterns", "include \"sub/tw*\"\n}\ninclude nothing*\n"
		"include sub/{two,x}\n}\n", "two {\n}\ntwo {\n}\n");
	becomes("in a block", "a {\n include sub/two\n b\n}\n}\n",
		"a {\n\ttwo {\n\t\tb\n\t}\n}\n");
	becomes("none", "include nothing\na\n", "a\n");
	refused("include loop\n", "loop:2: 'loop' includes itself\n");
	refused("include bad\n", "bad:3: a quoted string does not end\n");
	refused("includea nothing\n", "main:1: no file matches 'nothing'\n");
	refused("includem nothing\n", "main:1: no file matches 'nothing'\n");
	refused("includew nothing*\n", "main:1: no file matches 'nothing*'\n");
	refused("includeb no{th,}ing\n",
		"main:1: no file matches 'no{th,}ing'\n");
	refused("include_check\ninclude nothing\n",
		"main:2: no file matches 'nothing'\n");
	refused("include_check sometimes\n",
		"main:1: include_check 'sometimes': known are readable, match, wildcard_match, brace_match\n");
	refused("includer /dev/zero\n",
		"main:1: '/dev/zero' is no regular file\n");
	refused("include\n", "main:1: 'include' needs the name of a file\n");
}

static void test_files(void)
{
	struct config_report report = { 0 };
	struct config *config = NULL;
	char *said;
	size_t length;

	report.stream = open_memstream(&said, &length);
	ok(config_read(config_path("none"), &report, &config) < 0,
	   "a file that is not there");
	fclose(report.stream);
	config_say(said);
	is_text(config_said, "none: cannot read 'none': No such file or directory\n",
		"it says so");
	free(said);
}

int main(void)
{
	setenv("LBD_T", "x y", 1);
	config_begin();
	test_words();
	test_blocks();
	test_definitions();
	test_conditions();
	test_loops();
	test_includes();
	test_files();
	config_end();
	return tap_end();
}
