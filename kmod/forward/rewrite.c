// SPDX-License-Identifier: GPL-2.0
/*
 * Address and port translation with incremental checksums (RFC 1624). A
 * checksum that was wrong stays wrong: nothing is repaired on the way.
 */
#include <linux/crc32.h>
#include <linux/crc32c.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>

#include "forward/rewrite.h"

static unsigned int header_size(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_SCTP:
		return sizeof(struct sctphdr);
	default:
		return sizeof(struct udphdr);
	}
}

static unsigned int check_offset(u8 protocol)
{
	return protocol == IPPROTO_TCP ? offsetof(struct tcphdr, check) :
					 offsetof(struct udphdr, check);
}

static void rewrite_ipv4(struct sk_buff *skb, unsigned int offset,
			 enum nflb_side side, __be32 addr, __sum16 *check)
{
	struct iphdr *iph = (struct iphdr *)(skb->data + offset);
	__be32 *field = side == NFLB_SIDE_SRC ? &iph->saddr : &iph->daddr;

	if (check)
		inet_proto_csum_replace4(check, skb, *field, addr, true);
	csum_replace4(&iph->check, *field, addr);
	*field = addr;
}

static void rewrite_ipv6(struct sk_buff *skb, unsigned int offset,
			 enum nflb_side side, const __be32 *addr,
			 __sum16 *check)
{
	struct ipv6hdr *iph = (struct ipv6hdr *)(skb->data + offset);
	struct in6_addr *field = side == NFLB_SIDE_SRC ? &iph->saddr :
							 &iph->daddr;

	if (check)
		inet_proto_csum_replace16(check, skb, field->s6_addr32, addr,
					  true);
	memcpy(field, addr, sizeof(*field));
}

/**
 * nflb_rewrite_address - translate one address
 * @skb: packet, writable so far
 * @offset: its network header, bytes from skb->data
 * @family: its family
 * @side: which address
 * @addr: new address
 * @check: transport checksum that covers the address, or NULL
 *
 * Context: softirq.
 */
void nflb_rewrite_address(struct sk_buff *skb, unsigned int offset, u8 family,
			  enum nflb_side side, const __be32 *addr,
			  __sum16 *check)
{
	if (family == NFPROTO_IPV4)
		rewrite_ipv4(skb, offset, side, addr[0], check);
	else
		rewrite_ipv6(skb, offset, side, addr, check);
}

static void rewrite_port(struct sk_buff *skb, unsigned int thoff,
			 enum nflb_side side, __be16 port, __sum16 *check)
{
	/* All protocols begin with source and destination port. */
	__be16 *field = (__be16 *)(skb->data + thoff) + side;

	if (check)
		inet_proto_csum_replace2(check, skb, *field, port, false);
	*field = port;
}

static void rewrite(struct sk_buff *skb, const struct nflb_packet *pkt,
		    enum nflb_side side, const struct nflb_endpoint *to,
		    __sum16 *check)
{
	nflb_rewrite_address(skb, pkt->offset, pkt->tuple.family, side,
			     to->addr, check);
	rewrite_port(skb, pkt->thoff, side, to->port, check);
	/* For UDP zero means "no checksum" (RFC 768). */
	if (check && pkt->protocol == IPPROTO_UDP && !*check)
		*check = CSUM_MANGLED_0;
}

/*
 * SCTP's checksum covers no address, and a CRC is linear: it changes by the
 * CRC of what changes, zeros all around. So the packet need not be summed, and
 * a sum that was wrong stays wrong here too.
 */
static void update_crc(struct sk_buff *skb, unsigned int thoff,
		       const __be16 change[2])
{
	struct sctphdr *sh = (struct sctphdr *)(skb->data + thoff);
	unsigned int rest = skb->len - thoff - 2 * sizeof(*change);
	u32 crc;

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return;
	crc = crc32c(0, change, 2 * sizeof(*change));
	sh->checksum ^= cpu_to_le32(__crc32c_le_combine(crc, 0, rest));
	/* What a device may have summed of the packet is void. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
}

static void rewrite_sctp(struct sk_buff *skb, const struct nflb_packet *pkt,
			 enum nflb_side side, const struct nflb_endpoint *to)
{
	__be16 change[2] = {}, *ports = (__be16 *)(skb->data + pkt->thoff);

	change[side] = ports[side] ^ to->port;
	if (change[side])
		update_crc(skb, pkt->thoff, change);
	rewrite(skb, pkt, side, to, NULL);
}

/**
 * nflb_rewrite - translate address and port of a packet
 * @skb: packet
 * @pkt: the same, parsed
 * @side: which end
 * @to: new address and port
 *
 * Header pointers of the caller are void afterwards; offsets in @pkt stand.
 *
 * Context: softirq.
 * Return: false without memory, and nothing changed.
 */
bool nflb_rewrite(struct sk_buff *skb, const struct nflb_packet *pkt,
		  enum nflb_side side, const struct nflb_endpoint *to)
{
	__sum16 *check;

	if (skb_ensure_writable(skb, pkt->thoff + header_size(pkt->protocol)))
		return false;

	if (pkt->protocol == IPPROTO_SCTP) {
		rewrite_sctp(skb, pkt, side, to);
		return true;
	}
	check = (__sum16 *)(skb->data + pkt->thoff +
			    check_offset(pkt->protocol));
	if (pkt->protocol == IPPROTO_UDP && !*check &&
	    skb->ip_summed != CHECKSUM_PARTIAL)
		check = NULL;
	rewrite(skb, pkt, side, to, check);
	return true;
}

/**
 * nflb_rewrite_quoted - translate the packet an ICMP error quotes
 * @skb: the ICMP error, writable up to the end of the quoted ports at least,
 *	CHECKSUM_NONE
 * @quoted: the quoted packet, parsed
 * @side: which end
 * @to: new address and port
 *
 * Its transport checksum is translated too if it is among what is quoted and
 * can be written; not that of SCTP, which needs the whole packet.
 *
 * Context: softirq.
 */
void nflb_rewrite_quoted(struct sk_buff *skb, const struct nflb_packet *quoted,
			 enum nflb_side side, const struct nflb_endpoint *to)
{
	unsigned int offset = quoted->thoff + check_offset(quoted->protocol);
	__sum16 *check = NULL;

	if (quoted->protocol != IPPROTO_SCTP &&
	    offset + sizeof(*check) <= skb_headlen(skb)) {
		check = (__sum16 *)(skb->data + offset);
		if (quoted->protocol == IPPROTO_UDP && !*check)
			check = NULL;
	}
	rewrite(skb, quoted, side, to, check);
}
