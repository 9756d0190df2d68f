// SPDX-License-Identifier: GPL-2.0
/* The engine of checks, with a clock and checkers of the test */
#include <stdlib.h>

#include <jansson.h>

#include "../../lbd/check/checker.h"
#include "../../lbd/check/engine.h"
#include "../../lbd/check/misc.h"
#include "../../lbd/log.h"
#include "../tap.h"

#define SECOND	1000000ULL
#define MANY	10000

/* --- A world without time, network or control ----------------------------- */

static uint64_t clock_now;
static uint64_t wake_at;
static struct msg_health told[64];
static unsigned int told_count;
static struct msg_script_run script;
static unsigned int script_count;
static struct probe *running[MANY];
static unsigned int running_count;
static unsigned int most_running;
static uint64_t starts[MANY * 8];
static unsigned int start_count;
static unsigned int stop_count;
static struct check_engine *engine;
static uint32_t generation;	/* of the configuration made last */

static uint64_t fake_now(void *context)
{
	(void)context;
	return clock_now;
}

static void fake_wake(void *context, uint64_t when)
{
	(void)context;
	wake_at = when;
}

static void fake_health(void *context, const struct msg_health *health)
{
	(void)context;
	if (told_count < sizeof(told) / sizeof(*told))
		told[told_count] = *health;
	told_count++;
}

static int fake_script(void *context, const struct msg_script_run *run)
{
	(void)context;
	script = *run;
	script_count++;
	return 0;
}

static const struct check_engine_ops fake_ops = {
	.now = fake_now,
	.wake = fake_wake,
	.health = fake_health,
	.script = fake_script,
};

/* Go on to a time; what is due on the way happens. */
static void go_to(uint64_t time)
{
	uint64_t when;

	while (wake_at <= time) {
		when = wake_at;
		wake_at = UINT64_MAX;
		if (when > clock_now)
			clock_now = when;
		check_engine_run(engine);
	}
	clock_now = time;
}

static void pass_by(uint64_t time)
{
	go_to(clock_now + time);
}

/* --- A checker that does what the test says ------------------------------- */

static void fake_start(struct probe *probe)
{
	if (start_count < sizeof(starts) / sizeof(*starts))
		starts[start_count] = clock_now;
	start_count++;
	running[running_count++] = probe;
	if (running_count > most_running)
		most_running = running_count;
}

static void fake_stop(struct probe *probe)
{
	unsigned int i;

	stop_count++;
	for (i = 0; i < running_count; i++) {
		if (running[i] == probe) {
			running[i] = running[--running_count];
			return;
		}
	}
}

static void fake_expired(struct probe *probe)
{
	probe_done(probe, &VERDICT_PASSED, "nobody complained");
}

static const struct checker fake = {
	.keyword = "FAKE_CHECK",
	.start = fake_start,
	.stop = fake_stop,
};

static const struct checker silent = {
	.keyword = "SILENT_CHECK",
	.start = fake_start,
	.stop = fake_stop,
	.expired = fake_expired,
};

static void at_once_start(struct probe *probe)
{
	fake_start(probe);
	probe_done(probe, &VERDICT_PASSED, "at once");
}

static const struct checker at_once = {
	.keyword = "AT_ONCE_CHECK",
	.start = at_once_start,
	.stop = fake_stop,
};

/* --- Configurations ------------------------------------------------------- */

static struct config *new_config(unsigned int services, unsigned int backends)
{
	static const char *const names[] = { "one", "two", "three", "four" };
	struct config_arena *arena = config_arena_new();
	struct config *config = config_alloc(arena, sizeof(*config));
	struct config_service *service;
	unsigned int i, j;

