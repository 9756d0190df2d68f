// SPDX-License-Identifier: GPL-2.0
/*
 * Services and backends as words of the command line
 *
 * A setting that has its documented default is left out, except scheduler,
 * forward and weight, which a reader looks for.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "limit.h"
#include "line.h"
#include "scheduler.h"
#include "source.h"

/* SETTINGS_LEN is far more than all settings together need. */
__attribute__((format(printf, 2, 3)))
static void append(char text[SETTINGS_LEN], const char *format, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + len, SETTINGS_LEN - len, format, ap);
	va_end(ap);
}

static void append_scheduler(char text[SETTINGS_LEN],
			     const struct nflb_service *service)
{
	char option[SCHEDULER_OPTION_LEN];
	unsigned int i;

	append(text, "scheduler %s", service->scheduler);
	for (i = 1; i <= NFLB_SCHED_OPTION_MAX; i++) {
		if (scheduler_option(&service->options, i, option) &&
		    !scheduler_option_is_default(service, i))
			append(text, " %s", option);
	}
}

static void append_timeouts(char text[SETTINGS_LEN],
			    const struct nflb_service *service)
{
	bool first = true;
	int i;

	for (i = 0; i < NFLB_TIMEOUTS; i++) {
		if (!(service->given & NFLB_GIVEN_TIMEOUT(i)) ||
		    service->timeout[i] == nflb_default_timeout[i])
			continue;
		append(text, "%s %s %u", first ? " timeout" : "",
		       nflb_name(&nflb_timeouts, i), service->timeout[i]);
		first = false;
	}
}

static void append_source_pool(char text[SETTINGS_LEN],
			       const struct nflb_source_pool *pool)
{
	char words[SOURCE_POOL_TEXT];

	if (!pool->count)
		return;
	source_pool_text(pool, words);
	append(text, " %s", words);
}

static int append_policies(char text[SETTINGS_LEN],
			   const struct nflb_service *service)
{
	int i;

	for (i = 0; i < NFLB_POLICIES; i++) {
		uint8_t value = service->policy[i];
		const char *name = nflb_name(&nflb_policy_values[i], value);

		if (!(service->given & NFLB_GIVEN_POLICY(i)) || !value)
			continue;
		append(text, " %s %s", nflb_name(&nflb_policies, i),
		       name ? name : "?");
		if (!name)
			return -EPROTO;
	}
	return 0;
}

static void append_affinity(char text[SETTINGS_LEN],
			    const struct nflb_service *service)
{
	if (!(service->given & NFLB_GIVEN_AFFINITY) || !service->affinity)
		return;
	append(text, " affinity %u", service->affinity);
	if (service->given & NFLB_GIVEN_AFFINITY_PREFIX &&
	    service->affinity_prefix !=
	    nflb_address_bits(&service->key.address))
		append(text, " mask %u", service->affinity_prefix);
}

static void append_limits(char text[SETTINGS_LEN],
			  const struct nflb_service *service)
{
	char words[RATE_LIMIT_TEXT];

	if (service->max_connections)
		append(text, " max-connections %u", service->max_connections);
	if (service->given & NFLB_GIVEN_MAX_HALF_OPEN &&
	    service->max_half_open != nflb_default_half_open)
		append(text, " max-half-open %u", service->max_half_open);
	if (service->rate_limit.per_second) {
		rate_limit_text("rate-limit", &service->rate_limit, 0, words);
		append(text, " %s", words);
	}
	if (service->client_rate_limit.per_second) {
		rate_limit_text("client-rate-limit",
				&service->client_rate_limit,
				nflb_default_client_prefix(&service->key.address),
				words);
		append(text, " %s", words);
	}
}

/**
 * line_settings() - what follows the key of a service in `service add`
 * @service: the service
 * @text: the words
 *
 * Return: 0; -EPROTO when the kernel is newer and a word is not known here.
 */
int line_settings(const struct nflb_service *service, char text[SETTINGS_LEN])
{
	text[0] = '\0';
	append_scheduler(text, service);
	append_timeouts(text, service);
	if (service->given & NFLB_GIVEN_PANIC &&
	    service->panic != nflb_default_panic)
		append(text, " panic %u", service->panic);
	append_source_pool(text, &service->source_pool);
	if (service->given & NFLB_GIVEN_ONE_PACKET && service->one_packet)
		append(text, " one-packet on");
	if (service->given & NFLB_GIVEN_ICMP_REPLY && service->icmp_reply)
		append(text, " icmp-reply on");
	append_affinity(text, service);
	append_limits(text, service);
	return append_policies(text, service);
}

/**
 * line_options() - what follows forward and weight in `backend add`
 * @backend: the backend
 * @text: the words, each preceded by a space; empty when all are defaults
 */
