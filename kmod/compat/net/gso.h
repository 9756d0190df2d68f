/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels before 6.5 declare all of it in <linux/skbuff.h>. */
#ifndef _NFLB_COMPAT_NET_GSO_H
#define _NFLB_COMPAT_NET_GSO_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#include <linux/skbuff.h>
#else
#include_next <net/gso.h>
#endif

#endif /* _NFLB_COMPAT_NET_GSO_H */
