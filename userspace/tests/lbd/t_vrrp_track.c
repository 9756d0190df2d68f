// SPDX-License-Identifier: GPL-2.0
/* What tracking leaves of a priority, and what it makes a fault */
#include <stdlib.h>

#include "../../lbd/vrrp/engine.h"
#include "../tap.h"

static struct config_script scripts[2] = { { .name = "a" }, { .name = "b" } };
static struct config_file files[1] = { { .name = "f" } };
static struct config_process processes[1] = { { .name = "p" } };
static struct config_service services[1] = { { .name = "s" } };
static struct config_vrrp_group groups[1] = { { .name = "g" } };
static struct config config = {
	.scripts = scripts, .script_count = 2,
	.files = files, .file_count = 1,
	.processes = processes, .process_count = 1,
	.services = services, .service_count = 1,
	.vrrp = { .groups = groups, .group_count = 1 },
};

static struct config_vrrp_instance instance;
static struct vrrp_engine engine = { .instance.config = &instance };

static void say(enum tracked_kind kind, uint32_t index, int32_t value)
{
	struct msg_tracked msg = { .kind = kind, .index = index, .value = value };

	vrrp_track_set(&msg);
}

static void begin(struct config_vrrp_track *tracks, size_t count)
{
	vrrp.config = &config;
	vrrp_track_configure(NULL, &config);
	instance = (struct config_vrrp_instance) {
		.name = "VI", .priority = 100, .group = -1,
		.tracks = tracks, .track_count = count,
	};
}

static void is_priority(unsigned int expected, bool fault, const char *name)
{
	const struct config_vrrp_track *broken = NULL;
	unsigned int got = vrrp_track_priority(&engine, &broken);

	if (!ok(got == expected && !!broken == fault, "%s", name))
		printf("# got %u%s\n", got, broken ? ", fault" : "");
}

static void test_fault(void)
{
	struct config_vrrp_track tracks[] = {
		{ .kind = VRRP_TRACK_SCRIPT, .index = 1 },
		{ .kind = VRRP_TRACK_SERVICE, .index = 0, .reverse = true },
	};

	begin(tracks, 1);
	is_priority(100, false, "a script that has not run is no fault");
	scripts[1].init_fail = true;
	is_priority(100, true, "but with init_fail it is");
	scripts[1].init_fail = false;
	say(TRACKED_SCRIPT, 1, 0);
	is_priority(100, false, "a good script");
	say(TRACKED_SCRIPT, 1, 3);
	is_priority(100, true, "a bad one");
	say(TRACKED_SCRIPT, 1, -1);
	is_priority(100, true, "one that was killed");
	say(TRACKED_SCRIPT, 0, 0);
	say(TRACKED_SCRIPT, 7, 0);
	is_priority(100, true, "another does not matter, nor one there is not");

	begin(tracks + 1, 1);
	say(TRACKED_SERVICE, 0, 0);
	is_priority(100, false, "reverse: a service without quorum is wanted");
	say(TRACKED_SERVICE, 0, 1);
	is_priority(100, true, "reverse: one with quorum is a fault");
}

static void test_weight(void)
{
	struct config_vrrp_track tracks[] = {
		{ .kind = VRRP_TRACK_SCRIPT, .index = 0, .weight = 20 },
		{ .kind = VRRP_TRACK_PROCESS, .index = 0, .weight = -30 },
		{ .kind = VRRP_TRACK_SCRIPT, .index = 0, .weight = 20,
		  .reverse = true },
		{ .kind = VRRP_TRACK_SERVICE, .index = 0, .weight = -200 },
	};

	begin(tracks, 2);
	is_priority(100, false, "nothing is known");
	say(TRACKED_SCRIPT, 0, 0);
	is_priority(120, false, "a positive weight counts while up");
	say(TRACKED_PROCESS, 0, 1);
	is_priority(120, false, "a negative one does not");
	say(TRACKED_PROCESS, 0, 0);
	is_priority(90, false, "but while down");
	say(TRACKED_SCRIPT, 0, 1);
	is_priority(70, false, "when a positive one does not");

	begin(tracks + 2, 1);
	say(TRACKED_SCRIPT, 0, 0);
	is_priority(80, false, "reverse: up takes");

	begin(tracks + 3, 1);
	say(TRACKED_SERVICE, 0, 0);
	is_priority(1, false, "never below 1");
	instance.priority = VRRP_PRIORITY_OWNER;
	is_priority(255, true, "an owner has no weights: down is a fault");
}

static void test_file(void)
{
	struct config_vrrp_track tracks[] = {
		{ .kind = VRRP_TRACK_FILE, .index = 0, .weight = 2 },
		{ .kind = VRRP_TRACK_FILE, .index = 0 },
	};

	begin(tracks, 1);
	say(TRACKED_FILE, 0, 10);
	is_priority(120, false, "a file's number times the weight");
	say(TRACKED_FILE, 0, -10);
	is_priority(80, false, "a negative number");
	say(TRACKED_FILE, 0, 2000000000);
	is_priority(254, false, "never above 254");
	say(TRACKED_FILE, 0, -127);
	is_priority(1, true, "so low that it is a fault");
	begin(tracks + 1, 1);
	say(TRACKED_FILE, 0, 0);
	is_priority(100, false, "without weight: 0 is good");
	say(TRACKED_FILE, 0, 1);
	is_priority(100, true, "all else is a fault");
}

static void test_group(void)
{
	struct config_vrrp_track own[] = {
		{ .kind = VRRP_TRACK_SCRIPT, .index = 0, .weight = -20 },
	};
	struct config_vrrp_track of_group[] = {
		{ .kind = VRRP_TRACK_SCRIPT, .index = 1, .weight = -5 },
	};

	begin(own, 1);
	instance.group = 0;
	groups[0].tracks = of_group;
	groups[0].track_count = 1;
	say(TRACKED_SCRIPT, 0, 0);
	say(TRACKED_SCRIPT, 1, 1);
	is_priority(95, false, "a group's weight");
	say(TRACKED_SCRIPT, 0, 1);
	is_priority(95, true, "a member's weight is none: down is a fault");
	groups[0].tracking_weight = true;
	is_priority(75, false, "but with sync_group_tracking_weight");
}

static void test_reload(void)
{
	struct config_script turned[2] = { { .name = "b" }, { .name = "a" } };
	struct config_vrrp_track tracks[] = {
		{ .kind = VRRP_TRACK_SCRIPT, .index = 0, .weight = -20 },
	};
	struct config after = config;

	begin(tracks, 1);
	say(TRACKED_SCRIPT, 1, 1);
	is_priority(100, false, "b is down");
	after.scripts = turned;
	vrrp_track_configure(&config, &after);
	vrrp.config = &after;
	is_priority(80, false, "and is so in another place after a reload");
}

int main(void)
{
	test_fault();
	test_weight();
	test_file();
	test_group();
	test_reload();
	return tap_end();
}
