// SPDX-License-Identifier: GPL-2.0
/*
 * IP in IP (RFC 2003, RFC 2473): the packet travels whole inside another one
 * to the backend, which owns the service's address and answers the client
 * itself.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "backend.h"
#include "forward/forward.h"
#include "net.h"
#include "route.h"

static void push_ipv4(struct net *net, struct sk_buff *skb, __be32 saddr,
		      __be32 daddr)
{
	const struct iphdr *inner = ip_hdr(skb);
	u8 tos = INET_ECN_encapsulate(inner->tos, inner->tos);
	__be16 df = inner->frag_off & htons(IP_DF);
	u8 ttl = inner->ttl;
	struct iphdr *iph;

	skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph = ip_hdr(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = tos;
	iph->tot_len = htons(skb->len);
	iph->frag_off = df;
	iph->ttl = ttl;
	iph->protocol = IPPROTO_IPIP;
	iph->saddr = saddr;
	iph->daddr = daddr;
	iph->id = 0;
	/* Only what may be cut needs an identification (RFC 6864). */
	if (!df)
		__ip_select_ident(net, iph, skb_shinfo(skb)->gso_segs ?: 1);
	ip_send_check(iph);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
}

static void push_ipv6(struct sk_buff *skb, const __be32 *saddr,
		      const __be32 *daddr)
{
	const struct ipv6hdr *inner = ipv6_hdr(skb);
	u8 dsfield = ipv6_get_dsfield(inner);
	u8 hop_limit = inner->hop_limit;
	struct ipv6hdr *iph;

	dsfield = INET_ECN_encapsulate(dsfield, dsfield);
	skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph = ipv6_hdr(skb);
	ip6_flow_hdr(iph, dsfield, 0);
	iph->payload_len = htons(skb->len - sizeof(*iph));
	iph->nexthdr = IPPROTO_IPV6;
	iph->hop_limit = hop_limit;
	memcpy(&iph->saddr, saddr, sizeof(iph->saddr));
	memcpy(&iph->daddr, daddr, sizeof(iph->daddr));
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
}

/* Room and offload state for the outer header. False without memory. */
static bool prepare(struct sk_buff *skb, u8 family, struct dst_entry *dst)
{
	bool ipv4 = family == NFPROTO_IPV4;
	unsigned int room = LL_RESERVED_SPACE(dst->dev) + dst->header_len +
			    nflb_network_header_size(family);

	if (skb_cow_head(skb, room))
		return false;
	if (iptunnel_handle_offloads(skb, ipv4 ? SKB_GSO_IPXIP4 :
						 SKB_GSO_IPXIP6))
		return false;
	skb_set_inner_ipproto(skb, ipv4 ? IPPROTO_IPIP : IPPROTO_IPV6);
	return true;
}

static void encapsulate(struct net *net, struct sk_buff *skb, u8 family,
			const __be32 *saddr, const __be32 *daddr)
{
	skb_reset_transport_header(skb);
	if (family == NFPROTO_IPV4)
		push_ipv4(net, skb, saddr[0], daddr[0]);
	else
		push_ipv6(skb, saddr, daddr);
	/* Its size was judged before; a small rest may be cut underway. */
	skb->ignore_df = 1;
}

/**
 * nflb_forward_ipip - send a packet to its backend inside another
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @backend: backend
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_ipip(struct nflb_net *nn, struct sk_buff *skb,
				    const struct nflb_packet *pkt,
				    struct nflb_backend *backend)
{
	u8 family = pkt->tuple.family;
	enum nflb_verdict verdict;
	struct dst_entry *dst;

	dst = nflb_route_backend(nn->net, backend, NFLB_ROUTE_ADDRESS);
	verdict = nflb_forward_check(nn, skb, family, dst,
				     nflb_network_header_size(family));
	if (verdict != NFLB_PASS)
		return verdict;
	if (!prepare(skb, family, dst))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	nflb_forward_hop(skb, family);
	encapsulate(nn->net, skb, family, nflb_route_source(backend),
		    backend->addr);
	return nflb_forward_output(nn->net, skb, dst);
}
