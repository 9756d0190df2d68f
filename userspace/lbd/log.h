/* SPDX-License-Identifier: GPL-2.0 */
/* What lbd says: to the terminal with -n, to syslog otherwise */
#ifndef _LBD_LOG_H
#define _LBD_LOG_H

#include <stdbool.h>
#include <stdarg.h>

enum log_level {
	LOG_LEVEL_ERROR,	/* something failed and stays failed */
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,	/* state changes an operator wants to see */
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

void log_open(const char *role, bool terminal, enum log_level level);
__attribute__((format(printf, 2, 3)))
void log_say(enum log_level level, const char *format, ...);

#define log_error(...)		log_say(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...)	log_say(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)		log_say(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)		log_say(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)		log_say(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif /* _LBD_LOG_H */
