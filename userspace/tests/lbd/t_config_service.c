// SPDX-License-Identifier: GPL-2.0
/* virtual_server, real_server and what belongs to them */
#include "../../lbd/check/checker.h"
#include "config.h"

#define VS "virtual_server 10.0.0.1 80 {\n"
#define RS " real_server 10.1.0.1 80 {\n"
#define END " }\n}\n"

/* What lbd -t prints of @text, or what was wrong. */
static void becomes(const char *name, const char *text, const char *expected)
{
	struct config *config = config_of(text);
	char *out = NULL;
	FILE *stream;
	size_t length;

	stream = open_memstream(&out, &length);
	if (config)
		config_describe(config, stream);
	else
		fputs(config_said, stream);
	fclose(stream);
	is_text(out, expected, name);
	free(out);
	config_free(config);
}

/* The same, with what it warns of. */
static void warns(const char *text, const char *said)
{
	struct config *config = config_of(text);

	ok(config, "taken, with a warning");
	is_text(config_said, said, "warned");
	config_free(config);
}

static void test_defaults(void)
{
	becomes("defaults", VS RS "  TCP_CHECK {\n}\n" END,
		"service tcp 10.0.0.1:80 scheduler wlc\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n"
		"    TCP_CHECK 10.1.0.1:80 every 60 s, timeout 5 s, down after 2 failures 1 s apart\n");
	becomes("levels, whatever their order",
		VS RS "  TCP_CHECK {\n retry 7\n connect_port 81\n }\n"
		"  TCP_CHECK {\n }\n delay_loop 2\n }\n"
		" real_server 10.1.0.2 80 {\n TCP_CHECK {\n fall 1\n }\n }\n"
		" delay_loop 9\n fall 4\n weight 5\n alpha\n rise 2\n"
		" connect_timeout 0.5\n delay_before_retry 2.5\n}\n",
		"service tcp 10.0.0.1:80 scheduler wlc\n  alpha\n"
		"  backend 10.1.0.1:80 forward nat weight 5, alpha\n"
		"    TCP_CHECK 10.1.0.1:81 every 2 s, timeout 0.5 s, down after 8 failures 2.5 s apart, up after 2 successes, alpha\n"
		"    TCP_CHECK 10.1.0.1:80 every 2 s, timeout 0.5 s, down after 4 failures 2.5 s apart, up after 2 successes, alpha\n"
		"  backend 10.1.0.2:80 forward nat weight 5, alpha\n"
		"    TCP_CHECK 10.1.0.2:80 every 9 s, timeout 0.5 s, down after 1 failure, up after 2 successes, alpha\n");
}

