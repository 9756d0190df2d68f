/* SPDX-License-Identifier: GPL-2.0 */
/* Which ports of one source address are in use: allocation without a lock. */
#ifndef _NFLB_PORTS_H
#define _NFLB_PORTS_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/types.h>

/**
 * struct nflb_ports - a range of ports
 * @min: first port
 * @count: how many there are
 * @key: the order in which they are given out is a secret (RFC 6056)
 * @half: bits of half a number in the permutation that makes that order
 * @used: how many are taken, or about to be
 * @next: slot where the search for a free one starts
 * @map: taken slots
 */
struct nflb_ports {
	u16		min;
	u8		half;
	u32		count;
	u32		key;
	atomic_t	used;
	u32		next;
	unsigned long	map[];
};

/* Bytes of a range of @count ports. */
static inline size_t nflb_ports_size(u32 count)
{
	return offsetof(struct nflb_ports, map) +
	       BITS_TO_LONGS(count) * sizeof(unsigned long);
}

void nflb_ports_init(struct nflb_ports *ports, u16 min, u16 max, u32 key);
int nflb_ports_take(struct nflb_ports *ports);
int nflb_ports_claim(struct nflb_ports *ports, u16 port);
void nflb_ports_give(struct nflb_ports *ports, u32 slot);
u16 nflb_ports_port(const struct nflb_ports *ports, u32 slot);

#endif /* _NFLB_PORTS_H */
