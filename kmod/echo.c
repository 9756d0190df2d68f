// SPDX-License-Identifier: GPL-2.0
/*
 * A service's address need not be an address of any host, yet people ping it.
 * The director answers for a service that asks for it and has a backend to
 * offer, as the host does for addresses of its own.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "echo.h"
#include "forward/forward.h"
#include "net.h"
#include "route.h"
#include "service.h"

static int compare(const struct nflb_echo *a, const struct nflb_echo *b)
{
	if (a->family != b->family)
		return (int)a->family - (int)b->family;
	if (a->prefix != b->prefix)
		return (int)a->prefix - (int)b->prefix;
	return memcmp(a->addr, b->addr, nflb_addr_size(a->family));
}

static int compare_void(const void *a, const void *b)
{
	return compare(a, b);
}

/* The first entry that is not before @wanted. */
static unsigned int first_of(const struct nflb_echoes *echoes,
			     const struct nflb_echo *wanted)
{
	unsigned int low = 0, high = echoes->count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (compare(&echoes->list[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One of the services there must have somebody to serve. */
static bool answered_at(const struct nflb_echoes *echoes,
			const struct nflb_echo *wanted)
{
	unsigned int i;

	for (i = first_of(echoes, wanted); i < echoes->count; i++) {
		const struct nflb_service *service;

		if (compare(&echoes->list[i], wanted))
			break;
		service = READ_ONCE(echoes->list[i].service);
		if (service && rcu_access_pointer(service->sched))
			return true;
	}
	return false;
}

static bool answered(const struct nflb_echoes *echoes,
		     const struct nflb_tuple *tuple)
{
	const unsigned long *lengths =
		echoes->lengths[nflb_family_index(tuple->family)];
	struct nflb_echo wanted = { .family = tuple->family };
	unsigned int length;

	memcpy(wanted.addr, nflb_tuple_dst(tuple),
	       nflb_addr_size(tuple->family));
	nflb_for_each_prefix_length(length, lengths) {
		nflb_addr_mask(wanted.addr, length, wanted.family);
		wanted.prefix = length;
		if (answered_at(echoes, &wanted))
			return true;
	}
	return false;
}

/* What the administrator has said of all pings. */
static bool ignored(struct net *net, u8 family)
{
	if (family == NFPROTO_IPV4)
		return READ_ONCE(net->ipv4.sysctl_icmp_echo_ignore_all);
	return READ_ONCE(net->ipv6.sysctl.icmpv6_echo_ignore_all);
}

static void turn_ipv4(struct sk_buff *skb, const struct dst_entry *dst)
{
	struct iphdr *iph = ip_hdr(skb);
	struct icmphdr *icmph = (struct icmphdr *)(iph + 1);

	swap(iph->saddr, iph->daddr);
	iph->ttl = ip4_dst_hoplimit(dst);
	ip_send_check(iph);
	icmph->type = ICMP_ECHOREPLY;
	csum_replace2(&icmph->checksum, htons(ICMP_ECHO << 8),
		      htons(ICMP_ECHOREPLY << 8));
}

static void turn_ipv6(struct sk_buff *skb, struct dst_entry *dst)
{
	struct ipv6hdr *iph = ipv6_hdr(skb);
	struct icmp6hdr *icmph = (struct icmp6hdr *)(iph + 1);

	swap(iph->saddr, iph->daddr);
	iph->hop_limit = ip6_dst_hoplimit(dst);
	icmph->icmp6_type = ICMPV6_ECHO_REPLY;
	csum_replace2(&icmph->icmp6_cksum, htons(ICMPV6_ECHO_REQUEST << 8),
		      htons(ICMPV6_ECHO_REPLY << 8));
}

/* The request becomes the answer; a checksum that was wrong stays wrong. */
static enum nflb_verdict answer(struct nflb_net *nn, struct sk_buff *skb,
				const struct nflb_packet *pkt,
				struct dst_entry *dst)
{
	u8 family = pkt->tuple.family;

	if (!dst)
		return nflb_drop(nn, NFLB_DROP_NO_ROUTE);
	if (skb_ensure_writable(skb, pkt->thoff + sizeof(struct icmphdr)))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	if (family == NFPROTO_IPV4)
		turn_ipv4(skb, dst);
	else
		turn_ipv6(skb, dst);
	/* It may be cut, as the host's own answers may. */
	skb->ignore_df = 1;
	return nflb_forward_output(nn->net, skb, dst);
}

/**
 * nflb_echo_request - answer a ping of a service that wants it
 * @nn: namespace
 * @skb: the ping
 * @pkt: the same, parsed
 *
 * Those of the director's own addresses, and those with options or extension
 * headers, are the host's.
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_PASS if it is the host's, else as for any packet.
 */
enum nflb_verdict nflb_echo_request(struct nflb_net *nn, struct sk_buff *skb,
				    const struct nflb_packet *pkt)
{
	const struct nflb_echoes *echoes = rcu_dereference(nn->echoes);
	u8 family = pkt->tuple.family;
	enum nflb_verdict verdict;
	struct dst_entry *dst;

	if (likely(!echoes) ||
	    pkt->thoff != nflb_network_header_size(family) ||
	    !answered(echoes, &pkt->tuple) || ignored(nn->net, family) ||
	    nflb_route_is_local(nn->net, nflb_tuple_dst(&pkt->tuple), family))
		return NFLB_PASS;
	dst = nflb_route_answer(nn->net, &pkt->tuple);
	verdict = answer(nn, skb, pkt, dst);
	dst_release(dst);
	return verdict;
}

static struct nflb_echoes *present(const struct nflb_net *nn)
{
	return rcu_dereference_protected(nn->echoes,
					 lockdep_is_held(&nn->lock));
}

static void append(struct nflb_echoes *echoes, const struct nflb_echo *echo)
{
	echoes->list[echoes->count++] = *echo;
	__set_bit(echo->prefix,
		  echoes->lengths[nflb_family_index(echo->family)]);
}

/**
 * nflb_echo_prepare - list the services that answer pings with one more
 * @service: service of an address or prefix; its namespace's lock is held
 * @add: whether there is anything to do
 *
 * Context: process, may sleep.
 * Return: what is to be given to nflb_echo_publish(), or kvfree()d; NULL if
 * there is nothing to do; -ENOMEM.
 */
struct nflb_echoes *nflb_echo_prepare(struct nflb_service *service, bool add)
{
	struct nflb_echo echo = {
		.service = service,
		.family = service->key.family,
		.prefix = service->key.prefix,
	};
	struct nflb_echoes *old = present(service->nn), *echoes;
	unsigned int count = old ? old->count : 0, i;

	if (!add)
		return NULL;
	echoes = kvzalloc(struct_size(echoes, list, count + 1),
			  GFP_KERNEL_ACCOUNT);
	if (!echoes)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < count; i++)
		if (old->list[i].service)
			append(echoes, &old->list[i]);
	memcpy(echo.addr, service->key.addr, sizeof(echo.addr));
	append(echoes, &echo);
	sort(echoes->list, echoes->count, sizeof(*echoes->list), compare_void,
	     NULL);
	return echoes;
}

static void replace(struct nflb_net *nn, struct nflb_echoes *echoes)
{
	struct nflb_echoes *old;

	old = rcu_replace_pointer(nn->echoes, echoes,
				  lockdep_is_held(&nn->lock));
	if (old)
		kvfree_rcu(old, rcu);
}

/**
 * nflb_echo_publish - have packets go by a list
 * @nn: namespace; its lock is held
 * @echoes: what nflb_echo_prepare() made under the same lock; NULL changes
 *	nothing
 *
 * Context: process.
 */
void nflb_echo_publish(struct nflb_net *nn, struct nflb_echoes *echoes)
{
	lockdep_assert_held(&nn->lock);
	if (echoes)
		replace(nn, echoes);
}

/**
 * nflb_echo_remove - no longer answer pings for a service
 * @nn: namespace; its lock is held
 * @service: service, whether it was added or not
 *
 * Its entry stays empty, so that this needs no memory.
 *
 * Context: process.
 */
void nflb_echo_remove(struct nflb_net *nn, const struct nflb_service *service)
{
	struct nflb_echoes *echoes = present(nn);
	unsigned int i, left = 0;

	lockdep_assert_held(&nn->lock);
	if (!echoes)
		return;
	for (i = 0; i < echoes->count; i++) {
		if (echoes->list[i].service == service)
			WRITE_ONCE(echoes->list[i].service, NULL);
		left += !!echoes->list[i].service;
	}
	if (!left)
		replace(nn, NULL);
}
