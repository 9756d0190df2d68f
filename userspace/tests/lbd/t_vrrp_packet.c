// SPDX-License-Identifier: GPL-2.0
/* Advertisements byte by byte, and every reason to refuse one */
#include <arpa/inet.h>
#include <stdlib.h>

#include "../../lbd/vrrp/announce.h"
#include "../../lbd/vrrp/auth.h"
#include "../../lbd/vrrp/packet.h"
#include "../tap.h"

static struct nflb_address address(const char *text)
{
	struct nflb_address address = { 0 };

	if (nflb_address_parse(text, &address))
		abort();
	return address;
}

/* Two addresses of a family. */
static struct config_vrrp_address addresses4[2], addresses6[2];

static struct config_vrrp_instance make(sa_family_t family, uint8_t version)
{
	struct config_vrrp_instance config = {
		.family = family,
		.version = version,
		.vrid = 51,
		.priority = 100,
		.interval = 1000000,
		.destination = address(family == AF_INET ? "224.0.0.18" : "ff02::12"),
		.addresses = family == AF_INET ? addresses4 : addresses6,
		.address_count = 2,
	};

	return config;
}

static struct vrrp_envelope from(const struct config_vrrp_instance *config,
				 const char *source)
{
	return (struct vrrp_envelope) {
		.source = address(source),
		.destination = config->destination,
		.ttl = 255,
	};
}

static void is_bytes(const uint8_t *got, size_t length, const char *expected,
		     const char *name)
{
	char text[2 * 256 + 1];
	size_t i;

	for (i = 0; i < length && i < 256; i++)
		sprintf(text + 2 * i, "%02x", got[i]);
	is_text(text, expected, name);
}

/* Build, parse and check. Return: what the check says. */
static enum vrrp_error send_to(const struct config_vrrp_instance *sender,
			       const struct config_vrrp_instance *receiver,
			       const struct vrrp_envelope *envelope)
{
	uint8_t data[VRRP_PACKET_MAX];
	struct vrrp_packet packet;
	enum vrrp_error error;
	size_t length;
	bool old;

	length = vrrp_packet_build(sender, 100, envelope,
				   sender->old_checksum == VRRP_OLD_CHECKSUM_ALWAYS,
				   data, sizeof(data));
	vrrp_packet_finish(envelope, data, length);
	error = vrrp_packet_parse(data, length, receiver->family, &packet);
	return error ? error :
	       vrrp_packet_check(receiver, &packet, envelope, &old);
}

static void test_bytes(void)
{
	struct config_vrrp_instance config = make(AF_INET, 3);
	struct vrrp_envelope envelope = from(&config, "192.0.2.1");
	uint8_t data[VRRP_PACKET_MAX];
	size_t length;

	/* Sums computed by another program: RFC 9568, section 5.2.8. */
	length = vrrp_packet_build(&config, 100, &envelope, false, data,
				   sizeof(data));
	is_bytes(data, length, "3133640200647366" "c6336401" "c6336402",
		 "version 3 for IPv4, with the pseudo header");

	config.v3_checksum_as_v2 = true;
	length = vrrp_packet_build(&config, 100, &envelope, false, data,
				   sizeof(data));
	is_bytes(data, length, "313364020064" "15fb" "c6336401" "c6336402",
		 "the same without it");

	config = make(AF_INET, 2);
	config.auth = VRRP_AUTH_PASS;
	memcpy(config.password, "1234", 4);
	length = vrrp_packet_build(&config, 100, &envelope, false, data,
				   sizeof(data));
	is_bytes(data, length, "213364020101" "c0f7" "c6336401" "c6336402"
		 "3132333400000000", "version 2 with a password");

	config = make(AF_INET6, 3);
	envelope = from(&config, "fe80::1");
	config.interval = 10000;
	length = vrrp_packet_build(&config, 0, &envelope, false, data,
				   sizeof(data));
	vrrp_packet_finish(&envelope, data, length);
	is_bytes(data, length, "31330002" "0001" "7525"
		 "20010db8000000000000000000000001"
		 "20010db8000000000000000000000002",
		 "version 3 for IPv6, priority 0, 10 ms");
	is_number(vrrp_packet_build(&config, 1, &envelope, false, data, 39), 0,
		  "too little room");
}

static void test_round_trip(void)
{
	struct config_vrrp_instance config = make(AF_INET, 3);
	struct vrrp_envelope envelope = from(&config, "192.0.2.1");

	is_number(send_to(&config, &config, &envelope), VRRP_OK, "v3, IPv4");
	config = make(AF_INET, 2);
	is_number(send_to(&config, &config, &envelope), VRRP_OK, "v2");
	config = make(AF_INET6, 3);
	envelope = from(&config, "fe80::1");
	is_number(send_to(&config, &config, &envelope), VRRP_OK, "v3, IPv6");
}

