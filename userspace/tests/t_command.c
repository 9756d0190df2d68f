// SPDX-License-Identifier: GPL-2.0
/* Whole commands: what they mean, and how bad ones are refused */
#include <errno.h>

#include "tap.h"
#include "words.h"

#define SERVICE	"service add tcp 192.0.2.1:80"
#define REPLACE	"service replace tcp 192.0.2.1:80"
#define STATES \
	"udp, syn-sent, syn-recv, established, fin-wait, time-wait, close"
#define BACKEND	"backend add tcp 192.0.2.1:80 198.51.100.1"

static const struct {
	const char *line;
	const char *error;
} bad[] = {
	{ "servcie list", "unknown object 'servcie', did you mean 'service'?" },
	{ "s list",
	  "object 's' is ambiguous: service, stats, save, set, show, sync" },
	{ "monitor backends",
	  "unknown keyword 'backends', did you mean 'backend'?" },
	{ "monitor service service", "'service' is given twice" },
	{ "top count 0", "count '0' is out of range, it must be 1 to 4294967295" },
	{ "top interval", "a number is missing after 'interval'" },
	{ "top 5", "unknown keyword '5', known are: count, interval" },
	{ "explain tcp 203.0.113.9 192.0.2.1:80",
	  "'203.0.113.9': ':PORT' is missing" },
	{ "explain tcp 203.0.113.9:1", "ADDRESS:PORT is missing after '203.0.113.9:1'" },
	{ "explain tcp 203.0.113.9:1 [2001:db8::1]:80",
	  "client and address are of different families" },
	{ "service",
	  "verb is missing after 'service', one of: add, set, replace, del, show, list, zero" },
	{ "service s tcp 192.0.2.1:80", "verb 's' is ambiguous: set, show" },
	{ REPLACE " weight 3",
	  "unknown keyword 'weight', known are: scheduler, timeout, panic, source-pool, one-packet, icmp-reply, no-backend, backend-down, mid-stream, affinity, max-connections, max-half-open, rate-limit, client-rate-limit, backend" },
	{ REPLACE " backend",
	  "ADDRESS[:PORT] of a backend is missing after 'backend'" },
	{ REPLACE " backend 198.51.100.1 scheduler rr",
	  "unknown keyword 'scheduler', known are: forward, weight, max-connections, slow-start, tier, source-pool, response-time, state, backend" },
	{ REPLACE " backend 198.51.100.1 weight 1 weight 2",
	  "'weight' is given twice" },
	{ REPLACE " timeout backend 198.51.100.1",
	  "unknown keyword 'backend', known are: established, fin, syn, udp" },
	{ "service add", "protocol is missing after 'add'" },
	{ "service add icmp 192.0.2.1:80",
	  "unknown protocol 'icmp', known are: tcp, udp, sctp" },
	{ "service add mark", "a number is missing after 'mark'" },
	{ "service add mark 0", "mark '0' is out of range, it must be 1 to 4294967295" },
	{ "service add mark 4294967296",
	  "mark '4294967296' is out of range, it must be 1 to 4294967295" },
	{ "service add mark 5 family", "a number is missing after 'family'" },
	{ "service add mark 5 family 5", "family '5' is not 4 or 6" },
	{ "service add mark 5 family 7",
	  "family '7' is out of range, it must be 4 to 6" },
	{ "service add tcp", "ADDRESS:PORT is missing after 'tcp'" },
	{ "service add tcp 192.0.2.1", "service '192.0.2.1': ':PORT' is missing" },
	{ "service add tcp 192.0.2.1:0",
	  "service '192.0.2.1:0': the port must be a number from 1 to 65535" },
	{ "service add tcp 192.0.2.0/33:80",
	  "service '192.0.2.0/33:80': the prefix length must be a number from 1 to 32" },
	{ SERVICE " scheduler", "the name of a scheduler is missing after 'scheduler'" },
	{ SERVICE " scheduler a-name-that-is-too-long",
	  "scheduler 'a-name-that-is-too-long': a name has 1 to 15 characters" },
	{ SERVICE " scheduler rr scheduler wlc", "'scheduler' is given twice" },
	{ SERVICE " scheduler maglev table-size 250",
	  "table-size '250' is out of range, it must be 251 to 655373" },
	{ SERVICE " scheduler maglev table-size 655374",
	  "table-size '655374' is out of range, it must be 251 to 655373" },
	{ SERVICE " scheduler maglev table-size many",
	  "table-size 'many' is not a number from 251 to 655373" },
	{ SERVICE " scheduler maglev seed 18446744073709551616",
	  "seed '18446744073709551616' is out of range, it must be 0 to 18446744073709551615" },
	{ SERVICE " scheduler maglev seed 1 seed 1", "'seed' is given twice" },
	{ SERVICE " scheduler sh hash port",
	  "unknown hash 'port', known are: address, address-port, flow" },
	{ SERVICE " scheduler sh fallback maybe",
	  "unknown fallback 'maybe', known are: off, on" },
	{ SERVICE " scheduler maglev max-load 99",
	  "max-load '99' is out of range, it must be 100 to 10000" },
	{ SERVICE " hash flow", "'hash' must follow 'scheduler'" },
	{ BACKEND " max-connections 4294967296",
	  "max-connections '4294967296' is out of range, it must be 0 to 4294967295" },
	{ SERVICE " table-size 251", "'table-size' must follow 'scheduler'" },
	{ SERVICE " scheduler sh t 251",
	  "keyword 't' is ambiguous: table-size, timeout" },
	{ SERVICE " timeout",
	  "keyword is missing after 'timeout', one of: established, fin, syn, udp" },
	{ SERVICE " timeout scheduler rr",
	  "unknown keyword 'scheduler', known are: established, fin, syn, udp" },
	{ SERVICE " timeout fin", "a number is missing after 'fin'" },
	{ SERVICE " timeout fin 0",
	  "fin '0' is out of range, it must be 1 to 2678400" },
	{ SERVICE " timeout fin 2678401",
	  "fin '2678401' is out of range, it must be 1 to 2678400" },
	{ SERVICE " timeout fin 3 fin 4", "'fin' is given twice" },
	{ SERVICE " timeout fin 3 s 4",
	  "keyword 's' is ambiguous: syn, scheduler, source-pool" },
	{ SERVICE " one-packet", "'on' or 'off' is missing after 'one-packet'" },
	{ SERVICE " one-packet yes",
	  "one-packet 'yes' is neither 'on' nor 'off'" },
	{ SERVICE " affinity", "a number is missing after 'affinity'" },
	{ SERVICE " affinity 2678401",
	  "affinity '2678401' is out of range, it must be 0 to 2678400" },
	{ SERVICE " affinity 300 mask 33",
	  "mask '33' is out of range, it must be 1 to 32" },
	{ "service add mark 5 family 6 affinity 300 mask 129",
	  "mask '129' is out of range, it must be 1 to 128" },
	{ SERVICE " mask 24", "'mask' must follow 'affinity'" },
	{ "set", "nothing to set: 'max-connections' or the like is missing" },
	{ "set max-connections", "a number is missing after 'max-connections'" },
	{ "set max-connections 0",
	  "max-connections '0' is out of range, it must be 1 to 4294967295" },
	{ "set max-connections 5 max-connections 6",
	  "'max-connections' is given twice" },
	{ "set max-conections 5",
	  "unknown keyword 'max-conections', did you mean 'max-connections'?" },
	{ "show", "verb is missing after 'show', one of: settings" },
	{ "show settings max-affinity", "unexpected 'max-affinity'" },
	{ "affinity", "verb is missing after 'affinity', one of: list, del" },
	{ "affinity list all",
	  "unknown keyword 'all', known are: service, backend, client" },
	{ "affinity list state udp",
	  "unknown keyword 'state', known are: service, backend, client" },
	{ "affinity list client 192.0.2.0/33",
	  "client '192.0.2.0/33': the prefix length must be a number from 0 to 32" },
	{ "affinity del", "which clients? 'all' or a filter is missing" },
	{ "affinity del all client 192.0.2.1", "'all' takes no filter" },
	{ "affinity del service tcp 192.0.2.1:80 client 2001:db8::1",
	  "service and client are of different families" },
	{ SERVICE " no-backend reset",
	  "unknown no-backend 'reset', known are: reject, drop, pass" },
	{ SERVICE " backend-down reject",
	  "unknown backend-down 'reject', known are: reset, reschedule, drop, keep" },
	{ SERVICE " mid-stream keep",
	  "unknown mid-stream 'keep', known are: reset, drop, adopt" },
	{ SERVICE " mid-stream drop mid-stream drop",
	  "'mid-stream' is given twice" },
	{ SERVICE " no-backend", "no-backend is missing after 'no-backend'" },
	{ SERVICE " max-connections 4294967296",
	  "max-connections '4294967296' is out of range, it must be 0 to 4294967295" },
	{ SERVICE " max-half-open few",
	  "max-half-open 'few' is not a number from 0 to 4294967295" },
	{ SERVICE " max 1",
	  "keyword 'max' is ambiguous: max-connections, max-half-open" },
	{ SERVICE " rate-limit", "a rate such as 100/s is missing after 'rate-limit'" },
	{ SERVICE " rate-limit 1000001/s",
	  "rate-limit '1000001/s': a rate is a number from 0 to 1000000, as in 100/s" },
	{ SERVICE " rate-limit 12345678901234567890/s",
	  "rate-limit '12345678901234567890/s': a rate is a number from 0 to 1000000, as in 100/s" },
	{ SERVICE " rate-limit /s",
	  "rate-limit '/s': a rate is a number from 0 to 1000000, as in 100/s" },
	{ SERVICE " rate-limit 10/m",
	  "rate-limit '10/m': a rate is a number from 0 to 1000000, as in 100/s" },
	{ SERVICE " rate-limit 10 burst 0",
	  "burst '0' is out of range, it must be 1 to 1000000" },
	{ SERVICE " rate-limit 10 prefix 24",
	  "'prefix' must follow 'client-rate-limit'" },
	{ SERVICE " burst 5", "'burst' must follow 'rate-limit'" },
	{ SERVICE " client-rate-limit 10/s burst 5 burst 6",
	  "'burst' is given twice" },
	{ SERVICE " client-rate-limit 10/s prefix 33",
	  "prefix '33' is out of range, it must be 1 to 32" },
	{ "service add tcp [2001:db8::1]:80 client-rate-limit 10/s prefix 129",
	  "prefix '129' is out of range, it must be 1 to 128" },
	{ SERVICE " weight 3",
	  "unknown keyword 'weight', known are: scheduler, timeout, panic, source-pool, one-packet, icmp-reply, no-backend, backend-down, mid-stream, affinity, max-connections, max-half-open, rate-limit, client-rate-limit" },
	{ "service set tcp 192.0.2.1:80",
	  "nothing to set: a keyword such as 'scheduler' is missing" },
	{ "service del tcp 192.0.2.1:80 now", "unexpected 'now'" },
	{ "service list all", "unexpected 'all'" },
	{ "service list -j", "option '-j' must stand before the object" },
	{ "backend d tcp 192.0.2.1:80 198.51.100.1",
	  "verb 'd' is ambiguous: del, drain, down" },
	{ "backend drain tcp 192.0.2.1:80 198.51.100.1 then keep",
	  "'then' must follow 'timeout'" },
	{ "backend drain tcp 192.0.2.1:80 198.51.100.1 timeout 0",
	  "timeout '0' is out of range, it must be 1 to 2678400" },
	{ "backend drain tcp 192.0.2.1:80 198.51.100.1 timeout 5 then drop",
	  "unknown then 'drop', known are: reset, keep" },
	{ "backend up tcp 192.0.2.1:80 198.51.100.1 timeout 5",
	  "unexpected 'timeout'" },
	{ "backend down tcp 192.0.2.1:80",
	  "ADDRESS[:PORT] of a backend is missing after '192.0.2.1:80'" },
	{ "backend set tcp 192.0.2.1:80 198.51.100.1 state drain",
	  "unknown state 'drain', known are: up, draining, down" },
	{ "backend add tcp 192.0.2.1:80",
	  "ADDRESS[:PORT] of a backend is missing after '192.0.2.1:80'" },
	{ "backend add tcp 192.0.2.1:80 2001:db8::1",
	  "backend '2001:db8::1': IPv6 addresses are bracketed, as in [2001:db8::1]:80" },
	{ BACKEND ":any", "backend '198.51.100.1:any': the port must be a number from 1 to 65535" },
	{ "backend add tcp 192.0.2.1:any 198.51.100.0/24",
	  "backend '198.51.100.0/24': only a service has a prefix" },
	{ BACKEND ":0", "backend '198.51.100.1:0': the port must be a number from 1 to 65535" },
	{ BACKEND " weight", "a number is missing after 'weight'" },
	{ BACKEND " weight -1", "weight '-1' is not a number from 0 to 65535" },
	{ BACKEND " weight 65536",
	  "weight '65536' is out of range, it must be 0 to 65535" },
	{ BACKEND " weight 1 weight 1", "'weight' is given twice" },
	{ BACKEND " forward", "forward is missing after 'forward'" },
	{ BACKEND " forward tunnel",
	  "unknown forward 'tunnel', known are: nat, dr, ipip, gre, gue, fullnat" },
	{ BACKEND " source-pool",
	  "ADDRESS[/LENGTH],... or 'none' is missing after 'source-pool'" },
	{ BACKEND " source-pool 10.0.0.1,x",
	  "source-pool '10.0.0.1,x': this is not ADDRESS or ADDRESS/LENGTH" },
	{ BACKEND " source-pool 10.0.0.1,",
	  "source-pool '10.0.0.1,': the address is missing" },
	{ BACKEND " source-pool 10.0.0.1,fd00::1",
	  "source-pool '10.0.0.1,fd00::1': addresses of both families" },
	{ BACKEND " source-pool 1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9,1.1.1.10,1.1.1.11,1.1.1.12,1.1.1.13,1.1.1.14,1.1.1.15,1.1.1.16,1.1.1.17",
	  "source-pool '1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9,1.1.1.10,1.1.1.11,1.1.1.12,1.1.1.13,1.1.1.14,1.1.1.15,1.1.1.16,1.1.1.17': more than 16 prefixes" },
	{ BACKEND " source-pool 10.0.0.1 ports 5",
	  "ports '5': this is not MIN-MAX, from 1 to 65535" },
	{ BACKEND " source-pool 10.0.0.1 ports 0-5",
	  "ports '0-5': this is not MIN-MAX, from 1 to 65535" },
	{ BACKEND " source-pool 10.0.0.1 ports 6-5",
	  "ports '6-5': this is not MIN-MAX, from 1 to 65535" },
	{ BACKEND " source-pool 10.0.0.1 ports 5-65536",
	  "ports '5-65536': this is not MIN-MAX, from 1 to 65535" },
	{ BACKEND " ports 5-6", "'ports' must follow 'source-pool'" },
	{ BACKEND " slow-start 86401",
	  "slow-start '86401' is out of range, it must be 0 to 86400" },
	{ BACKEND " response-time 1000001",
	  "response-time '1000001' is out of range, it must be 0 to 1000000" },
	{ BACKEND " tier 0", "tier '0' is out of range, it must be 1 to 255" },
	{ SERVICE " panic 101",
	  "panic '101' is out of range, it must be 1 to 100" },
	{ BACKEND " key 7", "'key' must follow 'forward'" },
	{ BACKEND " forward gre key", "a number is missing after 'key'" },
	{ BACKEND " forward gre key 4294967296",
	  "key '4294967296' is out of range, it must be 0 to 4294967295" },
	{ BACKEND " forward gre key 1 key 2", "'key' is given twice" },
	{ BACKEND " forward gre checksum yes",
	  "unknown checksum 'yes', known are: off, on" },
	{ BACKEND " forward fullnat toa 1",
	  "unknown toa '1', known are: off, on" },
	{ BACKEND " toa on", "'toa' must follow 'forward'" },
	{ BACKEND " forward gue port 0",
	  "port '0' is out of range, it must be 1 to 65535" },
	{ BACKEND " forward ipip source 10.0.0.0/33",
	  "source '10.0.0.0/33': the prefix length must be a number from 0 to 32" },
	{ "backend set tcp 192.0.2.1:80 198.51.100.1",
	  "nothing to set: a keyword such as 'weight' is missing" },
	{ "connection del",
	  "which connections? 'all' or a filter is missing" },
	{ "connection del all state close", "'all' takes no filter" },
	{ "connection list all",
	  "unknown keyword 'all', known are: service, backend, client, state" },
	{ "connection list state open",
	  "unknown state 'open', known are: " STATES },
	{ "connection list client 192.0.2.0/33",
	  "client '192.0.2.0/33': the prefix length must be a number from 0 to 32" },
	{ "connection list service tcp 192.0.2.1:80 client 2001:db8::/32",
	  "service and client are of different families" },
	{ "connection list state udp state udp", "'state' is given twice" },
	{ "stats service", "protocol is missing after 'service'" },
	{ "stats backend",
	  "unknown keyword 'backend', known are: service" },
	{ "save all", "unexpected 'all'" },
	{ "restore", "FILE is missing after 'restore'" },
	{ "restore /nonexistent/file",
	  "/nonexistent/file: No such file or directory" },
};

