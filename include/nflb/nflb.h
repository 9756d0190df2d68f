/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libnflb: reads and changes what nflb does in the network namespace of the
 * caller
 *
 * Ports are in host byte order. Unless a function says otherwise it returns 0
 * or a negative errno; nflb_error() then has the text, in the kernel's own
 * words where the kernel gave some. A handle belongs to one thread.
 */
#ifndef _NFLB_NFLB_H
#define _NFLB_NFLB_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/nflb.h>

#define NFLB_VERSION		"0.1"

/* Room for the longest text, with the final NUL. */
#define NFLB_ADDRESS_LEN	INET6_ADDRSTRLEN
#define NFLB_ENDPOINT_LEN	(NFLB_ADDRESS_LEN + sizeof("[]:65535"))
#define NFLB_KEY_LEN		(NFLB_ENDPOINT_LEN + sizeof("sctp /128-65535"))
#define NFLB_PREFIX_LEN		(NFLB_ADDRESS_LEN + sizeof("/128"))
#define NFLB_SOURCE_POOL_LEN	(NFLB_SOURCE_PREFIXES_MAX * NFLB_PREFIX_LEN)

struct nflb;

struct nflb_address {
	sa_family_t family;	/* AF_INET, AF_INET6; AF_UNSPEC: no address */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

struct nflb_prefix {
	struct nflb_address address;
	uint8_t length;
};

/* Addresses and ports that full NAT gives requests as their source. */
struct nflb_source_pool {
	unsigned int count;	/* 0: no pool */
	struct nflb_prefix prefix[NFLB_SOURCE_PREFIXES_MAX];
	uint16_t port_min;
	uint16_t port_max;
};

/* What tells one service from all others. */
struct nflb_key {
	uint8_t protocol;	/* IPPROTO_*; 0: that of a mark */
	uint32_t mark;		/* then the mark; all that counts of the rest
				 * is the family of the address
				 */
	struct nflb_address address;
	uint8_t prefix;		/* bits of the address that count; 0: all */
	uint16_t port;		/* 0: any port */
	uint16_t port_last;	/* of a range; 0: a single port */
};

struct nflb_stats {
	uint64_t connections;
	uint64_t packets_in;
	uint64_t bytes_in;
	uint64_t packets_out;
	uint64_t bytes_out;
};

/* What went wrong with a backend's connections. */
struct nflb_failures {
	uint64_t unanswered;	/* SYNs */
	uint64_t refused;	/* answered by a reset */
	uint64_t reset;		/* later */
	uint64_t unreachable;	/* ICMP errors */
};

enum nflb_timeout {
	NFLB_TIMEOUT_ESTABLISHED,
	NFLB_TIMEOUT_FIN,
	NFLB_TIMEOUT_SYN,
	NFLB_TIMEOUT_UDP,

	NFLB_TIMEOUTS
};

/* Each has an enum of its own in linux/nflb.h. */
enum nflb_policy {
	NFLB_POLICY_NO_BACKEND,
	NFLB_POLICY_BACKEND_DOWN,
	NFLB_POLICY_MID_STREAM,		/* TCP only */

	NFLB_POLICIES
};

/* Members of struct nflb_service that are given: in a request, the others are
 * left to the kernel.
 */
#define NFLB_GIVEN_SCHEDULER	0x1
#define NFLB_GIVEN_PANIC	0x2
#define NFLB_GIVEN_TIMEOUT(t)	(0x8U << (t))
#define NFLB_GIVEN_ONE_PACKET	0x20000
#define NFLB_GIVEN_ICMP_REPLY	0x40000
#define NFLB_GIVEN_POLICY(p)	(0x80000U << (p))
#define NFLB_GIVEN_AFFINITY	0x1000000
#define NFLB_GIVEN_AFFINITY_PREFIX 0x2000000
#define NFLB_GIVEN_MAX_HALF_OPEN	0x400000
#define NFLB_GIVEN_RATE_LIMIT	0x800000
#define NFLB_GIVEN_CLIENT_RATE_LIMIT	0x4000000

/* Of both structures. */
#define NFLB_GIVEN_MAX_CONNECTIONS	0x4
#define NFLB_GIVEN_SOURCE_POOL	0x10000

/* Members of struct nflb_backend that are given. */
#define NFLB_GIVEN_FORWARD	0x1
#define NFLB_GIVEN_WEIGHT	0x2
#define NFLB_GIVEN_SLOW_START	0x8
#define NFLB_GIVEN_TIER		0x10
#define NFLB_GIVEN_RESPONSE_TIME	0x20
#define NFLB_GIVEN_CHECKSUM	0x1000
#define NFLB_GIVEN_TUNNEL_KEY	0x2000
#define NFLB_GIVEN_TUNNEL_PORT	0x4000
#define NFLB_GIVEN_SOURCE	0x8000
#define NFLB_GIVEN_TUNNEL	(NFLB_GIVEN_CHECKSUM | NFLB_GIVEN_TUNNEL_KEY | \
				 NFLB_GIVEN_TUNNEL_PORT | NFLB_GIVEN_SOURCE)
