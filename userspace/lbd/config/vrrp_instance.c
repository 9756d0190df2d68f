// SPDX-License-Identifier: GPL-2.0
/* The words of vrrp_instance */
#include <errno.h>
#include <string.h>

#include "vrrp_words.h"

#define MICROSECONDS	1000000ull
#define AT(member)	offsetof(struct vrrp_draft, instance.member)

static int take_state(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;
	const char *state;

	if (config_take_text(context, node, 0, &state))
		return -EINVAL;
	if (!vrrp_one_of(state, "MASTER", "BACKUP", NULL))
		return config_error(context->report, &node->origin,
				    "state must be MASTER or BACKUP, not %s",
				    state);
	config_end_arguments(context, node, 1);
	draft->instance.initial_master = !strcmp(state, "MASTER");
	return 0;
}

static int take_device(struct config_context *context,
		       const struct config_node *node, const char **device)
{
	if (config_take_text(context, node, 0, device))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	return vrrp_device_check(context, node, *device);
}

static int take_interface(struct config_context *context,
			  const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return take_device(context, node, &draft->instance.interface);
}

static int take_vrf(struct config_context *context,
		    const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return take_device(context, node, &draft->instance.vrf);
}

/* Read in the end, when the virtual router ID is known. */
static int take_use_vmac(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	config_end_arguments(context, node, 2);
	draft->use_vmac = node;
	return 0;
}

static int take_use_ipvlan(struct config_context *context,
			   const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	config_end_arguments(context, node, 3);
	draft->use_ipvlan = node;
	return 0;
}

static int take_destination(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;
	struct nflb_address *group = &draft->instance.destination;

	if (config_take_address(context, node, 0, group))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	if (group->family == AF_INET ? !IN_MULTICAST(ntohl(group->v4.s_addr)) :
	    !IN6_IS_ADDR_MC_LINKLOCAL(&group->v6))
		return config_error(context->report, &node->origin,
				    "mcast_dst_ip: %s is not a %smulticast address",
				    node->argument[0],
				    group->family == AF_INET ? "" : "link-local ");
	return 0;
}

/* ADDRESS [min_ttl N] [max_ttl N] */
static int take_peer(struct config_context *context,
		     const struct config_node *node, struct vrrp_draft *draft)
{
	struct vrrp_line line = { .context = context, .node = node };
	struct config_vrrp_instance *instance = &draft->instance;
	struct config_vrrp_peer *peer;
	const char *word;
	uint64_t ttl;

	peer = config_grow(context->arena, &instance->peers,
			   instance->peer_count, sizeof(*peer));
	if (!peer)
		return config_no_memory(context, node);
	*peer = (struct config_vrrp_peer){ .max_ttl = 255 };
	if (vrrp_line_address(&line, "unicast_peer", &peer->address))
		return -EINVAL;
	while ((word = vrrp_line_word(&line))) {
		if (!vrrp_one_of(word, "min_ttl", "max_ttl", NULL))
			return config_error(context->report, &node->origin,
					    "unknown word '%s', did you mean 'min_ttl' or 'max_ttl'?",
					    word);
		if (vrrp_line_uint(&line, word, 0, 255, &ttl))
			return -EINVAL;
		*(strcmp(word, "min_ttl") ? &peer->max_ttl : &peer->min_ttl) = (uint8_t)ttl;
		instance->check_unicast_source = true;
	}
	if (peer->min_ttl > peer->max_ttl)
		return config_error(context->report, &node->origin,
				    "min_ttl is greater than max_ttl");
	instance->peer_count++;
	return 0;
}

static int take_peers(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;
	int result = 0;

	for (node = node->block; node; node = node->next) {
		if (take_peer(context, node, draft))
			result = -EINVAL;
	}
	return result;
}

static int take_old_checksum(struct config_context *context,
			     const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	draft->instance.old_checksum = VRRP_OLD_CHECKSUM_ALWAYS;
	if (!node->count)
		return 0;
	if (strcmp(node->argument[0], "never"))
		return config_error(context->report, &node->origin,
				    "old_unicast_checksum: there is only never, not %s",
				    node->argument[0]);
	draft->instance.old_checksum = VRRP_OLD_CHECKSUM_NEVER;
	return 0;
}

