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
};

struct config_vrrp_route;
struct config_vrrp_rule;

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
	bool initial_master;		/* state MASTER */
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
	unsigned int timer_expired_backup;
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
 * @members: indices in config.vrrp.instances
 * @tracking_weight: members may differ in priority by what they track
 */
struct config_vrrp_group {
	struct config_origin origin;
	const char *name;
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
