/* SPDX-License-Identifier: GPL-2.0 */
/* A page of metrics in the text format of OpenMetrics 1.0 */
#ifndef _LBD_METRICS_PAGE_H
#define _LBD_METRICS_PAGE_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include <nflb/nflb.h>

#define PAGE_TYPE \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

/* What there is to tell. */
struct page_input {
	const struct nflb_config *config;	/* of the kernel; NULL: not read */
	const struct nflb_totals *totals;
	const json_t *status;			/* of lbd; NULL: not known */
};

int page_write(const struct page_input *input, FILE *stream);

/* family.c: samples of a family stand together, below its name */
enum family_type {
	FAMILY_COUNTER,
	FAMILY_GAUGE,
	FAMILY_INFO,
	FAMILY_STATESET,
	FAMILY_HISTOGRAM,
};

/* A label; the last one of a list has no name. */
struct label {
	const char *name;
	const char *value;
};

void family_begin(FILE *stream, const char *name, enum family_type type,
		  const char *help);
void family_sample(FILE *stream, const char *name, const char *suffix,
		   const struct label *labels, uint64_t value);
void family_sample_real(FILE *stream, const char *name, const char *suffix,
			const struct label *labels, double value);

/* page_status.c: labels are those of the kernel, so that both can be joined */
#define PAGE_NAME	(NFLB_ENDPOINT_LEN + 1)
const char *page_text(const json_t *object, const char *member);
const char *page_service_label(const json_t *service);
const char *page_backend_label(const json_t *backend, char text[PAGE_NAME]);

/* page_kernel.c, page_status.c */
void page_kernel(const struct nflb_config *config, FILE *stream);
void page_totals(const struct nflb_totals *totals, FILE *stream);
void page_status(const json_t *status, FILE *stream);
void page_checks(const json_t *status, FILE *stream);

#endif /* _LBD_METRICS_PAGE_H */