static int take_extra_if(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_extra_if(context, node, &draft->instance.garp);
}

static int take_tracks(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_tracks(context, node, &draft->instance.tracks,
				&draft->instance.track_count);
}

static int take_addresses(struct config_context *context,
			  const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_addresses(context, node, false,
				   &draft->instance.addresses,
				   &draft->instance.address_count);
}

static int take_excluded(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_addresses(context, node, false,
				   &draft->instance.excluded,
				   &draft->instance.excluded_count);
}

static int take_routes(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_routes(context, node, false, &draft->instance.routes,
				&draft->instance.route_count);
}

static int take_rules(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_rules(context, node, false, &draft->instance.rules,
			       &draft->instance.rule_count);
}

static int take_authentication(struct config_context *context,
			       const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_password(context, node, &draft->instance);
}

static int take_hmac(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct vrrp_draft *draft = object;

	return vrrp_take_hmac(context, node, &draft->instance);
}

#define CALL(name, function)						\
	{ .word = (name), .kind = CONFIG_CALL, .fn = (function) }
#define IGNORED(name, reason)						\
	{ .word = (name), .kind = CONFIG_IGNORED, .why = (reason) }
#define FLAG(name, member)						\
	{ .word = (name), .kind = CONFIG_FLAG, .offset = AT(member) }
#define SWITCH(name, member)						\
	{ .word = (name), .kind = CONFIG_SWITCH, .offset = AT(member) }
#define NUMBER(name, member, least, most, bits)				\
	{ .word = (name), .kind = CONFIG_UINT,				\
	  .offset = offsetof(struct vrrp_draft, member),		\
	  .min = (least), .max = (most),				\
	  .given = offsetof(struct vrrp_draft, given), .bit = (bits) }
#define TIME(name, member, least, most, bits)				\
	{ .word = (name), .kind = CONFIG_TIME, .offset = AT(member),	\
	  .min = (least), .max = (most),				\
	  .given = offsetof(struct vrrp_draft, given), .bit = (bits) }
#define DRAFT(name, type, member)					\
	{ .word = (name), .kind = (type),				\
	  .offset = offsetof(struct vrrp_draft, member) }
#define DAY	(86400 * MICROSECONDS)

