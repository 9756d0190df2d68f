// SPDX-License-Identifier: GPL-2.0
/* What checkers make of text: lines of agents, hexadecimal bytes */
#include <stdlib.h>

#include "../../lbd/check/agent.h"
#include "../../lbd/check/hex.h"
#include "../tap.h"

static void check_agent(const char *line, bool known, struct verdict expected)
{
	struct verdict got;

	ok(agent_parse(line, &got) == known && got.passed == expected.passed &&
	   got.drain == expected.drain && got.weight == expected.weight &&
	   got.weight_percent == expected.weight_percent, "agent: '%s'", line);
}

static void test_agent(void)
{
	char line[1000];

	check_agent("up", true, VERDICT_PASSED);
	check_agent("ready", true, VERDICT_PASSED);
	check_agent("UP 75%", true, (struct verdict){ true, false, -1, 75, 0 });
	check_agent("75%", true, (struct verdict){ true, false, -1, 75, 0 });
	check_agent("\tready,up,\t256%\r", true,
		    (struct verdict){ true, false, -1, 256, 0 });
	check_agent("0%", true, (struct verdict){ true, true, -1, 0, 0 });
	check_agent("drain", true, (struct verdict){ true, true, -1, -1, 0 });
	check_agent("weight:7", true, (struct verdict){ true, false, 7, -1, 0 });
	check_agent("weight:0 up", true, (struct verdict){ true, true, 0, -1, 0 });
	check_agent("down", true, VERDICT_FAILED);
	check_agent("maint 100%", true,
		    (struct verdict){ false, false, -1, 100, 0 });
	check_agent("stopped#up", true, VERDICT_FAILED);
	check_agent("failed # because", true, VERDICT_FAILED);
	check_agent("up maxconn:100", true, VERDICT_PASSED);

	check_agent("", false, VERDICT_PASSED);
	check_agent("#up", false, VERDICT_PASSED);
	check_agent("upp", false, VERDICT_PASSED);
	check_agent("257%", false, VERDICT_PASSED);
	check_agent("-1%", false, VERDICT_PASSED);
	check_agent("+1%", false, VERDICT_PASSED);
	check_agent("1 %", false, VERDICT_PASSED);
	check_agent("99999999999999999999%", false, VERDICT_PASSED);
	check_agent("weight:65536", false, VERDICT_PASSED);
	check_agent("weight:", false, VERDICT_PASSED);
	memset(line, 'u', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	check_agent(line, false, VERDICT_PASSED);
}

static struct config_arena *arena;

/* Return: bytes and masks, or what is wrong. */
static const char *take(const char *text, bool wild)
{
	struct config_report report = { .stream = stdout };
	struct config_context context = { .arena = arena, .report = &report };
	const char *argument[] = { text };
	struct config_node node = {
		.word = "payload", .argument = argument, .count = 1,
	};
	static char said[256];
	struct hex hex;
	size_t i, at = 0;

	*said = '\0';
	if (hex_take(&context, &node, wild, &hex))
		return "refused";
	for (i = 0; i < hex.length; i++)
		at += snprintf(said + at, sizeof(said) - at, "%02x/%02x ",
			       hex.byte[i], hex.mask[i]);
	return said;
}

static void test_hex(void)
{
	is_text(take("Ab12f 3 456", false),
		"ab/ff 12/ff 0f/ff 03/ff 45/ff 06/ff ",
		"digits are paired from the left of each group");
	is_text(take("1xX2 xx", true), "10/f0 02/0f 00/00 ",
		"X is any digit");
	is_text(take("", false), "", "nothing");
	is_text(take("1x", false), "refused", "X in what is sent is refused");
	is_text(take("0g", true), "refused", "what is no digit is refused");
}

static void test_match(void)
{
	uint8_t byte[] = { 0x12, 0x30 }, mask[] = { 0xff, 0xf0 };
	struct hex hex = { byte, mask, 2 };

	ok(hex_matches(&hex, (const uint8_t *)"\x12\x3f", 2), "equal, masked");
	ok(!hex_matches(&hex, (const uint8_t *)"\x12\x40", 2), "different");
	ok(hex_matches(&hex, (const uint8_t *)"\x12", 1), "shorter");
	ok(hex_matches(&hex, (const uint8_t *)"\x12\x30\x99", 3), "longer");
	ok(hex_matches(&hex, NULL, 0), "nothing");
}

int main(void)
{
	arena = config_arena_new();
	test_agent();
	test_hex();
	test_match();
	config_arena_free(arena);
	return tap_end();
}
