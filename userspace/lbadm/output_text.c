// SPDX-License-Identifier: GPL-2.0
/* Output for people */
#include <errno.h>
#include <string.h>

#include "limit.h"
#include "line.h"
#include "output.h"
#include "scheduler.h"
#include "source.h"
#include "table.h"

/* Room for "192.0.2.1:65535" and "[2001:db8::1]:65535" in lists whose entries
 * are not known beforehand.
 */
#define WIDTH4	21
#define WIDTH6	29

static const char *name_or(const struct nflb_names *names, unsigned int value)
{
	const char *name = nflb_name(names, value);

	return name ? name : "?";
}

/* Words of `backend add`, then what is left of a drain. */
static void settings_cell(struct table *table,
			  const struct nflb_backend *backend)
{
	char settings[SETTINGS_LEN];

	line_options(backend, settings);
	if (backend->given & NFLB_GIVEN_DRAIN_TIMEOUT)
		table_cell(table, "%s timeout %u then %s", settings + 1,
			   backend->drain_timeout,
			   name_or(&nflb_drain_thens, backend->drain_then));
	else if (*settings)
		table_cell(table, "%s", settings + 1);
	else
		table_skip(table);
}

static void backend_row(struct table *table, const struct nflb_backend *backend)
{
	char endpoint[NFLB_ENDPOINT_LEN];
	char forward[SETTINGS_LEN];

	nflb_endpoint_format(&backend->address, backend->port, endpoint);
	line_forward(backend, forward);
	table_cell(table, "    %s", endpoint);
	table_cell(table, "%s", forward);
	table_cell(table, "weight");
	table_cell(table, "%u", backend->weight);
	table_cell(table, "active");
	table_cell(table, "%u", backend->active);
	table_cell(table, "inactive");
	table_cell(table, "%u", backend->inactive);
	settings_cell(table, backend);
}

static void pool_rows(struct table *table, const struct nflb_pool *pool)
{
	char settings[SETTINGS_LEN];
	char key[NFLB_KEY_LEN];
	size_t i;

	nflb_key_format(&pool->service.key, key);
	line_settings(&pool->service, settings);
	table_line(table, "%s %s", key, settings);
	for (i = 0; i < pool->count; i++)
		backend_row(table, &pool->backends[i]);
}

static void services(struct output *output, const struct nflb_config *config)
{
	struct table table;
	size_t i;

	table_begin(&table, "lllrlrlrl");
	for (i = 0; i < config->count; i++)
		pool_rows(&table, &config->pools[i]);
	table_end(&table, output->stream);
}

static void number_cell(struct table *table, uint64_t number)
{
	table_cell(table, "%ju", (uintmax_t)number);
}

static void stats_header(struct table *table, const char *first)
{
	table_cell(table, "%s", first);
	table_cell(table, "CONNECTIONS");
	table_cell(table, "PACKETS-IN");
	table_cell(table, "BYTES-IN");
	table_cell(table, "PACKETS-OUT");
	table_cell(table, "BYTES-OUT");
}

static void stats_cells(struct table *table, const struct nflb_stats *stats)
{
	number_cell(table, stats->connections);
	number_cell(table, stats->packets_in);
	number_cell(table, stats->bytes_in);
	number_cell(table, stats->packets_out);
	number_cell(table, stats->bytes_out);
}

/* A service and its backends, as rows of a table of counters. */
static void stats_rows(struct table *table, const struct nflb_pool *pool)
{
	char key[NFLB_KEY_LEN];
	size_t i;

	nflb_key_format(&pool->service.key, key);
	table_cell(table, "%s", key);
	stats_cells(table, &pool->service.stats);
	for (i = 0; i < pool->count; i++) {
		const struct nflb_backend *backend = &pool->backends[i];
		char endpoint[NFLB_ENDPOINT_LEN];

		nflb_endpoint_format(&backend->address, backend->port,
				     endpoint);
		table_cell(table, "    %s", endpoint);
		stats_cells(table, &backend->stats);
	}
}

