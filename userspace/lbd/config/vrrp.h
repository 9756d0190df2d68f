/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vrrp_instance, vrrp_sync_group and static addresses, routes, rules
 *
 * Defaults are filled in, those that come from global_defs too. Times are
 * microseconds.
 */
#ifndef _LBD_CONFIG_VRRP_H
#define _LBD_CONFIG_VRRP_H

#include <net/if.h>

#include "bind.h"

#define VRRP_PRIORITY_OWNER	255
#define VRRP_INTERVAL_MIN	10000	/* microseconds, version 3 */
#define VRRP_KEY_MIN		32	/* bytes of an auth_hmac key */
#define VRRP_KEY_MAX		64

/* What an instance has while it is master, or the host always. */
struct config_vrrp_address {
	struct config_origin origin;
	struct nflb_address address;
	uint8_t prefix;
	const char *device;		/* NULL: that of the instance */
	struct nflb_address broadcast;	/* AF_UNSPEC: none */
	struct nflb_address peer;
	const char *label;
	uint8_t scope;			/* RT_SCOPE_* */
	uint32_t flags;			/* IFA_F_* */
	uint32_t preferred_lifetime;	/* seconds, UINT32_MAX: forever */
	bool use_vmac;
	bool no_track;
	const char *track_group;	/* of static addresses */
	const char *text;		/* as it was written */
};

/* Where a route leads; a single one may be without gateway. */
struct config_vrrp_nexthop {
	struct nflb_address gateway;	/* AF_UNSPEC: the device's own net */
	const char *device;		/* NULL: as the gateway is reached */
	uint8_t weight;			/* from 1; 0: not given */
	uint32_t realms;
	uint32_t flags;			/* RTNH_F_* */
};

#define CONFIG_VRRP_METRICS	32	/* more than the kernel has, RTAX_MAX */

/**
 * struct config_vrrp_route - a line of virtual_routes or static_routes
 * @destination: AF_UNSPEC: all
 * @from: source prefix, IPv6 only; AF_UNSPEC: any
 * @source: what packets of the host have as source; AF_UNSPEC: as the kernel
 *	chooses
 * @vrf: the table is that of this device, or NULL
 * @scope: RT_SCOPE_*, or -1: what fits the nexthops
 * @preference: ICMPV6_ROUTER_PREF_*, or -1
 * @ttl_propagate: 0, 1, or -1: not given
 * @metrics: by RTAX_*; those in @metrics_given count
 * @append: behind routes that are there already
 */
struct config_vrrp_route {
	struct config_origin origin;
	sa_family_t family;
	uint8_t type;			/* RTN_* */
	struct nflb_address destination;
	uint8_t prefix;
	struct nflb_address from;
	uint8_t from_prefix;
	struct nflb_address source;
	uint32_t table;
	const char *vrf;
	int scope;
	uint8_t tos;
	uint8_t protocol;		/* RTPROT_*; 0: lbd's own */
	uint32_t priority;
	int preference;
	int ttl_propagate;
	uint32_t expires;		/* seconds; 0: never */
	uint32_t metrics[CONFIG_VRRP_METRICS];
	uint32_t metrics_given;
	struct config_vrrp_nexthop *nexthops;
	size_t nexthop_count;
	bool append;
	bool no_track;
	const char *track_group;	/* of static routes */
	const char *text;
};

/* What of a rule was given. */
#define CONFIG_RULE_PRIORITY		0x0001
#define CONFIG_RULE_MARK		0x0002
#define CONFIG_RULE_IP_PROTO		0x0004
#define CONFIG_RULE_SPORT		0x0008
#define CONFIG_RULE_DPORT		0x0010
#define CONFIG_RULE_UID			0x0020
#define CONFIG_RULE_TUN_ID		0x0040
#define CONFIG_RULE_SUPPRESS_PREFIX	0x0080
#define CONFIG_RULE_SUPPRESS_GROUP	0x0100
#define CONFIG_RULE_L3MDEV		0x0200
#define CONFIG_RULE_PROTOCOL		0x0400

/* A line of virtual_rules or static_rules. */
struct config_vrrp_rule {
	struct config_origin origin;
	sa_family_t family;
	unsigned int given;		/* CONFIG_RULE_* */
	bool inverted;			/* not */
	struct nflb_address from;	/* AF_UNSPEC: any */
	uint8_t from_prefix;
	struct nflb_address to;
	uint8_t to_prefix;
	uint8_t tos;
	uint32_t mark;
	uint32_t mask;
	const char *iif;
	const char *oif;
	uint32_t priority;
	uint8_t action;			/* FR_ACT_* */
	uint32_t table;
	uint32_t target;		/* of goto */
	uint32_t realms;
	uint8_t protocol;		/* who made it */
	uint8_t ip_proto;
	uint16_t sport[2];		/* first, last */
	uint16_t dport[2];
	uint32_t uid[2];
	uint64_t tun_id;
	uint32_t suppress_prefix;
	uint32_t suppress_group;
	bool no_track;
	const char *track_group;	/* of static rules */
	const char *text;
};

