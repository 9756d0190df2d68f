// SPDX-License-Identifier: GPL-2.0
/*
 * The names of the protocol's numbers, for command lines and for output
 *
 * Reasons of drops are the names of JSON members, hence the underscores; all
 * others are words of the command line.
 */
#include <assert.h>
#include <string.h>

#include <nflb/nflb.h>

static const char *const protocol_names[] = {
	[IPPROTO_TCP]			= "tcp",
	[IPPROTO_UDP]			= "udp",
	[IPPROTO_SCTP]			= "sctp",
};

static const char *const forward_names[] = {
	[NFLB_FORWARD_NAT]		= "nat",
	[NFLB_FORWARD_DR]		= "dr",
	[NFLB_FORWARD_IPIP]		= "ipip",
	[NFLB_FORWARD_GRE]		= "gre",
	[NFLB_FORWARD_GUE]		= "gue",
	[NFLB_FORWARD_FULLNAT]		= "fullnat",
};

static const char *const state_names[] = {
	[NFLB_STATE_UDP]		= "udp",
	[NFLB_STATE_SYN_SENT]		= "syn-sent",
	[NFLB_STATE_SYN_RECV]		= "syn-recv",
	[NFLB_STATE_ESTABLISHED]	= "established",
	[NFLB_STATE_FIN_WAIT]		= "fin-wait",
	[NFLB_STATE_TIME_WAIT]		= "time-wait",
	[NFLB_STATE_CLOSE]		= "close",
};

static const char *const timeout_names[] = {
	[NFLB_TIMEOUT_ESTABLISHED]	= "established",
	[NFLB_TIMEOUT_FIN]		= "fin",
	[NFLB_TIMEOUT_SYN]		= "syn",
	[NFLB_TIMEOUT_UDP]		= "udp",
};

static const char *const drop_names[] = {
	[NFLB_DROP_NO_BACKEND]		= "no_backend",
	[NFLB_DROP_NO_CONNECTION]	= "no_connection",
	[NFLB_DROP_BACKEND_GONE]	= "backend_gone",
	[NFLB_DROP_TABLE_FULL]		= "table_full",
	[NFLB_DROP_NO_MEMORY]		= "no_memory",
	[NFLB_DROP_COLLISION]		= "collision",
	[NFLB_DROP_NO_ROUTE]		= "no_route",
	[NFLB_DROP_TOO_BIG]		= "too_big",
	[NFLB_DROP_TTL]			= "ttl",
	[NFLB_DROP_MALFORMED]		= "malformed",
	[NFLB_DROP_CHECKSUM]		= "checksum",
	[NFLB_DROP_PORTS_EXHAUSTED]	= "ports_exhausted",
	[NFLB_DROP_SERVICE_FULL]	= "service_full",
	[NFLB_DROP_HALF_OPEN]		= "half_open",
	[NFLB_DROP_RATE_LIMIT]		= "rate_limit",
	[NFLB_DROP_CLIENT_RATE_LIMIT]	= "client_rate_limit",
};

static const char *const option_names[] = {
	[NFLB_SCHED_OPTION_TABLE_SIZE]	= "table-size",
	[NFLB_SCHED_OPTION_SEED]	= "seed",
	[NFLB_SCHED_OPTION_HASH]	= "hash",
	[NFLB_SCHED_OPTION_FALLBACK]	= "fallback",
	[NFLB_SCHED_OPTION_MAX_LOAD]	= "max-load",
};

static const char *const hash_names[] = {
	[NFLB_HASH_ADDRESS]		= "address",
	[NFLB_HASH_ADDRESS_PORT]	= "address-port",
	[NFLB_HASH_FLOW]		= "flow",
};

static const char *const switch_names[] = { "off", "on" };

static const char *const backend_state_names[] = {
	[NFLB_BACKEND_STATE_UP]		= "up",
	[NFLB_BACKEND_STATE_DRAINING]	= "draining",
	[NFLB_BACKEND_STATE_DOWN]	= "down",
};

static const char *const drain_then_names[] = {
	[NFLB_DRAIN_THEN_RESET]		= "reset",
	[NFLB_DRAIN_THEN_KEEP]		= "keep",
};