/* Of backends that had any. */
static void print_failures(FILE *stream, const struct nflb_backend *backend)
{
	const struct nflb_failures *failures = &backend->failures;
	char endpoint[NFLB_ENDPOINT_LEN];

	if (!failures->unanswered && !failures->refused && !failures->reset &&
	    !failures->unreachable)
		return;
	nflb_endpoint_format(&backend->address, backend->port, endpoint);
	fprintf(stream,
		"    %s unanswered %ju refused %ju reset %ju unreachable %ju\n",
		endpoint, (uintmax_t)failures->unanswered,
		(uintmax_t)failures->refused, (uintmax_t)failures->reset,
		(uintmax_t)failures->unreachable);
}

static void service_stats(struct output *output, const struct nflb_pool *pool)
{
	struct table table;
	size_t i;

	table_begin(&table, "lrrrrr");
	stats_header(&table, "");
	stats_rows(&table, pool);
	table_end(&table, output->stream);
	for (i = 0; i < pool->count; i++)
		print_failures(output->stream, &pool->backends[i]);
}

static void rates(struct output *output, const struct nflb_config *config)
{
	struct table table;
	size_t i;

	table_begin(&table, "lrrrrr");
	stats_header(&table, "per second");
	for (i = 0; i < config->count; i++)
		stats_rows(&table, &config->pools[i]);
	table_end(&table, output->stream);
}

/* What they are, and where they stand. */
static void print_limits(FILE *stream, const struct nflb_service *service)
{
	char text[RATE_LIMIT_TEXT];

	fprintf(stream, "    max-connections %u", service->max_connections);
	if (service->given & NFLB_GIVEN_MAX_HALF_OPEN)
		fprintf(stream, " max-half-open %u", service->max_half_open);
	rate_limit_text("rate-limit", &service->rate_limit, 0, text);
	fprintf(stream, " %s", text);
	rate_limit_text("client-rate-limit", &service->client_rate_limit, 0,
			text);
	fprintf(stream, " %s\n", text);
	fprintf(stream, "    active %u half-open %u stateless %ju\n",
		service->active, service->half_open,
		(uintmax_t)service->stateless);
}

static void print_settings(FILE *stream, const struct nflb_service *service)
{
	char option[SCHEDULER_OPTION_LEN];
	char pool[SOURCE_POOL_TEXT];
	unsigned int i;

	fprintf(stream, "    scheduler %s", service->scheduler);
	for (i = 1; i <= NFLB_SCHED_OPTION_MAX; i++) {
		if (scheduler_option(&service->options, i, option))
			fprintf(stream, " %s", option);
	}
	fputs("\n    timeout", stream);
	for (i = 0; i < NFLB_TIMEOUTS; i++)
		fprintf(stream, " %s %u", nflb_name(&nflb_timeouts, i),
			service->timeout[i]);
	fprintf(stream, "\n    panic %u", service->panic);
	fputs("\n   ", stream);
	for (i = 0; i < NFLB_POLICIES; i++) {
		if (service->given & NFLB_GIVEN_POLICY(i))
			fprintf(stream, " %s %s", nflb_name(&nflb_policies, i),
				name_or(&nflb_policy_values[i],
					service->policy[i]));
	}
	putc('\n', stream);
	if (service->source_pool.count) {
		source_pool_text(&service->source_pool, pool);
		fprintf(stream, "    %s\n", pool);
	}
	if (service->given & NFLB_GIVEN_AFFINITY && service->affinity)
		fprintf(stream, "    affinity %u mask %u\n",
			service->affinity, service->affinity_prefix);
	if (service->given & NFLB_GIVEN_ONE_PACKET &&
	    service->key.protocol == IPPROTO_UDP)
		fprintf(stream, "    one-packet %s\n",
			service->one_packet ? "on" : "off");
	if (service->given & NFLB_GIVEN_ICMP_REPLY && service->key.protocol)
		fprintf(stream, "    icmp-reply %s\n",
			service->icmp_reply ? "on" : "off");
	print_limits(stream, service);
}

static void service(struct output *output, const struct nflb_pool *pool)
{
	char key[NFLB_KEY_LEN];
	struct table table;
	size_t i;

	nflb_key_format(&pool->service.key, key);
	fprintf(output->stream, "%s\n", key);
	print_settings(output->stream, &pool->service);

	table_begin(&table, "lllrlrlrl");
	for (i = 0; i < pool->count; i++)
		backend_row(&table, &pool->backends[i]);
	table_end(&table, output->stream);

	putc('\n', output->stream);
	service_stats(output, pool);
}

