// SPDX-License-Identifier: GPL-2.0
/* The words of vrrp_instance and its like: what they become, what is refused */
#include <linux/fib_rules.h>
#include <linux/icmpv6.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "config.h"

#define BODY	"interface eth0\nvirtual_router_id 51\n"
#define VIP	"virtual_ipaddress {\n192.0.2.1\n}\n"
#define HEX32	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* An instance whose lines begin in line 4. */
static const char *instance(const char *lines)
{
	static char text[8192];

	snprintf(text, sizeof(text), "vrrp_instance A {\n" BODY "%s}\n", lines);
	return text;
}

static void lines_refused(const char *lines, const char *said)
{
	char expected[512];

	snprintf(expected, sizeof(expected), "main:%s\n", said);
	config_refused(instance(lines), expected);
}

static struct config_vrrp_instance *first(struct config *config)
{
	return config && config->vrrp.instance_count ?
	       &config->vrrp.instances[0] : NULL;
}

static void test_defaults(void)
{
	struct config *config = config_of(instance(VIP));
	struct config_vrrp_instance *a = first(config);

	if (!ok(a, "an instance with what it must have"))
		return;
	is_text(config_said, "", "nothing is said");
	is_text(a->name, "A", "name");
	is_number(a->vrid, 51, "virtual router ID");
	is_number(a->priority, 100, "priority");
	is_number(a->version, 2, "version");
	is_number(a->interval, 1000000, "interval");
	is_number(a->family, AF_INET, "family");
	ok(!a->initial_master && !a->nopreempt && !a->no_accept,
	   "begins as backup, preempts, accepts");
	is_number(a->down_timer_adverts, 3, "down_timer_adverts");
	is_number(a->garp.master_delay, 5000000, "garp_master_delay");
	is_number(a->garp.master_repeat, 5, "garp_master_repeat");
	is_number(a->garp.lower_prio_delay, 5000000, "as for a new master");
	is_number(a->unicast_ttl, 255, "TTL");
	ok(a->group == -1, "no group");
	is_number(ntohl(a->destination.v4.s_addr), 0xe0000012, "224.0.0.18");
	config_free(config);
}

static void test_globals(void)
{
	struct config *config =
		config_of("vrrp_instance A {\n" BODY VIP "garp_master_delay 7\n}\n"
			  "global_defs {\nvrrp_version 3\nvrrp_min_garp\n"
			  "vrrp_mcast_group4 224.0.0.99\nvrrp_garp_interval 0.001\n"
			  "vrrp_skip_check_adv_addr\nvrrp_startup_delay 2.5\n"
			  "nftables fw\nnftables_priority -5\nnftables_counters\n"
			  "vmac_prefix vm\nlog_unknown_vrids\n}\n");
	struct config_vrrp_instance *a = first(config);

	if (!ok(a, "global_defs may come last"))
		return;
	is_number(a->version, 3, "vrrp_version");
	is_number(a->garp.master_delay, 7000000, "its own delay");
	is_number(a->garp.master_repeat, 1, "vrrp_min_garp");
	is_number(a->destination.v4.s_addr, htonl(0xe0000063), "group");
	ok(a->skip_check_addresses, "vrrp_skip_check_adv_addr");
	is_number(a->startup_delay, 2500000, "vrrp_startup_delay");
	is_number(config->vrrp.garp_interval, 1000, "vrrp_garp_interval");
	ok(config->vrrp.log_unknown_vrids, "log_unknown_vrids");
	is_text(config->globals.vrrp.nft_table, "fw", "nftables");
	ok(config->globals.vrrp.nft_priority == -5, "nftables_priority");
	config_free(config);
}