static const char *const policy_names[] = {
	[NFLB_POLICY_NO_BACKEND]	= "no-backend",
	[NFLB_POLICY_BACKEND_DOWN]	= "backend-down",
	[NFLB_POLICY_MID_STREAM]	= "mid-stream",
};

static const char *const setting_names[] = {
	[NFLB_SETTINGS_MAX_CONNECTIONS]	= "max-connections",
	[NFLB_SETTINGS_MAX_AFFINITY]	= "max-affinity",
};

static const char *const no_backend_names[] = {
	[NFLB_NO_BACKEND_REJECT]	= "reject",
	[NFLB_NO_BACKEND_DROP]		= "drop",
	[NFLB_NO_BACKEND_PASS]		= "pass",
};

static const char *const backend_down_names[] = {
	[NFLB_BACKEND_DOWN_RESET]	= "reset",
	[NFLB_BACKEND_DOWN_RESCHEDULE]	= "reschedule",
	[NFLB_BACKEND_DOWN_DROP]	= "drop",
	[NFLB_BACKEND_DOWN_KEEP]	= "keep",
};

static const char *const mid_stream_names[] = {
	[NFLB_MID_STREAM_RESET]		= "reset",
	[NFLB_MID_STREAM_DROP]		= "drop",
	[NFLB_MID_STREAM_ADOPT]		= "adopt",
};

static_assert(sizeof(option_names) / sizeof(*option_names) ==
	       NFLB_SCHED_OPTION_MAX + 1, "every option has a name");
static_assert(sizeof(setting_names) / sizeof(*setting_names) ==
	       NFLB_SETTINGS_MAX + 1, "every setting has a name");
static_assert(sizeof(hash_names) / sizeof(*hash_names) ==
	       NFLB_HASH_MAX + 1, "every hash has a name");
static const char *const event_names[] = {
	[NFLB_EVENT_SERVICE_NEW]	= "service new",
	[NFLB_EVENT_SERVICE_SET]	= "service set",
	[NFLB_EVENT_SERVICE_DEL]	= "service del",
	[NFLB_EVENT_BACKEND_NEW]	= "backend new",
	[NFLB_EVENT_BACKEND_SET]	= "backend set",
	[NFLB_EVENT_BACKEND_DEL]	= "backend del",
	[NFLB_EVENT_BACKEND_EXHAUSTED]	= "backend exhausted",
	[NFLB_EVENT_CONNECTION_NEW]	= "connection new",
	[NFLB_EVENT_CONNECTION_ESTABLISHED] = "connection established",
	[NFLB_EVENT_CONNECTION_CLOSED]	= "connection closed",
};

static const char *const explain_names[] = {
	[NFLB_EXPLAIN_HOST]		= "host",
	[NFLB_EXPLAIN_FORWARD]		= "forward",
	[NFLB_EXPLAIN_DROP]		= "drop",
};

static const char *const end_names[] = {
	[NFLB_END_EXPIRED]		= "expired",
	[NFLB_END_BACKEND_GONE]		= "backend-gone",
	[NFLB_END_REPLACED]		= "replaced",
	[NFLB_END_DELETED]		= "deleted",
	[NFLB_END_OTHER]		= "other",
};

static const char *const import_names[] = {
	[NFLB_IMPORT_NEW]	= "new",
	[NFLB_IMPORT_UPDATED]	= "updated",
	[NFLB_IMPORT_SAME]	= "same",
	[NFLB_IMPORT_REMOVED]	= "removed",
	[NFLB_IMPORT_UNKNOWN]	= "unknown",
	[NFLB_IMPORT_REFUSED]	= "refused",
};

static_assert(sizeof(import_names) / sizeof(*import_names) ==
	       NFLB_IMPORT_MAX + 1, "every end of an import has a name");
static_assert(sizeof(event_names) / sizeof(*event_names) ==
	       NFLB_EVENT_MAX + 1, "every event has a name");
static_assert(sizeof(end_names) / sizeof(*end_names) ==
	       NFLB_END_MAX + 1, "every end has a name");