static void test_parse(void)
{
	struct config_vrrp_instance config = make(AF_INET, 3);
	struct vrrp_envelope envelope = from(&config, "192.0.2.1");
	uint8_t data[VRRP_PACKET_MAX];
	struct vrrp_packet packet;
	unsigned int wrong = 0;
	size_t length, cut;

	length = vrrp_packet_build(&config, 7, &envelope, false, data,
				   sizeof(data));
	for (cut = 0; cut < length; cut++)
		wrong += vrrp_packet_parse(data, cut, AF_INET, &packet) !=
			 VRRP_ERROR_LENGTH;
	is_number(wrong, 0, "every truncation is refused");
	is_number(vrrp_packet_parse(data, length + 1, AF_INET, &packet),
		  VRRP_ERROR_LENGTH, "a byte too much");
	is_number(vrrp_packet_parse(data, length, AF_INET, &packet), VRRP_OK,
		  "all of it");
	is_number(packet.vrid, 51, "virtual router ID");
	is_number(packet.priority, 7, "priority");
	is_number(packet.interval, 1000000, "interval");
	is_number(packet.address_count, 2, "addresses");
	data[0] = 4 << 4 | 1;
	is_number(vrrp_packet_parse(data, length, AF_INET, &packet),
		  VRRP_ERROR_VERSION, "version 4");
}

static void test_refused(void)
{
	struct config_vrrp_instance config = make(AF_INET, 3), other = config;
	struct vrrp_envelope envelope = from(&config, "192.0.2.1"), e = envelope;
	uint8_t data[VRRP_PACKET_MAX];
	struct vrrp_packet packet;
	size_t length;
	bool old;

	e.ttl = 254;
	is_number(send_to(&config, &config, &e), VRRP_ERROR_TTL, "TTL 254");
	other.version = 2;
	is_number(send_to(&other, &config, &envelope), VRRP_ERROR_VERSION,
		  "version 2 where 3 is spoken");
	other = config;
	other.interval = 0;
	is_number(send_to(&other, &config, &envelope), VRRP_ERROR_INTERVAL,
		  "interval 0");
	e = envelope;
	e.destination = address("192.0.2.2");
	is_number(send_to(&config, &config, &e), VRRP_ERROR_DESTINATION,
		  "unicast where multicast is spoken");

	length = vrrp_packet_build(&config, 7, &envelope, false, data,
				   sizeof(data));
	data[12] ^= 1;
	vrrp_packet_parse(data, length, AF_INET, &packet);
	is_number(vrrp_packet_check(&config, &packet, &envelope, &old),
		  VRRP_ERROR_CHECKSUM, "a flipped bit");
	data[12] ^= 1;
	data[0] = 3 << 4 | 2;
	vrrp_packet_parse(data, length, AF_INET, &packet);
	is_number(vrrp_packet_check(&config, &packet, &envelope, &old),
		  VRRP_ERROR_TYPE, "type 2");
	memset(data + length, 0, VRRP_TRAILER_LEN);
	data[0] = 3 << 4 | 1;
	vrrp_packet_parse(data, length + VRRP_TRAILER_LEN, AF_INET, &packet);
	is_number(vrrp_packet_check(&config, &packet, &envelope, &old),
		  VRRP_ERROR_LENGTH, "a trailer where none is spoken");
}

static void test_v2_auth(void)
{
	struct config_vrrp_instance config = make(AF_INET, 2), other = config;
	struct vrrp_envelope envelope = from(&config, "192.0.2.1");

	config.auth = VRRP_AUTH_PASS;
	memcpy(config.password, "secret", 6);
	is_number(send_to(&config, &config, &envelope), VRRP_OK, "password");
	is_number(send_to(&other, &config, &envelope), VRRP_ERROR_AUTH_TYPE,
		  "no password");
	is_number(send_to(&config, &other, &envelope), VRRP_ERROR_AUTH_TYPE,
		  "a password where none is spoken");
	other = config;
	other.password[0] = 'S';
	is_number(send_to(&other, &config, &envelope), VRRP_ERROR_PASSWORD,
		  "another password");
	other = config;
	other.interval = 2000000;
	is_number(send_to(&other, &config, &envelope), VRRP_ERROR_INTERVAL,
		  "version 2 with another interval");
}

