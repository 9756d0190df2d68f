// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <assert.h>
#include <net/ethernet.h>
#include <netinet/if_ether.h>
#include <string.h>

#include "announce.h"

static_assert(sizeof(struct ether_header) + sizeof(struct ether_arp) ==
	      VRRP_GARP_LEN, "a frame is what its parts are");

/**
 * vrrp_garp_build() - a gratuitous ARP request (RFC 5227, section 3)
 * @mac: who has the address, and sends the frame
 * @address: the address
 * @frame: set, from the Ethernet header
 *
 * It asks for the address itself. The target's hardware address, which nobody
 * reads, is all ones, as keepalived has it.
 */
void vrrp_garp_build(const uint8_t mac[6], const struct in_addr *address,
		     uint8_t frame[VRRP_GARP_LEN])
{
	struct ether_header ether = { .ether_type = htons(ETHERTYPE_ARP) };
	struct ether_arp arp = {
		.ea_hdr.ar_hrd = htons(ARPHRD_ETHER),
		.ea_hdr.ar_pro = htons(ETHERTYPE_IP),
		.ea_hdr.ar_hln = ETH_ALEN,
		.ea_hdr.ar_pln = sizeof(*address),
		.ea_hdr.ar_op = htons(ARPOP_REQUEST),
	};

	memset(ether.ether_dhost, 0xff, ETH_ALEN);
	memcpy(ether.ether_shost, mac, ETH_ALEN);
	memcpy(arp.arp_sha, mac, ETH_ALEN);
	memcpy(arp.arp_spa, address, sizeof(*address));
	memset(arp.arp_tha, 0xff, ETH_ALEN);
	memcpy(arp.arp_tpa, address, sizeof(*address));
	memcpy(frame, &ether, sizeof(ether));
	memcpy(frame + sizeof(ether), &arp, sizeof(arp));
}
