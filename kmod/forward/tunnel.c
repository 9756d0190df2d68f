// SPDX-License-Identifier: GPL-2.0
/*
 * Tunnels: the packet travels whole inside another one to the backend, which
 * owns the service's address and answers the client itself. The outer IP
 * header, offloads and sizes are here; gre.c and gue.c know what stands between
 * the two IP headers. IP in IP (RFC 2003, RFC 2473, RFC 4213) has nothing there.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/once.h>
#include <net/gso.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "backend.h"
#include "forward/forward.h"
#include "forward/tunnel.h"
#include "net.h"
#include "reject.h"
#include "route.h"

/*
 * Keyed at random: clients must not be able to choose the queue in which a
 * backend receives them.
 */
static u32 flow_hash(const struct nflb_packet *pkt)
{
	static u32 seed __read_mostly;

	net_get_random_once(&seed, sizeof(seed));
	return jhash2((const u32 *)pkt->tuple.addr,
		      2 * nflb_addr_words(pkt->tuple.family),
		      seed ^ (__force u32)pkt->tuple.ports);
}

/**
 * nflb_tunnel_source - the outer source address of a flow
 * @addr: result, as many words as the family needs
 * @tunnel: options with a source
 * @family: family of the outer header
 * @hash: of the flow
 *
 * Context: any.
 */
void nflb_tunnel_source(__be32 addr[4], const struct nflb_tunnel *tunnel,
			u8 family, u32 hash)
{
	unsigned int last = nflb_addr_words(family) - 1;
	unsigned int vary = 32 * (last + 1) - tunnel->source_prefix;

	memcpy(addr, tunnel->source, nflb_addr_size(family));
	if (vary)
		addr[last] |= htonl(hash >> (32 - min(vary, 32U)));
}

/**
 * nflb_tunnel_inside - find the packet inside another
 * @skb: packet
 * @offset: what follows the outer IP header, bytes from skb->data
 * @protocol: what the outer IP header calls it
 * @family: set to the family of the packet inside
 *
 * Context: any.
 * Return: where the packet inside starts, bytes from skb->data, or 0 if there
 * is none that a tunnel of ours can have sent.
 */
unsigned int nflb_tunnel_inside(const struct sk_buff *skb, unsigned int offset,
				u8 protocol, u8 *family)
{
	switch (protocol) {
	case IPPROTO_IPIP:
		*family = NFPROTO_IPV4;
		return offset;
	case IPPROTO_IPV6:
		*family = NFPROTO_IPV6;
		return offset;
	case IPPROTO_GRE:
		return nflb_gre_inside(skb, offset, family);
	case IPPROTO_UDP:
		return nflb_gue_inside(skb, offset, family);
	default:
		return 0;
	}
}

static unsigned int shim_size(enum nflb_forward method,
			      const struct nflb_tunnel *tunnel)
{
	switch (method) {
	case NFLB_FORWARD_GRE:
		return nflb_gre_size(tunnel);
	case NFLB_FORWARD_GUE:
		return NFLB_GUE_SIZE;
	default:
		return 0;
	}
}

/**
 * nflb_tunnel_size - bytes that a tunnel adds to a packet
 * @backend: backend
 * @method: tunnel
 *
 * Context: RCU read side.
 * Return: size of all headers around the packet.
 */
unsigned int nflb_tunnel_size(const struct nflb_backend *backend,
			      enum nflb_forward method)
{
	return nflb_network_header_size(backend->family) +
	       shim_size(method, rcu_dereference(backend->tunnel));
}

/* @backend has just been routed to, by @dst. */
static void describe(struct nflb_outer *outer, const struct nflb_packet *pkt,
		     const struct nflb_backend *backend,
		     enum nflb_forward method, const struct dst_entry *dst)
{
	const struct nflb_tunnel *tunnel = rcu_dereference(backend->tunnel);

	outer->tunnel = tunnel;
	outer->method = method;
	outer->family = backend->family;
	outer->inner = pkt->tuple.family;
	outer->size = nflb_network_header_size(outer->family) +
		      shim_size(method, tunnel);
	outer->fragment = dst_mtu(dst) < IPV6_MIN_MTU + outer->size;
	outer->hash = flow_hash(pkt);
	outer->daddr = backend->addr;
	if (tunnel->source_prefix)
		nflb_tunnel_source(outer->saddr, tunnel, outer->family,
				   outer->hash);
	else
		memcpy(outer->saddr, nflb_route_source(backend),
		       nflb_addr_size(outer->family));
}

