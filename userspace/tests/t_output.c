// SPDX-License-Identifier: GPL-2.0
/* What is printed, as text and as JSON */
#include <stdlib.h>

#include "../lbadm/output.h"
#include "../lbadm/settings.h"
#include "tap.h"

static struct nflb_backend backends[2];
static struct nflb_pool pools[2];
static const struct nflb_config config = { .pools = pools, .count = 2 };

static void make_config(void)
{
	struct nflb_service *service = &pools[0].service;

	*service = (struct nflb_service){
		.key = { .protocol = IPPROTO_TCP, .port = 80 },
		.scheduler = "maglev",
		.options = {
			.given = NFLB_OPTION(NFLB_SCHED_OPTION_TABLE_SIZE) |
				 NFLB_OPTION(NFLB_SCHED_OPTION_SEED) |
				 NFLB_OPTION(NFLB_SCHED_OPTION_HASH) |
				 NFLB_OPTION(NFLB_SCHED_OPTION_FALLBACK) |
				 NFLB_OPTION(NFLB_SCHED_OPTION_MAX_LOAD),
			.value = { 0, 1021, UINT64_MAX, 0,
				   NFLB_HASH_FLOW, 1, 125 },
		},
		.given = ~0U, .panic = 50, .timeout = { 900, 60, 30, 120 }, .backends = 2,
		.policy[NFLB_POLICY_BACKEND_DOWN] = NFLB_BACKEND_DOWN_KEEP,
		.affinity = 300, .affinity_prefix = 24,
		.max_connections = 1000, .max_half_open = 50,
		.rate_limit = { 100, 7, 0 }, .client_rate_limit = { 5, 5, 24 },
		.active = 13, .half_open = 2, .stateless = UINT64_MAX,
		.stats = { 12, 100, 64000, 90, 1234567 },
	};
	nflb_address_parse("192.0.2.1", &service->key.address);
	backends[0] = (struct nflb_backend){ .port = 80, .weight = 1,
		.active = 3, .stats = { 5, 40, 30000, 30, 400000 },
		.failures = { 1, 22, 333, 4444 } };
	nflb_address_parse("198.51.100.1", &backends[0].address);
	backends[1] = (struct nflb_backend){ .port = 8080, .weight = 65535,
		.forward = NFLB_FORWARD_GRE, .max_connections = 4294967295,
		.slow_start = 30, .tier = 2, .weight_percent = 35,
		.response_measured = 700,
		.active = 10, .inactive = 100,
		.state = NFLB_BACKEND_STATE_DRAINING, .drain_timeout = 12,
		.drain_then = NFLB_DRAIN_THEN_KEEP,
		.given = NFLB_GIVEN_CHECKSUM | NFLB_GIVEN_TUNNEL_KEY |
			 NFLB_GIVEN_SOURCE | NFLB_GIVEN_DRAIN_TIMEOUT,
		.tunnel = { .checksum = true, .key = 7, .source_prefix = 24 } };
	nflb_address_parse("203.0.113.0", &backends[1].tunnel.source);
	nflb_address_parse("198.51.100.200", &backends[1].address);
	pools[0].backends = backends;
	pools[0].count = 2;

	service = &pools[1].service;
	*service = (struct nflb_service){
		.key = { .protocol = IPPROTO_UDP, .port = 53 },
		.scheduler = "rr", .given = NFLB_GIVEN_SCHEDULER,
	};
	nflb_address_parse("2001:db8::1", &service->key.address);
}

/* An output into memory, and its text once it is closed. */
static char *memory;
static size_t memory_len;

static struct output open_output(const struct output_ops *ops, bool pretty)
{
	struct output output = { .ops = ops };

	output.stream = open_memstream(&memory, &memory_len);
	output.json = (struct json){ .stream = output.stream,
				     .pretty = pretty };
	return output;
}

static void close_output(struct output *output, const char *expected,
			 const char *name)
{
	fclose(output->stream);
	is_text(memory, expected, name);
	free(memory);
}

#define JSON_STRINGS \
	"[\"a\\\"b\\\\c\\u000a\\u0009\\u0001\x7f/\",\"\xc3\xa9\"," \
	"\"\",0,18446744073709551615,{},[],true,false]\n"