	config->arena = arena;
	config->generation = ++generation;
	config->service_count = services;
	config->services = config_alloc(arena, services * sizeof(*service));
	config->checks = config_alloc(arena, MANY * sizeof(*config->checks));
	for (i = 0; i < services; i++) {
		service = &config->services[i];
		service->name = names[i];
		service->backend_count = backends;
		service->backends = config_alloc(arena, backends *
						 sizeof(*service->backends));
		for (j = 0; j < backends; j++) {
			service->backends[j].name = j < 4 ? names[j] : "many";
			service->backends[j].backend.weight = 10;
			service->backends[j].checks =
				config_alloc(arena, 8 * sizeof(uint32_t));
		}
	}
	return config;
}

static struct config_check *add_check(struct config *config,
				      unsigned int service,
				      unsigned int backend, const char *key)
{
	struct config_backend *of = &config->services[service].backends[backend];
	struct config_check *check = &config->checks[config->check_count];

	of->checks[of->check_count++] = config->check_count++;
	check->checker = &fake;
	check->service = service;
	check->backend = backend;
	check->key = config_strdup(config->arena, key);
	check->delay = 10 * SECOND;
	check->delay_before_retry = SECOND;
	check->retry = 1;
	check->rise = 1;
	check->timeout = 5 * SECOND;
	return check;
}

static void begin(struct config *config)
{
	clock_now = 1000 * SECOND;
	wake_at = UINT64_MAX;
	told_count = 0;
	running_count = 0;
	most_running = 0;
	start_count = 0;
	stop_count = 0;
	script_count = 0;
	engine = check_engine_open(NULL, &fake_ops, NULL, 42);
	check_engine_configure(engine, config);
}

static void end(void)
{
	check_engine_close(engine);
}

/* All that runs ends so. */
static void answer(bool passed)
{
	while (running_count)
		probe_done(running[0],
			   passed ? &VERDICT_PASSED : &VERDICT_FAILED,
			   passed ? "good" : "bad %d", 7);
}

static void answer_with(const struct verdict *verdict)
{
	while (running_count)
		probe_done(running[0], verdict, "as asked");
}

static void reload(struct config *config)
{
	told_count = 0;
	check_engine_configure(engine, config);
}

static const struct msg_health *last(void)
{
	return &told[told_count - 1];
}

/* --- Tests ---------------------------------------------------------------- */

static void test_rise_and_fall(void)
{
	struct config *config = new_config(1, 1);

	add_check(config, 0, 0, "a")->rise = 2;
	begin(config);
	is_number(told_count, 1, "control is told at once");
	is_number(last()->health, HEALTH_UNKNOWN, "that nothing is known");
	pass_by(0);
	answer(true);
	is_number(last()->health, HEALTH_UP, "the first good probe: up");
	pass_by(10 * SECOND);
	is_number(start_count, 2, "a delay later the next one");
	answer(false);
	is_number(told_count, 2, "a failure is not yet news");
	pass_by(SECOND);
	is_number(start_count, 3, "it is tried again soon");
	answer(false);
	is_number(last()->health, HEALTH_DOWN, "retry + 1 failures: down");
	is_text(last()->reason, "FAKE_CHECK: bad 7", "with the reason");
	pass_by(SECOND);
	is_number(start_count, 3, "no hurry with what is down");
	pass_by(9 * SECOND);
	answer(true);
	is_number(told_count, 3, "one good probe is not enough to rise");
	pass_by(10 * SECOND);
	answer(true);
	is_number(last()->health, HEALTH_UP, "two are");
	pass_by(10 * SECOND);
	answer(false);
	pass_by(SECOND);
	answer(true);
	pass_by(10 * SECOND);
	answer(false);
	is_number(told_count, 4, "failures count only one after the other");
	end();
}

