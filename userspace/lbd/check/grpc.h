/* SPDX-License-Identifier: GPL-2.0 */
/* The messages of grpc.health.v1.Health */
#ifndef _LBD_CHECK_GRPC_H
#define _LBD_CHECK_GRPC_H

#include <stddef.h>
#include <stdint.h>

#define GRPC_SERVICE_LEN	127
#define GRPC_REQUEST_LEN	(5 + 2 + GRPC_SERVICE_LEN)
#define GRPC_REPLY_LEN		1024

size_t grpc_request_write(const char *service, uint8_t request[GRPC_REQUEST_LEN]);
int grpc_reply_read(const uint8_t *data, size_t length, uint64_t *status);

#endif /* _LBD_CHECK_GRPC_H */
