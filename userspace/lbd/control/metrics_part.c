// SPDX-License-Identifier: GPL-2.0
/* The metrics role asks for the status of all */
#include <stdlib.h>
#include <string.h>

#include "metrics_part.h"
#include "request.h"

static bool asking;

static void status_there(void *context, json_t *status)
{
	const struct msg_metrics msg = {
		.generation = control_config()->generation,
	};
	char *text = status ? json_dumps(status, JSON_COMPACT) : NULL;

	(void)context;
	asking = false;
	if (text)
		roles_send_text(ROLE_METRICS, MSG_METRICS_REPLY, &msg, text,
				strlen(text));
	free(text);
	json_decref(status);
}

static void metrics_asked(enum role_id from, enum message_type type,
			  const void *data, int fd)
{
	(void)from;
	(void)data;
	(void)fd;
	/* One who asks again gets the same answer. */
	if (type != MSG_METRICS || asking)
		return;
	asking = true;
	request_status(status_there, NULL);
}

const struct control_part metrics_part = {
	.name = "metrics",
	.message = metrics_asked,
};
