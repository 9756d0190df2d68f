// SPDX-License-Identifier: GPL-2.0
/* What global_defs says about VRRP */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp_words.h"

#define MICROSECONDS	1000000ull
#define AT(member)	offsetof(struct config_globals, vrrp.member)

static bool is_multicast(const struct nflb_address *address)
{
	return address->family == AF_INET ?
	       IN_MULTICAST(ntohl(address->v4.s_addr)) :
	       IN6_IS_ADDR_MULTICAST(&address->v6);
}

static int take_group(struct config_context *context,
		      const struct config_node *node, sa_family_t family,
		      struct nflb_address *group)
{
	struct nflb_address address;

	if (config_take_address(context, node, 0, &address))
		return -EINVAL;
	if (address.family != family || !is_multicast(&address))
		return config_error(context->report, &node->origin,
				    "%s: %s is not an %s multicast address",
				    node->word, node->argument[0],
				    family == AF_INET ? "IPv4" : "IPv6");
	*group = address;
	return 0;
}

static int take_group4(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_globals *globals = object;

	return take_group(context, node, AF_INET,
			  &globals->vrrp.mcast_group4);
}

static int take_group6(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_globals *globals = object;

	return take_group(context, node, AF_INET6,
			  &globals->vrrp.mcast_group6);
}