static void test_time(void)
{
	struct config *config = new_config(1, 2);

	add_check(config, 0, 0, "a")->retry = 0;
	add_check(config, 0, 1, "b")->checker = &silent;
	begin(config);
	pass_by(5 * SECOND - 1);
	is_number(told_count, 2, "before the time limit nothing");
	pass_by(1);
	is_number(told_count, 4, "after it both have ended");
	is_number(told[2].health + 10 * told[3].health,
		  HEALTH_DOWN + 10 * HEALTH_UP,
		  "who waits is down; who wants silence is up");
	is_text(told[2].reason, "FAKE_CHECK: no answer in time", "and why");
	is_number(stop_count, 2, "both were cleaned up");
	pass_by(5 * SECOND);
	is_number(start_count, 4, "delay is from begin to begin");
	end();
}

static void test_shared(void)
{
	struct config *config = new_config(3, 2);

	add_check(config, 0, 1, "same");
	add_check(config, 1, 0, "other");
	add_check(config, 2, 0, "same");
	begin(config);
	told_count = 0;
	pass_by(0);
	is_number(start_count, 2, "three checks, two keys, two probes");
	answer(true);
	is_number(told_count, 3, "all three backends have news");
	end();
}

static void set_compose(struct config *config, enum config_compose compose,
			unsigned int need)
{
	struct config_backend *backend = &config->services[0].backends[0];

	add_check(config, 0, 0, "a")->retry = 0;
	add_check(config, 0, 0, "b")->retry = 0;
	add_check(config, 0, 0, "c")->retry = 0;
	backend->compose = compose;
	backend->need = need;
}

/* Health after so many of three checks have passed and the others failed. */
static enum health composed(enum config_compose compose, unsigned int need,
			    unsigned int good)
{
	struct config *config = new_config(1, 1);
	enum health health;

	set_compose(config, compose, need);
	begin(config);
	pass_by(0);
	while (running_count)
		probe_done(running[0],
			   good ? &VERDICT_PASSED : &VERDICT_FAILED, "x"),
		good -= !!good;
	health = last()->health;
	end();
	return health;
}

static void test_compose(void)
{
	struct config *config = new_config(1, 1);

	is_number(composed(COMPOSE_ALL, 0, 3), HEALTH_UP, "all: 3 of 3");
	is_number(composed(COMPOSE_ALL, 0, 2), HEALTH_DOWN, "all: 2 of 3");
	is_number(composed(COMPOSE_ANY, 0, 1), HEALTH_UP, "any: 1 of 3");
	is_number(composed(COMPOSE_ANY, 0, 0), HEALTH_DOWN, "any: 0 of 3");
	is_number(composed(COMPOSE_AT_LEAST, 2, 2), HEALTH_UP,
		  "at least 2: 2 of 3");
	is_number(composed(COMPOSE_AT_LEAST, 2, 1), HEALTH_DOWN,
		  "at least 2: 1 of 3");

	set_compose(config, COMPOSE_AT_LEAST, 2);
	begin(config);
	pass_by(0);
	probe_done(running[0], &VERDICT_PASSED, "x");
	probe_done(running[0], &VERDICT_FAILED, "x");
	is_number(told_count, 1, "while it depends on the third: no news");
	end();
}

static void test_wishes(void)
{
	struct config *config = new_config(1, 1);
	struct verdict wish = VERDICT_PASSED;

	add_check(config, 0, 0, "a");
	begin(config);
	pass_by(0);
	answer_with(&wish);
	ok(last()->weight == -1 && last()->weight_percent == 100,
	   "a check without a wish");
	wish.weight = 25;
	pass_by(10 * SECOND);
	answer_with(&wish);
	ok(last()->health == HEALTH_UP && last()->weight == 25, "a weight");
	wish.weight_add = -100;
	pass_by(10 * SECOND);
	answer_with(&wish);
	is_number(last()->weight, 0, "never less than 0");
	wish = VERDICT_PASSED;
	wish.weight_percent = 50;
	wish.drain = true;
	pass_by(10 * SECOND);
	answer_with(&wish);
	ok(last()->health == HEALTH_DRAIN && last()->weight == -1 &&
	   last()->weight_percent == 50, "half of it, and drain");
	told_count = 0;
	pass_by(10 * SECOND);
	answer_with(&wish);
	is_number(told_count, 0, "the same again is no news");
	end();

	config = new_config(1, 1);
	add_check(config, 0, 0, "a");
	add_check(config, 0, 0, "b");
	begin(config);
	pass_by(0);
	wish = VERDICT_PASSED;
	wish.weight = 25;
	answer_with(&wish);
	is_number(last()->weight, 40,
		  "two wishes move 10 by their differences");
	end();
}