static void test_unicast(void)
{
	struct config_vrrp_peer peer = { address("192.0.2.1"), 254, 255 };
	struct config_vrrp_instance config = make(AF_INET, 3);
	struct vrrp_envelope envelope = from(&config, "192.0.2.1");
	struct config_vrrp_instance old;

	envelope.destination = address("192.0.2.2");
	envelope.ttl = 64;
	config.unicast = true;
	is_number(send_to(&config, &config, &envelope), VRRP_OK, "unicast");
	old = config;
	old.old_checksum = VRRP_OLD_CHECKSUM_ALWAYS;
	is_number(send_to(&old, &config, &envelope), VRRP_OK,
		  "the old checksum is recognised");
	config.old_checksum = VRRP_OLD_CHECKSUM_NEVER;
	is_number(send_to(&old, &config, &envelope), VRRP_ERROR_CHECKSUM,
		  "but not with never");
	config.check_unicast_source = true;
	is_number(send_to(&config, &config, &envelope), VRRP_ERROR_SOURCE,
		  "no such peer");
	config.peers = &peer;
	config.peer_count = 1;
	is_number(send_to(&config, &config, &envelope), VRRP_ERROR_TTL,
		  "a peer that is too far away");
	envelope.ttl = 254;
	is_number(send_to(&config, &config, &envelope), VRRP_OK, "a near one");
	envelope.destination = config.destination;
	is_number(send_to(&config, &config, &envelope), VRRP_ERROR_DESTINATION,
		  "multicast where unicast is spoken");
}

static void test_addresses(void)
{
	struct config_vrrp_address turned[2] = { addresses4[1], addresses4[0] };
	struct config_vrrp_instance config = make(AF_INET, 3), other = config;
	struct vrrp_envelope envelope = from(&config, "192.0.2.1");
	uint8_t data[VRRP_PACKET_MAX];
	struct vrrp_packet packet;
	size_t length;

	length = vrrp_packet_build(&config, 7, &envelope, false, data,
				   sizeof(data));
	vrrp_packet_parse(data, length, AF_INET, &packet);
	other.addresses = turned;
	ok(vrrp_packet_addresses_match(&other, &packet), "in another order");
	other.address_count = 1;
	ok(!vrrp_packet_addresses_match(&other, &packet), "fewer");
	turned[0] = turned[1];
	other.address_count = 2;
	ok(vrrp_packet_addresses_match(&other, &packet), "one twice");
	turned[0].address = address("203.0.113.1");
	ok(!vrrp_packet_addresses_match(&other, &packet), "another");
}

static void test_ip4(void)
{
	uint8_t data[] = { 0x46, 0xc0, 0, 28, 0, 0, 0, 0, 255, 112, 0, 0,
			   192, 0, 2, 1, 224, 0, 0, 18, 1, 1, 1, 1, 'v', 'r', 'r', 'p' };
	struct vrrp_envelope envelope = { 0 };
	const uint8_t *payload;
	size_t length = 0;

	payload = vrrp_packet_ip4(data, sizeof(data), &envelope, &length);
	ok(payload == data + 24 && length == 4, "an IPv4 header with options");
	is_number(envelope.ttl, 255, "TTL");
	is_number(ntohl(envelope.source.v4.s_addr), 0xc0000201, "source");
	ok(!vrrp_packet_ip4(data, 27, &envelope, &length), "cut");
	ok(!vrrp_packet_ip4(data, 19, &envelope, &length), "cut in the header");
	data[0] = 0x4f;
	ok(!vrrp_packet_ip4(data, sizeof(data), &envelope, &length),
	   "a header longer than the packet");
	data[0] = 0x44;
	ok(!vrrp_packet_ip4(data, sizeof(data), &envelope, &length),
	   "a header that is too short");
}

#define NOW	(1700000000ULL * 1000000)

struct signed_packet {
	uint8_t data[VRRP_PACKET_MAX];
	size_t length;
};

static void sign(struct vrrp_auth *auth,
		 const struct config_vrrp_instance *config,
		 const struct vrrp_envelope *envelope, uint64_t now,
		 struct signed_packet *signed_packet)
{
	uint8_t *data = signed_packet->data;
	size_t length;

	length = vrrp_packet_build(config, 100, envelope, false, data,
				   sizeof(signed_packet->data));
	length = vrrp_auth_sign(auth, config, &envelope->source, now, data,
				length, sizeof(signed_packet->data));
	vrrp_packet_finish(envelope, data, length);
	signed_packet->length = length;
}

static enum vrrp_error verify(struct vrrp_auth *auth,
			      const struct config_vrrp_instance *config,
			      const struct vrrp_envelope *envelope,
			      uint64_t now, const struct signed_packet *got)
{
	struct vrrp_packet packet;
	enum vrrp_error error;
	bool old;

	error = vrrp_packet_parse(got->data, got->length, config->family, &packet);
	if (!error)
		error = vrrp_packet_check(config, &packet, envelope, &old);
	return error ? error :
	       vrrp_auth_check(auth, config, &packet, &envelope->source, now);
}

