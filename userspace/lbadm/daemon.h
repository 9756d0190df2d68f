/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked of lbd over its control socket, and how the answer is shown */
#ifndef _LBADM_DAEMON_H
#define _LBADM_DAEMON_H

#include <jansson.h>
#include <stdio.h>

#define DAEMON_SOCKET	"/run/lbd/lbd.sock"

/* daemon_socket.c */
int daemon_ask(const char *socket, const json_t *request, json_t **answer,
	       char *error, size_t size);

/* daemon_text.c: parts of the answer as tables */
void daemon_text_overview(const json_t *status, FILE *stream);
void daemon_text_services(const json_t *status, FILE *stream);
void daemon_text_checks(const json_t *status, FILE *stream);
void daemon_text_vrrp(const json_t *status, FILE *stream);
void daemon_text_tracked(const json_t *status, FILE *stream);
void daemon_text_sync(const json_t *status, FILE *stream);

#endif /* _LBADM_DAEMON_H */
