// SPDX-License-Identifier: GPL-2.0
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ipv6.h>

#include "backend.h"
#include "filter.h"
#include "net.h"
#include "removed.h"
#include "service.h"

/* Is the destination in one of the prefixes in use? */
static bool in_prefix(const struct nflb_net *nn, const __be32 *dst, u8 family)
{
	const unsigned long *lengths =
		nn->index.lengths[nflb_family_index(family)];
	unsigned int length;
	__be32 addr[4];

	memcpy(addr, dst, nflb_addr_size(family));
	nflb_for_each_prefix_length(length, lengths) {
		nflb_addr_mask(addr, length, family);
		if (test_bit(nflb_filter_bit(addr, family),
			     nn->filter.destinations))
			return true;
	}
	return false;
}

static bool concerns_wide(const struct nflb_net *nn, const __be32 *dst,
			  u8 family)
{
	u8 wide = READ_ONCE(nn->filter.wide[nflb_family_index(family)]);

	return (wide & NFLB_WIDE_MARK) ||
	       ((wide & NFLB_WIDE_PREFIX) && in_prefix(nn, dst, family));
}

static bool concerns_ipv4(const struct nflb_net *nn, const struct sk_buff *skb,
			  bool own)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (nflb_filter_match(&nn->filter, &iph->saddr, &iph->daddr,
			      NFPROTO_IPV4))
		return true;
	if (unlikely(READ_ONCE(nn->filter.wide[0])) && !own &&
	    concerns_wide(nn, &iph->daddr, NFPROTO_IPV4))
		return true;
	return iph->protocol == IPPROTO_ICMP;
}

/* Fragments of an error are of all addresses too. */
static bool is_icmpv6(const struct sk_buff *skb)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb);
	const struct frag_hdr *fragment;
	struct frag_hdr copy;

	if (likely(iph->nexthdr != NEXTHDR_FRAGMENT))
		return iph->nexthdr == IPPROTO_ICMPV6;
	fragment = skb_header_pointer(skb, skb_network_offset(skb) +
				      sizeof(*iph), sizeof(copy), &copy);
	return fragment && fragment->nexthdr == IPPROTO_ICMPV6;
}

static bool concerns_ipv6(const struct nflb_net *nn, const struct sk_buff *skb,
			  bool own)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb);

	if (nflb_filter_match(&nn->filter, iph->saddr.s6_addr32,
			      iph->daddr.s6_addr32, NFPROTO_IPV6))
		return true;
	if (unlikely(READ_ONCE(nn->filter.wide[1])) && !own &&
	    concerns_wide(nn, iph->daddr.s6_addr32, NFPROTO_IPV6))
		return true;
	return is_icmpv6(skb);
}

/**
 * nflb_filter_concerns - can this packet be ours at all?
 * @nn: namespace
 * @skb: packet; the IP layer has checked and pulled its fixed header
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @own: the host itself is sending it: prefixes and marks are for others
 *
 * ICMP always may: an error is about the packet it quotes, not about its own
 * addresses.
 *
 * Context: softirq.
 * Return: false if it certainly is not.
 */
bool nflb_filter_concerns(const struct nflb_net *nn, const struct sk_buff *skb,
			  u8 family, bool own)
{
	if (family == NFPROTO_IPV4)
		return concerns_ipv4(nn, skb, own);
	return concerns_ipv6(nn, skb, own);
}

static u8 key_wide(const struct nflb_service_key *key)
{
	if (nflb_service_key_is_mark(key))
		return NFLB_WIDE_MARK;
	if (nflb_service_key_exact(key))
		return 0;
	if (key->prefix == nflb_addr_bits(key->family))
		return NFLB_WIDE_PORTS;
	return NFLB_WIDE_PREFIX;
}

void nflb_filter_add_service(struct nflb_net *nn,
			     const struct nflb_service_key *key)
{
	u8 *wide = &nn->filter.wide[nflb_family_index(key->family)];

	lockdep_assert_held(&nn->lock);
	set_bit(nflb_filter_bit(key->addr, key->family),
		nn->filter.destinations);
	WRITE_ONCE(*wide, *wide | key_wide(key));
}

void nflb_filter_add_backend(struct nflb_net *nn, const __be32 *addr, u8 family)
{
	lockdep_assert_held(&nn->lock);
	set_bit(nflb_filter_bit(addr, family), nn->filter.sources);
}

static void filter_add_source(const struct nflb_backend *backend, void *filter)
{
	__set_bit(nflb_filter_bit(backend->addr, backend->family),
		  ((struct nflb_filter *)filter)->sources);
}

static void filter_add(struct nflb_filter *filter,
		       const struct nflb_service *service)
{
	const struct nflb_backend *backend;
	u8 family = service->key.family;

	filter->wide[nflb_family_index(family)] |= key_wide(&service->key);
	__set_bit(nflb_filter_bit(service->key.addr, family),
		  filter->destinations);
	list_for_each_entry(backend, &service->backends, list)
		filter_add_source(backend, filter);
}

/**
 * nflb_filter_rebuild - forget addresses that are no longer in use
 * @nn: namespace; its lock is held
 *
 * Each word changes at once from its old to its new value, so a packet of an
 * address that stays never sees its bit clear.
 *
 * Context: process.
 */
void nflb_filter_rebuild(struct nflb_net *nn)
{
	const struct nflb_service *service;
	struct nflb_filter fresh = {};
	unsigned int i;

	lockdep_assert_held(&nn->lock);
	list_for_each_entry(service, &nn->service_list, list)
		filter_add(&fresh, service);
	nflb_removed_each(nn, filter_add_source, &fresh);

	for (i = 0; i < BITS_TO_LONGS(NFLB_FILTER_SIZE); i++) {
		WRITE_ONCE(nn->filter.destinations[i], fresh.destinations[i]);
		WRITE_ONCE(nn->filter.sources[i], fresh.sources[i]);
	}
	for (i = 0; i < ARRAY_SIZE(fresh.wide); i++)
		WRITE_ONCE(nn->filter.wide[i], fresh.wide[i]);
}
