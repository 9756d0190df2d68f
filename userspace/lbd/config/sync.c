// SPDX-License-Identifier: GPL-2.0
/* sync { } */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "config.h"
#include "section.h"

#define SECOND		1000000ULL

/* Ports that take no privilege: the role that opens it has none for that. */
#define PORT_MIN	1024

static int take_port(struct config_context *context,
		     const struct config_node *node, unsigned int argument,
		     uint16_t *port)
{
	uint64_t number;
	int err;

	err = config_take_uint(context, node, argument, PORT_MIN, UINT16_MAX,
			       &number);
	if (!err)
		*port = (uint16_t)number;
	return err;
}

static int take_own_port(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct config_sync *sync = object;

	config_end_arguments(context, node, 1);
	return take_port(context, node, 0, &sync->port);
}

/* peer ADDRESS [PORT] */
static int take_peer(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct config_sync *sync = object;
	struct config_sync_peer *peer;

	peer = config_grow(context->arena, &sync->peers, sync->peer_count,
			   sizeof(*peer));
	if (!peer)
		return config_no_memory(context, node);
	config_end_arguments(context, node, 2);
	if (config_take_address(context, node, 0, &peer->address))
		return -EINVAL;
	if (node->count > 1 && take_port(context, node, 1, &peer->port))
		return -EINVAL;
	sync->peer_count++;
	return 0;
}

#define MEMBER(name)	.offset = offsetof(struct config_sync, name)

static const struct config_word sync_words[] = {
	{ "address", CONFIG_ADDRESS, MEMBER(address) },
	{ "port", CONFIG_CALL, .fn = take_own_port },
	{ "peer", CONFIG_CALL, .fn = take_peer },
	{ "key_file", CONFIG_STRING, MEMBER(key_file) },
	{ "instance", CONFIG_STRING, MEMBER(instance) },
	{ "min_age", CONFIG_TIME, MEMBER(min_age), .min = 0,
	  .max = 60 * SECOND },
	{ "interval", CONFIG_TIME, MEMBER(interval), .min = SECOND / 200,
	  .max = 10 * SECOND },
	{ "udp", CONFIG_SWITCH, MEMBER(udp) },
	{ "affinity", CONFIG_SWITCH, MEMBER(affinity) },
	{ }
};

static const char *missing(const struct config_sync *sync)
{
	if (sync->address.family == AF_UNSPEC)
		return "address ADDRESS";
	if (!sync->peer_count)
		return "peer ADDRESS";
	return sync->key_file ? NULL : "key_file PATH";
}

static int check_peers(struct config_context *context,
		       const struct config_sync *sync)
{
	const struct config_sync_peer *peers = sync->peers;
	size_t i, j;

	for (i = 0; i < sync->peer_count; i++) {
		if (peers[i].address.family != sync->address.family)
			return config_error(context->report, &sync->origin,
					    "sync: address and peers are of different families");
		for (j = 0; j < i; j++) {
			if (nflb_address_equal(&peers[i].address,
					       &peers[j].address) &&
			    peers[i].port == peers[j].port)
				return config_error(context->report,
						    &sync->origin,
						    "sync: a peer is given twice");
		}
	}
	return 0;
}

static void set_ports(struct config_sync *sync)
{
	size_t i;

	for (i = 0; i < sync->peer_count; i++) {
		if (!sync->peers[i].port)
			sync->peers[i].port = sync->port;
	}
}

static int take_sync(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct config_sync *sync = &((struct config *)object)->sync;
	const char *what;

	if (sync->enabled)
		return config_error(context->report, &node->origin,
				    "sync: there is such a block already, at %s:%u",
				    sync->origin.file, sync->origin.line);
	*sync = (struct config_sync){
		.origin = node->origin, .enabled = true,
		.port = CONFIG_SYNC_PORT, .min_age = SECOND,
		.interval = SECOND / 50, .affinity = true,
	};
	if (config_bind(context, node->block, sync_words, sync))
		return -EINVAL;
	what = missing(sync);
	if (what)
		return config_error(context->report, &node->origin,
				    "sync: '%s' is missing", what);
	set_ports(sync);
	return check_peers(context, sync);
}

static const struct config_word words[] = {
	{ "sync", CONFIG_CALL, .fn = take_sync },
	{ }
};

static int settle(struct config_context *context)
{
	const struct config_sync *sync = &context->config->sync;
	const struct config_vrrp *vrrp = &context->config->vrrp;
	size_t i;

	if (!sync->instance)
		return 0;
	for (i = 0; i < vrrp->instance_count; i++) {
		if (!strcmp(vrrp->instances[i].name, sync->instance))
			return 0;
	}
	return config_error(context->report, &sync->origin,
			    "sync: there is no vrrp_instance '%s'",
			    sync->instance);
}

static void describe(const struct config *config, FILE *stream)
{
	const struct config_sync *sync = &config->sync;
	char text[NFLB_ENDPOINT_LEN];
	size_t i;

	if (!sync->enabled)
		return;
	nflb_endpoint_format(&sync->address, sync->port, text);
	fprintf(stream, "sync: %s with", text);
	for (i = 0; i < sync->peer_count; i++) {
		nflb_endpoint_format(&sync->peers[i].address,
				     sync->peers[i].port, text);
		fprintf(stream, " %s", text);
	}
	fprintf(stream, ", key of %s, %s%s\n", sync->key_file,
		sync->instance ? "while master of " : "both ways",
		sync->instance ? sync->instance : "");
}

const struct config_section config_section_sync = {
	.words = words,
	.settle = settle,
	.describe = describe,
};
