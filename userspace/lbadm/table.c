// SPDX-License-Identifier: GPL-2.0
/* Text in columns that are as wide as their widest cell */
#include <err.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* The width of the terminal has no part in this: output is also for pipes. */
static void add(struct table *table, char *text)
{
	size_t count = table->count;

	if (!(count & (count - 1))) {
		table->cells = reallocarray(table->cells, count ? count * 2 : 1,
					    sizeof(*table->cells));
		if (!table->cells)
			err(1, "out of memory");
	}
	table->cells[table->count++] = text;
}

__attribute__((format(printf, 1, 0)))
static char *format_text(const char *format, va_list ap)
{
	char *text;

	if (vasprintf(&text, format, ap) < 0)
		err(1, "out of memory");
	return text;
}

/**
 * table_begin() - begin a table
 * @table: the table
 * @align: a letter per column: 'l' or 'r'
 */
void table_begin(struct table *table, const char *align)
{
	*table = (struct table){ .align = align, .columns = strlen(align) };
}

/**
 * table_cell() - add the next cell of a row
 * @table: the table
 * @format: as printf()
 */
void table_cell(struct table *table, const char *format, ...)
{
	size_t column = table->count % table->columns;
	size_t len;
	va_list ap;

	va_start(ap, format);
	add(table, format_text(format, ap));
	va_end(ap);
	len = strlen(table->cells[table->count - 1]);
	if (len > table->width[column])
		table->width[column] = len;
}

/**
 * table_skip() - leave the last cell of a row empty
 * @table: the table
 */
void table_skip(struct table *table)
{
	add(table, NULL);
}

/**
 * table_line() - add a row that is one text across all columns
 * @table: the table
 * @format: as printf()
 */
void table_line(struct table *table, const char *format, ...)
{
	va_list ap;
	size_t i;

	va_start(ap, format);
	add(table, format_text(format, ap));
	va_end(ap);
	for (i = 1; i < table->columns; i++)
		add(table, NULL);
}

/* The last cell of a row is not padded: no spaces at the end of a line. */
static void print_row(const struct table *table, char *const *row, FILE *stream)
{
	size_t i;

	for (i = 0; i < table->columns && row[i]; i++) {
		bool last = i + 1 == table->columns || !row[i + 1];
		int width = (int)table->width[i];

		if (i)
			fputs("  ", stream);
		if (table->align[i] == 'r')
			fprintf(stream, "%*s", width, row[i]);
		else
			fprintf(stream, "%-*s", last ? 0 : width, row[i]);
	}
	putc('\n', stream);
}

/**
 * table_end() - print a table and give back its memory
 * @table: the table
 * @stream: where to
 */
void table_end(struct table *table, FILE *stream)
{
	size_t i;

	for (i = 0; i < table->count; i += table->columns)
		print_row(table, &table->cells[i], stream);
	for (i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
}
