// SPDX-License-Identifier: GPL-2.0
/* vrrp_script, track_file and vrrp_track_process */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "config.h"

#define SECOND		1000000ULL
#define WEIGHT_MAX	254

/* A number with a sign: "weight -20". */
static int take_int(struct config_context *context,
		    const struct config_node *node, unsigned int argument,
		    int min, int max, int *value)
{
	const char *text, *digits;
	uint64_t number;
	int64_t result;

	if (argument >= node->count)
		return config_error(context->report, &node->origin,
				    "%s: a number from %d to %d is missing",
				    node->word, min, max);
	text = node->argument[argument];
	digits = *text == '-' || *text == '+' ? text + 1 : text;
	if (nflb_number_parse(digits, &number) || number > INT_MAX)
		return config_error(context->report, &node->origin,
				    "%s: '%s' is no number from %d to %d",
				    node->word, text, min, max);
	result = *text == '-' ? -(int64_t)number : (int64_t)number;
	if (result < min || result > max)
		return config_error(context->report, &node->origin,
				    "%s: %s is not from %d to %d", node->word,
				    text, min, max);
	*value = (int)result;
	return 0;
}

/* weight N [reverse|noreverse] */
static int take_weight(struct config_context *context,
		       const struct config_node *node, int limit, int *weight,
		       bool *reverse)
{
	int err = take_int(context, node, 0, -limit, limit, weight);
	const char *word = node->count > 1 ? node->argument[1] : NULL;

	if (err)
		return err;
	*reverse = word && !strcmp(word, "reverse");
	if (node->count > 2 || (word && !*reverse &&
				strcmp(word, "noreverse") &&
				strcmp(word, "no_reverse")))
		return config_error(context->report, &node->origin,
				    "weight: only 'reverse' may follow the number");
	return 0;
}

/* The name and the block that such an object has. */
static int take_name(struct config_context *context,
		     const struct config_node *node, const char **name)
{
	if (node->count != 1)
		return config_error(context->report, &node->origin,
				    "%s: exactly one name must follow",
				    node->word);
	if (!node->has_block)
		return config_error(context->report, &node->origin,
				    "%s %s: a block in braces must follow",
				    node->word, node->argument[0]);
	*name = config_strdup(context->arena, node->argument[0]);
	return *name ? 0 : -ENOMEM;
}

static int exists_error(struct config_context *context,
			const struct config_node *node,
			const struct config_origin *other)
{
	return config_error(context->report, &node->origin,
			    "%s %s: there is one of that name already, at %s:%u",
			    node->word, node->argument[0], other->file,
			    other->line);
}

static int missing_error(struct config_context *context,
			 const struct config_node *node, const char *word)
{
	return config_error(context->report, &node->origin,
			    "%s %s: '%s' is missing", node->word,
			    node->argument[0], word);
}

/* vrrp_script */

static int script_program(struct config_context *context,
			  const struct config_node *node, void *object)
{
	struct config_script *script = object;
	struct config_command command = { 0 };
	int err = config_take_command(context, node, 0, &command);

	if (err)
		return err;
	script->command.argv = command.argv;
	if (command.user) {
		script->command.user = command.user;
		script->command.group = command.group;
	}
	return 0;
}

static int script_user(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_script *script = object;

	if (node->count < 1 || node->count > 2)
		return config_error(context->report, &node->origin,
				    "user: a user and perhaps a group must follow");
	script->command.user = config_strdup(context->arena,
					     node->argument[0]);
	script->command.group = NULL;
	if (node->count == 2)
		script->command.group = config_strdup(context->arena,
						      node->argument[1]);
	if (!script->command.user ||
	    (node->count == 2 && !script->command.group))
		return -ENOMEM;
	return 0;
}

static int script_weight(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct config_script *script = object;

	return take_weight(context, node, WEIGHT_MAX - 1, &script->weight,
			   &script->reverse);
}

#define AT(member)	.offset = offsetof(struct config_script, member)

static const struct config_word script_words[] = {
	{ "script", CONFIG_CALL, .fn = script_program },
	{ "interval", CONFIG_TIME, AT(interval), .min = SECOND / 100,
	  .max = 86400 * SECOND },
	{ "timeout", CONFIG_TIME, AT(timeout), .min = SECOND / 100,
	  .max = 86400 * SECOND },
	{ "weight", CONFIG_CALL, .fn = script_weight },
	{ "rise", CONFIG_UINT, AT(rise), .min = 1, .max = INT_MAX },
	{ "fall", CONFIG_UINT, AT(fall), .min = 1, .max = INT_MAX },
	{ "user", CONFIG_CALL, .fn = script_user },
	{ "init_fail", CONFIG_FLAG, AT(init_fail) },
	{ }
};

