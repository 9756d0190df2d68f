/* SPDX-License-Identifier: GPL-2.0 */
/* How a packet reaches its backend, and how its answer gets back. */
#ifndef _NFLB_FORWARD_H
#define _NFLB_FORWARD_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/nflb.h>
#include <net/dst.h>

#include "packet.h"
#include "stats.h"

struct nflb_backend;
struct nflb_conn;
struct nflb_net;

/* Packet path: the steps. */
enum nflb_verdict nflb_forward(struct nflb_net *nn, struct sk_buff *skb,
			       const struct nflb_packet *pkt,
			       struct nflb_conn *conn, enum nflb_dir dir);
enum nflb_verdict nflb_forward_request(struct nflb_net *nn, struct sk_buff *skb,
				       const struct nflb_packet *pkt,
				       struct nflb_backend *backend,
				       enum nflb_forward forward);
enum nflb_verdict nflb_forward_reply(struct nflb_net *nn, struct sk_buff *skb,
				     const struct nflb_packet *pkt,
				     struct nflb_conn *conn);

enum nflb_verdict nflb_forward_answer(struct nflb_net *nn, struct sk_buff *skb,
				      const struct nflb_packet *pkt,
				      const struct nflb_endpoint *from);

/* nat.c, fullnat.c, dr.c, tunnel.c */
enum nflb_verdict nflb_forward_nat(struct nflb_net *nn, struct sk_buff *skb,
				   const struct nflb_packet *pkt,
				   struct nflb_backend *backend);
enum nflb_verdict nflb_forward_fullnat(struct nflb_net *nn, struct sk_buff *skb,
				       const struct nflb_packet *pkt,
				       struct nflb_conn *conn);
enum nflb_verdict nflb_forward_dr(struct nflb_net *nn, struct sk_buff *skb,
				  const struct nflb_packet *pkt,
				  struct nflb_backend *backend);
enum nflb_verdict nflb_forward_tunnel(struct nflb_net *nn, struct sk_buff *skb,
				      const struct nflb_packet *pkt,
				      struct nflb_backend *backend,
				      enum nflb_forward method);
unsigned int nflb_tunnel_size(const struct nflb_backend *backend,
			      enum nflb_forward method);

/* Parts they share. */
static inline unsigned int nflb_network_header_size(u8 family)
{
	return family == NFPROTO_IPV4 ? sizeof(struct iphdr) :
					sizeof(struct ipv6hdr);
}

u32 nflb_forward_mtu(const struct dst_entry *dst, u8 family,
		     unsigned int overhead);
enum nflb_verdict nflb_forward_check(struct nflb_net *nn, struct sk_buff *skb,
				     const struct nflb_packet *pkt,
				     const struct dst_entry *dst,
				     unsigned int overhead);
void nflb_forward_hop(struct sk_buff *skb, const struct nflb_packet *pkt);
void nflb_forward_mark(struct sk_buff *skb);
enum nflb_verdict nflb_forward_to_host(struct nflb_net *nn, struct sk_buff *skb,
				       const struct nflb_packet *pkt);
enum nflb_verdict nflb_forward_onward(struct net *net, struct sk_buff *skb,
				      const struct nflb_packet *pkt,
				      struct dst_entry *dst);
enum nflb_verdict nflb_forward_output(struct net *net, struct sk_buff *skb,
				      struct dst_entry *dst);

#endif /* _NFLB_FORWARD_H */