static void test_refusals(void)
{
	struct command command;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		is_text(parse_text(bad[i].line, &command), bad[i].error,
			bad[i].line);
		command_free(&command);
	}
}

static void parse_good(const char *line, const char *name,
		       struct command *command)
{
	const char *error = parse_text(line, command);
	char text[COMMAND_LEN] = "";

	is_text(error, "", line);
	if (!*error)
		command_name(command, text);
	is_text(text, name, "and is named");
}

static void test_service(void)
{
	struct nflb_service *service;
	struct command command;

	service = &command.service;
	parse_good("ser a tcp 192.0.2.1:80", "service add tcp 192.0.2.1:80",
		   &command);
	is_number(service->given, 0, "settings that are not given are not sent");

	parse_good("ser a tcp 192.0.2.0/24:8000-8100",
		   "service add tcp 192.0.2.0/24:8000-8100", &command);
	is_number(service->key.prefix, 24, "prefix");
	is_number(service->key.port, 8000, "first port");
	is_number(service->key.port_last, 8100, "last port");
	parse_good("ser a mark 4294967295", "service add mark 4294967295",
		   &command);
	is_number(service->key.protocol, 0, "a mark has no protocol");
	is_number(service->key.mark, 4294967295, "mark");
	is_number(service->key.address.family, AF_INET, "and is IPv4");
	parse_good("ser a mark 7 family 6 sch rr",
		   "service add mark 7 family 6", &command);
	is_number(service->key.address.family, AF_INET6, "unless it is IPv6");
	parse_good("ser d udp [2001:db8::1]:any",
		   "service del udp [2001:db8::1]:any", &command);

	parse_good("ser a udp [2001:DB8::1]:53 sch maglev seed 7 tab 1021 ti udp 9 est 2678400",
		   "service add udp [2001:db8::1]:53", &command);
	is_text(service->scheduler, "maglev", "scheduler");
	is_number(service->options.value[NFLB_SCHED_OPTION_TABLE_SIZE], 1021,
		  "table-size");
	is_number(service->options.value[NFLB_SCHED_OPTION_SEED], 7, "seed");
	is_number(service->options.given,
		  NFLB_OPTION(NFLB_SCHED_OPTION_TABLE_SIZE) |
		  NFLB_OPTION(NFLB_SCHED_OPTION_SEED), "options given");
	is_number(service->timeout[NFLB_TIMEOUT_UDP], 9, "timeout udp");
	is_number(service->timeout[NFLB_TIMEOUT_ESTABLISHED], 2678400,
		  "timeout established");
	is_number(service->given,
		  NFLB_GIVEN_SCHEDULER | NFLB_GIVEN_TIMEOUT(NFLB_TIMEOUT_UDP) |
		  NFLB_GIVEN_TIMEOUT(NFLB_TIMEOUT_ESTABLISHED),
		  "and nothing else is given");

	parse_good("service set udp 192.0.2.1:53 one off",
		   "service set udp 192.0.2.1:53", &command);
	is_number(service->given, NFLB_GIVEN_ONE_PACKET, "one-packet is given");
	ok(!service->one_packet, "and is off");
	parse_good("service set udp 192.0.2.1:53 one-packet on",
		   "service set udp 192.0.2.1:53", &command);
	ok(service->one_packet, "or on");
	parse_good("service set udp 192.0.2.1:53 icmp-reply on",
		   "service set udp 192.0.2.1:53", &command);
	is_number(service->given, NFLB_GIVEN_ICMP_REPLY, "icmp-reply is given");
	ok(service->icmp_reply, "and is on");

	parse_good("service set tcp 192.0.2.1:80 aff 300 mask 24",
		   "service set tcp 192.0.2.1:80", &command);
	is_number(service->affinity, 300, "affinity");
	is_number(service->affinity_prefix, 24, "its mask");
	is_number(service->given,
		  NFLB_GIVEN_AFFINITY | NFLB_GIVEN_AFFINITY_PREFIX,
		  "both are given");
	parse_good("service set tcp 192.0.2.1:80 affinity 0",
		   "service set tcp 192.0.2.1:80", &command);
	is_number(service->given, NFLB_GIVEN_AFFINITY,
		  "affinity 0 is given, without a mask");

	parse_good("service set tcp 192.0.2.1:80 timeout fin 1 scheduler rr",
		   "service set tcp 192.0.2.1:80", &command);
	is_text(service->scheduler, "rr", "scheduler after timeout");
}