#undef AT

/* Its script may be in a condition that does not hold: see @cond. */
static int leave_out(struct config_context *context,
		     const struct config_node *node, const char *name)
{
	struct config *config = context->config;
	const char **slot;

	config_warning(context->report, &node->origin,
		       "vrrp_script %s has no script: it is left out", name);
	slot = config_grow(context->arena, &config->left_out,
			   config->left_out_count, sizeof(*slot));
	if (!slot)
		return config_no_memory(context, node);
	*slot = name;
	config->left_out_count++;
	return 0;
}

/**
 * config_is_left_out() - whether a vrrp_script is there but has no script
 * @config: while it is read
 * @name: of the vrrp_script
 *
 * Return: that.
 */
bool config_is_left_out(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->left_out_count; i++) {
		if (!strcmp(config->left_out[i], name))
			return true;
	}
	return false;
}

int config_find_script(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->script_count; i++) {
		if (!strcmp(config->scripts[i].name, name))
			return (int)i;
	}
	return -1;
}

/**
 * config_take_script() - read a vrrp_script
 * @context: where it goes to
 * @node: the line it begins with
 * @object: not looked at
 *
 * Return: 0 or a negative errno after config_error().
 */
int config_take_script(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_script script = {
		.origin = node->origin, .interval = SECOND, .rise = 1,
		.fall = 1,
	};
	struct config *config = context->config;
	struct config_script *slot;
	int err = take_name(context, node, &script.name);

	(void)object;
	if (err)
		return err;
	err = config_find_script(config, script.name);
	if (err >= 0)
		return exists_error(context, node, &config->scripts[err].origin);
	err = config_bind(context, node->block, script_words, &script);
	if (err)
		return err;
	if (!script.command.argv)
		return leave_out(context, node, script.name);
	if (!script.timeout)
		script.timeout = script.interval;
	slot = config_grow(context->arena, &config->scripts,
			   config->script_count, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	*slot = script;
	config->script_count++;
	return 0;
}

/* track_file */

static int file_weight(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_file *file = object;

	return take_weight(context, node, INT_MAX, &file->weight,
			   &file->reverse);
}

/* init_file [VALUE] [overwrite] */
static int file_init(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct config_file *file = object;
	unsigned int i;
	int err;

	file->init = true;
	for (i = 0; i < node->count; i++) {
		if (!strcmp(node->argument[i], "overwrite")) {
			file->overwrite = true;
			continue;
		}
		err = take_int(context, node, i, INT_MIN + 1, INT_MAX,
			       &file->init_value);
		if (err)
			return err;
	}
	return 0;
}

static const struct config_word file_words[] = {
	{ "file", CONFIG_STRING, .offset = offsetof(struct config_file, path) },
	{ "weight", CONFIG_CALL, .fn = file_weight },
	{ "init_file", CONFIG_CALL, .fn = file_init },
	{ }
};

int config_find_file(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->file_count; i++) {
		if (!strcmp(config->files[i].name, name))
			return (int)i;
	}
	return -1;
}

/**
 * config_take_file() - read a track_file or vrrp_track_file
 * @context: where it goes to
 * @node: the line it begins with
 * @object: not looked at
 *
 * Return: 0 or a negative errno after config_error().
 */
