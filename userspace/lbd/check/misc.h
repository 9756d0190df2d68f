/* SPDX-License-Identifier: GPL-2.0 */
/* MISC_CHECK: control runs the command of one */
#ifndef _LBD_CHECK_MISC_H
#define _LBD_CHECK_MISC_H

#include "checker.h"

/**
 * struct misc_options - config_check.options of checker_misc
 * @command: what control runs, for config_check.timeout at most
 * @timeout: as configured, microseconds; 0: the delay of the check
 * @dynamic: the exit code says the weight
 */
struct misc_options {
	struct config_command command;
	uint64_t timeout;
	bool dynamic;
};

#endif /* _LBD_CHECK_MISC_H */
