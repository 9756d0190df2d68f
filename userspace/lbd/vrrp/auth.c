// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include <sodium.h>

#include "auth.h"

#define TRAILER_HMAC_SHA256	1
#define HMAC_LEN		16
#define MICROSECONDS		1000000

struct trailer {
	uint8_t type;
	uint8_t key;
	uint16_t reserved;
	uint32_t seconds;
	uint16_t fraction;
	uint16_t counter;
	uint8_t hmac[HMAC_LEN];
};

static_assert(sizeof(struct trailer) == VRRP_TRAILER_LEN, "packed");

static const struct config_vrrp_key *
find_key(const struct config_vrrp_hmac *hmac, uint8_t id)
{
	size_t i;

	for (i = 0; i < hmac->key_count; i++) {
		if (hmac->keys[i].id == id)
			return &hmac->keys[i];
	}
	return NULL;
}

/* The packet as it was signed: that of IPv6 had no checksum then. */
static void add_packet(crypto_auth_hmacsha256_state *state, bool ip6,
		       const uint8_t *data, size_t length)
{
	static const uint8_t zero[2];

	if (!ip6) {
		crypto_auth_hmacsha256_update(state, data, length);
		return;
	}
	crypto_auth_hmacsha256_update(state, data, 6);
	crypto_auth_hmacsha256_update(state, zero, sizeof(zero));
	crypto_auth_hmacsha256_update(state, data + VRRP_HEADER_LEN,
				      length - VRRP_HEADER_LEN);
}

static void make_hmac(const struct config_vrrp_instance *config,
		      const struct config_vrrp_key *key,
		      const struct nflb_address *source, const uint8_t *data,
		      size_t length, struct trailer trailer,
		      uint8_t hmac[HMAC_LEN])
{
	bool ip6 = config->family == AF_INET6;
	uint8_t pseudo[20] = { ip6 ? 6 : 4, config->version, config->vrid };
	uint8_t digest[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;

	memcpy(pseudo + 4, &source->v4, ip6 ? 16 : 4);
	memset(trailer.hmac, 0, sizeof(trailer.hmac));
	crypto_auth_hmacsha256_init(&state, key->secret, key->length);
	crypto_auth_hmacsha256_update(&state, pseudo, sizeof(pseudo));
	add_packet(&state, ip6, data, length);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)&trailer,
				      sizeof(trailer));
	crypto_auth_hmacsha256_final(&state, digest);
	memcpy(hmac, digest, HMAC_LEN);
	sodium_memzero(&state, sizeof(state));
}

/* Serial number arithmetic, RFC 1982. */
static bool is_after(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) > 0;
}

static uint64_t next_sequence(struct vrrp_auth *auth, uint64_t now)
{
	uint64_t fraction = (now % MICROSECONDS << 16) / MICROSECONDS;
	uint64_t clock = now / MICROSECONDS << 32 | fraction << 16;

	auth->sent = is_after(clock, auth->sent) ? clock : auth->sent + 1;
	return auth->sent;
}

/**
 * vrrp_auth_sign() - put a trailer behind an advertisement
 * @auth: of the instance
 * @config: of the same; its active key is used
 * @source: address the packet goes out with
 * @now: UTC in microseconds since 1970
 * @data: the packet, and room behind it
 * @length: of the packet in bytes
 * @size: of @data in bytes
 *
 * Return: length with the trailer, or as it was if the instance sends none;
 *	0 when it does not fit.
 */
