// SPDX-License-Identifier: GPL-2.0
/* Files of commands: what is accepted, and that errors name file and line */
#include <stdlib.h>

#include "../lbadm/line.h"
#include "../lbadm/plan.h"
#include "tap.h"
#include "words.h"

#define VERBS	"add, set, replace, del, show, list, zero"
#define TEN_WORDS "a b c d e f g h i j "

#define OBJECTS	"service, backend, connection, affinity, stats, save, restore, apply, " \
	"diff, monitor, top, explain, import, set, show, daemon, reload, sync"

static const struct {
	const char *text;
	const char *error;
} files[] = {
	{ "", "" },
	{ "\n\n  \t\r\n# nothing\n", "" },
	{ "service add tcp 192.0.2.1:80", "" },
	{ "\tser a tcp 192.0.2.1:80 sch rr # why\r\n", "" },
	{ "# one\n\nservice add tcp 192.0.2.1:0\n",
	  "f:3: service '192.0.2.1:0': the port must be a number from 1 to 65535" },
	{ "service add tcp 192.0.2.1:80\nservice del tcp 192.0.2.1:80\n",
	  "f:2: only 'service add', 'backend add' and 'set' can be restored" },
	{ "restore f\n",
	  "f:1: only 'service add', 'backend add' and 'set' can be restored" },
	{ "save\n",
	  "f:1: only 'service add', 'backend add' and 'set' can be restored" },
	{ "lbadm service add tcp 192.0.2.1:80\n",
	  "f:1: unknown object 'lbadm', known are: "
	  OBJECTS },
	{ "set max-connections 5\nservice add tcp 192.0.2.1:80\nset max-affinity default\n",
	  "" },
	{ "set max-affinity 5\nset max-connections 5 max-affinity 6\n",
	  "f:2: 'max-affinity' is set twice" },
	{ "show settings\n",
	  "f:1: only 'service add', 'backend add' and 'set' can be restored" },
	{ "service\n",
	  "f:1: verb is missing after 'service', one of: " VERBS },
	{ "backend add tcp 192.0.2.1:80 198.51.100.1 weight\n",
	  "f:1: a number is missing after 'weight'" },
	{ "backend add tcp 192.0.2.1:80 198.51.100.1 weight #3\n",
	  "f:1: a number is missing after 'weight'" },
	{ TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS
	  TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS "\n",
	  "f:1: too many words" },
};

static struct plan *read_text(const char *text, size_t len, struct args *args)
{
	FILE *stream = len ? fmemopen((void *)text, len, "r") :
			     fopen("/dev/null", "r");
	struct plan *plan;

	*args = (struct args){ 0 };
	plan = plan_read(args, stream, "f");
	fclose(stream);
	return plan;
}

static void test_files(void)
{
	struct args args;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct plan *plan = read_text(files[i].text,
					      strlen(files[i].text), &args);

		ok(!plan == !!*files[i].error, "file %zu is %s", i,
		   *files[i].error ? "refused" : "accepted");
		is_text(args.error, files[i].error, "and the error fits");
		plan_free(plan);
	}
}

static void test_nul(void)
{
	static const char text[] = "service add\0 tcp 192.0.2.1:80\n";
	struct args args;

	ok(!read_text(text, sizeof(text) - 1, &args), "a NUL byte is refused");
	is_text(args.error, "f:1: a NUL byte", "and the error says so");
}

static const char *const saved[] = {
	"service add tcp 192.0.2.1:80 scheduler wlc\n",
	"service add udp [2001:db8::1]:53 scheduler maglev\n",
	"service add udp [2001:db8::1]:53 scheduler maglev table-size 1021\n",
	"service add udp [2001:db8::1]:53 scheduler sh seed 18446744073709551615\n",
	"service add tcp 192.0.2.1:65535 scheduler sh table-size 251 seed 9 timeout established 1 fin 2 syn 3 udp 4\n",
	"service add tcp 192.0.2.1:80 scheduler rr no-backend pass backend-down drop mid-stream adopt\n",
	"service add tcp 192.0.2.1:80 scheduler sh hash address-port fallback off\n",
	"service add tcp 192.0.2.1:80 scheduler rr max-connections 4294967295 max-half-open 0 rate-limit 1000000/s burst 1 client-rate-limit 5/s burst 1000000 prefix 24 no-backend drop\n",
	"service add udp [2001:db8::1]:53 scheduler rr rate-limit 10/s client-rate-limit 5/s prefix 128\n",
	"service add mark 7 family 6 scheduler rr max-connections 1 client-rate-limit 5/s prefix 32\n",
	"service add tcp 192.0.2.1:80 scheduler maglev hash address max-load 125\n",
	"service add tcp 192.0.2.1:80 scheduler dh hash flow\n",
	"service add tcp 192.0.2.1:80 scheduler wlc timeout fin 3 panic 100\n",
	"service add tcp 192.0.2.1:80 scheduler other hash address fallback on\n",
	"service add tcp 192.0.2.1:80 scheduler rr timeout udp 2678400\n"
	"backend add tcp 192.0.2.1:80 198.51.100.1:80 forward nat weight 1\n"
	"backend add tcp 192.0.2.1:80 198.51.100.2:8080 forward dr weight 0 state draining\n"
	"backend add tcp 192.0.2.1:80 198.51.100.3:1 forward ipip weight 65535 max-connections 4294967295 slow-start 86400 tier 255 response-time 1000000 state down\n"
	"backend add tcp 192.0.2.1:80 198.51.100.4:80 forward gre weight 1\n"
	"backend add tcp 192.0.2.1:80 198.51.100.5:80 forward gre checksum on key 0 weight 1\n"
	"backend add tcp 192.0.2.1:80 [2001:db8::4]:80 forward gue checksum off port 6081 source 2001:db8:1::/64 weight 1\n"
	"backend add tcp 192.0.2.1:80 198.51.100.6:80 forward ipip source 198.51.100.9 weight 1\n",
	"service add tcp 192.0.2.1:80 scheduler rr source-pool 10.0.0.0/30,10.0.0.9 ports 1024-65534\n"
	"backend add tcp 192.0.2.1:80 198.51.100.1:81 forward fullnat weight 1\n"
	"backend add tcp 192.0.2.1:80 198.51.100.2:81 forward fullnat toa on weight 1 source-pool 10.0.0.10\n",
	"service add udp [2001:db8::1]:53 scheduler rr source-pool fd00::100/122\n"
	"backend add udp [2001:db8::1]:53 [fd00::1]:53 forward fullnat weight 1 source-pool fd00::9,fd00::b ports 1-1\n",
};