enum config_vrrp_track_kind {
	VRRP_TRACK_INTERFACE,
	VRRP_TRACK_SCRIPT,	/* index in config.scripts */
	VRRP_TRACK_FILE,	/* in config.files */
	VRRP_TRACK_PROCESS,	/* in config.processes */
	VRRP_TRACK_SERVICE,	/* in config.services */
};

/**
 * struct config_vrrp_track - something that an instance or group follows
 * @kind: what
 * @index: of what, but for an interface
 * @interface: name
 * @weight: as the instance has it, or else as the thing has it; 0: fault
 * @reverse: the other way round
 */
struct config_vrrp_track {
	struct config_origin origin;
	enum config_vrrp_track_kind kind;
	uint32_t index;
	const char *interface;
	int weight;
	bool reverse;
};

struct config_vrrp_peer {
	struct nflb_address address;
	uint8_t min_ttl;		/* 0: any */
	uint8_t max_ttl;		/* 255: any */
};

enum config_vrrp_auth {
	VRRP_AUTH_NONE,
	VRRP_AUTH_PASS,			/* version 2 */
	VRRP_AUTH_HMAC,
};

enum config_vrrp_hmac_mode {
	VRRP_HMAC_ENFORCE,		/* others must have a good trailer */
	VRRP_HMAC_PERMISSIVE,		/* they may have none */
	VRRP_HMAC_RECEIVE_ONLY,		/* the same, and this one sends none */
};

struct config_vrrp_key {
	uint8_t id;
	uint8_t length;
	uint8_t secret[VRRP_KEY_MAX];
};

struct config_vrrp_hmac {
	struct config_vrrp_key *keys;
	size_t key_count;
	uint8_t active_key;		/* id; its key is there */
	bool anti_replay;		/* the time must fit into the window */
	uint64_t time_window;		/* microseconds */
	enum config_vrrp_hmac_mode mode;
};

enum config_vrrp_old_checksum {
	VRRP_OLD_CHECKSUM_DETECT,	/* sent when the others do */
	VRRP_OLD_CHECKSUM_ALWAYS,	/* old_unicast_checksum */
	VRRP_OLD_CHECKSUM_NEVER,	/* old_unicast_checksum never */
};

/* When gratuitous ARP and unsolicited neighbour advertisements are sent. */
struct config_vrrp_garp {
	uint64_t master_delay;		/* to the second set, 0: none */
	unsigned int master_repeat;
	uint64_t lower_prio_delay;
	unsigned int lower_prio_repeat;
	uint64_t master_refresh;	/* 0: none */
	unsigned int master_refresh_repeat;
	uint64_t extra_if;		/* interval, 0: none */
	bool extra_if_all;
};

enum config_vrrp_vmac {
	VRRP_VMAC_NONE,
	VRRP_VMAC_MACVLAN,		/* use_vmac */
	VRRP_VMAC_IPVLAN,		/* use_ipvlan */
};

struct config_vrrp_notify {
	struct config_command master;
	struct config_command backup;
	struct config_command fault;
	struct config_command stop;
	struct config_command deleted;
	struct config_command any;	/* notify */
	struct config_command master_rx_lower_pri;
	bool say_deleted;		/* DELETED in place of FAULT */
	bool priority_changes;
};

/**
 * struct config_vrrp_instance - a vrrp_instance
 * @family: of @addresses, and so of its advertisements
 * @group: index in config.vrrp.groups, or -1
 * @source: mcast_src_ip or unicast_src_ip; AF_UNSPEC: the interface's first
 * @destination: multicast group; not used with @peers
 * @unicast: even without @peers, which is a fault then
 * @down_timer_adverts: advertisements that must be missing
 * @preempt_delay: see keepalived.conf(5)
 * @skip_check_addresses: of those who were checked before
 * @v3_checksum_as_v2: version 3 for IPv4 without the pseudo header
 * @startup_delay: vrrp_startup_delay; 0: none
 */
struct config_vrrp_instance {
	struct config_origin origin;
	const char *name;
	bool initial_master;		/* state MASTER; an owner without state */
	sa_family_t family;
	uint8_t version;		/* 2 or 3 */
	uint8_t vrid;
	uint8_t priority;		/* 255: address owner */
	uint64_t interval;		/* advert_int */
	int group;