static void test_alpha(void)
{
	struct config *config = new_config(1, 1);
	struct config_check *check = add_check(config, 0, 0, "a");

	check->alpha = true;
	check->rise = 2;
	begin(config);
	is_number(last()->health, HEALTH_DOWN, "alpha: down at first");
	pass_by(0);
	answer(true);
	is_number(told_count, 1, "rise counts from there");
	pass_by(10 * SECOND);
	answer(true);
	is_number(last()->health, HEALTH_UP, "then up");
	end();
}

/* Backend 0 is down with key a, backend 1 is up with key b. */
static void begin_for_reload(void)
{
	struct config *config = new_config(1, 3);

	add_check(config, 0, 0, "a")->retry = 0;
	add_check(config, 0, 1, "b");
	add_check(config, 0, 2, "c");
	begin(config);
	pass_by(0);
	answer(true);
	pass_by(10 * SECOND);
	while (running_count)
		probe_done(running[0], probe_check(running[0])->key[0] == 'a' ?
				       &VERDICT_FAILED : &VERDICT_PASSED, "x");
}

static void test_reload(void)
{
	struct config *config = new_config(2, 3);
	unsigned int stopped;

	begin_for_reload();
	pass_by(10 * SECOND);
	stopped = stop_count;
	is_number(running_count, 3, "three are under way at reload");
	add_check(config, 1, 0, "new");
	add_check(config, 1, 1, "b");
	add_check(config, 0, 2, "a")->retry = 0;
	reload(config);
	is_number(told_count, 3, "all backends with checks are told again");
	is_number(told[0].health, HEALTH_DOWN, "health goes with the key: a");
	is_number(told[2].health, HEALTH_UP, "b");
	is_number(told[1].health, HEALTH_UNKNOWN, "what is new is not known");
	ok(told[0].generation == config->generation, "of the new generation");
	is_number(stop_count - stopped, 1, "who is not meant any more stops");
	is_number(running_count, 2, "the others go on");
	is_number(probe_check(running[0])->service, 0,
		  "with the configuration they began with");
	told_count = 0;
	answer(true);
	is_number(told_count, 1, "and count");
	ok(last()->service == 0 && last()->backend == 2 &&
	   last()->health == HEALTH_UP, "for the backend that has them now");
	pass_by(0);
	is_number(running_count, 1, "the new one begins");
	reload(new_config(1, 1));
	is_number(running_count, 0, "without checks nothing runs");
	is_number(told_count, 0, "and nothing is told");
	end();
}

