// SPDX-License-Identifier: GPL-2.0
/* Output as JSON; lbadm(8) promises the names to scripts */
#include <errno.h>

#include "output.h"

/* A number of a newer kernel has no name here, and stays a number. */
static void put_name(struct json *json, const char *name,
		     const struct nflb_names *names, unsigned int value)
{
	const char *text = nflb_name(names, value);

	if (text)
		json_string(json, name, text);
	else
		json_number(json, name, value);
}

static void put_endpoint(struct json *json, const struct nflb_address *address,
			 uint16_t port)
{
	char text[NFLB_ADDRESS_LEN];

	nflb_address_format(address, text);
	json_string(json, "address", text);
	json_number(json, "port", port);
}

static void put_endpoint_object(struct json *json, const char *name,
				const struct nflb_address *address,
				uint16_t port)
{
	json_begin_object(json, name);
	put_endpoint(json, address, port);
	json_end_object(json);
}

static void put_stats(struct json *json, const struct nflb_stats *stats)
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
	json_string(json, "source", text);
	json_number(json, "source_prefix", tunnel->source_prefix);
}

static void put_forward(struct json *json, const struct nflb_backend *backend)
{
	const struct nflb_tunnel *tunnel = &backend->tunnel;

	put_name(json, "forward", &nflb_forwards, backend->forward);
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
		json_string(json, NULL, text);
	}
	json_end_array(json);
	json_number(json, "port_min", pool->port_min);
	json_number(json, "port_max", pool->port_max);
	json_end_object(json);
}

static void put_state(struct json *json, const struct nflb_backend *backend)
{
	put_name(json, "state", &nflb_backend_states, backend->state);
	if (!(backend->given & NFLB_GIVEN_DRAIN_TIMEOUT))
		return;
	json_number(json, "drain_timeout", backend->drain_timeout);
	put_name(json, "drain_then", &nflb_drain_thens, backend->drain_then);
}

static void put_backend(struct json *json, const char *name,
			const struct nflb_backend *backend)
{
	json_begin_object(json, name);
	put_endpoint(json, &backend->address, backend->port);
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
	put_stats(json, &backend->stats);
	json_end_object(json);
}

