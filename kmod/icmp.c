// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors about balanced packets.
 *
 * An error quotes the packet it is about. The answer to that packet would have
 * the inverted tuple, so the lookup that serves all other packets finds the
 * connection here too, and the direction tells who sent the quoted packet:
 *
 *  REPLY    the answer would come from the backend: the quoted packet is a
 *           request we sent to it, and the client must learn of the error
 *  REQUEST  the answer would come from the client: the quoted packet is what
 *           the backend sent it, and the backend must learn of the error
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip6_checksum.h>

#include "conn.h"
#include "failure.h"
#include "forward/forward.h"
#include "forward/rewrite.h"
#include "icmp.h"
#include "net.h"
#include "one_packet.h"
#include "route.h"
#include "service.h"

bool nflb_icmp_checksum_good(struct sk_buff *skb,
			     const struct nflb_packet *pkt)
{
	return !nf_checksum(skb, nflb_packet_hook(pkt), pkt->thoff,
			    pkt->protocol, pkt->tuple.family);
}

/* Bytes that will be written: as much of the quoted headers as is there. */
static bool make_writable(struct sk_buff *skb, const struct nflb_packet *quoted)
{
	unsigned int end = quoted->thoff + sizeof(struct tcphdr);

	return !skb_ensure_writable(skb, min(end, skb->len));
}

/* Checked before, so summing anew cannot make a bad packet good. */
static void update_checksum(struct sk_buff *skb, const struct nflb_packet *pkt)
{
	unsigned int len = skb->len - pkt->thoff;
	struct icmphdr *icmph = (struct icmphdr *)(skb->data + pkt->thoff);
	const struct ipv6hdr *iph = ipv6_hdr(skb);
	__wsum sum;

	icmph->checksum = 0;
	sum = skb_checksum(skb, pkt->thoff, len, 0);
	if (pkt->tuple.family == NFPROTO_IPV4)
		icmph->checksum = csum_fold(sum);
	else
		icmph->checksum = csum_ipv6_magic(&iph->saddr, &iph->daddr, len,
						  IPPROTO_ICMPV6, sum);
}

/* Ends of the quoted packet as its sender knows them; no address: unchanged. */
struct icmp_ends {
	struct nflb_endpoint	src;
	struct nflb_endpoint	dst;
};

/*
 * The quoted packet and the error around it are translated by the same end:
 * where the quoted packet has the address on one side, the error has it on
 * the other.
 */
static void translate_end(struct sk_buff *skb, const struct nflb_packet *pkt,
			  const struct nflb_packet *quoted,
			  enum nflb_side quoted_side,
			  const struct nflb_endpoint *to)
{
	enum nflb_side outer_side = quoted_side == NFLB_SIDE_SRC ?
				    NFLB_SIDE_DST : NFLB_SIDE_SRC;

	if (!to->addr)
		return;
	nflb_rewrite_quoted(skb, quoted, quoted_side, to);
	nflb_rewrite_address(skb, 0, pkt->tuple.family, outer_side, to->addr,
			     NULL);
}

static bool translate(struct sk_buff *skb, const struct nflb_packet *pkt,
		      const struct nflb_packet *quoted,
		      const struct icmp_ends *ends)
{
	if (!make_writable(skb, quoted))
		return false;
	skb->ip_summed = CHECKSUM_NONE;
	translate_end(skb, pkt, quoted, NFLB_SIDE_SRC, &ends->src);
	translate_end(skb, pkt, quoted, NFLB_SIDE_DST, &ends->dst);
	update_checksum(skb, pkt);
	return true;
}

static enum nflb_verdict send_translated(struct nflb_net *nn,
					 struct sk_buff *skb,
					 const struct nflb_packet *pkt,
					 const struct nflb_packet *quoted,
					 const struct icmp_ends *ends,
					 struct dst_entry *dst)
{
	enum nflb_verdict verdict;

	verdict = nflb_forward_check(nn, skb, pkt, dst, 0);
	if (verdict != NFLB_PASS)
		return verdict;
	if (!translate(skb, pkt, quoted, ends))
		return nflb_drop(nn, NFLB_DROP_NO_MEMORY);
	return nflb_forward_onward(nn->net, skb, pkt, dst);
}

