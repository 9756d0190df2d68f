// SPDX-License-Identifier: GPL-2.0
#include "../check/checker.h"
#include "describe.h"

#define SECONDS(time)	((double)(time) / 1000000)

static void describe_options(const struct nflb_options *options, FILE *stream)
{
	unsigned int i;

	for (i = 1; i <= NFLB_SCHED_OPTION_MAX; i++) {
		const struct nflb_names *names =
			i == NFLB_SCHED_OPTION_HASH ? &nflb_hashes :
			i == NFLB_SCHED_OPTION_FALLBACK ? &nflb_switches : NULL;
		uint64_t value = options->value[i];

		if (!(options->given & NFLB_OPTION(i)))
			continue;
		fprintf(stream, " %s ", nflb_name(&nflb_options, i));
		if (names)
			fputs(nflb_name(names, (unsigned int)value), stream);
		else
			fprintf(stream, "%ju", (uintmax_t)value);
	}
}

static void describe_pool(const struct nflb_source_pool *pool, FILE *stream)
{
	char text[NFLB_SOURCE_POOL_LEN];

	nflb_source_pool_format(pool, text);
	fprintf(stream, " source-pool %s", text);
	if (pool->count && (pool->port_min != NFLB_SOURCE_PORT_MIN ||
			    pool->port_max != NFLB_SOURCE_PORT_MAX))
		fprintf(stream, " ports %u-%u", pool->port_min, pool->port_max);
}

static void describe_rate(const char *name, const struct nflb_rate *rate,
			  FILE *stream)
{
	fprintf(stream, " %s %u/s", name, rate->per_second);
	if (rate->burst)
		fprintf(stream, " burst %u", rate->burst);
	if (rate->prefix)
		fprintf(stream, " prefix %u", rate->prefix);
}

static void describe_limits(const struct nflb_service *service, FILE *stream)
{
	if (service->given & NFLB_GIVEN_MAX_CONNECTIONS)
		fprintf(stream, " max-connections %u",
			service->max_connections);
	if (service->given & NFLB_GIVEN_MAX_HALF_OPEN)
		fprintf(stream, " max-half-open %u", service->max_half_open);
	if (service->given & NFLB_GIVEN_RATE_LIMIT)
		describe_rate("rate-limit", &service->rate_limit, stream);
	if (service->given & NFLB_GIVEN_CLIENT_RATE_LIMIT)
		describe_rate("client-rate-limit", &service->client_rate_limit,
			      stream);
}

/* Words of lbadm, so that what is said here is what lbadm shows. */
static void describe_settings(const struct nflb_service *service, FILE *stream)
{
	unsigned int i;

	fprintf(stream, " scheduler %s", service->scheduler);
	describe_options(&service->options, stream);
	for (i = 0; i < NFLB_TIMEOUTS; i++) {
		if (service->given & NFLB_GIVEN_TIMEOUT(i))
			fprintf(stream, " timeout %s %u",
				nflb_name(&nflb_timeouts, i),
				service->timeout[i]);
	}
	if (service->given & NFLB_GIVEN_PANIC)
		fprintf(stream, " panic %u", service->panic);
	if (service->given & NFLB_GIVEN_SOURCE_POOL)
		describe_pool(&service->source_pool, stream);
	if (service->given & NFLB_GIVEN_ONE_PACKET)
		fprintf(stream, " one-packet %s",
			service->one_packet ? "on" : "off");
	if (service->given & NFLB_GIVEN_ICMP_REPLY)
		fprintf(stream, " icmp-reply %s",
			service->icmp_reply ? "on" : "off");
	for (i = 0; i < NFLB_POLICIES; i++) {
		if (service->given & NFLB_GIVEN_POLICY(i))
			fprintf(stream, " %s %s", nflb_name(&nflb_policies, i),
				nflb_name(&nflb_policy_values[i],
					  service->policy[i]));
	}
	if (service->given & NFLB_GIVEN_AFFINITY)
		fprintf(stream, " affinity %u", service->affinity);
	if (service->given & NFLB_GIVEN_AFFINITY_PREFIX)
		fprintf(stream, " mask %u", service->affinity_prefix);
	describe_limits(service, stream);
}

