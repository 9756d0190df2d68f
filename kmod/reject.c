// SPDX-License-Identifier: GPL-2.0
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/dst_metadata.h>
#include <net/icmp.h>
#include <net/ip6_checksum.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/route.h>
#include <net/tcp.h>

#include "forward/forward.h"
#include "net.h"
#include "reject.h"
#include "route.h"

static struct sk_buff *build_reset(struct net *net, struct sk_buff *skb,
				   const struct nflb_packet *pkt)
{
	unsigned int hook = nflb_packet_hook(pkt);

	if (pkt->tuple.family == NFPROTO_IPV4)
		return nf_reject_skb_v4_tcp_reset(net, skb, pkt->in, hook);
	return nf_reject_skb_v6_tcp_reset(net, skb, pkt->in, hook);
}

/**
 * nflb_reject_output - send the answer to a request the way of a backend's
 * @net: namespace
 * @answer: IP packet, which is consumed; NULL if there is none
 * @request: what is answered
 *
 * Connection tracking does not see it: of a connection it knows nothing of, a
 * reset would be invalid, which firewalls drop.
 *
 * Context: softirq.
 */
void nflb_reject_output(struct net *net, struct sk_buff *answer,
			const struct nflb_tuple *request)
{
	struct dst_entry *dst;

	if (!answer)
		return;
	dst = nflb_route_answer(net, request);
	if (!dst) {
		kfree_skb(answer);
		return;
	}
	nflb_forward_output(net, answer, dst);
	dst_release(dst);
}

static void send_reset(struct net *net, struct sk_buff *skb,
		       const struct nflb_packet *pkt)
{
	nflb_reject_output(net, build_reset(net, skb, pkt), &pkt->tuple);
}

static void send_unreachable(struct net *net, struct sk_buff *skb,
			     const struct nflb_packet *pkt)
{
	unsigned int hook = nflb_packet_hook(pkt);

	if (pkt->tuple.family == NFPROTO_IPV4)
		nf_send_unreach(skb, ICMP_PORT_UNREACH, hook);
	else
		nf_send_unreach6(net, skb, ICMPV6_PORT_UNREACH, hook);
}

/**
 * nflb_reject - tell the sender at once: reset, abort or port unreachable
 * @nn: namespace
 * @skb: packet, not rewritten
 * @pkt: the same, parsed
 * @reason: why
 *
 * Context: softirq.
 * Return: NFLB_DROPPED.
 */
enum nflb_verdict nflb_reject(struct nflb_net *nn, struct sk_buff *skb,
			      const struct nflb_packet *pkt,
			      enum nflb_drop reason)
{
	if (pkt->protocol == IPPROTO_TCP)
		send_reset(nn->net, skb, pkt);
	else if (pkt->protocol == IPPROTO_SCTP)
		nflb_reject_sctp(nn->net, skb, pkt);
	else
		send_unreachable(nn->net, skb, pkt);
	return nflb_drop(nn, reason);
}

static __sum16 reset_checksum(const struct sk_buff *skb,
			      const struct nflb_packet *pkt,
			      const struct tcphdr *th)
{
	__wsum sum = csum_partial(th, sizeof(*th), 0);

	if (pkt->tuple.family == NFPROTO_IPV4)
		return tcp_v4_check(sizeof(*th), ip_hdr(skb)->saddr,
				    ip_hdr(skb)->daddr, sum);
	return tcp_v6_check(sizeof(*th), &ipv6_hdr(skb)->saddr,
			    &ipv6_hdr(skb)->daddr, sum);
}

static void set_length(struct sk_buff *skb, u8 family)
{
	if (family == NFPROTO_IPV4) {
		ip_hdr(skb)->tot_len = htons(skb->len);
		ip_send_check(ip_hdr(skb));
	} else {
		ipv6_hdr(skb)->payload_len =
			htons(skb->len - sizeof(struct ipv6hdr));
	}
}

/*
 * The segment becomes a reset in its own place: whoever it was meant for knows
 * it by its addresses and takes it for its sequence number, which is the next
 * one unless segments were lost.
 */
