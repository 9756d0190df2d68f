// SPDX-License-Identifier: GPL-2.0
/*
 * Packet parser. Reads through skb_header_pointer() only, so nothing outside
 * the packet is ever touched and nothing is moved.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "packet.h"

/* Network header: addresses, transport protocol and its offset. */
static bool parse_ipv4(struct nflb_packet *pkt, const struct sk_buff *skb)
{
	const struct iphdr *iph;
	struct iphdr _iph;

	iph = skb_header_pointer(skb, pkt->offset, sizeof(_iph), &_iph);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return false;
	/* Only the first fragment has a transport header. */
	if (iph->frag_off & htons(IP_OFFSET))
		return false;

	pkt->tuple.addr[0] = iph->saddr;
	pkt->tuple.addr[1] = iph->daddr;
	pkt->protocol = iph->protocol;
	pkt->thoff = pkt->offset + iph->ihl * 4;
	return true;
}

/*
 * Behind the extension headers. An authentication header ends the search: what
 * it protects cannot be translated.
 */
static bool skip_extensions(struct nflb_packet *pkt, const struct sk_buff *skb)
{
	int flags = IP6_FH_F_AUTH, nexthdr;
	unsigned int thoff = pkt->offset;
	unsigned short frag_off = 0;

	nexthdr = ipv6_find_hdr(skb, &thoff, -1, &frag_off, &flags);
	if (nexthdr < 0 || frag_off)
		return false;
	pkt->protocol = nexthdr;
	pkt->thoff = thoff;
	return true;
}

static bool parse_ipv6(struct nflb_packet *pkt, const struct sk_buff *skb)
{
	const struct ipv6hdr *iph;
	struct ipv6hdr _iph;

	iph = skb_header_pointer(skb, pkt->offset, sizeof(_iph), &_iph);
	if (!iph || iph->version != 6)
		return false;

	memcpy(&pkt->tuple.addr[0], &iph->saddr, sizeof(iph->saddr));
	memcpy(&pkt->tuple.addr[4], &iph->daddr, sizeof(iph->daddr));
	if (ipv6_ext_hdr(iph->nexthdr))
		return skip_extensions(pkt, skb);
	pkt->protocol = iph->nexthdr;
	pkt->thoff = pkt->offset + sizeof(*iph);
	return true;
}

static bool parse_network(struct nflb_packet *pkt, const struct sk_buff *skb,
			  unsigned int offset, u8 family)
{
	pkt->offset = offset;
	pkt->protocol = 0;
	pkt->tcp_flags = 0;
	pkt->sctp_chunks = 0;
	pkt->tuple.ports = 0;
	pkt->seq = 0;
	pkt->ack = 0;
	pkt->in = NULL;
	pkt->tuple.family = family;
	pkt->tuple.dir = 0;
	pkt->tuple.pad = 0;
	if (family == NFPROTO_IPV4)
		return parse_ipv4(pkt, skb);
	return parse_ipv6(pkt, skb);
}

/* All protocols begin with the two ports. */
static bool parse_ports(struct nflb_packet *pkt, const struct sk_buff *skb)
{
	const __be32 *ports;
	__be32 _ports;

	ports = skb_header_pointer(skb, pkt->thoff, sizeof(_ports), &_ports);
	if (!ports)
		return false;
	pkt->tuple.ports = *ports;
	pkt->tuple.protocol = pkt->protocol;
	return true;
}

static enum nflb_packet_type parse_tcp(struct nflb_packet *pkt,
				       const struct sk_buff *skb)
{
	const struct tcphdr *th;
	struct tcphdr _th;

	th = skb_header_pointer(skb, pkt->thoff, sizeof(_th), &_th);
	if (!th || th->doff < 5)
		return NFLB_PACKET_OTHER;
	pkt->tcp_flags = ((const u8 *)th)[13];
	pkt->seq = ntohl(th->seq);
	pkt->ack = ntohl(th->ack_seq);
	pkt->tuple.sport = th->source;
	pkt->tuple.dport = th->dest;
	pkt->tuple.protocol = IPPROTO_TCP;
	return NFLB_PACKET_FLOW;
}

