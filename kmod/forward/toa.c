// SPDX-License-Identifier: GPL-2.0
/*
 * The client's address for backends of full NAT, which else see that of the
 * director only: a TCP option ("TOA") in the segments of the client, from its
 * SYN until the backend shows that it has the handshake. The first ACK of a
 * connection has room for it at the latest.
 *
 * Kind 254 is for experiments (RFC 4727); what is in it is the custom of those
 * who read it: port and address, in network byte order.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/tcp.h>

#include "conn.h"
#include "forward/forward.h"
#include "forward/toa.h"

#define TOA_KIND	254
#define TOA_HEADER	4	/* kind, length and port */

static unsigned int option_size(u8 family)
{
	return TOA_HEADER + nflb_addr_size(family);
}

/* Bytes of the TCP header with its options, or 0 if it makes no sense. */
static unsigned int header_size(const struct sk_buff *skb, unsigned int thoff)
{
	const struct tcphdr *th;
	struct tcphdr _th;

	th = skb_header_pointer(skb, thoff, sizeof(_th), &_th);
	if (!th || th->doff * 4 < sizeof(*th) ||
	    thoff + th->doff * 4 > skb->len)
		return 0;
	return th->doff * 4;
}

/* @diff is what was added to the bytes that the checksum covers. */
static void update_checksum(struct sk_buff *skb, struct tcphdr *th, __wsum diff)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace_by_diff(&th->check, diff);
}

/* Where the next option of this kind starts, or 0. */
static unsigned int find_option(const u8 *header, unsigned int at,
				unsigned int size)
{
	while (at < size && header[at] != TCPOPT_EOL) {
		if (header[at] == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (at + 1 >= size || header[at + 1] < 2 ||
		    at + header[at + 1] > size)
			break;
		if (header[at] == TOA_KIND)
			return at;
		at += header[at + 1];
	}
	return 0;
}

/* Who the client is, the client does not say: its own options are blanked. */
static void blank_options(struct sk_buff *skb, unsigned int thoff,
			  unsigned int size)
{
	u8 *header = skb->data + thoff, *options = header + sizeof(struct tcphdr);
	unsigned int at = sizeof(struct tcphdr), length = size - at;
	__wsum before;

	at = find_option(header, at, size);
	if (likely(!at))
		return;
	before = csum_partial(options, length, 0);
	do {
		memset(header + at, TCPOPT_NOP, header[at + 1]);
		at = find_option(header, at, size);
	} while (at);
	update_checksum(skb, (struct tcphdr *)header,
			csum_sub(csum_partial(options, length, 0), before));
}

/* Only whole packets that stay so can grow. */
static bool has_room(const struct sk_buff *skb, unsigned int header,
		     unsigned int size, u32 mtu)
{
	return header + size <= 15 * 4 && !skb_is_gso(skb) &&
	       skb->len + size <= min_t(u32, mtu, IP_MAX_MTU);
}

/* Room behind the fixed TCP header; everything before it moves. */
static bool make_room(struct sk_buff *skb, unsigned int thoff, unsigned int size)
{
	if (skb_cow_head(skb, size + skb->mac_len))
		return false;
	skb_push(skb, size);
	skb_mac_header_rebuild(skb);
	memmove(skb->data, skb->data + size, thoff + sizeof(struct tcphdr));
	skb->network_header -= size;
	skb->transport_header -= size;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		skb->csum_start -= size;
	return true;
}

static void lengthen_network(struct sk_buff *skb, unsigned int size, u8 family)
{
	struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct iphdr *iph = ip_hdr(skb);
	__be16 length;

	if (family == NFPROTO_IPV4) {
		length = htons(skb->len);
		csum_replace2(&iph->check, iph->tot_len, length);
		iph->tot_len = length;
	} else {
		ip6h->payload_len = htons(ntohs(ip6h->payload_len) + size);
	}
}

static void lengthen_tcp(struct sk_buff *skb, struct tcphdr *th,
			 unsigned int thoff, unsigned int size)
{
	__be16 *word = (__be16 *)th + 6, old = *word;

	th->doff += size / 4;
	inet_proto_csum_replace2(&th->check, skb, old, *word, false);
	inet_proto_csum_replace2(&th->check, skb,
				 htons(skb->len - thoff - size),
				 htons(skb->len - thoff), true);
}

static void fill_option(struct sk_buff *skb, struct tcphdr *th,
			const struct nflb_endpoint *client, unsigned int size)
{
	u8 *option = (u8 *)(th + 1);

	option[0] = TOA_KIND;
	option[1] = size;
	memcpy(option + 2, &client->port, sizeof(client->port));
	memcpy(option + TOA_HEADER, client->addr, size - TOA_HEADER);
	update_checksum(skb, th, csum_partial(option, size, 0));
}

static bool add_option(struct sk_buff *skb, const struct nflb_packet *pkt,
		       const struct nflb_endpoint *client)
{
	unsigned int size = option_size(pkt->tuple.family);
	struct tcphdr *th;

	if (!make_room(skb, pkt->thoff, size))
		return false;
	th = (struct tcphdr *)(skb->data + pkt->thoff);
	lengthen_network(skb, size, pkt->tuple.family);
	lengthen_tcp(skb, th, pkt->thoff, size);
	fill_option(skb, th, client, size);
	return true;
}

/**
 * nflb_toa_write - put the client's address into a request, if it has room
 * @skb: packet, which may be reallocated; offsets in @pkt stand
 * @pkt: the same, parsed, before it is translated
 * @conn: its connection
 * @mtu: largest packet that fits on the way, in bytes
 *
 * Context: softirq, RCU read side.
 * Return: false without memory; the packet must not be sent then, for it might
 * say what the client wants it to say.
 */
bool nflb_toa_write(struct sk_buff *skb, const struct nflb_packet *pkt,
		    const struct nflb_conn *conn, u32 mtu)
{
	struct nflb_endpoint client = nflb_conn_client_end(conn);
	unsigned int size;

	if (pkt->protocol != IPPROTO_TCP ||
	    atomic_read(&conn->status) & NFLB_CONN_TOA_SEEN)
		return true;
	size = header_size(skb, pkt->thoff);
	if (!size)
		return true;
	if (skb_ensure_writable(skb, pkt->thoff + size))
		return false;
	/* What a device may have summed of the packet is void. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	blank_options(skb, pkt->thoff, size);
	if (!has_room(skb, size, option_size(pkt->tuple.family), mtu))
		return true;
	return add_option(skb, pkt, &client);
}

/**
 * nflb_toa_reply - the backend has answered: does it have the option?
 * @pkt: its packet
 * @conn: connection, whose state follows the packet already
 *
 * Before the client's first ACK has passed, any answer but a SYN is to an older
 * connection with the same ports.
 *
 * Context: softirq, RCU read side.
 */
void nflb_toa_reply(const struct nflb_packet *pkt, struct nflb_conn *conn)
{
	if (pkt->protocol != IPPROTO_TCP || pkt->tcp_flags & NFLB_TCP_SYN ||
	    nflb_conn_state(conn) < NFLB_STATE_ESTABLISHED ||
	    atomic_read(&conn->status) & NFLB_CONN_TOA_SEEN)
		return;
	atomic_or(NFLB_CONN_TOA_SEEN, &conn->status);
}
