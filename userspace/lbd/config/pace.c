// SPDX-License-Identifier: GPL-2.0
/* How often checks are made, from virtual_server down to the check */
#include "service_words.h"

#define AT(member)	.offset = offsetof(struct config_pace, member)
#define BIT(which)							\
	.given = offsetof(struct config_pace, given), .bit = (which)
#define RETRY_MAX	1000000

const struct config_word pace_words[] = {
	{ "delay_loop", CONFIG_TIME, AT(delay), .min = CONFIG_SECOND / 1000,
	  .max = CONFIG_DAY },
	{ "connect_timeout", CONFIG_TIME, AT(timeout),
	  .min = CONFIG_SECOND / 1000, .max = CONFIG_DAY },
	{ "timeout", CONFIG_TIME, AT(timeout), .min = CONFIG_SECOND / 1000,
	  .max = CONFIG_DAY },
	{ "retry", CONFIG_UINT, AT(retry), .max = RETRY_MAX, BIT(PACE_RETRY) },
	{ "nb_get_retry", CONFIG_UINT, AT(retry), .max = RETRY_MAX,
	  BIT(PACE_RETRY) },
	{ "fall", CONFIG_UINT, AT(fall), .min = 1, .max = RETRY_MAX,
	  BIT(PACE_FALL) },
	{ "rise", CONFIG_UINT, AT(rise), .min = 1, .max = RETRY_MAX },
	{ "delay_before_retry", CONFIG_TIME, AT(delay_before_retry),
	  .min = CONFIG_SECOND / 1000, .max = CONFIG_DAY,
	  BIT(PACE_DELAY_BEFORE_RETRY) },
	{ "warmup", CONFIG_TIME, AT(warmup), .max = CONFIG_DAY,
	  BIT(PACE_WARMUP) },
	{ "jitter", CONFIG_UINT, AT(jitter), .max = 50 },
	{ "tunnel", CONFIG_SWITCH, AT(tunnel) },
	{ "alpha", CONFIG_SWITCH, AT(alpha) },
	{ "log_all_failures", CONFIG_SWITCH, AT(log_all_failures) },
	{ }
};

/**
 * pace_begin() - begin to read a level
 * @pace: of the level
 * @above: of the one above
 */
void pace_begin(struct config_pace *pace, const struct config_pace *above)
{
	*pace = *above;
	pace->given &= ~PACE_FALL;
}

/**
 * pace_end() - all words of a level are read
 * @pace: of the level
 *
 * fall counts all failures, retry those after the first.
 */
void pace_end(struct config_pace *pace)
{
	if (!(pace->given & PACE_FALL))
		return;
	pace->retry = pace->fall - 1;
	pace->given |= PACE_RETRY;
}
