// SPDX-License-Identifier: GPL-2.0
/*
 * Metrics are asked for rarely, so nothing is kept: when somebody asks, the
 * kernel is read, and control is asked for the rest.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../config/config.h"
#include "../log.h"
#include "../role.h"
#include "page.h"
#include "server.h"

/* Then the page goes out without what lbd knows. */
#define ANSWER_TIMEOUT	5000	/* milliseconds */

/* An address that cannot be listened on is tried again. */
#define LISTEN_RETRY	5000

static struct {
	uv_loop_t *loop;
	struct link *control;
	struct config *config;
	struct server *server;
	struct nflb *nflb;
	uv_timer_t patience;
	uv_timer_t retry;
	bool asked;		/* control is to answer */
	uint64_t pages;
} metrics;

static void read_kernel(struct nflb_config *config, struct nflb_totals *totals,
			struct page_input *input)
{
	if (!metrics.nflb && nflb_open(&metrics.nflb))
		metrics.nflb = NULL;
	if (!metrics.nflb)
		return;
	if (!nflb_config_read(metrics.nflb, NULL, config))
		input->config = config;
	if (!nflb_stats_get(metrics.nflb, totals))
		input->totals = totals;
	if (input->config && input->totals)
		return;
	/* The module may have been loaded anew: so begin anew. */
	nflb_close(metrics.nflb);
	metrics.nflb = NULL;
}

static void answer(const json_t *status)
{
	struct page_input input = { .status = status };
	struct nflb_config config = { 0 };
	struct nflb_totals totals = { 0 };
	char *text = NULL;
	size_t length = 0;
	FILE *stream;
	int err = -ENOMEM;

	metrics.asked = false;
	uv_timer_stop(&metrics.patience);
	read_kernel(&config, &totals, &input);
	stream = open_memstream(&text, &length);
	if (stream) {
		err = page_write(&input, stream);
		if (fclose(stream))
			err = -ENOMEM;
	}
	nflb_config_free(&config);
	if (err) {
		free(text);
		text = NULL;
	}
	metrics.pages++;
	server_answer(metrics.server, text, length);
}

static void control_silent(uv_timer_t *timer)
{
	(void)timer;
	log_warning("control does not answer");
	answer(NULL);
}

static void ask_control(void)
{
	struct msg_metrics msg = { .generation = metrics.config->generation };

	metrics.asked = true;
	link_send(metrics.control, MSG_METRICS, &msg, -1);
	uv_timer_start(&metrics.patience, control_silent, ANSWER_TIMEOUT, 0);
}

static void take_answer(int fd)
{
	size_t length;
	char *text = link_read_text(fd, &length);
	json_t *status = text ? json_loadb(text, length, 0, NULL) : NULL;

	free(text);
	if (metrics.asked)
		answer(status);
	json_decref(status);
}

static int metrics_start(uv_loop_t *loop, struct link *control)
{
	metrics.loop = loop;
	metrics.control = control;
	uv_timer_init(loop, &metrics.patience);
	uv_timer_init(loop, &metrics.retry);
	return 0;
}

static void listen_again(uv_timer_t *timer)
{
	const struct config_metrics *wanted = &metrics.config->metrics;
	char text[NFLB_ENDPOINT_LEN];
	int err;

	err = server_open(metrics.loop, &wanted->address, wanted->port,
			  ask_control, &metrics.server);
	nflb_endpoint_format(&wanted->address, wanted->port, text);
	if (!err) {
		log_info("metrics are at http://%s/metrics", text);
		return;
	}
	metrics.server = NULL;
	log_error("metrics: cannot listen on %s: %s", text, strerror(-err));
	uv_timer_start(timer, listen_again, LISTEN_RETRY, 0);
}

static bool same_place(const struct config_metrics *a,
		       const struct config_metrics *b)
{
	return a->port == b->port &&
	       nflb_address_equal(&a->address, &b->address);
}

static void metrics_configure(struct config *config)
{
	struct config *before = metrics.config;
	bool same = before && same_place(&before->metrics, &config->metrics);

	metrics.config = config;
	if (!same && metrics.server) {
		metrics.asked = false;
		uv_timer_stop(&metrics.patience);
		server_close(metrics.server);
		metrics.server = NULL;
	}
	if (before)
		config_free(before);
	if (!metrics.server)
		uv_timer_start(&metrics.retry, listen_again, 0, 0);
	else if (metrics.asked)
		/* What was asked of the last configuration is not answered. */
		ask_control();
}

static void metrics_message(enum message_type type, const void *data, int fd)
{
	(void)data;
	if (type == MSG_METRICS_REPLY)
		take_answer(fd);
}

static struct json_t *metrics_status(void)
{
	return json_pack("{s:b, s:I}", "listening", !!metrics.server,
			 "pages", (json_int_t)metrics.pages);
}

static void metrics_stop(void)
{
	uv_stop(metrics.loop);
}

static bool metrics_wanted(const struct config *config)
{
	return config->metrics.enabled;
}

const struct role role_metrics = {
	.name = "lbd-metrics",
	.wanted = metrics_wanted,
	.start = metrics_start,
	.configure = metrics_configure,
	.message = metrics_message,
	.status = metrics_status,
	.stop = metrics_stop,
};
