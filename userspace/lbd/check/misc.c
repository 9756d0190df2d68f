// SPDX-License-Identifier: GPL-2.0
/* MISC_CHECK: a program finds out */
#include <errno.h>
#include <string.h>

#include "misc.h"

static int take_user(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct misc_options *options = object;

	if (node->count < 1 || node->count > 2)
		return config_error(context->report, &node->origin,
				    "user takes a user and perhaps a group");
	options->command.user = node->argument[0];
	options->command.group = node->count > 1 ? node->argument[1] : NULL;
	return 0;
}

static const struct config_word words[] = {
	{ "misc_path", CONFIG_COMMAND, .offset = offsetof(struct misc_options, command) },
	{ "misc_timeout", CONFIG_TIME, .offset = offsetof(struct misc_options, timeout),
	  .min = 1000, .max = 86400000000ULL },
	{ "misc_dynamic", CONFIG_SWITCH,
	  .offset = offsetof(struct misc_options, dynamic) },
	{ "user", CONFIG_CALL, .fn = take_user },
	{ 0 }
};

static int settle(struct config_context *context,
		  const struct config_node *node, struct config_check *check)
{
	struct misc_options *options = check->options;

	if (!options->command.argv)
		return config_error(context->report, &node->origin,
				    "MISC_CHECK has no misc_path");
	check->timeout = options->timeout ? options->timeout : check->delay;
	return 0;
}

static void ended(struct probe *probe, int code)
{
	const struct misc_options *options = probe_check(probe)->options;
	struct verdict verdict = VERDICT_PASSED;

	if (code == -2) {
		probe_done(probe, &VERDICT_FAILED, "script took too long");
	} else if (code < 0) {
		probe_done(probe, &VERDICT_FAILED,
			   "script was killed or did not start");
	} else if (!code || (options->dynamic && code > 1)) {
		if (code)
			verdict.weight = code - 2;
		probe_done(probe, &verdict, "script: exit code %d", code);
	} else {
		probe_done(probe, &VERDICT_FAILED, "script: exit code %d",
			   code);
	}
}

static void misc_start(struct probe *probe)
{
	int err = probe_run_script(probe, ended);

	if (err)
		probe_done(probe, &VERDICT_FAILED, "script: %s",
			   strerror(-err));
}

const struct checker checker_misc = {
	.keyword = "MISC_CHECK",
	.words = words,
	.options_size = sizeof(struct misc_options),
	.delay_before_retry = 1000000,
	.settle = settle,
	.start = misc_start,
};