static void test_json_strings(void)
{
	struct output output = open_output(&output_json, false);
	struct json *json = &output.json;

	json_begin_array(json, NULL);
	json_text(json, NULL, "a\"b\\c\n\t\001\x7f/");
	json_text(json, NULL, "\xc3\xa9");
	json_text(json, NULL, "");
	json_number(json, NULL, 0);
	json_number(json, NULL, UINT64_MAX);
	json_begin_object(json, NULL);
	json_end_object(json);
	json_begin_array(json, NULL);
	json_end_array(json);
	json_bool(json, NULL, true);
	json_bool(json, NULL, false);
	json_end_array(json);
	close_output(&output, JSON_STRINGS,
		     "strings are escaped, numbers are not cut");
}

#define JSON_PRETTY \
	"{\n" \
	"  \"one\": 1,\n" \
	"  \"list\": [\n" \
	"    2,\n" \
	"    {\n" \
	"      \"x\": \"y\"\n" \
	"    }\n" \
	"  ],\n" \
	"  \"empty\": []\n" \
	"}\n"

static void test_json_pretty(void)
{
	struct output output = open_output(&output_json, true);
	struct json *json = &output.json;

	json_begin_object(json, NULL);
	json_number(json, "one", 1);
	json_begin_array(json, "list");
	json_number(json, NULL, 2);
	json_begin_object(json, NULL);
	json_text(json, "x", "y");
	json_end_object(json);
	json_end_array(json);
	json_begin_array(json, "empty");
	json_end_array(json);
	json_end_object(json);
	close_output(&output, JSON_PRETTY,
		     "pretty JSON is indented");
}

#define JSON_MAGLEV \
	"{\"protocol\":\"tcp\",\"address\":\"192.0.2.1\",\"port\":80," \
	"\"scheduler\":\"maglev\",\"scheduler_options\":" \
	"{\"table_size\":1021,\"seed\":18446744073709551615," \
	"\"hash\":\"flow\",\"fallback\":\"on\",\"max_load\":125}," \
	"\"timeouts\":{\"established\":900,\"fin\":60,\"syn\":30,\"udp\":120},\"panic\":50," \
	"\"one_packet\":false,\"icmp_reply\":false," \
	"\"no_backend\":\"reject\",\"backend_down\":\"keep\"," \
	"\"mid_stream\":\"reset\",\"affinity\":300,\"affinity_mask\":24," \
	"\"max_connections\":1000,\"max_half_open\":50," \
	"\"rate_limit\":{\"per_second\":100,\"burst\":7}," \
	"\"client_rate_limit\":{\"per_second\":5,\"burst\":5,\"prefix\":24}," \
	"\"connections_active\":13,\"connections_half_open\":2,\"stateless\":18446744073709551615," \
	"\"connections\":12,\"packets_in\":100,\"bytes_in\":64000," \
	"\"packets_out\":90,\"bytes_out\":1234567,\"backends\":[" \
	"{\"address\":\"198.51.100.1\",\"port\":80,\"forward\":\"nat\"," \
	"\"weight\":1,\"weight_percent\":0,\"max_connections\":0,\"slow_start\":0,\"tier\":0,\"response_time\":0,\"response_measured\":0,\"state\":\"up\",\"connections_active\":3,\"connections_inactive\":0," \
	"\"connections\":5,\"packets_in\":40,\"bytes_in\":30000," \
	"\"packets_out\":30,\"bytes_out\":400000," \
	"\"failures\":{\"unanswered\":1,\"refused\":22,\"reset\":333,\"unreachable\":4444}}," \
	"{\"address\":\"198.51.100.200\",\"port\":8080,\"forward\":\"gre\"," \
	"\"forward_options\":{\"checksum\":true,\"key\":7," \
	"\"source\":\"203.0.113.0\",\"source_prefix\":24}," \
	"\"weight\":65535,\"weight_percent\":35,\"max_connections\":4294967295,\"slow_start\":30,\"tier\":2," \
	"\"response_time\":0,\"response_measured\":700,\"state\":\"draining\",\"drain_timeout\":12,\"drain_then\":\"keep\"," \
	"\"connections_active\":10," \
	"\"connections_inactive\":100,\"connections\":0,\"packets_in\":0," \
	"\"bytes_in\":0,\"packets_out\":0,\"bytes_out\":0," \
	"\"failures\":{\"unanswered\":0,\"refused\":0,\"reset\":0,\"unreachable\":0}}]}"