static void test_addresses(void)
{
	struct config *config =
		config_of(instance("virtual_ipaddress {\n"
				   "192.0.2.1/24 dev eth1 brd + scope link label eth1:1 no_track\n"
				   "192.0.2.2 peer 192.0.2.9/30\n}\n"
				   "virtual_ipaddress_excluded {\n2001:db8::1/64 noprefixroute home\n"
				   "2001:db8::2\n2001:db8::3 preferred_lft forever\n}\n"));
	struct config_vrrp_instance *a = first(config);

	if (!ok(a && a->address_count == 2 && a->excluded_count == 3,
		"addresses with options"))
		return;
	is_number(a->addresses[0].prefix, 24, "prefix");
	is_text(a->addresses[0].device, "eth1", "dev");
	is_number(ntohl(a->addresses[0].broadcast.v4.s_addr), 0xc00002ff, "brd +");
	is_number(a->addresses[0].scope, RT_SCOPE_LINK, "scope");
	is_text(a->addresses[0].label, "eth1:1", "label");
	ok(a->addresses[0].no_track, "no_track");
	is_number(a->addresses[1].prefix, 30, "the prefix of a peer is that of the peer");
	is_number(a->excluded[0].flags,
		  IFA_F_NODAD | IFA_F_NOPREFIXROUTE | IFA_F_HOMEADDRESS, "flags");
	is_number(a->excluded[0].preferred_lifetime, UINT32_MAX, "forever");
	is_number(a->excluded[1].preferred_lifetime, 0, "a /128 is deprecated");
	is_number(a->excluded[2].preferred_lifetime, UINT32_MAX, "but when asked");
	config_free(config);
}

static void test_routes(void)
{
	struct config *config =
		config_of(instance(VIP "virtual_routes {\n"
				   "src 192.0.2.7 to 198.51.100.0/24 via 192.0.2.254 dev eth1 metric 5\n"
				   "default gw 192.0.2.1 or 192.0.2.3 table 100\n"
				   "blackhole 198.51.100.0/24\n"
				   "203.0.113.0/24 table main nexthop via 192.0.2.1 dev e1 onlink weight 1 nexthop via 192.0.2.2 weight 2\n"
				   "198.51.100.9 dev eth1 tos 0x04 protocol bird scope link mtu lock 1400 rtt 10ms rttvar 7 rto_min 1s features ecn add\n"
				   "2001:db8::/32 via fe80::1 dev eth0 pref high expires 60 append\n"
				   "198.51.100.10 via inet6 fe80::1 dev eth0\n}\n"));
	struct config_vrrp_instance *a = first(config);
	struct config_vrrp_route *r;

	if (!ok(a && a->route_count == 7, "routes"))
		return;
	r = a->routes;
	is_number(ntohl(r[0].source.v4.s_addr), 0xc0000207, "src");
	is_number(r[0].prefix, 24, "prefix");
	is_number(r[0].priority, 5, "metric");
	is_text(r[0].nexthops[0].device, "eth1", "dev");
	ok(r[0].nexthop_count == 1 && r[1].nexthop_count == 2, "or");
	is_number(r[1].table, 100, "table");
	ok(r[1].destination.family == AF_UNSPEC && r[1].family == AF_INET,
	   "default of IPv4");
	is_number(r[2].type, RTN_BLACKHOLE, "blackhole");
	is_number(r[3].nexthop_count, 2, "nexthop");
	is_number(r[3].nexthops[0].flags, RTNH_F_ONLINK, "onlink");
	is_number(r[3].nexthops[1].weight, 2, "weight");
	is_number(r[3].table, RT_TABLE_MAIN, "main");
	is_number(r[4].tos, 4, "tos");
	is_number(r[4].protocol, 12, "bird");
	ok(r[4].scope == RT_SCOPE_LINK, "scope");
	is_number(r[4].metrics[RTAX_MTU], 1400, "mtu");
	is_number(r[4].metrics[RTAX_LOCK], 1 << RTAX_MTU, "lock");
	is_number(r[4].metrics[RTAX_RTT], 80, "rtt in eighths");
	is_number(r[4].metrics[RTAX_RTTVAR], 7, "rttvar as it is");
	is_number(r[4].metrics[RTAX_RTO_MIN], 1000, "rto_min");
	is_number(r[4].metrics[RTAX_FEATURES], RTAX_FEATURE_ECN, "features");
	ok(r[5].preference == ICMPV6_ROUTER_PREF_HIGH && r[5].append &&
	   r[5].expires == 60, "pref, append, expires");
	ok(r[6].family == AF_INET && r[6].nexthops[0].gateway.family == AF_INET6,
	   "IPv4 over IPv6");
	config_free(config);
}