/* Make of the lines what the kernel would answer after they were restored. */
static void as_kernel(char *lines, struct nflb_pool *pool,
		      struct nflb_backend backends[8])
{
	char *rest, *line = strtok_r(lines, "\n", &rest);
	struct command command;

	parse_text(line, &command);
	*pool = (struct nflb_pool){ .service = command.service,
				    .backends = backends };
	while ((line = strtok_r(NULL, "\n", &rest))) {
		parse_text(line, &command);
		backends[pool->count++] = command.backend;
	}
}

static void test_round_trip(void)
{
	size_t i;

	for (i = 0; i < sizeof(saved) / sizeof(*saved); i++) {
		struct nflb_backend backends[8];
		char *lines = strdup(saved[i]);
		char *again = NULL;
		struct nflb_pool pool;
		FILE *stream;
		size_t len;
		int err;

		as_kernel(lines, &pool, backends);
		stream = open_memstream(&again, &len);
		err = line_save(stream, &pool);
		fclose(stream);
		ok(!err, "pool %zu can be written", i);
		is_text(again, saved[i], "and reads as it was");
		free(again);
		free(lines);
	}
}

/* What the kernel reports in full is shortened to what is not the default. */
static void test_defaults(void)
{
	struct nflb_service service = { .key = { .protocol = IPPROTO_TCP },
		.scheduler = "maglev",
		.timeout = { 900, 60, 30, 120 }, .panic = 1,
		.max_half_open = 65536 };
	uint64_t *value = service.options.value;
	char text[SETTINGS_LEN];

	service.given = ~0U;
	service.options.given = NFLB_OPTION(NFLB_SCHED_OPTION_TABLE_SIZE) |
				NFLB_OPTION(NFLB_SCHED_OPTION_SEED) |
				NFLB_OPTION(NFLB_SCHED_OPTION_HASH) |
				NFLB_OPTION(NFLB_SCHED_OPTION_FALLBACK);
	value[NFLB_SCHED_OPTION_TABLE_SIZE] = 65537;
	value[NFLB_SCHED_OPTION_HASH] = NFLB_HASH_FLOW;
	value[NFLB_SCHED_OPTION_FALLBACK] = 1;
	line_settings(&service, text);
	is_text(text, "scheduler maglev", "defaults are left out");
	service.timeout[NFLB_TIMEOUT_SYN] = 31;
	strcpy(service.scheduler, "sh");
	line_settings(&service, text);
	is_text(text, "scheduler sh table-size 65537 hash flow timeout syn 31",
		"the defaults of another scheduler are not its own");
	strcpy(service.scheduler, "new");
	line_settings(&service, text);
	is_text(text, "scheduler new table-size 65537 seed 0 hash flow fallback on timeout syn 31",
		"an unknown scheduler has no defaults");
}

static void test_later_version(void)
{
	struct nflb_backend backend = { .forward = 77, .weight = 1 };
	struct nflb_pool pool = { .backends = &backend, .count = 1 };
	FILE *stream = fopen("/dev/null", "w");

	nflb_address_parse("192.0.2.1", &pool.service.key.address);
	nflb_address_parse("192.0.2.1", &backend.address);
	pool.service.key.protocol = IPPROTO_TCP;
	pool.service.given = NFLB_GIVEN_SCHEDULER;
	ok(line_save(stream, &pool), "an unknown forward is not saved");
	backend.forward = NFLB_FORWARD_DR;
	ok(!line_save(stream, &pool), "a known one is");
	pool.service.given |= NFLB_GIVEN_POLICY(NFLB_POLICY_MID_STREAM);
	pool.service.policy[NFLB_POLICY_MID_STREAM] = 77;
	ok(line_save(stream, &pool), "an unknown policy is not saved");
	pool.service.given = NFLB_GIVEN_SCHEDULER;
	pool.service.key.protocol = 33;
	ok(line_save(stream, &pool), "an unknown protocol is not saved");
	fclose(stream);
}

int main(void)
{
	test_files();
	test_nul();
	test_round_trip();
	test_defaults();
	test_later_version();
	return tap_end();
}
