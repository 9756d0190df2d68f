// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/ip.h>
#include <string.h>

#include <sodium.h>

#include "packet.h"

#define VRRP_ADVERTISEMENT	1
#define VRRP_AUTH_TYPE_NONE	0	/* version 2, RFC 3768, section 5.3.6 */
#define VRRP_AUTH_TYPE_PASS	1	/* RFC 2338, which others still speak */
#define VRRP_CENTISECOND	10000
#define VRRP_SECOND		1000000

/* RFC 9568, section 5.1, and RFC 3768, section 5.1. */
struct vrrp_header {
	uint8_t version_type;
	uint8_t vrid;
	uint8_t priority;
	uint8_t address_count;
	uint8_t interval[2];	/* v2: authentication type and seconds; v3:
				 * centiseconds in the low 12 bits
				 */
	uint16_t checksum;
};

static_assert(sizeof(struct vrrp_header) == VRRP_HEADER_LEN, "packed");

static const char *const error_names[VRRP_ERRORS] = {
	[VRRP_OK] = "ok",
	[VRRP_ERROR_LENGTH] = "length",
	[VRRP_ERROR_TTL] = "ttl",
	[VRRP_ERROR_VERSION] = "version",
	[VRRP_ERROR_TYPE] = "type",
	[VRRP_ERROR_CHECKSUM] = "checksum",
	[VRRP_ERROR_VRID] = "virtual_router_id",
	[VRRP_ERROR_DESTINATION] = "destination",
	[VRRP_ERROR_SOURCE] = "source",
	[VRRP_ERROR_AUTH_TYPE] = "auth_type",
	[VRRP_ERROR_PASSWORD] = "password",
	[VRRP_ERROR_INTERVAL] = "interval",
	[VRRP_ERROR_OWNER] = "owner",
	[VRRP_ERROR_ADDRESSES] = "addresses",
	[VRRP_ERROR_HMAC_MISSING] = "hmac_missing",
	[VRRP_ERROR_HMAC_MALFORMED] = "hmac_malformed",
	[VRRP_ERROR_HMAC_KEY] = "hmac_key",
	[VRRP_ERROR_HMAC] = "hmac",
	[VRRP_ERROR_HMAC_STALE] = "hmac_stale",
	[VRRP_ERROR_HMAC_REPLAY] = "hmac_replay",
};

/**
 * vrrp_error_name() - a reason to refuse a packet, for logs and counters
 * @error: below %VRRP_ERRORS
 *
 * Return: a word.
 */
const char *vrrp_error_name(enum vrrp_error error)
{
	return error_names[error];
}

static uint32_t sum_words(const void *data, size_t length, uint32_t sum)
{
	const uint8_t *byte = data;
	size_t i;

	for (i = 0; i + 1 < length; i += 2)
		sum += byte[i] << 8 | byte[i + 1];
	if (length & 1)
		sum += byte[length - 1] << 8;
	return sum;
}

/**
 * vrrp_checksum() - the Internet checksum (RFC 1071)
 * @data: over this
 * @length: in bytes, below 64 KiB
 * @sum: of a pseudo header, or 0
 *
 * Return: in host byte order; 0 over data that has a good checksum.
 */