#define NFLB_GIVEN_STATE	0x20000
#define NFLB_GIVEN_DRAIN_TIMEOUT 0x40000
#define NFLB_GIVEN_DRAIN_THEN	0x80000
#define NFLB_GIVEN_TOA		0x100000
#define NFLB_GIVEN_FORWARD_OPTIONS	(NFLB_GIVEN_TUNNEL | NFLB_GIVEN_TOA)

/* A bit of nflb_options.given; o is an enum nflb_sched_option. */
#define NFLB_OPTION(o)		(1U << (o))

/* Options of a scheduler. */
struct nflb_options {
	unsigned int given;	/* NFLB_OPTION() of each */
	uint64_t value[NFLB_SCHED_OPTION_MAX + 1];
};

/* A token bucket. In a request, a part that is 0 has its default. */
struct nflb_rate {
	uint32_t per_second;	/* 0: no limit */
	uint32_t burst;
	uint8_t prefix;		/* of clients: bits of the address that count */
};

struct nflb_service {
	struct nflb_key key;
	unsigned int given;	/* NFLB_GIVEN_* */
	char scheduler[NFLB_SCHED_NAME_LEN];
	struct nflb_options options;
	uint32_t timeout[NFLB_TIMEOUTS];	/* seconds */
	uint32_t panic;		/* percent */
	struct nflb_source_pool source_pool;
	bool one_packet;	/* UDP: no connections */
	bool icmp_reply;	/* pings of its address are answered */
	uint8_t policy[NFLB_POLICIES];
	uint32_t affinity;	/* seconds; 0: none */
	uint8_t affinity_prefix;	/* bits of the client's address that count */
	uint32_t max_connections;	/* 0: any number */
	uint32_t max_half_open;	/* 0: any number; not UDP */
	struct nflb_rate rate_limit;
	struct nflb_rate client_rate_limit;

	/* answers only */
	uint32_t active;
	uint32_t half_open;
	uint64_t stateless;	/* packets */
	uint32_t backends;
	struct nflb_stats stats;
};

/* Options of a tunnel. In a request, those not given have their defaults. */
struct nflb_tunnel {
	bool checksum;
	uint32_t key;
	uint16_t port;
	struct nflb_address source;
	uint8_t source_prefix;	/* bits of source that are fixed */
};

struct nflb_backend {
	struct nflb_address address;
	uint16_t port;		/* 0: that of the service or of each packet */
	unsigned int given;	/* NFLB_GIVEN_* */
	uint8_t forward;	/* enum nflb_forward */
	struct nflb_tunnel tunnel;
	bool toa;		/* fullnat: the backend is told of the client */
	uint32_t weight;
	uint32_t max_connections;	/* 0: any number */
	uint32_t slow_start;	/* seconds */
	uint8_t tier;
	struct nflb_source_pool source_pool;
	uint32_t response_time;	/* microseconds */
	uint8_t state;		/* enum nflb_backend_state */
	uint8_t drain_then;	/* enum nflb_drain_then */
	uint32_t drain_timeout;	/* seconds; in an answer those that are left */

