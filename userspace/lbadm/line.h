/* SPDX-License-Identifier: GPL-2.0 */
/* Services and backends as words of the command line */
#ifndef _LBADM_LINE_H
#define _LBADM_LINE_H

#include <stdio.h>

#include <nflb/nflb.h>

#define SETTINGS_LEN	2048
#define LINE_LEN	(NFLB_KEY_LEN + NFLB_ENDPOINT_LEN + 2 * SETTINGS_LEN + \
			 sizeof(" forward  weight 4294967295"))

int line_settings(const struct nflb_service *service, char text[SETTINGS_LEN]);
void line_options(const struct nflb_backend *backend, char text[SETTINGS_LEN]);
int line_service(const struct nflb_service *service, char text[LINE_LEN]);
int line_backend(const struct nflb_backend *backend, char text[LINE_LEN]);
void line_forward(const struct nflb_backend *backend, char text[SETTINGS_LEN]);
int line_save(FILE *stream, const struct nflb_pool *pool);

#endif /* _LBADM_LINE_H */