static void test_limit(void)
{
	struct config *config = new_config(1, 1);
	char key[16];
	unsigned int i;

	config->globals.checkers_limit = 3;
	for (i = 0; i < 8; i++) {
		snprintf(key, sizeof(key), "%u", i);
		add_check(config, 0, 0, key);
	}
	begin(config);
	pass_by(0);
	is_number(running_count, 3, "no more than the limit are under way");
	probe_done(running[0], &VERDICT_PASSED, "x");
	pass_by(0);
	is_number(running_count, 3, "one ends, the next one begins");
	for (i = 0; i < 10; i++) {
		answer(true);
		pass_by(0);
	}
	is_number(start_count, 8, "all have their turn");
	is_number(most_running, 3, "never were there more");
	end();
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The most probes that begin within a tenth of a second, after so many. */
static unsigned int herd(unsigned int from, unsigned int *fewest)
{
	unsigned int slot[300] = { 0 }, i, most = 0;
	uint64_t first;

	qsort(starts, start_count, sizeof(*starts), compare);
	first = starts[from];
	for (i = from; i < start_count; i++) {
		if ((starts[i] - first) / 100000 < 300)
			slot[(starts[i] - first) / 100000]++;
	}
	*fewest = MANY;
	for (i = 0; i < 300; i++) {
		most = slot[i] > most ? slot[i] : most;
		*fewest = slot[i] < *fewest ? slot[i] : *fewest;
	}
	return most;
}

static void spread(unsigned int jitter, unsigned int low, unsigned int high)
{
	struct config *config = new_config(1, 1250);
	unsigned int i, most, fewest;
	struct config_check *check;
	char key[16];

	for (i = 0; i < MANY; i++) {
		snprintf(key, sizeof(key), "%u", i);
		check = add_check(config, 0, i / 8, key);
		check->checker = &at_once;
		check->warmup = 10 * SECOND;
		check->jitter_percent = jitter;
	}
	begin(config);
	pass_by(60 * SECOND);
	is_number(start_count / 1000, 60, "10 000 per 10 s");
	most = herd(2 * MANY, &fewest);
	ok(most <= high && fewest >= low,
	   "jitter %u %%: %u to %u probes per tenth of a second, 100 is even",
	   jitter, fewest, most);
	end();
}

static void test_recheck(void)
{
	struct config *config = new_config(1, 2);
	struct msg_recheck recheck = { .backend = 1 };

	add_check(config, 0, 0, "a");
	add_check(config, 0, 1, "b");
	begin(config);
	recheck.generation = config->generation;
	pass_by(0);
	answer(true);
	pass_by(SECOND);
	check_engine_recheck(engine, &recheck);
	pass_by(0);
	is_number(start_count, 3, "one is probed before its time");
	answer(true);
	recheck.backend = 2;
	check_engine_recheck(engine, &recheck);
	recheck.service = 7;
	check_engine_recheck(engine, &recheck);
	recheck.generation--;
	check_engine_recheck(engine, &recheck);
	pass_by(0);
	is_number(start_count, 3, "what is no backend is left alone");
	end();
}

static void script_ends(int code)
{
	struct msg_script_done done = { .code = code };

	pass_by(10 * SECOND);
	done.id = script.id;
	check_engine_script_done(engine, &done);
	check_engine_script_done(engine, &done);
}

static void test_script(void)
{
	struct config *config = new_config(1, 1);
	struct config_check *check = add_check(config, 0, 0, "a");
	struct misc_options *options = config_alloc(config->arena,
						    sizeof(*options));

	check->checker = &checker_misc;
	check->retry = 0;
	check->timeout = 15 * SECOND;
	check->options = options;
	options->dynamic = true;
	begin(config);
	script_ends(0);
	ok(last()->health == HEALTH_UP && last()->weight == -1, "code 0: up");
	ok(script_count && !script.check, "control knows which one to run");
	script_ends(1);
	ok(last()->health == HEALTH_DOWN, "code 1: down");
	script_ends(2);
	ok(last()->health == HEALTH_UP && !last()->weight, "code 2: weight 0");
	script_ends(255);
	is_number(last()->weight, 253, "code 255: weight 253");
	script_ends(-2);
	is_text(last()->reason, "MISC_CHECK: script took too long",
		"too slow: down");
	script_ends(22);
	is_number(last()->weight, 20, "code 22: weight 20");
	script_ends(-1);
	is_number(last()->health, HEALTH_DOWN, "killed: down");
	end();
}

/* What FILE_CHECK has as its options, read from text. */
static struct config_check *add_file_check(struct config *config,
					   const char *text)
{
	struct config_report report = { 0 };
	struct config_context context = {
		.config = config, .arena = config->arena, .report = &report,
	};
	struct config_check *check = add_check(config, 0, 0, text);
	struct config_node *tree;

	check->checker = &checker_file;
	check->retry = 0;
	check->options = config_alloc(config->arena,
				      checker_file.options_size);
	config_tree_parse(text, strlen(text), config->arena, &report, &tree);
	config_bind(&context, tree, checker_file.words, check->options);
	checker_file.settle(&context, tree, check);
	is_number(report.errors, 0, "the options of FILE_CHECK are read");
	return check;
}

static void file_says(int value)
{
	struct msg_tracked tracked = {
		.generation = generation, .kind = TRACKED_FILE,
		.value = value,
	};

	check_engine_tracked(engine, &tracked);
	pass_by(0);
}

static struct config *file_config(const char *text)
{
	struct config *config = new_config(1, 1);

	config->file_count = 1;
	config->files = config_alloc(config->arena, sizeof(*config->files));
	config->files[0].name = "load";
	config->files[0].weight = 2;
	add_file_check(config, text);
	return config;
}

static void test_file(void)
{
	struct config *config = file_config("track_file load\nweight 0\n");

	begin(config);
	pass_by(SECOND);
	is_number(told_count, 1, "no number: nothing is known");
	file_says(0);
	is_number(last()->health, HEALTH_UP, "0: up");
	file_says(3);
	is_text(last()->reason, "FILE_CHECK: file load says 3", "3: down");
	reload(file_config("track_file load\ndynamic\nweight 3 reverse\n"));
	pass_by(0);
	ok(last()->health == HEALTH_UP && last()->weight == 1,
	   "with a weight: 10 - 3 * 3");
	file_says(-5);
	is_number(last()->weight, 25, "10 + 5 * 3");
	file_says(1 << 30);
	is_number(last()->health, HEALTH_DOWN, "too much by far: down");
	reload(file_config("track_file load\ndynamic\n"));
	file_says(4);
	is_number(last()->weight, 18, "the weight of the track_file: 10 + 4 * 2");
	end();
}

/* --- Passive checks ------------------------------------------------------- */

static struct config *passive_config(void)
{
	struct config *config = new_config(1, 4);

	config->services[0].service.given = NFLB_GIVEN_PANIC;
	config->services[0].service.panic = 40;
	config->services[0].passive = (struct config_passive){
		.enabled = true,
		.unanswered_percent = 20,
		.reset_percent = 50,
		.unreachable = 5,
		.min_connections = 10,
		.interval = 10 * SECOND,
		.eject_time = 30 * SECOND,
		.eject_time_max = 100 * SECOND,
		.max_ejected_percent = 50,
	};
	return config;
}

static void kernel_saw(unsigned int backend, unsigned int opened,
		       unsigned int unanswered, unsigned int refused,
		       unsigned int unreachable)
{
	struct msg_passive news = {
		.generation = generation, .backend = backend,
		.opened = opened, .unanswered = unanswered,
		.refused = refused, .unreachable = unreachable,
	};

	check_engine_passive(engine, &news);
}

static void test_passive_limits(void)
{
	begin(passive_config());
	is_number(told_count, 4, "passive checks alone: up from the start");
	is_number(last()->health, HEALTH_UP, "all of them");
	told_count = 0;
	kernel_saw(0, 100, 19, 49, 4);
	kernel_saw(1, 9, 5, 4, 4);
	pass_by(11 * SECOND);
	is_number(told_count, 0, "within the limits, or too few to tell");
	kernel_saw(0, 50, 5, 0, 0);
	kernel_saw(0, 50, 15, 0, 0);
	pass_by(11 * SECOND);
	is_number(told_count, 1, "at a limit: ejected");
	ok(last()->backend == 0 && last()->health == HEALTH_DRAIN,
	   "it keeps its connections");
	is_text(last()->reason, "ejected: 20 of 100 SYNs without an answer",
		"and why");
	kernel_saw(3, 0, 9, 0, 0);
	kernel_saw(1, 0, 0, 0, 5);
	pass_by(11 * SECOND);
	is_text(last()->reason, "ejected: 5 ICMP errors", "a second one");
	kernel_saw(2, 10, 0, 5, 0);
	told_count = 0;
	pass_by(11 * SECOND);
	is_number(told_count, 0, "no more than the share");
	end();

	begin(passive_config());
	kernel_saw(3, 0, 10, 0, 0);
	pass_by(11 * SECOND);
	ok(last()->backend == 3 && last()->health == HEALTH_DRAIN,
	   "SYNs of an interval before count too");
	end();
}

/* Return: seconds for which backend 0 stays ejected. */
static unsigned int ejected_for(void)
{
	unsigned int seconds = 0, before;

	kernel_saw(0, 100, 100, 0, 0);
	before = told_count;
	while (told_count == before)
		pass_by(SECOND);
	ok(last()->health == HEALTH_DRAIN, "ejected");
	before = told_count;
	for (; told_count == before && seconds < 1000; seconds++)
		pass_by(SECOND);
	return seconds;
}

static void test_passive_time(void)
{
	begin(passive_config());
	is_number(ejected_for(), 30, "the first time");
	is_number(ejected_for(), 60, "the second time twice as long");
	is_number(ejected_for(), 100, "never more than the most");
	pass_by(35 * SECOND);
	is_number(ejected_for(), 30, "good intervals make up for it");
	end();
}

static void test_passive_panic(void)
{
	struct config *config = passive_config();
	unsigned int i;

	for (i = 1; i < 4; i++)
		add_check(config, 0, i, i == 1 ? "1" : i == 2 ? "2" : "3")->retry = 0;
	begin(config);
	pass_by(0);
	answer(true);
	kernel_saw(0, 100, 100, 0, 0);
	pass_by(11 * SECOND);
	ok(last()->backend == 0 && last()->health == HEALTH_DRAIN,
	   "one of four is ejected");
	reload(passive_config());
	ok(told[0].health == HEALTH_DRAIN && told[1].health == HEALTH_UP,
	   "that outlives a reload");
	config = passive_config();
	for (i = 1; i < 4; i++)
		add_check(config, 0, i, i == 1 ? "1" : i == 2 ? "2" : "3")->retry = 0;
	reload(config);
	pass_by(0);
	told_count = 0;
	answer(false);
	pass_by(2 * SECOND);
	is_number(told_count, 4, "when the three others fail");
	ok(last()->backend == 0 && last()->health == HEALTH_UP,
	   "it comes back at once");
	kernel_saw(0, 100, 100, 0, 0);
	pass_by(15 * SECOND);
	is_number(told_count, 4, "and is not ejected, for it is the last");
	end();
}

static void test_status(void)
{
	struct config *config = new_config(1, 1);
	json_t *status, *check;

	add_check(config, 0, 0, "a");
	begin(config);
	pass_by(0);
	pass_by(3000);
	answer(true);
	status = check_engine_status(engine);
	check = json_array_get(json_object_get(status, "checks"), 0);
	is_text(json_string_value(json_object_get(check, "health")), "up",
		"status: health");
	is_number(json_integer_value(json_object_get(check, "response_time")),
		  3000, "status: response time");
	is_number(json_integer_value(json_array_get(json_object_get(check,
								    "latency"),
						    2)),
		  1, "status: its place in the histogram");
	json_decref(status);
	end();
}

int main(void)
{
	log_open("test", true, LOG_LEVEL_ERROR);
	test_rise_and_fall();
	test_time();
	test_shared();
	test_compose();
	test_wishes();
	test_alpha();
	test_reload();
	test_limit();
	spread(0, 97, 103);
	spread(20, 60, 140);
	test_recheck();
	test_script();
	test_file();
	test_passive_limits();
	test_passive_time();
	test_passive_panic();
	test_status();
	return tap_end();
}
