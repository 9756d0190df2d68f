// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "multi.h"

/* Of the process: all exchanges of its loop. */
static struct {
	CURLM *curl;
	uv_loop_t *loop;
	uv_timer_t timer;
	void (*done)(void *easy, int code);
} multi;

struct watch {
	uv_poll_t poll;
	curl_socket_t fd;
};

static void take_results(void)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(multi.curl, &left))) {
		if (msg->msg == CURLMSG_DONE)
			multi.done(msg->easy_handle, msg->data.result);
	}
}

static void timer_expired(uv_timer_t *timer)
{
	int running;

	(void)timer;
	curl_multi_socket_action(multi.curl, CURL_SOCKET_TIMEOUT, 0, &running);
	take_results();
}

static int set_timer(CURLM *curl, long milliseconds, void *context)
{
	(void)curl;
	(void)context;
	if (milliseconds < 0)
		uv_timer_stop(&multi.timer);
	else
		uv_timer_start(&multi.timer, timer_expired, milliseconds, 0);
	return 0;
}

static void socket_ready(uv_poll_t *poll, int status, int events)
{
	const struct watch *watch = poll->data;
	int running, what = 0;

	if (status < 0)
		what = CURL_CSELECT_ERR;
	if (events & (UV_READABLE | UV_DISCONNECT))
		what |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		what |= CURL_CSELECT_OUT;
	curl_multi_socket_action(multi.curl, watch->fd, what, &running);
	take_results();
}

static void free_handle_data(uv_handle_t *handle)
{
	free(handle->data);
}

static struct watch *watch_new(curl_socket_t fd)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch || uv_poll_init_socket(multi.loop, &watch->poll, fd)) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	watch->fd = fd;
	curl_multi_assign(multi.curl, fd, watch);
	return watch;
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *context,
			void *data)
{
	struct watch *watch = data;
	int events = 0;

	(void)easy;
	(void)context;
	if (what == CURL_POLL_REMOVE) {
		if (watch)
			uv_close((uv_handle_t *)&watch->poll, free_handle_data);
		return 0;
	}
	if (!watch)
		watch = watch_new(fd);
	if (!watch)
		return -1;
	if (what & CURL_POLL_IN)
		events |= UV_READABLE;
	if (what & CURL_POLL_OUT)
		events |= UV_WRITABLE;
	return uv_poll_start(&watch->poll, events, socket_ready) ? -1 : 0;
}

/**
 * multi_open() - get ready
 * @loop: the loop of the process
 * @done: called when a transfer has come to its end, from the loop; may remove
 *	it and add others
 *
 * Has no effect the second time.
 *
 * Return: 0 or -ENOMEM.
 */
int multi_open(uv_loop_t *loop, void (*done)(void *easy, int code))
{
	if (multi.curl)
		return 0;
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return -ENOMEM;
	multi.curl = curl_multi_init();
	if (!multi.curl)
		return -ENOMEM;
	multi.loop = loop;
	multi.done = done;
	uv_timer_init(loop, &multi.timer);
	curl_multi_setopt(multi.curl, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(multi.curl, CURLMOPT_TIMERFUNCTION, set_timer);
	/* Connections are not used again, so none is kept. */
	curl_multi_setopt(multi.curl, CURLMOPT_MAXCONNECTS, 1L);
	curl_multi_setopt(multi.curl, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	return 0;
}

/**
 * multi_add() - begin a transfer
 * @easy: what to transfer, and how
 *
 * Return: 0 or -ENOMEM.
 */
int multi_add(CURL *easy)
{
	return curl_multi_add_handle(multi.curl, easy) ? -ENOMEM : 0;
}

/**
 * multi_remove() - end a transfer, if it has not come to its end
 * @easy: of multi_add()
 */
void multi_remove(CURL *easy)
{
	curl_multi_remove_handle(multi.curl, easy);
}