static bool become_reset(struct sk_buff *skb, const struct nflb_packet *pkt)
{
	unsigned int size = pkt->thoff + sizeof(struct tcphdr);
	struct tcphdr *th;

	if (skb_ensure_writable(skb, size) || pskb_trim(skb, size))
		return false;
	th = (struct tcphdr *)(skb->data + pkt->thoff);
	th->doff = sizeof(*th) / 4;
	((u8 *)th)[13] = NFLB_TCP_RST | (pkt->tcp_flags & NFLB_TCP_ACK);
	th->window = 0;
	th->urg_ptr = 0;
	th->check = 0;
	th->check = reset_checksum(skb, pkt, th);
	set_length(skb, pkt->tuple.family);
	if (skb_is_gso(skb))
		skb_gso_reset(skb);
	skb->ip_summed = CHECKSUM_NONE;
	return true;
}

/**
 * nflb_reject_both - reset a TCP connection at both of its ends
 * @nn: namespace
 * @skb: packet of the connection
 * @pkt: the same, parsed
 * @conn: connection
 * @dir: who sent the packet
 * @reason: why
 *
 * The sender is answered, and the receiver gets a reset in place of the
 * packet. A packet that is a reset just goes on.
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_reject_both(struct nflb_net *nn, struct sk_buff *skb,
				   const struct nflb_packet *pkt,
				   struct nflb_conn *conn, enum nflb_dir dir,
				   enum nflb_drop reason)
{
	enum nflb_verdict dropped = nflb_drop(nn, reason);

	if (!(pkt->tcp_flags & NFLB_TCP_RST)) {
		send_reset(nn->net, skb, pkt);
		if (!become_reset(skb, pkt))
			return dropped;
	}
	return nflb_forward(nn, skb, pkt, conn, dir);
}

/*
 * ICMP looks at the route of the packet it is about, in its family. A packet of
 * the host's own has one, any other has not been routed yet.
 */
static bool give_route(struct net *net, struct sk_buff *skb)
{
	struct flowi4 fl4 = { .daddr = ip_hdr(skb)->saddr };
	struct rtable *rt = ip_route_output_key(net, &fl4);

	if (IS_ERR(rt))
		return false;
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
	return true;
}

static void send_icmp(struct net *net, struct sk_buff *skb,
		      enum nflb_icmp error, u32 mtu)
{
	if (!skb_valid_dst(skb) && !give_route(net, skb))
		return;
	if (error == NFLB_ICMP_UNREACHABLE)
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	else if (error == NFLB_ICMP_TTL)
		icmp_send(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
	else if (error == NFLB_ICMP_TOO_BIG)
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, htonl(mtu));
}

/* And ICMPv6 at its device. */
static void send_icmpv6(struct net *net, struct sk_buff *skb,
			enum nflb_icmp error, u32 mtu)
{
	if (!skb->dev)
		skb->dev = net->loopback_dev;
	if (error == NFLB_ICMP_UNREACHABLE)
		icmpv6_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH, 0);
	else if (error == NFLB_ICMP_TTL)
		icmpv6_send(skb, ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT, 0);
	else if (error == NFLB_ICMP_TOO_BIG)
		icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
}

/**
 * nflb_reject_icmp - tell the sender of a packet what became of it
 * @net: namespace
 * @skb: packet, as the sender sent it; it may lose its route
 * @family: its family
 * @error: what became of it
 * @mtu: for NFLB_ICMP_TOO_BIG: what fits, in bytes
 *
 * Context: softirq.
 */
void nflb_reject_icmp(struct net *net, struct sk_buff *skb, u8 family,
		      enum nflb_icmp error, u32 mtu)
{
	if (family == NFPROTO_IPV4)
		send_icmp(net, skb, error, mtu);
	else
		send_icmpv6(net, skb, error, mtu);
}

enum nflb_verdict nflb_reject_ttl(struct nflb_net *nn, struct sk_buff *skb,
				  u8 family)
{
	nflb_reject_icmp(nn->net, skb, family, NFLB_ICMP_TTL, 0);
	return nflb_drop(nn, NFLB_DROP_TTL);
}

enum nflb_verdict nflb_reject_too_big(struct nflb_net *nn, struct sk_buff *skb,
				      u8 family, u32 mtu)
{
	nflb_reject_icmp(nn->net, skb, family, NFLB_ICMP_TOO_BIG, mtu);
	return nflb_drop(nn, NFLB_DROP_TOO_BIG);
}