static const struct config_word words[] = {
	CALL("state", take_state),
	CALL("interface", take_interface),
	CALL("vrf", take_vrf),
	CALL("use_vmac", take_use_vmac),
	CALL("use_ipvlan", take_use_ipvlan),
	FLAG("use_vmac_addr", vmac_addresses),
	FLAG("vmac_xmit_base", vmac_xmit_base),
	DRAFT("native_ipv6", CONFIG_FLAG, native_ipv6),
	FLAG("dont_track_primary", dont_track_primary),
	CALL("track_interface", take_tracks),
	CALL("track_script", take_tracks),
	CALL("track_file", take_tracks),
	CALL("track_process", take_tracks),
	CALL("track_service", take_tracks),
	{ .word = "track_bfd", .kind = CONFIG_REFUSED,
	  .why = "lbd has no BFD; a routing daemon with a track_file does it" },
	DRAFT("mcast_src_ip", CONFIG_ADDRESS, multicast_source),
	DRAFT("unicast_src_ip", CONFIG_ADDRESS, unicast_source),
	CALL("mcast_dst_ip", take_destination),
	FLAG("track_src_ip", track_source),
	NUMBER("version", version, 2, 3, VRRP_GIVEN_VERSION),
	FLAG("check_unicast_src", check_unicast_source),
	CALL("unicast_peer", take_peers),
	FLAG("unicast_fault_no_peer", unicast),
	NUMBER("unicast_ttl", unicast_ttl, 0, 255, 0),
	CALL("old_unicast_checksum", take_old_checksum),
	SWITCH("v3_checksum_as_v2", v3_checksum_as_v2),
	TIME("garp_master_delay", garp.master_delay, 0, DAY, VRRP_GIVEN_DELAY),
	NUMBER("garp_master_repeat", instance.garp.master_repeat, 0, 1000,
	       VRRP_GIVEN_REPEAT),
	TIME("garp_lower_prio_delay", garp.lower_prio_delay, 0, DAY,
	     VRRP_GIVEN_LOWER_DELAY),
	NUMBER("garp_lower_prio_repeat", instance.garp.lower_prio_repeat, 0,
	       1000, VRRP_GIVEN_LOWER_REPEAT),
	TIME("garp_master_refresh", garp.master_refresh, 0, DAY, 0),
	NUMBER("garp_master_refresh_repeat",
	       instance.garp.master_refresh_repeat, 0, 1000, 0),
	CALL("garp_extra_if", take_extra_if),
	CALL("garp_extra_if_vmac", take_extra_if),
	NUMBER("down_timer_adverts", instance.down_timer_adverts, 1, 100, 0),
	{ .word = "lower_prio_no_advert", .kind = CONFIG_SWITCH,
	  .offset = AT(lower_prio_no_advert),
	  .given = offsetof(struct vrrp_draft, given),
	  .bit = VRRP_GIVEN_LOWER_PRIO },
	SWITCH("higher_prio_send_advert", higher_prio_send_advert),
	NUMBER("timer_expired_backup", instance.timer_expired_backup, 0, 1000,
	       0),
	SWITCH("owner_ignore_adverts", owner_ignore_adverts),
	NUMBER("virtual_router_id", vrid, 1, 255, VRRP_GIVEN_VRID),
	NUMBER("priority", priority, 1, 255, VRRP_GIVEN_PRIORITY),
	TIME("advert_int", interval, VRRP_INTERVAL_MIN, 255 * MICROSECONDS,
	     VRRP_GIVEN_INTERVAL),
	CALL("authentication", take_authentication),
	CALL("auth_hmac", take_hmac),
	CALL("virtual_ipaddress", take_addresses),
	CALL("virtual_ipaddress_excluded", take_excluded),
	DRAFT("no_virtual_ipaddress", CONFIG_FLAG, no_addresses),
	FLAG("promote_secondaries", promote_secondaries),
	CALL("virtual_routes", take_routes),
	CALL("virtual_rules", take_rules),
	DRAFT("accept", CONFIG_FLAG, accept),
	DRAFT("no_accept", CONFIG_FLAG, no_accept),
	FLAG("nopreempt", nopreempt),
	DRAFT("preempt", CONFIG_FLAG, preempt),
	TIME("preempt_delay", preempt_delay, 0, 1000 * MICROSECONDS, 0),
	SWITCH("skip_check_adv_addr", skip_check_addresses),
	SWITCH("strict_mode", strict),
	IGNORED("debug", "the log level is that of lbd"),
	IGNORED("kernel_rx_buf_size", "lbd reads as fast as packets come"),
	IGNORED("linkbeat_use_polling", "the kernel tells of every link"),
	IGNORED("lvs_sync_daemon_interface", "connections are synchronised by sync { }"),
	{ }
};

/**
 * vrrp_take_instance() - read the block of a vrrp_instance
 * @context: where words are bound; the instance is there, with its name
 * @node: the line that has the block
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_instance(struct config_context *context,
		       const struct config_node *node)
{
	struct config *config = context->config;
	struct vrrp_draft draft = { .origin = &node->origin };
	const struct config_set sets[] = {
		{ words, &draft }, { vrrp_notify_words, &draft.instance.notify },
	};
	struct config_vrrp_instance *instance;
	int err;

	instance = &config->vrrp.instances[vrrp_find_instance(config, node->argument[0])];
	draft.instance.origin = instance->origin;
	draft.instance.name = instance->name;
	draft.instance.group = -1;
	vrrp_draft_defaults(&config->globals.vrrp, &draft);
	err = config_bind_sets(context, node->block, sets, VRRP_COUNT(sets));
	if (!err)
		err = vrrp_draft_finish(context, &draft);
	/* A group that comes later wants to find it, good or not. */
	*instance = draft.instance;
	return err;
}
