// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "ask.h"

#define ASK_TIMEOUT	3000	/* milliseconds */

/* A question that waits for its answer. */
struct ask {
	struct ask *next;
	uv_timer_t timer;
	enum role_id role;
	uint64_t id;
	void (*fn)(void *context, struct json_t *status);
	void *context;
};

static struct ask *asks;

static void ask_freed(uv_handle_t *handle)
{
	free(handle->data);
}

static void ask_end(struct ask *ask, struct json_t *status)
{
	struct ask **at = &asks;

	while (*at != ask)
		at = &(*at)->next;
	*at = ask->next;
	ask->fn(ask->context, status);
	uv_close((uv_handle_t *)&ask->timer, ask_freed);
}

static void ask_late(uv_timer_t *timer)
{
	struct ask *ask = timer->data;

	log_warning("%s does not answer", roles_all[ask->role]->name);
	ask_end(ask, NULL);
}

/**
 * ask_open() - wait for an answer
 * @loop: where
 * @role: whose
 * @fn: see roles_ask()
 * @context: for @fn
 *
 * Return: what names the question; 0 without memory, then @fn is not called.
 */
uint64_t ask_open(uv_loop_t *loop, enum role_id role,
		  void (*fn)(void *context, struct json_t *status),
		  void *context)
{
	struct ask *ask = calloc(1, sizeof(*ask));
	static uint64_t last;

	if (!ask || uv_timer_init(loop, &ask->timer)) {
		free(ask);
		return 0;
	}
	ask->timer.data = ask;
	ask->role = role;
	ask->id = ++last;
	ask->fn = fn;
	ask->context = context;
	ask->next = asks;
	asks = ask;
	uv_timer_start(&ask->timer, ask_late, ASK_TIMEOUT, 0);
	return ask->id;
}

/**
 * ask_answered() - an answer has come
 * @role: from whom
 * @id: to which question; one that nobody waits for is left alone
 * @status: the answer, or NULL
 */
void ask_answered(enum role_id role, uint64_t id, struct json_t *status)
{
	struct ask *ask = asks;

	while (ask && (ask->role != role || ask->id != id))
		ask = ask->next;
	if (ask)
		ask_end(ask, status);
}

/**
 * ask_forget() - a role will not answer any more
 * @role: which
 */
void ask_forget(enum role_id role)
{
	struct ask *ask = asks;

	while (ask) {
		if (ask->role == role) {
			ask_end(ask, NULL);
			ask = asks;	/* @fn may have asked again */
		} else {
			ask = ask->next;
		}
	}
}
