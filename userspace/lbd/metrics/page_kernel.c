// SPDX-License-Identifier: GPL-2.0
/* What the module counts */
#include <stddef.h>

#include "page.h"

enum member {
	MEMBER_U32,
	MEMBER_U64,
	MEMBER_MICROSECONDS,	/* u32, told in seconds */
};

/* A family whose value is a member of a structure. */
struct kernel_family {
	const char *name;
	enum family_type type;
	const char *help;
	size_t offset;
	enum member member;
	const char *direction;	/* of a pair of families with one name */
};

#define OF_SERVICE(m)	.offset = offsetof(struct nflb_service, m)
#define OF_BACKEND(m)	.offset = offsetof(struct nflb_backend, m)

static const struct kernel_family service_families[] = {
	{ "nflb_service_connections", FAMILY_COUNTER,
	  "Connections of a service", OF_SERVICE(stats.connections),
	  MEMBER_U64 },
	{ "nflb_service_packets", FAMILY_COUNTER,
	  "Packets of a service: in from clients, out to them",
	  OF_SERVICE(stats.packets_in), MEMBER_U64, "in" },
	{ "nflb_service_packets", FAMILY_COUNTER, NULL,
	  OF_SERVICE(stats.packets_out), MEMBER_U64, "out" },
	{ "nflb_service_bytes", FAMILY_COUNTER,
	  "Bytes of a service: in from clients, out to them",
	  OF_SERVICE(stats.bytes_in), MEMBER_U64, "in" },
	{ "nflb_service_bytes", FAMILY_COUNTER, NULL,
	  OF_SERVICE(stats.bytes_out), MEMBER_U64, "out" },
	{ "nflb_service_stateless_packets", FAMILY_COUNTER,
	  "Packets that were given to a backend without a connection",
	  OF_SERVICE(stateless), MEMBER_U64 },
	{ "nflb_service_connections_active", FAMILY_GAUGE,
	  "Connections of a service that are open", OF_SERVICE(active),
	  MEMBER_U32 },
	{ "nflb_service_connections_half_open", FAMILY_GAUGE,
	  "Connections of a service whose handshake is not complete",
	  OF_SERVICE(half_open), MEMBER_U32 },
	{ "nflb_service_backends", FAMILY_GAUGE, "Backends of a service",
	  OF_SERVICE(backends), MEMBER_U32 },
	{ }
};

static const struct kernel_family backend_families[] = {
	{ "nflb_backend_connections", FAMILY_COUNTER,
	  "Connections given to a backend", OF_BACKEND(stats.connections),
	  MEMBER_U64 },
	{ "nflb_backend_packets", FAMILY_COUNTER,
	  "Packets of a backend: in from clients, out to them",
	  OF_BACKEND(stats.packets_in), MEMBER_U64, "in" },
	{ "nflb_backend_packets", FAMILY_COUNTER, NULL,
	  OF_BACKEND(stats.packets_out), MEMBER_U64, "out" },
	{ "nflb_backend_bytes", FAMILY_COUNTER,
	  "Bytes of a backend: in from clients, out to them",
	  OF_BACKEND(stats.bytes_in), MEMBER_U64, "in" },
	{ "nflb_backend_bytes", FAMILY_COUNTER, NULL,
	  OF_BACKEND(stats.bytes_out), MEMBER_U64, "out" },
	{ "nflb_backend_connections_active", FAMILY_GAUGE,
	  "Connections of a backend that are open", OF_BACKEND(active),
	  MEMBER_U32 },
	{ "nflb_backend_connections_inactive", FAMILY_GAUGE,
	  "Connections of a backend that are closing", OF_BACKEND(inactive),
	  MEMBER_U32 },
	{ "nflb_backend_weight", FAMILY_GAUGE,
	  "Weight of a backend in the kernel", OF_BACKEND(weight),
	  MEMBER_U32 },
	{ "nflb_backend_response_seconds", FAMILY_GAUGE,
	  "Response time of a backend as the kernel measured it",
	  OF_BACKEND(response_measured), MEMBER_MICROSECONDS },
	{ }
};

static void sample(FILE *stream, const struct kernel_family *family,
		   const struct label *labels, const void *object)
{
	const char *suffix = family->type == FAMILY_COUNTER ? "_total" : "";
	const void *at = (const char *)object + family->offset;

	switch (family->member) {
	case MEMBER_U64:
		family_sample(stream, family->name, suffix, labels,
			      *(const uint64_t *)at);
		break;
	case MEMBER_U32:
		family_sample(stream, family->name, suffix, labels,
			      *(const uint32_t *)at);
		break;
	case MEMBER_MICROSECONDS:
		family_sample_real(stream, family->name, suffix, labels,
				   *(const uint32_t *)at / 1e6);
		break;
	}
}

