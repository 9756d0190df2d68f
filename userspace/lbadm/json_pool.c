// SPDX-License-Identifier: GPL-2.0
/* A service with its backends as JSON; lbadm(8) promises the names to scripts */
#include "json_pool.h"

/* A number of a newer kernel has no name here, and stays a number. */
void json_put_name(struct json *json, const char *name,
		   const struct nflb_names *names, unsigned int value)
{
	const char *text = nflb_name(names, value);

	if (text)
		json_text(json, name, text);
	else
		json_number(json, name, value);
}

void json_put_endpoint(struct json *json, const struct nflb_address *address,
		       uint16_t port)
{
	char text[NFLB_ADDRESS_LEN];

	nflb_address_format(address, text);
	json_text(json, "address", text);
	json_number(json, "port", port);
}

void json_put_endpoint_object(struct json *json, const char *name,
			      const struct nflb_address *address,
			      uint16_t port)
{
	json_begin_object(json, name);
	json_put_endpoint(json, address, port);
	json_end_object(json);
}

void json_put_stats(struct json *json, const struct nflb_stats *stats)
{
	json_number(json, "connections", stats->connections);
	json_number(json, "packets_in", stats->packets_in);
	json_number(json, "bytes_in", stats->bytes_in);
	json_number(json, "packets_out", stats->packets_out);
	json_number(json, "bytes_out", stats->bytes_out);
}

static void put_source(struct json *json, const struct nflb_tunnel *tunnel)
{
	char text[NFLB_ADDRESS_LEN];

	nflb_address_format(&tunnel->source, text);
	json_text(json, "source", text);
	json_number(json, "source_prefix", tunnel->source_prefix);
}

static void put_forward(struct json *json, const struct nflb_backend *backend)
{
	const struct nflb_tunnel *tunnel = &backend->tunnel;

	json_put_name(json, "forward", &nflb_forwards, backend->forward);
	if (!(backend->given & NFLB_GIVEN_FORWARD_OPTIONS))
		return;
	json_begin_object(json, "forward_options");
	if (backend->given & NFLB_GIVEN_CHECKSUM)
		json_bool(json, "checksum", tunnel->checksum);
	if (backend->given & NFLB_GIVEN_TUNNEL_KEY)
		json_number(json, "key", tunnel->key);
	if (backend->given & NFLB_GIVEN_TUNNEL_PORT)
		json_number(json, "port", tunnel->port);
	if (backend->given & NFLB_GIVEN_SOURCE)
		put_source(json, tunnel);
	if (backend->given & NFLB_GIVEN_TOA)
		json_bool(json, "toa", backend->toa);
	json_end_object(json);
}

/* Not there without a pool. */
static void put_source_pool(struct json *json,
			    const struct nflb_source_pool *pool)
{
	char text[NFLB_PREFIX_LEN];
	unsigned int i;

	if (!pool->count)
		return;
	json_begin_object(json, "source_pool");
	json_begin_array(json, "addresses");
	for (i = 0; i < pool->count; i++) {
		nflb_prefix_format(&pool->prefix[i], text);
		json_text(json, NULL, text);
	}
	json_end_array(json);
	json_number(json, "port_min", pool->port_min);
	json_number(json, "port_max", pool->port_max);
	json_end_object(json);
}

static void put_state(struct json *json, const struct nflb_backend *backend)
{
	json_put_name(json, "state", &nflb_backend_states, backend->state);
	if (!(backend->given & NFLB_GIVEN_DRAIN_TIMEOUT))
		return;
	json_number(json, "drain_timeout", backend->drain_timeout);
	json_put_name(json, "drain_then", &nflb_drain_thens, backend->drain_then);
}

static void put_failures(struct json *json, const struct nflb_failures *failures)
{
	json_begin_object(json, "failures");
	json_number(json, "unanswered", failures->unanswered);
	json_number(json, "refused", failures->refused);
	json_number(json, "reset", failures->reset);
	json_number(json, "unreachable", failures->unreachable);
	json_end_object(json);
}

void json_put_backend(struct json *json, const char *name,
		      const struct nflb_backend *backend)
{
	json_begin_object(json, name);
	json_put_endpoint(json, &backend->address, backend->port);
	put_forward(json, backend);
	json_number(json, "weight", backend->weight);
	json_number(json, "weight_percent", backend->weight_percent);
	json_number(json, "max_connections", backend->max_connections);
	json_number(json, "slow_start", backend->slow_start);
	json_number(json, "tier", backend->tier);
	put_source_pool(json, &backend->source_pool);
	json_number(json, "response_time", backend->response_time);
	json_number(json, "response_measured", backend->response_measured);
	put_state(json, backend);
	json_number(json, "connections_active", backend->active);
	json_number(json, "connections_inactive", backend->inactive);
	json_put_stats(json, &backend->stats);
	put_failures(json, &backend->failures);
	json_end_object(json);
}

