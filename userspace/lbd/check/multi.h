/* SPDX-License-Identifier: GPL-2.0 */
/* Transfers of libcurl, driven by libuv: all those of the process */
#ifndef _LBD_CHECK_MULTI_H
#define _LBD_CHECK_MULTI_H

#include <curl/curl.h>
#include <uv.h>

int multi_open(uv_loop_t *loop, void (*done)(void *easy, int code));
int multi_add(CURL *easy);
void multi_remove(CURL *easy);

#endif /* _LBD_CHECK_MULTI_H */