	/* answers only */
	uint32_t weight_percent;	/* of weight, in effect */
	uint32_t response_measured;	/* microseconds */
	uint32_t active;
	uint32_t inactive;
	struct nflb_stats stats;
	struct nflb_failures failures;
};

/* A service with its backends, and all of them in the kernel's order. */
struct nflb_pool {
	struct nflb_service service;
	struct nflb_backend *backends;
	size_t count;
};

struct nflb_config {
	struct nflb_pool *pools;
	size_t count;
};

struct nflb_connection {
	struct nflb_key service;
	uint8_t protocol;
	struct nflb_address client;
	uint16_t client_port;
	struct nflb_address destination;	/* what the client speaks to */
	uint16_t destination_port;
	struct nflb_address backend;
	uint16_t backend_port;
	uint8_t forward;	/* enum nflb_forward */
	uint8_t state;		/* enum nflb_state */
	uint32_t expires;	/* seconds */
	struct nflb_address source;	/* fullnat: what the backend sees */
	uint16_t source_port;
	uint8_t flags;		/* NFLB_CONNECTION_FIN and others */
	uint8_t tcp_seq;	/* upper eight bits */
	uint8_t tcp_ack;
	uint32_t sctp_tag[2];	/* of requests and replies; 0: not known */
};

/* Where a client goes back to. */
struct nflb_affinity {
	struct nflb_key service;
	struct nflb_prefix client;
	struct nflb_address backend;
	uint16_t backend_port;	/* 0: the backend has none */
	uint32_t expires;	/* seconds */
};

/* A packet from a client to an address that may be a service's. */
struct nflb_flow {
	uint8_t protocol;
	struct nflb_address client;
	uint16_t client_port;
	struct nflb_address destination;
	uint16_t destination_port;
};

/* What would become of it. What was not found is all zero. */
struct nflb_explanation {
	uint8_t verdict;	/* enum nflb_explain */
	uint8_t reason;		/* enum nflb_drop */
	struct nflb_connection connection;	/* there already */
	bool has_service;
	struct nflb_key service;
	bool by_affinity;	/* the client was at the backend last */
	uint32_t affinity_expires;	/* seconds */
	char scheduler[NFLB_SCHED_NAME_LEN];	/* asked for a new flow */
	struct nflb_address backend;
	uint16_t backend_port;
	uint8_t forward;	/* enum nflb_forward, to backend */
	char device[16];
	bool local;		/* backend is the host itself */
};

/* Something that happened. What is not concerned is all zero. */
struct nflb_happening {
	uint8_t event;		/* enum nflb_event */
	uint8_t end;		/* enum nflb_end, of a connection that closed */
	struct nflb_service service;
	struct nflb_backend backend;	/* of service.key */
	struct nflb_connection connection;
};

/* Groups of events, or-ed. */
#define NFLB_EVENTS_SERVICE	0x1
#define NFLB_EVENTS_BACKEND	0x2
#define NFLB_EVENTS_CONNECTION	0x4

/*
 * Which connections or which affinity; a member that is all zero lets all of
 * them pass.
 */
struct nflb_filter {
	struct nflb_key service;
	struct nflb_address backend;
	uint16_t backend_port;
	struct nflb_address client;
	uint8_t client_prefix;	/* bits of client that count */
	uint8_t state;		/* enum nflb_state; only of connections */
	bool all;		/* nflb_*_del(): without filter */
};

/* Of the namespace, by enum nflb_settings_attr. */
struct nflb_settings {
	unsigned int given;	/* NFLB_SETTING() of each */
	uint32_t value[NFLB_SETTINGS_MAX + 1];	/* request: 0: the default */
};

/* A bit of nflb_settings.given; s is an enum nflb_settings_attr. */
#define NFLB_SETTING(s)	(1U << (s))

struct nflb_totals {
	uint64_t connections;	/* in the table */
	uint64_t limit;		/* most that the table may hold */
	uint32_t affinity;	/* clients that go back to a backend */
	uint32_t affinity_limit;	/* most of them there may be */
	uint64_t affinity_refused;	/* those for whom there was no room */
	struct nflb_stats stats;
	size_t drops;		/* reasons the kernel knows */
	uint64_t drop[256];	/* by enum nflb_drop, from 1 to drops */
	uint64_t changes_lost;	/* for which there was no room */
};

