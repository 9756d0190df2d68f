/* SPDX-License-Identifier: GPL-2.0 */
/* What happened between two readings of the configuration */
#ifndef _LBADM_RATES_H
#define _LBADM_RATES_H

#include <nflb/nflb.h>

void rates_between(const struct nflb_config *before, struct nflb_config *now,
		   uint64_t milliseconds);

#endif /* _LBADM_RATES_H */