/* What only JSON has: brackets around a list. */
static void no_bracket(struct output *output)
{
	(void)output;
}

/* A million connections may follow: columns of a fixed width, nothing kept. */
static int connection(struct output *output,
		      const struct nflb_connection *connection)
{
	int width = connection->client.family == AF_INET6 ? WIDTH6 : WIDTH4;
	char client[NFLB_ENDPOINT_LEN];
	char vip[NFLB_ENDPOINT_LEN];
	char backend[NFLB_ENDPOINT_LEN];

	nflb_endpoint_format(&connection->client, connection->client_port,
			     client);
	nflb_endpoint_format(&connection->destination,
			     connection->destination_port, vip);
	nflb_endpoint_format(&connection->backend, connection->backend_port,
			     backend);
	fprintf(output->stream,
		"%-4s  %-*s  ->  %-*s  ->  %-*s  %-7s  %-11s  %us",
		name_or(&nflb_protocols, connection->protocol),
		width, client, width, vip, width, backend,
		name_or(&nflb_forwards, connection->forward),
		name_or(&nflb_states, connection->state), connection->expires);
	if (connection->source_port) {
		nflb_endpoint_format(&connection->source,
				     connection->source_port, client);
		fprintf(output->stream, "  from %s", client);
	}
	putc('\n', output->stream);
	return ferror(output->stream) ? -EIO : 0;
}

static int affinity(struct output *output,
		    const struct nflb_affinity *affinity)
{
	int width = affinity->client.address.family == AF_INET6 ? WIDTH6 :
								  WIDTH4;
	char client[NFLB_PREFIX_LEN];
	char key[NFLB_KEY_LEN];
	char backend[NFLB_ENDPOINT_LEN];

	nflb_prefix_format(&affinity->client, client);
	nflb_key_format(&affinity->service, key);
	nflb_endpoint_format(&affinity->backend, affinity->backend_port,
			     backend);
	fprintf(output->stream, "%-*s  ->  %-*s  ->  %-*s  %us\n", width, client,
		width, key, width, backend, affinity->expires);
	return ferror(output->stream) ? -EIO : 0;
}

static void count(struct output *output, uint64_t number)
{
	fprintf(output->stream, "%ju\n", (uintmax_t)number);
}

static void imported(struct output *output, const struct nflb_imported *done)
{
	unsigned int i;

	for (i = 1; i <= NFLB_IMPORT_MAX; i++)
		fprintf(output->stream, "%s%s %ju", i > 1 ? "  " : "",
			nflb_name(&nflb_imports, i),
			(uintmax_t)done->count[i]);
	fputc('\n', output->stream);
}

static void total(struct table *table, const char *name, uint64_t number)
{
	table_cell(table, "%s", name);
	number_cell(table, number);
}

static void drop_rows(struct table *table, const struct nflb_totals *sums)
{
	unsigned int i;

	table_line(table, "drops");
	for (i = 1; i <= sums->drops; i++) {
		const char *name = nflb_name(&nflb_drops, i);

		if (name)
			table_cell(table, "    %s", name);
		else
			table_cell(table, "    reason_%u", i);
		number_cell(table, sums->drop[i]);
	}
}

static void totals(struct output *output, const struct nflb_totals *sums)
{
	struct table table;

	table_begin(&table, "lr");
	total(&table, "connections_current", sums->connections);
	total(&table, "connections_limit", sums->limit);
	total(&table, "affinity_current", sums->affinity);
	total(&table, "affinity_limit", sums->affinity_limit);
	total(&table, "affinity_refused", sums->affinity_refused);
	total(&table, "connections", sums->stats.connections);
	total(&table, "packets_in", sums->stats.packets_in);
	total(&table, "bytes_in", sums->stats.bytes_in);
	total(&table, "packets_out", sums->stats.packets_out);
	total(&table, "bytes_out", sums->stats.bytes_out);
	drop_rows(&table, sums);
	table_end(&table, output->stream);
}