static void test_keys(void)
{
	becomes("IPv6, UDP, a range of ports",
		"virtual_server 2001:db8::1 53-54 {\n protocol UDP\n ops\n"
		" real_server 2001:db8::2 53 {\n }\n}\n",
		"service udp [2001:db8::1]:53-54 scheduler wlc one-packet on\n"
		"  backend [2001:db8::2]:53 forward nat weight 1\n");
	becomes("a prefix and any port",
		"virtual_server 10.0.0.0/24 {\n real_server 10.1.0.1 {\n }\n}\n",
		"service tcp 10.0.0.0/24:any scheduler wlc\n"
		"  backend 10.1.0.1 forward nat weight 1\n");
	becomes("marks take the family of their real servers",
		"virtual_server fwmark 7 {\n lb_kind DR\n"
		" real_server 2001:db8::2 80 {\n }\n}\n"
		"virtual_server fwmark 8 {\n lb_kind TUN\n ip_family inet6\n"
		" real_server 10.1.0.1 {\n }\n}\n",
		"service mark 7 family 6 scheduler wlc\n"
		"  backend [2001:db8::2] forward dr weight 1\n"
		"service mark 8 family 6 scheduler wlc\n"
		"  backend 10.1.0.1 forward ipip weight 1\n");
	becomes("groups",
		"virtual_server group G {\n real_server 10.1.0.1 80 {\n }\n}\n"
		"virtual_server_group G {\n 10.0.0.1 80\n 10.0.0.254-10.0.1.1 81\n"
		" 10.0.3.4-5 82\n 10.0.4.0/30 83\n fwmark 3\n}\n",
		"service tcp 10.0.0.1:80 scheduler wlc\n"
		"service tcp 10.0.0.254:81 scheduler wlc\n"
		"service tcp 10.0.0.255:81 scheduler wlc\n"
		"service tcp 10.0.1.0:81 scheduler wlc\n"
		"service tcp 10.0.1.1:81 scheduler wlc\n"
		"service tcp 10.0.3.4:82 scheduler wlc\n"
		"service tcp 10.0.3.5:82 scheduler wlc\n"
		"service tcp 10.0.4.0/30:83 scheduler wlc\n"
		"service mark 3 scheduler wlc\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n");
	config_refused("virtual_server 10.0.0.300 80 {\n}\n",
		       "main:1: '10.0.0.300 80': this is not an address (names are not looked up)\n");
	config_refused("virtual_server 10.0.0.1 99999 {\n}\n",
		       "main:1: '10.0.0.1 99999': the port must be a number from 1 to 65535\n");
	config_refused("virtual_server 10.0.0.1 80\n",
		       "main:1: the block of virtual_server is missing\n");
	config_refused("virtual_server {\n}\n",
		       "main:1: a value is missing after 'virtual_server'\n");
	config_refused("virtual_server group X {\n}\n",
		       "main:1: there is no virtual_server_group 'X'\n");
	config_refused("virtual_server fwmark 0 {\n}\n",
		       "main:1: virtual_server '0': this must be a number from 1 to 4294967295\n");
	config_refused("virtual_server_group X {\n 10.0.0.9-3 80\n}\n",
		       "main:2: '10.0.0.9-3': a range has at most 65536 addresses and goes upwards\n");
	config_refused("virtual_server_group X {\n 10.0.0.9-x 80\n}\n",
		       "main:2: '10.0.0.9-x': this is no range of addresses\n");
	config_refused("virtual_server_group X {\n 10.0.0.9-x 80\n}\n"
		       "virtual_server group X {\n" RS END,
		       "main:2: '10.0.0.9-x': this is no range of addresses\n");
	config_refused("virtual_server_group X {\n}\n",
		       "main:1: virtual_server_group 'X' has no address and no mark\n");
	config_refused("virtual_server_group X {\n fwmark 1\n}\n"
		       "virtual_server_group X {\n fwmark 2\n}\n",
		       "main:4: virtual_server_group 'X' is there already, at main:1\n");
	config_refused(VS RS END VS RS END,
		       "main:5: tcp 10.0.0.1:80 is there already, at main:1\n");
	config_refused("virtual_server_group G {\n 10.0.0.0-9 80\n}\n"
		       "virtual_server group G {\n" RS END VS RS END,
		       "main:8: tcp 10.0.0.1:80 is there already, at main:4\n");
	warns("virtual_server fwmark 7 {\n protocol TCP\n" RS END,
	      "main:1: warning: protocol has no effect: a firewall mark is of all protocols\n");
	warns(VS "}\n", "main:1: warning: virtual_server [10.0.0.1]:tcp:80 has no real server\n");
}

static void test_schedulers(void)
{
	becomes("mh is maglev by address", VS " lb_algo mh\n" RS END,
		"service tcp 10.0.0.1:80 scheduler maglev hash address\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n");
	becomes("flags", VS " mh-port\n lvs_sched mh\n mh-fallback\n" RS END,
		"service tcp 10.0.0.1:80 scheduler maglev hash address-port fallback on\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n");
	becomes("twos is p2c", VS " lb_algo twos\n" RS END,
		"service tcp 10.0.0.1:80 scheduler p2c\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n");
	becomes("options",
		VS " lb_algo maglev table_size 251 seed 7 hash flow fallback on max-load 125\n"
		RS END,
		"service tcp 10.0.0.1:80 scheduler maglev table-size 251 seed 7 hash flow fallback on max-load 125\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n");
	config_refused(VS " lb_algo wlcc\n" RS END,
		       "main:2: unknown scheduler 'wlcc', did you mean 'wlc'?\n");
	config_refused(VS " lb_algo rr seed 1\n" RS END,
		       "main:1: scheduler rr has no options\n");
	config_refused(VS " lb_algo maglev sede 1\n" RS END,
		       "main:2: 'sede' is no option of a scheduler: those are table_size, seed, hash, fallback, max_load\n");
	config_refused(VS " lb_algo maglev hash\n" RS END,
		       "main:2: a value is missing after 'hash'\n");
	config_refused(VS " lb_algo maglev hash x\n" RS END,
		       "main:2: hash 'x': there is no such value\n");
	config_refused(VS " lb_algo maglev table_size 1\n" RS END,
		       "main:2: lb_algo '1': this must be a number from 251 to 655373\n");
	warns(VS " lb_algo fastest\n" RS END,
	      "main:2: warning: scheduler 'fastest' is none of nflb's: the kernel needs a module for it\n");
	warns(VS " sh-port\n flag-3\n" RS END,
	      "main:3: warning: 'flag-3' has no effect: no scheduler has a use for it\n"
	      "main:1: warning: flags have no effect: wlc does not hash\n");
}

