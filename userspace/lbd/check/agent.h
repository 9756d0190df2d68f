/* SPDX-License-Identifier: GPL-2.0 */
/* AGENT_CHECK: what an agent on the backend says of it */
#ifndef _LBD_CHECK_AGENT_H
#define _LBD_CHECK_AGENT_H

#include "checker.h"

bool agent_parse(const char *line, struct verdict *verdict);

#endif /* _LBD_CHECK_AGENT_H */
