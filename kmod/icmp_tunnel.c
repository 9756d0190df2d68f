// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors about packets that we sent into a tunnel. They come to the
 * director, which is the source of the outer header, and mean the client. The
 * route learns of a narrow path from any of them; the client is told at once
 * where the error quotes enough of the packet inside, and else with its next
 * packet that does not fit: nflb_forward_check().
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "conn.h"
#include "failure.h"
#include "filter.h"
#include "forward/forward.h"
#include "forward/tunnel.h"
#include "icmp.h"
#include "net.h"
#include "reject.h"
#include "route.h"

/* Can the quoted packet be one that we sent to a backend? */
static bool ours(const struct nflb_net *nn, const struct nflb_packet *quoted)
{
	const struct nflb_tuple *tuple = &quoted->tuple;
	u8 family = tuple->family;

	switch (quoted->protocol) {
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
	case IPPROTO_GRE:
	case IPPROTO_UDP:
		return test_bit(nflb_filter_bit(nflb_tuple_dst(tuple), family),
				nn->filter.sources) &&
		       nflb_route_is_local(nn->net, nflb_tuple_src(tuple), family);
	default:
		return false;
	}
}

static enum nflb_icmp meaning_ipv4(const struct icmphdr *icmph)
{
	switch (icmph->type) {
	case ICMP_DEST_UNREACH:
		return icmph->code == ICMP_FRAG_NEEDED ? NFLB_ICMP_TOO_BIG :
							 NFLB_ICMP_UNREACHABLE;
	case ICMP_TIME_EXCEEDED:
		return icmph->code == ICMP_EXC_TTL ? NFLB_ICMP_TTL :
						     NFLB_ICMP_NONE;
	default:
		return NFLB_ICMP_NONE;
	}
}

/* A backend without the tunnel's end has a problem with the next header. */
static enum nflb_icmp meaning_ipv6(const struct icmp6hdr *icmp6h)
{
	switch (icmp6h->icmp6_type) {
	case ICMPV6_DEST_UNREACH:
		return NFLB_ICMP_UNREACHABLE;
	case ICMPV6_PKT_TOOBIG:
		return NFLB_ICMP_TOO_BIG;
	case ICMPV6_TIME_EXCEED:
		return icmp6h->icmp6_code == ICMPV6_EXC_HOPLIMIT ?
		       NFLB_ICMP_TTL : NFLB_ICMP_NONE;
	case ICMPV6_PARAMPROB:
		return icmp6h->icmp6_code == ICMPV6_UNK_NEXTHDR ?
		       NFLB_ICMP_UNREACHABLE : NFLB_ICMP_NONE;
	default:
		return NFLB_ICMP_NONE;
	}
}

/**
 * nflb_icmp_meaning - what an ICMP error means, as far as it concerns a client
 * @skb: the error, linear to the end of its own header
 * @pkt: the same, parsed
 *
 * Codes that only tell of a tunnel's inside are of no use to the client (RFC
 * 2003, section 4.1; RFC 2473, section 8).
 *
 * Context: any.
 * Return: the meaning.
 */
enum nflb_icmp nflb_icmp_meaning(const struct sk_buff *skb,
				 const struct nflb_packet *pkt)
{
	const void *header = skb->data + pkt->thoff;

	if (pkt->tuple.family == NFPROTO_IPV4)
		return meaning_ipv4(header);
	return meaning_ipv6(header);
}

/* The quoted header is made the packet's, as the kernel's handlers have it. */
static void learn_mtu(struct net *net, struct sk_buff *skb,
		      const struct nflb_packet *pkt, u8 protocol)
{
	const struct icmp6hdr *icmp6h = (void *)skb->data + pkt->thoff;
	const struct icmphdr *icmph = (void *)skb->data + pkt->thoff;
	u32 mtu;

	if (pkt->tuple.family == NFPROTO_IPV4) {
		mtu = ntohs(icmph->un.frag.mtu);
		skb_pull(skb, pkt->inner);
		ipv4_update_pmtu(skb, net, mtu, 0, protocol);
	} else {
		__be32 told = icmp6h->icmp6_mtu;

		skb_pull(skb, pkt->inner);
		ip6_update_pmtu(skb, net, told, 0, 0, sock_net_uid(net, NULL));
	}
	skb_push(skb, pkt->inner);
}

