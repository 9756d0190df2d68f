// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <assert.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <string.h>

#include "announce.h"
#include "packet.h"

struct advertisement {
	struct nd_neighbor_advert advert;
	struct nd_opt_hdr option;
	uint8_t mac[ETH_ALEN];
};

static_assert(sizeof(struct ether_header) + sizeof(struct ip6_hdr) +
	      sizeof(struct advertisement) == VRRP_NA_LEN,
	      "a frame is what its parts are");

static uint16_t checksum(const struct ip6_hdr *ip,
			 const struct advertisement *na)
{
	struct {
		struct in6_addr source;
		struct in6_addr destination;
		uint32_t length;
		uint32_t next;
		struct advertisement na;
	} all = {
		.source = ip->ip6_src,
		.destination = ip->ip6_dst,
		.length = htonl(sizeof(*na)),
		.next = htonl(IPPROTO_ICMPV6),
		.na = *na,
	};

	return htons(vrrp_checksum(&all, sizeof(all), 0));
}

/**
 * vrrp_na_build() - an unsolicited neighbour advertisement (RFC 4861, 7.2.6)
 * @mac: who has the address, and sends the frame
 * @address: the address
 * @router: the host forwards
 * @frame: set, from the Ethernet header
 *
 * It overrides what neighbours have cached.
 */
void vrrp_na_build(const uint8_t mac[6], const struct in6_addr *address,
		   bool router, uint8_t frame[VRRP_NA_LEN])
{
	struct ether_header ether = {
		.ether_dhost = { 0x33, 0x33, 0, 0, 0, 1 },
		.ether_type = htons(ETHERTYPE_IPV6),
	};
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6 << 28),
		.ip6_plen = htons(sizeof(struct advertisement)),
		.ip6_nxt = IPPROTO_ICMPV6,
		.ip6_hlim = 255,
		.ip6_src = *address,
		.ip6_dst = { { { 0xff, 2, [15] = 1 } } },	/* all nodes */
	};
	struct advertisement na = {
		.advert.nd_na_type = ND_NEIGHBOR_ADVERT,
		.advert.nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE |
					       (router ? ND_NA_FLAG_ROUTER : 0),
		.advert.nd_na_target = *address,
		.option.nd_opt_type = ND_OPT_TARGET_LINKADDR,
		.option.nd_opt_len = 1,
	};

	memcpy(ether.ether_shost, mac, ETH_ALEN);
	memcpy(na.mac, mac, ETH_ALEN);
	na.advert.nd_na_cksum = checksum(&ip, &na);
	memcpy(frame, &ether, sizeof(ether));
	memcpy(frame + sizeof(ether), &ip, sizeof(ip));
	memcpy(frame + sizeof(ether) + sizeof(ip), &na, sizeof(na));
}