#define B1	"backend 198.51.100.1 "
#define B2	"backend 198.51.100.2:8080 w 7 f nat "
#define B3	"backend 198.51.100.3 weight 7"

static void test_replace(void)
{
	const struct nflb_backend *backends;
	struct command command;

	parse_good("service replace tcp 192.0.2.1:80",
		   "service replace tcp 192.0.2.1:80", &command);
	is_number(command.backend_count, 0, "no backends");
	command_free(&command);

	parse_good("ser rep tcp 192.0.2.1:80 sch rr timeout fin 3 " B1 B2 B3,
		   "service replace tcp 192.0.2.1:80", &command);
	is_text(command.service.scheduler, "rr", "settings of the service");
	is_number(command.backend_count, 3, "three backends");
	backends = command.backends;
	is_number(backends[0].given, 0, "the first is bare");
	is_number(backends[1].port, 8080, "the second has a port");
	is_number(backends[1].weight, 7, "and a weight");
	is_number(backends[2].given, NFLB_GIVEN_WEIGHT,
		  "the third has its own settings only");
	command_free(&command);
}

static void test_backend(void)
{
	struct nflb_backend *backend;
	struct command command;

	backend = &command.backend;
	parse_good("b a tcp 192.0.2.1:80 198.51.100.1",
		   "backend add tcp 192.0.2.1:80 198.51.100.1", &command);
	is_number(backend->given, 0, "settings that are not given are not sent");
	is_number(backend->port, 0, "nor is the port");

	parse_good("backend set udp [2001:db8::1]:53 [2001:db8::2]:5353 w 0 f dr",
		   "backend set udp [2001:db8::1]:53 [2001:db8::2]:5353",
		   &command);
	is_number(backend->forward, NFLB_FORWARD_DR, "forward");
	is_number(backend->weight, 0, "weight");
	is_number(backend->given, NFLB_GIVEN_FORWARD | NFLB_GIVEN_WEIGHT,
		  "weight 0 is given");

	parse_good("b s tcp 192.0.2.1:80 198.51.100.1 so 10.0.0.8/30,10.0.0.1 p 5000-5999",
		   "backend set tcp 192.0.2.1:80 198.51.100.1", &command);
	is_number(backend->source_pool.count, 2, "prefixes of the source-pool");
	is_number(backend->source_pool.prefix[0].length, 30, "length of one");
	is_number(backend->source_pool.prefix[1].length, 32, "of the other");
	is_number(backend->source_pool.port_min, 5000, "first port");
	is_number(backend->source_pool.port_max, 5999, "last port");
	is_number(backend->given, NFLB_GIVEN_SOURCE_POOL, "nothing else");

	parse_good("b s tcp 192.0.2.1:80 198.51.100.1 source-pool none",
		   "backend set tcp 192.0.2.1:80 198.51.100.1", &command);
	is_number(backend->source_pool.count, 0, "no source-pool");
	is_number(backend->given, NFLB_GIVEN_SOURCE_POOL, "is given, too");
}