/* The connection of the packet inside, if it went the way of the quoted one. */
static struct nflb_conn *find_connection(struct nflb_net *nn,
					 const struct nflb_packet *quoted,
					 const struct nflb_packet *inside)
{
	const struct nflb_backend *backend;
	struct nflb_conn *conn;
	enum nflb_dir dir;

	conn = nflb_conn_lookup(nn, &inside->tuple, &dir);
	if (!conn || dir != NFLB_DIR_REQUEST)
		return NULL;
	backend = conn->backend;
	if (!nflb_forward_is_tunnel(conn->forward) ||
	    !nflb_conn_served(conn) ||
	    backend->family != quoted->tuple.family ||
	    !nflb_addr_equal(backend->addr, nflb_tuple_dst(&quoted->tuple),
			     backend->family))
		return NULL;
	return conn;
}

/* How much the client may send, or 0 if this packet was not too big. */
static u32 room(struct net *net, const struct sk_buff *skb, u8 family,
		const struct nflb_conn *conn)
{
	struct dst_entry *dst;
	u32 mtu, len;

	dst = nflb_route_backend(net, conn->backend, NFLB_ROUTE_ADDRESS);
	if (!dst)
		return 0;
	mtu = nflb_forward_mtu(dst, family,
			       nflb_tunnel_size(conn->backend, conn->forward));
	if (family == NFPROTO_IPV4) {
		if (!(ip_hdr(skb)->frag_off & htons(IP_DF)))
			return 0;
		len = ntohs(ip_hdr(skb)->tot_len);
	} else {
		len = sizeof(struct ipv6hdr) +
		      ntohs(ipv6_hdr(skb)->payload_len);
	}
	return len > mtu ? mtu : 0;
}

/* The packet inside, as if the client had just sent it. */
static void uncover(struct sk_buff *skb, unsigned int offset, u8 family)
{
	skb_pull(skb, offset);
	skb_reset_network_header(skb);
	skb_reset_mac_header(skb);
	skb_dst_drop(skb);
	if (family == NFPROTO_IPV4) {
		skb->protocol = htons(ETH_P_IP);
		memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	} else {
		skb->protocol = htons(ETH_P_IPV6);
		memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	}
}

static void tell_client(struct nflb_net *nn, struct sk_buff *skb,
			const struct nflb_packet *inside,
			const struct nflb_conn *conn, enum nflb_icmp error)
{
	u8 family = inside->tuple.family;
	struct sk_buff *copy;
	u32 mtu = 0;

	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy)
		return;
	uncover(copy, inside->offset, family);
	if (error == NFLB_ICMP_TOO_BIG)
		mtu = room(nn->net, copy, family, conn);
	if (error != NFLB_ICMP_TOO_BIG || mtu)
		nflb_reject_icmp(nn->net, copy, family, error, mtu);
	consume_skb(copy);
}

/* The packet inside, if enough of it is quoted. Its header is made linear. */
static bool parse_inside(struct nflb_packet *inside, struct sk_buff *skb,
			 const struct nflb_packet *quoted)
{
	unsigned int offset;
	u8 family;

	offset = nflb_tunnel_inside(skb, quoted->thoff, quoted->protocol,
				    &family);
	return offset &&
	       nflb_packet_parse_quoted(inside, skb, offset, family) &&
	       pskb_may_pull(skb, inside->thoff);
}

/**
 * nflb_icmp_tunnel - act on an ICMP error that may be about a tunnel of ours
 * @nn: namespace
 * @skb: the error; the host's stack may have it afterwards
 * @pkt: the same, parsed
 * @quoted: the packet it quotes, parsed as far as possible
 *
 * Context: softirq, RCU read side.
 */
void nflb_icmp_tunnel(struct nflb_net *nn, struct sk_buff *skb,
		      const struct nflb_packet *pkt,
		      const struct nflb_packet *quoted)
{
	struct nflb_packet inside;
	const struct nflb_conn *conn;
	enum nflb_icmp error;

	if (!ours(nn, quoted) || !nflb_icmp_checksum_good(skb, pkt) ||
	    !pskb_may_pull(skb, quoted->thoff))
		return;
	error = nflb_icmp_meaning(skb, pkt);
	if (error == NFLB_ICMP_NONE)
		return;
	if (error == NFLB_ICMP_TOO_BIG)
		learn_mtu(nn->net, skb, pkt, quoted->protocol);
	if (!parse_inside(&inside, skb, quoted))
		return;
	conn = find_connection(nn, quoted, &inside);
	if (!conn)
		return;
	if (error == NFLB_ICMP_UNREACHABLE)
		nflb_failure_count(conn->backend, NFLB_FAILURES_UNREACHABLE);
	tell_client(nn, skb, &inside, conn, error);
}
