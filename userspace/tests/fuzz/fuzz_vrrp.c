// SPDX-License-Identifier: GPL-2.0
/*
 * What comes from the network as VRRP
 *
 * The first byte chooses family, version, way and authentication, so that
 * each check is reached, and whether the checksum is made right; what passes
 * all goes to a state machine.
 */
#include <stdlib.h>
#include <string.h>

#include "../../lbd/vrrp/auth.h"
#include "../../lbd/vrrp/fsm.h"

#define NOW	(1700000000ULL * 1000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void send_nothing(struct vrrp_fsm *fsm, uint8_t priority)
{
	(void)fsm;
	(void)priority;
}

static void set_nothing(struct vrrp_fsm *fsm, bool master)
{
	(void)fsm;
	(void)master;
}

static void announce_nothing(struct vrrp_fsm *fsm, unsigned int repeat)
{
	(void)fsm;
	(void)repeat;
}

static void say_nothing(struct vrrp_fsm *fsm)
{
	(void)fsm;
}

static void change_nothing(struct vrrp_fsm *fsm, enum vrrp_state before)
{
	(void)fsm;
	(void)before;
}

static const struct vrrp_fsm_ops ops = {
	.send = send_nothing,
	.set = set_nothing,
	.announce = announce_nothing,
	.announce_extra = say_nothing,
	.changed = change_nothing,
	.heard_lower = say_nothing,
};

static void take(const struct config_vrrp_instance *config,
		 const struct vrrp_packet *packet,
		 const struct vrrp_envelope *envelope, bool master)
{
	struct vrrp_advert advert = {
		.source = envelope->source,
		.priority = packet->priority,
		.interval = packet->interval,
	};
	struct vrrp_fsm fsm;

	vrrp_packet_addresses_match(config, packet);
	vrrp_fsm_init(&fsm, config, &ops);
	vrrp_fsm_start(&fsm, 0, 0);
	if (master)
		vrrp_fsm_expire(&fsm, vrrp_fsm_due(&fsm));
	vrrp_fsm_advert(&fsm, &advert, fsm.since);
	vrrp_fsm_expire(&fsm, vrrp_fsm_due(&fsm));
	if (fsm.state != VRRP_MASTER && fsm.state != VRRP_BACKUP)
		abort();
}

static void make_right(const struct vrrp_envelope *envelope, uint8_t *data,
		       size_t size)
{
	uint16_t sum;

	if (size < VRRP_HEADER_LEN)
		return;
	memset(data + 6, 0, 2);
	vrrp_packet_finish(envelope, data, size);
	if (envelope->source.family == AF_INET6)
		return;
	sum = vrrp_checksum(data, size, 0);
	data[6] = sum >> 8;
	data[7] = sum & 0xff;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	const uint8_t *data = input;
	uint8_t copy[VRRP_PACKET_MAX];
	struct config_vrrp_address address = { .address.family = AF_INET };
	struct config_vrrp_key key = { .id = 1, .length = 32 };
	struct vrrp_envelope envelope = { .ttl = VRRP_TTL };
	struct vrrp_auth auth = { 0 };
	struct config_vrrp_instance config = {
		.priority = 100, .interval = 1000000, .down_timer_adverts = 3,
		.addresses = &address, .address_count = 1,
		.hmac = { .keys = &key, .key_count = 1 },
	};
	struct vrrp_packet packet;
	bool old;

	if (!size)
		return 0;
	config.family = data[0] & 1 ? AF_INET6 : AF_INET;
	config.version = data[0] & 2 ? 3 : 2;
	config.unicast = data[0] & 4;
	config.auth = data[0] >> 3 & 3;
	config.v3_checksum_as_v2 = data[0] & 0x20;
	config.hmac.anti_replay = data[0] & 0x40;
	envelope.source.family = config.family;
	envelope.destination.family = config.family;
	data++;
	size--;
	if (config.family == AF_INET) {
		data = vrrp_packet_ip4(data, size, &envelope, &size);
		if (!data)
			return 0;
	}
	if (input[0] & 0x80 && size <= sizeof(copy)) {
		memcpy(copy, data, size);
		make_right(&envelope, copy, size);
		data = copy;
	}
	if (!vrrp_packet_parse(data, size, config.family, &packet) &&
	    !vrrp_packet_check(&config, &packet, &envelope, &old) &&
	    !vrrp_auth_check(&auth, &config, &packet, &envelope.source, NOW))
		take(&config, &packet, &envelope, packet.vrid & 1);
	return 0;
}