static void test_rules(void)
{
	struct config *config =
		config_of("static_rules {\n"
			  "from 192.0.2.0/24 to 198.51.100.0/26 table 7 iif p1 oif w0 tos 22 fwmark 24/12 preference 39 realms 30/20 goto 40\n"
			  "not to 2001:db8::/32 l3mdev protocol 12 ip_proto UDP sport 10-20 dport 30 pref 5\n"
			  "from 192.0.2.9 prohibit priority 9 uidrange 5-6 tun_id 0x10 suppress_prefixlength 0\n}\n");
	struct config_vrrp_rule *r = config ? config->vrrp.rules : NULL;

	if (!ok(r && config->vrrp.rule_count == 3, "rules"))
		return;
	is_text(config_said, "", "nothing is said");
	is_number(r[0].tos, 0x22, "tos is hexadecimal");
	ok(r[0].mark == 24 && r[0].mask == 12, "fwmark");
	is_number(r[0].realms, 30 << 16 | 20, "realms");
	ok(r[0].action == FR_ACT_GOTO && r[0].target == 40, "goto");
	is_number(r[0].priority, 39, "preference");
	ok(r[1].inverted && r[1].family == AF_INET6, "not, IPv6");
	ok(r[1].ip_proto == 17 || r[1].ip_proto == 0, "ip_proto");
	ok(r[1].sport[0] == 10 && r[1].sport[1] == 20 && r[1].dport[1] == 30,
	   "ports");
	ok(r[1].given & CONFIG_RULE_L3MDEV && !r[1].table, "l3mdev");
	is_number(r[2].action, FR_ACT_PROHIBIT, "prohibit");
	ok(r[2].uid[0] == 5 && r[2].uid[1] == 6, "uidrange");
	is_number(r[2].tun_id, 16, "tun_id");
	ok(r[2].given & CONFIG_RULE_SUPPRESS_PREFIX && !r[2].suppress_prefix,
	   "suppress_prefixlength");
	config_free(config);
}

static void test_tracks(void)
{
	struct config *config =
		config_of("vrrp_instance A {\n" BODY VIP
			  "track_interface {\neth1\neth2 weight -10 reverse\n}\n"
			  "track_script {\nS\nS weight 7\n}\n"
			  "track_file {\nF weight 254 noreverse\n}\n}\n"
			  "vrrp_script S {\nscript /bin/true\nweight 3\n}\n"
			  "track_file F {\nfile /tmp/f\n}\n");
	struct config_vrrp_instance *a = first(config);

	if (!ok(a && a->track_count == 5, "what an instance follows"))
		return;
	ok(a->tracks[0].kind == VRRP_TRACK_INTERFACE && !a->tracks[0].weight,
	   "an interface that is fault");
	ok(a->tracks[1].weight == -10 && a->tracks[1].reverse, "weight, reverse");
	ok(a->tracks[2].kind == VRRP_TRACK_SCRIPT && a->tracks[2].weight == 3,
	   "the weight of the script");
	ok(a->tracks[3].weight == 7, "its own weight");
	ok(a->tracks[4].kind == VRRP_TRACK_FILE && a->tracks[4].weight == 254,
	   "file");
	config_free(config);
}

static void test_groups(void)
{
	struct config *config =
		config_of("vrrp_sync_group G {\ngroup {\nA\nB\n}\nnotify /bin/true\n}\n"
			  "vrrp_instance A {\n" BODY VIP
			  "track_interface {\neth1 weight 5\n}\n}\n"
			  "vrrp_instance B {\ninterface eth1\nvirtual_router_id 51\n" VIP "}\n"
			  "track_group T {\ngroup {\nA\n}\n}\n"
			  "static_ipaddress {\n192.0.2.77/24 track_group T\n}\n"
			  "garp_group {\ninterfaces {\neth0\neth1\n}\ngarp_interval 0.5\n}\n"
			  "interface_up_down_delays {\neth0 1.5 2\neth1 0.5\n}\n");

	if (!ok(config && config->vrrp.group_count == 1, "groups"))
		return;
	is_text(config_said,
		"main:15: warning: weight is taken as 0: A is in the vrrp_sync_group G; track it there\n",
		"weights of members");
	ok(config->vrrp.instances[0].group == 0 &&
	   config->vrrp.instances[1].group == 0 &&
	   config->vrrp.groups[0].member_count == 2, "members");
	is_text(config->vrrp.addresses[0].device, "eth0", "default_interface");
	is_number(config->vrrp.garp_groups[0].interface_count, 2, "garp_group");
	ok(config->vrrp.debounces[0].down == 1500000 &&
	   config->vrrp.debounces[0].up == 2000000 &&
	   config->vrrp.debounces[1].up == 500000, "interface_up_down_delays");
	config_free(config);
}

