/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cheap test that lets a packet which is not ours leave at once: a bitmap
 * of the destinations (services) and one of the sources (backends) that can
 * concern nflb. A set bit proves nothing, a clear bit does.
 */
#ifndef _NFLB_FILTER_H
#define _NFLB_FILTER_H

#include <linux/bitmap.h>
#include <linux/hash.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#define NFLB_FILTER_BITS	11
#define NFLB_FILTER_SIZE	BIT(NFLB_FILTER_BITS)

struct nflb_net;
struct nflb_service_key;

/* Kinds of services in use that a packet's own address and port do not name. */
#define NFLB_WIDE_PORTS		0x1	/* port range or any port */
#define NFLB_WIDE_PREFIX	0x2	/* prefix */
#define NFLB_WIDE_MARK		0x4	/* mark: the destination may be any */

/**
 * struct nflb_filter - addresses of interest
 * @wide: NFLB_WIDE_* by family; 0 while all services are exact
 * @destinations: bits of the service addresses
 * @sources: bits of the backend addresses
 *
 * Read without a lock; bits are set before an object can be found and cleared
 * only by a rebuild after it is gone, both under the namespace's lock.
 */
struct nflb_filter {
	u8	wide[2];
	DECLARE_BITMAP(destinations, NFLB_FILTER_SIZE);
	DECLARE_BITMAP(sources, NFLB_FILTER_SIZE);
};

static inline unsigned int nflb_filter_bit(const __be32 *addr, u8 family)
{
	u32 fold = (__force u32)addr[0];

	if (family != NFPROTO_IPV4)
		fold ^= (__force u32)(addr[1] ^ addr[2] ^ addr[3]);
	return hash_32(fold, NFLB_FILTER_BITS);
}

static inline bool nflb_filter_match(const struct nflb_filter *filter,
				     const __be32 *src, const __be32 *dst,
				     u8 family)
{
	return test_bit(nflb_filter_bit(dst, family), filter->destinations) ||
	       test_bit(nflb_filter_bit(src, family), filter->sources);
}

bool nflb_filter_concerns(const struct nflb_net *nn, const struct sk_buff *skb,
			  u8 family, bool own);

/* User context. */
void nflb_filter_add_service(struct nflb_net *nn,
			     const struct nflb_service_key *key);
void nflb_filter_add_backend(struct nflb_net *nn, const __be32 *addr, u8 family);
void nflb_filter_rebuild(struct nflb_net *nn);

#endif /* _NFLB_FILTER_H */
