// SPDX-License-Identifier: GPL-2.0
/* Forwarding: the closed set of methods, and what they have in common. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dst.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "conn.h"
#include "forward/forward.h"
#include "net.h"
#include "reject.h"
#include "route.h"

/**
 * nflb_forward_request - send a packet on to a backend
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @backend: backend; no connection is needed
 * @forward: method
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_request(struct nflb_net *nn, struct sk_buff *skb,
				       const struct nflb_packet *pkt,
				       struct nflb_backend *backend,
				       enum nflb_forward forward)
{
	switch (forward) {
	case NFLB_FORWARD_NAT:
		return nflb_forward_nat(nn, skb, pkt, backend);
	case NFLB_FORWARD_DR:
		return nflb_forward_dr(nn, skb, pkt, backend);
	case NFLB_FORWARD_IPIP:
	case NFLB_FORWARD_GRE:
	case NFLB_FORWARD_GUE:
		return nflb_forward_tunnel(nn, skb, pkt, backend, forward);
	default:
		return nflb_drop(nn, NFLB_DROP_NO_ROUTE);
	}
}

/**
 * nflb_forward - send a packet of a connection to its other end
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @conn: connection
 * @dir: who sent it
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward(struct nflb_net *nn, struct sk_buff *skb,
			       const struct nflb_packet *pkt,
			       struct nflb_conn *conn, enum nflb_dir dir)
{
	if (dir == NFLB_DIR_REPLY)
		return nflb_forward_reply(nn, skb, pkt, conn);
	if (unlikely(conn->forward == NFLB_FORWARD_FULLNAT))
		return nflb_forward_fullnat(nn, skb, pkt, conn);
	return nflb_forward_request(nn, skb, pkt, conn->backend, conn->forward);
}

static u8 packet_ttl(const struct sk_buff *skb, u8 family)
{
	return family == NFPROTO_IPV4 ? ip_hdr(skb)->ttl :
					ipv6_hdr(skb)->hop_limit;
}

/* May whoever sends it further cut it into fragments? */
static bool may_fragment(const struct sk_buff *skb, u8 family)
{
	return family == NFPROTO_IPV4 &&
	       !(ip_hdr(skb)->frag_off & htons(IP_DF));
}

/* Largest fragment of a packet that was reassembled here, or 0. */
static u16 reassembled_from(const struct sk_buff *skb, u8 family)
{
	return family == NFPROTO_IPV4 ? IPCB(skb)->frag_max_size :
					IP6CB(skb)->frag_max_size;
}

static bool too_big(const struct sk_buff *skb, u8 family, u32 mtu)
{
	if (skb->len <= mtu || may_fragment(skb, family))
		return false;
	if (reassembled_from(skb, family) > mtu)
		return true;
	if (skb->ignore_df)
		return false;
	return !(skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu));
}

/**
 * nflb_forward_mtu - largest packet that fits
 * @dst: route
 * @family: family of the packet
 * @overhead: bytes that a tunnel will add, 0 without one; with one, @dst may be
 *	of the other family
 *
 * A forwarded packet has the room of the link, unless the route says
 * otherwise. A tunnel starts here: its packets have the room that was learned
 * of the path.
 *
 * Return: bytes, IP header included.
 */
u32 nflb_forward_mtu(const struct dst_entry *dst, u8 family,
		     unsigned int overhead)
{
	bool ipv4 = family == NFPROTO_IPV4;

	if (overhead)
		return max_t(u32, dst_mtu(dst) - overhead,
			     ipv4 ? IPV4_MIN_MTU : IPV6_MIN_MTU);
	return ipv4 ? ip_dst_mtu_maybe_forward(dst, true) :
		      ip6_dst_mtu_maybe_forward(dst, true);
}

/**
 * nflb_forward_check - may this packet go on?
 * @nn: namespace
 * @skb: packet, not rewritten: errors must quote what the client sent
 * @pkt: the same, parsed
 * @dst: its route, or NULL
 * @overhead: bytes that a tunnel will add, 0 without one
 *
 * What ends here goes no further, and what starts here has made no hop yet.
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_PASS if it may, else NFLB_DROPPED with the sender told.
 */