uint16_t vrrp_checksum(const void *data, size_t length, uint32_t sum)
{
	sum = sum_words(data, length, sum);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static size_t address_length(sa_family_t family)
{
	return family == AF_INET6 ? sizeof(struct in6_addr) :
				    sizeof(struct in_addr);
}

static uint32_t pseudo_header(const struct vrrp_envelope *envelope,
			      size_t length)
{
	size_t size = address_length(envelope->source.family);
	uint32_t sum = VRRP_PROTOCOL + length;

	sum = sum_words(&envelope->source.v4, size, sum);
	return sum_words(&envelope->destination.v4, size, sum);
}

/**
 * vrrp_packet_parse() - find the parts of a packet
 * @data: from the VRRP header
 * @length: of @data in bytes
 * @family: AF_INET or AF_INET6
 * @packet: set; points into @data
 *
 * Return: %VRRP_OK, %VRRP_ERROR_LENGTH or %VRRP_ERROR_VERSION.
 */
enum vrrp_error vrrp_packet_parse(const uint8_t *data, size_t length,
				  sa_family_t family,
				  struct vrrp_packet *packet)
{
	struct vrrp_header header;

	if (length < sizeof(header))
		return VRRP_ERROR_LENGTH;
	memcpy(&header, data, sizeof(header));
	*packet = (struct vrrp_packet) {
		.version = header.version_type >> 4,
		.type = header.version_type & 0xf,
		.vrid = header.vrid,
		.priority = header.priority,
		.address_count = header.address_count,
		.addresses = data + sizeof(header),
		.data = data,
	};
	packet->length = sizeof(header) +
			 header.address_count * address_length(family);
	if (packet->version == 2) {
		packet->auth_type = header.interval[0];
		packet->interval = (uint64_t)header.interval[1] * VRRP_SECOND;
		packet->password = data + packet->length;
		packet->length += VRRP_PASSWORD_LEN;
	} else if (packet->version == 3) {
		packet->interval = (uint64_t)VRRP_CENTISECOND *
				   ((header.interval[0] & 0xf) << 8 |
				    header.interval[1]);
	} else {
		return VRRP_ERROR_VERSION;
	}
	if (length == packet->length + VRRP_TRAILER_LEN)
		packet->trailer = data + packet->length;
	else if (length != packet->length)
		return VRRP_ERROR_LENGTH;
	return VRRP_OK;
}

static bool good_checksum(const struct config_vrrp_instance *config,
			  const struct vrrp_packet *packet,
			  const struct vrrp_envelope *envelope, bool *old)
{
	struct vrrp_envelope before = *envelope;
	size_t length = packet->length;
	uint32_t sum;

	/* For IPv6 it is the kernel's way: over all that there is. */
	if (config->family == AF_INET6 && packet->trailer)
		length += VRRP_TRAILER_LEN;
	sum = packet->version == 3 ? pseudo_header(envelope, length) : 0;
	*old = false;
	if (!vrrp_checksum(packet->data, length, sum))
		return true;
	if (packet->version == 2 || config->family == AF_INET6)
		return false;
	if (config->v3_checksum_as_v2)
		return !vrrp_checksum(packet->data, length, 0);
	if (!config->unicast || config->old_checksum == VRRP_OLD_CHECKSUM_NEVER)
		return false;
	before.destination = config->destination;
	*old = !vrrp_checksum(packet->data, length,
			      pseudo_header(&before, length));
	return *old;
}

static bool is_multicast(const struct nflb_address *address)
{
	return address->family == AF_INET6 ? IN6_IS_ADDR_MULTICAST(&address->v6) :
					     IN_MULTICAST(ntohl(address->v4.s_addr));
}

static enum vrrp_error check_source(const struct config_vrrp_instance *config,
				    const struct vrrp_envelope *envelope)
{
	const struct config_vrrp_peer *peer;
	size_t i;

	for (i = 0; i < config->peer_count; i++) {
		peer = &config->peers[i];
		if (!nflb_address_equal(&peer->address, &envelope->source))
			continue;
		if (envelope->ttl >= 0 && (envelope->ttl < peer->min_ttl ||
					   envelope->ttl > peer->max_ttl))
			return VRRP_ERROR_TTL;
		return VRRP_OK;
	}
	/* A trailer proves who sent it, but to replay it must be known where. */
	return config->check_unicast_source || config->auth == VRRP_AUTH_HMAC ?
	       VRRP_ERROR_SOURCE : VRRP_OK;
}

static enum vrrp_error check_path(const struct config_vrrp_instance *config,
				  const struct vrrp_envelope *envelope)
{
	if (is_multicast(&envelope->destination) == config->unicast)
		return VRRP_ERROR_DESTINATION;
	if (config->unicast)
		return check_source(config, envelope);
	if (envelope->ttl >= 0 && envelope->ttl != VRRP_TTL)
		return VRRP_ERROR_TTL;
	return VRRP_OK;
}

static enum vrrp_error check_v2(const struct config_vrrp_instance *config,
				const struct vrrp_packet *packet)
{
	uint8_t type = config->auth == VRRP_AUTH_PASS ? VRRP_AUTH_TYPE_PASS :
							VRRP_AUTH_TYPE_NONE;

	if (packet->auth_type != type)
		return VRRP_ERROR_AUTH_TYPE;
	if (type == VRRP_AUTH_TYPE_PASS &&
	    sodium_memcmp(packet->password, config->password,
			  VRRP_PASSWORD_LEN))
		return VRRP_ERROR_PASSWORD;
	if (packet->interval != config->interval)
		return VRRP_ERROR_INTERVAL;
	return VRRP_OK;
}

/**
 * vrrp_packet_check() - may an instance take a packet?
 * @config: of the instance that has the packet's virtual router ID
 * @packet: parsed
 * @envelope: how it came
 * @old_checksum: set when its checksum is right only as old keepalived made
 *	it: with the multicast group's address in place of the peer's
 *
 * RFC 9568, section 7.1, and RFC 3768, section 7.1. The trailer of auth_hmac
 * and the addresses are looked at elsewhere.
 *
 * Return: %VRRP_OK or what is wrong.
 */
enum vrrp_error vrrp_packet_check(const struct config_vrrp_instance *config,
				  const struct vrrp_packet *packet,
				  const struct vrrp_envelope *envelope,
				  bool *old_checksum)
{
	enum vrrp_error error;

	*old_checksum = false;
	if (packet->version != config->version)
		return VRRP_ERROR_VERSION;
	if (packet->trailer && config->auth != VRRP_AUTH_HMAC)
		return VRRP_ERROR_LENGTH;
	if (packet->type != VRRP_ADVERTISEMENT)
		return VRRP_ERROR_TYPE;
	error = check_path(config, envelope);
	if (error)
		return error;
	if (!good_checksum(config, packet, envelope, old_checksum))
		return VRRP_ERROR_CHECKSUM;
	if (packet->version == 2)
		return check_v2(config, packet);
	/* It would never be heard again in time. */
	return packet->interval ? VRRP_OK : VRRP_ERROR_INTERVAL;
}

/**
 * vrrp_packet_addresses_match() - does the sender have the same addresses?
 * @config: of the instance
 * @packet: parsed, of the same family
 *
 * A difference is to be logged but not to be acted on: RFC 9568, section 7.1.
 *
 * Return: whether it has, in any order.
 */
bool vrrp_packet_addresses_match(const struct config_vrrp_instance *config,
				 const struct vrrp_packet *packet)
{
	size_t i, j, size = address_length(config->family);

	if (packet->address_count != config->address_count)
		return false;
	for (i = 0; i < config->address_count; i++) {
		for (j = 0; j < packet->address_count; j++) {
			if (!memcmp(packet->addresses + j * size,
				    &config->addresses[i].address.v4, size))
				break;
		}
		if (j == packet->address_count)
			return false;
	}
	return true;
}

/**
 * vrrp_packet_ip4() - take the header off that raw IPv4 sockets deliver
 * @data: from the IPv4 header
 * @length: of @data in bytes
 * @envelope: its addresses and TTL are set
 * @payload: set to the length of the rest
 *
 * Return: what is behind the header, or NULL if there is no whole header.
 */
const uint8_t *vrrp_packet_ip4(const uint8_t *data, size_t length,
			       struct vrrp_envelope *envelope, size_t *payload)
{
	struct iphdr ip;
	size_t header;

	if (length < sizeof(ip))
		return NULL;
	memcpy(&ip, data, sizeof(ip));
	header = ip.ihl * 4;
	if (ip.version != 4 || header < sizeof(ip) || header > length ||
	    ntohs(ip.tot_len) != length)
		return NULL;
	envelope->source.family = AF_INET;
	envelope->source.v4.s_addr = ip.saddr;
	envelope->destination.family = AF_INET;
	envelope->destination.v4.s_addr = ip.daddr;
	envelope->ttl = ip.ttl;
	*payload = length - header;
	return data + header;
}

static void set_checksum(uint8_t *data, size_t length, uint32_t sum)
{
	uint16_t checksum = htons(vrrp_checksum(data, length, sum));

	memcpy(data + offsetof(struct vrrp_header, checksum), &checksum,
	       sizeof(checksum));
}

static void set_interval(const struct config_vrrp_instance *config,
			 struct vrrp_header *header)
{
	uint16_t centiseconds = config->interval / VRRP_CENTISECOND;

	if (config->version == 2) {
		header->interval[0] = config->auth == VRRP_AUTH_PASS ?
				      VRRP_AUTH_TYPE_PASS : VRRP_AUTH_TYPE_NONE;
		header->interval[1] = config->interval / VRRP_SECOND;
	} else {
		header->interval[0] = centiseconds >> 8 & 0xf;
		header->interval[1] = centiseconds & 0xff;
	}
}

/**
 * vrrp_packet_build() - make an advertisement
 * @config: of the instance, with at most 255 addresses
 * @priority: to be told
 * @envelope: where from and where to; IPv4 version 3 has both in its checksum
 * @old_checksum: unicast version 3: as old keepalived makes it
 * @data: gets the packet from the VRRP header
 * @size: of @data in bytes
 *
 * That of IPv6 has no checksum yet: vrrp_packet_finish() sets it once the
 * trailer of auth_hmac, if any, is there.
 *
 * Return: length of the packet in bytes; 0 when @size does not suffice.
 */
size_t vrrp_packet_build(const struct config_vrrp_instance *config,
			 uint8_t priority, const struct vrrp_envelope *envelope,
			 bool old_checksum, uint8_t *data, size_t size)
{
	size_t i, length, each = address_length(config->family);
	struct vrrp_envelope to = *envelope;
	struct vrrp_header header = {
		.version_type = config->version << 4 | VRRP_ADVERTISEMENT,
		.vrid = config->vrid,
		.priority = priority,
		.address_count = config->address_count,
	};

	length = sizeof(header) + config->address_count * each +
		 (config->version == 2 ? VRRP_PASSWORD_LEN : 0);
	if (config->address_count > UINT8_MAX || length > size)
		return 0;
	set_interval(config, &header);
	memcpy(data, &header, sizeof(header));
	for (i = 0; i < config->address_count; i++)
		memcpy(data + sizeof(header) + i * each,
		       &config->addresses[i].address.v4, each);
	if (config->version == 2)
		memcpy(data + length - VRRP_PASSWORD_LEN, config->password,
		       VRRP_PASSWORD_LEN);
	if (config->family == AF_INET6)
		return length;
	if (old_checksum)
		to.destination = config->destination;
	set_checksum(data, length,
		     config->version == 2 || config->v3_checksum_as_v2 ?
		     0 : pseudo_header(&to, length));
	return length;
}

/**
 * vrrp_packet_finish() - set what depends on all of a packet
 * @envelope: where from and where to
 * @data: the packet, with its trailer if it has one
 * @length: of @data in bytes
 */
void vrrp_packet_finish(const struct vrrp_envelope *envelope, uint8_t *data,
			size_t length)
{
	if (envelope->source.family == AF_INET6)
		set_checksum(data, length, pseudo_header(envelope, length));
}
