/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes written in hexadecimal, as keepalived.conf has them */
#ifndef _LBD_CHECK_HEX_H
#define _LBD_CHECK_HEX_H

#include "../config/bind.h"

/**
 * struct hex - bytes to send or to compare
 * @byte: those
 * @mask: the bits of each that count
 * @length: of both
 */
struct hex {
	uint8_t *byte;
	uint8_t *mask;
	size_t length;
};

int hex_take(struct config_context *context, const struct config_node *node,
	     bool wild, struct hex *hex);
bool hex_matches(const struct hex *hex, const uint8_t *data, size_t length);

#endif /* _LBD_CHECK_HEX_H */