static void put_scheduler(struct json *json, const struct nflb_service *service)
{
	const struct nflb_options *options = &service->options;
	const uint64_t *value = options->value;

	json_text(json, "scheduler", service->scheduler);
	if (!options->given)
		return;
	json_begin_object(json, "scheduler_options");
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_TABLE_SIZE))
		json_number(json, "table_size",
			    value[NFLB_SCHED_OPTION_TABLE_SIZE]);
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_SEED))
		json_number(json, "seed", value[NFLB_SCHED_OPTION_SEED]);
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_HASH))
		json_put_name(json, "hash", &nflb_hashes,
			      (unsigned int)value[NFLB_SCHED_OPTION_HASH]);
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_FALLBACK))
		json_put_name(json, "fallback", &nflb_switches,
			      (unsigned int)value[NFLB_SCHED_OPTION_FALLBACK]);
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_MAX_LOAD))
		json_number(json, "max_load",
			    value[NFLB_SCHED_OPTION_MAX_LOAD]);
	json_end_object(json);
}

static void put_timeouts(struct json *json, const struct nflb_service *service)
{
	unsigned int i;

	json_begin_object(json, "timeouts");
	for (i = 0; i < NFLB_TIMEOUTS; i++)
		json_number(json, nflb_name(&nflb_timeouts, i),
			    service->timeout[i]);
	json_end_object(json);
}

void json_put_key(struct json *json, const struct nflb_key *key)
{
	if (!key->protocol) {
		json_number(json, "mark", key->mark);
		json_number(json, "family",
			    key->address.family == AF_INET6 ? 6 : 4);
		return;
	}
	json_put_name(json, "protocol", &nflb_protocols, key->protocol);
	json_put_endpoint(json, &key->address, key->port);
	if (key->port_last)
		json_number(json, "port_last", key->port_last);
	if (key->prefix)
		json_number(json, "prefix", key->prefix);
}

static void put_policies(struct json *json, const struct nflb_service *service)
{
	static const char *const member[NFLB_POLICIES] = {
		[NFLB_POLICY_NO_BACKEND]	= "no_backend",
		[NFLB_POLICY_BACKEND_DOWN]	= "backend_down",
		[NFLB_POLICY_MID_STREAM]	= "mid_stream",
	};
	unsigned int i;

	for (i = 0; i < NFLB_POLICIES; i++) {
		if (service->given & NFLB_GIVEN_POLICY(i))
			json_put_name(json, member[i], &nflb_policy_values[i],
				      service->policy[i]);
	}
}

/* Not there without a limit. */
static void put_rate(struct json *json, const char *name,
		     const struct nflb_rate *rate)
{
	if (!rate->per_second)
		return;
	json_begin_object(json, name);
	json_number(json, "per_second", rate->per_second);
	json_number(json, "burst", rate->burst);
	if (rate->prefix)
		json_number(json, "prefix", rate->prefix);
	json_end_object(json);
}

static void put_limits(struct json *json, const struct nflb_service *service)
{
	json_number(json, "max_connections", service->max_connections);
	if (service->given & NFLB_GIVEN_MAX_HALF_OPEN)
		json_number(json, "max_half_open", service->max_half_open);
	put_rate(json, "rate_limit", &service->rate_limit);
	put_rate(json, "client_rate_limit", &service->client_rate_limit);
	json_number(json, "connections_active", service->active);
	json_number(json, "connections_half_open", service->half_open);
	json_number(json, "stateless", service->stateless);
}

void json_put_service(struct json *json, const struct nflb_service *service)
{
	json_put_key(json, &service->key);
	put_scheduler(json, service);
	put_timeouts(json, service);
	json_number(json, "panic", service->panic);
	put_source_pool(json, &service->source_pool);
	if (service->given & NFLB_GIVEN_ONE_PACKET)
		json_bool(json, "one_packet", service->one_packet);
	if (service->given & NFLB_GIVEN_ICMP_REPLY)
		json_bool(json, "icmp_reply", service->icmp_reply);
	put_policies(json, service);
	if (service->given & NFLB_GIVEN_AFFINITY)
		json_number(json, "affinity", service->affinity);
	if (service->given & NFLB_GIVEN_AFFINITY && service->affinity)
		json_number(json, "affinity_mask", service->affinity_prefix);
	put_limits(json, service);
	json_put_stats(json, &service->stats);
}

void json_put_pool(struct json *json, const struct nflb_pool *pool)
{
	size_t i;

	json_begin_object(json, NULL);
	json_put_service(json, &pool->service);
	json_begin_array(json, "backends");
	for (i = 0; i < pool->count; i++)
		json_put_backend(json, NULL, &pool->backends[i]);
	json_end_array(json);
	json_end_object(json);
}