static void test_forwards(void)
{
	becomes("methods",
		VS " lb_kind TUN type gue port 6080 csum\n"
		" real_server 10.1.0.1 80 {\n }\n"
		" real_server 10.1.0.2 80 {\n lvs_method TUN\n }\n"
		" real_server 10.1.0.3 80 {\n lb_kind TUN type gre nocsum key 7 source 10.9.0.0/16\n }\n"
		" real_server 10.1.0.4 80 {\n lb_kind dr\n }\n"
		" real_server 10.1.0.5 8080 {\n lb_kind FULLNAT toa\n source_pool 10.8.0.1,10.8.0.2 ports 2000-3000\n }\n"
		" real_server 10.1.0.6 80 {\n lb_kind TUN type gue port 7\n }\n"
		" real_server 10.1.0.7 80 {\n lb_kind TUN nocsum\n }\n"
		" real_server 2001:db8::2 80 {\n }\n}\n",
		"service tcp 10.0.0.1:80 scheduler wlc\n"
		"  backend 10.1.0.1 forward gue checksum on port 6080 weight 1\n"
		"  backend 10.1.0.2 forward ipip weight 1\n"
		"  backend 10.1.0.3 forward gre checksum off key 7 source 10.9.0.0/16 weight 1\n"
		"  backend 10.1.0.4 forward dr weight 1\n"
		"  backend 10.1.0.5:8080 forward fullnat toa on weight 1 source-pool 10.8.0.1,10.8.0.2 ports 2000-3000\n"
		"  backend 10.1.0.6 forward gue checksum off port 7 weight 1\n"
		"  backend 10.1.0.7 forward ipip weight 1\n"
		"  backend [2001:db8::2] forward gue checksum on port 6080 weight 1\n");
	config_refused(VS " lb_kind NAT csum\n" RS END,
		       "main:2: 'csum' is no option of nat\n");
	config_refused(VS " lb_kind TUN key 1\n" RS END,
		       "main:2: 'key' is no option of ipip\n");
	config_refused(VS " lb_kind TUN type gue remcsum\n" RS END,
		       "main:2: 'remcsum' is not supported: the kernel offers nflb no remote checksums\n");
	config_refused(VS " lb_kind TUN type vxlan\n" RS END,
		       "main:2: type 'vxlan': known are ipip, gre, gue\n");
	config_refused(VS " lb_kind BRIDGE\n" RS END,
		       "main:2: lb_kind 'BRIDGE': known are NAT, DR, TUN, FULLNAT, IPIP, GRE, GUE\n");
	config_refused(VS " lb_kind FULLNAT\n" RS END,
		       "main:3: real_server '10.1.0.1': FULLNAT needs a source_pool here or in its virtual server\n");
	config_refused(VS " source_pool 10.0.0.0/24,x\n" RS END,
		       "main:2: source_pool '10.0.0.0/24,x': this is not ADDRESS or ADDRESS/LENGTH\n");
	config_refused(VS " source_pool 10.0.0.1 ports 9-1\n" RS END,
		       "main:2: ports '9-1': this is not MIN-MAX, from 1 to 65535\n");
	config_refused(VS " real_server 2001:db8::1 80 {\n" END,
		       "main:2: real_server '2001:db8::1' is of the other address family than its virtual server: only tunnels reach it\n");
	warns(VS " lb_kind DR\n real_server 10.1.0.1 8080 {\n" END,
	      "main:3: warning: port 8080 is for checks only: packets by dr keep port 80\n");
}