/* What the packet inside hands on to the outer header. */
struct inherited {
	u8	dsfield;
	u8	ttl;
	__be16	df;
};

/*
 * Where no IPv6 packet of the least size fits, the outer packet may be cut
 * (RFC 4213, section 3.2.1).
 */
static void inherit(struct inherited *from, const struct sk_buff *skb,
		    const struct nflb_outer *outer)
{
	u8 dsfield;

	if (outer->inner == NFPROTO_IPV4) {
		dsfield = ip_hdr(skb)->tos;
		from->ttl = ip_hdr(skb)->ttl;
		from->df = ip_hdr(skb)->frag_off & htons(IP_DF);
	} else {
		dsfield = ipv6_get_dsfield(ipv6_hdr(skb));
		from->ttl = ipv6_hdr(skb)->hop_limit;
		from->df = outer->fragment ? 0 : htons(IP_DF);
	}
	from->dsfield = INET_ECN_encapsulate(dsfield, dsfield);
}

static void push_ipv4(struct net *net, struct sk_buff *skb,
		      const struct nflb_outer *outer,
		      const struct inherited *from, u8 protocol)
{
	struct iphdr *iph = skb_push(skb, sizeof(*iph));

	skb_reset_network_header(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = from->dsfield;
	iph->tot_len = htons(skb->len);
	iph->frag_off = from->df;
	iph->ttl = from->ttl;
	iph->protocol = protocol;
	iph->saddr = outer->saddr[0];
	iph->daddr = outer->daddr[0];
	iph->id = 0;
	/* Only what may be cut needs an identification (RFC 6864). */
	if (!from->df)
		__ip_select_ident(net, iph, skb_shinfo(skb)->gso_segs ?: 1);
	ip_send_check(iph);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
}

/* The flow label tells flows apart for those who share load (RFC 6438). */
static void push_ipv6(struct sk_buff *skb, const struct nflb_outer *outer,
		      const struct inherited *from, u8 protocol)
{
	__be32 label = htonl(outer->hash) & IPV6_FLOWLABEL_MASK;
	struct ipv6hdr *iph = skb_push(skb, sizeof(*iph));

	skb_reset_network_header(skb);
	ip6_flow_hdr(iph, from->dsfield, label);
	iph->payload_len = htons(skb->len - sizeof(*iph));
	iph->nexthdr = protocol;
	iph->hop_limit = from->ttl;
	memcpy(&iph->saddr, outer->saddr, sizeof(iph->saddr));
	memcpy(&iph->daddr, outer->daddr, sizeof(iph->daddr));
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
}

/* Returns the protocol of the outer IP header. */
static u8 push_shim(struct sk_buff *skb, const struct nflb_outer *outer)
{
	u8 protocol = nflb_tunnel_protocol(outer->inner);

	skb_push(skb, shim_size(outer->method, outer->tunnel));
	skb_reset_transport_header(skb);
	switch (outer->method) {
	case NFLB_FORWARD_GRE:
		nflb_gre_fill(skb, outer);
		return IPPROTO_GRE;
	case NFLB_FORWARD_GUE:
		nflb_gue_fill(skb, outer);
		return IPPROTO_UDP;
	default:
		skb_set_inner_ipproto(skb, protocol);
		return protocol;
	}
}

/* How a large segment is to be cut. */
static int gso_type(const struct nflb_outer *outer)
{
	int ip = outer->family == NFPROTO_IPV4 ? SKB_GSO_IPXIP4 :
						 SKB_GSO_IPXIP6;
	bool checksum = outer->tunnel->checksum;

	switch (outer->method) {
	case NFLB_FORWARD_GRE:
		return checksum ? SKB_GSO_GRE_CSUM : SKB_GSO_GRE;
	case NFLB_FORWARD_GUE:
		return ip | (checksum ? SKB_GSO_UDP_TUNNEL_CSUM :
					SKB_GSO_UDP_TUNNEL);
	default:
		return ip;
	}
}

/*
 * Room and offload state for the outer headers. The inner headers begin with
 * IP: what was received before it does not travel.
 */
static bool prepare(struct sk_buff *skb, const struct nflb_outer *outer,
		    const struct nflb_packet *pkt, const struct dst_entry *dst)
{
	if (skb_cow_head(skb, LL_RESERVED_SPACE(dst->dev) + dst->header_len +
			      outer->size))
		return false;
	skb_set_transport_header(skb, pkt->thoff);
	if (iptunnel_handle_offloads(skb, gso_type(outer)))
		return false;
	skb_set_inner_mac_header(skb, 0);
	return true;
}

/*
 * The checksum that an SCTP sender left to its device is a CRC: no outer
 * checksum can build on it, and devices do not look for it in there.
 */
static bool settle_crc(struct sk_buff *skb)
{
	return skb->ip_summed != CHECKSUM_PARTIAL || !skb_csum_is_sctp(skb) ||
	       !skb_csum_hwoffload_help(skb, 0);
}

static enum nflb_verdict send(struct nflb_net *nn, struct sk_buff *skb,
			      const struct nflb_packet *pkt,
			      const struct nflb_outer *outer,
			      struct dst_entry *dst)
{
	struct inherited from;
	u8 protocol;

	if (!settle_crc(skb) || !prepare(skb, outer, pkt, dst))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	nflb_forward_hop(skb, pkt);
	inherit(&from, skb, outer);
	protocol = push_shim(skb, outer);
	if (outer->family == NFPROTO_IPV4)
		push_ipv4(nn->net, skb, outer, &from, protocol);
	else
		push_ipv6(skb, outer, &from, protocol);
	/* Its size was judged before; a small rest may be cut underway. */
	skb->ignore_df = 1;
	return nflb_forward_output(nn->net, skb, dst);
}

/*
 * A large segment that no outer length field can hold, that is in a tunnel
 * already, or whose pieces need a CRC is cut here.
 */
static bool must_cut(const struct sk_buff *skb, const struct nflb_outer *outer)
{
	return skb_is_gso(skb) &&
	       (skb->encapsulation || skb_is_gso_sctp(skb) ||
		skb->len + outer->size > IP_MAX_MTU);
}

static enum nflb_verdict send_pieces(struct nflb_net *nn, struct sk_buff *skb,
				     const struct nflb_packet *pkt,
				     const struct nflb_outer *outer,
				     struct dst_entry *dst)
{
	struct sk_buff *pieces, *piece, *next;

	pieces = skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	if (IS_ERR_OR_NULL(pieces))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	skb_list_walk_safe(pieces, piece, next) {
		skb_mark_not_on_list(piece);
		if (send(nn, piece, pkt, outer, dst) != NFLB_STOLEN)
			kfree_skb(piece);
	}
	consume_skb(skb);
	return NFLB_STOLEN;
}

/**
 * nflb_forward_tunnel - send a packet to its backend inside another
 * @nn: namespace
 * @skb: packet
 * @pkt: the same, parsed
 * @backend: backend
 * @method: tunnel
 *
 * Context: softirq, RCU read side.
 * Return: NFLB_STOLEN, NFLB_HOST, or NFLB_DROPPED with @skb still the caller's.
 */
enum nflb_verdict nflb_forward_tunnel(struct nflb_net *nn, struct sk_buff *skb,
				      const struct nflb_packet *pkt,
				      struct nflb_backend *backend,
				      enum nflb_forward method)
{
	u8 family = pkt->tuple.family;
	enum nflb_verdict verdict;
	struct nflb_outer outer;
	struct dst_entry *dst;

	dst = nflb_route_backend(nn->net, backend, NFLB_ROUTE_ADDRESS);
	if (unlikely(dst && nflb_route_ends_here(dst)))
		return nflb_forward_to_host(nn, skb, pkt);
	verdict = nflb_forward_check(nn, skb, pkt, dst,
				     nflb_tunnel_size(backend, method));
	if (verdict != NFLB_PASS)
		return verdict;
	describe(&outer, pkt, backend, method, dst);
	if (unlikely(must_cut(skb, &outer)))
		return send_pieces(nn, skb, pkt, &outer, dst);
	if (unlikely(skb->len + outer.size > IP_MAX_MTU))
		return nflb_reject_too_big(nn, skb, family,
					   IP_MAX_MTU - outer.size);
	return send(nn, skb, pkt, &outer, dst);
}