#define JSON_RR \
	"{\"protocol\":\"udp\",\"address\":\"2001:db8::1\",\"port\":53," \
	"\"scheduler\":\"rr\"," \
	"\"timeouts\":{\"established\":0,\"fin\":0,\"syn\":0,\"udp\":0},\"panic\":0," \
	"\"max_connections\":0,\"connections_active\":0,\"connections_half_open\":0,\"stateless\":0," \
	"\"connections\":0,\"packets_in\":0,\"bytes_in\":0," \
	"\"packets_out\":0,\"bytes_out\":0,\"backends\":[]}"

static void test_services(void)
{
	static const struct nflb_config none;
	struct output output;

	output = open_output(&output_json, false);
	output.ops->services(&output, &config);
	close_output(&output, "[" JSON_MAGLEV "," JSON_RR "]\n",
		     "service list as JSON");

	output = open_output(&output_json, false);
	output.ops->services(&output, &none);
	close_output(&output, "[]\n", "no services as JSON");

	output = open_output(&output_json, false);
	output.ops->service(&output, &pools[0]);
	close_output(&output, JSON_MAGLEV "\n", "service show as JSON");

	output = open_output(&output_text, false);
	output.ops->services(&output, &config);
	close_output(&output,
		     "tcp 192.0.2.1:80 scheduler maglev table-size 1021 seed 18446744073709551615 max-load 125 panic 50 affinity 300 mask 24 max-connections 1000 max-half-open 50 rate-limit 100/s burst 7 client-rate-limit 5/s prefix 24 backend-down keep\n"
		     "    198.51.100.1:80      nat                                          weight      1  active   3  inactive    0\n"
		     "    198.51.100.200:8080  gre checksum on key 7 source 203.0.113.0/24  weight  65535  active  10  inactive  100  max-connections 4294967295 slow-start 30 tier 2 state draining timeout 12 then keep\n"
		     "udp [2001:db8::1]:53 scheduler rr\n",
		     "service list as text");

	output = open_output(&output_text, false);
	output.ops->services(&output, &none);
	close_output(&output, "", "no services as text");
}

static void test_service(void)
{
	struct output output = open_output(&output_text, false);

	output.ops->service(&output, &pools[0]);
	close_output(&output,
		     "tcp 192.0.2.1:80\n"
		     "    scheduler maglev table-size 1021 seed 18446744073709551615 hash flow fallback on max-load 125\n"
		     "    timeout established 900 fin 60 syn 30 udp 120\n"
		     "    panic 50\n"
		     "    no-backend reject backend-down keep mid-stream reset\n"
		     "    affinity 300 mask 24\n"
		     "    icmp-reply off\n"
		     "    max-connections 1000 max-half-open 50 rate-limit 100/s burst 7 client-rate-limit 5/s prefix 24\n"
		     "    active 13 half-open 2 stateless 18446744073709551615\n"
		     "    198.51.100.1:80      nat                                          weight      1  active   3  inactive    0\n"
		     "    198.51.100.200:8080  gre checksum on key 7 source 203.0.113.0/24  weight  65535  active  10  inactive  100  max-connections 4294967295 slow-start 30 tier 2 state draining timeout 12 then keep\n"
		     "\n"
		     "                         CONNECTIONS  PACKETS-IN  BYTES-IN  PACKETS-OUT  BYTES-OUT\n"
		     "tcp 192.0.2.1:80                  12         100     64000           90    1234567\n"
		     "    198.51.100.1:80                5          40     30000           30     400000\n"
		     "    198.51.100.200:8080            0           0         0            0          0\n"
		     "    198.51.100.1:80 unanswered 1 refused 22 reset 333 unreachable 4444\n",
		     "service show as text");
}

