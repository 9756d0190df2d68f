/* SPDX-License-Identifier: GPL-2.0 */
/* Text in columns that are as wide as their widest cell */
#ifndef _LBADM_TABLE_H
#define _LBADM_TABLE_H

#include <stdio.h>

#define TABLE_COLUMNS	12

/**
 * struct table - rows of cells
 * @align: a letter per column: 'l' or 'r'
 * @width: of each column, up to now
 * @cells: all rows one after the other; a row that is a line has its text in
 *	the first cell and NULL in the second
 * @count: number of cells
 */
struct table {
	const char *align;
	size_t columns;
	size_t width[TABLE_COLUMNS];
	char **cells;
	size_t count;
};

void table_begin(struct table *table, const char *align);
__attribute__((format(printf, 2, 3)))
void table_cell(struct table *table, const char *format, ...);
__attribute__((format(printf, 2, 3)))
void table_line(struct table *table, const char *format, ...);
void table_skip(struct table *table);
void table_end(struct table *table, FILE *stream);

#endif /* _LBADM_TABLE_H */