static void test_tunnel(void)
{
	struct nflb_backend *backend;
	struct command command;

	backend = &command.backend;
	parse_good("b a tcp 192.0.2.1:80 [2001:db8::2] f gre k 7 ch on source 2001:db8:1::/64 w 3",
		   "backend add tcp 192.0.2.1:80 [2001:db8::2]", &command);
	is_number(backend->forward, NFLB_FORWARD_GRE, "forward");
	is_number(backend->tunnel.key, 7, "key");
	is_number(backend->tunnel.checksum, 1, "checksum");
	is_number(backend->tunnel.source_prefix, 64, "length of the source");
	is_number(backend->given,
		  NFLB_GIVEN_FORWARD | NFLB_GIVEN_WEIGHT |
		  NFLB_GIVEN_TUNNEL_KEY | NFLB_GIVEN_CHECKSUM |
		  NFLB_GIVEN_SOURCE, "and nothing else is given");

	parse_good("b a udp [2001:db8::1]:53 192.0.2.2 f gue port 6081 checksum off",
		   "backend add udp [2001:db8::1]:53 192.0.2.2", &command);
	is_number(backend->tunnel.port, 6081, "port");
	is_number(backend->tunnel.checksum, 0, "checksum");

	parse_good("b a tcp 192.0.2.1:80 192.0.2.2 f fullnat toa on w 3",
		   "backend add tcp 192.0.2.1:80 192.0.2.2", &command);
	is_number(backend->toa, 1, "toa");
	is_number(backend->given,
		  NFLB_GIVEN_FORWARD | NFLB_GIVEN_WEIGHT | NFLB_GIVEN_TOA,
		  "and nothing else is given");
}

