// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "section.h"

static int prepare(struct config_context *context)
{
	size_t i;
	int err;

	for (i = 0; i < CONFIG_SECTIONS; i++) {
		if (!config_sections[i]->prepare)
			continue;
		err = config_sections[i]->prepare(context);
		if (err)
			return err;
	}
	return 0;
}

static int bind_top(struct config_context *context,
		    const struct config_node *tree)
{
	struct config_set sets[CONFIG_SECTIONS];
	size_t i;
	int err;

	for (i = 0; i < CONFIG_SECTIONS; i++) {
		sets[i].words = config_sections[i]->words;
		sets[i].object = context->config;
	}
	err = config_bind_sets(context, tree, sets, i);
	return err == -ENOMEM ? err : config_run_later(context);
}

/* Names are resolved only where nothing is missing for want of a good line. */
static int settle(struct config_context *context)
{
	size_t i;
	int err = 0;

	for (i = 0; i < CONFIG_SECTIONS && err != -ENOMEM; i++) {
		if (config_sections[i]->settle)
			err = config_sections[i]->settle(context);
	}
	return err;
}

static int bind_tree(struct config *config, struct config_report *report)
{
	struct config_context context = {
		.config = config,
		.arena = config->arena,
		.report = report,
	};
	unsigned int errors = report->errors;
	int err;

	err = prepare(&context);
	if (!err)
		err = bind_top(&context, config->tree);
	if (!err && report->errors == errors)
		err = settle(&context);
	if (err == -ENOMEM)
		return err;
	return report->errors == errors ? 0 : -EINVAL;
}

/* Takes the arena, whatever comes of it. */
static int make(struct config_arena *arena, struct config_node *tree,
		struct config_report *report, struct config **config)
{
	struct config *made;
	int err;

	made = config_alloc(arena, sizeof(*made));
	if (!made) {
		config_arena_free(arena);
		return -ENOMEM;
	}
	made->arena = arena;
	made->tree = tree;
	err = bind_tree(made, report);
	if (err) {
		config_free(made);
		return err;
	}
	*config = made;
	return 0;
}

/**
 * config_read() - read a file, with all that it includes
 * @path: the file
 * @report: what is wrong
 * @config: the result, to be freed by config_free()
 *
 * Return: 0 or a negative errno.
 */
int config_read(const char *path, struct config_report *report,
		struct config **config)
{
	struct config_arena *arena = config_arena_new();
	struct config_node *tree;
	int err;

	if (!arena)
		return -ENOMEM;
	err = config_tree_read(path, arena, report, &tree);
	if (err) {
		config_arena_free(arena);
		return err;
	}
	return make(arena, tree, report, config);
}

/**
 * config_parse() - read what config_write() has written
 * @text: not ended by a NUL
 * @length: of @text
 * @report: what is wrong
 * @config: the result, to be freed by config_free()
 *
 * Return: 0 or a negative errno.
 */
int config_parse(const char *text, size_t length, struct config_report *report,
		 struct config **config)
{
	struct config_arena *arena = config_arena_new();
	struct config_node *tree;
	int err;

	if (!arena)
		return -ENOMEM;
	err = config_tree_parse(text, length, arena, report, &tree);
	if (err) {
		config_arena_free(arena);
		return err;
	}
	return make(arena, tree, report, config);
}

/**
 * config_write() - write a configuration as text, for config_parse()
 * @config: it
 * @stream: where to
 *
 * Return: 0 or -EIO.
 */
int config_write(const struct config *config, FILE *stream)
{
	config_tree_write(config->tree, stream);
	return ferror(stream) ? -EIO : 0;
}

/**
 * config_describe() - say what a configuration would do
 * @config: it
 * @stream: where to
 */
void config_describe(const struct config *config, FILE *stream)
{
	size_t i;

	for (i = 0; i < CONFIG_SECTIONS; i++) {
		if (config_sections[i]->describe)
			config_sections[i]->describe(config, stream);
	}
}

/**
 * config_free() - all of a configuration is gone
 * @config: may be NULL
 */
void config_free(struct config *config)
{
	if (config)
		config_arena_free(config->arena);
}
