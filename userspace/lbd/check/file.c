// SPDX-License-Identifier: GPL-2.0
/* FILE_CHECK: a number in a file, which control watches */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "checker.h"

/**
 * struct file_options - config_check.options of checker_file
 * @file: name of the track_file
 * @dynamic: the number moves the weight
 * @weight: what the number is multiplied by; 0: it is 0 or the backend is down
 * @weight_given: otherwise @weight is that of the track_file
 */
struct file_options {
	const char *file;
	bool dynamic;
	int weight;
	bool weight_given;
};

static int take_weight(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct file_options *options = object;
	char *end = NULL;
	long weight = 0;

	if (node->count >= 1) {
		errno = 0;
		weight = strtol(node->argument[0], &end, 10);
	}
	if (!end || end == node->argument[0] || *end || errno ||
	    weight > INT_MAX || weight < -INT_MAX)
		return config_error(context->report, &node->origin,
				    "weight takes a number from -%d to %d",
				    INT_MAX, INT_MAX);
	if (node->count > 2 ||
	    (node->count == 2 && strcmp(node->argument[1], "reverse") &&
	     strcmp(node->argument[1], "noreverse")))
		return config_error(context->report, &node->origin,
				    "after the weight only reverse or noreverse may stand");
	if (node->count == 2 && !strcmp(node->argument[1], "reverse"))
		weight = -weight;
	options->weight = weight;
	options->weight_given = true;
	return 0;
}

static const struct config_word words[] = {
	{ "track_file", CONFIG_STRING, .offset = offsetof(struct file_options, file) },
	{ "dynamic", CONFIG_SWITCH, .offset = offsetof(struct file_options, dynamic) },
	{ "weight", CONFIG_CALL, .fn = take_weight },
	{ 0 }
};

static const struct config_file *find(const struct config *config,
				      const char *name)
{
	size_t i;

	for (i = 0; i < config->file_count; i++) {
		if (!strcmp(config->files[i].name, name))
			return &config->files[i];
	}
	return NULL;
}

static int settle(struct config_context *context,
		  const struct config_node *node, struct config_check *check)
{
	struct file_options *options = check->options;
	const struct config_file *file;

	if (!options->file)
		return config_error(context->report, &node->origin,
				    "FILE_CHECK has no track_file");
	file = find(context->config, options->file);
	if (!file)
		return config_error(context->report, &node->origin,
				    "there is no track_file %s", options->file);
	if (!options->weight_given)
		options->weight = file->reverse ? -file->weight : file->weight;
	return 0;
}

static void weigh(struct probe *probe, const struct file_options *options,
		  int value)
{
	struct verdict verdict = VERDICT_PASSED;
	int64_t add = (int64_t)value * options->weight;

	if (add <= INT_MIN) {
		probe_done(probe, &VERDICT_FAILED, "file %s says %d",
			   options->file, value);
		return;
	}
	if (options->dynamic)
		verdict.weight_add = add > INT_MAX ? INT_MAX : add;
	probe_done(probe, &verdict, "file %s says %d", options->file, value);
}

static void file_start(struct probe *probe)
{
	const struct file_options *options = probe_check(probe)->options;
	int value;

	/* Control will say it; then the engine starts the probe again. */
	if (!probe_file(probe, options->file, &value))
		return;
	if (!options->weight && value)
		probe_done(probe, &VERDICT_FAILED, "file %s says %d",
			   options->file, value);
	else
		weigh(probe, options, value);
}

const struct checker checker_file = {
	.keyword = "FILE_CHECK",
	.words = words,
	.options_size = sizeof(struct file_options),
	.settle = settle,
	.start = file_start,
};