/**
 * vrrp_take_extra_if() - read [all] SECONDS
 * @context: where words are bound
 * @node: the line
 * @garp: gets it
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_extra_if(struct config_context *context,
		       const struct config_node *node,
		       struct config_vrrp_garp *garp)
{
	bool all = node->count && !strcmp(node->argument[0], "all");

	if (config_take_time(context, node, all, 0, 86400 * MICROSECONDS,
			     &garp->extra_if))
		return -EINVAL;
	garp->extra_if_all = all;
	return 0;
}

static int take_extra_if(struct config_context *context,
			 const struct config_node *node, void *object)
{
	struct config_globals *globals = object;

	return vrrp_take_extra_if(context, node, &globals->vrrp.garp);
}

/* nftables [TABLE] */
static int take_table(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct config_globals *globals = object;
	const char *name, *c;

	if (!node->count)
		return 0;
	if (config_take_text(context, node, 0, &name))
		return -EINVAL;
	for (c = name; (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
	     *c == '_' || (c > name && *c >= '0' && *c <= '9'); c++)
		;
	if (*c || c == name || c - name > 63)
		return config_error(context->report, &node->origin,
				    "'%s' cannot be the name of a table of nftables",
				    name);
	globals->vrrp.nft_table = name;
	return 0;
}

static int take_nft_priority(struct config_context *context,
			     const struct config_node *node, void *object)
{
	struct config_globals *globals = object;
	const char *text;
	char *end;
	long priority;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	errno = 0;
	priority = strtol(text, &end, 10);
	if (errno || *end || end == text || priority < -400 || priority > 400)
		return config_error(context->report, &node->origin,
				    "nftables_priority must be a number from -400 to 400, not %s",
				    text);
	globals->vrrp.nft_priority = (int)priority;
	return 0;
}

static int take_device(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_globals *globals = object;
	const char *name;

	if (config_take_text(context, node, 0, &name) ||
	    vrrp_device_check(context, node, name))
		return -EINVAL;
	globals->vrrp.default_interface = name;
	return 0;
}

/* The name gets up to 5 more characters: 6.255 */
static int take_name_prefix(struct config_context *context,
			    const struct config_node *node, const char **prefix)
{
	const char *name;

	if (config_take_text(context, node, 0, &name) ||
	    vrrp_device_check(context, node, name))
		return -EINVAL;
	if (strlen(name) + strlen("6.255") >= IFNAMSIZ)
		return config_error(context->report, &node->origin,
				    "%s: %s is too long", node->word, name);
	*prefix = name;
	return 0;
}

static int take_vmac_prefix(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct config_globals *globals = object;

	return take_name_prefix(context, node, &globals->vrrp.vmac_prefix);
}

static int take_addr_prefix(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct config_globals *globals = object;

	return take_name_prefix(context, node,
				&globals->vrrp.vmac_addr_prefix);
}

#define GARP(name, type, member, most, bits)				\
	{ .word = "vrrp_garp_" name, .kind = type, .offset = AT(garp.member), \
	  .max = (most), .given = AT(given), .bit = (bits) }
#define SWITCH(name, member)						\
	{ .word = (name), .kind = CONFIG_SWITCH, .offset = AT(member) }
#define TIME(name, member, most)					\
	{ .word = (name), .kind = CONFIG_TIME, .offset = AT(member),	\
	  .max = (most) * MICROSECONDS }
#define CALL(name, function)						\
	{ .word = (name), .kind = CONFIG_CALL, .fn = (function) }
#define IGNORED(name, reason)						\
	{ .word = (name), .kind = CONFIG_IGNORED, .why = (reason) }

/* In global_defs, but for FIFOs and processes. */
const struct config_word vrrp_global_words[] = {
	CALL("vrrp_mcast_group4", take_group4),
	CALL("vrrp_mcast_group6", take_group6),
	CALL("default_interface", take_device),
	GARP("master_delay", CONFIG_TIME, master_delay, 86400 * MICROSECONDS,
	     VRRP_GIVEN_DELAY),
	GARP("master_repeat", CONFIG_UINT, master_repeat, 1000,
	     VRRP_GIVEN_REPEAT),
	GARP("lower_prio_delay", CONFIG_TIME, lower_prio_delay,
	     86400 * MICROSECONDS, VRRP_GIVEN_LOWER_DELAY),
	GARP("lower_prio_repeat", CONFIG_UINT, lower_prio_repeat, 1000,
	     VRRP_GIVEN_LOWER_REPEAT),
	GARP("master_refresh", CONFIG_TIME, master_refresh,
	     86400 * MICROSECONDS, 0),
	GARP("master_refresh_repeat", CONFIG_UINT, master_refresh_repeat, 1000,
	     0),
	CALL("vrrp_garp_extra_if", take_extra_if),
	CALL("vrrp_vmac_garp_intvl", take_extra_if),
	TIME("vrrp_garp_interval", garp_interval, 10),
	TIME("vrrp_gna_interval", gna_interval, 10),
	SWITCH("vrrp_min_garp", min_garp),
	{ .word = "vrrp_down_timer_adverts", .kind = CONFIG_UINT,
	  .offset = AT(down_timer_adverts), .min = 1, .max = 100 },
	SWITCH("vrrp_lower_prio_no_advert", lower_prio_no_advert),
	SWITCH("vrrp_higher_prio_send_advert", higher_prio_send_advert),
	{ .word = "vrrp_version", .kind = CONFIG_UINT, .offset = AT(version),
	  .min = 2, .max = 3 },
	SWITCH("vrrp_check_unicast_src", check_unicast_source),
	SWITCH("vrrp_skip_check_adv_addr", skip_check_addresses),
	SWITCH("vrrp_strict", strict),
	SWITCH("vrrp_notify_priority_changes", priority_changes),
	TIME("vrrp_startup_delay", startup_delay, 3600),
	SWITCH("log_unknown_vrids", log_unknown_vrids),
	CALL("vmac_prefix", take_vmac_prefix),
	CALL("vmac_addr_prefix", take_addr_prefix),
	CALL("nftables", take_table),
	CALL("nftables_priority", take_nft_priority),
	{ .word = "nftables_counters", .kind = CONFIG_FLAG,
	  .offset = AT(nft_counters) },
	IGNORED("nftables_ifindex", "no_accept goes by address alone"),
	IGNORED("vrrp_iptables", "no_accept uses nftables"),
	IGNORED("vrrp_ipsets", "no_accept uses nftables"),
	IGNORED("disable_local_igmp",
		"set net.ipv4.igmp_link_local_mcast_reports by sysctl"),
	{ }
};

/**
 * vrrp_prepare_globals() - set the defaults of keepalived
 * @config: where global_defs will be read
 */
void vrrp_prepare_globals(struct config *config)
{
	struct config_vrrp_globals *globals = &config->globals.vrrp;

	nflb_address_parse("224.0.0.18", &globals->mcast_group4);
	nflb_address_parse("ff02::12", &globals->mcast_group6);
	globals->default_interface = "eth0";
	globals->garp.master_delay = 5 * MICROSECONDS;
	globals->garp.master_repeat = 5;
	globals->garp.master_refresh_repeat = 1;
	globals->down_timer_adverts = 3;
	globals->version = 2;
	globals->vmac_prefix = "vrrp";
	globals->nft_table = "lbd";
	globals->nft_priority = -1;
}