static void put_scheduler(struct json *json, const struct nflb_service *service)
{
	const struct nflb_options *options = &service->options;
	const uint64_t *value = options->value;

	json_string(json, "scheduler", service->scheduler);
	if (!options->given)
		return;
	json_begin_object(json, "scheduler_options");
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_TABLE_SIZE))
		json_number(json, "table_size",
			    value[NFLB_SCHED_OPTION_TABLE_SIZE]);
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_SEED))
		json_number(json, "seed", value[NFLB_SCHED_OPTION_SEED]);
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_HASH))
		put_name(json, "hash", &nflb_hashes,
			 (unsigned int)value[NFLB_SCHED_OPTION_HASH]);
	if (options->given & NFLB_OPTION(NFLB_SCHED_OPTION_FALLBACK))
		put_name(json, "fallback", &nflb_switches,
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

static void put_key(struct json *json, const struct nflb_key *key)
{
	if (!key->protocol) {
		json_number(json, "mark", key->mark);
		json_number(json, "family",
			    key->address.family == AF_INET6 ? 6 : 4);
		return;
	}
	put_name(json, "protocol", &nflb_protocols, key->protocol);
	put_endpoint(json, &key->address, key->port);
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
			put_name(json, member[i], &nflb_policy_values[i],
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

static void put_service(struct json *json, const struct nflb_service *service)
{
	put_key(json, &service->key);
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
	put_stats(json, &service->stats);
}

static void put_pool(struct json *json, const struct nflb_pool *pool)
{
	size_t i;

	json_begin_object(json, NULL);
	put_service(json, &pool->service);
	json_begin_array(json, "backends");
	for (i = 0; i < pool->count; i++)
		put_backend(json, NULL, &pool->backends[i]);
	json_end_array(json);
	json_end_object(json);
}

static void services(struct output *output, const struct nflb_config *config)
{
	size_t i;

	json_begin_array(&output->json, NULL);
	for (i = 0; i < config->count; i++)
		put_pool(&output->json, &config->pools[i]);
	json_end_array(&output->json);
}

static void one_service(struct output *output, const struct nflb_pool *pool)
{
	put_pool(&output->json, pool);
}

/* What the client speaks to, and which service that belongs to. */
static void put_service_object(struct json *json,
			       const struct nflb_connection *connection)
{
	char key[NFLB_KEY_LEN];

	nflb_key_format(&connection->service, key);
	json_begin_object(json, "service");
	put_endpoint(json, &connection->destination,
		     connection->destination_port);
	json_string(json, "key", key);
	json_end_object(json);
}

static void list_begin(struct output *output)
{
	json_begin_array(&output->json, NULL);
}

static void put_connection(struct json *json,
			   const struct nflb_connection *connection)
{
	put_name(json, "protocol", &nflb_protocols, connection->protocol);
	put_endpoint_object(json, "client", &connection->client,
			    connection->client_port);
	put_service_object(json, connection);
	put_endpoint_object(json, "backend", &connection->backend,
			    connection->backend_port);
	if (connection->source_port)
		put_endpoint_object(json, "source", &connection->source,
				    connection->source_port);
	put_name(json, "forward", &nflb_forwards, connection->forward);
	put_name(json, "state", &nflb_states, connection->state);
	json_number(json, "expires", connection->expires);
}

static int connection(struct output *output,
		      const struct nflb_connection *connection)
{
	json_begin_object(&output->json, NULL);
	put_connection(&output->json, connection);
	json_end_object(&output->json);
	return ferror(output->stream) ? -EIO : 0;
}

static int affinity(struct output *output,
		    const struct nflb_affinity *affinity)
{
	struct json *json = &output->json;
	char client[NFLB_ADDRESS_LEN];
	char key[NFLB_KEY_LEN];

	nflb_key_format(&affinity->service, key);
	nflb_address_format(&affinity->client.address, client);
	json_begin_object(json, NULL);
	json_string(json, "service", key);
	json_begin_object(json, "client");
	json_string(json, "address", client);
	json_number(json, "prefix", affinity->client.length);
	json_end_object(json);
	put_endpoint_object(json, "backend", &affinity->backend,
			    affinity->backend_port);
	json_number(json, "expires", affinity->expires);
	json_end_object(json);
	return ferror(output->stream) ? -EIO : 0;
}

static void list_end(struct output *output)
{
	json_end_array(&output->json);
}

static void count(struct output *output, uint64_t number)
{
	json_begin_object(&output->json, NULL);
	json_number(&output->json, "count", number);
	json_end_object(&output->json);
}

static void totals(struct output *output, const struct nflb_totals *sums)
{
	struct json *json = &output->json;
	unsigned int i;

	json_begin_object(json, NULL);
	json_number(json, "connections_current", sums->connections);
	json_number(json, "connections_limit", sums->limit);
	json_number(json, "affinity_current", sums->affinity);
	json_number(json, "affinity_limit", sums->affinity_limit);
	json_number(json, "affinity_refused", sums->affinity_refused);
	put_stats(json, &sums->stats);
	json_begin_object(json, "drops");
	for (i = 1; i <= sums->drops; i++) {
		char unknown[16];
		const char *name = nflb_name(&nflb_drops, i);

		snprintf(unknown, sizeof(unknown), "reason_%u", i);
		json_number(json, name ? name : unknown, sums->drop[i]);
	}
	json_end_object(json);
	json_end_object(json);
}

static void put_settings(struct json *json,
			 const struct nflb_settings *settings)
{
	static const char *const member[NFLB_SETTINGS_MAX + 1] = {
		[NFLB_SETTINGS_MAX_CONNECTIONS]	= "max_connections",
		[NFLB_SETTINGS_MAX_AFFINITY]	= "max_affinity",
	};
	unsigned int i;

	for (i = 1; i <= NFLB_SETTINGS_MAX; i++) {
		if (settings->given & NFLB_SETTING(i))
			json_number(json, member[i], settings->value[i]);
	}
}

static void settings(struct output *output, const struct nflb_settings *now,
		     const struct nflb_settings *defaults)
{
	struct json *json = &output->json;

	json_begin_object(json, NULL);
	put_settings(json, now);
	json_begin_object(json, "defaults");
	put_settings(json, defaults);
	json_end_object(json);
	json_end_object(json);
}

static void change(struct output *output, const char *verb, const char *text)
{
	json_begin_object(&output->json, NULL);
	json_string(&output->json, "verb", verb);
	json_string(&output->json, "command", text);
	json_end_object(&output->json);
}

/* A line each round; the counters are those of a second. */
static void rates(struct output *output, const struct nflb_config *config)
{
	struct json *json = &output->json;
	size_t i, j;

	json->filled = false;
	json_begin_array(json, NULL);
	for (i = 0; i < config->count; i++) {
		const struct nflb_pool *pool = &config->pools[i];

		json_begin_object(json, NULL);
		put_key(json, &pool->service.key);
		put_stats(json, &pool->service.stats);
		json_begin_array(json, "backends");
		for (j = 0; j < pool->count; j++) {
			json_begin_object(json, NULL);
			put_endpoint(json, &pool->backends[j].address,
				     pool->backends[j].port);
			put_stats(json, &pool->backends[j].stats);
			json_end_object(json);
		}
		json_end_array(json);
		json_end_object(json);
	}
	json_end_array(json);
}

static void explanation(struct output *output,
			const struct nflb_explanation *ex)
{
	struct json *json = &output->json;
	char key[NFLB_KEY_LEN];

	json_begin_object(json, NULL);
	if (ex->connection.client.family != AF_UNSPEC) {
		json_begin_object(json, "connection");
		put_connection(json, &ex->connection);
		json_end_object(json);
	}
	if (ex->has_service) {
		nflb_key_format(&ex->service, key);
		json_string(json, "service", key);
	}
	if (ex->by_affinity)
		json_number(json, "affinity", ex->affinity_expires);
	if (*ex->scheduler)
		json_string(json, "scheduler", ex->scheduler);
	if (ex->backend.family != AF_UNSPEC) {
		put_endpoint_object(json, "backend", &ex->backend,
				    ex->backend_port);
		put_name(json, "forward", &nflb_forwards, ex->forward);
	}
	if (*ex->device)
		json_string(json, "device", ex->device);
	if (ex->backend.family != AF_UNSPEC)
		json_bool(json, "local", ex->local);
	put_name(json, "verdict", &nflb_explains, ex->verdict);
	if (ex->reason)
		put_name(json, "reason", &nflb_drops, ex->reason);
	json_end_object(json);
}

static void put_connection_event(struct json *json,
				 const struct nflb_happening *happening)
{
	if (happening->end)
		put_name(json, "reason", &nflb_ends, happening->end);
	json_begin_object(json, "connection");
	put_connection(json, &happening->connection);
	json_end_object(json);
}

static void put_backend_event(struct json *json,
			      const struct nflb_happening *happening)
{
	json_begin_object(json, "service");
	put_key(json, &happening->service.key);
	json_end_object(json);
	put_backend(json, "backend", &happening->backend);
}

/* A document of its own each: a reader need not wait for the end of a list. */
static void event(struct output *output,
		  const struct nflb_happening *happening)
{
	struct json *json = &output->json;

	json->filled = false;
	json_begin_object(json, NULL);
	put_name(json, "event", &nflb_events, happening->event);
	if (happening->connection.client.family != AF_UNSPEC) {
		put_connection_event(json, happening);
	} else if (happening->backend.address.family != AF_UNSPEC) {
		put_backend_event(json, happening);
	} else {
		json_begin_object(json, "service");
		put_service(json, &happening->service);
		json_end_object(json);
	}
	json_end_object(json);
}

const struct output_ops output_json = {
	.services = services,
	.service = one_service,
	.service_stats = one_service,
	.connections_begin = list_begin,
	.connection = connection,
	.connections_end = list_end,
	.affinities_begin = list_begin,
	.affinity = affinity,
	.affinities_end = list_end,
	.count = count,
	.totals = totals,
	.settings = settings,
	.changes_begin = list_begin,
	.change = change,
	.changes_end = list_end,
	.rates = rates,
	.explanation = explanation,
	.event = event,
};
