/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the roles of lbd say to each other
 *
 * A service, a backend, a check and so on are named by their index in the
 * configuration of a generation. Control reads the files; the other roles
 * parse the same text, which control hands them in sealed memory (%MSG_CONFIG),
 * so that an index is the same for all. What comes for another generation than
 * the receiver's own is left alone: its sender will say it again once it has
 * the new one.
 *
 * Every message is a structure of fixed size. Anything longer is text in
 * memory that goes along as a file descriptor.
 */
#ifndef _LBD_MESSAGE_H
#define _LBD_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

enum message_type {
	/* control to the others */
	MSG_CONFIG,		/* with the text; every role answers MSG_READY */
	MSG_STATUS,		/* what is there to tell? */
	MSG_TRACKED,		/* vrrp, checkers: a script, file, process,
				 * service has a new value
				 */
	MSG_SCRIPT_DONE,	/* checkers: how a script ended */
	MSG_PASSIVE,		/* checkers: what the kernel saw of a backend */
	MSG_RECHECK,		/* checkers: probe a backend now */
	MSG_TUNNEL_DONE,	/* checkers: the way of a probe is ready */
	MSG_VRRP_COMMAND,	/* vrrp */
	MSG_SYNC_ROLE,		/* sync: this director is active or not */
	MSG_SYNC_KEY,		/* sync: what it shares with the others */
	MSG_METRICS_REPLY,	/* metrics: the status of all, as JSON text */
	MSG_STOP,		/* end in order; vrrp gives its addresses up */

	/* the others to control */
	MSG_READY,
	MSG_STATUS_REPLY,	/* with JSON text */
	MSG_HEALTH,		/* checkers: state of a backend */
	MSG_RESOLVED,		/* checkers: addresses of a host name, as text */
	MSG_SCRIPT_RUN,		/* checkers: run a script of the configuration */
	MSG_TUNNEL,		/* checkers: have a probe go through the VIP */
	MSG_VRRP_STATE,		/* vrrp: an instance or a group changed */
	MSG_METRICS,		/* metrics: the status of all is wanted */

	MSG_TYPES
};

struct msg_config {
	uint32_t generation;
};

struct msg_ready {
	uint32_t generation;
};

/* MSG_STATUS and its reply; the JSON of the reply is an object. */
struct msg_status {
	uint64_t id;
};

enum tracked_kind {
	TRACKED_SCRIPT,		/* config.scripts: value is exit code, or -1 */
	TRACKED_FILE,		/* config.files: value is the number in it */
	TRACKED_PROCESS,	/* config.processes: value is 1 with quorum */
	TRACKED_SERVICE,	/* config.services: value is 1 with quorum */
	TRACKED_KINDS
};

struct msg_tracked {
	uint32_t generation;
	uint32_t kind;		/* enum tracked_kind */
	uint32_t index;
	int32_t value;
};

/* A MISC_CHECK of a backend; control looks up the command itself. */
struct msg_script_run {
	uint32_t generation;
	uint32_t check;		/* index in config.checks */
	uint64_t id;		/* of the run, for the answer */
};

struct msg_script_done {
	uint64_t id;
	int32_t code;		/* exit code; -1: killed or could not start,
				 * -2: took too long
				 */
	uint32_t milliseconds;
};

enum health {
	HEALTH_UNKNOWN,		/* no check has come to an end yet */
	HEALTH_UP,
	HEALTH_DOWN,
	HEALTH_DRAIN,		/* an agent asks for it, or it is ejected */
};

#define HEALTH_REASON_LEN	160

struct msg_health {
	uint32_t generation;
	uint32_t service;
	uint32_t backend;
	uint32_t health;	/* enum health */
	int32_t weight;		/* what checks ask for; -1: as configured */
	uint32_t weight_percent;	/* of that or of the configured one */
	uint32_t response_time;	/* microseconds, 0: unknown */
	char reason[HEALTH_REASON_LEN];	/* the text of the last failure */
};

/* Text: one "ADDRESS PORT WEIGHT\n" for each; none when the name has none. */
struct msg_resolved {
	uint32_t generation;
	uint32_t service;
	uint32_t backend;	/* the one that has the host name */
	uint32_t ttl;		/* seconds */
};

/* Counters of the kernel since the last such message. */
struct msg_passive {
	uint32_t generation;
	uint32_t service;
	uint32_t backend;
	uint32_t opened;	/* connections */
	uint32_t unanswered;	/* SYNs */
	uint32_t refused;	/* RSTs that answer a SYN */
	uint32_t reset;		/* RSTs of established connections */
	uint32_t unreachable;	/* ICMP errors */
};

struct msg_recheck {
	uint32_t generation;
	uint32_t service;
	uint32_t backend;
};

/*
 * What is sent from here to the service of a check is to reach its backend, as
 * if a client had been given that: control tells the kernel of a connection.
 */
struct msg_tunnel {
	uint32_t generation;
	uint32_t check;		/* index in config.checks */
	uint64_t id;		/* for the answer */
	uint16_t family;
	uint16_t port;
	uint8_t address[16];	/* of which IPv4 needs four */
};

struct msg_tunnel_done {
	uint64_t id;
	int32_t error;		/* 0, or a negative errno */
};

enum vrrp_state {
	VRRP_INIT,
	VRRP_BACKUP,
	VRRP_MASTER,
	VRRP_FAULT,
	VRRP_STOP,
	VRRP_DELETED,
	VRRP_MASTER_RX_LOWER_PRI,	/* no state: a master heard a lower one */
};

struct msg_vrrp_state {
	uint32_t generation;
	uint32_t group;		/* 1: a sync group, 0: an instance */
	uint32_t index;		/* in config.vrrp.groups or .instances */
	uint32_t state;		/* enum vrrp_state; what is now */
	uint32_t before;	/* what was; the same: only the priority moved */
	uint32_t priority;
};

enum vrrp_command {
	VRRP_COMMAND_RELEASE,	/* become backup for once */
};

struct msg_vrrp_command {
	uint32_t generation;
	uint32_t index;
	uint32_t command;	/* enum vrrp_command */
};

/* MSG_METRICS and its reply */
struct msg_metrics {
	uint32_t generation;
};

struct msg_sync_role {
	uint32_t active;
};

#define MSG_SYNC_KEY_SIZE	32

/* Made of the key file, which control alone can read. */
struct msg_sync_key {
	uint32_t known;		/* 0: it cannot be used, and nothing is sent */
	uint8_t key[MSG_SYNC_KEY_SIZE];
};

#endif /* _LBD_MESSAGE_H */