static_assert(sizeof(forward_names) / sizeof(*forward_names) ==
	       NFLB_FORWARD_MAX + 1, "every forward has a name");
static_assert(sizeof(state_names) / sizeof(*state_names) ==
	       NFLB_STATE_MAX + 1, "every state has a name");
static_assert(sizeof(drop_names) / sizeof(*drop_names) ==
	       NFLB_DROP_MAX + 1, "every reason of a drop has a name");

const struct nflb_names nflb_protocols = {
	.name	= protocol_names,
	.count	= sizeof(protocol_names) / sizeof(*protocol_names),
};

const struct nflb_names nflb_forwards = {
	.name	= forward_names,
	.count	= sizeof(forward_names) / sizeof(*forward_names),
};

const struct nflb_names nflb_states = {
	.name	= state_names,
	.count	= sizeof(state_names) / sizeof(*state_names),
};

const struct nflb_names nflb_timeouts = {
	.name	= timeout_names,
	.count	= sizeof(timeout_names) / sizeof(*timeout_names),
};

const struct nflb_names nflb_drops = {
	.name	= drop_names,
	.count	= sizeof(drop_names) / sizeof(*drop_names),
};

const struct nflb_names nflb_options = {
	.name	= option_names,
	.count	= sizeof(option_names) / sizeof(*option_names),
};

const struct nflb_names nflb_hashes = {
	.name	= hash_names,
	.count	= sizeof(hash_names) / sizeof(*hash_names),
};

const struct nflb_names nflb_switches = {
	.name	= switch_names,
	.count	= sizeof(switch_names) / sizeof(*switch_names),
};

const struct nflb_names nflb_events = {
	.name	= event_names,
	.count	= sizeof(event_names) / sizeof(*event_names),
};

const struct nflb_names nflb_explains = {
	.name	= explain_names,
	.count	= sizeof(explain_names) / sizeof(*explain_names),
};

const struct nflb_names nflb_ends = {
	.name	= end_names,
	.count	= sizeof(end_names) / sizeof(*end_names),
};

const struct nflb_names nflb_backend_states = {
	.name	= backend_state_names,
	.count	= sizeof(backend_state_names) / sizeof(*backend_state_names),
};

const struct nflb_names nflb_drain_thens = {
	.name	= drain_then_names,
	.count	= sizeof(drain_then_names) / sizeof(*drain_then_names),
};

const struct nflb_names nflb_setting_names = {
	.name	= setting_names,
	.count	= sizeof(setting_names) / sizeof(*setting_names),
};

const struct nflb_names nflb_policies = {
	.name	= policy_names,
	.count	= sizeof(policy_names) / sizeof(*policy_names),
};

const struct nflb_names nflb_policy_values[NFLB_POLICIES] = {
	[NFLB_POLICY_NO_BACKEND] = {
		.name	= no_backend_names,
		.count	= sizeof(no_backend_names) / sizeof(*no_backend_names),
	},
	[NFLB_POLICY_BACKEND_DOWN] = {
		.name	= backend_down_names,
		.count	= sizeof(backend_down_names) /
			  sizeof(*backend_down_names),
	},
	[NFLB_POLICY_MID_STREAM] = {
		.name	= mid_stream_names,
		.count	= sizeof(mid_stream_names) / sizeof(*mid_stream_names),
	},
};

/**
 * nflb_name() - name of a number of the protocol
 * @names: one of the tables above
 * @value: the number
 *
 * Return: the name; NULL for a number that this version does not know.
 */
const char *nflb_name(const struct nflb_names *names, unsigned int value)
{
	return value < names->count ? names->name[value] : NULL;
}

/**
 * nflb_value() - number of a name
 * @names: one of the tables above
 * @name: the name, never abbreviated
 *
 * Return: the number; -1 when the table has no such name.
 */
int nflb_value(const struct nflb_names *names, const char *name)
{
	unsigned int i;

	for (i = 0; i < names->count; i++) {
		if (names->name[i] && !strcmp(names->name[i], name))
			return (int)i;
	}
	return -1;
}

const struct nflb_names nflb_imports = {
	.name	= import_names,
	.count	= sizeof(import_names) / sizeof(*import_names),
};