size_t vrrp_auth_sign(struct vrrp_auth *auth,
		      const struct config_vrrp_instance *config,
		      const struct nflb_address *source, uint64_t now,
		      uint8_t *data, size_t length, size_t size)
{
	const struct config_vrrp_hmac *hmac = &config->hmac;
	const struct config_vrrp_key *key;
	struct trailer trailer = { .type = TRAILER_HMAC_SHA256 };
	uint64_t sequence;

	if (config->auth != VRRP_AUTH_HMAC ||
	    hmac->mode == VRRP_HMAC_RECEIVE_ONLY)
		return length;
	key = find_key(hmac, hmac->active_key);
	if (!key || size - length < sizeof(trailer))
		return 0;
	sequence = next_sequence(auth, now);
	trailer.key = key->id;
	trailer.seconds = htonl(sequence >> 32);
	trailer.fraction = htons(sequence >> 16 & 0xffff);
	trailer.counter = htons(sequence & 0xffff);
	make_hmac(config, key, source, data, length, trailer, trailer.hmac);
	memcpy(data + length, &trailer, sizeof(trailer));
	return length + sizeof(trailer);
}

/* Only asked for senders that know the key, so that no other takes a place. */
static struct vrrp_sender *find_sender(struct vrrp_auth *auth,
				       const struct nflb_address *address)
{
	struct vrrp_sender *sender, *oldest = auth->senders;

	for (sender = auth->senders; sender < auth->senders + VRRP_SENDERS;
	     sender++) {
		if (sender->used && nflb_address_equal(&sender->address, address))
			return sender;
		if (sender->used < oldest->used)
			oldest = sender;
	}
	oldest->address = *address;
	oldest->used = 0;
	return oldest;
}

static bool in_time(const struct config_vrrp_hmac *hmac, uint32_t seconds,
		    uint64_t now)
{
	int32_t difference = (uint32_t)(now / MICROSECONDS) - seconds;
	int64_t window = hmac->time_window / MICROSECONDS;

	return difference <= window && difference >= -window;
}

/**
 * vrrp_auth_check() - does the trailer of a packet prove its sender?
 * @auth: of the instance; a good packet is remembered
 * @config: of the same
 * @packet: parsed
 * @source: address it came from
 * @now: UTC in microseconds since 1970
 *
 * Return: %VRRP_OK, also for an instance without auth_hmac, or what is wrong.
 */
enum vrrp_error vrrp_auth_check(struct vrrp_auth *auth,
				const struct config_vrrp_instance *config,
				const struct vrrp_packet *packet,
				const struct nflb_address *source, uint64_t now)
{
	const struct config_vrrp_hmac *hmac = &config->hmac;
	const struct config_vrrp_key *key;
	struct vrrp_sender *sender;
	uint8_t expected[HMAC_LEN];
	struct trailer trailer;
	uint64_t sequence;

	if (config->auth != VRRP_AUTH_HMAC)
		return VRRP_OK;
	if (!packet->trailer)
		return hmac->mode == VRRP_HMAC_ENFORCE ?
		       VRRP_ERROR_HMAC_MISSING : VRRP_OK;
	memcpy(&trailer, packet->trailer, sizeof(trailer));
	if (trailer.type != TRAILER_HMAC_SHA256 || trailer.reserved)
		return VRRP_ERROR_HMAC_MALFORMED;
	/* Before the HMAC: a flood of old packets costs none. */
	if (hmac->anti_replay && !in_time(hmac, ntohl(trailer.seconds), now))
		return VRRP_ERROR_HMAC_STALE;
	key = find_key(hmac, trailer.key);
	if (!key)
		return VRRP_ERROR_HMAC_KEY;
	make_hmac(config, key, source, packet->data, packet->length, trailer,
		  expected);
	if (sodium_memcmp(expected, trailer.hmac, sizeof(expected)))
		return VRRP_ERROR_HMAC;
	sequence = (uint64_t)ntohl(trailer.seconds) << 32 |
		   (uint64_t)ntohs(trailer.fraction) << 16 |
		   ntohs(trailer.counter);
	sender = find_sender(auth, source);
	if (sender->used && !is_after(sequence, sender->sequence))
		return VRRP_ERROR_HMAC_REPLAY;
	sender->sequence = sequence;
	sender->used = ++auth->clock;
	return VRRP_OK;
}
