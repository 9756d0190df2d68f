/* SPDX-License-Identifier: GPL-2.0 */
/* One packet, parsed: the same code for IPv4, IPv6 and what ICMP errors quote. */
#ifndef _NFLB_PACKET_H
#define _NFLB_PACKET_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/types.h>

/* Direction of a tuple: client to backend, or backend to client. */
enum nflb_dir {
	NFLB_DIR_REQUEST,
	NFLB_DIR_REPLY,
	NFLB_DIR_MAX
};

/**
 * struct nflb_tuple - one direction of a flow as it stands on the wire
 * @sport: source port
 * @dport: destination port
 * @protocol: IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dir: direction, in the nodes of a connection; 0 in a lookup key. Not part
 *	of the identity.
 * @pad: 0
 * @addr: source then destination, one word each for IPv4, four for IPv6
 *
 * Connections store only as many words as their family needs, see
 * nflb_tuple_size().
 */
struct nflb_tuple {
	union {
		struct {
			__be16	sport;
			__be16	dport;
		};
		__be32		ports;
	};
	union {
		struct {
			u8	protocol;
			u8	family;
		};
		u16		kind;
	};
	u8			dir;
	u8			pad;
	__be32			addr[8];
} __aligned(8);

/**
 * struct nflb_endpoint - one end of a flow
 * @addr: address, as many words as the family needs
 * @port: port
 */
struct nflb_endpoint {
	const __be32	*addr;
	__be16		port;
};

/* What nflb_packet_parse() found. */
enum nflb_packet_type {
	NFLB_PACKET_OTHER,	/* nothing that is ever balanced */
	NFLB_PACKET_FLOW,	/* TCP, UDP or SCTP: the tuple is valid */
	NFLB_PACKET_ECHO,	/* ICMP echo request: addresses are valid */
	NFLB_PACKET_ICMP_ERROR,	/* quotes a packet that starts at @inner */
};

/**
 * struct nflb_packet - result of parsing
 * @tuple: identity of the flow, set for NFLB_PACKET_FLOW
 * @offset: network header, bytes from skb->data
 * @thoff: transport header, bytes from skb->data
 * @inner: quoted network header of an ICMP error, bytes from skb->data
 * @protocol: transport protocol, 0 if there is no transport header to see
 * @tcp_flags: byte 13 of the TCP header; 0 for other and for quoted packets
 * @sctp_chunks: NFLB_SCTP_*: what an SCTP packet brings; 0 for other and for
 *	quoted packets
 * @sctp_tag: SCTP's verification tag
 * @sctp_new_tag: initiate tag, with NFLB_SCTP_INIT and NFLB_SCTP_INIT_ACK
 * @seq: sequence number, TCP that is not quoted
 * @ack: acknowledgment number, the same
 * @in: device it came in by; NULL: the host itself is sending it. Parsing leaves
 *	it NULL.
 */
struct nflb_packet {
	struct nflb_tuple	tuple;
	unsigned int		offset;
	unsigned int		thoff;
	unsigned int		inner;
	u8			protocol;
	u8			tcp_flags;
	u8			sctp_chunks;
	__be32			sctp_tag;
	__be32			sctp_new_tag;
	u32			seq;
	u32			ack;
	const struct net_device	*in;
};

#define NFLB_TCP_FIN	0x01
#define NFLB_TCP_SYN	0x02
#define NFLB_TCP_RST	0x04
#define NFLB_TCP_ACK	0x10

/* Chunks that change the state of an association (RFC 9260, section 3.2). */
#define NFLB_SCTP_INIT			0x01
#define NFLB_SCTP_INIT_ACK		0x02
#define NFLB_SCTP_COOKIE_ECHO		0x04
#define NFLB_SCTP_COOKIE_ACK		0x08
#define NFLB_SCTP_SHUTDOWN		0x10	/* SHUTDOWN and SHUTDOWN ACK */
#define NFLB_SCTP_SHUTDOWN_COMPLETE	0x20
#define NFLB_SCTP_ABORT			0x40
#define NFLB_SCTP_REFLECTED		0x80	/* T bit: the tag is the receiver's
						 * peer's
						 */

