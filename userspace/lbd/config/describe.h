/* SPDX-License-Identifier: GPL-2.0 */
/* What virtual servers become, for lbd -t */
#ifndef _LBD_CONFIG_DESCRIBE_H
#define _LBD_CONFIG_DESCRIBE_H

#include "config.h"

void service_describe(const struct config *config, FILE *stream);

#endif /* _LBD_CONFIG_DESCRIBE_H */