static void test_hmac(sa_family_t family)
{
	struct config_vrrp_key keys[2] = { { .id = 1, .length = 32 },
					   { .id = 2, .length = 64 } };
	struct config_vrrp_instance config = make(family, 3), other;
	const char *source = family == AF_INET ? "192.0.2.1" : "fe80::1";
	struct vrrp_envelope envelope = from(&config, source), forged;
	struct vrrp_auth sender = { 0 }, receiver = { 0 }, fresh;
	struct signed_packet first, second;

	memset(keys[0].secret, 1, 32);
	memset(keys[1].secret, 2, 64);
	config.auth = VRRP_AUTH_HMAC;
	config.hmac = (struct config_vrrp_hmac) {
		.keys = keys, .key_count = 2, .active_key = 2,
		.anti_replay = true, .time_window = 5000000,
	};
	sign(&sender, &config, &envelope, NOW, &first);
	sign(&sender, &config, &envelope, NOW, &second);
	is_number(verify(&receiver, &config, &envelope, NOW, &first), VRRP_OK,
		  "signed");
	is_number(verify(&receiver, &config, &envelope, NOW, &first),
		  VRRP_ERROR_HMAC_REPLAY, "the same again");
	is_number(verify(&receiver, &config, &envelope, NOW, &second), VRRP_OK,
		  "a second one of the same microsecond");
	is_number(verify(&receiver, &config, &envelope, NOW + 7000000, &second),
		  VRRP_ERROR_HMAC_STALE, "too old");
	fresh = (struct vrrp_auth) { 0 };
	is_number(verify(&fresh, &config, &envelope, NOW - 7000000, &first),
		  VRRP_ERROR_HMAC_STALE, "from the future");
	first.data[first.length - 1] ^= 1;
	if (family == AF_INET)
		is_number(verify(&fresh, &config, &envelope, NOW, &first),
			  VRRP_ERROR_HMAC, "a flipped bit of the HMAC");
	else
		is_number(verify(&fresh, &config, &envelope, NOW, &first),
			  VRRP_ERROR_CHECKSUM, "a flipped bit of the HMAC");

	other = config;
	other.hmac.key_count = 1;
	is_number(verify(&fresh, &other, &envelope, NOW, &second),
		  VRRP_ERROR_HMAC_KEY, "an unknown key");
	keys[1].secret[63] = 3;
	is_number(verify(&fresh, &config, &envelope, NOW, &second),
		  VRRP_ERROR_HMAC, "another secret");
	keys[1].secret[63] = 2;
	if (family == AF_INET) {
		/* Its checksum would give it away before. */
		other = config;
		other.v3_checksum_as_v2 = true;
		sign(&sender, &other, &envelope, NOW, &second);
		forged = envelope;
		forged.source = address("192.0.2.9");
		is_number(verify(&fresh, &other, &forged, NOW, &second),
			  VRRP_ERROR_HMAC, "from another address");
	}

	other = config;
	other.hmac.mode = VRRP_HMAC_RECEIVE_ONLY;
	sign(&sender, &other, &envelope, NOW, &first);
	is_number(verify(&fresh, &config, &envelope, NOW, &first),
		  VRRP_ERROR_HMAC_MISSING, "no trailer");
	other.hmac.mode = VRRP_HMAC_PERMISSIVE;
	is_number(verify(&fresh, &other, &envelope, NOW, &first), VRRP_OK,
		  "no trailer, permissive");
}

static void test_announcements(void)
{
	const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };
	struct nflb_address v4 = address("192.0.2.1"), v6 = address("2001:db8::1");
	uint8_t garp[VRRP_GARP_LEN], na[VRRP_NA_LEN];

	vrrp_garp_build(mac, &v4.v4, garp);
	is_bytes(garp, sizeof(garp), "ffffffffffff" "020000000007" "0806"
		 "0001" "0800" "06" "04" "0001" "020000000007" "c0000201"
		 "ffffffffffff" "c0000201", "gratuitous ARP");
	/* Sum computed by another program. */
	vrrp_na_build(mac, &v6.v6, true, na);
	is_bytes(na, sizeof(na), "333300000001" "020000000007" "86dd"
		 "60000000" "0020" "3a" "ff"
		 "20010db8000000000000000000000001"
		 "ff020000000000000000000000000001"
		 "8800" "7924" "a0000000" "20010db8000000000000000000000001"
		 "0201020000000007", "neighbour advertisement of a router");
	vrrp_na_build(mac, &v6.v6, false, na);
	is_number(na[58], 0x20, "of a host: only the override flag");
}

int main(void)
{
	addresses4[0].address = address("198.51.100.1");
	addresses4[1].address = address("198.51.100.2");
	addresses6[0].address = address("2001:db8::1");
	addresses6[1].address = address("2001:db8::2");
	test_bytes();
	test_round_trip();
	test_parse();
	test_refused();
	test_v2_auth();
	test_unicast();
	test_addresses();
	test_ip4();
	test_hmac(AF_INET);
	test_hmac(AF_INET6);
	test_announcements();
	return tap_end();
}
