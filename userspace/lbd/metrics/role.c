// SPDX-License-Identifier: GPL-2.0
#include "../config/config.h"
#include "../role.h"

static uv_loop_t *metrics_loop;
static struct config *metrics_config;

static int metrics_start(uv_loop_t *loop, struct link *control)
{
	(void)control;
	metrics_loop = loop;
	return 0;
}

static void metrics_configure(struct config *config)
{
	if (metrics_config)
		config_free(metrics_config);
	metrics_config = config;
}

static void metrics_message(enum message_type type, const void *data, int fd)
{
	(void)type;
	(void)data;
	(void)fd;
}

static void metrics_stop(void)
{
	uv_stop(metrics_loop);
}

const struct role role_metrics = {
	.name = "lbd-metrics",
	.start = metrics_start,
	.configure = metrics_configure,
	.message = metrics_message,
	.stop = metrics_stop,
};
