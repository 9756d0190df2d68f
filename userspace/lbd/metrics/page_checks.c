// SPDX-License-Identifier: GPL-2.0
/* Checks, with histograms of how long their probes took */
#include <string.h>

#include "page.h"

static json_int_t number_of(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

static const json_t *element(const json_t *array, json_int_t index)
{
	return index < 0 ? NULL : json_array_get(array, (size_t)index);
}

/* What tells a check from others, and one label more. */
struct check_labels {
	char number[24];
	char backend[PAGE_NAME];
	struct label label[6];
};

static void label_check(struct check_labels *labels, const json_t *status,
			const json_t *check, const char *more,
			const char *value)
{
	const json_t *service = element(json_object_get(status, "services"),
					number_of(check, "service"));
	const json_t *backend = element(json_object_get(service, "backends"),
					number_of(check, "backend"));

	snprintf(labels->number, sizeof(labels->number), "%jd",
		 (intmax_t)number_of(check, "check"));
	labels->label[0] = (struct label){
		"service", page_service_label(service),
	};
	labels->label[1] = (struct label){
		"backend", page_backend_label(backend, labels->backend),
	};
	labels->label[2] = (struct label){ "type", page_text(check, "type") };
	labels->label[3] = (struct label){ "check", labels->number };
	labels->label[4] = (struct label){ more, value };
	labels->label[5] = (struct label){ 0 };
}

static void health(const json_t *status, const json_t *checks, FILE *stream)
{
	static const char *const names[] = { "unknown", "up", "down", "drain" };
	struct check_labels labels;
	json_t *check;
	size_t i, k;

	family_begin(stream, "lbd_check_health", FAMILY_STATESET,
		     "What a check says");
	json_array_foreach(checks, i, check)
		for (k = 0; k < sizeof(names) / sizeof(*names); k++) {
			label_check(&labels, status, check, "lbd_check_health",
				    names[k]);
			family_sample(stream, "lbd_check_health", "",
				      labels.label,
				      !strcmp(page_text(check, "health"),
					      names[k]));
		}
}

static void probes(const json_t *status, const json_t *checks, FILE *stream)
{
	static const char *const results[] = { "passed", "failed" };
	struct check_labels labels;
	json_t *check;
	size_t i, k;

	family_begin(stream, "lbd_check_probes", FAMILY_COUNTER,
		     "Probes of a check, by how they ended");
	json_array_foreach(checks, i, check)
		for (k = 0; k < sizeof(results) / sizeof(*results); k++) {
			label_check(&labels, status, check, "result",
				    results[k]);
			family_sample(stream, "lbd_check_probes", "_total",
				      labels.label,
				      (uint64_t)number_of(check, results[k]));
		}
}

/* Buckets of the engine count apart, those of OpenMetrics all below. */
static void histogram(const json_t *status, const json_t *bounds,
		      const json_t *check, FILE *stream)
{
	const json_t *buckets = json_object_get(check, "latency");
	const size_t count = json_array_size(bounds);
	struct check_labels labels;
	uint64_t below = 0;
	char bound[32];
	size_t i;

	for (i = 0; i <= count; i++) {
		below += (uint64_t)json_integer_value(json_array_get(buckets, i));
		if (i < count)
			snprintf(bound, sizeof(bound), "%.9g",
				 json_number_value(json_array_get(bounds, i)) /
				 1e6);
		else
			strcpy(bound, "+Inf");
		if (i < count && !strpbrk(bound, ".e"))
			strcat(bound, ".0");
		label_check(&labels, status, check, "le", bound);
		family_sample(stream, "lbd_check_duration_seconds", "_bucket",
			      labels.label, below);
	}
	label_check(&labels, status, check, NULL, NULL);
	family_sample(stream, "lbd_check_duration_seconds", "_count",
		      labels.label, below);
	family_sample_real(stream, "lbd_check_duration_seconds", "_sum",
			   labels.label,
			   (double)number_of(check, "latency_sum") / 1e6);
}

static void gauge(const json_t *checkers, const char *member, const char *name,
		  const char *help, FILE *stream)
{
	family_begin(stream, name, FAMILY_GAUGE, help);
	family_sample(stream, name, "", NULL,
		      (uint64_t)number_of(checkers, member));
}

/**
 * page_checks() - write what the checkers know
 * @status: the answer to a request for the status
 * @stream: where to
 */
void page_checks(const json_t *status, FILE *stream)
{
	const json_t *checkers = json_object_get(status, "checkers");
	const json_t *checks = json_object_get(checkers, "checks");
	json_t *check;
	size_t i;

	if (!checkers)
		return;
	gauge(checkers, "probes", "lbd_probes",
	      "Probes; several checks may share one", stream);
	gauge(checkers, "under_way", "lbd_probes_running",
	      "Probes that are under way", stream);
	health(status, checks, stream);
	probes(status, checks, stream);
	family_begin(stream, "lbd_check_duration_seconds", FAMILY_HISTOGRAM,
		     "How long probes of a check took");
	json_array_foreach(checks, i, check)
		histogram(status, json_object_get(checkers, "latency_bounds"),
			  check, stream);
}
