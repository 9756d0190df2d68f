/* SPDX-License-Identifier: GPL-2.0 */
/* What lbadm prints, in one of several forms */
#ifndef _LBADM_OUTPUT_H
#define _LBADM_OUTPUT_H

#include <stdio.h>

#include <nflb/nflb.h>

#include "json.h"

struct output;

/**
 * struct output_ops - one form of output
 * @services: all services with their backends
 * @service: one service, everything known about it
 * @service_stats: counters of one service and its backends
 * @connections_begin: before the first connection
 * @connection: one connection. Return: 0, or a negative errno that ends the
 *	list
 * @connections_end: after the last connection
 * @affinities_begin: before the first client that goes back to a backend
 * @affinity: one. Return: as of @connection
 * @affinities_end: after the last
 * @count: number of connections
 * @imported: what became of connections and affinity that were restored
 * @totals: the sums
 * @settings: those of the namespace
 * @changes_begin: before the first change of the configuration
 * @change: one: object and verb, and all of the command
 * @changes_end: after the last
 * @rates: services and backends with counters per second, a round of top
 * @explanation: where a packet would go
 * @event: something that happened, on a line of its own
 */
struct output_ops {
	void (*services)(struct output *output,
			 const struct nflb_config *config);
	void (*service)(struct output *output, const struct nflb_pool *pool);
	void (*service_stats)(struct output *output,
			      const struct nflb_pool *pool);
	void (*connections_begin)(struct output *output);
	int (*connection)(struct output *output,
			  const struct nflb_connection *connection);
	void (*connections_end)(struct output *output);
	void (*affinities_begin)(struct output *output);
	int (*affinity)(struct output *output,
			const struct nflb_affinity *affinity);
	void (*affinities_end)(struct output *output);
	void (*count)(struct output *output, uint64_t count);
	void (*imported)(struct output *output,
			 const struct nflb_imported *imported);
	void (*totals)(struct output *output, const struct nflb_totals *totals);
	void (*settings)(struct output *output,
			 const struct nflb_settings *settings,
			 const struct nflb_settings *defaults);
	void (*changes_begin)(struct output *output);
	void (*change)(struct output *output, const char *verb,
		       const char *text);
	void (*changes_end)(struct output *output);
	void (*rates)(struct output *output, const struct nflb_config *rates);
	void (*explanation)(struct output *output,
			    const struct nflb_explanation *explanation);
	void (*event)(struct output *output,
		      const struct nflb_happening *happening);
};

struct output {
	const struct output_ops *ops;
	FILE *stream;
	struct json json;	/* where the JSON form is */
};

extern const struct output_ops output_text;
extern const struct output_ops output_json;

#endif /* _LBADM_OUTPUT_H */