static void test_source_pool(void)
{
	struct nflb_backend backend = { .port = 80, .weight = 1,
		.forward = NFLB_FORWARD_FULLNAT };
	struct nflb_pool pool = { .backends = &backend, .count = 1 };
	struct output output = open_output(&output_text, false);
	const char *why;

	pool.service = pools[1].service;
	nflb_address_parse("2001:db8::2", &backend.address);
	nflb_source_pool_parse("fd00::1", &pool.service.source_pool, &why);
	nflb_source_pool_parse("fd00::8/125,fd00::2", &backend.source_pool,
			       &why);
	backend.source_pool.port_max = 2000;
	output.ops->services(&output, &(struct nflb_config){ &pool, 1 });
	close_output(&output,
		     "udp [2001:db8::1]:53 scheduler rr source-pool fd00::1\n"
		     "    [2001:db8::2]:80  fullnat  weight  1  active  0  inactive  0  source-pool fd00::8/125,fd00::2 ports 1024-2000\n",
		     "source pools as text");

	output = open_output(&output_json, false);
	output.ops->service(&output, &pool);
	fclose(output.stream);
	ok(strstr(memory, "\"source_pool\":{\"addresses\":[\"fd00::1\"],\"port_min\":1024,\"port_max\":65535},"),
	   "pool of a service as JSON");
	ok(strstr(memory, "\"source_pool\":{\"addresses\":[\"fd00::8/125\",\"fd00::2\"],\"port_min\":1024,\"port_max\":2000},"),
	   "pool of a backend as JSON");
	free(memory);
}

static void print_affinities(struct output *output)
{
	struct nflb_affinity affinity = {
		.service = { .protocol = IPPROTO_TCP, .port = 80 },
		.client.length = 24, .backend_port = 8080, .expires = 299,
	};

	nflb_address_parse("192.0.2.1", &affinity.service.address);
	nflb_address_parse("203.0.113.0", &affinity.client.address);
	nflb_address_parse("198.51.100.1", &affinity.backend);
	output->ops->affinities_begin(output);
	output->ops->affinity(output, &affinity);
	affinity.service = (struct nflb_key){ .mark = 7 };
	affinity.service.address.family = AF_INET6;
	affinity.client.length = 128;
	affinity.backend_port = 0;
	nflb_address_parse("2001:db8::9", &affinity.client.address);
	nflb_address_parse("2001:db8::8", &affinity.backend);
	output->ops->affinity(output, &affinity);
	output->ops->affinities_end(output);
}

#define JSON_AFFINITIES \
	"[{\"service\":\"tcp 192.0.2.1:80\"," \
	"\"client\":{\"address\":\"203.0.113.0\",\"prefix\":24}," \
	"\"backend\":{\"address\":\"198.51.100.1\",\"port\":8080}," \
	"\"expires\":299}," \
	"{\"service\":\"mark 7 family 6\"," \
	"\"client\":{\"address\":\"2001:db8::9\",\"prefix\":128}," \
	"\"backend\":{\"address\":\"2001:db8::8\",\"port\":0}," \
	"\"expires\":299}]\n"

static void test_affinities(void)
{
	struct output output = open_output(&output_text, false);

	print_affinities(&output);
	close_output(&output,
		     "203.0.113.0/24         ->  tcp 192.0.2.1:80       ->  198.51.100.1:8080      299s\n"
		     "2001:db8::9                    ->  mark 7 family 6                ->  [2001:db8::8]                  299s\n",
		     "affinity as text");
	output = open_output(&output_json, false);
	print_affinities(&output);
	close_output(&output, JSON_AFFINITIES, "affinity as JSON");
}

static void print_connections(struct output *output)
{
	struct nflb_connection connection = {
		.service = { .protocol = IPPROTO_TCP, .port = 80 },
		.protocol = IPPROTO_TCP, .destination_port = 80,
		.client_port = 40000, .backend_port = 8080,
		.state = NFLB_STATE_ESTABLISHED, .expires = 899,
	};

	nflb_address_parse("192.0.2.1", &connection.service.address);
	connection.destination = connection.service.address;
	nflb_address_parse("203.0.113.9", &connection.client);
	nflb_address_parse("198.51.100.1", &connection.backend);
	output->ops->connections_begin(output);
	output->ops->connection(output, &connection);
	nflb_address_parse("2001:db8::", &connection.service.address);
	nflb_address_parse("2001:db8::1", &connection.destination);
	connection.service.prefix = 64;
	connection.service.port = 0;
	nflb_address_parse("2001:db8::9", &connection.client);
	nflb_address_parse("2001:db8::8", &connection.backend);
	connection.service.protocol = IPPROTO_UDP;
	connection.protocol = IPPROTO_UDP;
	connection.state = 99;
	connection.forward = 99;
	output->ops->connection(output, &connection);
	output->ops->connections_end(output);
}