static void test_policies(void)
{
	becomes("all of them",
		"global_defs {\n lvs_timeouts tcp 1000 udp 50\n}\n"
		VS " timeout 2\n timeout established 800 fin 9\n no_backend drop\n"
		" backend_down keep\n mid_stream adopt\n affinity 60 mask 24\n"
		" max_connections 9\n max_half_open 8\n rate_limit 100/s burst 7\n"
		" client_rate_limit 5 prefix 16\n panic 30\n icmp_reply\n"
		" drain_timeout 90\n slow_start 20\n quorum 7\n hysteresis 2\n"
		" quorum_up \"/bin/up 'a b' c\" nobody\n omega\n"
		" passive {\n resets 20\n eject_time 5\n }\n"
		" sorry_server 10.1.9.9 81\n sorry_server_inhibit\n"
		" sorry_server_lvs_method FULLNAT\n source_pool 10.8.0.0/30\n"
		" real_server 10.1.0.1 80 {\n weight 3\n tier 2\n uthreshold 100\n"
		" inhibit_on_failure\n notify_down /bin/down nobody nogroup\n"
		" checks any\n TCP_CHECK {\n }\n }\n}\n",
		"service tcp 10.0.0.1:80 scheduler wlc timeout established 800 timeout fin 9 timeout udp 50 panic 30 source-pool 10.8.0.0/30 icmp-reply on no-backend drop backend-down keep mid-stream adopt affinity 60 mask 24 max-connections 9 max-half-open 8 rate-limit 100/s burst 7 client-rate-limit 5/s prefix 16\n"
		"  quorum 7, up at 9, down below 5\n"
		"  quorum up: /bin/up a b c (as nobody)\n"
		"  omega\n"
		"  drain for 90 s\n"
		"  passive: every 10 s, from 20 connections, eject at 50% unanswered, 20% reset, 10 unreachable; for 5 s up to 300 s, at most 50% of the pool\n"
		"  backend 10.1.0.1:80 forward nat weight 3 max-connections 100 slow-start 20 tier 2, any check, inhibited on failure\n"
		"    TCP_CHECK 10.1.0.1:80 every 60 s, timeout 2 s, down after 2 failures 1 s apart\n"
		"    down: /bin/down (as nobody:nogroup)\n"
		"  sorry (inhibited) 10.1.9.9:81 forward fullnat weight 1 slow-start 20\n");
	becomes("persistence", VS " persistence_timeout\n"
		" persistence_granularity 255.255.240.0\n" RS END,
		"service tcp 10.0.0.1:80 scheduler wlc affinity 360 mask 20\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n");
	config_refused(VS " timeout now 5\n" RS END,
		       "main:2: timeout needs seconds, or established, fin, syn, udp with seconds\n");
	config_refused(VS " no_backend sulk\n" RS END,
		       "main:2: no_backend 'sulk': known are reject, drop, pass\n");
	config_refused(VS " affinity 60 mask 48\n" RS END,
		       "main:1: clients of '[10.0.0.1]:tcp:80' have addresses of 32 bits only\n");
	config_refused(VS " persistence_granularity 255.0.255.0\n" RS END,
		       "main:2: persistence_granularity '255.0.255.0': this is no netmask\n");
	config_refused(VS " rate_limit fast\n" RS END,
		       "main:2: rate_limit 'fast': a rate is a number from 0 to 1000000, as in 100/s\n");
	config_refused(VS " rate_limit 5/s prefix 3\n" RS END,
		       "main:2: 'prefix' is no option of rate_limit\n");
	config_refused(VS " persistence_engine sip\n" RS END,
		       "main:2: 'persistence_engine' is not supported: nflb does not look into SIP; affinity goes by address\n");
	config_refused(VS " passive {\n eject_time 900\n }\n" RS END,
		       "main:2: passive: eject_time is longer than eject_time_max\n");
	config_refused(VS " quorum_up \"/bin/x 'y\"\n" RS END,
		       "main:2: quorum_up: a quoted string does not end\n");
	config_refused(VS " protocol IGMP\n" RS END,
		       "main:2: protocol 'IGMP': known are TCP, UDP, SCTP\n");
	warns(VS " quorum 2\n hysteresis 2\n" RS END,
	      "main:1: warning: hysteresis 2 is not less than quorum 2: it is 1\n");
	warns(VS " ops\n" RS END, "main:1: warning: ops has no effect: it is for UDP\n");
	warns(VS " ha_suspend\n" RS END,
	      "main:2: warning: 'ha_suspend' has no effect: checks go on, so that who becomes master knows whom to use\n");
	warns(VS " smtp_alert\n" RS END,
	      "main:2: warning: 'smtp_alert' has no effect: lbd sends no mail; notify scripts and FIFOs can\n");
}