static enum nflb_packet_type parse_udp(struct nflb_packet *pkt,
				       const struct sk_buff *skb)
{
	if (skb->len < pkt->thoff + sizeof(struct udphdr) ||
	    !parse_ports(pkt, skb))
		return NFLB_PACKET_OTHER;
	return NFLB_PACKET_FLOW;
}

/* Chunks are looked at up to this one; those that matter come first. */
#define NFLB_SCTP_CHUNKS_MAX	8

static u8 chunk_meaning(const struct sctp_chunkhdr *chunk)
{
	u8 reflected = chunk->flags & SCTP_CHUNK_FLAG_T ?
		       NFLB_SCTP_REFLECTED : 0;

	switch (chunk->type) {
	case SCTP_CID_INIT:
		return NFLB_SCTP_INIT;
	case SCTP_CID_INIT_ACK:
		return NFLB_SCTP_INIT_ACK;
	case SCTP_CID_COOKIE_ECHO:
		return NFLB_SCTP_COOKIE_ECHO;
	case SCTP_CID_COOKIE_ACK:
		return NFLB_SCTP_COOKIE_ACK;
	case SCTP_CID_SHUTDOWN:
	case SCTP_CID_SHUTDOWN_ACK:
		return NFLB_SCTP_SHUTDOWN;
	case SCTP_CID_SHUTDOWN_COMPLETE:
		return NFLB_SCTP_SHUTDOWN_COMPLETE | reflected;
	case SCTP_CID_ABORT:
		return NFLB_SCTP_ABORT | reflected;
	default:
		return 0;
	}
}

/* False if the packet ends within a chunk's header, or before the first. */
static bool parse_chunks(struct nflb_packet *pkt, const struct sk_buff *skb)
{
	unsigned int offset = pkt->thoff + sizeof(struct sctphdr), i;

	for (i = 0; i < NFLB_SCTP_CHUNKS_MAX; i++) {
		const struct sctp_chunkhdr *chunk;
		struct sctp_chunkhdr _chunk;

		if (i && offset >= skb->len)
			break;
		chunk = skb_header_pointer(skb, offset, sizeof(_chunk),
					   &_chunk);
		if (!chunk || ntohs(chunk->length) < sizeof(*chunk))
			return false;
		pkt->sctp_chunks |= chunk_meaning(chunk);
		offset += ALIGN(ntohs(chunk->length), 4);
	}
	return true;
}

/* INIT and INIT ACK come alone, and name the tag their sender wants to see. */
static bool parse_new_tag(struct nflb_packet *pkt, const struct sk_buff *skb)
{
	const unsigned int offset = pkt->thoff + sizeof(struct sctphdr) +
				    sizeof(struct sctp_chunkhdr);
	const __be32 *tag;
	__be32 _tag;

	tag = skb_header_pointer(skb, offset, sizeof(_tag), &_tag);
	if (!tag || !*tag)
		return false;
	pkt->sctp_new_tag = *tag;
	return true;
}

static enum nflb_packet_type parse_sctp(struct nflb_packet *pkt,
					const struct sk_buff *skb)
{
	const u8 alone = NFLB_SCTP_INIT | NFLB_SCTP_INIT_ACK;
	const struct sctphdr *sh;
	struct sctphdr _sh;

	sh = skb_header_pointer(skb, pkt->thoff, sizeof(_sh), &_sh);
	if (!sh)
		return NFLB_PACKET_OTHER;
	pkt->sctp_tag = sh->vtag;
	pkt->tuple.sport = sh->source;
	pkt->tuple.dport = sh->dest;
	pkt->tuple.protocol = IPPROTO_SCTP;
	if (!parse_chunks(pkt, skb))
		return NFLB_PACKET_OTHER;
	if (pkt->sctp_chunks & alone &&
	    (!is_power_of_2(pkt->sctp_chunks) || !parse_new_tag(pkt, skb)))
		return NFLB_PACKET_OTHER;
	return NFLB_PACKET_FLOW;
}

