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

/* What tells a check from others, and room for one label more. */
struct check_labels {
	char number[24];
	char backend[PAGE_NAME];
	struct label label[6];
};

static void label_check(struct check_labels *labels, const json_t *status,
			const json_t *check)
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
	labels->label[4] = (struct label){ 0 };
	labels->label[5] = (struct label){ 0 };
}

/* Calls @fn with the labels of each check. */
static void each_check(const json_t *status, const json_t *checks,
		       void (*fn)(struct check_labels *labels,
				  const json_t *check, FILE *stream),
		       FILE *stream)
{
	struct check_labels labels;
	json_t *check;
	size_t i;

	json_array_foreach(checks, i, check) {
		label_check(&labels, status, check);
		fn(&labels, check, stream);
	}
}

static void health_sample(struct check_labels *labels, const json_t *check,
			  FILE *stream)
{
	family_sample(stream, "lbd_check_up", "", labels->label,
		      !strcmp(page_text(check, "health"), "up"));
}

static void probe_samples(struct check_labels *labels, const json_t *check,
			  FILE *stream)
{
	static const char *const results[] = { "passed", "failed" };
	size_t i;

	for (i = 0; i < sizeof(results) / sizeof(*results); i++) {
		labels->label[4] = (struct label){ "result", results[i] };
		family_sample(stream, "lbd_check_probes", "_total",
			      labels->label,
			      (uint64_t)number_of(check, results[i]));
	}
}

static void time_sample(struct check_labels *labels, const json_t *check,
			FILE *stream)
{
	family_sample_real(stream, "lbd_check_last_seconds", "", labels->label,
			   (double)number_of(check, "response_time") / 1e6);
}

static void samples_of_checks(const json_t *status, const json_t *checks,
			      FILE *stream)
{
	family_begin(stream, "lbd_check_up", FAMILY_GAUGE,
		     "1 if a check says that its real server is up");
	each_check(status, checks, health_sample, stream);
	family_begin(stream, "lbd_check_probes", FAMILY_COUNTER,
		     "Probes of a check, by how they ended");
	each_check(status, checks, probe_samples, stream);
	family_begin(stream, "lbd_check_last_seconds", FAMILY_GAUGE,
		     "How long the last probe of a check took");
	each_check(status, checks, time_sample, stream);
}

static void add_to(json_t *sum, json_int_t more)
{
	json_integer_set(sum, json_integer_value(sum) + more);
}

/* Of all checks of one type in a virtual server; made at the first one. */
static json_t *sum_for(json_t *sums, const json_t *check, size_t buckets)
{
	const char *type = page_text(check, "type");
	json_t *sum, *list;
	char key[64];

	snprintf(key, sizeof(key), "%jd %s",
		 (intmax_t)number_of(check, "service"), type);
	sum = json_object_get(sums, key);
	if (sum)
		return sum;
	list = json_array();
	while (list && json_array_size(list) < buckets &&
	       !json_array_append_new(list, json_integer(0)))
		;
	sum = json_pack("{s:I, s:s, s:i, s:o}", "service",
			number_of(check, "service"), "type", type,
			"sum", 0, "buckets", list);
	return json_object_set_new(sums, key, sum) ? NULL : sum;
}

static json_t *sum_up(const json_t *checks, size_t buckets)
{
	json_t *sums = json_object(), *check, *sum;
	size_t i, k;

	json_array_foreach(checks, i, check) {
		const json_t *latency = json_object_get(check, "latency");

		sum = sum_for(sums, check, buckets);
		add_to(json_object_get(sum, "sum"),
		       number_of(check, "latency_sum"));
		for (k = 0; k < buckets; k++)
			add_to(json_array_get(json_object_get(sum, "buckets"),
					      k),
			       json_integer_value(json_array_get(latency, k)));
	}
	return sums;
}

/* As OpenMetrics has it: with a point, or infinite. */
static void write_bound(const json_t *bounds, size_t i, char text[32])
{
	if (i == json_array_size(bounds)) {
		strcpy(text, "+Inf");
		return;
	}
	snprintf(text, 24, "%.9g",
		 json_number_value(json_array_get(bounds, i)) / 1e6);
	if (!strpbrk(text, ".e"))
		strcat(text, ".0");
}

/* Buckets of the engine count apart, those of OpenMetrics all below. */
static void histogram(const json_t *status, const json_t *bounds,
		      const json_t *sum, FILE *stream)
{
	const json_t *service = element(json_object_get(status, "services"),
					number_of(sum, "service"));
	char bound[32];
	struct label labels[] = {
		{ "service", page_service_label(service) },
		{ "type", page_text(sum, "type") }, { "le", bound }, { }
	};
	const json_t *buckets = json_object_get(sum, "buckets");
	uint64_t below = 0;
	size_t i;

	for (i = 0; i <= json_array_size(bounds); i++) {
		below += (uint64_t)json_integer_value(json_array_get(buckets,
								     i));
		write_bound(bounds, i, bound);
		family_sample(stream, "lbd_check_duration_seconds", "_bucket",
			      labels, below);
	}
	labels[2].name = NULL;
	family_sample(stream, "lbd_check_duration_seconds", "_count", labels,
		      below);
	family_sample_real(stream, "lbd_check_duration_seconds", "_sum",
			   labels, (double)number_of(sum, "sum") / 1e6);
}

/* Of each check it would be more than anybody wants to keep. */
static void histograms(const json_t *status, const json_t *checkers,
		       FILE *stream)
{
	const json_t *bounds = json_object_get(checkers, "latency_bounds");
	json_t *sums, *sum;
	const char *key;

	family_begin(stream, "lbd_check_duration_seconds", FAMILY_HISTOGRAM,
		     "How long probes took, of all checks of a type in a virtual server");
	sums = sum_up(json_object_get(checkers, "checks"),
		      json_array_size(bounds) + 1);
	json_object_foreach(sums, key, sum)
		histogram(status, bounds, sum, stream);
	json_decref(sums);
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

	if (!checkers)
		return;
	gauge(checkers, "probes", "lbd_probes",
	      "Probes; several checks may share one", stream);
	gauge(checkers, "under_way", "lbd_probes_running",
	      "Probes that are under way", stream);
	samples_of_checks(status, json_object_get(checkers, "checks"), stream);
	histograms(status, checkers, stream);
}