static void test_auth(void)
{
	struct config *config =
		config_of(instance(VIP "version 3\nauth_hmac {\nkey 1 hex:" HEX32
				   "\nkey 2 \"0123456789abcdef0123456789abcdef\"\n"
				   "active_key 2\nmode permissive\ntime_window 7\nanti_replay none\n}\n"));
	struct config_vrrp_instance *a = first(config);

	if (!ok(a && a->auth == VRRP_AUTH_HMAC, "auth_hmac"))
		return;
	ok(a->hmac.key_count == 2 && a->hmac.keys[0].length == 32 &&
	   a->hmac.keys[0].secret[31] == 0x1f, "keys");
	ok(a->hmac.active_key == 2 && a->hmac.mode == VRRP_HMAC_PERMISSIVE &&
	   a->hmac.time_window == 7000000 && !a->hmac.anti_replay, "options");
	config_free(config);

	config = config_of(instance(VIP "authentication {\nauth_type PASS\nauth_pass abc\n}\n"));
	a = first(config);
	ok(a && a->auth == VRRP_AUTH_PASS && !memcmp(a->password, "abc\0\0\0\0\0", 8),
	   "a password is filled with zeros");
	config_free(config);
}

static void test_vmac(void)
{
	struct config *config =
		config_of("vrrp_instance A {\n" BODY VIP "use_vmac\n}\n"
			  "vrrp_instance B {\ninterface eth0\nvirtual_router_id 7\n"
			  "virtual_ipaddress {\nfe80::1\n}\nuse_vmac v6 02:00:00:00:01\n}\n");
	struct config_vrrp_instance *a = first(config);

	if (!ok(a && config->vrrp.instance_count == 2, "use_vmac"))
		return;
	is_text(a[0].vmac_name, "vrrp.51", "name");
	ok(!memcmp(a[0].vmac_address, "\x00\x00\x5e\x00\x01\x33", 6),
	   "MAC of IPv4 (RFC 9568, section 7.3)");
	is_text(a[1].vmac_name, "v6", "a name");
	ok(!memcmp(a[1].vmac_address, "\x02\x00\x00\x00\x01\x07", 6),
	   "five bytes and the virtual router ID");
	is_number(a[1].version, 3, "IPv6 has version 3");
	config_free(config);
}

static void test_unicast(void)
{
	struct config *config =
		config_of("vrrp_instance A {\nvirtual_router_id 5\nadvert_int 0.255\nversion 3\n"
			  "unicast_src_ip 192.0.2.8\nunicast_peer {\n192.0.2.9 min_ttl 3 max_ttl 9\n192.0.2.10\n}\n"
			  "unicast_ttl 64\n" VIP "}\n");
	struct config_vrrp_instance *a = first(config);

	if (!ok(a, "unicast needs no interface"))
		return;
	is_text(config_said,
		"main:1: warning: A: advert_int is rounded to 0.26 s\n", "rounded");
	ok(a->unicast && a->peer_count == 2 && a->check_unicast_source, "peers");
	ok(a->peers[0].min_ttl == 3 && a->peers[0].max_ttl == 9 &&
	   !a->peers[1].min_ttl && a->peers[1].max_ttl == 255, "TTL of peers");
	is_number(a->interval, 260000, "hundredths of seconds");
	is_text(a->addresses[0].device, "eth0", "addresses need a device");
	config_free(config);
}

static void test_strict(void)
{
	struct config *config =
		config_of("global_defs {\nvrrp_strict\n}\n"
			  "vrrp_instance A {\nstate MASTER\n" BODY VIP "preempt_delay 3\n"
			  "authentication {\nauth_type PASS\nauth_pass a\n}\n}\n");
	struct config_vrrp_instance *a = first(config);

	ok(a && a->auth == VRRP_AUTH_NONE && !a->preempt_delay &&
	   !a->initial_master && a->no_accept && a->lower_prio_no_advert,
	   "strict_mode leaves out what the RFC has not");
	config_free(config);
}

static void test_excess(void)
{
	size_t size = 400 * 16 + 512;
	struct config *config;
	char *text = malloc(size), *end = text;
	unsigned int i;

	end += sprintf(end, "vrrp_instance A {\n" BODY "virtual_ipaddress {\n");
	for (i = 0; i < 400; i++)
		end += sprintf(end, "10.0.%u.%u\n", i / 200, i % 200 + 1);
	sprintf(end, "}\n}\n");
	config = config_of(text);
	ok(config && config->vrrp.instances[0].address_count == 255 &&
	   config->vrrp.instances[0].excluded_count == 145,
	   "an advertisement has 255 addresses, the rest is excluded");
	config_free(config);
	free(text);
}