	/* where adverts go */
	const char *interface;		/* NULL: by route, for unicast */
	const char *vrf;
	bool dont_track_primary;
	struct nflb_address source;
	bool track_source;
	struct nflb_address destination;
	bool unicast;
	struct config_vrrp_peer *peers;
	size_t peer_count;
	uint8_t unicast_ttl;
	bool check_unicast_source;

	/* how they look, and what must be true of those of others */
	enum config_vrrp_auth auth;
	uint8_t password[8];		/* zero behind its end */
	struct config_vrrp_hmac hmac;
	enum config_vrrp_old_checksum old_checksum;
	bool v3_checksum_as_v2;
	bool skip_check_addresses;
	bool strict;

	/* who is master */
	bool nopreempt;
	uint64_t preempt_delay;
	unsigned int down_timer_adverts;
	bool lower_prio_no_advert;
	bool higher_prio_send_advert;
	unsigned int timer_expired_backup;	/* priority of others; 0: off */
	bool owner_ignore_adverts;
	uint64_t startup_delay;
	struct config_vrrp_track *tracks;
	size_t track_count;

	/* what a master has */
	struct config_vrrp_address *addresses;
	size_t address_count;
	struct config_vrrp_address *excluded;
	size_t excluded_count;
	struct config_vrrp_route *routes;
	size_t route_count;
	struct config_vrrp_rule *rules;
	size_t rule_count;
	bool promote_secondaries;
	bool no_accept;
	struct config_vrrp_garp garp;

	enum config_vrrp_vmac vmac;
	const char *vmac_name;		/* NULL: made of prefix and vrid */
	uint8_t vmac_address[6];
	bool vmac_addresses;		/* use_vmac_addr */
	bool vmac_xmit_base;
	struct nflb_address ipvlan_address;
	uint16_t ipvlan_flags;

	struct config_vrrp_notify notify;
};

/**
 * struct config_vrrp_group - a vrrp_sync_group
 * @node: its line
 * @members: indices in config.vrrp.instances
 * @tracking_weight: members may differ in priority by what they track
 */
struct config_vrrp_group {
	struct config_origin origin;
	const char *name;
	const struct config_node *node;
	uint32_t *members;
	size_t member_count;
	struct config_vrrp_track *tracks;
	size_t track_count;
	bool tracking_weight;
	struct config_vrrp_notify notify;
};

/* garp_group: interfaces whose announcements keep a distance in time. */
struct config_vrrp_garp_group {
	struct config_origin origin;
	const char **interfaces;
	size_t interface_count;
	uint64_t garp_interval;
	uint64_t gna_interval;
};

/* track_group: static things that instances follow. */
struct config_vrrp_track_group {
	struct config_origin origin;
	const char *name;
	uint32_t *members;
	size_t member_count;
};

/* interface_up_down_delays */
struct config_vrrp_debounce {
	const char *interface;
	uint64_t down;
	uint64_t up;
};

/**
 * struct config_vrrp_globals - what global_defs has to say about VRRP
 *
 * Instances have these already where they said nothing themselves.
 *
 * @given: says which of @garp were given
 * @min_garp: one gratuitous ARP, no repetition
 * @default_interface: of static addresses and routes
 * @nft_table: of no_accept; @nft_priority is that of its hooks
 */
struct config_vrrp_globals {
	unsigned int given;
	struct nflb_address mcast_group4;
	struct nflb_address mcast_group6;
	const char *default_interface;
	struct config_vrrp_garp garp;
	uint64_t garp_interval;
	uint64_t gna_interval;
	bool min_garp;
	unsigned int down_timer_adverts;
	bool lower_prio_no_advert;
	bool higher_prio_send_advert;
	unsigned int version;
	bool check_unicast_source;
	bool skip_check_addresses;
	bool strict;
	bool priority_changes;
	uint64_t startup_delay;
	bool log_unknown_vrids;
	const char *vmac_prefix;
	const char *vmac_addr_prefix;
	const char *nft_table;
	int nft_priority;
	bool nft_counters;
};

struct config_vrrp {
	struct config_vrrp_instance *instances;
	size_t instance_count;
	struct config_vrrp_group *groups;
	size_t group_count;
	struct config_vrrp_garp_group *garp_groups;
	size_t garp_group_count;
	struct config_vrrp_track_group *track_groups;
	size_t track_group_count;
	struct config_vrrp_debounce *debounces;
	size_t debounce_count;
	struct config_vrrp_address *addresses;	/* static_ipaddress */
	size_t address_count;
	struct config_vrrp_route *routes;	/* static_routes */
	size_t route_count;
	struct config_vrrp_rule *rules;		/* static_rules */
	size_t rule_count;
	uint64_t garp_interval;		/* of interfaces in no garp_group */
	uint64_t gna_interval;
	bool log_unknown_vrids;
};

#endif /* _LBD_CONFIG_VRRP_H */
