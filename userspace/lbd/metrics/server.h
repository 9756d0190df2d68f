/* SPDX-License-Identifier: GPL-2.0 */
/* Hands out the page of metrics over HTTP */
#ifndef _LBD_METRICS_SERVER_H
#define _LBD_METRICS_SERVER_H

#include <uv.h>

#include <nflb/nflb.h>

struct server;

/**
 * server_open() - listen
 * @loop: where it is watched
 * @address: where
 * @port: there
 * @wanted: somebody asks: server_answer() is to be called in a while
 * @server: the result
 *
 * Return: 0 or a negative errno.
 */
int server_open(uv_loop_t *loop, const struct nflb_address *address,
		uint16_t port, void (*wanted)(void), struct server **server);
/* @text, for free(), goes to all who wait; NULL: there is no page. */
void server_answer(struct server *server, char *text, size_t length);
void server_close(struct server *server);

#endif /* _LBD_METRICS_SERVER_H */