static void test_refused_instances(void)
{
	config_refused("vrrp_instance {\n" BODY "}\n",
		       "main:1: a value is missing after 'vrrp_instance'\n");
	config_refused("vrrp_instance A {\ninterface eth0\n" VIP "}\n",
		       "main:1: the vrrp_instance A has no virtual_router_id\n");
	config_refused("vrrp_instance A {\nvirtual_router_id 1\n" VIP "}\n",
		       "main:1: the vrrp_instance A has no interface\n");
	config_refused("vrrp_instance A {\n" BODY VIP "}\nvrrp_instance A {\n" BODY VIP "}\n",
		       "main:8: there is a vrrp_instance 'A' already\n");
	config_refused("vrrp_instance A {\n" BODY VIP "}\nvrrp_instance B {\n" BODY VIP "}\n",
		       "main:8: A and B have the virtual_router_id 51 on the same interface\n");
	config_refused("vrrp_instance A {\ninterface eth0123456789abcdef\nvirtual_router_id 1\n" VIP "}\n",
		       "main:2: eth0123456789abcdef cannot be the name of an interface\n");
	lines_refused(VIP "state SLAVE\n", "7: state must be MASTER or BACKUP, not SLAVE");
	lines_refused(VIP "track_bfd {\nx\n}\n",
		      "7: 'track_bfd' is not supported: lbd has no BFD; a routing daemon with a track_file does it");
	lines_refused(VIP "accept\nno_accept\n",
		      "1: the vrrp_instance A has both accept and no_accept");
	lines_refused(VIP "version 3\nadvert_int 41\n",
		      "1: the vrrp_instance A has an advert_int of more than 40.95 s, the most of version 3");
	lines_refused(VIP "mcast_src_ip 2001:db8::1\n",
		      "1: the vrrp_instance A has a source address of the other family");
	lines_refused(VIP "mcast_dst_ip 192.0.2.1\n",
		      "7: mcast_dst_ip: 192.0.2.1 is not a multicast address");
	lines_refused(VIP "unicast_peer {\n2001:db8::1\n}\n",
		      "1: the vrrp_instance A has a unicast_peer of the other family");
	lines_refused(VIP "unicast_peer {\n192.0.2.9 max_ttl 256\n}\n",
		      "8: max_ttl: 256 is not a number from 0 to 255");
	lines_refused(VIP "unicast_peer {\n192.0.2.9 min_ttl 5 max_ttl 4\n}\n",
		      "8: min_ttl is greater than max_ttl");
	lines_refused(VIP "old_unicast_checksum always\n",
		      "7: old_unicast_checksum: there is only never, not always");
	lines_refused(VIP "use_vmac v1 01:00:5e:00:00:01\n",
		      "7: use_vmac: the MAC address is a multicast address");
	lines_refused(VIP "use_vmac v1 nonsense\n",
		      "7: use_vmac: 'nonsense' is not a MAC address");
	lines_refused(VIP "use_ipvlan v1 192.0.2.4 private\n",
		      "7: use_ipvlan: mode private is not supported, only bridge");
	lines_refused(VIP "use_ipvlan\n",
		      "7: use_ipvlan of an IPv4 instance needs an address");
	lines_refused(VIP "use_vmac\nuse_ipvlan i 192.0.2.9\n",
		      "1: A has both use_vmac and use_ipvlan");
}

static void test_refused_auth(void)
{
	lines_refused(VIP "authentication {\nauth_type MD5\n}\n",
		      "7: auth_type must be PASS, not MD5");
	lines_refused(VIP "authentication {\nauth_type PASS\n}\n",
		      "7: auth_pass is missing");
	lines_refused(VIP "auth_hmac {\n}\n", "7: auth_hmac has no key");
	lines_refused(VIP "auth_hmac {\nkey 1 short\n}\n",
		      "8: the key has 5 bytes, it must have 32 to 64");
	lines_refused(VIP "auth_hmac {\nkey 1 hex:0g\n}\n",
		      "8: the key is not hex: with two digits for each of 32 to 64 bytes");
	lines_refused(VIP "auth_hmac {\nkey 1 hex:" HEX32 "\nkey 1 hex:" HEX32 "\n}\n",
		      "9: there is a key 1 already");
	lines_refused(VIP "auth_hmac {\nkey 1 hex:" HEX32 "\nactive_key 2\n}\n",
		      "7: there is no key 2 for active_key");
	lines_refused(VIP "auth_hmac {\nkey 1 hex:" HEX32 "\nmode lax\n}\n",
		      "9: mode must be enforce, permissive or receive-only, not lax");
}