#define JSON_CONNECTIONS \
	"[{\"protocol\":\"tcp\"," \
	"\"client\":{\"address\":\"203.0.113.9\",\"port\":40000}," \
	"\"service\":{\"address\":\"192.0.2.1\",\"port\":80," \
	"\"key\":\"tcp 192.0.2.1:80\"}," \
	"\"backend\":{\"address\":\"198.51.100.1\",\"port\":8080}," \
	"\"forward\":\"nat\",\"state\":\"established\",\"expires\":899}," \
	"{\"protocol\":\"udp\"," \
	"\"client\":{\"address\":\"2001:db8::9\",\"port\":40000}," \
	"\"service\":{\"address\":\"2001:db8::1\",\"port\":80," \
	"\"key\":\"udp [2001:db8::]/64:any\"}," \
	"\"backend\":{\"address\":\"2001:db8::8\",\"port\":8080}," \
	"\"forward\":99,\"state\":99,\"expires\":899}]\n"

static void test_connections(void)
{
	struct output output = open_output(&output_text, false);

	print_connections(&output);
	close_output(&output,
		     "tcp   203.0.113.9:40000      ->  192.0.2.1:80           ->  198.51.100.1:8080      nat      established  899s\n"
		     "udp   [2001:db8::9]:40000            ->  [2001:db8::1]:80               ->  [2001:db8::8]:8080             ?        ?            899s\n",
		     "connections as text");

	output = open_output(&output_json, false);
	print_connections(&output);
	close_output(&output,
		     JSON_CONNECTIONS,
		     "connections as JSON, unknown numbers stay numbers");
}

#define JSON_TOTALS \
	"{\"connections_current\":7,\"connections_limit\":1000000," \
	"\"affinity_current\":8,\"affinity_limit\":9,\"affinity_refused\":10," \
	"\"connections\":1,\"packets_in\":2,\"bytes_in\":3," \
	"\"packets_out\":4,\"bytes_out\":5,\"drops\":{" \
	"\"no_backend\":11,\"no_connection\":0,\"backend_gone\":0," \
	"\"table_full\":0,\"no_memory\":0,\"collision\":0," \
	"\"no_route\":0,\"too_big\":0,\"ttl\":0,\"malformed\":0," \
	"\"checksum\":0,\"ports_exhausted\":0,\"service_full\":0," \
	"\"half_open\":0,\"rate_limit\":0,\"client_rate_limit\":0," \
	"\"reason_%d\":22}}\n"

#define JSON_KEY(key) \
	"{\"protocol\":\"tcp\"," key "," \
	"\"scheduler\":\"rr\",\"timeouts\":{\"established\":0,\"fin\":0," \
	"\"syn\":0,\"udp\":0},\"panic\":0,\"max_connections\":0," \
	"\"connections_active\":0,\"connections_half_open\":0," \
	"\"stateless\":0,\"connections\":0,\"packets_in\":0," \
	"\"bytes_in\":0,\"packets_out\":0,\"bytes_out\":0,\"backends\":[" \
	"{\"address\":\"198.51.100.1\",\"port\":0,\"forward\":\"nat\"," \
	"\"weight\":1,\"weight_percent\":0,\"max_connections\":0,\"slow_start\":0,\"tier\":0,\"response_time\":0,\"response_measured\":0,\"state\":\"up\",\"connections_active\":0,\"connections_inactive\":0," \
	"\"connections\":0,\"packets_in\":0,\"bytes_in\":0," \
	"\"packets_out\":0,\"bytes_out\":0," \
	"\"failures\":{\"unanswered\":0,\"refused\":0,\"reset\":0,\"unreachable\":0}}]}\n"

static void check_key(const char *text, const char *expected)
{
	struct nflb_backend backend = { .weight = 1 };
	struct nflb_pool pool = {
		.service = { .key = { .protocol = IPPROTO_TCP },
			     .scheduler = "rr",
			     .given = NFLB_GIVEN_SCHEDULER },
		.backends = &backend, .count = 1,
	};
	struct output output = open_output(&output_json, false);
	const char *why;

	nflb_key_parse(text, &pool.service.key, &why);
	nflb_address_parse("198.51.100.1", &backend.address);
	output.ops->service(&output, &pool);
	close_output(&output, expected, text);
}

