// SPDX-License-Identifier: GPL-2.0
/* SCTP's own refusal of a packet, which the kernel has no helper for. */
#include <linux/crc32.h>
#include <linux/crc32c.h>
#include <linux/sctp.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

#include "forward/forward.h"
#include "reject.h"

static __wsum crc_update(const void *data, int len, __wsum crc)
{
	return (__force __wsum)crc32c((__force u32)crc, data, len);
}

static __wsum crc_combine(__wsum crc, __wsum next, int offset, int len)
{
	return (__force __wsum)__crc32c_le_combine((__force u32)crc,
						   (__force u32)next, len);
}

/* That of a packet whose checksum field is 0. */
static __le32 crc_of(const struct sk_buff *skb, unsigned int thoff)
{
	static const struct skb_checksum_ops ops = {
		.update		= crc_update,
		.combine	= crc_combine,
	};
	__wsum crc = __skb_checksum(skb, thoff, skb->len - thoff,
				    (__force __wsum)~0, &ops);

	return cpu_to_le32(~(__force u32)crc);
}

/* An answer to what may be damaged would go anywhere. */
static bool checksum_good(struct sk_buff *skb, const struct nflb_packet *pkt)
{
	struct sctphdr *sh;
	__le32 check;
	bool good;

	if (skb->ip_summed == CHECKSUM_PARTIAL || skb_csum_unnecessary(skb))
		return true;
	if (skb_ensure_writable(skb, pkt->thoff + sizeof(*sh)))
		return false;
	sh = (struct sctphdr *)(skb->data + pkt->thoff);
	check = sh->checksum;
	sh->checksum = 0;
	good = check == crc_of(skb, pkt->thoff);
	sh->checksum = check;
	return good;
}

static void put_network(struct sk_buff *abort, const struct sk_buff *skb,
			u8 family)
{
	if (family == NFPROTO_IPV4)
		nf_reject_iphdr_put(abort, skb, IPPROTO_SCTP, IPDEFTTL);
	else
		nf_reject_ip6hdr_put(abort, skb, IPPROTO_SCTP, IPDEFTTL);
}

static void finish_network(struct sk_buff *abort, u8 family)
{
	if (family == NFPROTO_IPV4) {
		ip_hdr(abort)->tot_len = htons(abort->len);
		ip_send_check(ip_hdr(abort));
		abort->protocol = htons(ETH_P_IP);
	} else {
		ipv6_hdr(abort)->payload_len =
			htons(abort->len - sizeof(struct ipv6hdr));
		abort->protocol = htons(ETH_P_IPV6);
	}
}

/*
 * With the tag that the sender of an INIT asks for, or the one it used, saying
 * so (RFC 9260, sections 5.1 and 8.4).
 */
static void put_abort(struct sk_buff *abort, const struct nflb_packet *pkt)
{
	bool init = pkt->sctp_chunks & NFLB_SCTP_INIT;
	unsigned int thoff = abort->len;
	struct sctp_chunkhdr *chunk;
	struct sctphdr *sh;

	skb_set_transport_header(abort, thoff);
	sh = skb_put_zero(abort, sizeof(*sh));
	sh->source = pkt->tuple.dport;
	sh->dest = pkt->tuple.sport;
	sh->vtag = init ? pkt->sctp_new_tag : pkt->sctp_tag;
	chunk = skb_put_zero(abort, sizeof(*chunk));
	chunk->type = SCTP_CID_ABORT;
	chunk->flags = init ? 0 : SCTP_CHUNK_FLAG_T;
	chunk->length = htons(sizeof(*chunk));
	sh->checksum = crc_of(abort, thoff);
}

static struct sk_buff *build_abort(const struct sk_buff *skb,
				   const struct nflb_packet *pkt)
{
	u8 family = pkt->tuple.family;
	struct sk_buff *abort;

	abort = alloc_skb(LL_MAX_HEADER + nflb_network_header_size(family) +
			  sizeof(struct sctphdr) +
			  sizeof(struct sctp_chunkhdr), GFP_ATOMIC);
	if (!abort)
		return NULL;
	skb_reserve(abort, LL_MAX_HEADER);
	put_network(abort, skb, family);
	put_abort(abort, pkt);
	finish_network(abort, family);
	return abort;
}

/**
 * nflb_reject_sctp - tell the sender of an SCTP packet that nobody knows it
 * @net: namespace
 * @skb: packet, not rewritten; its header may be moved
 * @pkt: the same, parsed
 *
 * What ends an association anyway is not answered, nor what is damaged
 * (RFC 9260, section 8.4).
 *
 * Context: softirq.
 */
void nflb_reject_sctp(struct net *net, struct sk_buff *skb,
		      const struct nflb_packet *pkt)
{
	if (pkt->sctp_chunks & (NFLB_SCTP_ABORT |
				NFLB_SCTP_SHUTDOWN_COMPLETE) ||
	    !checksum_good(skb, pkt))
		return;
	nflb_reject_output(net, build_abort(skb, pkt), &pkt->tuple);
}
