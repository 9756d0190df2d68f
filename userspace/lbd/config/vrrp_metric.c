// SPDX-License-Identifier: GPL-2.0
/* Metrics of a route: mtu, advmss, rtt, ... [lock] VALUE */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "vrrp_words.h"

/* What is written. */
enum unit {
	UNIT_NUMBER,
	UNIT_TIME,	/* milliseconds */
	UNIT_TIME_4,	/* of which the kernel wants quarters, */
	UNIT_TIME_8,	/* or eighths; a number without unit is in these */
};

static const struct {
	const char *word;
	unsigned int metric;
	enum unit unit;
	uint32_t max;
} metrics[] = {
	{ "mtu", RTAX_MTU, UNIT_NUMBER, UINT32_MAX },
	{ "hoplimit", RTAX_HOPLIMIT, UNIT_NUMBER, UINT8_MAX },
	{ "advmss", RTAX_ADVMSS, UNIT_NUMBER, UINT32_MAX },
	{ "rtt", RTAX_RTT, UNIT_TIME_8, UINT32_MAX / 8 },
	{ "rttvar", RTAX_RTTVAR, UNIT_TIME_4, UINT32_MAX / 4 },
	{ "rto_min", RTAX_RTO_MIN, UNIT_TIME, UINT32_MAX },
	{ "reordering", RTAX_REORDERING, UNIT_NUMBER, UINT32_MAX },
	{ "window", RTAX_WINDOW, UNIT_NUMBER, UINT32_MAX },
	{ "cwnd", RTAX_CWND, UNIT_NUMBER, UINT32_MAX },
	{ "ssthresh", RTAX_SSTHRESH, UNIT_NUMBER, UINT32_MAX },
	{ "initcwnd", RTAX_INITCWND, UNIT_NUMBER, UINT32_MAX },
	{ "initrwnd", RTAX_INITRWND, UNIT_NUMBER, UINT32_MAX },
	{ "quickack", RTAX_QUICKACK, UNIT_NUMBER, 1 },
	{ "fastopen_no_cookie", RTAX_FASTOPEN_NO_COOKIE, UNIT_NUMBER, 1 },
};

static unsigned int factor_of(enum unit unit)
{
	return unit == UNIT_TIME_8 ? 8 : unit == UNIT_TIME_4 ? 4 : 1;
}

static int take_time(struct vrrp_line *line, size_t i, uint32_t *value)
{
	const char *text = vrrp_line_value(line, metrics[i].word), *unit;
	char digits[sizeof("4294967295")] = "";
	uint64_t number = 0;
	size_t len;

	if (!text)
		return -EINVAL;
	len = strspn(text, "0123456789");
	unit = text + len;
	if (len < sizeof(digits))
		memcpy(digits, text, len);
	if (nflb_number_parse(digits, &number) ||
	    (*unit && strcmp(unit, "s") && strcmp(unit, "ms")) ||
	    number * (*unit == 's' ? 1000 : 1) > metrics[i].max)
		return config_error(line->context->report, &line->node->origin,
				    "%s: %s is not a time as in 200ms or 1s",
				    metrics[i].word, text);
	if (*unit == 's')
		number *= 1000;
	if (*unit)
		number *= factor_of(metrics[i].unit);
	*value = (uint32_t)number;
	return 0;
}

static int take_features(struct vrrp_line *line,
			 struct config_vrrp_route *route)
{
	const char *feature = vrrp_line_value(line, "features");

	if (!feature)
		return -EINVAL;
	if (strcmp(feature, "ecn"))
		return config_error(line->context->report, &line->node->origin,
				    "features: there is only ecn, not %s",
				    feature);
	route->metrics[RTAX_FEATURES] |= RTAX_FEATURE_ECN;
	route->metrics_given |= 1u << RTAX_FEATURES;
	return 0;
}

static void take_lock(struct vrrp_line *line, struct config_vrrp_route *route,
		      unsigned int metric)
{
	const char *next = vrrp_line_peek(line);

	if (!next || strcmp(next, "lock"))
		return;
	vrrp_line_word(line);
	route->metrics[RTAX_LOCK] |= 1u << metric;
	route->metrics_given |= 1u << RTAX_LOCK;
}

/**
 * vrrp_take_metric() - read a metric of a route
 * @line: the line, behind @word
 * @word: its name
 * @route: gets it
 *
 * Return: 0, 1 when @word is no metric, or a negative errno after
 * config_error().
 */
int vrrp_take_metric(struct vrrp_line *line, const char *word,
		     struct config_vrrp_route *route)
{
	uint64_t number;
	size_t i;

	if (!strcmp(word, "features"))
		return take_features(line, route);
	for (i = 0; i < VRRP_COUNT(metrics); i++) {
		if (!strcmp(word, metrics[i].word))
			break;
	}
	if (i == VRRP_COUNT(metrics))
		return 1;
	take_lock(line, route, metrics[i].metric);
	route->metrics_given |= 1u << metrics[i].metric;
	if (metrics[i].unit != UNIT_NUMBER)
		return take_time(line, i, &route->metrics[metrics[i].metric]);
	if (vrrp_line_uint(line, word, 0, metrics[i].max, &number))
		return -EINVAL;
	route->metrics[metrics[i].metric] = (uint32_t)number;
	return 0;
}
