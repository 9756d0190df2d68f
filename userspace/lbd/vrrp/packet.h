/* SPDX-License-Identifier: GPL-2.0 */
/* Advertisements on the wire: VRRP versions 2 (RFC 3768) and 3 (RFC 9568) */
#ifndef _LBD_VRRP_PACKET_H
#define _LBD_VRRP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../config/config.h"

#define VRRP_PROTOCOL		112
#define VRRP_TTL		255
#define VRRP_HEADER_LEN		8
#define VRRP_PASSWORD_LEN	8
#define VRRP_TRAILER_LEN	28
#define VRRP_PACKET_MAX		(VRRP_HEADER_LEN + 255 * 16 + VRRP_PASSWORD_LEN + \
				 VRRP_TRAILER_LEN)

/* What may be wrong with a packet; each is counted. */
enum vrrp_error {
	VRRP_OK,
	VRRP_ERROR_LENGTH,
	VRRP_ERROR_TTL,
	VRRP_ERROR_VERSION,
	VRRP_ERROR_TYPE,
	VRRP_ERROR_CHECKSUM,
	VRRP_ERROR_VRID,		/* no instance has it here */
	VRRP_ERROR_DESTINATION,		/* multicast in place of unicast, or so */
	VRRP_ERROR_SOURCE,		/* none of the peers, or this host */
	VRRP_ERROR_AUTH_TYPE,
	VRRP_ERROR_PASSWORD,
	VRRP_ERROR_INTERVAL,
	VRRP_ERROR_OWNER,		/* owner_ignore_adverts */
	VRRP_ERROR_ADDRESSES,		/* others than ours; taken all the same */
	VRRP_ERROR_HMAC_MISSING,
	VRRP_ERROR_HMAC_MALFORMED,
	VRRP_ERROR_HMAC_KEY,
	VRRP_ERROR_HMAC,
	VRRP_ERROR_HMAC_STALE,
	VRRP_ERROR_HMAC_REPLAY,

	VRRP_ERRORS
};

/**
 * struct vrrp_envelope - what the network says about a packet
 * @interface: index of the one it came in by
 * @ttl: or hop limit; -1: not known
 */
struct vrrp_envelope {
	struct nflb_address source;
	struct nflb_address destination;
	unsigned int interface;
	int ttl;
};

/**
 * struct vrrp_packet - a packet whose lengths are right
 * @interval: microseconds
 * @addresses: @address_count of them, as long as the family's are
 * @password: of version 2: 8 bytes
 * @trailer: 28 bytes after all, or NULL
 * @data: all of it, from the VRRP header
 * @length: of @data in bytes, without the trailer
 */
struct vrrp_packet {
	uint8_t version;
	uint8_t type;
	uint8_t vrid;
	uint8_t priority;
	uint8_t address_count;
	uint8_t auth_type;
	uint64_t interval;
	const uint8_t *addresses;
	const uint8_t *password;
	const uint8_t *trailer;
	const uint8_t *data;
	size_t length;
};

enum vrrp_error vrrp_packet_parse(const uint8_t *data, size_t length,
				  sa_family_t family,
				  struct vrrp_packet *packet);
enum vrrp_error vrrp_packet_check(const struct config_vrrp_instance *config,
				  const struct vrrp_packet *packet,
				  const struct vrrp_envelope *envelope,
				  bool *old_checksum);
bool vrrp_packet_addresses_match(const struct config_vrrp_instance *config,
				 const struct vrrp_packet *packet);
const uint8_t *vrrp_packet_ip4(const uint8_t *data, size_t length,
			       struct vrrp_envelope *envelope,
			       size_t *payload);
size_t vrrp_packet_build(const struct config_vrrp_instance *config,
			 uint8_t priority, const struct vrrp_envelope *envelope,
			 bool old_checksum, uint8_t *data, size_t size);
void vrrp_packet_finish(const struct vrrp_envelope *envelope, uint8_t *data,
			size_t length);
const char *vrrp_error_name(enum vrrp_error error);
uint16_t vrrp_checksum(const void *data, size_t length, uint32_t sum);

#endif /* _LBD_VRRP_PACKET_H */
