// SPDX-License-Identifier: GPL-2.0
/* Output as JSON; lbadm(8) promises the names to scripts */
#include <errno.h>

#include "json_pool.h"
#include "output.h"

static void services(struct output *output, const struct nflb_config *config)
{
	size_t i;

	json_begin_array(&output->json, NULL);
	for (i = 0; i < config->count; i++)
		json_put_pool(&output->json, &config->pools[i]);
	json_end_array(&output->json);
}

static void one_service(struct output *output, const struct nflb_pool *pool)
{
	json_put_pool(&output->json, pool);
}

/* What the client speaks to, and which service that belongs to. */
static void put_service_object(struct json *json,
			       const struct nflb_connection *connection)
{
	char key[NFLB_KEY_LEN];

	nflb_key_format(&connection->service, key);
	json_begin_object(json, "service");
	json_put_endpoint(json, &connection->destination,
			  connection->destination_port);
	json_text(json, "key", key);
	json_end_object(json);
}

static void list_begin(struct output *output)
{
	json_begin_array(&output->json, NULL);
}

static void put_connection(struct json *json,
			   const struct nflb_connection *connection)
{
	json_put_name(json, "protocol", &nflb_protocols, connection->protocol);
	json_put_endpoint_object(json, "client", &connection->client,
				 connection->client_port);
	put_service_object(json, connection);
	json_put_endpoint_object(json, "backend", &connection->backend,
				 connection->backend_port);
	if (connection->source_port)
		json_put_endpoint_object(json, "source", &connection->source,
					 connection->source_port);
	json_put_name(json, "forward", &nflb_forwards, connection->forward);
	json_put_name(json, "state", &nflb_states, connection->state);
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
	json_text(json, "service", key);
	json_begin_object(json, "client");
	json_text(json, "address", client);
	json_number(json, "prefix", affinity->client.length);
	json_end_object(json);
	json_put_endpoint_object(json, "backend", &affinity->backend,
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

static void imported(struct output *output, const struct nflb_imported *done)
{
	unsigned int i;

	json_begin_object(&output->json, NULL);
	for (i = 1; i <= NFLB_IMPORT_MAX; i++)
		json_number(&output->json, nflb_name(&nflb_imports, i),
			    done->count[i]);
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
	json_put_stats(json, &sums->stats);
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
	json_text(&output->json, "verb", verb);
	json_text(&output->json, "command", text);
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
		json_put_key(json, &pool->service.key);
		json_put_stats(json, &pool->service.stats);
		json_begin_array(json, "backends");
		for (j = 0; j < pool->count; j++) {
			json_begin_object(json, NULL);
			json_put_endpoint(json, &pool->backends[j].address,
					  pool->backends[j].port);
			json_put_stats(json, &pool->backends[j].stats);
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
		json_text(json, "service", key);
	}
	if (ex->by_affinity)
		json_number(json, "affinity", ex->affinity_expires);
	if (*ex->scheduler)
		json_text(json, "scheduler", ex->scheduler);
	if (ex->backend.family != AF_UNSPEC) {
		json_put_endpoint_object(json, "backend", &ex->backend,
					 ex->backend_port);
		json_put_name(json, "forward", &nflb_forwards, ex->forward);
	}
	if (*ex->device)
		json_text(json, "device", ex->device);
	if (ex->backend.family != AF_UNSPEC)
		json_bool(json, "local", ex->local);
	json_put_name(json, "verdict", &nflb_explains, ex->verdict);
	if (ex->reason)
		json_put_name(json, "reason", &nflb_drops, ex->reason);
	json_end_object(json);
}

static void put_connection_event(struct json *json,
				 const struct nflb_happening *happening)
{
	if (happening->end)
		json_put_name(json, "reason", &nflb_ends, happening->end);
	json_begin_object(json, "connection");
	put_connection(json, &happening->connection);
	json_end_object(json);
}

static void put_backend_event(struct json *json,
			      const struct nflb_happening *happening)
{
	json_begin_object(json, "service");
	json_put_key(json, &happening->service.key);
	json_end_object(json);
	json_put_backend(json, "backend", &happening->backend);
}

/* A document of its own each: a reader need not wait for the end of a list. */
static void event(struct output *output,
		  const struct nflb_happening *happening)
{
	struct json *json = &output->json;

	json->filled = false;
	json_begin_object(json, NULL);
	json_put_name(json, "event", &nflb_events, happening->event);
	if (happening->connection.client.family != AF_UNSPEC) {
		put_connection_event(json, happening);
	} else if (happening->backend.address.family != AF_UNSPEC) {
		put_backend_event(json, happening);
	} else {
		json_begin_object(json, "service");
		json_put_service(json, &happening->service);
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
	.imported = imported,
	.totals = totals,
	.settings = settings,
	.changes_begin = list_begin,
	.change = change,
	.changes_end = list_end,
	.rates = rates,
	.explanation = explanation,
	.event = event,
};
