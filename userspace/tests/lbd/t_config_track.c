// SPDX-License-Identifier: GPL-2.0
/* Words of vrrp_script, track_file, vrrp_track_process and metrics */
#include <stdlib.h>

#include "../../lbd/config/config.h"
#include "../tap.h"

static char said[4096];

static struct config *parse(const char *text)
{
	struct config_report report = { 0 };
	struct config *config = NULL;
	char *lines = NULL;
	size_t length;

	report.stream = open_memstream(&lines, &length);
	if (config_parse(text, strlen(text), &report, &config))
		config = NULL;
	fclose(report.stream);
	snprintf(said, sizeof(said), "%s", lines);
	free(lines);
	return config;
}

static void good(const char *text, struct config **config)
{
	*config = parse(text);
	if (!ok(*config, "good: %.*s", (int)strcspn(text, "\n"), text)) {
		printf("# %s\n", said);
		exit(tap_end());
	}
}

static void bad(const char *text, const char *why)
{
	struct config *config = parse(text);

	if (!ok(!config && strstr(said, why), "%.*s ...: %s",
		(int)strcspn(text, "\n"), text, why))
		printf("# said: %s\n", said);
	if (config)
		config_free(config);
}

static void test_script(void)
{
	struct config *config;
	const struct config_script *script;

	good("vrrp_script a {\nscript \"/bin/x 'a b' c\"\n}\n"
	     "vrrp_script b {\nuser root\nscript /bin/y\ninterval 2.5\ntimeout 1\n"
	     "weight -20 reverse\nrise 2\nfall 3\ninit_fail\n}\n", &config);
	script = &config->scripts[0];
	is_number(config->script_count, 2, "two scripts");
	is_text(script->command.argv[1], "a b", "an argument with a space");
	is_number(script->interval, 1000000, "interval 1 s");
	is_number(script->timeout, 1000000, "timeout as interval");
	is_number(script->rise + script->fall, 2, "rise and fall 1");
	ok(!script->weight && !script->init_fail && !script->command.user,
	   "no weight, no init_fail, no user");
	script = &config->scripts[1];
	is_number(script->interval, 2500000, "a fraction of a second");
	is_number(script->timeout, 1000000, "timeout");
	ok(script->weight == -20 && script->reverse && script->init_fail &&
	   script->rise == 2 && script->fall == 3, "the other words");
	is_text(script->command.user, "root", "a user before the script");
	ok(config_find_script(config, "b") == 1 &&
	   config_find_script(config, "c") == -1, "they are found by name");
	config_free(config);
	good("vrrp_script a {\ninterval 1\n}\n", &config);
	ok(config && !config->script_count && config_is_left_out(config, "a"),
	   "one without a script is left out");
	config_free(config);
	bad("vrrp_script a {\nscript /x\n}\nvrrp_script a {\nscript /x\n}\n",
	    "already");
	bad("vrrp_script {\nscript /x\n}\n", "one name");
	bad("vrrp_script a {\nscript /x\nweight 255\n}\n", "-253 to 253");
	bad("vrrp_script a {\nscript /x\nweight five\n}\n", "no number");
	bad("vrrp_script a {\nscript /x\nweight 5 often\n}\n", "reverse");
	bad("vrrp_script a {\nscript /x\nrise 0\n}\n", "rise");
	bad("vrrp_script a {\nscript /x\nuser\n}\n", "user");
	bad("vrrp_script a {\nscript /x\nintervall 1\n}\n", "interval");
}

static void test_file(void)
{
	struct config *config;

	good("track_file a {\nfile /tmp/a\n}\nvrrp_track_file b {\nfile \"/tmp/b c\"\n"
	     "weight -3 reverse\ninit_file 7 overwrite\n}\n", &config);
	ok(config->files[0].weight == 1 && !config->files[0].init,
	   "weight 1, no init_file");
	is_text(config->files[1].path, "/tmp/b c", "a path with a space");
	ok(config->files[1].weight == -3 && config->files[1].reverse &&
	   config->files[1].init && config->files[1].overwrite &&
	   config->files[1].init_value == 7, "the other words");
	ok(config_find_file(config, "b") == 1, "found by name");
	config_free(config);
	bad("track_file a {\n}\n", "'file' is missing");
	bad("track_file a {\nfile a\n}\n", "absolute");
	bad("track_file a {\nfile /a\ninit_file x\n}\n", "no number");
}

static void test_process(void)
{
	struct config *config;
	const struct config_process *process;

	good("vrrp_track_process a {\nprocess nginx\n}\n"
	     "track_process b {\nprocess \"/usr/bin/a b\" -x \"y z\"\n"
	     "param_match initial\nquorum 2\nquorum_max 4\ndelay 1.5\n"
	     "full_command\nweight -10\n}\n"
	     "track_process c {\nprocess x\nparam_match partial\nquorum_max 0\n}\n",
	     &config);
	process = &config->processes[0];
	ok(process->match == PARAM_ANY && process->quorum == 1 &&
	   process->quorum_max == UINT32_MAX && process->weight == 1,
	   "defaults");
	process = &config->processes[1];
	is_text(process->parameters[1], "y z", "a parameter with a space");
	ok(process->match == PARAM_INITIAL && process->parameter_count == 2 &&
	   process->fork_delay == 1500000 &&
	   process->terminate_delay == 1500000 && process->full_command,
	   "the other words");
	process = &config->processes[2];
	ok(process->match == PARAM_EXACT && !process->quorum &&
	   !process->quorum_max, "no parameters, and none may run");
	config_free(config);
	bad("track_process a {\n}\n", "'process' is missing");
	bad("track_process a {\nprocess x\nquorum 3\nquorum_max 2\n}\n",
	    "less than quorum");
	bad("track_process a {\nprocess x\nparam_match exact\n}\n", "initial");
}

static void test_metrics(void)
{
	struct config *config;

	good("global_defs {\ncontrol_group adm\n}\nmetrics {\nlisten [::1]:9400\n}\n",
	     &config);
	ok(config->metrics.enabled && config->metrics.port == 9400 &&
	   config->metrics.address.family == AF_INET6, "where metrics are");
	is_text(config->globals.control_group, "adm", "control_group");
	config_free(config);
	bad("metrics {\n}\n", "listen");
	bad("metrics {\nlisten 127.0.0.1\n}\n", "port");
	bad("metrics {\nlisten 127.0.0:80\n}\n", "listen");
	bad("metrics {\nlisten 127.0.0.1:1\n}\nmetrics {\nlisten 127.0.0.1:2\n}\n",
	    "already");
}

int main(void)
{
	test_script();
	test_file();
	test_process();
	test_metrics();
	return tap_end();
}