static void test_backends(void)
{
	becomes("host names",
		VS " real_server web.example.com 8080 {\n TCP_CHECK {\n }\n }\n"
		" real_server srv _http._tcp.example.com {\n TCP_CHECK {\n }\n }\n}\n",
		"service tcp 10.0.0.1:80 scheduler wlc\n"
		"  backend web.example.com:8080 forward nat weight 1\n"
		"    TCP_CHECK web.example.com:8080 every 60 s, timeout 5 s, down after 2 failures 1 s apart\n"
		"  backend srv _http._tcp.example.com forward nat weight 1\n"
		"    TCP_CHECK _http._tcp.example.com every 60 s, timeout 5 s, down after 2 failures 1 s apart\n");
	config_refused(VS " real_server 10.0.0.300 80 {\n" END,
		       "main:2: real_server '10.0.0.300': this is neither an address nor the name of a host\n");
	config_refused(VS " real_server -a 80 {\n" END,
		       "main:2: real_server '-a': this is neither an address nor the name of a host\n");
	config_refused(VS " real_server 10.0.0.1 99999 {\n" END,
		       "main:2: real_server '99999': this must be a number from 0 to 65535\n");
	config_refused(VS RS " weight 70000\n" END,
		       "main:3: weight '70000': this must be a number from 0 to 65535\n");
	config_refused(VS RS " wieght 7\n" END,
		       "main:3: unknown word 'wieght', did you mean 'weight'?\n");
	config_refused(VS RS " frobnicate\n" END,
		       "main:3: unknown word 'frobnicate'\n");
	config_refused(VS RS " weight {\n 3\n }\n" END,
		       "main:3: 'weight' has no block\n");
	config_refused(VS RS " weight\n" END,
		       "main:3: a value is missing after 'weight'\n");
	config_refused(VS RS " alpha perhaps\n" END,
		       "main:3: alpha 'perhaps': this must be on or off, true or false, yes or no\n");
	config_refused(VS RS " delay_loop 1s\n" END,
		       "main:3: delay_loop '1s': this must be seconds from 0.001 to 86400\n");
	config_refused(VS RS " }\n" RS END,
		       "main:4: real server [10.1.0.1]:tcp:80 is there already, at main:2\n");
	config_refused(VS " sorry_server 10.0.0.2\n sorry_server 10.0.0.3\n" RS END,
		       "main:3: there is a sorry_server already, at main:2\n");
	warns(VS RS " weight 3 4\n" END,
	      "main:3: warning: '4' means nothing behind '3'\n");
	warns(VS RS " lthreshold 3\n" END,
	      "main:3: warning: 'lthreshold' has no effect: a real server gets connections again as soon as it has fewer than uthreshold\n");
}

