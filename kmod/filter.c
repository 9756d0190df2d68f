// SPDX-License-Identifier: GPL-2.0
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "backend.h"
#include "filter.h"
#include "net.h"
#include "service.h"

static bool concerns_ipv4(const struct nflb_filter *filter,
			  const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (nflb_filter_match(filter, &iph->saddr, &iph->daddr, NFPROTO_IPV4))
		return true;
	return iph->protocol == IPPROTO_ICMP;
}

static bool concerns_ipv6(const struct nflb_filter *filter,
			  const struct sk_buff *skb)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb);

	if (nflb_filter_match(filter, iph->saddr.s6_addr32,
			      iph->daddr.s6_addr32, NFPROTO_IPV6))
		return true;
	return iph->nexthdr == IPPROTO_ICMPV6;
}

/**
 * nflb_filter_concerns - can this packet be ours at all?
 * @filter: filter of the namespace
 * @skb: packet; the IP layer has checked and pulled its fixed header
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * ICMP always may: an error is about the packet it quotes, not about its own
 * addresses.
 *
 * Context: softirq.
 * Return: false if it certainly is not.
 */
bool nflb_filter_concerns(const struct nflb_filter *filter,
			  const struct sk_buff *skb, u8 family)
{
	if (family == NFPROTO_IPV4)
		return concerns_ipv4(filter, skb);
	return concerns_ipv6(filter, skb);
}

void nflb_filter_add_service(struct nflb_net *nn, const __be32 *addr, u8 family)
{
	lockdep_assert_held(&nn->lock);
	set_bit(nflb_filter_bit(addr, family), nn->filter.destinations);
}

void nflb_filter_add_backend(struct nflb_net *nn, const __be32 *addr, u8 family)
{
	lockdep_assert_held(&nn->lock);
	set_bit(nflb_filter_bit(addr, family), nn->filter.sources);
}

static void filter_add(struct nflb_filter *filter,
		       const struct nflb_service *service)
{
	const struct nflb_backend *backend;
	u8 family = service->key.family;

	__set_bit(nflb_filter_bit(service->key.addr, family),
		  filter->destinations);
	list_for_each_entry(backend, &service->backends, list)
		__set_bit(nflb_filter_bit(backend->addr, family),
			  filter->sources);
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

	for (i = 0; i < BITS_TO_LONGS(NFLB_FILTER_SIZE); i++) {
		WRITE_ONCE(nn->filter.destinations[i], fresh.destinations[i]);
		WRITE_ONCE(nn->filter.sources[i], fresh.sources[i]);
	}
}