static bool icmp_type_is_error(u8 type)
{
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
	       type == ICMP_PARAMETERPROB;
}

static bool icmpv6_type_is_error(u8 type)
{
	return !(type & ICMPV6_INFOMSG_MASK);
}

/* The ICMP and the ICMPv6 header have type and length in common. */
static enum nflb_packet_type parse_icmp(struct nflb_packet *pkt,
					const struct sk_buff *skb)
{
	const struct icmphdr *icmph;
	struct icmphdr _icmph;
	bool error, echo;

	icmph = skb_header_pointer(skb, pkt->thoff, sizeof(_icmph), &_icmph);
	if (!icmph)
		return NFLB_PACKET_OTHER;
	error = pkt->protocol == IPPROTO_ICMP ?
		icmp_type_is_error(icmph->type) :
		icmpv6_type_is_error(icmph->type);
	echo = icmph->type == (pkt->protocol == IPPROTO_ICMP ?
			       ICMP_ECHO : ICMPV6_ECHO_REQUEST);
	if (!error)
		return echo ? NFLB_PACKET_ECHO : NFLB_PACKET_OTHER;
	pkt->inner = pkt->thoff + sizeof(*icmph);
	return NFLB_PACKET_ICMP_ERROR;
}

/**
 * nflb_packet_parse - parse the packet that starts at skb->data
 * @pkt: result
 * @skb: packet whose network header is at skb->data
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Context: any.
 * Return: what the packet is; truncated or inconsistent headers make it
 * NFLB_PACKET_OTHER, for the host's stack to judge.
 */
enum nflb_packet_type nflb_packet_parse(struct nflb_packet *pkt,
					const struct sk_buff *skb, u8 family)
{
	if (!parse_network(pkt, skb, 0, family))
		return NFLB_PACKET_OTHER;

	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return parse_tcp(pkt, skb);
	case IPPROTO_UDP:
		return parse_udp(pkt, skb);
	case IPPROTO_SCTP:
		return parse_sctp(pkt, skb);
	case IPPROTO_ICMP:
		return family == NFPROTO_IPV4 ? parse_icmp(pkt, skb) :
						NFLB_PACKET_OTHER;
	case IPPROTO_ICMPV6:
		return family == NFPROTO_IPV6 ? parse_icmp(pkt, skb) :
						NFLB_PACKET_OTHER;
	default:
		return NFLB_PACKET_OTHER;
	}
}

/**
 * nflb_packet_parse_quoted - parse the packet an ICMP error quotes
 * @pkt: result; @pkt->protocol is valid even where the answer is false for
 *	want of TCP, UDP or SCTP
 * @skb: the ICMP error
 * @offset: where the quoted network header starts, bytes from skb->data
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Only the ports are asked of the transport header: eight bytes of it are all
 * that RFC 792 promises.
 *
 * Context: any.
 * Return: true if it is one of these and the tuple is valid.
 */
bool nflb_packet_parse_quoted(struct nflb_packet *pkt, const struct sk_buff *skb,
			      unsigned int offset, u8 family)
{
	if (!parse_network(pkt, skb, offset, family))
		return false;
	if (pkt->protocol != IPPROTO_TCP && pkt->protocol != IPPROTO_UDP &&
	    pkt->protocol != IPPROTO_SCTP)
		return false;
	return parse_ports(pkt, skb);
}

/**
 * nflb_tuple_invert - tuple of the packets that answer @from
 * @to: result; must not be @from
 * @from: tuple to invert
 *
 * Context: any.
 */
void nflb_tuple_invert(struct nflb_tuple *to, const struct nflb_tuple *from)
{
	unsigned int words = nflb_addr_words(from->family);

	to->sport = from->dport;
	to->dport = from->sport;
	to->kind = from->kind;
	to->dir = 0;
	to->pad = 0;
	memcpy(to->addr, from->addr + words, words * sizeof(__be32));
	memcpy(to->addr + words, from->addr, words * sizeof(__be32));
}
