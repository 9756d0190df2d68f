// SPDX-License-Identifier: GPL-2.0
/* metrics { }, and who may ask lbd */
#include <errno.h>
#include <string.h>

#include "config.h"
#include "section.h"

/* listen ADDRESS:PORT */
static int take_listen(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_metrics *metrics = object;
	const char *text, *why;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	if (nflb_endpoint_parse(text, &metrics->address, &metrics->port, &why))
		return config_error(context->report, &node->origin,
				    "listen '%s': %s", text, why);
	if (!metrics->port)
		return config_error(context->report, &node->origin,
				    "listen '%s': a port is missing", text);
	config_end_arguments(context, node, 1);
	return 0;
}

static const struct config_word metrics_words[] = {
	{ "listen", CONFIG_CALL, .fn = take_listen },
	{ }
};

static int take_metrics(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct config_metrics *metrics = &((struct config *)object)->metrics;
	int err;

	if (metrics->enabled)
		return config_error(context->report, &node->origin,
				    "metrics: there is such a block already, at %s:%u",
				    metrics->origin.file, metrics->origin.line);
	metrics->enabled = true;
	metrics->origin = node->origin;
	err = config_bind(context, node->block, metrics_words, metrics);
	if (!err && !metrics->port)
		err = config_error(context->report, &node->origin,
				   "metrics: 'listen ADDRESS:PORT' is missing");
	return err;
}

static const struct config_word words[] = {
	{ "metrics", CONFIG_CALL, .fn = take_metrics },
	{ }
};

static const struct config_word globals[] = {
	{ "control_group", CONFIG_STRING,
	  .offset = offsetof(struct config_globals, control_group) },
	{ }
};

static void describe(const struct config *config, FILE *stream)
{
	const struct config_metrics *metrics = &config->metrics;
	char text[NFLB_ENDPOINT_LEN];

	if (!metrics->enabled)
		return;
	nflb_endpoint_format(&metrics->address, metrics->port, text);
	fprintf(stream, "metrics: http://%s/metrics\n", text);
}

const struct config_section config_section_metrics = {
	.words = words,
	.globals = globals,
	.describe = describe,
};