enum nflb_verdict nflb_forward_check(struct nflb_net *nn, struct sk_buff *skb,
				     const struct nflb_packet *pkt,
				     const struct dst_entry *dst,
				     unsigned int overhead)
{
	u8 family = pkt->tuple.family;
	u32 mtu;

	if (unlikely(!dst))
		return nflb_drop(nn, NFLB_DROP_NO_ROUTE);
	if (unlikely(nflb_route_ends_here(dst)))
		return NFLB_PASS;
	if (unlikely(packet_ttl(skb, family) <= 1) && !nflb_packet_is_own(pkt))
		return nflb_reject_ttl(nn, skb, family);
	mtu = nflb_forward_mtu(dst, family, overhead);
	if (unlikely(too_big(skb, family, mtu)))
		return nflb_reject_too_big(nn, skb, family, mtu);
	return NFLB_PASS;
}

/* One hop further, as a router does it. The network header is writable. */
void nflb_forward_hop(struct sk_buff *skb, const struct nflb_packet *pkt)
{
	if (unlikely(nflb_packet_is_own(pkt)))
		return;
	if (pkt->tuple.family == NFPROTO_IPV4) {
		ip_decrease_ttl(ip_hdr(skb));
		IPCB(skb)->flags |= IPSKB_FORWARDED;
	} else {
		ipv6_hdr(skb)->hop_limit--;
		IP6CB(skb)->flags |= IP6SKB_FORWARDED;
	}
}

/* A balanced packet never becomes conntrack's, here or in POSTROUTING. */
void nflb_forward_mark(struct sk_buff *skb)
{
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
}

/* Who sends it from here, for filters that go by control groups. */
static struct sock *socket_of(const struct sk_buff *skb)
{
	return skb->sk && sk_fullsock(skb->sk) ? skb->sk : NULL;
}

/**
 * nflb_forward_output - let a packet go the way of a route
 * @net: namespace
 * @skb: packet
 * @dst: route, valid until the RCU read side ends
 *
 * Through dst_output(): POSTROUTING, traffic control and offloads see it.
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN.
 */
enum nflb_verdict nflb_forward_output(struct net *net, struct sk_buff *skb,
				      struct dst_entry *dst)
{
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, dst);
	nflb_forward_mark(skb);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	dst_output(net, socket_of(skb), skb);
	return NFLB_STOLEN;
}

/*
 * It is the host's by the route it gets here: looked up as usual, it might be
 * refused for where it comes from, which is an address of the host's if it was
 * translated to a service's that is.
 */
static enum nflb_verdict give_to_host(struct sk_buff *skb,
				      struct dst_entry *dst)
{
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, dst);
	nflb_forward_mark(skb);
	return NFLB_HOST;
}

/**
 * nflb_forward_onward - let a packet go the way of a route, one hop or none
 * @net: namespace
 * @skb: packet, translated if need be; its network header is writable
 * @pkt: the same, parsed before
 * @dst: route, valid until the RCU read side ends; it may end here
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, or NFLB_HOST if the host's stack is to take it from here.
 */
enum nflb_verdict nflb_forward_onward(struct net *net, struct sk_buff *skb,
				      const struct nflb_packet *pkt,
				      struct dst_entry *dst)
{
	if (unlikely(nflb_route_ends_here(dst)) && !nflb_packet_is_own(pkt))
		return give_to_host(skb, dst);
	nflb_forward_hop(skb, pkt);
	return nflb_forward_output(net, skb, dst);
}

/**
 * nflb_forward_to_host - the backend of a packet is the host, by no translation
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 *
 * To the host it is like any packet to its address, and so are the answers,
 * which nobody here sees: connection tracking has both or none.
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_HOST, or NFLB_DROPPED if the service's address is not the host's.
 */
enum nflb_verdict nflb_forward_to_host(struct nflb_net *nn, struct sk_buff *skb,
				       const struct nflb_packet *pkt)
{
	if (!nflb_route_is_local(nn->net, nflb_tuple_dst(&pkt->tuple),
				 pkt->tuple.family))
		return nflb_drop(nn, NFLB_DROP_NO_ROUTE);
	nf_reset_ct(skb);
	return NFLB_HOST;
}