/* A connection or a client's affinity that has changed, or is to be imported. */
struct nflb_change {
	bool is_affinity;
	union {
		struct nflb_connection connection;
		struct nflb_affinity affinity;
	};
	uint8_t end;		/* enum nflb_end, of a connection that is gone */
};

/* How many of those imported met which end. */
struct nflb_imported {
	uint64_t count[NFLB_IMPORT_MAX + 1];	/* by enum nflb_import_attr */
};

/* Changes of an import that fit into one request. */
#define NFLB_IMPORT_BATCH	256

/* nl.c */
int nflb_open(struct nflb **nflb);
void nflb_close(struct nflb *nflb);
const char *nflb_error(const struct nflb *nflb);

/* service.c */
#define NFLB_SCHEDULER_DEFAULT	"wlc"
extern const uint32_t nflb_default_timeout[NFLB_TIMEOUTS];
extern const uint32_t nflb_default_panic;
extern const uint32_t nflb_default_half_open;
uint8_t nflb_default_client_prefix(const struct nflb_address *address);
int nflb_service_add(struct nflb *nflb, const struct nflb_service *service);
int nflb_service_set(struct nflb *nflb, const struct nflb_service *service);
int nflb_service_del(struct nflb *nflb, const struct nflb_key *key);
int nflb_service_zero(struct nflb *nflb, const struct nflb_key *key);

/* sched.c */
bool nflb_option_default(const char *scheduler, unsigned int option,
			 uint64_t *value);

/* backend.c */
int nflb_backend_add(struct nflb *nflb, const struct nflb_key *key,
		     const struct nflb_backend *backend);
int nflb_backend_set(struct nflb *nflb, const struct nflb_key *key,
		     const struct nflb_backend *backend);
int nflb_backend_del(struct nflb *nflb, const struct nflb_key *key,
		     const struct nflb_backend *backend);

/* pool.c */
int nflb_pool_add(struct nflb *nflb, const struct nflb_pool *pool,
		  size_t *refused);
int nflb_pool_replace(struct nflb *nflb, const struct nflb_pool *pool,
		      size_t *refused);

/* same.c */
bool nflb_service_same(const struct nflb_service *a,
		       const struct nflb_service *b);
bool nflb_backend_same(const struct nflb_backend *wanted,
		       const struct nflb_backend *have);
bool nflb_pool_same(const struct nflb_pool *wanted,
		    const struct nflb_pool *have);

/* config.c */
int nflb_config_read(struct nflb *nflb, const struct nflb_key *only,
		     struct nflb_config *config);
void nflb_config_free(struct nflb_config *config);
const struct nflb_backend *nflb_pool_find(const struct nflb_pool *pool,
					  const struct nflb_backend *like,
					  size_t hint);

/* connection.c */
typedef int (*nflb_connection_fn)(const struct nflb_connection *connection,
				  void *arg);
int nflb_connection_list(struct nflb *nflb, const struct nflb_filter *filter,
			 nflb_connection_fn fn, void *arg);
int nflb_connection_count(struct nflb *nflb, const struct nflb_filter *filter,
			  uint64_t *count);

int nflb_connection_del(struct nflb *nflb, const struct nflb_filter *filter,
			uint64_t *count);

/* affinity.c */
typedef int (*nflb_affinity_fn)(const struct nflb_affinity *affinity,
				void *arg);
int nflb_affinity_list(struct nflb *nflb, const struct nflb_filter *filter,
		       nflb_affinity_fn fn, void *arg);
int nflb_affinity_del(struct nflb *nflb, const struct nflb_filter *filter,
		      uint64_t *count);

/* sync.c */
typedef int (*nflb_change_fn)(const struct nflb_change *change, void *arg);
int nflb_changes(struct nflb *nflb, nflb_change_fn fn, void *arg);
int nflb_import(struct nflb *nflb, const struct nflb_change *changes,
		size_t count, struct nflb_imported *imported);