/* With direction, the next one has the same name: both stand together. */
static void family_header(FILE *stream, const struct kernel_family *family)
{
	if (family->help)
		family_begin(stream, family->name, family->type, family->help);
}

static void service_samples(const struct nflb_config *config,
			    const struct kernel_family *family, FILE *stream)
{
	size_t i;

	for (i = 0; i < config->count; i++) {
		const struct nflb_service *service = &config->pools[i].service;
		char key[NFLB_KEY_LEN];
		const struct label labels[] = {
			{ "service", key },
			{ family->direction ? "direction" : NULL,
			  family->direction },
			{ }
		};

		nflb_key_format(&service->key, key);
		sample(stream, family, labels, service);
	}
}

/* Calls @fn for each backend with labels that tell it from others. */
static void each_backend(const struct nflb_config *config,
			 void (*fn)(FILE *stream, const struct label *labels,
				    const struct nflb_backend *backend,
				    const void *context),
			 const char *third, const char *value,
			 const void *context, FILE *stream)
{
	char key[NFLB_KEY_LEN], endpoint[NFLB_ENDPOINT_LEN];
	const struct label labels[] = {
		{ "service", key }, { "backend", endpoint }, { third, value },
		{ }
	};
	size_t i, k;

	for (i = 0; i < config->count; i++) {
		const struct nflb_pool *pool = &config->pools[i];

		nflb_key_format(&pool->service.key, key);
		for (k = 0; k < pool->count; k++) {
			nflb_endpoint_format(&pool->backends[k].address,
					     pool->backends[k].port, endpoint);
			fn(stream, labels, &pool->backends[k], context);
		}
	}
}

static void backend_sample(FILE *stream, const struct label *labels,
			   const struct nflb_backend *backend,
			   const void *context)
{
	sample(stream, context, labels, backend);
}

static void state_sample(FILE *stream, const struct label *labels,
			 const struct nflb_backend *backend,
			 const void *context)
{
	const char *state = nflb_name(&nflb_backend_states, backend->state);
	const struct label with_state[] = {
		labels[0], labels[1], { "state", state ? state : "?" }, { }
	};

	(void)context;
	family_sample(stream, "nflb_backend_state", "", with_state, 1);
}

/**
 * page_kernel() - write what the kernel counts of services and backends
 * @config: as it was read
 * @stream: where to
 */
void page_kernel(const struct nflb_config *config, FILE *stream)
{
	const struct kernel_family *family;

	for (family = service_families; family->name; family++) {
		family_header(stream, family);
		service_samples(config, family, stream);
	}
	for (family = backend_families; family->name; family++) {
		family_header(stream, family);
		each_backend(config, backend_sample,
			     family->direction ? "direction" : NULL,
			     family->direction, family, stream);
	}
	family_begin(stream, "nflb_backend_state", FAMILY_GAUGE,
		     "1, with the state of a backend in the kernel as a label");
	each_backend(config, state_sample, NULL, NULL, NULL, stream);
}

static void gauge(FILE *stream, const char *name, const char *help,
		  uint64_t value)
{
	family_begin(stream, name, FAMILY_GAUGE, help);
	family_sample(stream, name, "", NULL, value);
}

/**
 * page_totals() - write what the kernel counts of all packets
 * @totals: as they were read
 * @stream: where to
 */
void page_totals(const struct nflb_totals *totals, FILE *stream)
{
	unsigned int reason;

	gauge(stream, "nflb_connections", "Connections in the table",
	      totals->connections);
	gauge(stream, "nflb_connections_limit",
	      "Most connections that the table may hold", totals->limit);
	gauge(stream, "nflb_affinity", "Clients that go back to a backend",
	      totals->affinity);
	gauge(stream, "nflb_affinity_limit",
	      "Most clients with affinity that there may be",
	      totals->affinity_limit);
	family_begin(stream, "nflb_affinity_refused", FAMILY_COUNTER,
		     "Clients for whose affinity there was no room");
	family_sample(stream, "nflb_affinity_refused", "_total", NULL,
		      totals->affinity_refused);
	family_begin(stream, "nflb_dropped_packets", FAMILY_COUNTER,
		     "Packets that were dropped, by reason");
	for (reason = 1; reason <= totals->drops; reason++) {
		const char *name = nflb_name(&nflb_drops, reason);
		char number[16];
		const struct label labels[] = {
			{ "reason", name ? name : number }, { }
		};

		snprintf(number, sizeof(number), "%u", reason);
		family_sample(stream, "nflb_dropped_packets", "_total", labels,
			      totals->drop[reason]);
	}
}
