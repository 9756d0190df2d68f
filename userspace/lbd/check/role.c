// SPDX-License-Identifier: GPL-2.0
#include "../config/config.h"
#include "../role.h"

static uv_loop_t *checkers_loop;
static struct config *checkers_config;

static int checkers_start(uv_loop_t *loop, struct link *control)
{
	(void)control;
	checkers_loop = loop;
	return 0;
}

static void checkers_configure(struct config *config)
{
	if (checkers_config)
		config_free(checkers_config);
	checkers_config = config;
}

static void checkers_message(enum message_type type, const void *data, int fd)
{
	(void)type;
	(void)data;
	(void)fd;
}

static void checkers_stop(void)
{
	uv_stop(checkers_loop);
}

const struct role role_checkers = {
	.name = "lbd-checkers",
	.start = checkers_start,
	.configure = checkers_configure,
	.message = checkers_message,
	.stop = checkers_stop,
};
