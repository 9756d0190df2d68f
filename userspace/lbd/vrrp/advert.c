// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "../log.h"
#include "clock.h"
#include "engine.h"
#include "network.h"

static int send_to(struct vrrp_engine *engine, uint8_t priority,
		   const struct nflb_address *destination)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	struct vrrp_envelope envelope = {
		.source = engine->fsm.source,
		.destination = *destination,
		.interface = vrrp_socket_interface(engine->socket),
		.ttl = config->unicast ? config->unicast_ttl : VRRP_TTL,
	};
	uint8_t data[VRRP_PACKET_MAX];
	size_t length;

	length = vrrp_packet_build(config, priority, &envelope,
				   engine->old_checksum, data, sizeof(data));
	length = vrrp_auth_sign(&engine->auth, config, &envelope.source,
				clock_utc(), data, length, sizeof(data));
	vrrp_packet_finish(&envelope, data, length);
	return vrrp_socket_send(engine->socket, &envelope, data, length);
}

static void note_sent(struct vrrp_engine *engine, int err)
{
	if (err)
		engine->send_errors++;
	/* In fault it says the same once more: the interface is down. */
	if (err && err != engine->send_error && !engine->faults)
		log_warning("(%s) cannot send: %s", engine->fsm.config->name,
			    strerror(-err));
	engine->send_error = err;
}

/*
 * vrrp_advert_send() - send an advertisement to all who shall have it
 *
 * A failure is logged and counted: the next one comes in an interval.
 */
void vrrp_advert_send(struct vrrp_engine *engine, uint8_t priority)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	size_t i;

	if (!engine->socket || engine->fsm.source.family != config->family)
		return;
	if (!config->unicast) {
		note_sent(engine, send_to(engine, priority, &config->destination));
		return;
	}
	for (i = 0; i < config->peer_count; i++)
		note_sent(engine, send_to(engine, priority,
					  &config->peers[i].address));
}

static bool is_for(const struct vrrp_engine *engine,
		   const struct vrrp_envelope *envelope)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	size_t i;

	if (!config->unicast)
		return nflb_address_equal(&config->destination,
					  &envelope->destination);
	for (i = 0; i < config->peer_count; i++) {
		if (nflb_address_equal(&config->peers[i].address,
				       &envelope->source))
			return true;
	}
	return false;
}

/*
 * A virtual router ID may be there twice on an interface when multicast groups
 * or peers differ. If none fits, the first one has the error.
 */
static struct vrrp_engine *find(const struct vrrp_socket *socket, uint8_t vrid,
				const struct vrrp_envelope *envelope)
{
	struct vrrp_engine *engine, *first = NULL;

	for (engine = vrrp.engines; engine; engine = engine->next) {
		if (engine->socket != socket ||
		    engine->instance.config->vrid != vrid)
			continue;
		if (is_for(engine, envelope))
			return engine;
		if (!first)
			first = engine;
	}
	return first;
}

static void refuse(struct vrrp_engine *engine, enum vrrp_error error,
		   const struct vrrp_envelope *envelope)
{
	char text[NFLB_ADDRESS_LEN];

	engine->errors[error]++;
	if (engine->logged & 1U << error)
		return;
	engine->logged |= 1U << error;
	nflb_address_format(&envelope->source, text);
	log_info("(%s) advertisement from %s%s: %s", engine->fsm.config->name,
		 text, error == VRRP_ERROR_ADDRESSES ? "" : " refused",
		 vrrp_error_name(error));
}

static void note_unknown(uint8_t vrid, const struct vrrp_envelope *envelope)
{
	static uint8_t said[32];
	char text[NFLB_ADDRESS_LEN];

	vrrp.errors[VRRP_ERROR_VRID]++;
	if (!vrrp.config->vrrp.log_unknown_vrids ||
	    said[vrid / 8] & 1 << vrid % 8)
		return;
	said[vrid / 8] |= 1 << vrid % 8;
	nflb_address_format(&envelope->source, text);
	log_info("virtual_router_id %u of %s is not known here", vrid, text);
}

static enum vrrp_error check(struct vrrp_engine *engine,
			     const struct vrrp_packet *packet,
			     const struct vrrp_envelope *envelope)
{
	const struct config_vrrp_instance *config = engine->instance.config;
	enum vrrp_error error;
	bool old;

	if (nflb_address_equal(&envelope->source, &engine->fsm.source))
		return VRRP_ERROR_SOURCE;
	error = vrrp_packet_check(config, packet, envelope, &old);
	if (!error)
		error = vrrp_auth_check(&engine->auth, config, packet,
					&envelope->source, clock_utc());
	if (error)
		return error;
	if (config->owner_ignore_adverts &&
	    engine->fsm.priority == VRRP_PRIORITY_OWNER)
		return VRRP_ERROR_OWNER;
	if (old && !engine->old_checksum)
		log_notice("(%s) the other side makes checksums as old keepalived does: so does this",
			   config->name);
	engine->old_checksum |= old;
	return VRRP_OK;
}

static bool addresses_differ(const struct vrrp_engine *engine,
			     const struct vrrp_packet *packet,
			     const struct vrrp_envelope *envelope)
{
	const struct config_vrrp_instance *config = engine->instance.config;

	if (config->skip_check_addresses &&
	    nflb_address_equal(&envelope->source, &engine->fsm.master))
		return false;
	return !vrrp_packet_addresses_match(config, packet);
}

/* Whoever is master has the addresses that a crash may have left here. */
static void drop_stale(struct vrrp_engine *engine)
{
	if (!engine->stale || engine->fsm.state != VRRP_BACKUP)
		return;
	engine->stale = false;
	vrrp_network_set(&engine->instance, false);
}

static void take(struct vrrp_engine *engine, const struct vrrp_packet *packet,
		 const struct vrrp_envelope *envelope, uint64_t age)
{
	struct vrrp_advert advert = {
		.source = envelope->source,
		.priority = packet->priority,
		.interval = packet->interval,
	};
	enum vrrp_error error;

	error = check(engine, packet, envelope);
	if (error) {
		refuse(engine, error, envelope);
		return;
	}
	if (addresses_differ(engine, packet, envelope))
		refuse(engine, VRRP_ERROR_ADDRESSES, envelope);
	vrrp_fsm_advert(&engine->fsm, &advert, clock_now() - age);
	drop_stale(engine);
}

/* vrrp_advert_receive() - the vrrp_receive_fn */
void vrrp_advert_receive(struct vrrp_socket *socket,
			 const struct vrrp_envelope *envelope,
			 const uint8_t *data, size_t length, uint64_t age)
{
	enum vrrp_error error = VRRP_ERROR_LENGTH;
	struct vrrp_engine *engine;
	struct vrrp_packet packet;

	if (data)
		error = vrrp_packet_parse(data, length,
					  vrrp_socket_family(socket), &packet);
	if (error) {
		vrrp.errors[error]++;
		return;
	}
	engine = find(socket, packet.vrid, envelope);
	if (engine)
		take(engine, &packet, envelope, age);
	else
		note_unknown(packet.vrid, envelope);
}