static void describe_passive(const struct config_passive *passive, FILE *stream)
{
	fprintf(stream,
		"  passive: every %g s, from %u connections, eject at %u%% unanswered, %u%% reset, %u unreachable; for %g s up to %g s, at most %u%% of the pool\n",
		SECONDS(passive->interval), passive->min_connections,
		passive->unanswered_percent, passive->reset_percent,
		passive->unreachable, SECONDS(passive->eject_time),
		SECONDS(passive->eject_time_max),
		passive->max_ejected_percent);
}

static void describe_command(const char *indent, const char *what,
			     const struct config_command *command, FILE *stream)
{
	const char **word;

	if (!command->argv)
		return;
	fprintf(stream, "%s%s:", indent, what);
	for (word = command->argv; *word; word++)
		fprintf(stream, " %s", *word);
	if (command->user)
		fprintf(stream, " (as %s%s%s)", command->user,
			command->group ? ":" : "",
			command->group ? command->group : "");
	putc('\n', stream);
}

static void describe_target(const struct config_target *target,
			    const struct config_backend *backend, FILE *stream)
{
	char endpoint[NFLB_ENDPOINT_LEN];

	if (target->address.family) {
		nflb_endpoint_format(&target->address, target->port, endpoint);
		fprintf(stream, " %s", endpoint);
	} else if (target->port) {
		fprintf(stream, " %s:%u", backend->host, target->port);
	} else {
		fprintf(stream, " %s", backend->host);
	}
	if (target->bind_address.family || target->bind_port) {
		if (target->bind_address.family)
			nflb_endpoint_format(&target->bind_address,
					     target->bind_port, endpoint);
		else
			snprintf(endpoint, sizeof(endpoint), "port %u",
				 target->bind_port);
		fprintf(stream, " from %s", endpoint);
	}
	if (target->bind_interface)
		fprintf(stream, " through %s", target->bind_interface);
	if (target->mark)
		fprintf(stream, " mark %u", target->mark);
}

static void describe_check(const struct config_check *check,
			   const struct config_backend *backend, FILE *stream)
{
	fprintf(stream, "    %s", check->checker->keyword);
	if (check->name)
		fprintf(stream, " '%s'", check->name);
	describe_target(&check->target, backend, stream);
	fprintf(stream, " every %g s, timeout %g s", SECONDS(check->delay),
		SECONDS(check->timeout));
	if (check->retry)
		fprintf(stream, ", down after %u failures %g s apart",
			check->retry + 1, SECONDS(check->delay_before_retry));
	else
		fputs(", down after 1 failure", stream);
	if (check->rise > 1)
		fprintf(stream, ", up after %u successes", check->rise);
	fprintf(stream, "%s%s\n", check->tunnel ? ", by its tunnel" : "",
		check->alpha ? ", alpha" : "");
}

static void describe_forward(const struct nflb_backend *backend, FILE *stream)
{
	struct nflb_prefix source = {
		.address = backend->tunnel.source,
		.length = backend->tunnel.source_prefix,
	};
	char text[NFLB_PREFIX_LEN];

	fprintf(stream, " forward %s",
		nflb_name(&nflb_forwards, backend->forward));
	if (backend->given & NFLB_GIVEN_CHECKSUM)
		fprintf(stream, " checksum %s",
			backend->tunnel.checksum ? "on" : "off");
	if (backend->given & NFLB_GIVEN_TUNNEL_KEY)
		fprintf(stream, " key %u", backend->tunnel.key);
	if (backend->given & NFLB_GIVEN_TUNNEL_PORT)
		fprintf(stream, " port %u", backend->tunnel.port);
	if (backend->given & NFLB_GIVEN_SOURCE) {
		nflb_prefix_format(&source, text);
		fprintf(stream, " source %s", text);
	}
	if (backend->given & NFLB_GIVEN_TOA)
		fprintf(stream, " toa %s", backend->toa ? "on" : "off");
}