static inline unsigned int nflb_addr_words(u8 family)
{
	return family == NFPROTO_IPV4 ? 1 : 4;
}

static inline unsigned int nflb_addr_size(u8 family)
{
	return nflb_addr_words(family) * sizeof(__be32);
}

static inline unsigned int nflb_addr_bits(u8 family)
{
	return nflb_addr_words(family) * 32;
}

/* Bytes of a tuple that its family uses: 16 or 40. */
static inline unsigned int nflb_tuple_size(u8 family)
{
	return offsetof(struct nflb_tuple, addr) + 2 * nflb_addr_size(family);
}

static inline const __be32 *nflb_tuple_src(const struct nflb_tuple *tuple)
{
	return tuple->addr;
}

static inline const __be32 *nflb_tuple_dst(const struct nflb_tuple *tuple)
{
	return tuple->addr + nflb_addr_words(tuple->family);
}

static inline struct nflb_endpoint
nflb_tuple_src_end(const struct nflb_tuple *tuple)
{
	return (struct nflb_endpoint){ nflb_tuple_src(tuple), tuple->sport };
}

static inline struct nflb_endpoint
nflb_tuple_dst_end(const struct nflb_tuple *tuple)
{
	return (struct nflb_endpoint){ nflb_tuple_dst(tuple), tuple->dport };
}

static inline bool nflb_addr_equal(const __be32 *a, const __be32 *b, u8 family)
{
	if (family == NFPROTO_IPV4)
		return a[0] == b[0];
	return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]));
}

/* Clear all bits of an address but the first @prefix. */
static inline void nflb_addr_mask(__be32 *addr, unsigned int prefix, u8 family)
{
	unsigned int i;

	for (i = 0; i < nflb_addr_words(family); i++) {
		if (prefix <= i * 32)
			addr[i] = 0;
		else if (prefix < (i + 1) * 32)
			addr[i] &= htonl(~0U << ((i + 1) * 32 - prefix));
	}
}

/* Is @addr @network once the bits behind @prefix are 0? */
static inline bool nflb_addr_in_prefix(const __be32 *addr,
				       const __be32 *network,
				       unsigned int prefix, u8 family)
{
	unsigned int size = nflb_addr_size(family);
	__be32 masked[4];

	memcpy(masked, addr, size);
	nflb_addr_mask(masked, prefix, family);
	return !memcmp(masked, network, size);
}

/* A new flow begins only with a bare SYN, or SCTP's INIT. */
static inline bool nflb_packet_is_syn(const struct nflb_packet *pkt)
{
	return (pkt->tcp_flags & (NFLB_TCP_SYN | NFLB_TCP_ACK | NFLB_TCP_RST |
				  NFLB_TCP_FIN)) == NFLB_TCP_SYN ||
	       pkt->sctp_chunks & NFLB_SCTP_INIT;
}

/* The host itself is its sender. */
static inline bool nflb_packet_is_own(const struct nflb_packet *pkt)
{
	return !pkt->in;
}

/* Where it was met. */
static inline enum nf_inet_hooks nflb_packet_hook(const struct nflb_packet *pkt)
{
	return nflb_packet_is_own(pkt) ? NF_INET_LOCAL_OUT :
					 NF_INET_PRE_ROUTING;
}

/* May be the first packet of a flow. */
static inline bool nflb_packet_begins(const struct nflb_packet *pkt)
{
	return pkt->protocol == IPPROTO_UDP || nflb_packet_is_syn(pkt);
}

enum nflb_packet_type nflb_packet_parse(struct nflb_packet *pkt,
					const struct sk_buff *skb, u8 family);
bool nflb_packet_parse_quoted(struct nflb_packet *pkt, const struct sk_buff *skb,
			      unsigned int offset, u8 family);
void nflb_tuple_invert(struct nflb_tuple *to, const struct nflb_tuple *from);

#endif /* _NFLB_PACKET_H */