/* event.c */
typedef int (*nflb_event_fn)(const struct nflb_happening *happening, void *arg);
int nflb_event_join(struct nflb *nflb, unsigned int groups);
int nflb_event_wait(struct nflb *nflb, nflb_event_fn fn, void *arg);

/* explain.c */
int nflb_explain(struct nflb *nflb, const struct nflb_flow *flow,
		 struct nflb_explanation *explanation);

/* stats.c */
int nflb_stats_get(struct nflb *nflb, struct nflb_totals *totals);

/* settings.c */
int nflb_settings_get(struct nflb *nflb, struct nflb_settings *settings,
		      struct nflb_settings *defaults);
int nflb_settings_set(struct nflb *nflb, const struct nflb_settings *settings);

/* ipvs.c */
int nflb_ipvs_open(struct nflb **ipvs);
int nflb_ipvs_write(struct nflb *ipvs, FILE *stream);
const char *nflb_ipvs_scheduler(const char *name);

/* names.c */
struct nflb_names {
	const char *const *name;
	unsigned int count;
};

extern const struct nflb_names nflb_protocols;	/* by IPPROTO_* */
extern const struct nflb_names nflb_forwards;	/* by enum nflb_forward */
extern const struct nflb_names nflb_states;	/* by enum nflb_state */
extern const struct nflb_names nflb_timeouts;	/* by enum nflb_timeout */
extern const struct nflb_names nflb_drops;	/* by enum nflb_drop */
extern const struct nflb_names nflb_options;	/* by enum nflb_sched_option */
extern const struct nflb_names nflb_hashes;	/* by enum nflb_hash */
extern const struct nflb_names nflb_switches;	/* off, on */
extern const struct nflb_names nflb_events;	/* by enum nflb_event */
extern const struct nflb_names nflb_explains;	/* by enum nflb_explain */
extern const struct nflb_names nflb_ends;	/* by enum nflb_end */
extern const struct nflb_names nflb_imports;	/* by enum nflb_import_attr */
extern const struct nflb_names nflb_backend_states;	/* by their enum */
extern const struct nflb_names nflb_drain_thens;	/* by enum nflb_drain_then */
extern const struct nflb_names nflb_setting_names; /* by enum nflb_settings_attr */
extern const struct nflb_names nflb_policies;	/* by enum nflb_policy */
extern const struct nflb_names nflb_policy_values[NFLB_POLICIES];

const char *nflb_name(const struct nflb_names *names, unsigned int value);
int nflb_value(const struct nflb_names *names, const char *name);

/* word.c: a slip of the finger is one mistake in three letters, at most two */
#define NFLB_WORD_SLIP(length)	((length) < 6 ? 1U : 2U)
unsigned int nflb_word_distance(const char *a, const char *b);

/* address.c, source.c: these know no handle; *why is set to the reason of a refusal */
int nflb_number_parse(const char *text, uint64_t *number);
int nflb_address_parse(const char *text, struct nflb_address *address);
int nflb_endpoint_parse(const char *text, struct nflb_address *address,
			uint16_t *port, const char **why);
int nflb_key_parse(const char *text, struct nflb_key *key, const char **why);
int nflb_prefix_parse(const char *text, struct nflb_address *address,
		      uint8_t *prefix, const char **why);
int nflb_source_pool_parse(const char *text, struct nflb_source_pool *pool,
			   const char **why);
void nflb_prefix_format(const struct nflb_prefix *prefix,
			char text[NFLB_PREFIX_LEN]);
void nflb_source_pool_format(const struct nflb_source_pool *pool,
			     char text[NFLB_SOURCE_POOL_LEN]);
bool nflb_address_equal(const struct nflb_address *a,
			const struct nflb_address *b);
bool nflb_key_equal(const struct nflb_key *a, const struct nflb_key *b);
int nflb_address_bits(const struct nflb_address *address);

/* format.c */
void nflb_address_format(const struct nflb_address *address,
			 char text[NFLB_ADDRESS_LEN]);
void nflb_endpoint_format(const struct nflb_address *address, uint16_t port,
			  char text[NFLB_ENDPOINT_LEN]);
void nflb_key_format(const struct nflb_key *key, char text[NFLB_KEY_LEN]);

#endif /* _NFLB_NFLB_H */