static void address_refused(const char *line, const char *said)
{
	char lines[512], text[512];

	snprintf(lines, sizeof(lines), "virtual_ipaddress {\n%s\n}\n", line);
	snprintf(text, sizeof(text), "5: %s", said);
	lines_refused(lines, text);
}

static void test_refused_addresses(void)
{
	address_refused("192.0.2.300", "192.0.2.300 is not an address");
	address_refused("192.0.2.1/33",
			"192.0.2.1/33: the prefix length must be a number from 0 to 32");
	address_refused("192.0.2.1/0",
			"192.0.2.1/0: the prefix length must not be 0");
	address_refused("192.0.2.1 dev", "dev needs a value");
	address_refused("192.0.2.1 dve eth0", "unknown word dve; did you mean dev?");
	address_refused("192.0.2.1 scope moon",
			"scope must be global, site, link, host, nowhere or a number up to 255, not moon");
	address_refused("192.0.2.1 label eth0:0123456789abc",
			"the label eth0:0123456789abc is longer than 15 characters");
	address_refused("192.0.2.1 home", "home is for IPv6 addresses");
	address_refused("2001:db8::1 brd +", "brd is for IPv4 addresses");
	address_refused("192.0.2.1 peer 2001:db8::1",
			"the peer 2001:db8::1 is of the other family");
	address_refused("192.0.2.1 track_group T",
			"track_group is for static addresses, routes and rules");
	address_refused("192.0.2.1 preferred_lft -1",
			"preferred_lft: -1 is not a number from 0 to 4294967294");
	address_refused("192.0.2.1 use_vmac", "use_vmac of an address needs dev");
	lines_refused("virtual_ipaddress {\n192.0.2.1\n2001:db8::1\n}\n",
		      "6: 2001:db8::1 is of the other family: put it into virtual_ipaddress_excluded");
	config_refused("static_ipaddress {\n192.0.2.1 track_group T\n}\n",
		       "main:2: there is no track_group 'T'\n");
	config_refused("static_ipaddress {\n192.0.2.1 no_track\n}\n",
		       "main:2: no_track is for virtual addresses, routes and rules\n");
}

static void route_refused(const char *line, const char *said)
{
	char text[512], expected[512];

	snprintf(text, sizeof(text), "static_routes {\n%s\n}\n", line);
	snprintf(expected, sizeof(expected), "main:2: %s\n", said);
	config_refused(text, expected);
}

static void test_refused_routes(void)
{
	route_refused("via 192.0.2.1", "the route has no destination");
	route_refused("198.51.100.0/24",
		      "the route leads nowhere: via, dev or nexthop is missing");
	route_refused("blackhole 198.51.100.0/24 via 192.0.2.1",
		      "a route that refuses packets has no via, dev or nexthop");
	route_refused("198.51.100.0/24 203.0.113.0/24 dev e0",
		      "203.0.113.0/24: the route has a destination already");
	route_refused("198.51.100.0/24 via 2001:db8::1", "IPv4 and IPv6 in one line");
	route_refused("198.51.100.0/24 dev e0 encap ip id 1",
		      "encap: lightweight tunnels are not supported");
	route_refused("198.51.100.0/24 nexthop via 192.0.2.1 encap mpls 3",
		      "encap: lightweight tunnels are not supported");
	route_refused("198.51.100.0/24 dev e0 congctl bbr",
		      "congctl: congestion controls of routes are not supported");
	route_refused("198.51.100.0/24 nhid 7",
		      "nhid: nexthop objects are not supported");
	route_refused("198.51.100.0/24 dev e0 mtu big",
		      "mtu: big is not a number from 0 to 4294967295");
	route_refused("198.51.100.0/24 dev e0 rtt 5h",
		      "rtt: 5h is not a time as in 200ms or 1s");
	route_refused("198.51.100.0/24 dev e0 table nowhere_known",
		      "table: there is no routing table nowhere_known");
	route_refused("198.51.100.0/24 dev e0 protocol nobody",
		      "protocol: there is no routing protocol nobody");
	route_refused("198.51.100.0/24 dev e0 realms cosmos",
		      "realms: cosmos is not [FROM/]TO, numbers up to 65535");
	route_refused("198.51.100.0/24 dev e0 nexthop via 192.0.2.1",
		      "a route has either nexthop or via and dev");
	route_refused("198.51.100.0/24 or 192.0.2.2",
		      "the route has no gateway before 'or' or 'onlink'");
	route_refused("198.51.100.0/24 dev e0 pref low",
		      "inet6, pref and expires are for IPv6 routes");
	route_refused("198.51.100.0/24 dev e0 vrf v1 table 5",
		      "a route has either table or vrf");
	route_refused("198.51.100.0/24 dev e0 tabel 5",
		      "unknown word tabel; did you mean table?");
	route_refused("198.51.100.0/24 from 192.0.2.1 dev e0",
		      "from 192.0.2.1: only IPv6 has routes by source");
}

