// SPDX-License-Identifier: GPL-2.0
#include "../config/config.h"
#include "../role.h"

static uv_loop_t *sync_loop;
static struct config *sync_config;

static int sync_start(uv_loop_t *loop, struct link *control)
{
	(void)control;
	sync_loop = loop;
	return 0;
}

static void sync_configure(struct config *config)
{
	if (sync_config)
		config_free(sync_config);
	sync_config = config;
}

static void sync_message(enum message_type type, const void *data, int fd)
{
	(void)type;
	(void)data;
	(void)fd;
}

static void sync_stop(void)
{
	uv_stop(sync_loop);
}

const struct role role_sync = {
	.name = "lbd-sync",
	.start = sync_start,
	.configure = sync_configure,
	.message = sync_message,
	.stop = sync_stop,
};