static void settings(struct output *output, const struct nflb_settings *now,
		     const struct nflb_settings *defaults)
{
	struct table table;
	unsigned int i;

	table_begin(&table, "lrr");
	for (i = 1; i <= NFLB_SETTINGS_MAX; i++) {
		if (!(now->given & NFLB_SETTING(i)))
			continue;
		table_cell(&table, "%s", nflb_name(&nflb_setting_names, i));
		number_cell(&table, now->value[i]);
		table_cell(&table, "(default %u)", defaults->value[i]);
	}
	table_end(&table, output->stream);
}

static void change(struct output *output, const char *verb, const char *text)
{
	(void)verb;
	fprintf(output->stream, "%s\n", text);
}

static void event_service(struct output *output,
			  const struct nflb_happening *happening)
{
	char line[LINE_LEN];

	if (!line_service(&happening->service, line))
		fprintf(output->stream, " %s\n", line);
	else
		fputs(" ?\n", output->stream);
}

static void event_backend(struct output *output,
			  const struct nflb_happening *happening)
{
	char key[NFLB_KEY_LEN], text[LINE_LEN];

	nflb_key_format(&happening->service.key, key);
	if (line_backend(&happening->backend, text))
		strcpy(text, "?");
	fprintf(output->stream, " %s %s\n", key, text);
}

static void event_connection(struct output *output,
			     const struct nflb_happening *happening)
{
	if (happening->end)
		fprintf(output->stream, " %s", name_or(&nflb_ends,
						       happening->end));
	fputs("  ", output->stream);
	connection(output, &happening->connection);
}

static void event(struct output *output,
		  const struct nflb_happening *happening)
{
	fputs(name_or(&nflb_events, happening->event), output->stream);
	if (happening->connection.client.family != AF_UNSPEC)
		event_connection(output, happening);
	else if (happening->backend.address.family != AF_UNSPEC)
		event_backend(output, happening);
	else
		event_service(output, happening);
}

static void explain_connection(FILE *stream,
			       const struct nflb_explanation *ex)
{
	if (ex->connection.client.family == AF_UNSPEC)
		fputs("connection  none\n", stream);
	else
		fprintf(stream, "connection  %s, expires in %us\n",
			name_or(&nflb_states, ex->connection.state),
			ex->connection.expires);
}

static void explain_choice(FILE *stream, const struct nflb_explanation *ex)
{
	char endpoint[NFLB_ENDPOINT_LEN];

	if (ex->by_affinity)
		fprintf(stream, "affinity    for %us\n", ex->affinity_expires);
	if (*ex->scheduler)
		fprintf(stream, "scheduler   %s%s\n", ex->scheduler,
			ex->backend.family == AF_UNSPEC &&
			ex->verdict == NFLB_EXPLAIN_FORWARD ?
			", which chooses anew for each flow" : "");
	if (ex->backend.family == AF_UNSPEC)
		return;
	nflb_endpoint_format(&ex->backend, ex->backend_port, endpoint);
	fprintf(stream, "backend     %s forward %s\n", endpoint,
		name_or(&nflb_forwards, ex->forward));
	if (ex->local)
		fputs("route       local\n", stream);
	else
		fprintf(stream, "route       %s\n",
			*ex->device ? ex->device : "none");
}

static void explanation(struct output *output,
			const struct nflb_explanation *ex)
{
	FILE *stream = output->stream;
	char key[NFLB_KEY_LEN] = "none";

	explain_connection(stream, ex);
	if (ex->has_service)
		nflb_key_format(&ex->service, key);
	fprintf(stream, "service     %s\n", key);
	explain_choice(stream, ex);
	fprintf(stream, "verdict     %s", name_or(&nflb_explains, ex->verdict));
	if (ex->reason)
		fprintf(stream, " %s", name_or(&nflb_drops, ex->reason));
	putc('\n', stream);
}

const struct output_ops output_text = {
	.services = services,
	.service = service,
	.service_stats = service_stats,
	.connections_begin = no_bracket,
	.connection = connection,
	.connections_end = no_bracket,
	.affinities_begin = no_bracket,
	.affinity = affinity,
	.affinities_end = no_bracket,
	.count = count,
	.imported = imported,
	.totals = totals,
	.settings = settings,
	.changes_begin = no_bracket,
	.change = change,
	.changes_end = no_bracket,
	.rates = rates,
	.explanation = explanation,
	.event = event,
};
