// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <string.h>

#include "page.h"

static const char *const type_names[] = {
	[FAMILY_COUNTER] = "counter",
	[FAMILY_GAUGE] = "gauge",
	[FAMILY_INFO] = "info",
	[FAMILY_STATESET] = "stateset",
	[FAMILY_HISTOGRAM] = "histogram",
};

/**
 * family_begin() - write what stands above the samples of a family
 * @stream: where to
 * @name: of the family, without the suffix of samples
 * @type: what its samples are
 * @help: what it is, in one line
 */
void family_begin(FILE *stream, const char *name, enum family_type type,
		  const char *help)
{
	fprintf(stream, "# TYPE %s %s\n# HELP %s %s\n", name, type_names[type],
		name, help);
}

/* Names may come from a configuration: nothing in them may end a label. */
static void escaped(const char *text, FILE *stream)
{
	while (*text) {
		size_t plain = strcspn(text, "\\\"\n");

		fwrite(text, 1, plain, stream);
		text += plain;
		if (!*text)
			return;
		fputs(*text == '\n' ? "\\n" : *text == '"' ? "\\\"" : "\\\\",
		      stream);
		text++;
	}
}

static void begin_sample(FILE *stream, const char *name, const char *suffix,
			 const struct label *labels)
{
	const struct label *label;

	fputs(name, stream);
	fputs(suffix, stream);
	if (!labels || !labels->name)
		return;
	for (label = labels; label->name; label++) {
		putc(label == labels ? '{' : ',', stream);
		fputs(label->name, stream);
		fputs("=\"", stream);
		escaped(label->value, stream);
		putc('"', stream);
	}
	putc('}', stream);
}

/**
 * family_sample() - write a sample
 * @stream: where to
 * @name: of the family
 * @suffix: "_total" for a counter, and so on
 * @labels: end with one without name; NULL: none
 * @value: the value
 */
void family_sample(FILE *stream, const char *name, const char *suffix,
		   const struct label *labels, uint64_t value)
{
	begin_sample(stream, name, suffix, labels);
	fprintf(stream, " %ju\n", (uintmax_t)value);
}

/**
 * family_sample_real() - write a sample that need not be whole
 * @stream: where to
 * @name: of the family
 * @suffix: as of family_sample()
 * @labels: end with one without name; NULL: none
 * @value: the value
 */
void family_sample_real(FILE *stream, const char *name, const char *suffix,
			const struct label *labels, double value)
{
	begin_sample(stream, name, suffix, labels);
	fprintf(stream, " %.9g\n", value);
}