static void rule_refused(const char *line, const char *said)
{
	char text[512], expected[512];

	snprintf(text, sizeof(text), "static_rules {\n%s pref 1\n}\n", line);
	snprintf(expected, sizeof(expected), "main:2: %s\n", said);
	config_refused(text, expected);
}

static void test_refused_rules(void)
{
	rule_refused("from 192.0.2.1 to 2001:db8::1", "IPv4 and IPv6 in one line");
	rule_refused("fwmark x",
		     "fwmark: x is not a number up to 4294967295, or two with '/' between");
	rule_refused("sport 20-10", "sport: the range ends before it begins");
	rule_refused("dport 0", "dport: there is no port 0");
	rule_refused("ip_proto nothing", "ip_proto: there is no protocol nothing");
	rule_refused("goto 1", "goto 1 does not lead behind preference 1");
	rule_refused("l3mdev table 5", "a rule has either table or l3mdev");
	rule_refused("inet6 from 192.0.2.1", "inet6 in a rule with an IPv4 address");
	rule_refused("nat 192.0.2.1", "nat: rules that translate are not supported");
	rule_refused("lokup 5", "unknown word lokup; did you mean lookup?");
}

static void test_refused_others(void)
{
	lines_refused(VIP "track_script {\nnone\n}\n", "8: there is no vrrp_script 'none'");
	lines_refused(VIP "track_service {\n192.0.2.1:80\n}\n",
		      "8: there is no virtual_server '192.0.2.1:80'");
	lines_refused(VIP "track_interface {\neth1 weight 254\n}\n",
		      "8: weight must be a number from -253 to 253, not 254");
	lines_refused(VIP "track_interface {\neth1 wight 2\n}\n",
		      "8: unknown word wight; did you mean weight?");
	config_refused("vrrp_sync_group G {\ngroup {\nA\n}\n}\n",
		       "main:3: there is no vrrp_instance 'A'\n");
	config_refused("vrrp_sync_group G {\n}\n",
		       "main:1: the vrrp_sync_group G has no member\n");
	config_refused("garp_group {\ngarp_interval 1\n}\n",
		       "main:1: garp_group names no interface\n");
	config_refused("global_defs {\nvrrp_mcast_group4 192.0.2.1\n}\n",
		       "main:2: vrrp_mcast_group4: 192.0.2.1 is not an IPv4 multicast address\n");
	config_refused("global_defs {\nnftables 1;drop\n}\n",
		       "main:2: '1;drop' cannot be the name of a table of nftables\n");
	config_refused("global_defs {\nvmac_prefix eleven_chars\n}\n",
		       "main:2: vmac_prefix: eleven_chars is too long\n");
	config_refused("interface_up_down_delays {\neth0 300\n}\n",
		       "main:2: eth0 '300': this must be seconds from 0 to 255\n");
}

int main(void)
{
	config_begin();
	test_defaults();
	test_globals();
	test_addresses();
	test_routes();
	test_rules();
	test_tracks();
	test_groups();
	test_auth();
	test_vmac();
	test_unicast();
	test_strict();
	test_excess();
	test_refused_instances();
	test_refused_auth();
	test_refused_addresses();
	test_refused_routes();
	test_refused_rules();
	test_refused_others();
	config_end();
	return tap_end();
}