static void test_connection(void)
{
	struct nflb_filter *filter;
	struct command command;

	filter = &command.filter;
	parse_good("connection list", "connection list", &command);
	is_number(filter->service.address.family, AF_UNSPEC, "no filter");

	parse_good("c c ser tcp 192.0.2.1:80 b 198.51.100.1:8080 c 203.0.113.0/24 st time-wait",
		   "connection count", &command);
	is_number(filter->service.port, 80, "port of the service");
	is_number(filter->backend_port, 8080, "port of the backend");
	is_number(filter->client_prefix, 24, "prefix of the client");
	is_number(filter->state, NFLB_STATE_TIME_WAIT, "state");
}

static void test_affinity(void)
{
	struct nflb_filter *filter;
	struct command command;

	filter = &command.filter;
	parse_good("affinity list", "affinity list", &command);
	is_number(filter->client.family, AF_UNSPEC, "no filter");
	parse_good("aff d ser tcp 192.0.2.1:80 b 198.51.100.1 c 203.0.113.0/24",
		   "affinity del", &command);
	is_number(filter->service.port, 80, "port of the service");
	is_number(filter->backend.family, AF_INET, "backend");
	is_number(filter->client_prefix, 24, "prefix of the client");
	parse_good("affinity del all", "affinity del", &command);
	ok(filter->all, "all of it");
}

static void test_others(void)
{
	struct command command;

	parse_good("stats", "stats", &command);
	parse_good("st s tcp 192.0.2.1:80", "stats tcp 192.0.2.1:80", &command);
	parse_good("save", "save", &command);
	parse_good("show set", "show settings", &command);
	parse_good("set max-c 4294967295 max-a default", "set", &command);
	is_number(command.settings.value[NFLB_SETTINGS_MAX_CONNECTIONS],
		  4294967295, "max-connections");
	is_number(command.settings.value[NFLB_SETTINGS_MAX_AFFINITY], 0,
		  "0 is the default");
	is_number(command.settings.given,
		  NFLB_SETTING(NFLB_SETTINGS_MAX_CONNECTIONS) |
		  NFLB_SETTING(NFLB_SETTINGS_MAX_AFFINITY), "both are given");
	parse_good("restore /dev/null", "restore", &command);
	command_free(&command);
}

int main(void)
{
	test_refusals();
	test_service();
	test_replace();
	test_backend();
	test_tunnel();
	test_connection();
	test_affinity();
	test_others();
	return tap_end();
}