static void test_checks(void)
{
	becomes("where they go",
		VS RS "  TCP_CHECK {\n connect_ip 10.3.0.1\n connect_port 9\n"
		" bindto 10.3.0.2\n bind_port 7\n bind_if eth9\n fwmark 3\n }\n" END,
		"service tcp 10.0.0.1:80 scheduler wlc\n"
		"  backend 10.1.0.1:80 forward nat weight 1\n"
		"    TCP_CHECK 10.3.0.1:9 from 10.3.0.2:7 through eth9 mark 3 every 60 s, timeout 5 s, down after 2 failures 1 s apart\n");
	becomes("by name",
		"virtual_server 10.0.0.1 80 {\n delay_loop 4\n"
		" real_server 10.1.0.1 80 {\n check web\n checks 1\n }\n"
		" real_server 10.1.0.2 80 {\n check web\n retry 3\n }\n}\n"
		"check web {\n TCP_CHECK {\n connect_port 8\n }\n rise 3\n"
		" PING_CHECK {\n }\n}\n",
		"service tcp 10.0.0.1:80 scheduler wlc\n"
		"  backend 10.1.0.1:80 forward nat weight 1, 1 checks of 2\n"
		"    TCP_CHECK 'web' 10.1.0.1:8 every 4 s, timeout 5 s, down after 2 failures 1 s apart, up after 3 successes\n"
		"    PING_CHECK 'web' 10.1.0.1:80 every 4 s, timeout 5 s, down after 2 failures 1 s apart, up after 3 successes\n"
		"  backend 10.1.0.2:80 forward nat weight 1\n"
		"    TCP_CHECK 'web' 10.1.0.2:8 every 4 s, timeout 5 s, down after 4 failures 1 s apart, up after 3 successes\n"
		"    PING_CHECK 'web' 10.1.0.2:80 every 4 s, timeout 5 s, down after 4 failures 1 s apart, up after 3 successes\n");
	config_refused(VS RS " check web\n" END, "main:3: there is no check 'web'\n");
	config_refused("check web {\n TCP_CHECK {\n }\n}\n" VS RS " check web {\n }\n" END,
		       "main:7: check 'web' has its block at the top level\n");
	config_refused("check web {\n}\n",
		       "main:1: check 'web' has no checker such as TCP_CHECK in its block\n");
	config_refused("check web {\n TCP_CHECK {\n }\n}\ncheck web {\n TCP_CHECK {\n }\n}\n",
		       "main:5: check 'web' is there already, at main:1\n");
	config_refused(VS RS " checks 2\n TCP_CHECK {\n }\n" END,
		       "main:2: checks 2: there are only 1\n");
	config_refused(VS RS " checks some\n" END,
		       "main:3: checks 'some': this must be all, any or a number from 1\n");
	config_refused(VS RS " TCP_CHECK {\n connect_prot 3\n }\n" END,
		       "main:4: unknown word 'connect_prot', did you mean 'connect_port'?\n");
	config_refused(VS RS " TCP_CHECK {\n bindto ::1\n }\n" END,
		       "main:3: TCP_CHECK: bindto is of another address family than what it connects to\n");
	config_refused(VS RS " TCP_CHECK {\n tunnel\n }\n" END,
		       "main:3: TCP_CHECK: tunnel is for real servers that packets reach by dr or a tunnel\n");
	config_refused("virtual_server fwmark 1 {\n real_server 10.0.0.1 {\n TCP_CHECK {\n }\n" END,
		       "main:3: TCP_CHECK needs a connect_port: neither the real server nor the service has a port\n");
	config_refused(VS RS " BFD_CHECK {\n name x\n }\n" END,
		       "main:3: 'BFD_CHECK' is not supported: lbd speaks no BFD\n");
}

/* Who asks the same of the same has one probe. */
static void test_keys_of_checks(void)
{
	struct config *config = config_of("check web {\n TCP_CHECK {\n }\n}\n"
		"virtual_server 10.0.0.1 80 {\n"
		" real_server 10.1.0.1 80 {\n check web\n }\n"
		" real_server 10.1.0.2 80 {\n check web\n }\n}\n"
		"virtual_server 10.0.0.2 80 {\n"
		" real_server 10.1.0.1 80 {\n check web\n }\n"
		" real_server 10.1.0.2 80 {\n check web\n delay_loop 3\n }\n"
		" real_server 10.1.0.3 80 {\n TCP_CHECK {\n connect_ip 10.1.0.1\n}\n }\n}\n");
	const struct config_check *checks;

	ok(config, "%s", config_said);
	if (!config)
		return;
	checks = config->checks;
	is_number(config->check_count, 5, "checks");
	ok(!strcmp(checks[0].key, checks[2].key), "the same probe");
	ok(strcmp(checks[0].key, checks[1].key), "another address");
	ok(strcmp(checks[1].key, checks[3].key), "another delay");
	is_number(checks[4].service, 1, "the service of a check");
	is_number(checks[4].backend, 2, "its backend");
	is_text(config->services[1].backends[2].name, "[10.1.0.3]:tcp:80",
		"the name of a backend");
	is_text(config->services[1].name, "[10.0.0.2]:tcp:80",
		"the name of a service");
	config_free(config);
}