static void test_service_keys(void)
{
	check_key("192.0.2.0/24:443",
		  JSON_KEY("\"address\":\"192.0.2.0\",\"port\":443,\"prefix\":24"));
	check_key("192.0.2.1:80-90",
		  JSON_KEY("\"address\":\"192.0.2.1\",\"port\":80,\"port_last\":90"));
	check_key("[2001:db8::1]:any",
		  JSON_KEY("\"address\":\"2001:db8::1\",\"port\":0"));
}

static void test_totals(void)
{
	static struct nflb_totals totals = {
		.connections = 7, .limit = 1000000,
		.affinity = 8, .affinity_limit = 9, .affinity_refused = 10,
		.stats = { 1, 2, 3, 4, 5 },
		.drops = NFLB_DROP_MAX + 1,
		.drop = { [NFLB_DROP_NO_BACKEND] = 11,
			  [NFLB_DROP_MAX + 1] = 22 },
	};
	struct output output = open_output(&output_json, false);
	char expected[1024];

	output.ops->totals(&output, &totals);
	snprintf(expected, sizeof(expected),
		 JSON_TOTALS, NFLB_DROP_MAX + 1);
	close_output(&output, expected, "totals as JSON, a new reason included");

	totals.drops = 2;
	output = open_output(&output_text, false);
	output.ops->totals(&output, &totals);
	close_output(&output,
		     "connections_current        7\n"
		     "connections_limit    1000000\n"
		     "affinity_current           8\n"
		     "affinity_limit             9\n"
		     "affinity_refused          10\n"
		     "connections                1\n"
		     "packets_in                 2\n"
		     "bytes_in                   3\n"
		     "packets_out                4\n"
		     "bytes_out                  5\n"
		     "drops\n"
		     "    no_backend            11\n"
		     "    no_connection          0\n",
		     "totals as text");
}

#define JSON_SETTINGS_DEFAULTS \
	",\"defaults\":{\"max_connections\":1048576,\"max_affinity\":1000}"
#define JSON_SETTINGS(connections, affinity, rest) \
	"{\"max_connections\":" #connections ",\"max_affinity\":" #affinity rest "}"

static void test_settings(void)
{
	static const struct nflb_settings now = {
		.given = ~0U, .value = { 0, 4294967295, 1000 },
	}, defaults = { .given = ~0U, .value = { 0, 1048576, 1000 } };
	struct output output = open_output(&output_json, false);
	struct nflb_settings change;
	char text[SETTINGS_TEXT];

	output.ops->settings(&output, &now, &defaults);
	close_output(&output,
		     JSON_SETTINGS(4294967295, 1000, JSON_SETTINGS_DEFAULTS) "\n",
		     "settings as JSON");
	output = open_output(&output_text, false);
	output.ops->settings(&output, &now, &defaults);
	close_output(&output,
		     "max-connections  4294967295  (default 1048576)\n"
		     "max-affinity           1000     (default 1000)\n",
		     "settings as text");

	settings_differ(&now, &defaults, &defaults, &change);
	settings_text(&change, text);
	is_text(text, "set max-connections 4294967295", "settings to save");
	settings_differ(&(struct nflb_settings){ 0 }, &now, &defaults, &change);
	settings_text(&change, text);
	is_text(text, "set max-connections default",
		"what a file without settings changes");
	settings_differ(&now, &now, &defaults, &change);
	is_number(change.given, 0, "nothing differs");
}

static void test_count(void)
{
	struct output output = open_output(&output_json, false);

	output.ops->count(&output, 5);
	close_output(&output, "{\"count\":5}\n", "count as JSON");
	output = open_output(&output_text, false);
	output.ops->count(&output, 5);
	close_output(&output, "5\n", "count as text");
}

int main(void)
{
	make_config();
	test_json_strings();
	test_json_pretty();
	test_services();
	test_service();
	test_service_keys();
	test_source_pool();
	test_affinities();
	test_connections();
	test_totals();
	test_settings();
	test_count();
	return tap_end();
}
