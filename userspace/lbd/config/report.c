// SPDX-License-Identifier: GPL-2.0
/* What is wrong with a configuration, and where */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "../log.h"
#include "bind.h"

static void say(struct config_report *report, enum log_level level,
		const struct config_origin *origin, const char *format,
		va_list ap)
{
	const char *what = level == LOG_LEVEL_WARNING ? "warning: " : "";
	char text[1024], where[512];

	vsnprintf(text, sizeof(text), format, ap);
	if (origin->line)
		snprintf(where, sizeof(where), "%s:%u", origin->file,
			 origin->line);
	else
		snprintf(where, sizeof(where), "%s", origin->file);
	if (report->stream)
		fprintf(report->stream, "%s: %s%s\n", where, what, text);
	else
		log_say(level, "%s: %s", where, text);
}

/**
 * config_error() - say why a configuration cannot be used
 * @report: counts it
 * @origin: where; line 0: of the whole file
 * @format: the text, without newline
 *
 * Return: -EINVAL.
 */
int config_error(struct config_report *report,
		 const struct config_origin *origin, const char *format, ...)
{
	va_list ap;

	report->errors++;
	va_start(ap, format);
	say(report, LOG_LEVEL_ERROR, origin, format, ap);
	va_end(ap);
	return -EINVAL;
}

/**
 * config_warning() - say what is not as somebody may think
 * @report: counts it
 * @origin: where
 * @format: the text, without newline
 */
void config_warning(struct config_report *report,
		    const struct config_origin *origin, const char *format, ...)
{
	va_list ap;

	report->warnings++;
	if (report->quiet)
		return;
	va_start(ap, format);
	say(report, LOG_LEVEL_WARNING, origin, format, ap);
	va_end(ap);
}

/**
 * config_no_memory() - the same for each allocation that fails
 * @context: where words are bound
 * @node: the line that needed it
 *
 * Return: -ENOMEM.
 */
int config_no_memory(struct config_context *context,
		     const struct config_node *node)
{
	config_error(context->report, &node->origin, "out of memory");
	return -ENOMEM;
}