static void describe_compose(const struct config_backend *backend, FILE *stream)
{
	if (backend->compose == COMPOSE_ANY)
		fputs(", any check", stream);
	else if (backend->compose == COMPOSE_AT_LEAST)
		fprintf(stream, ", %u checks of %zu", backend->need,
			backend->check_count);
	if (backend->inhibit)
		fputs(", inhibited on failure", stream);
	if (backend->alpha)
		fputs(", alpha", stream);
}

static void describe_backend(const struct config *config, const char *what,
			     const struct config_backend *backend, FILE *stream)
{
	const struct nflb_backend *kernel = &backend->backend;
	char endpoint[NFLB_ENDPOINT_LEN];
	size_t i;

	fprintf(stream, "  %s ", what);
	if (backend->host) {
		fprintf(stream, "%s%s", backend->host_srv ? "srv " : "",
			backend->host);
		if (kernel->port)
			fprintf(stream, ":%u", kernel->port);
	} else {
		nflb_endpoint_format(&kernel->address, kernel->port, endpoint);
		fputs(endpoint, stream);
	}
	describe_forward(kernel, stream);
	fprintf(stream, " weight %u", kernel->weight);
	if (kernel->given & NFLB_GIVEN_MAX_CONNECTIONS)
		fprintf(stream, " max-connections %u", kernel->max_connections);
	if (kernel->given & NFLB_GIVEN_SLOW_START)
		fprintf(stream, " slow-start %u", kernel->slow_start);
	if (kernel->given & NFLB_GIVEN_TIER)
		fprintf(stream, " tier %u", kernel->tier);
	if (kernel->given & NFLB_GIVEN_SOURCE_POOL)
		describe_pool(&kernel->source_pool, stream);
	if (kernel->given & NFLB_GIVEN_RESPONSE_TIME)
		fprintf(stream, " response-time %u", kernel->response_time);
	describe_compose(backend, stream);
	putc('\n', stream);
	for (i = 0; i < backend->check_count; i++)
		describe_check(&config->checks[backend->checks[i]], backend,
			       stream);
	describe_command("    ", "up", &backend->notify_up, stream);
	describe_command("    ", "down", &backend->notify_down, stream);
}

static void describe_quorum(const struct config_service *service, FILE *stream)
{
	if (service->quorum != 1 || service->hysteresis) {
		fprintf(stream, "  quorum %u", service->quorum);
		if (service->hysteresis)
			fprintf(stream, ", up at %u, down below %u",
				service->quorum + service->hysteresis,
				service->quorum - service->hysteresis);
		putc('\n', stream);
	}
	describe_command("  ", "quorum up", &service->quorum_up, stream);
	describe_command("  ", "quorum down", &service->quorum_down, stream);
	if (service->alpha || service->omega)
		fprintf(stream, " %s%s\n", service->alpha ? " alpha" : "",
			service->omega ? " omega" : "");
	if (service->drain_timeout)
		fprintf(stream, "  drain for %g s\n",
			SECONDS(service->drain_timeout));
}

/**
 * service_describe() - what virtual servers become
 * @config: all of it
 * @stream: where to
 */
void service_describe(const struct config *config, FILE *stream)
{
	char text[NFLB_KEY_LEN];
	size_t i, j;

	for (i = 0; i < config->service_count; i++) {
		const struct config_service *service = &config->services[i];

		for (j = 0; j < service->key_count; j++) {
			nflb_key_format(&service->keys[j], text);
			fprintf(stream, "service %s", text);
			describe_settings(&service->service, stream);
			putc('\n', stream);
		}
		describe_quorum(service, stream);
		if (service->passive.enabled)
			describe_passive(&service->passive, stream);
		for (j = 0; j < service->backend_count; j++)
			describe_backend(config, "backend",
					 &service->backends[j], stream);
		if (service->sorry)
			describe_backend(config, service->sorry_inhibit ?
					 "sorry (inhibited)" : "sorry",
					 service->sorry, stream);
	}
}