int config_take_file(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct config_file file = { .origin = node->origin, .weight = 1 };
	struct config *config = context->config;
	struct config_file *slot;
	int err = take_name(context, node, &file.name);

	(void)object;
	if (err)
		return err;
	err = config_find_file(config, file.name);
	if (err >= 0)
		return exists_error(context, node, &config->files[err].origin);
	err = config_bind(context, node->block, file_words, &file);
	if (err)
		return err;
	if (!file.path)
		return missing_error(context, node, "file");
	if (file.path[0] != '/')
		return config_error(context->report, &node->origin,
				    "track_file %s: '%s' is no absolute path",
				    file.name, file.path);
	slot = config_grow(context->arena, &config->files, config->file_count,
			   sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	*slot = file;
	config->file_count++;
	return 0;
}

/* vrrp_track_process */

/* A process while its block is read. */
struct process_block {
	struct config_process process;
	uint64_t delay;
	unsigned int given;
};

#define GIVEN_QUORUM	0x1
#define GIVEN_DELAY	0x2

static int process_program(struct config_context *context,
			   const struct config_node *node, void *object)
{
	struct config_process *process =
		&((struct process_block *)object)->process;
	unsigned int i;

	if (!node->count)
		return config_error(context->report, &node->origin,
				    "process: the name of a program is missing");
	process->process = config_strdup(context->arena, node->argument[0]);
	process->parameter_count = node->count - 1;
	process->parameters = config_alloc(context->arena, node->count *
					   sizeof(*process->parameters));
	if (!process->process || !process->parameters)
		return -ENOMEM;
	for (i = 1; i < node->count; i++) {
		process->parameters[i - 1] =
			config_strdup(context->arena, node->argument[i]);
		if (!process->parameters[i - 1])
			return -ENOMEM;
	}
	if (process->parameter_count && process->match == PARAM_ANY)
		process->match = PARAM_EXACT;
	return 0;
}

static int process_match(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct config_process *process =
		&((struct process_block *)object)->process;

	if (node->count == 1 && !strcmp(node->argument[0], "partial"))
		process->match = PARAM_PARTIAL;
	else if (node->count == 1 && !strcmp(node->argument[0], "initial"))
		process->match = PARAM_INITIAL;
	else
		return config_error(context->report, &node->origin,
				    "param_match: 'initial' or 'partial' must follow");
	return 0;
}

static int process_weight(struct config_context *context,
			  const struct config_node *node, void *object)
{
	struct config_process *process =
		&((struct process_block *)object)->process;

	return take_weight(context, node, WEIGHT_MAX, &process->weight,
			   &process->reverse);
}

#define AT(member)	.offset = offsetof(struct process_block, member)
#define GIVES(flag)	.given = offsetof(struct process_block, given), \
			.bit = (flag)

static const struct config_word process_words[] = {
	{ "process", CONFIG_CALL, .fn = process_program },
	{ "param_match", CONFIG_CALL, .fn = process_match },
	{ "weight", CONFIG_CALL, .fn = process_weight },
	{ "quorum", CONFIG_UINT, AT(process.quorum), .min = 1, .max = 65535,
	  GIVES(GIVEN_QUORUM) },
	{ "quorum_max", CONFIG_UINT, AT(process.quorum_max), .min = 0,
	  .max = 65535 },
	{ "fork_delay", CONFIG_TIME, AT(process.fork_delay), .min = 0,
	  .max = 3600 * SECOND },
	{ "terminate_delay", CONFIG_TIME, AT(process.terminate_delay),
	  .min = 0, .max = 3600 * SECOND },
	{ "delay", CONFIG_TIME, AT(delay), .min = 0, .max = 3600 * SECOND,
	  GIVES(GIVEN_DELAY) },
	{ "full_command", CONFIG_FLAG, AT(process.full_command) },
	{ }
};

#undef AT
#undef GIVES

int config_find_process(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->process_count; i++) {
		if (!strcmp(config->processes[i].name, name))
			return (int)i;
	}
	return -1;
}

static int settle_process(struct config_context *context,
			  const struct config_node *node,
			  struct process_block *block)
{
	struct config_process *process = &block->process;

	if (!process->process)
		return missing_error(context, node, "process");
	/* A param_match without parameters: the process must have none. */
	if (process->match != PARAM_ANY && !process->parameter_count)
		process->match = PARAM_EXACT;
	if (block->given & GIVEN_DELAY) {
		process->fork_delay = block->delay;
		process->terminate_delay = block->delay;
	}
	if (!process->quorum_max && !(block->given & GIVEN_QUORUM))
		process->quorum = 0;
	if (process->quorum_max < process->quorum)
		return config_error(context->report, &node->origin,
				    "%s %s: quorum_max %u is less than quorum %u",
				    node->word, process->name,
				    process->quorum_max, process->quorum);
	return 0;
}

/**
 * config_take_process() - read a track_process or vrrp_track_process
 * @context: where it goes to
 * @node: the line it begins with
 * @object: not looked at
 *
 * Return: 0 or a negative errno after config_error().
 */
int config_take_process(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct process_block block = {
		.process = {
			.origin = node->origin, .weight = 1, .quorum = 1,
			.quorum_max = UINT32_MAX,
		},
	};
	struct config *config = context->config;
	struct config_process *slot;
	int err = take_name(context, node, &block.process.name);

	(void)object;
	if (err)
		return err;
	err = config_find_process(config, block.process.name);
	if (err >= 0)
		return exists_error(context, node, &config->processes[err].origin);
	err = config_bind(context, node->block, process_words, &block);
	if (!err)
		err = settle_process(context, node, &block);
	if (err)
		return err;
	slot = config_grow(context->arena, &config->processes,
			   config->process_count, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	*slot = block.process;
	config->process_count++;
	return 0;
}