/* What one process reads, another reads from its text: indices agree. */
static void test_text(void)
{
	struct config_report report = { .quiet = true };
	struct config *config, *again = NULL;
	char *text, *first, *second;
	FILE *stream;
	size_t length;

	config = config_of("$N=3\n~SEQ(I, ${N}) virtual_server 10.0.0.${I} 80 { "
			   "real_server 10.1.0.1 80 { TCP_CHECK { } } "
			   "quorum_up \"/bin/x '# y'\" }\n");
	ok(config, "%s", config_said);
	if (!config)
		return;
	stream = open_memstream(&text, &length);
	config_write(config, stream);
	fclose(stream);
	ok(!config_parse(text, length, &report, &again), "parsed again");
	stream = open_memstream(&first, &length);
	config_describe(config, stream);
	fclose(stream);
	stream = open_memstream(&second, &length);
	if (again)
		config_describe(again, stream);
	fclose(stream);
	is_text(second, first, "it says the same");
	is_number(config->service_count, 3, "services");
	free(text);
	free(first);
	free(second);
	config_free(config);
	config_free(again);
}

static void test_globals(void)
{
	struct config *config = config_of("global_defs {\n router_id x\n"
		" script_user a b\n enable_script_security\n"
		" startup_script \"/bin/s 1\"\n startup_script_timeout 3\n"
		" notify_fifo /run/f\n notify_fifo_script /bin/n\n"
		" checker_log_all_failures\n rs_init_notifies on\n}\n"
		"net_namespace ns\nSSL {\n ca /a\n}\n");
	const struct config_globals *globals;

	ok(config, "%s", config_said);
	if (!config)
		return;
	globals = &config->globals;
	is_text(globals->router_id, "x", "router_id");
	is_text(globals->script_user, "a", "user");
	is_text(globals->script_group, "b", "group");
	is_text(globals->startup_script.argv[1], "1", "an argument");
	ok(!globals->startup_script.argv[2], "and no more");
	is_number(globals->startup_timeout, 3000000, "a time");
	is_text(globals->notify_fifo, "/run/f", "a FIFO");
	is_text(globals->net_namespace, "ns", "a word of the top level");
	is_text(globals->tls.ca, "/a", "SSL");
	ok(globals->script_security && globals->log_all_failures &&
	   globals->init_notifies, "flags");
	config_free(config);
	config_refused("global_defs {\n reload_file x\n bogus\n}\n",
		       "main:2: 'reload_file' is not supported: lbadm reload returns when the files are read\n"
		       "main:3: unknown word 'bogus'\n");
	config_refused("bfd_instance x {\n}\n",
		       "main:1: 'bfd_instance' is not supported: lbd speaks no BFD\n");
	config_refused("global_defs {\n notify_fifo x\n}\n",
		       "main:2: notify_fifo 'x': this must be an absolute path\n");
	config_refused("global_defs {\n notify_fifo /x\n lvs_notify_fifo /x\n}\n",
		       "global_defs: '/x' is the FIFO of two words\n");
	config_refused("global_defs {\n lvs_timeouts tpc 3\n}\n",
		       "main:2: lvs_timeouts 'tpc': known are tcp, tcpfin, udp\n");
	config_refused("global_defs\n",
		       "main:1: the block of 'global_defs' is missing\n");
	config_refused("virtual_sever 1.2.3.4 80 {\n}\n",
		       "main:1: unknown word 'virtual_sever', did you mean 'virtual_server'?\n");
	warns("global_defs {\n notification_email {\n a@b.c\n }\n}\n",
	      "main:2: warning: 'notification_email' has no effect: lbd sends no mail; notify scripts and FIFOs can\n");
}

int main(void)
{
	config_begin();
	test_defaults();
	test_keys();
	test_schedulers();
	test_forwards();
	test_policies();
	test_backends();
	test_checks();
	test_keys_of_checks();
	test_text();
	test_globals();
	config_end();
	return tap_end();
}