/* What was sent to @backend did not arrive. */
static void note(const struct nflb_backend *backend, struct sk_buff *skb,
		 const struct nflb_packet *pkt)
{
	if (pskb_may_pull(skb, pkt->inner) &&
	    nflb_icmp_meaning(skb, pkt) == NFLB_ICMP_UNREACHABLE)
		nflb_failure_count(backend, NFLB_FAILURES_UNREACHABLE);
}

/* The error comes from behind us; the client knows only the service. */
static enum nflb_verdict to_client(struct nflb_net *nn, struct sk_buff *skb,
				   const struct nflb_packet *pkt,
				   const struct nflb_packet *quoted,
				   struct nflb_conn *conn)
{
	struct icmp_ends ends = { .dst = nflb_conn_service_end(conn) };

	note(conn->backend, skb, pkt);
	if (conn->forward == NFLB_FORWARD_FULLNAT)
		ends.src = nflb_conn_client_end(conn);
	return send_translated(nn, skb, pkt, quoted, &ends,
			       nflb_route_client(nn->net, conn));
}

/* Backends of the other methods own the service's address: nothing to do. */
static enum nflb_verdict to_backend(struct nflb_net *nn, struct sk_buff *skb,
				    const struct nflb_packet *pkt,
				    const struct nflb_packet *quoted,
				    struct nflb_conn *conn)
{
	struct nflb_backend *backend = conn->backend;
	struct icmp_ends ends = {
		.src = nflb_backend_end(backend, quoted->tuple.sport),
	};

	if (!nflb_forward_translates(conn->forward))
		return nflb_forward_request(nn, skb, pkt, backend,
					    conn->forward);
	if (conn->forward == NFLB_FORWARD_FULLNAT)
		ends.dst = nflb_conn_source_end(conn);
	return send_translated(nn, skb, pkt, quoted, &ends,
			       nflb_route_backend(nn->net, backend,
						  NFLB_ROUTE_ADDRESS));
}

/*
 * About a datagram of no connection, as far as that can be told: one that was
 * sent to a backend. @answer is what that would answer with.
 */
static enum nflb_verdict about_one_packet(struct nflb_net *nn,
					  struct sk_buff *skb,
					  const struct nflb_packet *pkt,
					  const struct nflb_packet *quoted,
					  const struct nflb_tuple *answer)
{
	const struct nflb_backend *backend = nflb_one_packet_lookup(nn, answer);
	struct icmp_ends ends = {};
	struct dst_entry *dst;
	enum nflb_verdict verdict;

	if (!backend) {
		/* UDP may be a tunnel too. */
		nflb_icmp_tunnel(nn, skb, pkt, quoted);
		return NFLB_PASS;
	}
	if (!nflb_icmp_checksum_good(skb, pkt))
		return nflb_drop(nn, NFLB_DROP_CHECKSUM);
	note(backend, skb, pkt);
	ends.dst = nflb_service_end(backend->service, answer->sport);
	dst = nflb_route_answer(nn->net, &quoted->tuple);
	verdict = send_translated(nn, skb, pkt, quoted, &ends, dst);
	dst_release(dst);
	return verdict;
}

/**
 * nflb_icmp_error - bring an ICMP error to the end it concerns
 * @nn: namespace
 * @skb: the error
 * @pkt: the same, parsed
 *
 * Context: softirq, RCU read side.
 * Return: verdict; NFLB_PASS if it is not about a connection of ours.
 */
enum nflb_verdict nflb_icmp_error(struct nflb_net *nn, struct sk_buff *skb,
				  const struct nflb_packet *pkt)
{
	struct nflb_packet quoted;
	struct nflb_tuple answer;
	struct nflb_conn *conn;
	enum nflb_dir dir;

	if (!nflb_packet_parse_quoted(&quoted, skb, pkt->inner,
				      pkt->tuple.family)) {
		nflb_icmp_tunnel(nn, skb, pkt, &quoted);
		return NFLB_PASS;
	}
	nflb_tuple_invert(&answer, &quoted.tuple);
	conn = nflb_conn_lookup(nn, &answer, &dir);
	if (!conn)
		return about_one_packet(nn, skb, pkt, &quoted, &answer);
	if (!nflb_conn_served(conn))
		return NFLB_PASS;
	if (!nflb_icmp_checksum_good(skb, pkt))
		return nflb_drop(nn, NFLB_DROP_CHECKSUM);
	if (dir == NFLB_DIR_REPLY)
		return to_client(nn, skb, pkt, &quoted, conn);
	return to_backend(nn, skb, pkt, &quoted, conn);
}