void line_options(const struct nflb_backend *backend, char text[SETTINGS_LEN])
{
	const char *state = nflb_name(&nflb_backend_states, backend->state);

	text[0] = '\0';
	if (backend->max_connections)
		append(text, " max-connections %u", backend->max_connections);
	if (backend->slow_start)
		append(text, " slow-start %u", backend->slow_start);
	if (backend->tier > 1)
		append(text, " tier %u", backend->tier);
	append_source_pool(text, &backend->source_pool);
	if (backend->response_time)
		append(text, " response-time %u", backend->response_time);
	/* A deadline is about the connections of now: it is not saved. */
	if (backend->state != NFLB_BACKEND_STATE_UP)
		append(text, " state %s", state ? state : "?");
}

static void append_source(char text[SETTINGS_LEN],
			  const struct nflb_tunnel *tunnel)
{
	char source[NFLB_ADDRESS_LEN];

	nflb_address_format(&tunnel->source, source);
	append(text, " source %s", source);
	if (tunnel->source_prefix != nflb_address_bits(&tunnel->source))
		append(text, "/%u", tunnel->source_prefix);
}

/**
 * line_forward() - what follows `forward` in `backend add`
 * @backend: the backend
 * @text: the words; a method without a name is a question mark
 */
void line_forward(const struct nflb_backend *backend, char text[SETTINGS_LEN])
{
	const char *method = nflb_name(&nflb_forwards, backend->forward);
	const struct nflb_tunnel *tunnel = &backend->tunnel;
	bool checksum = backend->forward == NFLB_FORWARD_GUE;

	snprintf(text, SETTINGS_LEN, "%s", method ? method : "?");
	if (backend->given & NFLB_GIVEN_CHECKSUM &&
	    tunnel->checksum != checksum)
		append(text, " checksum %s",
		       nflb_name(&nflb_switches, tunnel->checksum));
	if (backend->given & NFLB_GIVEN_TUNNEL_KEY)
		append(text, " key %u", tunnel->key);
	if (backend->given & NFLB_GIVEN_TUNNEL_PORT &&
	    tunnel->port != NFLB_GUE_PORT)
		append(text, " port %u", tunnel->port);
	if (backend->given & NFLB_GIVEN_SOURCE)
		append_source(text, tunnel);
	if (backend->given & NFLB_GIVEN_TOA && backend->toa)
		append(text, " toa on");
}

/**
 * line_backend() - what follows the key of its service in `backend add`
 * @backend: the backend
 * @text: its address, port and settings
 *
 * Return: 0; -EPROTO when the kernel is newer and the backend cannot be
 * written in words of this version.
 */
int line_backend(const struct nflb_backend *backend, char text[LINE_LEN])
{
	char endpoint[NFLB_ENDPOINT_LEN];
	char options[SETTINGS_LEN];
	char forward[SETTINGS_LEN];

	if (!nflb_name(&nflb_forwards, backend->forward) ||
	    !nflb_name(&nflb_backend_states, backend->state))
		return -EPROTO;
	line_forward(backend, forward);
	nflb_endpoint_format(&backend->address, backend->port, endpoint);
	line_options(backend, options);
	snprintf(text, LINE_LEN, "%s forward %s weight %u%s", endpoint,
		 forward, backend->weight, options);
	return 0;
}

/**
 * line_service() - what follows `service add`
 * @service: the service
 * @text: its key and settings
 *
 * Return: 0; -EPROTO when the kernel is newer and the service cannot be
 * written in words of this version.
 */
int line_service(const struct nflb_service *service, char text[LINE_LEN])
{
	char settings[SETTINGS_LEN];
	char key[NFLB_KEY_LEN];

	if ((service->key.protocol &&
	     !nflb_name(&nflb_protocols, service->key.protocol)) ||
	    !(service->given & NFLB_GIVEN_SCHEDULER))
		return -EPROTO;
	nflb_key_format(&service->key, key);
	if (line_settings(service, settings))
		return -EPROTO;
	snprintf(text, LINE_LEN, "%s %s", key, settings);
	return 0;
}

/**
 * line_save() - write the commands that make a service and its backends
 * @stream: where to
 * @pool: the service
 *
 * Return: 0; -EPROTO when the kernel is newer and the service or a backend
 * cannot be written as a command of this version.
 */
int line_save(FILE *stream, const struct nflb_pool *pool)
{
	char key[NFLB_KEY_LEN];
	char line[LINE_LEN];
	char text[LINE_LEN];
	size_t i;

	if (line_service(&pool->service, line))
		return -EPROTO;
	fprintf(stream, "service add %s\n", line);
	nflb_key_format(&pool->service.key, key);
	for (i = 0; i < pool->count; i++) {
		if (line_backend(&pool->backends[i], text))
			return -EPROTO;
		fprintf(stream, "backend add %s %s\n", key, text);
	}
	return 0;
}
